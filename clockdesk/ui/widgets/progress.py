"""How far a long reading has come: a thin bar with the words beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from clockdesk.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from clockdesk.ui.theme.look import Look


class Bar(QWidget):
    """The bar alone. `value` from 0 to 1; None while nobody knows how much there is."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(parent)
        self._look = look
        self.value: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def set_value(self, value: float | None) -> None:
        """So much is done."""
        if value != self.value:
            self.value = value
            self.update()

    @override
    def sizeHint(self) -> QSize:
        """Thin."""
        return QSize(12 * self._look.size.grid, self._look.size.grid)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the groove and how far it is filled."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        rect = QRectF(self.rect())
        radius = rect.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.line.control)
        painter.drawRoundedRect(rect, radius, radius)
        if self.value:
            done = QRectF(rect)
            done.setWidth(max(rect.height(), rect.width() * min(1.0, self.value)))
            painter.setBrush(theme.accent.fill)
            painter.drawRoundedRect(done, radius, radius)


class ProgressStrip(QWidget):
    """Words, then the bar. Hidden until there is something to tell."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Hidden."""
        super().__init__(parent)
        grid = look.size.grid
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "bar")
        self.words = PlainLabel()
        self.bar = Bar(look)
        self.bar.setMaximumWidth(60 * grid)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * grid, grid, 2 * grid, grid)
        row.setSpacing(2 * grid)
        row.addWidget(self.words)
        row.addWidget(self.bar, 1)
        row.addStretch(1)
        self.setVisible(False)

    def tell(self, words: str, value: float | None) -> None:
        """Say how far it has come."""
        self.words.setText(words)
        self.bar.set_value(value)
        done = "" if value is None else f", {round(value * 100)} % done"
        self.setAccessibleName(f"{words}{done}")
        self.setVisible(True)
