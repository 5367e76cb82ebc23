"""The filters that staff kept: a button that opens them, keeps the present one under a name, and forgets one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from clockdesk.domain.errors import KnownError, UserError
from clockdesk.domain.predicate import ALL
from clockdesk.domain.words import explain
from clockdesk.ui.theme.marks import Mark, paint_mark
from clockdesk.ui.widgets.buttons import MarkButton, PaintedButton, TextButton
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel
from clockdesk.ui.widgets.text import plain, tip

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from clockdesk.domain.kinds import Kind
    from clockdesk.domain.predicate import Predicate
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.saved import NamedFilter, SavedFilters
    from clockdesk.ui.theme.look import Look

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_WIDEST = 320


class SavedButton(PaintedButton):
    """`Saved`, with the name of the saved filter in force.

    Signals: `chosen(NamedFilter)`, `said(words)` when something was kept or forgotten, `failed(words)`.
    """

    chosen = Signal(object)
    said = Signal(str)
    failed = Signal(str)

    def __init__(self, look: Look, tasks: Tasks, filters: SavedFilters, kind: Kind) -> None:
        """`load` fetches them the first time."""
        super().__init__(look, "Saved filters")
        self._tasks, self._filters, self._kind = tasks, filters, kind
        self._all: tuple[NamedFilter, ...] = ()
        self._predicate: Predicate = ALL
        self._name = ""
        self.panel: SavedPanel | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open_panel)

    @property
    def all(self) -> tuple[NamedFilter, ...]:
        """Those there are."""
        return self._all

    def load(self) -> None:
        """Fetch them; shown when they come."""
        self._tasks.spawn(self._do(None, ""), "load saved filters")

    def show_filter(self, predicate: Predicate) -> None:
        """This filter is in force now."""
        self._predicate = predicate
        same = (each.name for each in self._all if each.predicate == predicate)
        self._name = plain(next(same, ""))
        self.setAccessibleName(f"Saved filters: {self._name or 'none in force'}")
        self.updateGeometry()
        self.update()

    def keep(self, name: str) -> None:
        """Keep the filter in force under this name."""
        work = self._filters.save(self._kind, name, self._predicate)
        self._tasks.spawn(self._do(work, f"Filter “{name.strip()}” saved."), "save a filter")

    def forget(self, each: NamedFilter) -> None:
        """Remove one."""
        work = self._filters.forget(each.id)
        self._tasks.spawn(self._do(work, f"Filter “{each.name}” forgotten."), "forget a filter")

    async def _do(self, work: Awaitable[None] | None, words: str) -> None:
        """Do it, say `words`, and fetch all of them anew."""
        try:
            if work is not None:
                await work
            found = await self._filters.all(self._kind)
        except (UserError, KnownError) as error:
            if isValid(self):
                self.failed.emit(explain(error) if isinstance(error, KnownError) else str(error))
            return
        if not isValid(self):
            return
        self._all = found
        self.show_filter(self._predicate)
        if self.panel is not None and isValid(self.panel):
            self.panel.show_all(found)
        if words:
            self.said.emit(words)

    def open_panel(self) -> SavedPanel:
        """Open them under the button."""
        panel = self.panel = SavedPanel(self._look, self._predicate, self)
        panel.show_all(self._all)
        panel.chosen.connect(self.chosen)
        panel.kept.connect(self.keep)
        panel.forgotten.connect(self.forget)
        panel.show_under(self)
        return panel

    @property
    def _words(self) -> str:
        return self._name or "Saved"

    @override
    def sizeHint(self) -> QSize:
        """Room for mark, words and arrow."""
        words = QFontMetrics(self._look.fonts.strong).horizontalAdvance(self._words)
        return QSize(min(words, 180) + 68, self._look.size.control)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the star, the words and the arrow."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size, fonts = self._look.theme, self._look.size, self._look.fonts
        rect = QRectF(self.rect())
        rest = theme.surface.selected if self._name else theme.surface.panel
        painter.setPen(QPen(theme.accent.text if self._name else theme.line.control, 1))
        painter.setBrush(self.ground(rest) or rest)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), size.radius, size.radius)
        middle = rect.center().y() - size.icon / 2
        ink = theme.accent.text if self._name else theme.text.muted
        paint_mark(painter, Mark.STAR, QRectF(10, middle, size.icon, size.icon), ink)
        painter.setFont(fonts.strong if self._name else fonts.body)
        painter.setPen(theme.text.normal)
        words = rect.adjusted(34, 0, -30, 0)
        shown = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, int(_LEFT), shown)
        arrow = QRectF(rect.right() - 26, middle, size.icon, size.icon)
        paint_mark(painter, Mark.CHEVRON_DOWN, arrow, theme.text.muted)
        self.paint_focus(painter, size.radius)


class SavedPanel(QFrame):
    """The open list. Arrow keys walk, Enter applies, Escape closes.

    Signals: `chosen(NamedFilter)`, `kept(name)`, `forgotten(NamedFilter)`.
    """

    chosen = Signal(object)
    kept = Signal(str)
    forgotten = Signal(object)

    def __init__(self, look: Look, predicate: Predicate, parent: QWidget) -> None:
        """`predicate` is the filter in force. Goes away by itself when closed."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Saved filters")
        self.setProperty("surface", "popup")
        self._look = look
        self.rows: list[tuple[SavedRow, MarkButton]] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(look.size.grid)
        column.addWidget(PlainLabel("Saved filters", role="section"))
        column.addLayout(self._list)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name for the filter in force")
        self.name.setPlaceholderText("Name for this filter")
        self.name.setMinimumWidth(QFontMetrics(look.fonts.body).horizontalAdvance("Arrivals without a room ..."))
        self.name.returnPressed.connect(self._keep)
        self.save_button = TextButton("Save")
        self.save_button.clicked.connect(self._keep)
        row = QHBoxLayout()
        row.setSpacing(look.size.grid)
        row.addWidget(self.name, 1)
        row.addWidget(self.save_button)
        column.addLayout(row)
        if predicate == ALL:
            self.name.setEnabled(False)
            self.save_button.setEnabled(False)
            self.name.setPlaceholderText("Set a filter to save it")

    def show_all(self, filters: Sequence[NamedFilter]) -> None:
        """Show these."""
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = []
        for each in filters:
            self._list.addWidget(self._make_row(each))
        if not filters:
            self._list.addWidget(Paragraph("None yet. Set a filter, then save it here under a name.", role="muted"))
        self.name.clear()
        self.adjustSize()

    def _make_row(self, each: NamedFilter) -> QWidget:
        row = SavedRow(self._look, each)
        row.clicked.connect(lambda _=False: self._choose(each))
        cross = MarkButton(self._look, Mark.CLOSE, f"Forget “{each.name}”")
        cross.clicked.connect(lambda _=False: self.forgotten.emit(each))
        both = QWidget()
        line = QHBoxLayout(both)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(row, 1)
        line.addWidget(cross)
        self.rows.append((row, cross))
        return both

    def _choose(self, each: NamedFilter) -> None:
        self.close()
        self.chosen.emit(each)

    def _keep(self) -> None:
        if self.name.isEnabled() and self.name.text().strip():
            self.kept.emit(self.name.text())

    def show_under(self, widget: QWidget) -> None:
        """Open below `widget`, moved to stay on the screen."""
        self.adjustSize()
        place = widget.mapToGlobal(QPoint(0, widget.height() + 2))
        screen = widget.screen().availableGeometry()
        place.setX(max(screen.left(), min(place.x(), screen.right() - self.width())))
        self.move(place)
        self.show()
        first = self.rows[0][0] if self.rows else self.name
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk along the list."""
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            stops = [*(row for row, _ in self.rows), self.name]
            here = next((at for at, stop in enumerate(stops) if stop.hasFocus()), 0)
            stops[(here + (1 if event.key() == Qt.Key.Key_Down else -1)) % len(stops)].setFocus()
        else:
            super().keyPressEvent(event)


class SavedRow(PaintedButton):
    """One saved filter: its name. One that can't be read any more says so."""

    def __init__(self, look: Look, each: NamedFilter) -> None:
        """Pressing it applies it."""
        super().__init__(look, each.name)
        self._broken = each.predicate is None
        self._name = plain(each.name)
        note = "This text is no longer understood; press to mend it.\n" if self._broken else ""
        self.setToolTip(tip(note + each.text))
        self.setAccessibleDescription(note + each.text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        """Room for the name."""
        words = QFontMetrics(self._look.fonts.body).horizontalAdvance(self._name)
        return QSize(min(words, _WIDEST) + (48 if self._broken else 20), self._look.size.row)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the name."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size = self._look.theme, self._look.size
        rect = QRectF(self.rect())
        if (ground := self.ground()) is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(rect, size.radius_small, size.radius_small)
        left = 8
        if self._broken:
            paint_mark(
                painter,
                Mark.WARNING,
                QRectF(left, rect.center().y() - size.icon / 2, size.icon, size.icon),
                theme.tone.warning.fg,
            )
            left += size.icon + 6
        painter.setPen(theme.text.muted if self._broken else theme.text.normal)
        painter.setFont(self._look.fonts.body)
        words = rect.adjusted(left, 0, -8, 0)
        shown = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, int(_LEFT), shown)
        self.paint_focus(painter, size.radius_small)
