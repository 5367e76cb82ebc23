"""The room board: all rooms as tiles, floor by floor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget
from typing_extensions import override

from clockdesk.ui.widgets.buttons import ENTER
from clockdesk.ui.widgets.cover import Cover
from clockdesk.ui.widgets.grid import MARGIN, Grid, lay_out
from clockdesk.ui.widgets.tile import TileState, paint_tile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from clockdesk.ui.models.table import Index, LineModel
    from clockdesk.ui.theme.look import Look
    from clockdesk.ui.widgets.tile import TileFace


class RoomBoard(QListView):
    """Tiles over a `LineModel` of one column (whose text is what a screen reader says of a room).

    Arrow keys walk, Shift and Ctrl choose several, the mouse draws a frame around several.
    Signals: `chosen(ids)` when the selection is another one, `opened(id)` on Enter or double click,
    `menu_wanted(ids, global position)`, `typed(text)` when somebody just types.
    """

    chosen = Signal(object)
    opened = Signal(object)
    menu_wanted = Signal(object, QPoint)
    typed = Signal(str)

    def __init__(
        self,
        look: Look,
        model: LineModel[Any],
        face_of: Callable[[Any], TileFace],
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        """`face_of(line)` makes the tile; those of one floor come one after the other. `name`: for screen readers."""
        super().__init__(parent)
        self._look = look
        self._lines = model
        self._face_of = face_of
        self._grid: Grid | None = None
        self._hovered = -1
        self.setAccessibleName(name)
        self.setProperty("surface", "board")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setModel(model)
        model.about_to_show.connect(self._forget_places)
        model.shown.connect(self._find_places)
        model.glowing.connect(self._start_beat)
        look.changed.connect(self.viewport().update)

    # what is chosen

    @property
    def chosen_ids(self) -> tuple[int, ...]:
        """The ids selected, in the order shown."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return tuple(key for key in map(self._lines.id_at, rows) if key is not None)

    @override
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell which ids are chosen now, and paint them again (the list's own answer looks at its own layout)."""
        QAbstractItemView.selectionChanged(self, selected, deselected)
        self.chosen.emit(self.chosen_ids)

    def choose(self, ids: Collection[int]) -> None:
        """Select exactly these (those of them that are shown)."""
        selection = QItemSelection()
        rows = [row for row in map(self._lines.row_of, ids) if row is not None]
        for row in rows:
            index = self._lines.index(row, 0)
            selection.select(index, index)
        if rows:
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(self._lines.index(rows[0], 0), flag)
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def show_when_empty(self, widget: QWidget) -> None:
        """Show `widget` in place of the tiles while there are none."""
        Cover(self, widget)

    # places

    def _face(self, row: int) -> TileFace | None:
        line = self._lines.line_at(row)
        return None if line is None else self._face_of(line)

    def _places(self) -> Grid:
        count = self._lines.rowCount()
        if self._grid is None or len(self._grid.tiles) != count:
            faces = [self._face(row) for row in range(count)]
            groups = [face.group if face is not None else "" for face in faces]
            size = self._look.size
            self._grid = lay_out(groups, self.viewport().width(), QSize(size.tile_width, size.tile_height))
        return self._grid

    def _forget_places(self) -> None:
        self._grid = None

    def _find_places(self) -> None:
        self._grid = None
        self.updateGeometries()
        self.viewport().update()

    @override
    def doItemsLayout(self) -> None:
        """Our own layout instead of the list's."""
        self._find_places()

    @override
    def updateGeometries(self) -> None:
        """Fit the scroll bar."""
        bar, page = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(page)
        bar.setSingleStep(self._look.size.tile_height // 2)
        bar.setRange(0, max(0, self._places().height - page))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, other columns."""
        QAbstractItemView.resizeEvent(self, event)
        self._find_places()

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Everything moves."""
        self.viewport().update()

    @override
    def horizontalOffset(self) -> int:
        """Never."""
        return 0

    @override
    def verticalOffset(self) -> int:
        """How far it is scrolled."""
        return self.verticalScrollBar().value()

    @override
    def isIndexHidden(self, index: Index) -> bool:
        """Never."""
        return False

    @override
    def visualRect(self, index: Index) -> QRect:
        """Where a tile is in the viewport."""
        tiles = self._places().tiles
        if not index.isValid() or index.row() >= len(tiles):
            return QRect()
        return tiles[index.row()].translated(0, -self.verticalOffset())

    @override
    def indexAt(self, p: QPoint) -> QModelIndex:
        """The tile under a point of the viewport."""
        row = self._places().at(p + QPoint(0, self.verticalOffset()))
        return QModelIndex() if row is None else self._lines.index(row, 0)

    @override
    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a tile into sight, with its floor's head when it is in the first line."""
        rect = self.visualRect(index)
        if rect.isEmpty():
            return
        bar, page = self.verticalScrollBar(), self.viewport().height()
        if rect.top() < MARGIN:
            bar.setValue(bar.value() + rect.top() - 3 * MARGIN)
        elif rect.bottom() > page - MARGIN:
            bar.setValue(bar.value() + rect.bottom() - page + MARGIN)

    @override
    def moveCursor(self, cursorAction: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Walk over the tiles as they lie."""
        action, count = QAbstractItemView.CursorAction, self._lines.rowCount()
        if not count:
            return QModelIndex()
        here = self.currentIndex().row()
        if here < 0:
            return self._lines.index(0, 0)
        grid = self._places()
        page = max(1, self.viewport().height() // (self._look.size.tile_height + 8) - 1)
        lines = {action.MoveUp: -1, action.MoveDown: 1, action.MovePageUp: -page, action.MovePageDown: page}
        ends = {action.MoveHome: 0, action.MoveEnd: count - 1}
        if cursorAction in lines:
            row = grid.step(here, lines[cursorAction])
        elif cursorAction in ends:
            row = ends[cursorAction]
        else:
            back = cursorAction in {action.MoveLeft, action.MovePrevious}
            row = max(0, min(count - 1, here + (-1 if back else 1)))
        return self._lines.index(row, 0)

    @override
    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """A frame drawn by the mouse chooses what it touches; Shift chooses all from one tile to another."""
        selection = QItemSelection()
        first, last = self.indexAt(rect.topLeft()), self.indexAt(rect.bottomRight())
        framing = self.state() is QAbstractItemView.State.DragSelectingState
        if not framing and first.isValid() and last.isValid():
            low, high = sorted((first.row(), last.row()))
            selection.select(self._lines.index(low, 0), self._lines.index(high, 0))
        else:
            for row in self._places().within(rect.normalized().translated(0, self.verticalOffset())):
                selection.select(self._lines.index(row, 0), self._lines.index(row, 0))
        self.selectionModel().select(selection, command)

    @override
    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """What to paint again when a selection changes."""
        region = QRegion()
        for index in selection.indexes():
            region += self.visualRect(index).adjusted(-4, -4, 4, 4)
        return region

    @override
    def currentChanged(self, current: Index, previous: Index) -> None:
        """Paint both tiles again and tell a screen reader where we are."""
        QAbstractItemView.currentChanged(self, current, previous)
        for index in (current, previous):
            self.viewport().update(self.visualRect(index).adjusted(-4, -4, 4, 4))
        if QAccessible.isActive() and current.isValid():
            event = QAccessibleEvent(self, QAccessible.Event.Focus)
            event.setChild(current.row())
            QAccessible.updateAccessibility(event)

    # painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint heads and tiles."""
        painter = QPainter(self.viewport())
        look, offset = self._look, self.verticalOffset()
        theme, exposed = look.theme, event.rect().translated(0, offset)
        painter.fillRect(event.rect(), theme.surface.window)
        painter.translate(0, -offset)
        grid = self._places()
        for head in grid.heads:
            if head.rect.intersects(exposed):
                self._paint_head(painter, head.rect, head.word, head.count)
        chosen = {index.row() for index in self.selectionModel().selectedIndexes()}
        current = self.currentIndex().row() if self.hasFocus() else -1
        for row in grid.within(exposed.adjusted(-4, -4, 4, 4)):
            face = self._face(row)
            if face is None:
                continue
            state = TileState(row in chosen, row == current, row == self._hovered, self._lines.glow(row, 0))
            paint_tile(painter, grid.tiles[row], face, state, look)

    def _paint_head(self, painter: QPainter, rect: QRect, word: str, count: int) -> None:
        theme, fonts = self._look.theme, self._look.fonts
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        painter.setFont(fonts.strong)
        painter.setPen(theme.text.normal)
        painter.drawText(rect, flags, word)
        painter.setPen(theme.text.muted)
        beside = rect.adjusted(painter.fontMetrics().horizontalAdvance(word) + 10, 0, 0, 0)
        painter.setFont(fonts.small)
        painter.drawText(beside, flags, f"{count} room{'' if count == 1 else 's'}")

    def _start_beat(self) -> None:
        self._look.pulse.run(self, self._beat)

    def _beat(self) -> bool:
        rows, glowing = self._lines.fade()
        for row in rows:
            self.viewport().update(self.visualRect(self._lines.index(row, 0)))
        return glowing

    # mouse and keys

    def _hover(self, row: int) -> None:
        if row == self._hovered:
            return
        before, self._hovered = self._hovered, row
        for each in (before, row):
            if 0 <= each < self._lines.rowCount():
                self.viewport().update(self.visualRect(self._lines.index(each, 0)))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The tile under the mouse is lit."""
        self._hover(self.indexAt(event.position().toPoint()).row())
        QAbstractItemView.mouseMoveEvent(self, event)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        """The light goes out when the mouse leaves."""
        if event.type() is QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the room."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(self._lines.id_at(index.row()))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the current room."""
        if event.key() in ENTER and self.currentIndex().isValid():
            self.opened.emit(self._lines.id_at(self.currentIndex().row()))
            return
        super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Letters go to the screen's search."""
        self.typed.emit(search)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the selection; a right click elsewhere chooses that tile first."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            place = self.visualRect(self.currentIndex()).center()
        else:
            place = event.pos()
            index = self.indexAt(place)
            if index.isValid() and not self.selectionModel().isSelected(index):
                self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if self.chosen_ids:
            self.menu_wanted.emit(self.chosen_ids, self.viewport().mapToGlobal(place))
