"""Time as the rest of the program asks for it, so that tests can move it by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

TICK = timedelta(microseconds=1)


class Clock(Protocol):
    """The one door to time. `app.clock.SystemClock` is the real one."""

    def monotonic(self) -> float:
        """Seconds that never jump; for gates, time-outs and back-off."""

    def now(self) -> datetime:
        """The instant in UTC; for stamps and for the hotel's calendar."""

    async def sleep(self, seconds: float) -> None:
        """Wait at least this long by `monotonic` (Qt's timers may wake early)."""


class Steady:
    """A clock whose instants always rise, also while the wall clock under it is set back.

    For what orders answers and questions: which was asked first must not depend on the correction of a clock.
    """

    def __init__(self, clock: Clock) -> None:
        """Rises from the wall clock's time of the first question on."""
        self._clock = clock
        self._last: datetime | None = None

    def monotonic(self) -> float:
        """As the clock below."""
        return self._clock.monotonic()

    def now(self) -> datetime:
        """The wall clock's instant, or a little more than the last one given."""
        now = self._clock.now()
        self._last = now if self._last is None or now > self._last else self._last + TICK
        return self._last

    async def sleep(self, seconds: float) -> None:
        """As the clock below."""
        await self._clock.sleep(seconds)
