"""What to remind of: not in at the usual time, still in after many hours, still in when the program closes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from clockdesk.domain.dates import hotel_time
from clockdesk.domain.shift import ShiftRow, ShiftState, Standing, duration_text
from clockdesk.office.shift_words import STALE, as_of_words

if TYPE_CHECKING:
    from datetime import tzinfo

    from clockdesk.domain.errors import KnownError

FOR = timedelta(hours=4)
"""How long after the usual time it still makes sense to remind."""
BEFORE = timedelta(hours=3)
"""A shift begun so long before the usual time is the one meant."""


class Occasion(StrEnum):
    """Why somebody is reminded."""

    NOT_IN = "not_in"
    STILL_IN = "still_in"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder. `key` is the same for the same occasion, so that one put away does not come back."""

    occasion: Occasion
    sentence: str
    key: str


@dataclass(frozen=True, slots=True)
class Habits:
    """When to remind: the usual start on the hotel's clock, and hours after which somebody has probably forgotten.

    None and 0 switch a reminder off.
    """

    usual_start: time | None = None
    hours: int = 0


NO_HABITS = Habits()


def due(
    habits: Habits, name: str, state: ShiftState, rows: tuple[ShiftRow, ...], now: datetime, zone: tzinfo
) -> Reminder | None:
    """The reminder that is due now, if any. Nothing is said about somebody whose state is UNKNOWN.

    Nor that somebody is not in, by an old reading: they may have clocked in elsewhere since.
    """
    if state.standing is Standing.IN:
        return _still_in(habits, name, state, now)
    if state.standing is Standing.OUT and habits.usual_start is not None and not _is_old(state, now):
        return _not_in(habits.usual_start, name, state, rows, now, zone)
    return None


def closing(
    name: str, state: ShiftState, now: datetime, zone: tzinfo, trouble: KnownError | None = None
) -> Reminder | None:
    """The program is about to be closed: is somebody still in? An old reading is told with its time.

    `trouble`: why it could not be read again.
    """
    if state.standing is not Standing.IN:
        return None
    elapsed = state.elapsed(now) or timedelta()
    read = f", {as_of_words(state, now, zone, trouble)}" if _is_old(state, now) else ""
    text = f"{name} is still clocked in ({duration_text(elapsed)}){read}. Clock out before ClockDesk closes?"
    return Reminder(Occasion.CLOSING, text, f"{Occasion.CLOSING}:{state.since}")


def _is_old(state: ShiftState, now: datetime) -> bool:
    age = state.age(now)
    return age is None or age > STALE


def _still_in(habits: Habits, name: str, state: ShiftState, now: datetime) -> Reminder | None:
    elapsed = state.elapsed(now)
    if not habits.hours or elapsed is None or elapsed < timedelta(hours=habits.hours):
        return None
    text = f"{name} has been clocked in for {duration_text(elapsed)}. Still at work?"
    return Reminder(Occasion.STILL_IN, text, f"{Occasion.STILL_IN}:{state.since}")


def _not_in(
    usual: time, name: str, state: ShiftState, rows: tuple[ShiftRow, ...], now: datetime, zone: tzinfo
) -> Reminder | None:
    there = hotel_time(now + state.offset, zone)
    days = (there.date(), there.date() - timedelta(days=1))  # a night shift's usual time may have been yesterday
    for day in days:
        start = datetime.combine(day, usual, zone)
        if not start <= there < start + FOR:
            continue
        if any(row.start is not None and start - BEFORE <= row.start for row in rows):
            return None
        text = f"{name} is not clocked in yet; the usual time is {usual:%H:%M}."
        return Reminder(Occasion.NOT_IN, text, f"{Occasion.NOT_IN}:{start:%Y-%m-%d}")
    return None
