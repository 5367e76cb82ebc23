"""Predicates read over rows: typed validation, the calendar, and the compiled matcher (design, section 3).

The tree itself is in `predicate_tree`, its text form in `predicate_text`, what a matcher is built of in `row_tests`,
its query strings in `api.query`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from clockdesk.domain.errors import UserError
from clockdesk.domain.fields import FieldType
from clockdesk.domain.like import ends_open, escape_like, fold
from clockdesk.domain.money import INT64_MAX, INT64_MIN
from clockdesk.domain.predicate_tree import (
    ALL,
    NONE,
    And,
    AnyLike,
    InList,
    IsNull,
    Leaf,
    Not,
    Op,
    Or,
    PlainValue,
    Predicate,
    Relative,
    Test,
    Text,
    all_of,
    any_of,
    conjuncts,
    depends_on_today,
    leaves,
    negation_normal,
    simplify,
    values_of,
)
from clockdesk.domain.row_tests import comparison, differs, empty, every, liked, member, says, some

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clockdesk.domain.fields import Entity, Field, Reader
    from clockdesk.domain.row_tests import Matcher

__all__ = [
    "ALL",
    "NONE",
    "And",
    "AnyLike",
    "Context",
    "InList",
    "IsNull",
    "Leaf",
    "Not",
    "Op",
    "Or",
    "PlainValue",
    "Predicate",
    "PredicateError",
    "Relative",
    "Test",
    "Text",
    "all_of",
    "any_of",
    "check",
    "compile_matcher",
    "conjuncts",
    "depends_on_today",
    "escape_like",
    "expected",
    "fits",
    "fold",
    "ground",
    "leaves",
    "negation_normal",
    "simplify",
]

MILLISECOND: Final = timedelta(milliseconds=1)
_FIRST_YEAR, _LAST_YEAR = 1000, 9998
"""Years of four digits, and one to spare for the end of the last day in any zone."""
_MOST_DAYS: Final = 36_525
_MOST_DIGITS, _MOST_PLACES = 18, 12
"""Room for the service's decimals (15,4) and to spare."""

_ORDERED: Final = {FieldType.TEXT, FieldType.INT, FieldType.ID, FieldType.DECIMAL, FieldType.DATE, FieldType.INSTANT}
_WORDED: Final = {FieldType.TEXT, FieldType.ENUM}
_EXPECTED: Final = {
    FieldType.TEXT: "text",
    FieldType.ENUM: "one of the known words",
    FieldType.INT: "a whole number of at most 64 bits",
    FieldType.ID: "a whole number of at most 64 bits",
    FieldType.BOOL: "true or false",
    FieldType.DATE: f"a day such as 2026-11-21 or today+3 (years {_FIRST_YEAR} to {_LAST_YEAR})",
    FieldType.INSTANT: f"a day or an instant such as 2026-11-21T10:00Z (years {_FIRST_YEAR} to {_LAST_YEAR})",
    FieldType.DECIMAL: "a number such as 12.50",
}


class PredicateError(UserError):
    """A predicate that cannot be read. `position` counts characters of its text from 0; None when it has no text."""

    def __init__(self, sentence: str, position: int | None = None) -> None:
        super().__init__(sentence)
        self.position = position


@dataclass(frozen=True, slots=True)
class Context:
    """What a predicate needs beside the row.

    `today` is the hotel's calendar day and `zone` its zone. `text_of` gives the text that free text searches, already
    through `fold` (None: the kind's own members, folded at each row). `getters` supply fields that live in other
    objects (a booking's room number) and may replace any other field's reader.
    """

    today: date
    zone: tzinfo
    text_of: Callable[[Any], str] | None = None
    getters: Mapping[str, Reader] = field(default_factory=dict)


def check(predicate: Predicate, entity: Entity) -> None:
    """See that every field exists, takes its operator and is given values of its type. Raises PredicateError."""
    for leaf in leaves(predicate):
        if not isinstance(leaf, Text):
            _check_leaf(leaf, entity)


