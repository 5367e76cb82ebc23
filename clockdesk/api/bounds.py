"""What one object of an answer may be, whoever wrote it: all later readers (store, ledger, command line) rely on it."""

from __future__ import annotations

import re

import msgspec

DEEPEST = 64
"""Levels of lists and objects; the service's own have five. Readers differ in how many they can take."""

_ENDLESS = re.compile(rb"[0-9]{4000}")
"""Python refuses to read whole numbers of more than 4,300 digits, and takes long for those just below."""
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What JSON allows escaped alone; a terminal that is shown the object's own JSON would obey it."""
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_OPENING, _CLOSING = frozenset(b"[{"), frozenset(b"]}")


def check(raw: bytes) -> bytes:
    """The JSON itself, when it is text, not nested too deeply and without endless numbers.

    Raises msgspec.ValidationError, UnicodeDecodeError. Members nobody names are checked too: they are kept with the
    object, and a decoder that passes over them looks at nothing of this.
    """
    if not raw.isascii():
        raw.decode()
    if _CONTROL.search(raw):
        raise msgspec.ValidationError("A control character stands in the open")
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and _depth(raw) > DEEPEST:
        raise msgspec.ValidationError("Nested too deeply")
    if len(raw) > 4000 and _ENDLESS.search(raw):  # noqa: PLR2004 (the pattern's)
        raise msgspec.ValidationError("Number without an end")
    return raw


def _depth(raw: bytes) -> int:
    deepest = depth = 0
    for char in _TEXT.sub(b"", raw):
        if char in _OPENING:
            depth += 1
            deepest = max(deepest, depth)
        elif char in _CLOSING:
            depth -= 1
    return deepest
