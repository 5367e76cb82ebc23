"""One room in the drawer: its status and how to change it, the remark, who is in it and who comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from clockdesk.domain.dates import day_text, moment_text, stay_text
from clockdesk.domain.kinds import Kind
from clockdesk.domain.words import HOUSEKEEPING_CODES
from clockdesk.office.lines import BookingLine, RoomLine
from clockdesk.ui.screens.room_remark import RemarkEditor
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.theme.status import OUT_OF_SERVICE, housekeeping_status
from clockdesk.ui.widgets.drawer import DetailDrawer, Fact, Section
from clockdesk.ui.widgets.labels import Paragraph
from clockdesk.ui.widgets.rowbutton import Row, RowList
from clockdesk.ui.widgets.statusbutton import StatusButton

if TYPE_CHECKING:
    from datetime import datetime

    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.office import Office
    from clockdesk.ui.theme.look import Look

TASKS_NOTE: Final = (
    "Where a hotel works with housekeeping tasks (the newer housekeeping in Clock), this one status may be unused: "
    "rooms are then kept by their tasks, which the service does not give to programs."
)


class StatusChoice(QWidget):
    """The four statuses as buttons; the present one is marked.

    Signal: `wanted(code)`.
    """

    wanted = Signal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Two by two."""
        super().__init__(parent)
        self.setAccessibleName("Housekeeping status")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(look.size.grid)
        self.buttons: dict[str, StatusButton] = {}
        for at, code in enumerate(HOUSEKEEPING_CODES):
            status = housekeeping_status(code)
            button = StatusButton(look, status, hint=f"{status.word} (key {status.letter})")
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, code=code: self._on_clicked(code))
            grid.addWidget(button, at // 2, at % 2)
            self.buttons[code] = button
        self._now: str | None = None

    def show_status(self, code: str | None) -> None:
        """Mark the present status; a code that cannot be set marks none."""
        self._now = code
        for each, button in self.buttons.items():
            button.setChecked(each == code)

    def _on_clicked(self, code: str) -> None:
        self.show_status(self._now)  # the mark moves when the hotel has it
        self.wanted.emit(code)


class RoomDrawer(DetailDrawer):
    """The room that was opened, as the copy has it.

    Signals: `status_wanted(room, code)`, `booking_wanted(id)`, and `closed()`.
    """

    status_wanted = Signal(object, str)
    booking_wanted = Signal(object)

    def __init__(self, look: Look, tasks: Tasks, office: Office, parent: QWidget | None = None) -> None:
        """Nothing until `show_room`."""
        super().__init__(look, "Room", parent)
        self._office = office
        self._room: int | None = None
        self.choice = StatusChoice(look)
        self.choice.wanted.connect(self._on_status_wanted)
        self.remark = RemarkEditor(look, tasks, office)
        self.inside = RowList(look, "In the room", "Nobody is in the room.")
        self.coming = RowList(look, "Arriving today", "Nobody is to come into it today.")
        for rows in (self.inside, self.coming):
            rows.chosen.connect(self.booking_wanted)
        self._note = Paragraph(TASKS_NOTE, role="small")

    @property
    def room(self) -> int | None:
        """The room shown."""
        return self._room

    def show_room(self, room: int) -> bool:
        """Show this room, or again what changed of it; says whether the copy holds it."""
        line = self._office.house.line(Kind.ROOM, room)
        if not isinstance(line, RoomLine):
            return False
        self._room = room
        status = housekeeping_status(line.housekeeping)
        self.set_heading(
            f"Room {line.name}",
            " · ".join(part for part in (line.room_type, f"floor {line.floor}" if line.floor else "") if part),
            (status, OUT_OF_SERVICE) if line.out_of_service else (status,),
        )
        self.choice.show_status(line.housekeeping)
        self.remark.show_room(room, line.warning)
        self.inside.show_rows([self._row(ident) for ident in line.bookings])
        self.coming.show_rows([self._row(ident) for ident in self._coming(room)])
        self.show_sections(self._sections(line))
        return True

    def _sections(self, line: RoomLine) -> tuple[Section, ...]:
        """Always the same ones: only values change, so that what is typed or selected stays."""
        value = self._office.house.rooms.get(line.id)
        about = (value.description or "") if value is not None else ""
        return (
            Section("Housekeeping", (Fact("Changed", self._moment(line.changed_at)),), self.choice),
            Section("Remark", widget=self.remark),
            Section("In the room", widget=self.inside),
            Section("Arriving today", widget=self.coming),
            Section(
                "About the room",
                (
                    Fact("Out of service", self._closed(line), "warning" if line.out_of_service else "muted"),
                    Fact("Sector", line.sector),
                    Fact("Description", about),
                    Fact("As of", self._moment(line.read_at), "muted"),
                ),
                self._note,
            ),
        )

    def _row(self, ident: int) -> Row:
        line = self._office.house.line(Kind.BOOKING, ident)
        if not isinstance(line, BookingLine):
            return Row(ident, f"Booking {ident}")
        today = self._office.today
        parts = [stay_text(line.arrival, line.departure, today), _people(line)]
        if line.status == "expected" and line.arrival_time:
            parts.insert(0, f"about {line.arrival_time}")
        if line.due_out:
            parts.append("should have left" if line.overdue else "leaves today")
        mark = Mark.PERSON if line.status == "checked_in" else Mark.ARRIVAL
        return Row(ident, line.guest or f"Booking {line.number}", " · ".join(part for part in parts if part), mark)

    def _coming(self, room: int) -> list[int]:
        """Bookings still to arrive today (or that should have) into this room."""
        today = self._office.today
        return [
            booking.id
            for booking in self._office.house.bookings.values()
            if booking.room_id == room
            and booking.status == "expected"
            and booking.arrival is not None
            and booking.arrival <= today
        ]

    def _closed(self, line: RoomLine) -> str:
        if not line.out_of_service:
            return "no"
        value = self._office.house.rooms.get(line.id)
        today = self._office.today
        notes = [
            period.notes
            for period in ((value.room_status_allocations or ()) if value is not None else ())
            if period.notes and period.from_date and period.from_date <= today
            if period.to_date is None or period.to_date >= today
        ]
        until = f"until {day_text(line.out_until, today)}" if line.out_until else "until further notice"
        return f"{until}: {notes[0]}" if notes else until

    def _moment(self, instant: datetime | None) -> str:
        return "" if instant is None else moment_text(instant, self._office.zone, self._office.today)

    def _on_status_wanted(self, code: str) -> None:
        if self._room is not None:
            self.status_wanted.emit(self._room, code)


def _people(line: BookingLine) -> str:
    """`2 adults, 1 child`."""
    adults = f"{line.adults} adult{'' if line.adults == 1 else 's'}" if line.adults else ""
    children = f"{line.children} child{'' if line.children == 1 else 'ren'}" if line.children else ""
    return ", ".join(part for part in (adults, children) if part)
