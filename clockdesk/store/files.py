"""The files of a store on disk: where they are, whose key they were made with, how one is set aside."""

from __future__ import annotations

import hmac
import os
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_COMPANIONS = ("", "-wal", "-shm", "-journal", ".check", ".damaged")
_ASIDE = ".unreadable-"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a database lives: a file with its 32-byte key, or this process's memory (no key, nothing on disk)."""

    path: Path | None = None
    key: bytes | None = field(default=None, repr=False)
    memory: str = field(default_factory=lambda: f"clockdesk-{uuid4().hex}")

    def __post_init__(self) -> None:
        """Raises ValueError for a file without a key: nothing is ever written in the clear."""
        if (self.path is None) != (self.key is None):
            msg = "a file needs a key, and a memory-only store has none"
            raise ValueError(msg)
        if self.key is not None and len(self.key) != 32:  # noqa: PLR2004 (the cipher's key size)
            msg = "the store's key has 32 bytes"
            raise ValueError(msg)


def make_room(path: Path) -> bool:
    """Make the folder and an empty file that only this user may read; returns whether the file is new.

    Raises OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > 0:
        return False
    path.touch(mode=0o600)
    return not _companion(path, "-wal").exists()


def write_check(path: Path, key: bytes) -> None:
    """Remember which key the file is made with, so that a wrong key and a damaged file can be told apart.

    An encrypted file looks the same in both cases. The mark is a MAC under the key and says nothing about it.
    Raises OSError.
    """
    check = _companion(path, ".check")
    if check.exists() and check.read_bytes() == _mark(key):
        return
    fresh = _companion(path, ".check-new")
    fresh.write_bytes(_mark(key))
    fresh.replace(check)


def made_with(path: Path, key: bytes) -> bool:
    """Whether the file is known to have been made with this key. Raises OSError."""
    check = _companion(path, ".check")
    return check.exists() and hmac.compare_digest(check.read_bytes(), _mark(key))


def note_damage(path: Path) -> None:
    """Remember that a page was found damaged while the file was in use: it looked sound when it was opened."""
    with suppress(OSError):
        _companion(path, ".damaged").touch(mode=0o600)


def is_damaged(path: Path) -> bool:
    """Whether damage was noted."""
    return _companion(path, ".damaged").exists()


def set_aside(path: Path, at: datetime) -> Path:
    """Move a closed database with all that belongs to it to a dated name in the same folder; returns that name.

    Nothing is deleted. Raises OSError.
    """
    stem = f"{path.stem}{_ASIDE}{at:%Y%m%d-%H%M%S}"
    aside = path.with_name(stem + path.suffix)
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{stem}-{number}{path.suffix}")
    for companion in _COMPANIONS:
        source = _companion(path, companion)
        if source.exists():
            os.replace(source, _companion(aside, companion))  # noqa: PTH105 (overwrites on Windows too)
    return aside


def discard(path: Path, at: datetime) -> Path:
    """Set a closed mirror aside so that it can be rebuilt; only the last one set aside is kept. Raises OSError."""
    aside = set_aside(path, at)
    for old in path.parent.glob(f"{path.stem}{_ASIDE}*"):
        if not old.name.startswith(aside.name):
            old.unlink()
    return aside


def remove(path: Path) -> None:
    """Delete a closed database with all that belongs to it, as far as the system lets us."""
    for ending in _COMPANIONS:
        with suppress(OSError):
            _companion(path, ending).unlink(missing_ok=True)


def _companion(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _mark(key: bytes) -> bytes:
    return hmac.digest(key, b"clockdesk store check 1", "sha256")[:16]