def _check_leaf(leaf: Test | InList | IsNull | AnyLike, entity: Entity) -> None:
    wanted = entity.fields.get(leaf.field)
    if wanted is None:
        raise PredicateError(f'{entity.name} have no field "{leaf.field}"')
    op = leaf.op if isinstance(leaf, Test) else "matches_any" if isinstance(leaf, AnyLike) else "="
    if op in {"like", "not like", "matches_any"} and wanted.type not in _WORDED:
        raise PredicateError(f'"{op}" works on text; "{leaf.field}" takes {_EXPECTED[wanted.type]}')
    if op in {"<", "<=", ">", ">="} and wanted.type not in _ORDERED:
        raise PredicateError(f'"{op}" needs an order; "{leaf.field}" takes {_EXPECTED[wanted.type]}, so use = or !=')
    for value in values_of(leaf):
        if op in {"like", "not like", "matches_any"}:
            if not isinstance(value, str) or ends_open(value):
                raise PredicateError(f'the pattern of "{leaf.field}" ends with a \\ that escapes nothing; write \\\\')
        elif not fits(value, wanted):
            raise PredicateError(f'"{leaf.field}" takes {expected(wanted)}')


def expected(wanted: Field) -> str:
    """What values a field takes, in words."""
    if wanted.closed:
        return "one of " + ", ".join(wanted.choices)
    return _EXPECTED[wanted.type]


def fits(value: PlainValue, wanted: Field) -> bool:
    """Whether a field takes this value."""
    match wanted.type:
        case FieldType.TEXT:
            return isinstance(value, str)
        case FieldType.ENUM:
            return isinstance(value, str) and (not wanted.closed or value in wanted.choices)
        case FieldType.BOOL:
            return isinstance(value, bool)
        case FieldType.INT | FieldType.ID:
            return isinstance(value, int) and not isinstance(value, bool) and INT64_MIN <= value <= INT64_MAX
        case FieldType.DECIMAL:
            return isinstance(value, Decimal | int) and not isinstance(value, bool) and _fits_decimal(Decimal(value))
        case FieldType.DATE | FieldType.INSTANT:
            return _fits_calendar(value, instants=wanted.type is FieldType.INSTANT)


