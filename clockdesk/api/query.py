r"""Predicates as the service's query strings (facts, sections 11 and 11b; engineering, section 3).

How a condition is spelled:

- `field.op=value`; a key without `=` says NULL (`close_date.eq`, `close_date.not_eq`); `field.eq=` says the empty text.
- A list is `field[]=1&field[]=2` (the form the service's own introduction shows); with an operator `field.not_in[]=1`.
- OR inside one attribute is `field.op_any[]=`, AND with one operator `field.op_all[]=`, because a key given twice
  counts once: the last one wins.
- "!=" is `is_distinct_from`: it holds for an empty field too, as `!=` does here.
- Instants are asked by `gteq` and `lt` in UTC with milliseconds. Never sent: `eq[]` (silently nothing), `between` (an
  error), an empty `in` (nothing).
- Everything outside RFC 3986's unreserved set is percent-encoded in values: a raw `,` or `'` breaks Rails' digest, a
  raw `\` or `"` Apache's, a raw `+` is a space.

Conditions on different keys are AND. An OR across attributes takes several requests, whose ids the caller unites.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias
from urllib.parse import quote

from clockdesk.domain.fields import FieldType
from clockdesk.domain.predicate import (
    ALL,
    And,
    AnyLike,
    InList,
    IsNull,
    Not,
    Op,
    Or,
    Predicate,
    Test,
    Text,
    all_of,
    check,
    conjuncts,
    ground,
    negation_normal,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clockdesk.domain.fields import Entity
    from clockdesk.domain.predicate import Context, PlainValue

MAX_QUERY: Final = 3_900
"""Bytes of one query string, so that the whole address stays within 4 kB."""
MAX_BRANCHES: Final = 8
"""Requests an OR may cost; beyond, reading more and checking here is the better bargain."""
MIN_FREE_TEXT: Final = 3
"""Letters. `guests/search` answers a shorter term with a 500 (facts, section 3); bookings are assumed alike."""
_MAX_VALUE: Final = 2_000
_SEVERAL: Final = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """How to ask the service.

    `requests` are raw query strings; the id lists of several are united. `b""` is the whole list; no request at all
    means that nothing can match. `unsent` says in plain words (without values) what the service can't be asked; then
    the answer is a superset, and `local` is the part still to be checked. Whatever the service returns, the whole
    predicate confirms each row once it is read: texts and case may be compared otherwise over there.
    """

    requests: tuple[bytes, ...]
    local: Predicate = ALL
    unsent: tuple[str, ...] = ()


class _Condition(NamedTuple):
    """One key of a query string: a field, Arel's word ("" = the field alone), the values as text (None = NULL)."""

    field: str
    op: str
    values: tuple[str | None, ...]

    @property
    def key(self) -> str:
        """As it stands in the query."""
        if self.op == "in":
            return f"{self.field}[]"
        listed = "[]" if self.op == "not_in" or self.op.endswith(("_any", "_all")) else ""
        return f"{self.field}.{self.op}{listed}" if self.op else self.field

    @property
    def pieces(self) -> list[bytes]:
        """The `key=value` pairs; a key alone is NULL."""
        return [
            (self.key if value is None else f"{self.key}={quote(value, safe='')}").encode() for value in self.values
        ]

    @property
    def splits(self) -> bool:
        """Whether asking for some of the values now and for the others later gives the same in the end."""
        return self.op == "in" or self.op.endswith("_any")


_Way: TypeAlias = tuple[_Condition, ...]
"""Conditions that one request joins by AND."""

_WORDS: Final[dict[Op, str]] = {
    "=": "eq",
    "!=": "is_distinct_from",
    "<": "lt",
    "<=": "lteq",
    ">": "gt",
    ">=": "gteq",
    "like": "matches",
    "not like": "does_not_match",
}
_LISTED: Final = frozenset({"not_eq", "lt", "lteq", "gt", "gteq", "matches", "does_not_match"})
"""The words that have an `_any` and an `_all` form we use."""
_SETS: Final = frozenset({"in", "eq_any"})
_MERGED: Final = _LISTED | _SETS | {"eq", "not_in"}
_WORDED: Final = frozenset({FieldType.TEXT, FieldType.ENUM})


_TOO_MANY: Final = f"it would take more than {MAX_BRANCHES} requests"


class _CannotSendError(Exception):
    """A part the service can't be asked; the text is the reason."""


