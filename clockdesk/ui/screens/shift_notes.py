"""The times that were not recorded: kept here until somebody has seen to them in the CMS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from clockdesk.domain.dates import hotel_today, moment_text
from clockdesk.domain.errors import KnownError
from clockdesk.office.shift_log import Noted
from clockdesk.ui.print.printing import print_document
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.theme.status import Status
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.chip import StatusChip
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel
from clockdesk.ui.widgets.section import SectionHeader

if TYPE_CHECKING:
    from clockdesk.domain.tasks import Tasks
    from clockdesk.ui.screens.shift_look import ShiftPlace
    from clockdesk.ui.theme.look import Look

NOTHING: Final = (
    "Every time was recorded. What can't be recorded is kept here until somebody has entered it in the CMS."
)
LOST: Final = Status("NOT recorded", "N", Mark.WARNING, "danger")
UNSURE: Final = Status("Not known", "?", Mark.UNKNOWN, "warning")


class NoteLine(QWidget):
    """One note: who meant what at what time, and what happened. Signal: `corrected(id)`."""

    corrected = Signal(int)

    def __init__(self, look: Look, ident: int, status: Status, head: str, words: str) -> None:
        """Of the note with this id."""
        super().__init__()
        self.ident = ident
        self.button = TextButton("Corrected", hint="It is entered in the CMS now, or needs nothing")
        self.button.setAccessibleName(f"Corrected: {head}")
        self.button.clicked.connect(lambda: self.corrected.emit(ident))
        grid = look.size.grid
        self.head, self.words = PlainLabel(head, role="strong"), Paragraph(words, role="small")
        top = QHBoxLayout()
        top.setSpacing(grid)
        top.addWidget(StatusChip(look, status))
        top.addStretch(1)
        top.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, grid)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self.head)
        column.addWidget(self.words)


class NotesCard(QWidget):
    """Signal: `told(words, tone)` for what was done or failed."""

    told = Signal(str, str)

    def __init__(self, look: Look, tasks: Tasks, place: ShiftPlace, parent: QWidget | None = None) -> None:
        """Shows them on `refresh`."""
        super().__init__(parent)
        self._look, self._tasks, self._place = look, tasks, place
        self._shown: tuple[object, ...] = ()
        self.lines: list[NoteLine] = []
        self.setAccessibleName("Times for the manager")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "card")
        self.head = SectionHeader("For the manager", verb="Print")
        self.head.acted.connect(lambda: tasks.spawn(self._print(), "print the shift notes"))
        self.nothing = Paragraph(NOTHING, role="muted")
        self._list = QVBoxLayout()
        self._list.setContentsMargins(12, 0, 12, 0)
        self._list.setSpacing(look.size.grid)
        holder = QWidget()
        holder.setLayout(self._list)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(holder)
        holder.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, look.size.grid // 2, 1, look.size.grid // 2)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(scroll, 1)

    def refresh(self) -> None:
        """Show what waits for the manager, the newest first; what is the same stays."""
        notes = tuple(reversed(self._place.desk.log.for_manager))
        now, zone = self._place.clock.now(), self._place.zone()
        today = hotel_today(now, zone)
        if self._shown == (notes, today) and self._shown:
            return
        self._shown = (notes, today)
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self.nothing:
                widget.hide()
                widget.deleteLater()
        self.lines = []
        for note in notes:
            head = f"{note.person} ({note.initials}): {note.intention} at {moment_text(note.intended, zone, today)}"
            line = NoteLine(self._look, note.id, LOST if note.state == Noted.NOT_RECORDED else UNSURE, head, note.words)
            line.corrected.connect(self._on_corrected)
            self._list.addWidget(line)
            self.lines.append(line)
        self._list.addWidget(self.nothing)
        self.nothing.setVisible(not notes)
        self._list.addStretch(1)
        self.head.set_count(len(notes) or None)
        self.head.button.setEnabled(bool(notes))

    def _on_corrected(self, ident: int) -> None:
        self._tasks.spawn(self._correct(ident), "a shift note is corrected")

    async def _correct(self, ident: int) -> None:
        desk = self._place.desk
        await desk.log.corrected(ident, desk.person)
        if isValid(self):
            who = f" by {desk.person.initials}" if desk.person is not None else ""
            self.told.emit(f"Noted as corrected{who}.", "ok")

    async def _print(self) -> None:
        try:
            pages = await print_document(self, self._place.desk.notes_document(self._place.as_of()), self._place.clock)
        except KnownError as error:
            if isValid(self):
                self.told.emit(str(error), "danger")
            return
        if pages and isValid(self):
            self.told.emit(f"{pages} page{'' if pages == 1 else 's'} sent to the printer.", "ok")
