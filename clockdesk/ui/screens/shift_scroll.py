"""A list of the shift clock's set-up that scrolls when it grows longer than a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_SHOWN: Final = 4
"""Lines that are seen at a time."""
_EDGE: Final = 2
"""Pixels above and below them, together."""


class ScrolledLines(QScrollArea):
    """Lines of one height below each other, on the ground of what is around them. Without lines it is not there."""

    def __init__(self, gap: int, parent: QWidget | None = None) -> None:
        """Empty; `gap`: pixels between two lines."""
        super().__init__(parent)
        holder = QWidget()
        self._lines = QVBoxLayout(holder)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(gap)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(holder)
        holder.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def show_lines(self, lines: Sequence[QWidget], line_height: int) -> None:
        """Show these and no others, as far as there is room for; a line has `line_height` pixels."""
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for line in lines:
            self._lines.addWidget(line)
        self.setFixedHeight((line_height + self._lines.spacing()) * min(len(lines), MOST_SHOWN) + _EDGE)
        self.setVisible(bool(lines))
