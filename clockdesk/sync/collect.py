"""How long to wait for more events before reading: a burst on one object is read once (design, section 3)."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.domain.clock import Clock

COLLECT = 0.15
"""Seconds to wait after an event for more of them."""

FLOOD = 2.0
"""Seconds for which a flood is let go by.

Its events come in later than their changes (a broker gives one with each answer), so what is read meanwhile is
announced once more and read twice. Measured, 500 events on 60 objects in a second: 32 reads instead of 75.
"""


class Collecting:
    """Notes each event, and says when to begin to read."""

    def __init__(self, clock: Clock, readable: Callable[[], int]) -> None:
        """`readable`: objects that can be read in a second. More events than that in one wait are a flood."""
        self._clock, self._readable = clock, readable
        self._came: deque[float] = deque(maxlen=1000)
        self._flood_began: float | None = None

    def came(self) -> None:
        """An event came."""
        self._came.append(self._clock.monotonic())

    async def wait(self, *, busy: bool, urgent: Callable[[], bool]) -> None:
        """Until it is time to read: at once when reads are under way (`busy`) and there is no flood.

        `urgent` says whether something else has come that can't wait.
        """
        if not busy:
            await self._clock.sleep(COLLECT)
        while self._is_flood() and not urgent():
            await self._clock.sleep(COLLECT)

    def _is_flood(self) -> bool:
        """Whether events pour in, and have not done so for long: a flood without end is read as it comes."""
        now = self._clock.monotonic()
        while self._came and self._came[0] < now - COLLECT:
            self._came.popleft()
        if len(self._came) <= self._readable():
            if not self._came:
                self._flood_began = None
            return False
        if self._flood_began is None:
            self._flood_began = now
        return now - self._flood_began < FLOOD
