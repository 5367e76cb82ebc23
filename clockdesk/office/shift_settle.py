"""Was a wish recorded whose outcome nobody was told? Told by the stamps of the time clock, or left open."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from clockdesk.domain.errors import ErrorCode
from clockdesk.domain.shift import Intention, Standing

if TYPE_CHECKING:
    from datetime import datetime

    from clockdesk.api.timeclock import Shifts
    from clockdesk.domain.shift import ShiftRow, ShiftState

SLACK = timedelta(minutes=5)
"""How far a row's stamp may lie from a wish and still be it: a press may wait a minute and try twice."""
NEWEST = 3
"""Rows the time clock tells; where so many came there may be older ones (time clock facts, 4.4)."""

NOT_TOLD = frozenset({ErrorCode.NO_RIGHT, ErrorCode.NOT_FOUND, ErrorCode.BLOCKED, ErrorCode.REFUSED})
"""Refusals of the newest shifts by a proxy that passes on the state alone (time clock facts, 14)."""


def was_recorded(intention: Intention, meant: datetime, state: ShiftState, told: Shifts | None) -> bool | None:
    """Whether it was, by what stands there now; None when that can't be told.

    `meant`: the wish's time by the service's clock; `told`: its newest shifts, None where it does not tell them.
    """
    rows = () if told is None else told.rows
    stamps = [state.since] if intention is Intention.IN else []
    stamps += [row.start if intention is Intention.IN else row.end for row in rows]
    if any(stamp is not None and abs(stamp - meant) <= SLACK for stamp in stamps):
        return True
    if state.standing is Standing.IN and state.since is not None and state.since < meant - SLACK:
        return False  # the shift that was open before goes on: it was neither ended nor begun since
    if told is None or told.skipped or not all(map(_is_whole, rows)):
        return None
    if len(rows) >= NEWEST and not _reaches(rows, meant - SLACK):
        return None
    return False


def _is_whole(row: ShiftRow) -> bool:
    """A row without a stamp may be the one that is looked for."""
    return row.start is not None and (row.end is not None or not row.completed)


def _reaches(rows: tuple[ShiftRow, ...], moment: datetime) -> bool:
    return any(row.start is not None and row.start <= moment for row in rows)
