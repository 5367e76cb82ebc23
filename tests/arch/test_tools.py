"""Lint, types and import contracts are part of the suite: one command says whether the tree is sound."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.arch import tree

LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"


def _passes(*command: str) -> None:
    done = subprocess.run([sys.executable, *command], cwd=tree.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-6000:]}\n{done.stderr[-2000:]}"


def test_lint():
    _passes("-m", "ruff", "check", "--quiet", ".")


def test_format():
    _passes("-m", "ruff", "format", "--check", "--quiet", ".")


@pytest.mark.timeout(600)  # the first run on a machine has no cache
def test_types():
    _passes("-m", "mypy")


def test_import_contracts():
    _passes("-c", LINT_IMPORTS)
