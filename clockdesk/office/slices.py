"""Long work on the window's own thread, in slices short enough that nobody notices.

Not in a thread of its own: Python's collector might run there and free widgets, which Qt does not survive, and each of
our threads waits for the others whenever it comes back from Qt.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clockdesk.domain.clock import Clock

SLICE = 0.008
"""Seconds of work between two turns of the loop; a window is to be held up for 50 ms at the very most."""


async def in_slices(steps: Iterator[object], clock: Clock) -> None:
    """Do all steps, giving way to the loop every few milliseconds. A step should take no longer than that.

    One that must (it can't be divided) is announced: a step that yields True wants the loop to turn before the next.
    """
    until = clock.monotonic() + SLICE
    for before_a_long_one in steps:
        if before_a_long_one or clock.monotonic() >= until:
            await asyncio.sleep(SLICE / 2)  # not zero: what the person does comes first
            until = clock.monotonic() + SLICE
