"""The hotel's clock: real time moved by a fixed distance, so that the hotel's date is the one asked for.

The stamps a client meets (its own today, the HTTP Date header, `updated_at`) must agree, so hotel time always runs at
real speed. Only the number of things that happen per minute is scaled (see `day`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo


def stamp(moment: datetime) -> str:
    """An instant as the service writes it: ISO 8601, UTC, milliseconds, `Z` (facts, section 1)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def read_stamp(text: str) -> datetime:
    """The instant behind a stamp. ValueError when it is none."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _real() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  the one place where the hotel meets real time


class HotelClock:
    """Hotel time in the hotel's zone.

    Args:
        zone: the hotel's zone.
        today: the date the hotel shall have now; None: the real one.
        source: real time in UTC; a test passes its own.
    """

    def __init__(self, zone: ZoneInfo, today: date | None = None, source: Callable[[], datetime] | None = None) -> None:
        self.zone = zone
        self._source = source or _real
        self._offset = timedelta(0)
        if today is not None:
            self.set(datetime.combine(today, self.local().time(), zone))

    def now(self) -> datetime:
        """Hotel time in UTC."""
        return self._source().astimezone(UTC) + self._offset

    def local(self) -> datetime:
        """Hotel time on the wall of the hotel."""
        return self.now().astimezone(self.zone)

    def today(self) -> date:
        """The date in the hotel."""
        return self.local().date()

    def stamp(self) -> str:
        """Hotel time as a stamp."""
        return stamp(self.now())

    def http_date(self) -> str:
        """Hotel time for the HTTP Date header."""
        return format_datetime(self.now().replace(microsecond=0), usegmt=True)

    def midnight(self, day: date) -> datetime:
        """The instant at which the day begins in the hotel."""
        return datetime.combine(day, datetime.min.time(), self.zone).astimezone(UTC)

    def set(self, moment: datetime) -> None:
        """Move hotel time to this instant; it runs on from there."""
        self._offset = moment.astimezone(UTC) - self._source().astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move hotel time by this much."""
        self._offset += by
