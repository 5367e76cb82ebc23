"""Cuts a predicate's text into words, quoted texts and signs, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from clockdesk.domain.predicate import PredicateError

KEYWORDS: Final = frozenset({"and", "or", "not", "in", "is", "null", "like", "matches_any"})
"""Words with a meaning of their own; as a value each must stand in quotes."""


class Sort(Enum):
    """What a token is."""

    WORD = auto()
    QUOTED = auto()
    SIGN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text. `text` of a quoted one is what stands between the quotes, its escapes undone."""

    sort: Sort
    text: str
    position: int

    def is_word(self, *words: str) -> bool:
        """Whether this is one of these keywords, in any case."""
        return self.sort is Sort.WORD and self.text.lower() in words

    def is_sign(self, *signs: str) -> bool:
        """Whether this is one of these signs."""
        return self.sort is Sort.SIGN and self.text in signs

    @property
    def shown(self) -> str:
        """The token as an error names it."""
        if self.sort is Sort.END:
            return "the end"
        return f'"{self.text}"' if len(self.text) <= _SHOWN else f'"{self.text[:_SHOWN]}…"'


_SHOWN: Final = 40
_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
      | "(?P<quoted>(?:[^"\\]|\\.)*)"
      | (?P<sign>!=|<=|>=|[=<>~()\[\],])
      | (?P<word>[^\s"=<>!~()\[\],]+)""",
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str) -> list[Token]:
    """The tokens of the text, the last one its end. Raises PredicateError for what no token can be."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        kind = match.lastgroup
        if kind == "quoted":
            found.append(Token(Sort.QUOTED, re.sub(r'\\(["\\])', r"\1", match["quoted"]), position))
        elif kind != "space":
            found.append(Token(Sort.WORD if kind == "word" else Sort.SIGN, match.group(), position))
        position = match.end()
    return [*found, Token(Sort.END, "", position)]


def _unreadable(text: str, position: int) -> PredicateError:
    if text[position] == '"':
        return PredicateError(f"At character {position + 1}: this quoted text has no closing quote.", position)
    return PredicateError(
        f'At character {position + 1}: found "{text[position]}", expected a word or "!="; put such text in quotes.',
        position,
    )


def quote(text: str) -> str:
    """The text as a quoted value."""
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
