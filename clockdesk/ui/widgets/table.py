"""The table every list of the program is shown in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from clockdesk.ui.theme.marks import paint_ring
from clockdesk.ui.widgets.buttons import ENTER
from clockdesk.ui.widgets.cells import PAD, ROUNDING, CellDelegate, ColumnHeader
from clockdesk.ui.widgets.chip import CHIP_EXTRA
from clockdesk.ui.widgets.cover import Cover
from clockdesk.ui.widgets.slide import Slide
from clockdesk.ui.widgets.text import pasted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clockdesk.ui.models.table import LineModel
    from clockdesk.ui.theme.look import Look

_HEAD_EXTRA = 20
_LEAST = 96
_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_SORTING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class TableView(QTableView):
    """A list of lines: one row selected, everything by keyboard, changes glow and slide, the eye keeps its place.

    Signals: `chosen(id)` when the current row is another one (None: none), `opened(id)` on Enter or double click,
    `menu_wanted(id, global position)` on a right click or the menu key, `typed(text)` when somebody just types
    (a screen hands it to its search field).
    """

    chosen = Signal(object)
    opened = Signal(object)
    menu_wanted = Signal(object, QPoint)
    typed = Signal(str)

    def __init__(self, look: Look, model: LineModel[Any], name: str, parent: QWidget | None = None) -> None:
        """`name` is what a screen reader calls the list."""
        super().__init__(parent)
        self._look = look
        self._lines = model
        self._hovered = -1
        self._slide = Slide(look.theme.motion.slide / 1000)
        self._places: dict[int, int] = {}
        self._scrolled = False
        self._told: int | None = None
        self._showing = False
        self._stretching = [at for at, column in enumerate(model.columns) if column.stretch]
        self._natural = self._natural_widths()
        self._filling = False
        self.setAccessibleName(name)
        self.setAccessibleDescription("Ctrl+Shift and the arrow keys sort")
        self._set_up_view()
        self.setModel(model)
        self._set_up_header()
        self.setItemDelegate(CellDelegate(look, model, self._offset_of, lambda: self._hovered, self))
        model.about_to_show.connect(self._keep_place)
        model.shown.connect(self._find_place)
        model.glowing.connect(self._start_beat)
        look.changed.connect(self.viewport().update)

    def _set_up_view(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setVisible(False)
        self.set_row_height(self._look.size.row)

    def _set_up_header(self) -> None:
        header = ColumnHeader(self._look, self._lines, self)
        self.setHorizontalHeader(header)
        self.setSortingEnabled(True)
        for section, width in enumerate(self._natural):
            self.setColumnWidth(section, width)
        header.sectionResized.connect(self._on_section_resized)
        self._look.changed.connect(header.viewport().update)

    def set_row_height(self, pixels: int) -> None:
        """One of the row sizes of the tokens: compact, normal, touch."""
        self.verticalHeader().setMinimumSectionSize(pixels)
        self.verticalHeader().setDefaultSectionSize(pixels)

    # what is chosen

    @property
    def chosen_id(self) -> int | None:
        """The id of the selected row."""
        rows = self.selectionModel().selectedRows()
        return self._lines.id_at(rows[0].row()) if rows else None

    def choose(self, key: int | None) -> bool:
        """Make the row of this id the current one and bring it into sight; None chooses nothing."""
        if key is None:
            self.setCurrentIndex(QModelIndex())
            self.clearSelection()
            return True
        row = self._lines.row_of(key)
        if row is None:
            return False
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self._lines.index(row, 0), flags)
        self.scrollTo(self.currentIndex())
        return True

    def sort_by(self, key: str, *, descending: bool = False) -> None:
        """Sort by the column of this key; an unknown key gives back the order as told."""
        section = next((at for at, column in enumerate(self._lines.columns) if column.key == key), -1)
        self.sortByColumn(section, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)

    @override
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell which id is chosen now."""
        super().selectionChanged(selected, deselected)
        if not self._showing:
            self._tell_chosen()

    def _tell_chosen(self) -> None:
        if self.chosen_id != self._told:
            self._told = self.chosen_id
            self.chosen.emit(self._told)

    # widths

    def _natural_widths(self) -> list[int]:
        fonts = self._look.fonts
        words, strong, small = QFontMetrics(fonts.body), QFontMetrics(fonts.strong), QFontMetrics(fonts.small_strong)
        widths = []
        for column in self._lines.columns:
            head = small.horizontalAdvance(column.title) + (_HEAD_EXTRA if column.sort is not None else 0)
            if column.chip is not None:
                body = small.horizontalAdvance(column.sample) + CHIP_EXTRA
            else:
                body = (strong if column.strong else words).horizontalAdvance(column.sample)
            widths.append(max(head, body) + 2 * PAD + ROUNDING)
        return widths

    @property
    def widths(self) -> dict[str, int]:
        """The columns' widths by key, for keeping them."""
        return {column.key: self.columnWidth(section) for section, column in enumerate(self._lines.columns)}

    def set_widths(self, widths: Mapping[str, int]) -> None:
        """Take back kept widths; keys that are no column any more are passed over."""
        for section, column in enumerate(self._lines.columns):
            if column.key in widths:
                self.setColumnWidth(section, max(40, widths[column.key]))
        self._fill_width()

    def _on_section_resized(self, section: int, _old: int, _new: int) -> None:
        if not self._filling and section not in self._stretching:
            self._fill_width()

    def _fill_width(self) -> None:
        """Give the stretching columns what the others leave, but no less than half of what they would like."""
        if not self._stretching:
            return
        others = sum(self.columnWidth(at) for at in range(len(self._natural)) if at not in self._stretching)
        share, rest = divmod(self.viewport().width() - others, len(self._stretching))
        self._filling = True
        for place, at in enumerate(self._stretching):
            self.setColumnWidth(at, max(_LEAST, self._natural[at] // 2, share + (rest if place == 0 else 0)))
        self._filling = False

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the new width."""
        super().resizeEvent(event)
        self._fill_width()

    def show_when_empty(self, widget: QWidget) -> None:
        """Show `widget` in place of the rows while there are none."""
        Cover(self, widget)

    # keeping the place, motion

    def _visible_rows(self) -> range:
        first = self.rowAt(0)
        if first < 0:
            return range(0)
        last = self.rowAt(self.viewport().height() - 1)
        return range(first, (last if last >= 0 else self._lines.rowCount() - 1) + 1)

    def _visible_places(self) -> dict[int, int]:
        ids = self._lines.ids
        return {ids[row]: self.rowViewportPosition(row) for row in self._visible_rows()}

    def _keep_place(self) -> None:
        self._places = self._visible_places()
        self._scrolled = self.verticalScrollBar().value() > 0
        self._showing = True

    def _find_place(self) -> None:
        """Rows that came in above do not push away what the eye is on; at the very top the list stays at the top."""
        self.executeDelayedItemsLayout()
        if self._scrolled:
            self._scroll_back()
        self._let_go_of_removed()
        slides = self._look.motion and self.isVisible()
        if slides and self._slide.begin(self._places, self._visible_places(), self._look.now()):
            self._start_beat()

    def _scroll_back(self) -> None:
        """Put the chosen row, or else the first that was visible and is still there, where it was."""
        watched = [self._told] if self._told in self._places else []
        for key in (*watched, *self._places):
            row = None if key is None else self._lines.row_of(key)
            if key is not None and row is not None:
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() + self.rowViewportPosition(row) - self._places[key])
                return

    def _let_go_of_removed(self) -> None:
        """When the chosen row has left, nothing is chosen: Qt would take its neighbour, and so another guest."""
        if self._told is not None and self._lines.row_of(self._told) is None:
            self.choose(None)
        self._showing = False
        self._tell_chosen()

    def _offset_of(self, row: int) -> int:
        return self._slide.offset(self._lines.id_at(row), self._look.now()) if self._slide.active else 0

    def _start_beat(self) -> None:
        self._look.pulse.run(self, self._beat)

    def _beat(self) -> bool:
        rows, glowing = self._lines.fade()
        if not self._slide.active:
            self._update_rows(rows)
            return glowing
        sliding = not self._slide.done(self._look.now())
        self.viewport().update()
        return sliding or glowing

    def _update_rows(self, rows: list[int]) -> None:
        width = self.viewport().width()
        for row in rows:
            self.viewport().update(QRect(0, self.rowViewportPosition(row), width, self.rowHeight(row)))

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            before, self._hovered = self._hovered, row
            self._update_rows([each for each in (before, row) if each >= 0])

    # painting over the cells

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """The cells, then the mark of the chosen row and the focus ring."""
        super().paintEvent(event)
        row = self.currentIndex().row()
        if row < 0:
            return
        rect = QRect(
            0, self.rowViewportPosition(row) + self._offset_of(row), self.viewport().width(), self.rowHeight(row)
        )
        painter = QPainter(self.viewport())
        if self.selectionModel().isRowSelected(row, QModelIndex()):
            painter.fillRect(rect.x(), rect.y(), 3, rect.height() - 1, self._look.theme.accent.fill)
        if self.hasFocus():
            paint_ring(painter, QRectF(rect), self._look.theme.line.focus, self._look.size.radius_small)

    # mouse and keys

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The row under the mouse is lit."""
        self._hover(self.rowAt(event.position().toPoint().y()))
        super().mouseMoveEvent(event)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        """The light goes out when the mouse leaves."""
        if event.type() is QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the row."""
        row = self.rowAt(event.position().toPoint().y())
        if row >= 0 and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(self._lines.id_at(row))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Ctrl+Shift and an arrow sorts, Ctrl+C copies a cell as text; everything else as Qt has it."""
        if event.key() in ENTER:
            if self.chosen_id is not None:
                self.opened.emit(self.chosen_id)
            return
        if event.modifiers() & _SORTING == _SORTING and self._sort_by_key(event.key()):
            return
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(pasted(str(self.currentIndex().data() or "")))
            event.accept()
            return
        super().keyPressEvent(event)

    def _sort_by_key(self, key: int) -> bool:
        """Ctrl+Shift with left or right takes the next column that can be sorted, with up or down turns the order."""
        header = self.horizontalHeader()
        sortable = [at for at, column in enumerate(self._lines.columns) if column.sort is not None]
        if key not in _ARROWS or not sortable:
            return False
        here, order = header.sortIndicatorSection(), Qt.SortOrder.AscendingOrder
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            step = 1 if key == Qt.Key.Key_Right else -1
            here = sortable[(sortable.index(here) + step) % len(sortable)] if here in sortable else sortable[0]
        elif key == Qt.Key.Key_Down:
            order = Qt.SortOrder.DescendingOrder
        self.sortByColumn(here, order)
        return True

    @override
    def keyboardSearch(self, search: str) -> None:
        """Letters go to the screen's search, not to Qt's own scan of a column (slow over many rows)."""
        self.typed.emit(search)

    @override
    def moveCursor(self, cursorAction: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End are the first and last row; left and right scroll."""
        action = QAbstractItemView.CursorAction
        if cursorAction is action.MoveNext and not self.currentIndex().isValid():
            return QModelIndex()  # the focus came: it alone makes no row the current one
        if cursorAction in {action.MoveHome, action.MoveEnd} and self._lines.rowCount():
            return self._lines.index(0 if cursorAction is action.MoveHome else self._lines.rowCount() - 1, 0)
        if cursorAction in {action.MoveLeft, action.MoveRight}:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() + (-64 if cursorAction is action.MoveLeft else 64))
            return self.currentIndex()
        return super().moveCursor(cursorAction, modifiers)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the row under the mouse, or of the current one by key."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            row = self.currentIndex().row()
            place = QPoint(PAD, self.rowViewportPosition(row) + self.rowHeight(row)) if row >= 0 else QPoint()
        else:
            row = self.rowAt(event.pos().y())
            place = event.pos()
        if row >= 0:
            self.menu_wanted.emit(self._lines.id_at(row), self.viewport().mapToGlobal(place))
