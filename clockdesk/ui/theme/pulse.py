"""The program's one animation timer: it runs only while something moves or fades."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

if TYPE_CHECKING:
    from collections.abc import Callable

BEAT_MS = 33


class Pulse(QObject):
    """Calls whoever glows, some thirty times a second, until it says it is done."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Make it at rest."""
        super().__init__(parent)
        self._beats: dict[QObject, Callable[[], bool]] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self.beat)

    @property
    def running(self) -> bool:
        """Whether anything moves now."""
        return self._timer.isActive()

    def run(self, owner: QObject, beat: Callable[[], bool]) -> None:
        """Call `beat` until it returns False or its owner is gone. One beat per owner."""
        self._beats[owner] = beat
        if not self._timer.isActive():
            self._timer.start()

    def beat(self) -> None:
        """One step for everybody (the timer's slot)."""
        for owner, beat in list(self._beats.items()):
            if not isValid(owner) or not beat():
                self._beats.pop(owner, None)
        if not self._beats:
            self._timer.stop()
