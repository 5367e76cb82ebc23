"""The real clock."""

from __future__ import annotations

import asyncio
import datetime as dt
import time


class SystemClock:
    """Time from the operating system. The only place that asks it."""

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()

    def now(self) -> dt.datetime:
        """The instant in UTC."""
        return dt.datetime.now(dt.UTC)  # noqa: TID251 (this is the clock)

    async def sleep(self, seconds: float) -> None:
        """Wait at least this long: timers may wake up to 5 % early (measured on qasync), so look again."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:  # noqa: ASYNC110 (an early timer waits again)
            await asyncio.sleep(left)
