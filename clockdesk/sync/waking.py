"""Notices that the machine slept: what is shown is as old as the sleep was long, and nothing has said so yet."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.domain.clock import Clock

TICK = 1.0
"""Seconds between two looks at the clock: for so long at most a screen says after a sleep what it said before."""


async def watch_sleep(clock: Clock, longest: float, woke: Callable[[dt.datetime], None]) -> None:
    """Run for ever, and call `woke` with the instant the sleep began when more than `longest` seconds are missing.

    The wall clock alone tells on every system: whether a sleep counts in `monotonic` differs between them. A wall clock
    that is set forward looks the same, and a look too many does no harm.
    """
    while True:
        at, since = clock.now(), clock.monotonic()
        await clock.sleep(TICK)
        awake = dt.timedelta(seconds=min(clock.monotonic() - since, 2 * TICK))
        if clock.now() - at > awake + dt.timedelta(seconds=longest):
            woke(at + awake)
