"""How a cell and a column's head are painted in every table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)
from typing_extensions import override

from clockdesk.ui.models.columns import Align
from clockdesk.ui.theme.marks import Mark, paint_mark
from clockdesk.ui.widgets.chip import chip_width, paint_chip
from clockdesk.ui.widgets.text import tip

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.ui.models.columns import Cell, Column
    from clockdesk.ui.models.table import LineModel
    from clockdesk.ui.theme.look import Look

PAD = 12
"""Left and right of a cell's text."""
ROUNDING = 2
"""Letters have fractions of pixels: what is as wide as its rounded width may still be cut."""
_SINGLE = Qt.TextFlag.TextSingleLine


class CellDelegate(QStyledItemDelegate):
    """Paints text, chip, glow and selection straight from the model's cached cells."""

    def __init__(
        self,
        look: Look,
        model: LineModel[Any],
        offset_of: Callable[[int], int],
        hovered: Callable[[], int],
        parent: QWidget,
    ) -> None:
        """`offset_of(row)` is how far a sliding row still is from its place, `hovered()` the row under the mouse."""
        super().__init__(parent)
        self._look = look
        self._model = model
        self._offset_of = offset_of
        self._hovered = hovered
        self._metrics: dict[bool, QFontMetrics] = {
            False: QFontMetrics(look.fonts.body),
            True: QFontMetrics(look.fonts.strong),
        }

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell."""
        row, column = index.row(), index.column()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        offset = self._offset_of(row)
        if offset:
            rect = rect.translated(0, offset)
            painter.fillRect(rect, self._look.theme.surface.panel)
        self._paint_ground(painter, rect, row, column, selected=bool(state & QStyle.StateFlag.State_Selected))
        cell = self._model.cell(row, column)
        inner = rect.adjusted(PAD, 0, -PAD, -1)
        if self._model.shows_age(column) and (age := self._model.age(row)):
            inner.setRight(self._paint_age(painter, inner, age))
        if cell.chip is not None:
            paint_chip(painter, inner, cell.chip, self._look)
        elif cell.text:
            self._paint_text(painter, inner, row, cell, self._model.columns[column])

    def _paint_ground(self, painter: QPainter, rect: QRect, row: int, column: int, *, selected: bool) -> None:
        theme = self._look.theme
        if selected:
            painter.fillRect(rect, theme.surface.selected)
        elif row == self._hovered():
            painter.fillRect(rect, theme.surface.hover)
        if level := self._model.glow(row, column):
            glow = QColor(theme.glow)
            glow.setAlphaF(level if self._look.motion else 1.0)
            painter.fillRect(rect, glow)
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, theme.line.subtle)

    def _paint_age(self, painter: QPainter, rect: QRect, age: str) -> int:
        """When the row was read, at the right; gives where the room for other text ends."""
        side = self._look.size.mark
        painter.setFont(self._look.fonts.small)
        width = painter.fontMetrics().horizontalAdvance(age) + 1
        if width + side + 4 > rect.width() // 2:
            return rect.right()
        ink = self._look.theme.tone["warning"].fg
        painter.setPen(ink)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | _SINGLE), age)
        left = rect.right() - width - side - 4
        paint_mark(painter, Mark.CLOCK, QRectF(left, rect.center().y() - side / 2 + 1, side, side), ink)
        return left - 6

    def _paint_text(self, painter: QPainter, rect: QRect, row: int, cell: Cell, column: Column[Any]) -> None:
        text = self._look.theme.text
        if self._model.is_stale(row) or cell.tone == "muted":
            colour = text.muted
        elif cell.tone:
            colour = self._look.theme.tone[cell.tone].fg
        else:
            colour = text.normal
        painter.setPen(colour)
        painter.setFont(self._look.fonts.strong if column.strong else self._look.fonts.body)
        words = self._metrics[column.strong].elidedText(cell.text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, int(column.align.value | _SINGLE), words)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """What the cell needs, for the automatic width of a double-clicked column edge."""
        column = self._model.columns[index.column()]
        cell = self._model.cell(index.row(), index.column())
        if cell.chip is not None:
            width = chip_width(cell.chip, self._look)
        else:
            width = self._metrics[column.strong].horizontalAdvance(cell.text)
        return QSize(width + 2 * PAD + ROUNDING, self._look.size.row)

    @override
    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """The column's own tooltip; else the whole text where it is cut."""
        if not index.isValid() or index.data(Qt.ItemDataRole.ToolTipRole):
            return super().helpEvent(event, view, option, index)
        cell = self._model.cell(index.row(), index.column())
        cut = self.sizeHint(option, index).width() > option.rect.width()
        QToolTip.showText(event.globalPos(), tip(cell.text) if cut else "", view)
        return True


class ColumnHeader(QHeaderView):
    """Column titles: small, quiet, with the order of the sorted one."""

    def __init__(self, look: Look, model: LineModel[Any], parent: QWidget) -> None:
        """Sections can be clicked (sort, sort down, as given) and dragged wider."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._look = look
        self._columns = model.columns
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorClearable(True)
        self.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setMinimumSectionSize(40)
        self.setFixedHeight(look.size.row)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Paint one title."""
        theme = self._look.theme
        column = self._columns[logicalIndex]
        sorted_here = self.sortIndicatorSection() == logicalIndex and column.sort is not None
        painter.fillRect(rect, theme.surface.panel)
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, theme.line.subtle)
        inner = rect.adjusted(PAD, 0, -PAD, -1)
        painter.setPen(theme.text.normal if sorted_here else theme.text.muted)
        painter.setFont(self._look.fonts.small_strong)
        side = self._look.size.mark
        room = inner.width() - (side + 4 if sorted_here else 0)
        title = painter.fontMetrics().elidedText(column.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, int(column.align.value | _SINGLE), title)
        if sorted_here:
            width = painter.fontMetrics().horizontalAdvance(title)
            left = inner.right() - width - side - 3 if column.align is Align.RIGHT else inner.x() + width + 4
            self._paint_order(painter, QRectF(left, inner.center().y() - side / 2 + 1, side, side))

    def _paint_order(self, painter: QPainter, rect: QRectF) -> None:
        painter.save()
        if self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder:
            painter.translate(rect.center())
            painter.rotate(180)
            painter.translate(-rect.center())
        paint_mark(painter, Mark.CHEVRON_DOWN, rect, self._look.theme.text.normal)
        painter.restore()
