"""Whether anybody is at this workstation: keys, mouse and touch in any window of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from typing_extensions import override

if TYPE_CHECKING:
    from datetime import datetime

    from clockdesk.domain.clock import Clock

LOOK_MS: Final = 5_000
_BUSY: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class IdleWatch(QObject):
    """Tells when nobody has touched anything for some minutes.

    It listens to the windows, where only input arrives, not to the application, where everything does.
    Signal: `left()`.
    """

    left = Signal()

    def __init__(self, clock: Clock, parent: QObject) -> None:
        """Off until `set_minutes`."""
        super().__init__(parent)
        self._clock = clock
        self._seconds = 0.0
        self._touched: tuple[float, datetime] = (clock.monotonic(), clock.now())
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._on_window)
            for window in QGuiApplication.topLevelWindows():
                window.installEventFilter(self)

    def set_minutes(self, minutes: int) -> None:
        """After how many; 0: never."""
        self._seconds = 60.0 * minutes
        self.touch()
        if minutes:
            self._timer.start()
        else:
            self._timer.stop()

    def touch(self) -> None:
        """Somebody is here."""
        self._touched = (self._clock.monotonic(), self._clock.now())

    def look(self) -> None:
        """Has it been long enough? A computer that slept counts its sleep: not every system's steady clock does."""
        steady, wall = self._clock.monotonic() - self._touched[0], self._clock.now() - self._touched[1]
        if self._seconds and max(steady, wall.total_seconds()) >= self._seconds:
            self.touch()
            self.left.emit()

    def _on_window(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take nothing, only notice."""
        if event.type() in _BUSY:
            self.touch()
        return False
