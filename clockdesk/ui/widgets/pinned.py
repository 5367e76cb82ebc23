"""A pinned filter as a chip: its name, how many match, and what passed since somebody last looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from clockdesk.ui.widgets.buttons import PaintedButton
from clockdesk.ui.widgets.text import plain

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

    from clockdesk.ui.theme.look import Look

_PAD = 10
_GAP = 8
_WIDEST = 220
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class PinnedChip(PaintedButton):
    """`VIP arrivals  4  +2 −1`. Pressing it shows the rows behind it."""

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        """`name` is the filter's; the count is a dash until it is told."""
        super().__init__(look, name, parent)
        self._name = plain(name)
        self._count: int | None = None
        self._moved = ""
        self._say()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def name(self) -> str:
        """The filter's name, as shown."""
        return self._name

    @property
    def count(self) -> int | None:
        """How many match, as shown."""
        return self._count

    @property
    def moved(self) -> str:
        """What passed, as shown: `+2 −1`, or nothing."""
        return self._moved

    def show_count(self, count: int | None, entered: int = 0, left: int = 0) -> None:
        """So many match now; `entered` and `left` since somebody last looked."""
        moved = " ".join(part for part in (f"+{entered}" if entered else "", f"\u2212{left}" if left else "") if part)
        if (count, moved) == (self._count, self._moved):
            return
        self._count, self._moved = count, moved
        self._say(entered, left)
        self.updateGeometry()
        self.update()

    def _say(self, entered: int = 0, left: int = 0) -> None:
        parts = [f"{self._name}: {self._number if self._count is not None else 'not counted yet'}"]
        parts += [f"{entered} entered"] if entered else []
        parts += [f"{left} left"] if left else []
        self.setAccessibleName(", ".join(parts))

    @property
    def _number(self) -> str:
        return "–" if self._count is None else f"{self._count:,}".replace(",", "\u202f")

    def _parts(self) -> list[tuple[str, QFont]]:
        fonts = self._look.fonts
        parts = [(self._name, fonts.body), (self._number, fonts.strong)]
        return parts + ([(self._moved, fonts.small_strong)] if self._moved else [])

    def _widths(self) -> list[int]:
        widths = [QFontMetrics(font).horizontalAdvance(text) + 1 for text, font in self._parts()]
        return [min(widths[0], _WIDEST), *widths[1:]]

    @override
    def sizeHint(self) -> QSize:
        """Room for the parts."""
        widths = self._widths()
        return QSize(sum(widths) + _GAP * (len(widths) - 1) + 2 * _PAD, self._look.size.row_compact)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chip and its parts."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        tone = theme.tone["info"] if self._moved else None
        rest = tone.bg if tone else theme.surface.panel
        border = theme.accent.text if self.isChecked() else tone.border if tone else theme.line.control
        painter.setPen(QPen(border, 1))
        painter.setBrush(self.ground(rest) or rest)
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        inks = (theme.text.normal, theme.text.normal, tone.fg if tone else theme.text.muted)
        left = float(_PAD)
        for (text, font), width, ink in zip(self._parts(), self._widths(), inks, strict=False):
            painter.setFont(font)
            painter.setPen(ink)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRectF(left, 0, width, self.height()), int(_LEFT), shown)
            left += width + _GAP
        self.paint_focus(painter, rect.height() / 2)
