"""Filters on lists: `attribute.operator=value` as Rails' Arel would turn it into SQL (facts, sections 11 and 11b).

Only database columns can be filtered on. Everything else ends as the service ends it: a 500 with the database's or
Ruby's error text.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from clockdesk.hotel.params import Param, Params

Cast = int | float | str | None

_COMPARE: Final = {"eq": "=", "not_eq": "<>", "gt": ">", "gteq": ">=", "lt": "<", "lteq": "<="}
_DISTINCT: Final = {"is_distinct_from": "IS NOT", "is_not_distinct_from": "IS"}
_LIKE: Final = {"matches": "", "does_not_match": "NOT "}
_REGEXP: Final = {"matches_regexp": "", "does_not_match_regexp": "NOT "}
_SETS: Final = {"in": "IN", "not_in": "NOT IN"}
_RANGES: Final = {"between", "not_between"}
_NO_CONDITION: Final = {
    "contains": "PG::UndefinedFunction: ERROR:  operator does not exist: {kind} @> unknown",
    "overlaps": "PG::UndefinedFunction: ERROR:  operator does not exist: {kind} && unknown",
    "concat": "PG::DatatypeMismatch: ERROR:  argument of WHERE must be type boolean, not type text",
    "when": 'PG::SyntaxError: ERROR:  syntax error at or near "WHEN"',
}
_MANY: Final = re.compile(r"(.+)_(any|all)")
_WITH_MANY: Final = {*_COMPARE, *_LIKE, *_SETS}
_PG_KIND: Final = {
    "int": "integer",
    "num": "numeric",
    "text": "text",
    "bool": "boolean",
    "date": "date",
    "dt": "timestamp",
}

_NUMBER: Final = re.compile(r"\s*([+-]?\d+)(\.\d+)?")
_DATE: Final = re.compile(r"\s*(\d{4,})-(\d{1,2})-(\d{1,2})(?!\d)")
_TIME: Final = re.compile(
    r"[T\s]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?", re.IGNORECASE
)
_FALSE: Final = {"0", "f", "F", "false", "FALSE", "off", "OFF"}
_AFTER_ALL: Final = {"date": "9999-12-31", "dt": "9999-12-31T23:59:59.999Z"}


class FilterError(Exception):
    """The question can't be put to the database: the service answers 500 with this text."""


def install(db: sqlite3.Connection) -> None:
    """Give the connection the functions that filters need."""
    db.create_function("pg_ilike", 2, _ilike, deterministic=True)
    db.create_function("pg_regexp", 2, _regexp, deterministic=True)


def conditions(table: str, kinds: Mapping[str, str], params: Params) -> tuple[str, list[Cast]]:
    """The WHERE clause (without the word) and its values for the parameters of a list call.

    Raises:
        FilterError: unknown column or operator, or a value the operator can't take.
    """
    parts, values = ["1"], list[Cast]()
    for key, value in params.items():
        column, _, operator = key.partition(".")
        if column not in kinds:
            raise FilterError(
                f"PG::UndefinedColumn: ERROR:  column {table}.{column} does not exist\n"
                f'LINE 1: ..."{table}" WHERE "{table}"."{column}"'
            )
        operator = operator or ("in" if isinstance(value, list) else "eq")
        sql, more = _condition(f'"{table}"."{column}"', kinds[column], operator, value)
        parts.append(sql)
        values += more
    return " AND ".join(parts), values


def _condition(column: str, kind: str, operator: str, value: Param) -> tuple[str, list[Cast]]:
    if isinstance(value, dict):
        raise FilterError("TypeError: can't quote Hash")
    match = _MANY.fullmatch(operator)
    if match and match[1] in _WITH_MANY:
        return _many(column, kind, match[1], "OR" if match[2] == "any" else "AND", value)
    if operator in _SETS:
        members = value if isinstance(value, list) else [value]
        return _set(column, kind, operator, members)
    if operator in _RANGES:
        raise FilterError(f"NoMethodError: undefined method `begin' for {_ruby(value)}")
    if operator in _NO_CONDITION:
        raise FilterError(_NO_CONDITION[operator].format(kind=_PG_KIND[kind]))
    return _single(column, kind, operator, value)


def _many(column: str, kind: str, operator: str, joint: str, value: Param) -> tuple[str, list[Cast]]:
    if not isinstance(value, list):
        raise FilterError(f"NoMethodError: undefined method `map' for {_ruby(value)}")
    if not value:
        raise FilterError('PG::SyntaxError: ERROR:  syntax error at or near ")"')
    pairs = [_condition(column, kind, operator, one) for one in value]
    return "(" + f" {joint} ".join(sql for sql, _ in pairs) + ")", [cast for _, casts in pairs for cast in casts]


