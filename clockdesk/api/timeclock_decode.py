"""The time clock's JSON as our values; every shape that was ever documented, and nothing guessed beyond them.

Sources: time clock facts, sections 1 (envelope), 3 (rows), 4 (state), 5 (types), 6 (community), 7 (accounts).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from clockdesk.domain.shift import Candidate, Community, ShiftRow, ShiftState, ShiftType, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable

Json: TypeAlias = Any

NOT_IN = "not clocked in"
"""The text that stands in a row's place, in lower case (time clock facts, 4.1)."""
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))? ?(Z|z|UTC|[+-]\d\d:?\d\d)", re.ASCII
)
_INACTIVE = frozenset({"false", "inactive", "pending", "disabled", "suspended"})
_SHOWN = 120


def instant(value: Json) -> datetime | None:
    """An instant in UTC: `2026-04-15T00:00:00.000Z`, or `2025-02-22 20:28:40.000 -0800`; None for anything else."""
    found = _INSTANT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    day, clock, fraction, zone = found.groups()
    zone = "+00:00" if zone.upper() in {"Z", "UTC"} else zone
    try:
        whole = datetime.fromisoformat(f"{day}T{clock}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return whole + timedelta(microseconds=int((fraction or "0").ljust(6, "0")[:6]))


def state_told(envelope: dict[str, Json], *, read: datetime, offset: timedelta) -> ShiftState:
    """What the envelope of `clock/current` says. Without `data` it says nothing, and nobody is out for that."""
    if "data" not in envelope:
        return ShiftState(Standing.UNKNOWN, None, "", "the time clock's answer says nothing of the shift", read, offset)
    return state_of(envelope["data"], read=read, offset=offset)


def state_of(data: Json, *, read: datetime, offset: timedelta) -> ShiftState:
    """What `clock/current` says. UNKNOWN with the reason for every shape nobody told us of."""

    def state(standing: Standing, since: datetime | None = None, kind: str = "", reason: str = "") -> ShiftState:
        return ShiftState(standing, since, kind, reason, read, offset)

    if data is None or data in ("", [], {}):
        return state(Standing.OUT)
    if isinstance(data, str):
        if data.strip().rstrip(".!").casefold() == NOT_IN:
            return state(Standing.OUT)
        return state(Standing.UNKNOWN, reason="the time clock answered with words ClockDesk does not know")
    if isinstance(data, dict) and "current" in data and "startTime" not in data:
        inner = data["current"]
        if isinstance(inner, dict) and "current" in inner:
            return state(Standing.UNKNOWN, reason="the time clock's answer has an unknown shape")
        return state_of(inner, read=read, offset=offset)
    if not isinstance(data, dict) or "startTime" not in data:
        return state(Standing.UNKNOWN, reason="the time clock's answer has an unknown shape")
    return _state_of_row(data, state)


def _state_of_row(data: dict[str, Json], state: Any) -> ShiftState:
    row = row_of(data)
    result: ShiftState
    if row is None:
        result = state(Standing.UNKNOWN, reason="the time clock's row can't be read")
    elif row.open:
        result = state(Standing.IN, row.start, row.type)
    elif row.start is None:
        result = state(Standing.UNKNOWN, reason="the time clock's row has no start")
    else:
        result = state(Standing.UNKNOWN, reason="the time clock calls an ended shift the current one")
    return result


def row_of(data: Json) -> ShiftRow | None:
    """One shift; None for what is none (time clock facts, 3)."""
    if not isinstance(data, dict) or "startTime" not in data:
        return None
    completed = data.get("completed", False)
    start, end = (_instant_or_null(data.get(name)) for name in ("startTime", "endTime"))
    if not isinstance(completed, bool) or start is _UNREADABLE or end is _UNREADABLE:
        return None
    return ShiftRow(_ident(data.get("id")), _known(start), _known(end), completed, _text(data.get("type")))


_UNREADABLE = object()


def _instant_or_null(value: Json) -> object:
    return None if value is None or value == "" else instant(value) or _UNREADABLE


def _known(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


def rows_of(data: Json) -> tuple[tuple[ShiftRow, ...], int] | None:
    """The shifts of `activity/latest`, newest first, and how many could not be read; None for no list at all."""
    if data is None or (isinstance(data, str) and data.strip().casefold() in {"", NOT_IN}):
        return (), 0
    if not isinstance(data, list):
        return None
    rows = [row for row in map(row_of, data) if row is not None]
    oldest = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted(rows, key=lambda row: row.start or oldest, reverse=True)), len(data) - len(rows)


def types_of(data: Json) -> tuple[ShiftType, ...] | None:
    """The community's shift types; none configured is an empty list (time clock facts, 5)."""
    if data is None:
        return ()
    if not isinstance(data, list):
        return None
    found = [(_ident(one.get("id")), _text(one.get("label"))) for one in data if isinstance(one, dict)]
    return tuple(ShiftType(ident, label or ident) for ident, label in found if ident)


def community_of(data: Json) -> Community | None:
    """Whose key it is (time clock facts, 6.1)."""
    if not isinstance(data, dict) or not (_text(data.get("name")) or _ident(data.get("id"))):
        return None
    return Community(_ident(data.get("id")), _text(data.get("name")), level_of(data), _ident(data.get("uuid")))


def level_of(data: Json) -> int | None:
    """The plan's number in a community or sub-version answer (time clock facts, 6.2)."""
    level = data.get("subVersion") if isinstance(data, dict) else None
    return level if isinstance(level, int) and not isinstance(level, bool) else None


def candidates_of(data: Json) -> tuple[Candidate, ...] | None:
    """The accounts a search found (time clock facts, 7.2)."""
    items = data.get("items") if isinstance(data, dict) else data
    if items is None:
        return ()
    return tuple(_candidates(items)) if isinstance(items, list) else None


def _candidates(items: list[Json]) -> Iterable[Candidate]:
    for item in items:
        if isinstance(item, dict) and (account := _ident(item.get("accId"))):
            ids = item.get("activeApiIds")
            yield Candidate(
                account,
                _text(item.get("accName")),
                _text(item.get("comName")),
                _ident(item.get("uniqueId")),
                _ident(item.get("discordId")),
                tuple(map(_ident, ids)) if isinstance(ids, list) else (),
                refusal_of(item),
            )


def refusal_of(item: dict[str, Json]) -> str:
    """Why this account can't be clocked, in the words for a person; empty when nothing speaks against it."""
    if item.get("banned"):
        return "banned from the community"
    if item.get("archived"):
        return "archived"
    if _is_inactive(item.get("sysStatus")):
        return "inactive: no member of the community any more"
    if _is_inactive(item.get("comStatus")):
        return "inactive: the membership is not confirmed yet"
    return ""


def _is_inactive(status: Json) -> bool:
    return status is False or (isinstance(status, str) and status.strip().casefold() in _INACTIVE)


def _ident(value: Json) -> str:
    """A number or a text as an opaque id (time clock facts, 3.1)."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    return _text(str(value))


def _text(value: Json) -> str:
    return "".join(char for char in value if char.isprintable()).strip()[:_SHOWN] if isinstance(value, str) else ""