def to_query(predicate: Predicate, entity: Entity, context: Context, *, has_distinct: bool = True) -> Plan:
    """The requests that answer a predicate, or a superset of it.

    NOT is pushed down by De Morgan; only conjuncts under the top-level AND are split between service and here; an OR
    with a branch the service can't do stays here as a whole. `has_distinct=False` is for a service without
    `is_distinct_from`: "!=" then takes two requests. Keys stand in the order of the predicate, so that one predicate
    is one string. Raises PredicateError for a predicate that does not fit the kind.
    """
    check(predicate, entity)
    writer = _Writer(entity, context, has_distinct=has_distinct)
    parts = writer.spread(conjuncts(negation_normal(predicate)))
    chosen: list[tuple[_Way, ...]] = []
    unsent: dict[Predicate, str] = {}
    for part in parts:
        try:
            ways = writer.ways(ground(part, entity, context))
            _require_room([*chosen, ways])
            chosen.append(ways)
        except _CannotSendError as reason:
            unsent[part] = str(reason)
    merged = (_merged(way) for way in _combined(chosen))
    queries = (query for way in merged if way is not None for query in _queries(way))
    return Plan(tuple(dict.fromkeys(queries)), all_of(unsent), tuple(dict.fromkeys(unsent.values())))


class _Writer:
    """Spells predicates for one kind of object."""

    def __init__(self, entity: Entity, context: Context, *, has_distinct: bool) -> None:
        self._entity = entity
        self._context = context
        self._has_distinct = has_distinct

    def spread(self, parts: Sequence[Predicate]) -> list[Predicate]:
        """The parts, several "!=" on one field as one: `is_distinct_from` has no list form, NULL and `not_in` have."""
        values: dict[str, list[PlainValue]] = {}
        for part in parts:
            if isinstance(part, Test) and part.op == "!=":
                values.setdefault(part.field, []).append(part.value)
        spread: list[Predicate] = []
        for part in parts:
            several = values[part.field] if isinstance(part, Test) and part.op == "!=" else []
            if not isinstance(part, Test) or len(several) < _SEVERAL:
                spread.append(part)
            elif part.value == several[0]:
                spread.append(self._or_empty(InList(part.field, tuple(several), negated=True), part.field))
        return spread

    def _or_empty(self, test: InList | Not, name: str) -> Predicate:
        """The test, or no value at all; a field that no object lacks saves the second request."""
        return Or((test, IsNull(name))) if self._entity.fields[name].nullable else test

    def ways(self, predicate: Predicate) -> tuple[_Way, ...]:
        """The ways of which one must hold. Raises _CannotSendError with the reason."""
        match predicate:
            case Or(parts):
                ways = _any_merged(way for part in parts for way in self.ways(part))
            case And(parts):
                ways = _combined([self.ways(part) for part in self.spread(parts)])
            case Test(name, "!=", value) if not self._has_distinct:
                return self.ways(self._or_empty(Not(Test(name, "=", value)), name))
            case _:
                return ((self._condition(predicate),),)
        if len(ways) > MAX_BRANCHES:
            raise _CannotSendError(_TOO_MANY)
        return tuple(ways)

    def _condition(self, leaf: Predicate) -> _Condition:
        match leaf:
            case Text(value):
                return self._free_text(value)
            case Test(name, op, value):
                return self._column(name, _WORDS[op], (value,))
            case Not(Test(name, _, value)):
                return self._column(name, "not_eq", (value,))
            case InList(name, values, negated):
                return self._column(name, "not_in" if negated else "in", values)
            case IsNull(name, negated):
                self._column(name, "eq", ())
                return _Condition(name, "not_eq" if negated else "eq", (None,))
            case AnyLike(name, patterns):
                return self._column(name, "matches_any", patterns)
        raise _CannotSendError("the service can't search for what lacks a word")

    def _column(self, name: str, op: str, values: Iterable[PlainValue]) -> _Condition:
        wanted = self._entity.fields[name]
        if not wanted.column:
            raise _CannotSendError(f'the service can\'t filter by "{name}"')
        if wanted.type in _WORDED and op in {"lt", "lteq", "gt", "gteq"}:
            raise _CannotSendError(f'the service orders the text of "{name}" by rules of its own')
        return _Condition(name, op, tuple(_wire(value) for value in values))

    def _free_text(self, value: str) -> _Condition:
        if self._entity.free_text is None:
            raise _CannotSendError(f"the service has no free text search in its list of {self._entity.name}")
        if len(value.strip()) < MIN_FREE_TEXT:
            raise _CannotSendError(f"the service searches free text from {MIN_FREE_TEXT} letters on")
        return _Condition(self._entity.free_text, "", (_wire(value.strip()),))


