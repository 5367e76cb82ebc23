"""The threat notes are one page, and each of their lines names a test that exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTES = ROOT / "installers" / "THREATS.md"
LINES = [line for line in NOTES.read_text("utf-8").splitlines() if line.startswith("- ")]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
LONGEST = 60
"""Lines of a printed page."""


def names_in(path):
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("line", LINES, ids=[re.sub(r"\W+", "-", line[4:40]).strip("-") for line in LINES])
def test_each_line_is_backed_by_a_test(line):
    named = NAMED.findall(line)
    assert named, line
    for path, name in named:
        assert name.startswith("test_")
        assert name in names_in(path), f"{path} has no {name}"


def test_it_is_one_page_and_every_side_is_looked_at():
    text = NOTES.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST
    sides = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert sides == [
        "At the workstation", "On the LAN", "In a guest's name", "In a server's answer", "In a file or a link",
    ]  # fmt: skip
    assert all(re.search(rf"## {re.escape(side)}\n- ", text) for side in sides)
