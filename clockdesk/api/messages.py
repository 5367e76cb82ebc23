"""What stands in a message channel's answer: messages bare, wrapped, listed, or one after the other without separator.

The shape of a pull answer is not documented (facts, section 9); push-stream concatenates (engineering, section 4), the
push channel's wrapper has `Subject` and `Message` (service's introduction, "HTTP/S Push").
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from clockdesk.domain.kinds import EventName, Hint

_DEEPEST = 3
_MOST_RUBBISH = 50
_BETWEEN = " \t\r\n,\x00\ufeff"
_LARGEST_ID = 2**63 - 1


@dataclass(slots=True)
class Messages:
    """The hints of one answer, and how many pieces of it were none."""

    hints: list[Hint] = field(default_factory=list)
    rubbish: int = 0


def read_messages(body: bytes, event: EventName) -> Messages:
    """The messages in a body that came on `event`'s channel. Raises nothing, whatever the body."""
    found = Messages()
    text = body.decode("utf-8", errors="replace")
    at = 0
    while at < len(text) and found.rubbish < _MOST_RUBBISH:
        if text[at] in _BETWEEN:
            at += 1
            continue
        try:
            value, at = json.JSONDecoder().raw_decode(text, at)
        except (ValueError, RecursionError):
            found.rubbish += 1
            following = text.find("{", at + 1)
            at = len(text) if following < 0 else following
        else:
            _take(value, event, found, _DEEPEST)
    return found


def _take(value: Any, event: EventName, found: Messages, depth: int) -> None:
    if isinstance(value, list) and depth:
        for element in value:
            _take(element, event, found, depth - 1)
    elif isinstance(value, str) and depth:
        try:
            inner = json.loads(value)
        except (ValueError, RecursionError):
            found.rubbish += 1
        else:
            _take(inner, event, found, depth - 1)
    elif isinstance(value, dict) and "Message" in value and depth:
        subject = value.get("Subject")
        named = EventName.read(subject) if isinstance(subject, str) else None
        if named is not None and named.id_member != event.id_member:
            event = named  # not what this channel should carry: believe the message
        _take(value["Message"], event, found, depth - 1)
    elif isinstance(value, dict) and (number := _number(value.get(event.id_member))) is not None:
        closed = value.get("closed")
        found.hints.append(Hint(event, number, closed if isinstance(closed, bool) else None))
    else:
        found.rubbish += 1


def _number(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:  # noqa: PLR2004 (64 bits)
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LARGEST_ID:
        return value
    return None
