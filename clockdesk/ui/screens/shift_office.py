"""The back office of the shift clock: who is in now, the last shifts as a table, and the times for the manager."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from clockdesk.domain.dates import hotel_time, hotel_today, moment_text
from clockdesk.domain.errors import KnownError
from clockdesk.domain.words import explain
from clockdesk.office.sheets import Document, Facts
from clockdesk.office.shift_roster import TOLD_THREE
from clockdesk.ui.print.printing import print_document
from clockdesk.ui.screens.export_here import write_private
from clockdesk.ui.screens.shift_notes import NotesCard
from clockdesk.ui.screens.shift_tables import PeopleNow, PersonNow, ShiftsTold, Told
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.fields import Choice
from clockdesk.ui.widgets.labels import PlainLabel
from clockdesk.ui.widgets.notices import EmptyState, Toast
from clockdesk.ui.widgets.section import SectionHeader

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime

    from PySide6.QtGui import QShowEvent

    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.sheets import AsOf
    from clockdesk.ui.screens.shift_look import ShiftPlace
    from clockdesk.ui.theme.look import Look
    from clockdesk.ui.widgets.table import TableView

FRESH: Final = timedelta(minutes=3)
"""Younger than this, nothing is read again because somebody looked in: each person costs two calls of a minute's 27."""
REPAINT_MS: Final = 20_000
SPANS: Final = (("Since yesterday", 1), ("Last 7 days", 6), ("All that is told", None))


