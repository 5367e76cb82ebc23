"""The one big button of the shift clock: a press is one press, whatever an impatient hand does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QSizePolicy
from typing_extensions import override

from clockdesk.ui.widgets.buttons import TextButton

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent
    from PySide6.QtWidgets import QWidget

    from clockdesk.ui.theme.look import Look

REST_MS: Final = 1200
"""How long the button rests after a press that was done. It then means the opposite: a second click meant the first."""


class BigButton(TextButton):
    """The second click of a double click and a key held down do nothing.

    Signal: `rested()` when it may be pressed again.
    """

    rested = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """As high as a finger is wide."""
        super().__init__("", role="primary", parent=parent)
        self._look = look
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.rested)

    @property
    def resting(self) -> bool:
        """Whether a press was done just now."""
        return self._rest.isActive()

    def rest(self) -> None:
        """A press was done."""
        self._rest.start()

    @override
    def sizeHint(self) -> QSize:
        """A style sheet's least height would win over a minimum."""
        return QSize(super().sizeHint().width(), 7 * self._look.size.grid)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """It belongs to the click before it."""
        event.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key that is held down presses once."""
        if event.isAutoRepeat():
            event.accept()
            return
        super().keyPressEvent(event)
