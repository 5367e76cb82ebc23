"""The repository as the architecture tests see it: what a commit could hold, parsed once."""

from __future__ import annotations

import ast
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "clockdesk"


@cache
def _left_out() -> tuple[str, ...]:
    """Names that .gitignore keeps out of commits (it holds plain names only)."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return (".git", *(line.strip("/") for line in lines if not line.startswith("#")))


def is_ours(name: str) -> bool:
    """Whether a file or folder of this name can be part of a commit."""
    return not any(fnmatch(name, pattern) for pattern in _left_out())


@cache
def files() -> tuple[Path, ...]:
    """Every file of the repository, whether git knows it yet or not."""
    found: list[Path] = []
    folders = [ROOT]
    while folders:
        for entry in sorted(folders.pop().iterdir()):
            if entry.is_symlink() or not is_ours(entry.name):
                continue
            (folders if entry.is_dir() else found).append(entry)
    return tuple(found)


@cache
def python_files() -> tuple[Path, ...]:
    """Every Python file of the repository."""
    return tuple(path for path in files() if path.suffix == ".py")


@cache
def text_of(path: Path) -> str:
    """A file's text; empty for pictures and other bytes."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def parsed(path: Path) -> ast.Module:
    """A Python file as a tree."""
    return ast.parse(text_of(path), str(path))


def within(*folders: str) -> list[Path]:
    """The Python files under these folders of the package (`within("")`: all of it)."""
    return [path for path in python_files() if any(path.is_relative_to(PACKAGE / folder) for folder in folders)]


def shown(path: Path) -> str:
    """A path as a reader of a failed test wants it."""
    return path.relative_to(ROOT).as_posix()
