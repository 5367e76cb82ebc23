"""Days counted from the hotel's today, as dates and stamps. The seed's own clock: it does not move."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class Calendar:
    """Dates and stamps relative to a today; results are kept, so asking again is cheap."""

    def __init__(self, today: date, zone: ZoneInfo) -> None:
        self.today = today
        self._midnight = datetime.combine(today, datetime.min.time(), zone)
        self._dates: dict[int, str] = {}

    def date(self, day: int) -> str:
        """The date `day` days from today."""
        text = self._dates.get(day)
        if text is None:
            text = self._dates[day] = (self.today + timedelta(days=day)).isoformat()
        return text

    def at(self, day: int, seconds: float) -> str:
        """The stamp of that day's wall clock so many seconds (negative or over a day too) after its midnight."""
        wall = self._midnight + timedelta(days=day, seconds=seconds)
        return wall.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"

    def weekend(self, day: int) -> bool:
        """Whether that night is a Friday or Saturday night."""
        return (self.today.weekday() + day) % 7 in {4, 5}
