"""How fast reading goes, and with it how long the rest takes: the gate's rate is a promise only short answers keep."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.domain.clock import Clock

ENOUGH = 5
"""Reads from which their pace is told; before, the rate that the gate allows."""

RECENT = 30
"""Reads looked back at: some six seconds' worth at the service's five calls a second."""


class ReadingPace:
    """Reads done of late, pauses between them included. `allowed`: the most that can be begun in a second."""

    def __init__(self, clock: Clock, allowed: Callable[[], int]) -> None:
        self._clock, self._allowed = clock, allowed
        self._done: deque[float] = deque(maxlen=RECENT)

    def done(self) -> None:
        """One call's worth was read."""
        self._done.append(self._clock.monotonic())

    def rest(self) -> None:
        """Nothing is left: what is read after this is another reading."""
        self._done.clear()

    def seconds_for(self, left: int) -> float:
        """How long so many more take."""
        allowed = max(1, self._allowed())
        if len(self._done) < ENOUGH:
            return left / allowed
        took = self._clock.monotonic() - self._done[0]
        return left * max(took / (len(self._done) - 1), 1 / allowed)
