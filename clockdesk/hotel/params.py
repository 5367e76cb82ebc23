"""How Rack reads a query string (facts, section 11b). The raw bytes matter: libraries would lose a key without `=`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

Scalar = str | None
"""A value, or None for a key without `=`."""
Param = Scalar | list[str] | dict[str, Any]
Params = dict[str, Param]

_SEPARATOR = re.compile(rb"[&;] *")
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_NAME = re.compile(r"[\[\]]*([^\[\]]+)\]*")


class BadQueryError(Exception):
    """The query string can't be read at all: the service answers 400."""


def read_query(raw: bytes) -> Params:
    """The parameters of a raw query string: last one wins, `a[]=1&a[]=2` is a list, `a` without `=` is None.

    Raises:
        BadQueryError: broken percent escapes, bytes that are not UTF-8, one key as value and as list.
    """
    found: dict[str, Any] = {}
    for piece in _SEPARATOR.split(raw):
        name, equals, value = piece.partition(b"=")
        if name or equals:
            _put(found, _text(name), _text(value) if equals else None)
    return {key: _without_nil(value) for key, value in found.items()}


def scalar(params: Mapping[str, Param], name: str) -> str | None:
    """The plain value of a parameter, None when it is missing, valueless or a list."""
    value = params.get(name)
    return value if isinstance(value, str) else None


def _text(raw: bytes) -> str:
    if _BROKEN_ESCAPE.search(raw):
        raise BadQueryError("Invalid query parameters: invalid %-encoding")
    try:
        return unquote_to_bytes(raw.replace(b"+", b" ")).decode()
    except UnicodeDecodeError as error:
        raise BadQueryError("Invalid query parameters: invalid encoding") from error


def _put(found: dict[str, Any], name: str, value: Scalar) -> None:
    match = _NAME.match(name)
    if match is None:
        return
    key, rest = match[1], name[match.end() :]
    if rest == "[]":
        held = found.setdefault(key, [])
        if not isinstance(held, list):
            raise BadQueryError(f"expected Array (got {_ruby_name(held)}) for param `{key}'")
        held.append(value)
    elif len(rest) > 1:
        held = found.setdefault(key, {})
        if not isinstance(held, dict):
            raise BadQueryError(f"expected Hash (got {_ruby_name(held)}) for param `{key}'")
        held[rest.strip("[]")] = value
    else:
        found[key] = value


def _ruby_name(value: object) -> str:
    return "Array" if isinstance(value, list) else "Hash" if isinstance(value, dict) else "String"


def _without_nil(value: Param) -> Param:
    """Rails drops nil members of a list before an application sees them."""
    return [one for one in value if one is not None] if isinstance(value, list) else value
