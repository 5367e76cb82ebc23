"""The head of a part of a screen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.labels import PlainLabel


class SectionHeader(QWidget):
    """A title, how many there are, and at the right one quiet button.

    Signal: `acted()` when the button is pressed.
    """

    acted = Signal()

    def __init__(self, title: str, *, verb: str = "", parent: QWidget | None = None) -> None:
        """`verb` is the button's word; without it there is no button."""
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 4, 0)
        row.setSpacing(8)
        self._title = PlainLabel(title, role="strong")
        self._count = PlainLabel(role="muted")
        row.addWidget(self._title)
        row.addWidget(self._count)
        row.addStretch(1)
        self.button = TextButton(verb, role="quiet")
        self.button.clicked.connect(self.acted)
        row.addWidget(self.button)
        self.button.setVisible(bool(verb))  # in the row first: shown without a parent it would be a window
        self.setMinimumHeight(40)

    def set_count(self, count: int | None) -> None:
        """Show how many; None shows nothing."""
        self._count.setText("" if count is None else f"{count:,}".replace(",", " "))
