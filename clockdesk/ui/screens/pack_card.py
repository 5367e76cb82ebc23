"""The downtime pack on the screen: how old the last one is; one click for a new one, its PDF, a printer, a stick."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from clockdesk.domain.dates import day_text, hotel_today, moment_text, time_text
from clockdesk.domain.errors import KnownError
from clockdesk.ui.print.printing import print_document
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.flow import FlowLayout
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.downtime import Downtime
    from clockdesk.office.pack_keeping import KeptPack
    from clockdesk.ui.theme.look import Look

BY_ITSELF = (
    "Made by itself while the hotel changes: in house by room and by name, arrivals, departures, room status, "
    "balances, out of service, the next days, and blank forms. As a PDF and as tables."
)
PASSING = "This session keeps no files: the packs are gone when ClockDesk closes. Print one, or save it to a folder."
MOST_EARLIER = 5


class PackCard(QWidget):
    """Signals: `told(words, tone)` for what was done or failed."""

    told = Signal(str, str)

    def __init__(self, look: Look, tasks: Tasks, downtime: Downtime, parent: QWidget | None = None) -> None:
        """Follows the keeper of the packs, and stops when it goes away."""
        super().__init__(parent)
        self._look, self._tasks, self._downtime = look, tasks, downtime
        self.setAccessibleName("Downtime pack")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.age = PlainLabel(role="title")
        self.detail = Paragraph(role="muted")
        self.problem = Paragraph()
        self.problem.set_tone("danger")
        self.open_button = TextButton("Open PDF", role="primary", hint="In the program for PDFs; print it from there")
        self.print_button = TextButton("Print", hint="The pack as of now")
        self.make_button = TextButton("Make a pack now")
        self.save_button = TextButton("Save to a folder", hint="A new pack, on a stick for example")
        self.folder_button = TextButton("Open folder", role="quiet", hint="The PDF and the tables as CSV")
        self.earlier: list[TextButton] = []
        self._earlier_row = QHBoxLayout()
        self._lay_out()
        self._connect()
        end = downtime.packs.listen(self.refresh)
        self.destroyed.connect(lambda: [end()])
        self.refresh()

    def _lay_out(self) -> None:
        grid = self._look.size.grid
        buttons = FlowLayout(gap=grid)
        for button in (self.open_button, self.print_button, self.make_button, self.save_button, self.folder_button):
            buttons.addWidget(button)
        self._earlier_row.setSpacing(grid // 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * grid, 2 * grid, 2 * grid, 2 * grid)
        column.setSpacing(grid)
        column.addWidget(PlainLabel("Downtime pack", role="strong"))
        for widget in (self.age, self.detail, self.problem):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addLayout(self._earlier_row)

    def _connect(self) -> None:
        self.open_button.clicked.connect(self.open_pdf)
        self.folder_button.clicked.connect(self._open_folder)
        self.make_button.clicked.connect(lambda: self._begin(self._make(), "make a pack"))
        self.print_button.clicked.connect(lambda: self._begin(self._print(), "print the pack"))
        self.save_button.clicked.connect(self.choose_folder)

    # what is shown

    def refresh(self) -> None:
        """Show the packs there are now; also once a minute, as their age is told in words."""
        if not isValid(self):
            return
        keeping = self._downtime.packs
        last = keeping.packs[0] if keeping.packs else None
        self.age.setText(self._age(last))
        self.detail.setText(self._detail(last))
        self.problem.setText(keeping.problem)
        self.problem.setVisible(bool(keeping.problem))
        self.make_button.setEnabled(not keeping.making)
        self.make_button.setText("Making a pack …" if keeping.making else "Make a pack now")
        self.open_button.setEnabled(last is not None and last.pdf is not None)
        self.folder_button.setEnabled(last is not None)
        self._show_earlier(keeping.packs[1 : 1 + MOST_EARLIER])

    def _age(self, last: KeptPack | None) -> str:
        if last is None:
            return "Being made …" if self._downtime.packs.making else "No pack yet"
        zone = self._downtime.office.zone
        old = int((self._downtime.clock.now() - last.made).total_seconds() // 60)
        ago = "just now" if old < 1 else f"{old} min ago" if old < 120 else f"{old // 60} hours ago"
        return f"As of {time_text(last.made, zone)}, {day_text(hotel_today(last.made, zone))} · {ago}"

    def _detail(self, last: KeptPack | None) -> str:
        said = [] if self._downtime.packs.lasting else [PASSING]
        if last is not None:
            zone, today = self._downtime.office.zone, self._downtime.office.today
            checked = moment_text(last.checked, zone, today, seconds=True) if last.checked is not None else "never"
            said.insert(0, f"Hotel copy checked {checked}. {last.pages} pages.")
        return " ".join([*said, BY_ITSELF])

    def _show_earlier(self, packs: tuple[KeptPack, ...]) -> None:
        while (item := self._earlier_row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.earlier = []
        if not packs:
            return
        self._earlier_row.addWidget(PlainLabel("Earlier:", role="muted"))
        for pack in packs:
            when = moment_text(pack.made, self._downtime.office.zone, self._downtime.office.today)
            button = TextButton(when, role="quiet", hint=f"Open the pack of {when}")
            button.setAccessibleName(f"Open the pack of {when}")
            button.clicked.connect(lambda _=False, pack=pack: self._open(pack.pdf or pack.folder))
            self._earlier_row.addWidget(button)
            self.earlier.append(button)
        self._earlier_row.addStretch(1)

    # what people do

    def open_pdf(self) -> None:
        """Open the last pack in the system's program for PDFs."""
        packs = self._downtime.packs.packs
        if packs and packs[0].pdf is not None:
            self._open(packs[0].pdf)

    def _open_folder(self) -> None:
        if self._downtime.packs.packs:
            self._open(self._downtime.packs.packs[0].folder)

    def _open(self, path: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.told.emit(f"Nothing on this computer opens it. It lies at {path}.", "danger")

    def choose_folder(self) -> None:
        """Ask for a folder; a new pack is saved there."""
        dialog = QFileDialog(self, "Save a pack to")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda chosen: self._begin(self._save(Path(chosen)), "save a pack"))
        dialog.open()

    def _begin(self, work: Coroutine[Any, Any, str], name: str) -> None:
        self._tasks.spawn(self._tell(work), name)

    async def _tell(self, work: Coroutine[Any, Any, str]) -> None:
        try:
            words, tone = await work, "ok"
        except KnownError as error:
            words, tone = str(error), "danger"
        if words and isValid(self):
            self.told.emit(words, tone)

    async def _make(self) -> str:
        pack = await self._downtime.packs.make_now()
        return f"A pack of {pack.pages} pages is made."

    async def _save(self, folder: Path) -> str:
        pack = await self._downtime.packs.save_to(folder)
        return f"Saved in {pack.folder}" + (f". {pack.exposed}" if pack.exposed else "")

    async def _print(self) -> str:
        document = await self._downtime.pack_document()
        if not isValid(self):
            return ""
        pages = await print_document(self, document, self._downtime.clock)
        return f"{pages} pages are sent to the printer." if pages else ""
