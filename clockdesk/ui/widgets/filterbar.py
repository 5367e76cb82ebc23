"""The bar above a list that holds its filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.flow import FlowLayout
from clockdesk.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from clockdesk.ui.theme.look import Look


class FilterBar(QWidget):
    """Fields in a row that wraps, how many rows match, and one button that takes all filters away.

    Signal: `reset_wanted()`.
    """

    reset_wanted = Signal()

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        """`name` says what is filtered."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "bar")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._flow = FlowLayout(self, gap=look.size.grid)
        self._flow.setContentsMargins(2 * look.size.grid, 12, 2 * look.size.grid, 12)
        self._tally = PlainLabel(role="muted")
        self.reset_button = TextButton("Clear filters", role="quiet")
        self.reset_button.clicked.connect(self.reset_wanted)
        self.reset_button.setVisible(False)
        self._flow.addWidget(self.reset_button)
        self._flow.addWidget(self._tally)

    def add(self, field: QWidget, label: str = "") -> None:
        """Add a field at the end, with a word before it where the field itself does not say what it is."""
        part = field
        if label:
            part = QWidget()
            row = QHBoxLayout(part)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(6)
            word = PlainLabel(label, role="muted")
            word.setBuddy(field)
            row.addWidget(word)
            row.addWidget(field)
        elif isinstance(field, QLineEdit):
            field.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        tail = [self._flow.takeAt(self._flow.count() - 1) for _ in range(2)]
        self._flow.addWidget(part)
        for item in reversed(tail):
            if item is not None:
                self._flow.addItem(item)

    def drop(self, field: QWidget) -> None:
        """Take a field out that was added without a label."""
        for at in range(self._flow.count()):
            item = self._flow.itemAt(at)
            if item is not None and item.widget() is field:
                self._flow.takeAt(at)
                break
        field.hide()
        field.deleteLater()
        self._flow.invalidate()

    def set_tally(self, shown: int, *, filtered: bool) -> None:
        """Say how many rows there are; while filters are on, offer to take them away."""
        rows = f"{shown:,}".replace(",", " ")
        self._tally.setText(f"{rows} match" if filtered else f"{rows} in all")
        self.reset_button.setVisible(filtered)
        self._flow.invalidate()
