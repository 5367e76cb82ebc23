"""LIKE patterns and folded text, as the local reader understands them.

`%` stands for any run of characters, `_` for one, a backslash takes the meaning from the character after it (the way
of PostgreSQL). Case is folded as Unicode does it, so that "STRASSE" is like "straße"; the service may differ there
(design, section 3). `_` stands for one character of the folded text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_ANY_RUN: Final = ""
_ANY_ONE: Final = None


def escape_like(text: str) -> str:
    """The pattern that stands for exactly this text: what a person types into "contains" is no pattern."""
    return re.sub(r"([%_\\])", r"\\\1", text)


def ends_open(pattern: str) -> bool:
    """Whether the pattern ends with a backslash that escapes nothing; PostgreSQL refuses such a pattern."""
    return (len(pattern) - len(pattern.rstrip("\\"))) % 2 == 1


def fold(text: str) -> str:
    """Text for free-text search: case and accents taken away, so that "muller" finds "Müller"."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def like_matcher(pattern: str) -> Callable[[str], bool]:
    """A test of one text against the pattern."""
    pieces = _pieces(pattern)
    texts = [piece for piece in pieces if piece]
    if _ANY_ONE not in pieces and len(texts) <= 1:
        text = texts[0] if texts else ""
        match [piece == _ANY_RUN for piece in pieces]:
            case [] | [False]:
                return lambda value: value.casefold() == text
            case [True, False, True] | [True]:
                return lambda value: text in value.casefold()
            case [False, True]:
                return lambda value: value.casefold().startswith(text)
            case [True, False]:
                return lambda value: value.casefold().endswith(text)
    matches = re.compile(_expression(pieces), re.DOTALL).fullmatch
    return lambda value: matches(value.casefold()) is not None


def _pieces(pattern: str) -> list[str | None]:
    """The pattern cut into folded literal text, runs ("") and single characters (None); no two runs side by side."""
    pieces: list[str | None] = []
    text = ""
    letters = iter(pattern)
    for letter in letters:
        if letter not in "%_":
            text += next(letters, letter) if letter == "\\" else letter
            continue
        if text:
            pieces.append(text.casefold())
            text = ""
        if letter == "_":
            pieces.append(_ANY_ONE)
        elif not pieces or pieces[-1] != _ANY_RUN:
            pieces.append(_ANY_RUN)
    return [*pieces, text.casefold()] if text else pieces


def _expression(pieces: list[str | None]) -> str:
    """A regular expression that takes the first fit of each stretch and never goes back, so no pattern is slow."""
    stretches = [""]
    for piece in pieces:
        if piece == _ANY_RUN:
            stretches.append("")
        else:
            stretches[-1] += "." if piece is None else re.escape(piece)
    first, *middle = stretches
    if not middle:
        return first
    last = middle.pop()
    return first + "".join(f"(?>.*?{stretch})" for stretch in middle) + f".*{last}"
