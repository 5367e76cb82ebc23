"""The hotel's calendar, and dates and times as people at the desk read them.

Dates are hotel dates in the account's zone, instants are UTC (design, section 5). Month and day names are English and
never follow the machine's locale: a log line, a screen and a search text must say the same.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def hotel_time(instant: datetime, zone: tzinfo) -> datetime:
    """An instant on the hotel's clock. Raises ValueError for a time without a zone: it names no instant."""
    if instant.tzinfo is None:
        raise ValueError("a time without a zone is no instant")
    return instant.astimezone(zone)


def hotel_today(now: datetime, zone: tzinfo) -> date:
    """The hotel's calendar date at `now`; not the revenue date, which the hotel rolls by its own rules."""
    return hotel_time(now, zone).date()


def next_midnight(now: datetime, zone: tzinfo) -> datetime:
    """The instant (UTC) at which the hotel's next date begins.

    Where the clock is put forward at midnight (Beirut, Santiago), that is the jump itself; where an hour is lived
    twice, its first pass.
    """
    tomorrow = hotel_today(now, zone) + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, zone).astimezone(UTC)


def nights(arrival: date | None, departure: date | None) -> int | None:
    """Nights of a stay: 0 for day use, None when a date is missing."""
    return None if arrival is None or departure is None else (departure - arrival).days


def day_text(day: date, today: date | None = None) -> str:
    """`21 Nov`, with the year when it is not the year of `today`."""
    year = f" {day.year}" if today is not None and day.year != today.year else ""
    return f"{day.day} {_MONTHS[day.month - 1]}{year}"


def weekday_text(day: date, today: date | None = None) -> str:
    """`Sat 21 Nov`."""
    return f"{_WEEKDAYS[day.weekday()]} {day_text(day, today)}"


def stay_text(arrival: date | None, departure: date | None, today: date | None = None) -> str:
    """`21–24 Nov`, `28 Nov – 2 Dec`, `21 Nov` for day use; a missing end is `?`."""
    if arrival is None or departure is None:
        return " – ".join("?" if day is None else day_text(day, today) for day in (arrival, departure))
    if arrival == departure:
        return day_text(arrival, today)
    if (arrival.year, arrival.month) == (departure.year, departure.month):
        return f"{arrival.day}–{day_text(departure, today)}"
    return f"{day_text(arrival, today)} – {day_text(departure, today)}"


def time_text(instant: datetime, zone: tzinfo, *, seconds: bool = False) -> str:
    """`14:02`, or `14:02:10`, on the hotel's clock."""
    return hotel_time(instant, zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def moment_text(instant: datetime, zone: tzinfo, today: date | None = None, *, seconds: bool = False) -> str:
    """`14:02`, and `20 Nov 14:02` when that was (or will be) on another day than `today`."""
    clock = time_text(instant, zone, seconds=seconds)
    day = hotel_today(instant, zone)
    return clock if today is None or day == today else f"{day_text(day, today)} {clock}"
