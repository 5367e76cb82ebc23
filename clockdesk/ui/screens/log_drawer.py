"""One line of the manual log in the drawer: what was written, what Clock has now, and what a person does about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from clockdesk.domain.dates import moment_text
from clockdesk.domain.errors import KnownError, UserError
from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import format_money
from clockdesk.domain.words import booking_status, explain, housekeeping
from clockdesk.office.log_check import Finding, Verdict
from clockdesk.office.log_entry import METHODS, WHAT_WORDS, What
from clockdesk.ui.screens.log_status import line_status
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.drawer import DetailDrawer, Fact, Section
from clockdesk.ui.widgets.labels import Paragraph
from clockdesk.ui.widgets.rowbutton import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.downtime import Downtime
    from clockdesk.office.manual_log import Line
    from clockdesk.ui.theme.look import Look

WAITS: Final = "Clock can't be asked now. This waits here until it can; then a person decides."
SETS_ITSELF: Final = (
    "Clock can't be asked now. When it can, the room is set by itself if Clock then still says what the screen said; "
    "otherwise a person decides."
)
READING: Final = "Asking Clock …"
BOOKING, ROOM = 0, 1


class LogDrawer(DetailDrawer):
    """Opening a line asks Clock what it has now. Signals: `told(words)`, `booking_wanted(id)`, `room_wanted(id)`."""

    told = Signal(str)
    booking_wanted = Signal(object)
    room_wanted = Signal(object)

    def __init__(self, look: Look, tasks: Tasks, downtime: Downtime, parent: QWidget | None = None) -> None:
        """Nothing until `show_line`."""
        super().__init__(look, "Line of the manual log", parent)
        self._tasks, self._downtime = tasks, downtime
        self._ident: int | None = None
        self._busy = False
        self._targets: dict[int, Callable[[], None]] = {}
        self.says, self.step = Paragraph(role="strong"), Paragraph()
        self.by, self.remark = QLineEdit(), QLineEdit()
        for field, hint in ((self.by, "Your initials"), (self.remark, "Remark, receipt number, or the reason")):
            field.setPlaceholderText(hint)
            field.setAccessibleName(hint)
        self.problem = Paragraph()
        self.problem.set_tone("danger")
        self.links = RowList(look, "Opens", "")
        self.links.chosen.connect(lambda at: self._targets[at]())
        self.ask = TextButton("Ask again", role="quiet")
        self.ask.clicked.connect(self.check)
        self._clock_now = self._column(look, self.says, self.step, self.ask)
        self._part = self._column(look, self.by, self.remark, self.problem)
        self._opens = self._column(look, self.links)

    @staticmethod
    def _column(look: Look, *widgets: QWidget) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.size.grid)
        for widget in widgets:
            column.addWidget(widget)
            if isinstance(widget, TextButton):
                column.setAlignment(widget, Qt.AlignmentFlag.AlignLeft)
        return whole

    @property
    def ident(self) -> int | None:
        """The line shown."""
        return self._ident

    # what is shown

    def show_line(self, ident: int, by: str = "") -> None:
        """Show a line and ask Clock what it has now; `by` are the initials of whoever sits here."""
        if ident != self._ident:
            self.remark.clear()
            self._ident = ident
        if by and not self.by.text():
            self.by.setText(by)
        self._say("")
        self.refresh()
        line = self._downtime.log.line(ident)
        if line is not None and line.open and self._downtime.worklist.can_check:
            self._tasks.spawn(self._check(ident), "check a log line")

    def refresh(self) -> None:
        """Something changed about the line, or about the way to Clock."""
        if self._ident is None or not isValid(self) or (line := self._downtime.log.line(self._ident)) is None:
            return
        finding = self._downtime.worklist.finding(line.id)
        self.set_heading(
            WHAT_WORDS[line.entry.what],
            f"{self._moment(line.entry.happened)}, by {line.entry.by}",
            (line_status(line, finding),),
        )
        self._show_finding(line, finding)
        self._show_links(line)
        sections = self._sections(line)
        self._keep_parts({id(section.widget) for section in sections})
        self.show_sections(sections)
        self._offer(line, finding)

    def _keep_parts(self, shown: set[int]) -> None:
        """Parts that are not to be seen stay with the drawer: those left in an old body would go with it."""
        for part in (self._clock_now, self._part, self._opens):
            if id(part) not in shown:
                part.setVisible(False)
                part.setParent(self)

    def _sections(self, line: Line) -> tuple[Section, ...]:
        written = Section("What was written", tuple(self._facts(line)))
        opens = [Section("Open", widget=self._opens)] if self._targets else []
        if not line.open:
            ended = Fact("Ended", self._moment(line.settled))
            how = Fact("How", ": ".join(part for part in (str(line.ended or "").capitalize(), line.outcome) if part))
            return (written, Section("What became of it", (ended, how)), *opens)
        return (written, Section("Clock now", widget=self._clock_now), Section("You", widget=self._part), *opens)

    def _facts(self, line: Line) -> list[Fact]:
        entry = line.entry
        found = [Fact("Said", entry.sentence), Fact("Happened", self._moment(entry.happened))]
        found.append(Fact("Written", f"{self._moment(line.written)}, by {entry.by}"))
        if entry.amount is not None:
            how = METHODS.get(entry.method, entry.method)
            found.append(Fact("Amount", f"{format_money(entry.amount)}, {how.lower()}"))
        if entry.seen is not None:
            status = entry.what is What.ROOM_STATUS
            seen = housekeeping(entry.seen).word if status else booking_status(entry.seen)
            room = self._downtime.office.house.room_name(entry.seen_room) if not status else ""
            found.append(Fact("Screen said", f"{seen}, room {room}" if room else seen, "muted"))
        return found

    def _show_finding(self, line: Line, finding: Finding | None) -> None:
        if not self._downtime.worklist.can_check:
            self.says.setText(SETS_ITSELF if line.entry.what is What.ROOM_STATUS else WAITS)
            self.step.setText("")
        elif finding is None:
            self.says.setText(READING if self._busy else "Not asked yet.")
            self.step.setText("")
        else:
            self.says.setText(finding.says)
            self.step.setText(finding.step)
        loud = finding is not None and finding.verdict in {Verdict.DIFFERS, Verdict.UNCHECKED}
        self.says.set_tone("danger" if loud and line.open else "")
        self.step.setVisible(bool(self.step.text()))
        self.ask.setVisible(self._downtime.worklist.can_check)
        self.ask.setEnabled(not self._busy)

    def _show_links(self, line: Line) -> None:
        entry, house = line.entry, self._downtime.office.house
        rows: list[Row] = []
        self._targets = {}
        if entry.booking is not None and house.value(Kind.BOOKING, entry.booking) is not None:
            booking = entry.booking
            rows.append(Row(BOOKING, entry.guest or f"Booking {booking}", "Booking", Mark.PERSON))
            self._targets[BOOKING] = lambda: self.booking_wanted.emit(booking)
        if entry.room is not None and entry.room in house.rooms:
            room = entry.room
            rows.append(Row(ROOM, f"Room {entry.room_name}", "Room board", Mark.ROOMS))
            self._targets[ROOM] = lambda: self.room_wanted.emit(room)
        self.links.show_rows(rows)

    def _moment(self, instant: Any) -> str:
        office = self._downtime.office
        return "" if instant is None else moment_text(instant, office.zone, office.today)

    def _offer(self, line: Line, finding: Finding | None) -> None:
        """Buttons: what the finding offers, ask again, tick off, dismiss."""
        if not line.open:
            self.set_actions(())
            return
        can_ask = self._downtime.worklist.can_check
        actions: list[tuple[str, str, Callable[[], object]]] = []
        if can_ask and finding is not None and finding.plan is not None:
            role = "primary" if finding.verdict is Verdict.READY else "danger"
            actions.append((finding.verb, role, self.apply))
        settled = finding is not None and finding.verdict in {Verdict.ALREADY, Verdict.BY_HAND}
        actions.append(("Tick off", "primary" if settled else "", self.tick_off))
        actions.append(("Dismiss", "", self.dismiss))
        for button in self.set_actions(actions):
            button.setEnabled(not self._busy)

    def _say(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    # what people do

    def check(self) -> None:
        """Ask Clock again."""
        if self._ident is not None:
            self._tasks.spawn(self._check(self._ident), "check a log line")

    def apply(self) -> None:
        """Do what was offered, as it was shown."""
        finding = self._downtime.worklist.finding(self._ident) if self._ident is not None else None
        if finding is not None:
            self._begin(self._apply(finding))

    def tick_off(self) -> None:
        """The person has seen to it."""
        if self._ident is not None:
            work = self._downtime.worklist.tick_off(self._ident, self.by.text(), self.remark.text())
            self._begin(_then(work, "Ticked off."))

    def dismiss(self) -> None:
        """It shall not be entered."""
        if self._ident is not None:
            work = self._downtime.worklist.dismiss(self._ident, self.by.text(), self.remark.text())
            self._begin(_then(work, "Dismissed."))

    async def _apply(self, finding: Finding) -> str:
        words = await self._downtime.worklist.apply(finding, self.by.text())
        line = self._downtime.log.line(finding.line)
        if line is not None and line.open and isValid(self):
            self._say(words)
            return ""
        return words

    def _begin(self, work: Coroutine[Any, Any, str]) -> None:
        self._tasks.spawn(self._do(work), "manual log")

    async def _check(self, ident: int) -> None:
        self._set_busy(busy=True)
        try:
            await self._downtime.worklist.check(ident)
        finally:
            self._set_busy(busy=False)

    async def _do(self, work: Coroutine[Any, Any, str]) -> None:
        self._say("")
        self._set_busy(busy=True)
        words, problem = "", ""
        try:
            words = await work
        except UserError as error:
            problem = str(error)
        except KnownError as error:
            problem = explain(error)
        self._set_busy(busy=False)
        if isValid(self):
            if problem:
                self._say(problem)
            elif words:
                self.told.emit(words)

    def _set_busy(self, *, busy: bool) -> None:
        """One thing at a time: no line is sent twice by an impatient hand."""
        self._busy = busy
        if isValid(self):
            self.refresh()


async def _then(work: Coroutine[Any, Any, None], words: str) -> str:
    await work
    return words
