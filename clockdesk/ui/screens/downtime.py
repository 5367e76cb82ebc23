"""Downtime: the pack that is ready for a time without the service, and the manual log of such a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clockdesk.domain.words import checked_words, freshness_words
from clockdesk.ui.screens.log_drawer import LogDrawer
from clockdesk.ui.screens.manual_log import ManualLogCard
from clockdesk.ui.screens.pack_card import PackCard
from clockdesk.ui.widgets.labels import PlainLabel
from clockdesk.ui.widgets.notices import Toast

if TYPE_CHECKING:
    from clockdesk.domain.freshness import Freshness
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.downtime import Downtime
    from clockdesk.ui.theme.look import Look

MINUTE_MS = 60_000


class DowntimePage(QWidget):
    """Cards of the pack and of the log, and the drawer of one line.

    Signals: `booking_wanted(id)`, `room_wanted(id)` to open others; `attention(count)`: lines to be worked off now.
    """

    booking_wanted = Signal(object)
    room_wanted = Signal(object)
    attention = Signal(int)

    def __init__(self, look: Look, tasks: Tasks, downtime: Downtime, parent: QWidget | None = None) -> None:
        """Follows packs, log and line, and stops when it goes away."""
        super().__init__(parent)
        self._look, self._downtime = look, downtime
        self._open_lines = 0
        self.setAccessibleName("Downtime")
        self.state = PlainLabel(role="muted")
        self.packs = PackCard(look, tasks, downtime)
        self.log = ManualLogCard(look, tasks, downtime)
        self.drawer = LogDrawer(look, tasks, downtime)
        self.drawer.setVisible(False)
        self.toast = Toast(look, self)
        self._minute = QTimer(self)
        self._minute.setInterval(MINUTE_MS)
        self._minute.timeout.connect(self.packs.refresh)
        self._lay_out()
        self._connect()
        office = downtime.office
        ends = (
            office.freshness_news.subscribe(self._on_freshness),
            downtime.worklist.listen(self._on_found),
            downtime.log.listen(self._on_found),
        )
        self.destroyed.connect(lambda: [end() for end in ends])
        self._minute.start()
        self._on_freshness(office.freshness)
        self.log.refresh()

    def _lay_out(self) -> None:
        grid = self._look.size.grid
        head = QHBoxLayout()
        head.setSpacing(2 * grid)
        head.addWidget(PlainLabel("Downtime", role="title"))
        head.addWidget(self.state, 1)
        column = QVBoxLayout()
        column.setContentsMargins(2 * grid, 2 * grid, 2 * grid, 2 * grid)
        column.setSpacing(2 * grid)
        column.addLayout(head)
        column.addWidget(self.packs)
        column.addWidget(self.log, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addWidget(self.drawer)

    def _connect(self) -> None:
        self.packs.told.connect(lambda words, tone: self.toast.tell(words, tone=tone))
        self.log.told.connect(lambda words, tone: self.toast.tell(words, tone=tone))
        self.log.counted.connect(self._on_counted)
        self.log.line_wanted.connect(self.open)
        self.log.table.chosen.connect(self._on_passed)
        self.drawer.told.connect(self.toast.tell)
        self.drawer.closed.connect(self.close_drawer)
        self.drawer.booking_wanted.connect(self.booking_wanted)
        self.drawer.room_wanted.connect(self.room_wanted)

    # what the window asks

    def focus_search(self) -> None:
        """There is nothing to search in; go to the form."""
        self.log.form.begin(self.log.form.kind)

    def open(self, line: int) -> None:
        """Show a line in the drawer."""
        self.drawer.setVisible(True)
        self.drawer.show_line(line, self.log.form.by.text())

    def close_drawer(self) -> None:
        """Only the cards."""
        focus = self.focusWidget()
        self.drawer.setVisible(False)
        if focus is not None and self.drawer.isAncestorOf(focus):
            self.log.table.setFocus()

    def new_day(self) -> None:
        """The hotel's date is another one."""
        self.log.refresh()
        self.packs.refresh()

    # news

    def _on_freshness(self, freshness: Freshness) -> None:
        office = self._downtime.office
        words = freshness_words(freshness, office.zone, office.today)
        self.state.setText(f"{words} · {checked_words(freshness, office.zone, office.today)}")
        self.log.refresh()
        self.packs.refresh()
        self.drawer.refresh()

    def _on_counted(self, lines: int) -> None:
        self._open_lines = lines
        self.attention.emit(lines if self._downtime.worklist.can_check else 0)

    def _on_found(self) -> None:
        if self.drawer.isVisible():
            self.drawer.refresh()

    def _on_passed(self, line: int | None) -> None:
        """The drawer, once open, follows the row."""
        if line is not None and self.drawer.isVisible() and line != self.drawer.ident:
            self.drawer.show_line(line, self.log.form.by.text())
