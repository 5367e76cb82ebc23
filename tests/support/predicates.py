"""Predicates and folios for property tests, and an independent reading of what a predicate means."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.folios import Folio
from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import Money
from clockdesk.domain.predicate import (
    And,
    AnyLike,
    Context,
    InList,
    IsNull,
    Leaf,
    Not,
    Or,
    Predicate,
    Relative,
    Test,
    Text,
)

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

FOLIOS = ENTITIES[Kind.FOLIO]
TODAY = date(2026, 10, 25)
"""In Sofia and Berlin a day of 25 hours."""
SOFIA = Context(TODAY, ZoneInfo("Europe/Sofia"))
SANTIAGO = Context(date(2026, 9, 6), ZoneInfo("America/Santiago"))
"""The clocks skip that day's midnight."""

TEXTS = [
    "",
    "a",
    "A",
    "ab",
    "aB",
    "ä",
    "Ä",
    "50%",
    "a_b",
    "a\\b",
    'a"b',
    "O'B, c",
    "and",
    "101",
    " a",
    "a\nb",
    "a+b&c#",
]
PATTERNS = ["", "a", "%", "_", "a%", "%B", "%a%", "a_b", r"a\_b", r"50\%", r"a\\b", "%a%b%", "__", "%_b", "ä", "%%a"]
NOON = datetime(2026, 10, 25, 10, 0, tzinfo=UTC)
INSTANTS = [
    NOON,
    NOON + timedelta(milliseconds=1),
    NOON + timedelta(microseconds=1500),
    datetime(2026, 10, 24, 20, 59, 59, 999000, UTC),
    datetime(2026, 10, 24, 21, tzinfo=UTC),
    datetime(2026, 10, 25, 22, tzinfo=UTC),
    datetime(2026, 9, 6, 3, 59, 59, 999000, UTC),
    datetime(2026, 9, 6, 4, tzinfo=UTC),
]
DAYS = [TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=1), date(2026, 9, 5), date(2026, 9, 6)]

_relative = st.builds(Relative, st.integers(-2, 2))
_texts = st.sampled_from(TEXTS)
VALUES: dict[str, SearchStrategy[Any]] = {
    "id": st.integers(1, 6),
    "payer_id": st.integers(1, 4),
    "name": _texts,
    "number": _texts,
    "payed": st.booleans(),
    "close_date": st.sampled_from(DAYS) | _relative,
    "closed_at": st.sampled_from(INSTANTS) | st.sampled_from(DAYS) | _relative,
    "voided_at": st.sampled_from(INSTANTS) | st.sampled_from(DAYS) | _relative,
    "state": st.sampled_from(["open", "closed", "voided"]),
    "balance": st.sampled_from([Decimal(0), Decimal("12.5"), Decimal("-3.20"), Decimal(100)]),
}
COLUMNS = [name for name in VALUES if FOLIOS.fields[name].column]
_UNORDERED = {"payed", "state"}
_WORDED = {"name", "number"}


@st.composite
def _field_leaves(draw: Any, names: list[str]) -> Predicate:
    name = draw(st.sampled_from(names))
    ops = ["=", "!="] if name in _UNORDERED else ["=", "!=", "<", "<=", ">", ">="]
    shape = draw(st.sampled_from(["test", "test", "in", "null", *(["like", "any"] if name in _WORDED else [])]))
    values = VALUES[name]
    if shape == "test":
        return Test(name, draw(st.sampled_from(ops)), draw(values))
    if shape == "in":
        return InList(name, tuple(draw(st.lists(values, max_size=3))), draw(st.booleans()))
    if shape == "null":
        return IsNull(name, draw(st.booleans()))
    if shape == "like":
        return Test(name, draw(st.sampled_from(["like", "not like"])), draw(st.sampled_from(PATTERNS)))
    return AnyLike(name, tuple(draw(st.lists(st.sampled_from(PATTERNS), max_size=3))))


def trees(leaves: SearchStrategy[Predicate]) -> SearchStrategy[Predicate]:
    """Trees as a text can say them: AND and OR of at least two parts."""
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds(Not, inner)
            | st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple))
            | st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple))
        ),
        max_leaves=6,
    )


