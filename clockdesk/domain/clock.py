"""Time as the rest of the program asks for it, so that tests can move it by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class Clock(Protocol):
    """The one door to time. `app.clock.SystemClock` is the real one."""

    def monotonic(self) -> float:
        """Seconds that never jump; for gates, time-outs and back-off."""

    def now(self) -> datetime:
        """The instant in UTC; for stamps and for the hotel's calendar."""

    async def sleep(self, seconds: float) -> None:
        """Wait at least this long by `monotonic` (Qt's timers may wake early)."""
