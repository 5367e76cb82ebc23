"""A line that leads somewhere: a guest in a room, a folio of a booking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from clockdesk.ui.theme.marks import Mark, paint_mark
from clockdesk.ui.widgets.buttons import PaintedButton
from clockdesk.ui.widgets.labels import Paragraph
from clockdesk.ui.widgets.text import plain, tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clockdesk.ui.theme.look import Look

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the id it leads to, its words, smaller words below, and a mark before them."""

    id: int
    words: str
    note: str = ""
    mark: Mark = Mark.PERSON


class RowButton(PaintedButton):
    """One such line, cut with an ellipsis where there is no room (the whole is in the tooltip)."""

    def __init__(self, look: Look, row: Row, parent: QWidget | None = None) -> None:
        """As wide as its place."""
        super().__init__(look, f"{row.words}, {row.note}" if row.note else row.words, parent)
        self._words, self._note, self._mark = plain(row.words), plain(row.note), row.mark
        self.setToolTip(tip("\n".join(part for part in (row.words, row.note) if part)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        """One or two lines high."""
        size = self._look.size
        return QSize(20 * size.grid, size.row + 2 * size.grid if self._note else size.row)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint mark, words, note and the arrow."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size, fonts = self._look.theme, self._look.size, self._look.fonts
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.line.subtle, 1))
        painter.setBrush(self.ground(theme.surface.panel) or theme.surface.panel)
        painter.drawRoundedRect(rect, size.radius, size.radius)
        middle = rect.center().y()
        paint_mark(painter, self._mark, QRectF(10, middle - size.mark / 2, size.mark, size.mark), theme.text.muted)
        arrow = QRectF(rect.right() - size.mark - 8, middle - size.mark / 2, size.mark, size.mark)
        paint_mark(painter, Mark.CHEVRON_RIGHT, arrow, theme.text.muted)
        left, right = 10 + size.mark + 8, arrow.left() - 6
        lines = [(self._words, fonts.body, theme.text.normal), (self._note, fonts.small, theme.text.muted)]
        shown = [line for line in lines if line[0]]
        height = size.row / 2 + 2 if len(shown) > 1 else rect.height()
        top = middle - height * len(shown) / 2
        for at, (text, font, ink) in enumerate(shown):
            painter.setFont(font)
            painter.setPen(ink)
            words = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(right - left))
            painter.drawText(QRectF(left, top + at * height, right - left, height), int(_LEFT), words)
        self.paint_focus(painter, size.radius)


class RowList(QWidget):
    """Such lines below each other, or a sentence when there are none.

    Signal: `chosen(id)`.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, name: str, empty: str, parent: QWidget | None = None) -> None:
        """`name` for screen readers; `empty` is said when there is no line."""
        super().__init__(parent)
        self._look = look
        self._rows: tuple[Row, ...] = ()
        self.buttons: list[RowButton] = []
        self.setAccessibleName(name)
        self._empty = Paragraph(empty, role="muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(look.size.grid // 2)
        self._column.addWidget(self._empty)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these; nothing moves when they are the same."""
        if tuple(rows) == self._rows:
            return
        self._rows = tuple(rows)
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = []
        for row in self._rows:
            button = RowButton(self._look, row)
            button.clicked.connect(lambda _=False, ident=row.id: self.chosen.emit(ident))
            self._column.addWidget(button)
            self.buttons.append(button)
        self._empty.setVisible(not rows)
