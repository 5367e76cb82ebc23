"""What a filter says, as a tree of frozen dataclasses, and the algebra over it (design, section 3, "Filter -> rows").

Values are typed: str, int, Decimal, bool, date, datetime (aware) and `Relative`. A `Relative` day stays symbolic, so
that a saved filter moves with the calendar. Nothing here knows a field, a row or a syntax.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Relative:
    """The hotel's today plus this many days."""

    days: int = 0


PlainValue: TypeAlias = str | int | Decimal | bool | date | datetime | Relative
Op: TypeAlias = Literal["=", "!=", "<", "<=", ">", ">=", "like", "not like"]


@dataclass(frozen=True, slots=True)
class Test:
    """A field compared with a value. "!=" means differs *or is empty*; every other comparison with empty is unknown."""

    __test__ = False  # not a test class for pytest

    field: str
    op: Op
    value: PlainValue


@dataclass(frozen=True, slots=True)
class InList:
    """A field is (not) one of the values, as SQL has it: an empty field is neither in nor not in a list of some."""

    field: str
    values: tuple[PlainValue, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsNull:
    """A field has (has not) no value. The empty text is a value."""

    field: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class AnyLike:
    """A field is like one of the patterns."""

    field: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """Free text: every word of it occurs somewhere in what the object says."""

    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary; the contrary of unknown is unknown."""

    part: Predicate


@dataclass(frozen=True, slots=True)
class And:
    """All parts."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part."""

    parts: tuple[Predicate, ...]


Leaf: TypeAlias = Test | InList | IsNull | AnyLike | Text
Predicate: TypeAlias = Leaf | Not | And | Or

ALL: Final = And(())
"""Everything."""
NONE: Final = Or(())
"""Nothing."""

_OPPOSITE: Final[dict[Op, Op]] = {
    "!=": "=",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "like": "not like",
    "not like": "like",
}


def conjuncts(predicate: Predicate) -> tuple[Predicate, ...]:
    """The parts of which all must hold; a predicate that is no AND is its own only part."""
    if not isinstance(predicate, And):
        return (predicate,)
    return tuple(piece for part in predicate.parts for piece in conjuncts(part))


def all_of(parts: Iterable[Predicate]) -> Predicate:
    """AND of the parts, without needless nesting: no part gives ALL, one part is itself."""
    return _joined(And, parts)


def any_of(parts: Iterable[Predicate]) -> Predicate:
    """OR of the parts, without needless nesting: no part gives NONE, one part is itself."""
    return _joined(Or, parts)


def _joined(kind: type[And] | type[Or], parts: Iterable[Predicate]) -> Predicate:
    unit, zero = (ALL, NONE) if kind is And else (NONE, ALL)
    flat: dict[Predicate, None] = {}
    for part in parts:
        if part == zero:
            return zero
        flat.update(dict.fromkeys(part.parts if isinstance(part, kind) else (part,)))
    flat.pop(unit, None)
    return next(iter(flat)) if len(flat) == 1 else kind(tuple(flat))


def simplify(predicate: Predicate) -> Predicate:
    """The same truth for every row with less said: flat, without repeats, double negations and constant parts."""
    match predicate:
        case And(parts):
            return all_of(map(simplify, parts))
        case Or(parts):
            return any_of(map(simplify, parts))
        case Not(part):
            return _contrary(simplify(part))
        case InList(_, (), negated):
            return ALL if negated else NONE
        case AnyLike(_, ()):
            return NONE
        case Text(value) if not value.strip():
            return ALL
    return predicate


def _contrary(part: Predicate) -> Predicate:
    if part == ALL:
        return NONE
    if part == NONE:
        return ALL
    return part.part if isinstance(part, Not) else Not(part)


def negation_normal(predicate: Predicate) -> Predicate:
    """NOT pushed down by De Morgan until it stands only before "=" and free text, then simplified.

    It matches the same rows. Where the original is false, this may be unknown ("not a != 1" is never unknown,
    "a = 1" is for an empty field); neither matches, and nothing above the leaves negates any more.
    """
    return simplify(_positive(predicate))


def _positive(predicate: Predicate) -> Predicate:
    match predicate:
        case And(parts):
            return And(tuple(map(_positive, parts)))
        case Or(parts):
            return Or(tuple(map(_positive, parts)))
        case Not(part):
            return _negative(part)
    return predicate


def _negative(predicate: Predicate) -> Predicate:
    match predicate:
        case And(parts):
            return Or(tuple(map(_negative, parts)))
        case Or(parts):
            return And(tuple(map(_negative, parts)))
        case Not(part):
            return _positive(part)
        case Test(field, op, value) if op != "=":
            return Test(field, _OPPOSITE[op], value)
        case InList(field, values, negated):
            return InList(field, values, not negated)
        case IsNull(field, negated):
            return IsNull(field, not negated)
        case AnyLike(field, patterns):
            return And(tuple(Test(field, "not like", pattern) for pattern in patterns))
    return Not(predicate)


def leaves(predicate: Predicate) -> Iterable[Leaf]:
    """Every test of the tree, from left to right."""
    match predicate:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield predicate


def depends_on_today(predicate: Predicate) -> bool:
    """Whether the answer may change at hotel midnight although no row does."""
    return any(isinstance(value, Relative) for leaf in leaves(predicate) for value in values_of(leaf))


def values_of(leaf: Leaf) -> tuple[PlainValue, ...]:
    """The values a test compares with."""
    match leaf:
        case Test(_, _, value):
            return (value,)
        case InList(_, values):
            return values
        case AnyLike(_, patterns):
            return patterns
        case Text(value):
            return (value,)
    return ()
