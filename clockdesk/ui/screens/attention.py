"""The worklist at the head of Today: what needs a person, most urgent first, each with the one thing that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from clockdesk.office.attention import HEADLINES, Matter, Need, count_needs
from clockdesk.ui.models.columns import Align, Column
from clockdesk.ui.models.table import LineModel
from clockdesk.ui.screens.day_list import news
from clockdesk.ui.screens.staleness import age
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.theme.status import Status
from clockdesk.ui.widgets.fitting import FittingTable
from clockdesk.ui.widgets.fittingrow import FittingRow
from clockdesk.ui.widgets.labels import PlainLabel
from clockdesk.ui.widgets.notices import MarkSpot
from clockdesk.ui.widgets.statusbutton import StatusButton

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clockdesk.office.office import Office
    from clockdesk.ui.theme.look import Look

LOOKS: Final = {
    Need.LEAVES_LATE: Status(HEADLINES[Need.LEAVES_LATE], "D", Mark.DEPARTURE, "danger"),
    Need.OWES: Status(HEADLINES[Need.OWES], "B", Mark.FOLIOS, "danger"),
    Need.ARRIVES_LATE: Status(HEADLINES[Need.ARRIVES_LATE], "A", Mark.ARRIVAL, "warning"),
    Need.ROOM_CLOSED: Status(HEADLINES[Need.ROOM_CLOSED], "S", Mark.OUT_OF_SERVICE, "out_of_service"),
    Need.NO_ROOM: Status(HEADLINES[Need.NO_ROOM], "R", Mark.KEY, "info"),
    Need.ROOM_DIRTY: Status(HEADLINES[Need.ROOM_DIRTY], "C", Mark.DIRTY, "dirty"),
}
ROWS: Final = (3, 8)
"""Rows shown at once, at least and at most; the lists of the day below keep the larger part of the screen."""
_WIDEST = max(HEADLINES.values(), key=len)


class AttentionPanel(QWidget):
    """Rows of matters under buttons that count them by need.

    Signals: `mend_wanted(kind, id)` when somebody goes to what mends a matter (Enter, or a click on its verb),
    `booking_wanted(id)` on a click elsewhere in the row, `passed(id or None)` when somebody walks along the rows,
    `counted(number)`.
    """

    mend_wanted = Signal(object, object)
    booking_wanted = Signal(object)
    passed = Signal(object)
    counted = Signal(int)

    def __init__(self, look: Look, office: Office, parent: QWidget | None = None) -> None:
        """Says that nothing is known until `show_matters`."""
        super().__init__(parent)
        self._look, self._office = look, office
        self._matters: dict[int, Matter] = {}
        self._only: Need | None = None
        self._most = ROWS[1]
        self.setAccessibleName("Needs a person")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.model: LineModel[Matter] = LineModel(
            _columns(),
            self._matters_get,
            look.now,
            glow_seconds=look.theme.motion.glow / 1000,
            age=lambda matter: age(office, matter.booking.read_at),
            parent=self,
        )
        self.table = FittingTable(look, self.model, "Needs a person", ("time", "why", "mend"))
        self.table.horizontalHeader().setVisible(False)
        self.table.opened.connect(self._on_opened)
        self.table.clicked.connect(self._on_clicked)
        self.table.chosen.connect(self.passed)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        column.addWidget(self.table)
        column.addSpacing(look.size.grid // 2)
        self.show_matters(())

    def _make_head(self) -> QWidget:
        grid = self._look.size.grid
        head = QWidget()
        head.setFixedHeight(self._look.size.control + 2 * grid)
        row = QHBoxLayout(head)
        row.setContentsMargins(12, grid, 12, grid)
        row.setSpacing(grid)
        self._mark = MarkSpot(self._look, Mark.OK, tone="ok")
        self._title = PlainLabel(role="strong")
        self._note = PlainLabel(role="muted")
        row.addWidget(self._mark)
        row.addWidget(self._title)
        row.addWidget(self._note)
        self._filters = FittingRow(grid)
        row.addWidget(self._filters, 1)
        self.buttons: dict[Need, StatusButton] = {}
        for need, status in LOOKS.items():
            button = StatusButton(self._look, status, letter=False, hint=f"Show only: {status.word}")
            button.setCheckable(True)
            button.clicked.connect(lambda on, need=need: self.show_only(need if on else None))
            self._filters.add(button, 1)
            self.buttons[need] = button
        return head

    def _matters_get(self, ident: int) -> Matter | None:
        return self._matters.get(ident)

    @property
    def count(self) -> int:
        """How many bookings need a person."""
        return len(self._matters)

    def show_matters(self, found: Sequence[Matter]) -> None:
        """Show these, in this order."""
        before, self._matters = self._matters, {matter.id: matter for matter in found}
        counts = count_needs(found)
        for need, button in self.buttons.items():
            button.set_count(counts.get(need, 0))
            self._filters.want(button, wanted=need in counts)
        self._filters.fit()
        if self._only is not None and self._only not in counts:
            self.show_only(None)
        changed = {ident for ident, matter in self._matters.items() if before.get(ident) != matter}
        self._fill(changed)
        self._say()
        if len(before) != len(found):
            self.counted.emit(len(found))

    def show_only(self, need: Need | None) -> None:
        """Show the bookings that have this need; None shows all."""
        self._only = need
        for each, button in self.buttons.items():
            button.setChecked(each is need)
        self._fill(set())

    def refresh_trust(self) -> None:
        """The copy is trusted more, or less, than before."""
        self.table.viewport().update()

    def _fill(self, changed: set[int]) -> None:
        shown = [ident for ident, each in self._matters.items() if self._only is None or self._only in each.needs]
        self._fit(len(shown))
        self.model.show(shown, news(self._office, self.model, changed))

    def fit_into(self, height: int) -> None:
        """Take no more than a share of a screen so high."""
        self._most = max(ROWS[0], min(ROWS[1], height * 2 // (9 * self._look.size.row)))
        self._fit(self.model.rowCount())

    def _fit(self, rows: int) -> None:
        """Be high enough for so many rows before they come, so that none is scrolled away."""
        self.table.setFixedHeight(min(rows, self._most) * self._look.size.row)
        self.table.setVisible(bool(rows))

    def _say(self) -> None:
        count = len(self._matters)
        self._mark.set_mark(Mark.WARNING if count else Mark.OK, "warning" if count else "ok")
        self._title.setText("Needs a person" if count else "Nothing needs a person now")
        self._note.setText(str(count) if count else "Arrivals, departures and rooms are in order.")

    def _on_opened(self, ident: int) -> None:
        matter = self._matters.get(ident)
        if matter is not None:
            self.mend_wanted.emit(*matter.mend)

    def _on_clicked(self, index: QModelIndex) -> None:
        ident = self.model.id_at(index.row())
        if ident is not None and self.model.columns[index.column()].key == "mend":
            self._on_opened(ident)
        else:
            self.booking_wanted.emit(ident)


def _columns() -> tuple[Column[Matter], ...]:
    return (
        Column[Matter](
            key="need",
            title="Need",
            text=lambda matter: LOOKS[matter.need].word,
            chip=lambda matter: LOOKS[matter.need],
            sample=_WIDEST,
        ),
        Column[Matter](key="room", title="Room", text=lambda matter: matter.booking.room, sample="12045", strong=True),
        Column[Matter](
            key="guest",
            title="Guest",
            text=lambda matter: matter.booking.guest,
            tip=lambda matter: f"{matter.booking.guest} · booking {matter.booking.number}",
            sample="Papadimitriou",
            stretch=True,
        ),
        Column[Matter](key="time", title="Time", text=_time, sample="22:45 ", tone=lambda _: "muted"),
        Column[Matter](
            key="why", title="Why", text=lambda matter: matter.reason, sample="Room 204 is out of service", stretch=True
        ),
        Column[Matter](
            key="mend",
            title="Next step",
            text=lambda matter: matter.verb,
            sample="Open room 1204",
            align=Align.RIGHT,
            strong=True,
            tone=lambda _: "info",
            tip=lambda matter: f"{matter.verb} (Enter)",
        ),
    )


def _time(matter: Matter) -> str:
    return matter.booking.arrival_time if matter.booking.status == "expected" else ""
