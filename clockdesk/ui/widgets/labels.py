"""Labels for text that others wrote: never taken as HTML, never wider than their place."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOption, QWidget
from typing_extensions import override

from clockdesk.ui.widgets.text import paragraph, plain, tip


class PlainLabel(QLabel):
    """One line of plain text that ends in an ellipsis where there is no room; the whole text is then in the tooltip."""

    def __init__(self, text: str = "", *, role: str = "", parent: QWidget | None = None) -> None:
        """`role` is one the style sheet knows: muted, small, strong, title, section."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    @override
    def setText(self, text: str) -> None:
        """Show `text`, made harmless."""
        super().setText(plain(text))
        self.setAccessibleName(self.text())
        self._tell_whole()

    def set_tone(self, tone: str) -> None:
        """Colour the text: danger, warning, ok, muted, or nothing."""
        dress(self, "tone", tone)

    @property
    def elided(self) -> bool:
        """Whether the text does not fit."""
        return self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()

    @override
    def minimumSizeHint(self) -> QSize:
        """A label may shrink to a few letters."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.fontMetrics().averageCharWidth() * 4), hint.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """The tooltip follows the width."""
        super().resizeEvent(event)
        self._tell_whole()

    def _tell_whole(self) -> None:
        self.setToolTip(tip(self.text()) if self.elided else "")

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, elided."""
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        rect = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, rect.width())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(rect, int(self.alignment() | Qt.TextFlag.TextSingleLine), text)


class Paragraph(QLabel):
    """Plain text that wraps, several lines if need be, and can be copied."""

    def __init__(self, text: str = "", *, role: str = "", parent: QWidget | None = None) -> None:
        """`role` as in `PlainLabel`."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    @override
    def setText(self, text: str) -> None:
        """Show `text`, made harmless, its line ends kept."""
        super().setText(paragraph(text))
        self.setAccessibleName(self.text())

    def set_tone(self, tone: str) -> None:
        """Colour the text: danger, warning, ok, muted, or nothing."""
        dress(self, "tone", tone)


def dress(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet looks at, and have it look again."""
    if (widget.property(name) or "") != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
