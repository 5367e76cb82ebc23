"""Lists of hotel things for Qt's views: ordered ids, cached cells, changes by diff. Never a reset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from clockdesk.ui.models.columns import Cell, Column, Role
from clockdesk.ui.models.order import Steps, runs, steps
from clockdesk.ui.widgets.text import plain, tip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence, Set

L = TypeVar("L")
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()

MOST_STEPS = 24
"""More single steps than this go as one change of layout: a view pays for each."""
MOST_GLOWS = 60
"""When more rows than this change at once it is a catching-up, not an event: nothing glows."""

FEW = 12
"""Rows looked for one by one after a change; for more of them all rows are numbered, which costs as much."""

_NO_LINE = Cell("")


class LineModel(QAbstractTableModel, Generic[L]):
    """Rows are ids, told by `show`; their lines are asked from `line_of` when needed.

    Signals: `about_to_show` and `shown` around each `show` (a view keeps its place between them), `glowing` when
    cells begin to glow.
    """

    about_to_show = Signal()
    shown = Signal()
    glowing = Signal()

    def __init__(
        self,
        columns: Sequence[Column[L]],
        line_of: Callable[[int], L | None],
        now: Callable[[], float],
        *,
        glow_seconds: float = 0.6,
        age: Callable[[L], str] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`now` gives monotonic seconds; `age` says when a line was read whose copy can't be trusted at the moment."""
        super().__init__(parent)
        self.columns = tuple(columns)
        self._line_of = line_of
        self._now = now
        self._glow_seconds = glow_seconds
        self._age = age
        self._aged = next((at for at, column in enumerate(self.columns) if column.stretch), 0)
        self._given: list[int] = []
        self._ids: list[int] = []
        self._rows: dict[int, int] | None = {}
        self._looked_for = 0
        self._cells: dict[int, tuple[Cell, ...]] = {}
        self._keys: dict[int, Any] = {}
        self._sorted_by: Column[L] | None = None
        self._descending = False
        self._glows: dict[int, tuple[float, frozenset[int]]] = {}

    # what is shown

    @property
    def ids(self) -> Sequence[int]:
        """The ids in the order shown."""
        return tuple(self._ids)

    def id_at(self, row: int) -> int | None:
        """The id in this row, None outside."""
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def row_of(self, key: int) -> int | None:
        """The row of this id, None when it is not shown."""
        if self._rows is not None:
            return self._rows.get(key)
        self._looked_for += 1
        if self._looked_for > FEW:
            self._rows = {each: row for row, each in enumerate(self._ids)}
            return self._rows.get(key)
        try:
            return self._ids.index(key)
        except ValueError:
            return None

    def _forget_rows(self) -> None:
        self._rows, self._looked_for = None, 0

    def line_at(self, row: int) -> L | None:
        """The line in this row."""
        key = self.id_at(row)
        return None if key is None else self._line_of(key)

    def cell(self, row: int, column: int) -> Cell:
        """One cell, as the delegate paints it."""
        key = self._ids[row]
        cells = self._cells.get(key)
        if cells is None:
            cells = self._cells[key] = self._make_cells(key)
        return cells[column]

    def is_stale(self, row: int) -> bool:
        """Whether this row's copy can't be trusted at the moment."""
        return self.age(row) != ""

    def age(self, row: int) -> str:
        """When this row was read, while nothing has confirmed it since; empty for one that can be trusted."""
        if self._age is None:
            return ""
        line = self.line_at(row)
        return "" if line is None else self._age(line)

    def shows_age(self, column: int) -> bool:
        """Whether the age stands in this column: the one that has room for it."""
        return column == self._aged

    def _make_cells(self, key: int) -> tuple[Cell, ...]:
        line = self._line_of(key)
        if line is None:
            return (_NO_LINE,) * len(self.columns)
        return tuple(cell._replace(text=plain(cell.text)) for cell in (column.cell(line) for column in self.columns))

    # changes

    def show(self, ids: Iterable[int], changed: Set[int] = frozenset()) -> None:
        """Show these ids in this order (or sorted, when a column is chosen).

        `changed` are the ids a change set named: their lines are read again, and what differs glows, new rows included.
        Rows that merely come and go with a filter do not glow.
        """
        self.about_to_show.emit()
        given = ids if isinstance(ids, list) else list(ids)
        if given != self._given:
            self._given = list(dict.fromkeys(given))
        before = self._forget(changed)
        new = self._in_order(self._given)
        entering = frozenset(key for key in changed if self.row_of(key) is None)
        self._arrange(new)
        self._tell_changed(changed)
        self._start_glow(before, entering)
        self.shown.emit()

    def refresh(self, changed: Set[int]) -> None:
        """Read the lines of these ids again, the ids shown staying as they are."""
        self.show(self._given, changed)

    def refresh_all(self) -> None:
        """Read every line again without a glow: names of rooms or the words of a date changed."""
        self.about_to_show.emit()
        self._cells.clear()
        self._keys.clear()
        self._arrange(self._in_order(self._given))
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns) - 1))
        self.shown.emit()

    def _forget(self, changed: Set[int]) -> dict[int, tuple[Cell, ...] | None]:
        """Forget what was cached of `changed`; returns the old cells of those shown, None where none were painted."""
        before: dict[int, tuple[Cell, ...] | None] = {}
        for key in changed:
            cells = self._cells.pop(key, None)
            self._keys.pop(key, None)
            if self.row_of(key) is not None:
                before[key] = cells
        return before

    def _arrange(self, new: list[int]) -> None:
        if new == self._ids:
            return
        few = steps(self._ids, new, MOST_STEPS)
        if few is None:
            self._relayout(new)
        else:
            self._step(few)
        shown = set(new)
        for cache in (self._cells, self._keys):
            for key in [key for key in cache if key not in shown]:
                del cache[key]

    def _step(self, few: Steps) -> None:
        for first, last in few.removals:
            self.beginRemoveRows(NOWHERE, first, last)
            del self._ids[first : last + 1]
            self._forget_rows()
            self.endRemoveRows()
        for row, to in few.moves:
            self.beginMoveRows(NOWHERE, row, row, NOWHERE, to + 1 if to > row else to)
            self._ids.insert(to, self._ids.pop(row))
            self._forget_rows()
            self.endMoveRows()
        for first, ids in few.insertions:
            self._insert(first, ids)

    def _insert(self, first: int, ids: Sequence[int]) -> None:
        self.beginInsertRows(NOWHERE, first, first + len(ids) - 1)
        self._ids[first:first] = ids
        self._forget_rows()
        self.endInsertRows()

    def _relayout(self, new: list[int]) -> None:
        """Many steps at once: what goes leaves at the end, what comes enters at the end, then all take their places."""
        wanted, had = set(new), set(self._ids)
        kept = [key for key in self._ids if key in wanted]
        gone = [key for key in self._ids if key not in wanted]
        if gone:
            self._permute(kept + gone)
            self.beginRemoveRows(NOWHERE, len(kept), len(self._ids) - 1)
            del self._ids[len(kept) :]
            self._forget_rows()
            self.endRemoveRows()
        fresh = [key for key in new if key not in had]
        if fresh:
            self._insert(len(kept), fresh)
        self._permute(new)

    def _permute(self, order: list[int]) -> None:
        if order == self._ids:
            return
        self.layoutAboutToBeChanged.emit()
        held = [(index, self._ids[index.row()]) for index in self.persistentIndexList()]
        self._ids = list(order)
        self._forget_rows()
        there = [self.createIndex(cast("int", self.row_of(key)), index.column()) for index, key in held]
        self.changePersistentIndexList([index for index, _ in held], there)
        self.layoutChanged.emit()

    def _tell_changed(self, changed: Set[int]) -> None:
        rows = sorted(row for row in map(self.row_of, changed) if row is not None)
        if not rows:
            return
        stretches = runs(rows)
        if len(stretches) > MOST_STEPS:
            stretches = [(rows[0], rows[-1])]
        last_column = len(self.columns) - 1
        for first, last in stretches:
            self.dataChanged.emit(self.index(first, 0), self.index(last, last_column))

    # order

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; a column without a key (or -1) gives back the order told by `show`."""
        chosen = self.columns[column] if 0 <= column < len(self.columns) else None
        if chosen is not None and chosen.sort is None:
            chosen = None
        if chosen is not self._sorted_by:
            self._keys.clear()
        self._sorted_by = chosen
        self._descending = order is Qt.SortOrder.DescendingOrder
        self.about_to_show.emit()
        self._arrange(self._in_order(self._given))
        self.shown.emit()

    def _in_order(self, ids: list[int]) -> list[int]:
        if self._sorted_by is None:
            return list(ids)
        keys = self._keys
        for key in ids:
            if key not in keys:
                keys[key] = self._sort_key(key)
        with_key = [key for key in ids if keys[key] is not None]
        with_key.sort(key=keys.__getitem__, reverse=self._descending)
        return with_key + [key for key in ids if keys[key] is None]

    def _sort_key(self, key: int) -> Any:
        line = self._line_of(key)
        if line is None or self._sorted_by is None or self._sorted_by.sort is None:
            return None
        return self._sorted_by.sort(line)

    # glow

    def _start_glow(self, before: dict[int, tuple[Cell, ...] | None], entering: Set[int]) -> None:
        if len(before) + len(entering) > MOST_GLOWS:
            return
        whole = frozenset(range(len(self.columns)))
        start = self._now()
        begun = False
        for key in [*before, *entering]:
            row = self.row_of(key)
            if row is None:
                continue
            old = before.get(key)
            differs = whole if old is None else frozenset(c for c in whole if self.cell(row, c) != old[c])
            if differs:
                self._glows[key] = (start, differs)
                begun = True
        if begun:
            self.glowing.emit()

    def glow(self, row: int, column: int) -> float:
        """How strongly a cell glows now, from 1 (just changed) to 0."""
        mark = self._glows.get(self._ids[row])
        if mark is None or column not in mark[1]:
            return 0.0
        return max(0.0, 1.0 - (self._now() - mark[0]) / self._glow_seconds)

    def fade(self) -> tuple[list[int], bool]:
        """The rows to paint again because they glow or have just ceased to, and whether any still glows."""
        rows = [row for row in map(self.row_of, self._glows) if row is not None]
        over = self._now() - self._glow_seconds
        self._glows = {key: mark for key, mark in self._glows.items() if mark[0] > over}
        return rows, bool(self._glows)

    # Qt's questions

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Number of rows."""
        return 0 if parent.isValid() else len(self._ids)

    @override
    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, tooltip, alignment, and our own roles."""
        row, column = index.row(), index.column()
        if not index.isValid() or row >= len(self._ids):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(row, column).text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[column].align.value
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, column)
        if role == Role.ID:
            return self._ids[row]
        if role == Role.GLOW:
            return self.glow(row, column)
        if role == Role.STALE:
            return self.is_stale(row)
        if role == Role.AGE:
            return self.age(row)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return self._age_words(row) if self.shows_age(column) else None
        return None

    def _tip(self, row: int, column: int) -> str | None:
        make, line = self.columns[column].tip, self.line_at(row)
        said = make(line) if make is not None and line is not None else ""
        aged = self._age_words(row) if self.shows_age(column) else ""
        return tip("\n".join(filter(None, (said, aged)))) or None

    def _age_words(self, row: int) -> str:
        age = self.age(row)
        return f"Read {age}; nothing has confirmed it since." if age else ""

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' titles."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.columns[section].align.value
        return None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be selected and have no children."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
