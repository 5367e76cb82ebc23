"""Tests of one row, as closures: what a compiled predicate is built of.

Unknown and false are one here, because nothing negates them. 20,000 rows go through a test at a keystroke, so each is
the shortest thing that answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from clockdesk.domain.like import like_matcher

if TYPE_CHECKING:
    from clockdesk.domain.fields import Reader
    from clockdesk.domain.predicate_tree import Op

Matcher: TypeAlias = Callable[[Any], bool]


def every(tests: list[Matcher]) -> Matcher:
    """Whether all are so."""
    match tests:
        case []:
            return lambda _: True
        case [one]:
            return one
        case [one, two]:
            return lambda row: one(row) and two(row)
        case [one, two, three]:
            return lambda row: one(row) and two(row) and three(row)

    def holds(row: Any) -> bool:
        for test in tests:  # noqa: SIM110 - all() with a generator takes twice the time
            if not test(row):
                return False
        return True

    return holds


def some(tests: list[Matcher]) -> Matcher:
    """Whether one of them is so."""
    match tests:
        case []:
            return lambda _: False
        case [one]:
            return one
        case [one, two]:
            return lambda row: one(row) or two(row)

    def holds(row: Any) -> bool:
        for test in tests:  # noqa: SIM110 - as above
            if test(row):
                return True
        return False

    return holds


def comparison(read: Reader, op: Op, value: Any) -> Matcher:
    """A member against one value; an empty one matches `!=` and nothing else, as in forms (design, section 3)."""
    match op:
        case "=":
            return lambda row: bool(read(row) == value)
        case "!=":
            return lambda row: bool(read(row) != value)
        case "<":
            return lambda row: (found := read(row)) is not None and found < value
        case "<=":
            return lambda row: (found := read(row)) is not None and found <= value
        case ">":
            return lambda row: (found := read(row)) is not None and found > value
        case ">=":
            return lambda row: (found := read(row)) is not None and found >= value
        case "like":
            return liked(read, value)
    fits = like_matcher(value)
    return lambda row: (found := read(row)) is not None and not fits(found)


def differs(read: Reader, value: Any) -> Matcher:
    """Filled, and another value than this: what is left of a negated `=`."""
    return lambda row: (found := read(row)) is not None and found != value


def member(read: Reader, values: frozenset[Any], *, negated: bool) -> Matcher:
    """Among these values; negated: filled, and not among them."""
    if negated:
        return lambda row: (found := read(row)) is not None and found not in values
    return lambda row: read(row) in values


def empty(read: Reader, *, negated: bool) -> Matcher:
    """Empty; negated: filled."""
    if negated:
        return lambda row: read(row) is not None
    return lambda row: read(row) is None


def liked(read: Reader, pattern: str) -> Matcher:
    """Filled, and of this pattern."""
    fits = like_matcher(pattern)
    return lambda row: (found := read(row)) is not None and fits(found)


def says(text_of: Callable[[Any], str], words: tuple[str, ...]) -> Matcher:
    """Whether the row's folded text holds every word."""
    if len(words) == 1:
        word = words[0]
        return lambda row: word in text_of(row)

    def holds(row: Any) -> bool:
        text = text_of(row)
        for word in words:  # noqa: SIM110 - as in `every`
            if word not in text:
                return False
        return True

    return holds
