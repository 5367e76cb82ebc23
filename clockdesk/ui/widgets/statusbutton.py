"""A status one can press: to see only what has it, or to set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from clockdesk.ui.theme.marks import paint_mark
from clockdesk.ui.widgets.buttons import PaintedButton
from clockdesk.ui.widgets.text import plain, tip

if TYPE_CHECKING:
    from clockdesk.ui.theme.look import Look
    from clockdesk.ui.theme.status import Status

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_CENTRE = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine
_BADGE = 20
_PAD = 8


class StatusButton(PaintedButton):
    """Letter, mark, word, and perhaps how many have it. Checked, it is filled with its colour and has a heavy edge."""

    def __init__(
        self, look: Look, status: Status, *, letter: bool = True, hint: str = "", parent: QWidget | None = None
    ) -> None:
        """With `letter`, its letter stands in a badge (on the board it is the key, too). `hint` is the tooltip."""
        super().__init__(look, status.word, parent)
        self._status = status
        self._letter = letter
        self._hint = hint
        self._count: int | None = None
        self._short = False
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._say()

    @property
    def status(self) -> Status:
        """What it shows."""
        return self._status

    @property
    def count(self) -> int | None:
        """How many have it, None where that is not shown."""
        return self._count

    def set_count(self, count: int | None) -> None:
        """Show how many have it."""
        if count == self._count:
            return
        wider = len(self._number) != len("" if count is None else str(count))
        self._count = count
        self._say()
        if wider:
            self.updateGeometry()
        self.update()

    def set_short(self, *, short: bool) -> None:
        """Where there is little room: letter and mark without the word, which the tooltip still says."""
        if short != self._short:
            self._short = short
            self.updateGeometry()
            self.update()

    def width_for(self, *, short: bool) -> int:
        """How wide it is with or without its word."""
        strong = QFontMetrics(self._look.fonts.small_strong)
        word = 0 if short else strong.horizontalAdvance(plain(self._status.word))
        number = _PAD + strong.horizontalAdvance(self._number) if self._number else 0
        return _PAD + self._marks_width() + word + number + _PAD + 2

    @property
    def _number(self) -> str:
        return "" if self._count is None else str(self._count)

    def _say(self) -> None:
        word = plain(self._status.word)
        self.setAccessibleName(word if self._count is None else f"{word}: {self._count}")
        self.setToolTip(tip(self._hint))

    def _marks_width(self) -> int:
        return (_BADGE + _PAD if self._letter else 0) + self._look.size.mark + 6

    @override
    def sizeHint(self) -> QSize:
        """Room for all of it."""
        return QSize(self.width_for(short=self._short), self._look.size.control)

    @override
    def minimumSizeHint(self) -> QSize:
        """It never clips its word."""
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint edge, badge, mark, word and number."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size = self._look.theme, self._look.size
        tone, on = theme.tone[self._status.tone], self.isChecked()
        edge = 2 if on else 1
        rect = QRectF(self.rect()).adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2)
        painter.setPen(QPen(tone.fg if on else theme.line.control, edge))
        painter.setBrush(tone.bg if on else self.ground(theme.surface.panel) or theme.surface.panel)
        if not self.isEnabled():
            painter.setPen(QPen(theme.line.subtle, 1))
        painter.drawRoundedRect(rect, size.radius, size.radius)
        self._paint_marks(painter)
        ink = (tone.fg if on else theme.text.normal) if self.isEnabled() else theme.text.faint
        painter.setPen(ink)
        painter.setFont(self._look.fonts.small_strong)
        if not self._short:
            words = QRectF(_PAD + self._marks_width(), 0, self.width(), self.height())
            painter.drawText(words, int(_LEFT), plain(self._status.word))
        if self._number:
            painter.setPen(ink if on else theme.text.muted)
            right = QRectF(0, 0, self.width() - _PAD, self.height())
            painter.drawText(right, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self._number)
        self.paint_focus(painter, size.radius)

    def _paint_marks(self, painter: QPainter) -> None:
        theme, size = self._look.theme, self._look.size
        tone = theme.tone[self._status.tone]
        ink = tone.fg if self.isEnabled() else theme.text.faint
        left = float(_PAD)
        if self._letter:
            badge = QRectF(left, (self.height() - _BADGE) / 2, _BADGE, _BADGE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawRoundedRect(badge, size.radius_small, size.radius_small)
            painter.setPen(tone.bg if self.isEnabled() else theme.surface.panel)
            painter.setFont(self._look.fonts.small_strong)
            painter.drawText(badge, int(_CENTRE), self._status.letter)
            left = badge.right() + _PAD
        paint_mark(painter, self._status.mark, QRectF(left, (self.height() - size.mark) / 2, size.mark, size.mark), ink)