def _wire(value: PlainValue) -> str:
    """A grounded value as the service reads it. Raises _CannotSendError for text that no query string can carry."""
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case str():
            if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
                raise _CannotSendError("a text holds a character that can't be sent")
            if len(quote(value, safe="")) > _MAX_VALUE:
                raise _CannotSendError("a text is too long to be sent")
    return str(value)


def _combined(parts: Sequence[tuple[_Way, ...]]) -> list[_Way]:
    """AND of parts: every choice of one way a part. Raises _CannotSendError when these are too many."""
    if prod(map(len, parts)) > MAX_BRANCHES:
        raise _CannotSendError(_TOO_MANY)
    return [tuple(condition for way in choice for condition in way) for choice in product(*parts)]


def _any_merged(ways: Iterable[_Way]) -> list[_Way]:
    """OR of ways: those that ask one column with one word become a list (`eq_any[]`, `matches_any[]`, an IN list)."""
    merged: dict[object, _Way] = {}
    for way in ways:
        op = way[0].op.removesuffix("_any")
        listable = len(way) == 1 and (op in _LISTED or op in {"eq", "in"}) and way[0].values != (None,)
        family = (way[0].field, "eq" if op == "in" else op) if listable else way
        merged[family] = (_either(merged[family][0], way[0]),) if family in merged else way
    return list(merged.values())


def _either(one: _Condition, other: _Condition) -> _Condition:
    if one == other:
        return one
    op = "in" if "in" in {one.op, other.op} else one.op.removesuffix("_any") + "_any"
    return _Condition(one.field, op, tuple(dict.fromkeys(one.values + other.values)))


def _merged(way: _Way) -> _Way | None:
    """AND of conditions, each key once; None when they exclude one another."""
    keys: dict[tuple[str, str], list[_Condition]] = {}
    for condition in dict.fromkeys(way):
        family = "in" if condition.op in _SETS else condition.op
        keys.setdefault((condition.field, family), []).append(condition)
    merged = [same[0] if len(same) == 1 else _both(same) for same in keys.values()]
    return None if any(not condition.values for condition in merged) else tuple(merged)


def _both(same: list[_Condition]) -> _Condition:
    """Different conditions that would take one key, as one; without values when no row can meet them all."""
    field, op, first = same[0]
    values = tuple(dict.fromkeys(value for condition in same for value in condition.values if value is not None))
    if op in _SETS:
        return _Condition(field, "in", tuple(v for v in first if all(v in other.values for other in same)))
    if op == "eq":
        return _Condition(field, op, ())
    if op == "not_in" or len(values) == 1:  # one value: what differs from it has a value, so NOT NULL adds nothing
        return _Condition(field, op, values)
    return _Condition(field, f"{op}_all", values)


def _require_room(parts: Sequence[tuple[_Way, ...]]) -> None:
    """See that the parts still fit into requests. Raises _CannotSendError with the reason why the last does not."""
    for way in _combined(parts):
        for condition in way:
            if condition.op not in _MERGED and len({other for other in way if other[:2] == condition[:2]}) > 1:
                raise _CannotSendError(f'the service takes one condition "{condition.key}" at a time')
        merged = _merged(way)
        if merged is not None and _least_size(merged) > MAX_QUERY:
            raise _CannotSendError("the request would be longer than 4 kB")


def _size(pieces: Sequence[bytes]) -> int:
    return sum(map(len, pieces)) + len(pieces)


def _longest_list(way: _Way) -> _Condition | None:
    lists = [condition for condition in way if condition.splits]
    return max(lists, key=lambda condition: _size(condition.pieces), default=None)


def _least_size(way: _Way) -> int:
    """Bytes of the longest request when the longest list goes value by value."""
    size = _size([piece for condition in way for piece in condition.pieces])
    longest = _longest_list(way)
    return size if longest is None else size - _size(longest.pieces) + max(map(len, longest.pieces)) + 1


def _queries(way: _Way) -> Iterator[bytes]:
    """The query string, or several of at most MAX_QUERY bytes that share out the longest list."""
    longest = _longest_list(way)
    room = MAX_QUERY - _size([piece for condition in way if condition is not longest for piece in condition.pieces])
    portions: list[list[bytes]] = [[]]
    used = 0
    for piece in longest.pieces if longest else ():
        used += len(piece) + 1
        if portions[-1] and used > room:
            portions.append([])
            used = len(piece) + 1
        portions[-1].append(piece)
    for portion in portions:
        pieces = (portion if condition is longest else condition.pieces for condition in way)
        yield b"&".join(piece for some in pieces for piece in some)