def _set(column: str, kind: str, operator: str, members: list[str] | list[str | None]) -> tuple[str, list[Cast]]:
    if not members:
        return ("0" if operator == "in" else "1"), []
    marks = ", ".join("?" * len(members))
    return f"{column} {_SETS[operator]} ({marks})", [_cast(kind, one) for one in members]


def _single(column: str, kind: str, operator: str, value: str | list[str] | None) -> tuple[str, list[Cast]]:
    if operator in {"eq", "not_eq"} and value is None:
        return f"{column} IS NULL" if operator == "eq" else f"{column} IS NOT NULL", []
    cast = None if isinstance(value, list) else _cast(kind, value)  # a list is no value of any column: `= NULL`
    if operator in _COMPARE:
        return f"{column} {_COMPARE[operator]} ?", [cast]
    if operator in _DISTINCT:
        return f"{column} {_DISTINCT[operator]} ?", [cast]
    if operator in _LIKE or operator in _REGEXP:
        if kind != "text":
            sign = "~~*" if operator in _LIKE else "~"
            raise FilterError(
                f"PG::UndefinedFunction: ERROR:  operator does not exist: {_PG_KIND[kind]} {sign} unknown"
            )
        if operator in _LIKE:
            return f"{_LIKE[operator]}pg_ilike({column}, ?)", [_checked_like(cast)]
        return f"{_REGEXP[operator]}pg_regexp({column}, ?)", [_checked_regexp(cast)]
    raise FilterError(f"NoMethodError: undefined method `{operator}' for #<Arel::Attributes::Attribute>")


def _cast(kind: str, text: str | None) -> Cast:
    """The value a column of this kind compares with; None where Rails' type cast gives nil."""
    if text is None or kind == "text":
        return text
    if kind == "bool":
        return None if text == "" else int(text not in _FALSE)
    if kind in {"int", "num"}:
        return _number(kind, text)
    return _moment(kind, text)


def _number(kind: str, text: str) -> int | float | None:
    match = _NUMBER.match(text)
    if match is None:
        return None
    if kind == "num":
        return float(match[1] + (match[2] or ""))
    number = int(match[1])
    if not -(2**63) <= number < 2**63:
        raise FilterError(
            f"ActiveModel::RangeError: {number} is out of range for ActiveModel::Type::Integer with limit 8 bytes"
        )
    return number


def _moment(kind: str, text: str) -> str | None:
    """A date or an instant as it is stored; None for an invalid one (the list is then empty, not an error)."""
    match = _DATE.match(text)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    if year > 9999:
        return _AFTER_ALL[kind]
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found.isoformat() if kind == "date" else _instant(found, text[match.end() :])


def _instant(day: date, rest: str) -> str | None:
    """Without a zone the time is UTC: a raw `+02:00`, which arrives as ` 02:00`, is thus silently two hours off."""
    hour = minute = second = milli = 0
    offset = timedelta(0)
    if match := _TIME.match(rest):
        hour, minute, second = (int(part or 0) for part in match.groups()[:3])
        milli = int(((match[4] or "") + "000")[:3])
        offset = _offset(match[5])
    try:
        local = datetime(day.year, day.month, day.day, hour, minute, second, milli * 1000, UTC)
        moment = local - offset
    except (ValueError, OverflowError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milli:03d}Z"


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone in "Zz":
        return timedelta(0)
    digits = zone[1:].replace(":", "")
    distance = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return -distance if zone[0] == "-" else distance


def _checked_like(pattern: Cast) -> Cast:
    if isinstance(pattern, str) and (len(pattern) - len(pattern.rstrip("\\"))) % 2:
        raise FilterError("PG::InvalidEscapeSequence: ERROR:  LIKE pattern must not end with escape character")
    return pattern


def _checked_regexp(pattern: Cast) -> Cast:
    try:
        re.compile(str(pattern))
    except re.error as error:
        raise FilterError(f"PG::InvalidRegularExpression: ERROR:  invalid regular expression: {error.msg}") from error
    return pattern


@lru_cache(maxsize=64)
def _like(pattern: str) -> re.Pattern[str]:
    made, escaped = "", False
    for sign in pattern.lower():
        if escaped or sign not in "%_\\":
            made, escaped = made + re.escape(sign), False
        elif sign == "\\":
            escaped = True
        else:
            made += ".*" if sign == "%" else "."
    return re.compile(made, re.DOTALL)


def _ilike(text: str | None, pattern: str | None) -> bool | None:
    if text is None or pattern is None:
        return None
    return _like(pattern).fullmatch(text.lower()) is not None


def _regexp(text: str | None, pattern: str | None) -> bool | None:
    return None if text is None or pattern is None else re.search(pattern, text) is not None


def _ruby(value: Param) -> str:
    if value is None:
        return "nil:NilClass"
    return f'"{value}":String' if isinstance(value, str) else "Array"