class ShiftsPage(QWidget):
    """Reads when it is opened and when asked; one person after the other, as the calls a minute allow."""

    def __init__(self, look: Look, tasks: Tasks, place: ShiftPlace, parent: QWidget | None = None) -> None:
        """Follows the desk, and stops when it goes away."""
        super().__init__(parent)
        self._look, self._tasks, self._place = look, tasks, place
        self._reading = False
        self._tried: datetime | None = None
        self.setAccessibleName("Shifts")
        self.read_words = PlainLabel(role="muted")
        self.read_button = TextButton("Read again", hint="Asks the time clock about everybody")
        self.read_button.clicked.connect(self.read)
        self.span = Choice(look, "Which shifts")
        for words, days in SPANS:
            self.span.add(words, days)
        self.span.setCurrentIndex(1)
        self.span.currentIndexChanged.connect(self.refresh)
        self.csv_button = TextButton("Export as CSV")
        self.csv_button.clicked.connect(self.choose_file)
        self.print_button = TextButton("Print")
        self.print_button.clicked.connect(self.print_shifts)
        self.now, self.shifts = PeopleNow(look, place, self), ShiftsTold(look, place, self)
        self.notes = NotesCard(look, tasks, place)
        self.now_head, self.shifts_head = SectionHeader("In now"), SectionHeader("Shifts")
        self.empty = EmptyState(look, Mark.PERSON)
        self.shifts.table.show_when_empty(self.empty)
        self.toast = Toast(look, self)
        self.notes.told.connect(lambda words, tone: self.toast.tell(words, tone=tone))
        self._timer = QTimer(self)
        self._timer.setInterval(REPAINT_MS)
        self._timer.timeout.connect(self.refresh)
        self._lay_out()
        end = place.desk.subscribe(self.refresh)
        self.destroyed.connect(lambda: [end()])
        self.refresh()

    def _lay_out(self) -> None:
        grid = self._look.size.grid
        head = QHBoxLayout()
        head.setSpacing(2 * grid)
        head.addWidget(PlainLabel("Shifts", role="title"))
        head.addWidget(self.read_words, 1)
        head.addWidget(self.read_button)
        top = QHBoxLayout()
        top.setSpacing(2 * grid)
        top.addWidget(self._card((self.now_head,), self.now.table), 3)
        top.addWidget(self.notes, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * grid, 2 * grid, 2 * grid, 2 * grid)
        column.setSpacing(2 * grid)
        column.addLayout(head)
        column.addLayout(top, 2)
        controls = (self.shifts_head, self.span, self.csv_button, self.print_button)
        column.addWidget(self._card(controls, self.shifts.table, TOLD_THREE), 3)

    def _card(self, head: tuple[QWidget, ...], table: TableView, note: str = "") -> QWidget:
        card = QWidget()
        card.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        card.setProperty("surface", "card")
        grid = self._look.size.grid
        column = QVBoxLayout(card)
        column.setContentsMargins(1, grid // 2, 1, grid // 2)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, grid, 0)
        row.setSpacing(grid)
        for at, widget in enumerate(head):
            row.addWidget(widget, 0 if at else 1)
        column.addLayout(row)
        column.addWidget(table, 1)
        if note:
            foot = PlainLabel(note, role="small")
            foot.setContentsMargins(12, grid // 2, 12, grid // 2)
            column.addWidget(foot)
        return card

    # what is shown

    def refresh(self) -> None:
        """Show what has been read so far; also now and then, as times pass."""
        if not isValid(self):
            return
        desk = self._place.desk
        roster = desk.roster
        entries = roster.entries if roster is not None else ()
        rows = roster.rows(self.since) if roster is not None else ()
        self.now.show_lines([PersonNow(entry) for entry in entries])
        self.shifts.show_lines([Told(row) for row in rows])
        self.now_head.set_count(len(roster.people_in) if entries and roster is not None else None)
        self.shifts_head.set_count(len(rows) if entries else None)
        self.read_button.setEnabled(desk.is_set_up and not self._reading and bool(desk.settings.persons))
        for button in (self.csv_button, self.print_button):
            button.setEnabled(bool(entries))
        self.read_words.setText(self._read_words())
        self._say_empty(read=bool(entries))
        self.notes.refresh()

    @property
    def since(self) -> date | None:
        """From which hotel day on shifts are shown."""
        days = self.span.currentData()
        return None if days is None else hotel_today(self._place.clock.now(), self._place.zone()) - timedelta(days=days)

    def _oldest(self) -> datetime | None:
        """When the person read longest ago was read; None while somebody has not been read."""
        roster = self._place.desk.roster
        reads = [entry.state.read for entry in roster.entries] if roster is not None else []
        known = [read for read in reads if read is not None]
        return min(known) if known and len(known) == len(reads) else None

    def _read_words(self) -> str:
        if self._reading:
            return "Reading, one person after the other …"
        oldest = self._oldest()
        if oldest is None:
            return ""
        zone = self._place.zone()
        return f"As of {moment_text(oldest, zone, hotel_today(self._place.clock.now(), zone))}"

    def _say_empty(self, *, read: bool) -> None:
        desk = self._place.desk
        if not desk.is_set_up:
            self.empty.tell(
                "The shift clock is not set up", desk.problem or "Its set-up is in the menu of people, above."
            )
        elif not desk.settings.persons:
            self.empty.tell("No people yet", "Find the people of this workstation in the set-up.")
        elif read:
            self.empty.tell("No shifts", "Nobody has a shift in these days.")
        else:
            self.empty.tell("Not read yet", "")

    # what the window asks

    def focus_search(self) -> None:
        """There is nothing to search in; go to the people."""
        self.now.table.setFocus()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks in: read, unless it was read just now."""
        super().showEvent(event)
        self._timer.start()
        if self._tried is None or self._place.clock.now() - self._tried > FRESH:
            self.read()

    # what people do

    def read(self) -> None:
        """Ask about everybody."""
        desk = self._place.desk
        if not self._reading and desk.is_set_up and desk.settings.persons:
            self._reading, self._tried = True, self._place.clock.now()
            self.refresh()
            self._tasks.spawn(self._read(), "read the shifts")

    async def _read(self) -> None:
        try:
            await self._place.desk.read_roster()
        finally:
            if isValid(self):
                self._reading = False
                self.refresh()

    def document(self) -> Document | None:
        """Who is in, and the shifts shown, to be printed; None before anything was read."""
        roster = self._place.desk.roster
        if roster is None:
            return None
        made = roster.document(self._as_of(), self.since)
        facts = tuple((f"{line.name} ({line.initials})", line.words(self._place)) for line in self.now.lines)
        [section] = made.sections
        return replace(made, sections=(replace(section, blocks=(Facts("now", "In now", facts), *section.blocks)),))

    def _as_of(self) -> AsOf:
        """As old as what was read of the time clock, whatever the copy of the hotel is."""
        return replace(self._place.as_of(), checked=self._oldest(), state="", what="time clock")

    def print_shifts(self) -> None:
        """The shifts shown, on paper."""
        self._begin(self._print(), "print the shifts")

    async def _print(self) -> str:
        document = self.document()
        if document is None:
            return ""
        pages = await print_document(self, document, self._place.clock)
        return f"{pages} pages are sent to the printer." if pages else ""

    def choose_file(self) -> None:
        """Ask where to, then write the shifts shown."""
        dialog = QFileDialog(self, "Export the shifts shown")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("CSV for spreadsheets (*.csv)")
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"shifts {hotel_time(self._place.clock.now(), self._place.zone()):%Y-%m-%d %H.%M}.csv")
        dialog.fileSelected.connect(lambda chosen: self._begin(self._write(Path(chosen)), "export the shifts"))
        dialog.open()

    async def _write(self, path: Path) -> str:
        roster = self._place.desk.roster
        if roster is None:
            return ""
        count = len(roster.rows(self.since))
        await asyncio.to_thread(write_private, path, roster.csv(self._as_of(), self.since))
        return f"{count} row{'' if count == 1 else 's'} written to {path.name}."

    def _begin(self, work: Coroutine[object, object, str], name: str) -> None:
        self._tasks.spawn(self._tell(work), name)

    async def _tell(self, work: Coroutine[object, object, str]) -> None:
        try:
            words, tone = await work, "ok"
        except KnownError as error:
            words, tone = explain(error), "danger"
        if words and isValid(self):
            self.toast.tell(words, tone=tone)