def _fits_decimal(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_MOST_PLACES and abs(value) < 10**_MOST_DIGITS


def _fits_calendar(value: PlainValue, *, instants: bool) -> bool:
    if isinstance(value, Relative):
        return abs(value.days) <= _MOST_DAYS
    if not isinstance(value, date) or (isinstance(value, datetime) and (not instants or value.tzinfo is None)):
        return False
    return _FIRST_YEAR <= value.year <= _LAST_YEAR


def ground(predicate: Predicate, entity: Entity, context: Context) -> Predicate:
    """The predicate in the plain terms in which rows and the service are asked, with the same matches.

    In negation normal form; relative days are days; tests of an instant are only ">=" and "<" at whole milliseconds of
    UTC (the service keeps microseconds and shows milliseconds), a day being the hotel's from midnight to midnight.
    """
    return simplify(_grounded(negation_normal(predicate), entity, context))


def _grounded(predicate: Predicate, entity: Entity, context: Context) -> Predicate:
    match predicate:
        case And(parts):
            return And(tuple(_grounded(part, entity, context) for part in parts))
        case Or(parts):
            return Or(tuple(_grounded(part, entity, context) for part in parts))
        case Not(Test(name, "=", value)) if entity.fields[name].type is FieldType.INSTANT:
            lower, upper = _bounds(value, context)
            return Or((Test(name, "<", lower), Test(name, ">=", upper)))
        case Not(part):
            return Not(_grounded(part, entity, context))
        case Test(name, op, value) if entity.fields[name].type is FieldType.INSTANT:
            return _instant_test(name, op, *_bounds(value, context))
        case InList(name, values, negated) if entity.fields[name].type is FieldType.INSTANT:
            tests: list[Predicate] = [Test(name, "=", value) for value in values]
            spelled: Predicate = And(tuple(map(Not, tests))) if negated else Or(tuple(tests))
            return _grounded(spelled, entity, context)
        case Test(name, op, Relative() as day):
            return Test(name, op, _day(day, context))
        case InList(name, values, negated):
            days = (_day(value, context) if isinstance(value, Relative) else value for value in values)
            return InList(name, tuple(dict.fromkeys(days)), negated)
    return predicate


def _day(value: date | Relative, context: Context) -> date:
    return context.today + timedelta(days=value.days) if isinstance(value, Relative) else value


def _bounds(value: PlainValue, context: Context) -> tuple[datetime, datetime]:
    """The first instant that is this value and the first after it."""
    if isinstance(value, datetime):
        exact = value.astimezone(UTC)
        start = exact.replace(microsecond=exact.microsecond // 1000 * 1000)
        return start, start + MILLISECOND
    if not isinstance(value, date | Relative):
        raise TypeError("an instant is compared with days and instants only")
    day = _day(value, context)
    return _midnight(day, context.zone), _midnight(day + timedelta(days=1), context.zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    """When the hotel's day begins. A midnight that the clocks skip is the moment at which they skip it."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _instant_test(name: str, op: Op, lower: datetime, upper: datetime) -> Predicate:
    match op:
        case "<":
            return Test(name, "<", lower)
        case "<=":
            return Test(name, "<", upper)
        case ">":
            return Test(name, ">=", upper)
        case ">=":
            return Test(name, ">=", lower)
        case "=":
            return And((Test(name, ">=", lower), Test(name, "<", upper)))
    return Or((Test(name, "<", lower), Test(name, ">=", upper), IsNull(name)))


def compile_matcher(predicate: Predicate, entity: Entity, context: Context) -> Matcher:
    """A test of one row; a row matches when the predicate is true for it, not when it is unknown.

    Everything is worked out here, so that 20,000 rows cost milliseconds. Compile anew when the hotel's day changes
    (`depends_on_today`). Raises PredicateError for a predicate that does not fit the kind, and for a joined field that
    the context has no getter for.
    """
    check(predicate, entity)
    return _Compiler(entity, context).matcher(ground(predicate, entity, context))


class _Compiler:
    """Builds closures out of a grounded predicate; unknown and false are one there, because nothing negates them."""

    def __init__(self, entity: Entity, context: Context) -> None:
        self._entity = entity
        self._context = context

    def matcher(self, predicate: Predicate) -> Matcher:
        match predicate:
            case And(parts):
                return every([self.matcher(part) for part in sorted(parts, key=_cost)])
            case Or(parts):
                return some([self.matcher(part) for part in sorted(parts, key=_cost)])
            case Not(Test(name, _, value)):
                return differs(self._reader(name), value)
            case Not(part):
                inner = self.matcher(part)
                return lambda row: not inner(row)
            case Text(value):
                return says(self._context.text_of or self._entity.folded_text, tuple(fold(value).split()))
            case Test(name, op, value):
                return comparison(self._reader(name), op, value)
            case InList(name, values, negated):
                return member(self._reader(name), frozenset(values), negated=negated)
            case IsNull(name, negated):
                return empty(self._reader(name), negated=negated)
            case AnyLike(name, patterns):
                read = self._reader(name)
                return some([liked(read, pattern) for pattern in patterns])

    def _reader(self, name: str) -> Reader:
        if name in self._context.getters:
            return self._context.getters[name]
        wanted = self._entity.fields[name]
        if wanted.joined:
            raise PredicateError(f'"{name}" of {self._entity.name} can\'t be looked up in this place')
        return wanted.read or attrgetter(name)


def _cost(predicate: Predicate) -> int:
    """A rank by which cheap tests come before text."""
    found = list(leaves(predicate))
    return 2 if any(isinstance(leaf, Text) for leaf in found) else len(found) > 1
