"""A condition that stands for itself and goes when it is pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from clockdesk.ui.theme.marks import Mark, paint_mark
from clockdesk.ui.widgets.buttons import PaintedButton
from clockdesk.ui.widgets.text import plain, tip

if TYPE_CHECKING:
    from clockdesk.ui.theme.look import Look

WIDEST = 280
_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class Pill(PaintedButton):
    """Words and a cross. Delete presses it too."""

    def __init__(self, look: Look, words: str, does: str, parent: QWidget | None = None) -> None:
        """`does` says what pressing it does."""
        super().__init__(look, f"{words}. {does}", parent)
        self._words = plain(words)
        self.setToolTip(tip(f"{words}\n{does}"))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete presses."""
        if event.key() in _KEYS:
            self.click()
            return
        super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        """Room for the words."""
        words = QFontMetrics(self._look.fonts.body).horizontalAdvance(self._words)
        return QSize(min(words, WIDEST) + 46, self._look.size.control)

    @override
    def minimumSizeHint(self) -> QSize:
        """It may be squeezed."""
        return QSize(96, self._look.size.control)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint words and cross."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size = self._look.theme, self._look.size
        rect = QRectF(self.rect())
        painter.setPen(QPen(theme.accent.text, 1))
        painter.setBrush(self.ground(theme.surface.selected) or theme.surface.selected)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), size.radius, size.radius)
        words = rect.adjusted(10, 0, -30, 0)
        painter.setPen(theme.text.normal)
        painter.setFont(self._look.fonts.body)
        shown = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, int(_LEFT), shown)
        cross = QRectF(rect.right() - 24, rect.center().y() - size.mark / 2, size.mark, size.mark)
        paint_mark(painter, Mark.CLOSE, cross, theme.text.muted)
        self.paint_focus(painter, size.radius)
