"""Python's garbage collector, kept to the main thread.

The collector runs in whichever thread happens to allocate. When that is the store's thread and the garbage holds Qt
objects (a closed drawer in a reference cycle), Qt objects are destroyed outside their thread and the process dies. So
automatic collection is switched off and done by a timer here, in slices small enough not to be felt.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimerEvent
from typing_extensions import override

EVERY_MS = 1000
"""How often it is looked whether anything is worth collecting."""


class Sweeping(QObject):
    """Collects as Python would have, but here. Make it once, in the main thread, when the loop is about to run."""

    def __init__(self) -> None:
        """Switch automatic collection off and begin."""
        super().__init__()
        self._limits = gc.get_threshold()
        self._was_on = gc.isenabled()
        gc.disable()
        self.startTimer(EVERY_MS)

    @override
    def timerEvent(self, event: QTimerEvent) -> None:
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._limits[generation]:
                gc.collect(generation)
                return

    @staticmethod
    def settle() -> None:
        """What is loaded now stays, so a collection need not look through it each time."""
        gc.freeze()

    def end(self) -> None:
        """Give automatic collection back, where there was one."""
        if self._was_on:
            gc.enable()