def predicates(names: list[str] | None = None, *, text: bool = True) -> SearchStrategy[Predicate]:
    """Predicates over folios."""
    leaves: SearchStrategy[Predicate] = _field_leaves(names or list(VALUES))
    if text:
        leaves |= st.builds(AnyLike, st.just("name"), st.lists(st.sampled_from(PATTERNS), max_size=3).map(tuple))
        leaves |= st.builds(Text, st.sampled_from(["a", "B", "ä b", "", "101"]))
    return trees(leaves)


def _or_none(values: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.none() | values


FOLIO_ROWS: SearchStrategy[Folio] = st.builds(
    Folio,
    id=st.integers(1, 6),
    payer_id=_or_none(VALUES["payer_id"]),
    name=_or_none(_texts),
    number=_or_none(_texts),
    payed=_or_none(st.booleans()),
    close_date=_or_none(st.sampled_from(DAYS)),
    closed_at=_or_none(st.sampled_from(INSTANTS)),
    voided_at=_or_none(st.sampled_from(INSTANTS)),
    balance=_or_none(st.builds(Money, st.sampled_from([0, 1250, -320, 100]), st.sampled_from(["EUR", "JPY"]))),
)


def truth(predicate: Predicate, row: Folio, context: Context) -> bool | None:
    """What a predicate says of a row, None for unknown: straight from SQL's tables, with no normal form in between."""
    match predicate:
        case And(parts):
            found = [truth(part, row, context) for part in parts]
            return False if False in found else None if None in found else True
        case Or(parts):
            found = [truth(part, row, context) for part in parts]
            return True if True in found else None if None in found else False
        case Not(part):
            inner = truth(part, row, context)
            return None if inner is None else not inner
    return _leaf_truth(predicate, row, context)


def _leaf_truth(leaf: Leaf, row: Folio, context: Context) -> bool | None:
    match leaf:
        case Text(value):
            return all(_plain(word) in _plain(row.name or "") for word in value.split())
        case IsNull(name, negated):
            return (_value(row, name) is None) != negated
        case InList(_, (), negated):
            return negated
        case AnyLike(_, ()):
            return False
        case InList(name, values, negated):
            found = [_compared(_value(row, name), "=", value, context) for value in values]
            inside = None if None in found else True in found
            return None if inside is None else inside != negated
        case AnyLike(name, patterns):
            return truth(Or(tuple(Test(name, "like", pattern) for pattern in patterns)), row, context)
        case Test(name, op, value):
            return _compared(_value(row, name), op, value, context)


def _value(row: Folio, name: str) -> Any:
    if name != "balance":
        return getattr(row, name)
    if row.balance is None:
        return None
    return Decimal(row.balance.minor).scaleb(-2 if row.balance.currency == "EUR" else 0)


def _compared(found: Any, op: str, value: Any, context: Context) -> bool | None:
    if found is None:
        return True if op == "!=" else None
    if op in {"like", "not like"}:
        return like(value.casefold(), found.casefold()) == (op == "like")
    if isinstance(value, Relative):
        value = context.today + timedelta(days=value.days)
    if isinstance(found, datetime):
        if isinstance(value, datetime):
            found, value = (moment.timestamp() * 1000 // 1 for moment in (found, value))
        else:
            found = found.astimezone(context.zone).date()
    outcomes: dict[str, bool] = {
        "=": found == value,
        "!=": found != value,
        "<": found < value,
        "<=": found <= value,
        ">": found > value,
        ">=": found >= value,
    }
    return outcomes[op]


def like(pattern: str, text: str) -> bool:
    """LIKE by the book: one sign of the pattern after the other."""
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(like(pattern[1:], text[start:]) for start in range(len(text) + 1))
    if pattern[0] == "_":
        return bool(text) and like(pattern[1:], text[1:])
    pattern = pattern.removeprefix("\\") if len(pattern) > 1 else pattern
    return text[:1] == pattern[0] and like(pattern[1:], text[1:])


def _plain(text: str) -> str:
    """Letters without case and accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(sign))
