"""The manual log on the screen: a form to write, the lines, and after an outage the list to work off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from clockdesk.domain.dates import moment_text
from clockdesk.domain.errors import KnownError
from clockdesk.domain.words import explain
from clockdesk.office.log_entry import WHAT_WORDS, Entry
from clockdesk.office.manual_log import Line
from clockdesk.ui.models.columns import Column
from clockdesk.ui.models.table import LineModel
from clockdesk.ui.print.printing import print_document
from clockdesk.ui.screens.log_form import LogForm
from clockdesk.ui.screens.log_status import LONGEST, line_status
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.fields import TickBox
from clockdesk.ui.widgets.fitting import FittingTable
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel
from clockdesk.ui.widgets.notices import EmptyState

if TYPE_CHECKING:
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.downtime import Downtime
    from clockdesk.ui.theme.look import Look

ONLINE = "The line is up: what is entered in Clock itself needs no line here. Open lines are waiting to be worked off."
NOTHING_OPEN = "The line is up: what is entered in Clock itself needs no line here."
OFFLINE = "Write down what happens while Clock can't be told. Each line is checked and entered afterwards, by a person."


class ManualLogCard(QWidget):
    """Signals: `line_wanted(id)` on Enter or a click, `told(words, tone)`, `counted(open lines)`."""

    line_wanted = Signal(object)
    told = Signal(str, str)
    counted = Signal(int)

    def __init__(self, look: Look, tasks: Tasks, downtime: Downtime, parent: QWidget | None = None) -> None:
        """Follows the log, and stops when it goes away."""
        super().__init__(parent)
        self._look, self._tasks, self._downtime = look, tasks, downtime
        self._known = frozenset(line.id for line in downtime.log.lines)
        self.setAccessibleName("Manual log")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "card")
        self.hint = Paragraph(role="muted")
        self.form = LogForm(look, downtime.office, downtime.clock)
        self.form.written.connect(self._on_written)
        self.settled = TickBox(look, "Show settled lines")
        self.settled.toggled.connect(lambda _: self.refresh())
        self.check_button = TextButton("Check all", hint="Ask Clock about every open line")
        self.check_button.clicked.connect(lambda: tasks.spawn(downtime.worklist.check_all(), "check the manual log"))
        self.print_button = TextButton("Print log")
        self.print_button.clicked.connect(lambda: tasks.spawn(self._print(), "print the manual log"))
        self.model: LineModel[Line] = LineModel(
            self._columns(), downtime.log.line, look.now, glow_seconds=look.theme.motion.glow / 1000, parent=self
        )
        self.table = FittingTable(look, self.model, "Manual log", ("by", "what"))
        self.table.opened.connect(self.line_wanted)
        self.table.clicked.connect(lambda index: self.line_wanted.emit(self.model.id_at(index.row())))
        self.empty = EmptyState(look, Mark.FOLIOS)
        self.table.show_when_empty(self.empty)
        self._lay_out()
        ends = (downtime.log.listen(self.refresh), downtime.worklist.listen(self.refresh))
        self.destroyed.connect(lambda: [end() for end in ends])
        self.refresh()

    def _columns(self) -> tuple[Column[Line], ...]:
        office, worklist = self._downtime.office, self._downtime.worklist
        return (
            Column[Line](
                key="time", title="Time", sample="28 Nov 23:59", sort=lambda line: (line.entry.happened, line.id),
                text=lambda line: moment_text(line.entry.happened, office.zone, office.today),
            ),
            Column[Line](
                key="state", title="State", sample=LONGEST, text=self._status_word,
                chip=lambda line: line_status(line, worklist.finding(line.id)),
                sort=lambda line: (not line.open, self._status_word(line)),
            ),
            Column[Line](key="what", title="What", sample="Money taken", text=lambda line: WHAT_WORDS[line.entry.what]),
            Column[Line](key="room", title="Room", sample="12045", text=lambda line: line.entry.room_name, strong=True),
            Column[Line](
                key="said", title="What happened", sample="1 234.50 EUR taken (cash) from Papadimitriou", stretch=True,
                text=lambda line: line.entry.sentence, tip=self._tip, tone=lambda line: "" if line.open else "muted",
            ),
            Column[Line](key="by", title="By", sample="WWW", text=lambda line: line.entry.by),
        )  # fmt: skip

    def _status_word(self, line: Line) -> str:
        return line_status(line, self._downtime.worklist.finding(line.id)).word

    def _tip(self, line: Line) -> str:
        finding = self._downtime.worklist.finding(line.id)
        after = finding.says if finding is not None else line.outcome
        return "\n".join(part for part in (line.entry.sentence, after) if part)

    def _lay_out(self) -> None:
        grid = self._look.size.grid
        head = QHBoxLayout()
        head.setSpacing(grid)
        head.addWidget(PlainLabel("Manual log", role="strong"))
        head.addStretch(1)
        for widget in (self.settled, self.check_button, self.print_button):
            head.addWidget(widget)
        top = QVBoxLayout()
        top.setContentsMargins(2 * grid, grid, grid, 0)
        top.setSpacing(grid)
        top.addLayout(head)
        top.addWidget(self.hint)
        top.addWidget(self.form)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, grid // 2)
        column.setSpacing(grid)
        column.addLayout(top)
        column.addWidget(self.table, 1)

    # what is shown

    def refresh(self) -> None:
        """Lines, findings or the way to Clock changed."""
        if not isValid(self):
            return
        log, worklist = self._downtime.log, self._downtime.worklist
        lines = log.lines if self.settled.isChecked() else log.open_lines
        ordered = sorted(lines, key=lambda line: (line.entry.happened, line.id), reverse=True)
        entered = frozenset(line.id for line in log.lines) - self._known
        self._known |= entered
        self.model.show([line.id for line in ordered], entered)
        self.model.refresh_all()
        up = ONLINE if log.open_lines else NOTHING_OPEN
        self.hint.setText(up if worklist.can_check else OFFLINE)
        self.check_button.setEnabled(worklist.can_check and bool(log.open_lines))
        self._say_empty(any_settled=bool(log.lines))
        self.counted.emit(len(log.open_lines))

    def _say_empty(self, *, any_settled: bool) -> None:
        if any_settled:
            self.empty.tell("Every line is settled", "They can be shown again above.")
        else:
            self.empty.tell("Nothing is written down", "Lines appear here as you write.")

    # what people do

    def _on_written(self, entry: Entry) -> None:
        self._tasks.spawn(self._write(entry), "write the manual log")

    async def _write(self, entry: Entry) -> None:
        try:
            line = await self._downtime.log.write(entry)
        except KnownError as error:
            if isValid(self):
                self.form.put_back(entry, explain(error))
            return
        if isValid(self):
            self.told.emit(f"Written down: {line.entry.sentence}", "ok")

    async def _print(self) -> None:
        try:
            pages = await print_document(self, self._downtime.log_document(), self._downtime.clock)
        except KnownError as error:
            if isValid(self):
                self.told.emit(str(error), "danger")
            return
        if pages and isValid(self):
            self.told.emit(f"{pages} pages are sent to the printer.", "ok")
