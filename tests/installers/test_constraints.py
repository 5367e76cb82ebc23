"""Everything ClockDesk needs is pinned, and by version alone."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LINES = [
    line
    for line in (ROOT / "installers" / "constraints.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
PINS = {canonicalize_name(name): version for name, version in (line.split("==") for line in LINES)}


def _closure(requirement: Requirement, seen: set[str]) -> set[str]:
    """The names of all that a requirement brings in on this machine."""
    name = canonicalize_name(requirement.name)
    if name in seen:
        return seen
    seen.add(name)
    for text in importlib.metadata.requires(name) or []:
        inner = Requirement(text)
        extras = {"", *requirement.extras}
        if inner.marker is None or any(inner.marker.evaluate({"extra": extra}) for extra in extras):
            _closure(inner, seen)
    return seen


def test_each_line_is_a_name_and_a_version():
    odd = [line for line in LINES if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*", line)]
    assert odd == []
    assert len(PINS) == len(LINES)


def test_the_pins_are_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["test"],
        *project["project"]["optional-dependencies"]["build"],
        *project["build-system"]["requires"],
    ]
    wrong = [
        text
        for text in asked
        for requirement in [Requirement(text)]
        if not requirement.specifier.contains(PINS.get(canonicalize_name(requirement.name), "0"))
    ]
    assert wrong == []


def test_nothing_comes_in_unpinned():
    names = _closure(Requirement("clockdesk[test]"), set()) - {"clockdesk"}
    assert len(names) > 40
    assert names - PINS.keys() == set()
