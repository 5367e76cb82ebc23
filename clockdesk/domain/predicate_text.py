r"""The text form of predicates: search box, saved filters, links and the command line.

    or    = and ("or" and)*          and = not ("and" not)*         not = "not" not | "(" or ")" | test
    test  = field op value | field ["not"] "in" "[" value ("," value)* "]" | field "is" ["not"] "null"
          | "text" "~" value
    op    = "=" | "!=" | "<" | "<=" | ">" | ">=" | "like" | "not like" | "matches_any" "[" ... "]"
    value = word | "quoted \" text" | number | 2026-11-21 | today | today+3 | 2026-11-21T10:00Z | true | false

Empty text is everything. Keywords go in any case. Between quotes `\"` is a quote and `\\` a backslash; before any other
character a backslash stands for itself, so a LIKE pattern may say `"100\%"`. An empty list (`in []`) is nothing.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, TypeVar, cast

from clockdesk.domain.fields import FieldType
from clockdesk.domain.predicate import (
    ALL,
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
    PredicateError,
    Relative,
    Test,
    Text,
    check,
    expected,
    fits,
)
from clockdesk.domain.predicate_lexer import KEYWORDS, Sort, Token, quote, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.domain.fields import Entity, Field

_Item = TypeVar("_Item", bound=PlainValue)

_DEEPEST: Final = 60
_COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=")
_AFTER_FIELD: Final = "a comparison (= != < <= > >= like, not like, in, not in, is null, matches_any)"
_RELATIVE: Final = re.compile(r"today(?:([+-])([0-9]{1,6}))?", re.IGNORECASE)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)",
    re.IGNORECASE,
)
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,12})?")
_BARE: Final = re.compile(r"\w[\w.@:#-]*")
_QUOTED_ALWAYS: Final = KEYWORDS | {"true", "false", "today"}


def parse(text: str, entity: Entity) -> Predicate:
    """The predicate a text says about this kind; empty text gives ALL.

    Raises PredicateError (a UserError with `position`) that names the place, what stands there and what should.
    """
    found = tokens(text)
    return ALL if found[0].sort is Sort.END else _Parser(found, entity).whole()


class _Parser:
    """Recursive descent, one method for each rule of the grammar."""

    def __init__(self, found: list[Token], entity: Entity) -> None:
        self._tokens = iter(found)
        self._here = next(self._tokens)
        self._entity = entity
        self._depth = 0

    def whole(self) -> Predicate:
        predicate = self._or()
        if self._here.sort is not Sort.END:
            raise _odd(self._here, '"and", "or" or the end')
        return predicate

    def _take(self) -> Token:
        taken = self._here
        self._here = next(self._tokens, taken)
        return taken

    def _taken(self, *words: str) -> bool:
        """Step over one of these keywords or signs, if it stands here."""
        stands = self._here.is_word(*words) or self._here.is_sign(*words)
        if stands:
            self._take()
        return stands

    def _need(self, sign: str) -> None:
        if not self._taken(sign):
            raise _odd(self._here, f'"{sign}"')

    def _or(self) -> Predicate:
        parts = [self._and()]
        while self._taken("or"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self) -> Predicate:
        parts = [self._not()]
        while self._taken("and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _not(self) -> Predicate:
        if not (self._here.is_word("not") or self._here.is_sign("(")):
            return self._test()
        opening = self._take()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise PredicateError(f"At character {opening.position + 1}: nested too deeply.", opening.position)
        if opening.is_sign("("):
            inner = self._or()
            self._need(")")
        else:
            inner = Not(self._not())
        self._depth -= 1
        return inner

    def _test(self) -> Predicate:
        name = self._take()
        if name.is_word("text") and self._taken("~"):
            return Text(self._value_token("what to look for").text)
        wanted = self._field(name)
        if self._here.is_sign(*_COMPARISONS):
            sign = self._take()
            return self._checked(Test(wanted.name, cast("Op", sign.text), self._value(wanted)), sign)
        if self._taken("is"):
            negated = self._taken("not")
            if not self._taken("null"):
                raise _odd(self._here, '"null"' if negated else '"null" or "not null"')
            return IsNull(wanted.name, negated)
        return self._worded(wanted)

    def _worded(self, wanted: Field) -> Predicate:
        """The rest of a test whose operator is a word."""
        word = self._here
        negated = self._taken("not")
        if self._taken("in"):
            return InList(wanted.name, self._list(lambda: self._value(wanted)), negated)
        if self._taken("like"):
            op: Op = "not like" if negated else "like"
            self._checked(Test(wanted.name, op, ""), word)
            return Test(wanted.name, op, self._pattern(wanted))
        if not negated and self._taken("matches_any"):
            self._checked(AnyLike(wanted.name, ("",)), word)
            return AnyLike(wanted.name, self._list(lambda: self._pattern(wanted)))
        raise _odd(self._here, '"in" or "like"' if negated else _AFTER_FIELD)

    def _list(self, item: Callable[[], _Item]) -> tuple[_Item, ...]:
        self._need("[")
        if self._taken("]"):
            return ()
        items = [item()]
        while self._taken(","):
            items.append(item())
        if not self._taken("]"):
            raise _odd(self._here, '"," or "]"')
        return tuple(items)

    def _field(self, name: Token) -> Field:
        if name.sort is not Sort.WORD or name.is_word(*KEYWORDS):
            raise _odd(name, f'a field of {self._entity.name}, "not" or "("')
        fields = self._entity.fields
        if wanted := fields.get(name.text) or fields.get(name.text.lower()):
            return wanted
        near = get_close_matches(name.text.lower(), fields, n=1)
        if name.is_word("text"):
            hint = 'free text is written: text ~ "..."'
        elif near:
            hint = f'did you mean "{near[0]}"?'
        elif self._here.sort in {Sort.END, Sort.WORD}:
            hint = f"to look for words write: text ~ {quote(name.text)}"
        else:
            hint = "it knows " + ", ".join(list(fields)[:8]) + " and others"
        raise PredicateError(
            f"At character {name.position + 1}: {self._entity.name} have no field {name.shown}; {hint}", name.position
        )

    def _value_token(self, wanted: str) -> Token:
        value = self._here
        if value.sort is Sort.QUOTED or (value.sort is Sort.WORD and not value.is_word(*KEYWORDS)):
            return self._take()
        hint = ' (for a missing value write "is null")' if value.is_word("null") else ""
        raise _odd(value, wanted + hint)

    def _value(self, wanted: Field) -> PlainValue:
        token = self._value_token(expected(wanted))
        value = _value(token.text, wanted)
        if value is None or not fits(value, wanted):
            raise _odd(token, expected(wanted) + _nearest(token.text, wanted))
        return value

    def _pattern(self, wanted: Field) -> str:
        token = self._value_token("a pattern")
        self._checked(Test(wanted.name, "like", token.text), token)
        return token.text

    def _checked(self, leaf: Leaf, place: Token) -> Leaf:
        try:
            check(leaf, self._entity)
        except PredicateError as error:
            raise PredicateError(f"At character {place.position + 1}: {error}.", place.position) from None
        return leaf


def _odd(token: Token, wanted: str) -> PredicateError:
    stop = "" if wanted.endswith("?") else "."
    return PredicateError(
        f"At character {token.position + 1}: found {token.shown}, expected {wanted}{stop}", token.position
    )


def _nearest(text: str, wanted: Field) -> str:
    near = get_close_matches(text.lower(), wanted.choices, n=1) if wanted.closed else []
    return f'; did you mean "{near[0]}"?' if near else ""


def _value(text: str, wanted: Field) -> PlainValue | None:
    """The value a word stands for in this field, or None."""
    value: PlainValue | None = None
    match wanted.type:
        case FieldType.TEXT:
            return text
        case FieldType.ENUM:
            value = text.lower() if wanted.closed else text
        case FieldType.BOOL:
            value = {"true": True, "false": False}.get(text.lower())
        case FieldType.INT | FieldType.ID:
            value = int(text) if _WHOLE.fullmatch(text) else None
        case FieldType.DECIMAL:
            value = Decimal(text) if _NUMBER.fullmatch(text) else None
        case FieldType.DATE | FieldType.INSTANT:
            value = _calendar(text)
    return value


def _calendar(text: str) -> date | Relative | None:
    """A day, a day counted from today, or an instant; an instant comes back in UTC."""
    if relative := _RELATIVE.fullmatch(text):
        return Relative(int(f"{relative[1] or '+'}{relative[2] or 0}"))
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):  # the 30th of February, or an hour before the year 1
        return None
    return None


def format_predicate(predicate: Predicate, entity: Entity) -> str:
    """The one canonical text of a predicate; `parse` gives the same predicate back.

    (Not the same but an equal one for trees that no text says: an AND of one part, or ALL inside another predicate.)
    Raises PredicateError for a predicate that does not fit the kind.
    """
    check(predicate, entity)
    return "" if predicate == ALL else _written(predicate, next(iter(entity.fields)))


def _written(predicate: Predicate, any_field: str) -> str:
    match predicate:
        case And(()):
            return f"{any_field} not in []"
        case Or(()):
            return f"{any_field} in []"
        case And((part,)) | Or((part,)):
            return _written(part, any_field)
        case And(parts):
            return " and ".join(_bracketed(part, any_field) for part in parts)
        case Or(parts):
            return " or ".join(
                _bracketed(part, any_field) if isinstance(part, Or) else _written(part, any_field) for part in parts
            )
        case Not(part):
            return f"not {_bracketed(part, any_field)}"
    return _leaf(predicate)


def _bracketed(part: Predicate, any_field: str) -> str:
    text = _written(part, any_field)
    return f"({text})" if isinstance(part, And | Or) else text


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Text(value):
            return f"text ~ {quote(value)}"
        case IsNull(name, negated):
            return f"{name} is not null" if negated else f"{name} is null"
        case AnyLike(name, patterns):
            return f"{name} matches_any [{', '.join(map(quote, patterns))}]"
        case InList(name, values, negated):
            return f"{name} {'not in' if negated else 'in'} [{', '.join(map(_spelled, values))}]"
        case Test(name, ("like" | "not like") as op, str() as pattern):
            return f"{name} {op} {quote(pattern)}"
        case Test(name, op, value):
            return f"{name} {op} {_spelled(value)}"


def _spelled(value: PlainValue) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value if _BARE.fullmatch(value) and value.lower() not in _QUOTED_ALWAYS else quote(value)
        case Relative(days):
            return f"today{days:+}" if days else "today"
        case Decimal():
            return format(value, "f")
        case datetime():
            return _instant(value.astimezone(UTC))
        case date():
            return value.isoformat()
    return str(value)


def _instant(value: datetime) -> str:
    """As short as it stays exact: 2026-11-21T10:00Z, with seconds, milliseconds or microseconds where there are any."""
    if value.microsecond:
        fineness = "microseconds" if value.microsecond % 1000 else "milliseconds"
    else:
        fineness = "seconds" if value.second else "minutes"
    return value.replace(tzinfo=None).isoformat(timespec=fineness) + "Z"
