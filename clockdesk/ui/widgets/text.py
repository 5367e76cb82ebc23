"""Text that others wrote (guest names, notes), made harmless before Qt sees it."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 2_000
MOST_LINES = 200
STACKED_MARKS = 3
_JOINERS = "\u200c\u200d"
_FORMULAS = "=+-@\uff1d\uff0b\uff0d\uff20"
_NUMBER = re.compile(r"[+-][0-9 ()./,\u00a0\u202f-]*(?: [A-Z]{3})?")
_DROPPED = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2060\u3164\ufeff\uffa0")


def plain(text: str) -> str:
    """One line of `text` that can't reorder, hide or tower over what stands beside it.

    Direction controls and zero-width characters go (joiners stay where a script needs them: between letters beyond
    Latin), line ends and tabs become a space, other controls a replacement mark, and no letter keeps more than three
    stacked marks. Longer than 2,000 characters is cut.
    """
    if text.isascii() and text.isprintable() and len(text) <= LONGEST:
        return text
    return "".join(_harmless(text[:LONGEST])) + ("…" if len(text) > LONGEST else "")


def _harmless(text: str) -> Iterator[str]:
    stacked = 0
    for place, letter in enumerate(text):
        category = unicodedata.category(letter)
        stacked = stacked + 1 if category in {"Mn", "Me"} else 0
        if stacked > STACKED_MARKS or letter in _DROPPED:
            continue
        if letter in _JOINERS:
            if _joins(text, place):
                yield letter
        elif letter in "\t\n\r\v\f\x85" or category in {"Zl", "Zp", "Zs"}:
            yield " "
        elif category in {"Cc", "Cs"}:
            yield "\ufffd"
        elif category != "Cf":
            yield letter


def _joins(text: str, place: int) -> bool:
    """Whether the joiner at `place` shapes a word of a script that needs it (Arabic, Indic) or an emoji sequence."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return bool(before and after) and ord(before) >= 0x0600 and ord(after) >= 0x0600 and after not in _JOINERS


def paragraph(text: str) -> str:
    """`plain`, line by line: for notes, where line ends are wanted."""
    lines = text.splitlines()
    return "\n".join(plain(line) for line in lines[:MOST_LINES]) + ("\n…" if len(lines) > MOST_LINES else "")


def tip(text: str) -> str:
    """`text` for a tooltip, which Qt would otherwise take as HTML when it looks like it."""
    return f"<qt>{html.escape(paragraph(text)).replace(chr(10), '<br>')}</qt>" if text else ""


def pasted(text: str) -> str:
    """`text` for the clipboard, an apostrophe before what begins like a formula: a spreadsheet would take it for one.

    Amounts and telephone numbers begin so too and are left as they are.
    """
    begins = text.lstrip("".join(_DROPPED) + " \t\r\n")[:1]
    return f"'{text}" if begins in _FORMULAS and begins and not _NUMBER.fullmatch(text) else text


def caption(text: str) -> str:
    """`text` for a button, tab or menu entry, where a lone `&` would vanish and underline a letter."""
    return plain(text).replace("&", "&&")
