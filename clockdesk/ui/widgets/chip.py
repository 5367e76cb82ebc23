"""A status as a chip: shape, colour, and its word (or, where there is little room, its letter)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from clockdesk.ui.theme.marks import paint_mark
from clockdesk.ui.widgets.text import plain, tip

if TYPE_CHECKING:
    from clockdesk.ui.theme.look import Look
    from clockdesk.ui.theme.status import Status

HEIGHT = 20
_LEFT, _GAP, _RIGHT = 7, 5, 9
CHIP_EXTRA = 36
"""What a chip needs beside its word, in pixels."""


def chip_width(status: Status, look: Look, *, short: bool = False) -> int:
    """How wide the chip of this status is, in pixels."""
    word = status.letter if short else plain(status.word)
    words = QFontMetrics(look.fonts.small_strong).horizontalAdvance(word)
    return _LEFT + look.size.mark + _GAP + words + _RIGHT


def paint_chip(painter: QPainter, rect: QRect, status: Status, look: Look, *, short: bool = False) -> None:
    """Paint the chip at the left of `rect`, centred in its height; with its letter when the word does not fit."""
    short = short or chip_width(status, look) > rect.width()
    width = min(chip_width(status, look, short=short), rect.width())
    tone = look.theme.tone[status.tone]
    pill = QRectF(rect.x() + 0.5, rect.y() + (rect.height() - HEIGHT) // 2 + 0.5, width - 1, HEIGHT - 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(tone.border, 1))
    painter.setBrush(tone.bg)
    painter.drawRoundedRect(pill, HEIGHT / 2, HEIGHT / 2)
    side = look.size.mark
    mark = QRectF(rect.x() + _LEFT, pill.center().y() - side / 2, side, side)
    paint_mark(painter, status.mark, mark, tone.fg)
    painter.setFont(look.fonts.small_strong)
    painter.setPen(tone.fg)
    words = QRectF(mark.right() + _GAP, pill.y(), pill.right() - mark.right() - _GAP, pill.height())
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
    painter.drawText(words, int(flags), status.letter if short else plain(status.word))
    painter.restore()


class StatusChip(QWidget):
    """A chip that stands by itself, in a drawer or a legend."""

    def __init__(self, look: Look, status: Status, *, short: bool = False, parent: QWidget | None = None) -> None:
        """With `short`, the letter instead of the word."""
        super().__init__(parent)
        self._look = look
        self._short = short
        self._status = status
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)
        self.set_status(status)

    @property
    def status(self) -> Status:
        """What it shows."""
        return self._status

    def set_status(self, status: Status) -> None:
        """Show another status."""
        self._status = status
        self.setAccessibleName(f"Status: {plain(status.word)}")
        self.setToolTip(tip(status.word))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Room for the whole chip."""
        return QSize(chip_width(self._status, self._look, short=self._short), HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chip."""
        painter = QPainter(self)
        paint_chip(painter, self.rect(), self._status, self._look, short=self._short)
