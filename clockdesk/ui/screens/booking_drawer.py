"""One booking: stay, money, guests, notes and folios, each with its age."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from typing_extensions import override

from clockdesk.domain.dates import moment_text, stay_text, weekday_text
from clockdesk.domain.kinds import Kind
from clockdesk.domain.words import housekeeping
from clockdesk.office.house import DIRTY, notes_of
from clockdesk.office.lines import BookingLine, FolioLine
from clockdesk.ui.models.table import LineModel
from clockdesk.ui.screens.columns_folios import booking_folio_columns
from clockdesk.ui.screens.reading_drawer import ReadingDrawer
from clockdesk.ui.screens.staleness import age, missing_right
from clockdesk.ui.theme.status import booking_status, housekeeping_status
from clockdesk.ui.widgets.drawer import Fact, Section
from clockdesk.ui.widgets.ledger import LedgerTable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from clockdesk.domain.tasks import Tasks
    from clockdesk.domain.values import Booking, BookingGuest, Guest
    from clockdesk.office.office import Office
    from clockdesk.ui.theme.look import Look


class BookingDrawer(ReadingDrawer):
    """Signal: `folio_wanted(id)` when somebody opens one of the folios."""

    folio_wanted = Signal(object)

    kind = Kind.BOOKING

    def __init__(self, look: Look, tasks: Tasks, office: Office) -> None:
        """Shows nothing yet."""
        super().__init__(look, tasks, office, "Booking", office.open_booking, office.watch_booking)
        self.folios: LineModel[FolioLine] = LineModel(
            booking_folio_columns(lambda: office.zone),
            self._folio_line,
            look.now,
            glow_seconds=look.theme.motion.glow / 1000,
            age=lambda line: age(office, line.read_at),
            parent=self,
        )
        self.folio_table = LedgerTable(look, self.folios, "Folios", lambda line: line.state == "voided")
        self.tables = (self.folio_table,)
        self.folio_table.opened.connect(self.folio_wanted.emit)
        self.folio_table.clicked.connect(lambda index: self.folio_wanted.emit(self.folios.id_at(index.row())))

    @override
    def parts_read_at(self, ident: int) -> datetime | None:
        read_at = self._office.parts_read_at((Kind.BOOKING_GUEST,), ident)
        return self._office.house.read_at(Kind.BOOKING, ident) if read_at is None and self.fresh else read_at

    @override
    def concerns(self, kind: Kind, ids: frozenset[int]) -> bool:
        if self.ident is None:
            return False
        if kind is Kind.FOLIO:
            self.folios.show(self._office.house.folios_of(self.ident), ids)
            return True
        if kind is Kind.ROOM:
            booking: Booking | None = self._office.house.value(Kind.BOOKING, self.ident)
            return booking is not None and booking.room_id in ids
        return kind is Kind.BOOKING_GUEST

    def _folio_line(self, ident: int) -> FolioLine | None:
        line = self._office.house.line(Kind.FOLIO, ident)
        return line if isinstance(line, FolioLine) else None

    @override
    def fill(self, ident: int) -> None:
        house, today = self._office.house, self._office.today
        booking: Booking = house.value(Kind.BOOKING, ident)
        line = house.line(Kind.BOOKING, ident)
        assert isinstance(line, BookingLine)  # noqa: S101 (a promise to the type checker)
        nights = "" if line.nights is None else f" · {line.nights} night{'' if line.nights == 1 else 's'}"
        stay = stay_text(line.arrival, line.departure, today)
        statuses = [booking_status(line.status)]
        if line.housekeeping is not None and line.status in {"expected", "checked_in"}:
            statuses.append(housekeeping_status(line.housekeeping))
        self.set_heading(line.guest or "No name told", f"Booking {line.number} · {stay}{nights}", statuses)
        self.folios.show(house.folios_of(ident))
        self.show_sections(
            [
                Section("", tuple(self._first(line))),
                Section("Stay", (*self._stay(booking, line), self.age())),
                Section("Guests", (*self._guests(booking), self.age(of_parts=True))),
                Section("Notes", tuple(Fact(heading, text) for heading, text in notes_of(booking))),
                Section("Folios", tuple(self._no_folios()), self.folio_table),
            ]
        )

    def _first(self, line: BookingLine) -> Iterator[Fact]:
        """What the person at the desk looks for before anything else."""
        room = " · ".join(part for part in (line.room or "no room yet", line.room_type) if part)
        due = line.status == "expected" and line.arrival is not None and line.arrival <= self._office.today
        if due and line.housekeeping == DIRTY:
            yield Fact("Room", f"{room} · {housekeeping(DIRTY).word.lower()}", "warning")
        else:
            yield Fact("Room", room, "warning" if due and not line.room else "")
        yield Fact("Balance", line.balance, owed=True)
        if line.overdue:
            said = "should have arrived" if line.status == "expected" else "should have left"
            yield Fact("Overdue", f"{said} before today", "danger")

    def _stay(self, booking: Booking, line: BookingLine) -> Iterator[Fact]:
        today = self._office.today
        for label, day, at in (
            ("Arrival", booking.arrival, booking.arrival_time),
            ("Departure", booking.departure, booking.departure_time),
        ):
            words = weekday_text(day, today) if day else "not told"
            yield Fact(label, f"{words}, {at}" if at else words)
        yield Fact("Persons", _persons(booking, line))
        meals = ", ".join(meal.name for meal in booking.meals or () if meal.name)
        source = " · ".join(part for part in (booking.marketing_source, booking.marketing_channel) if part)
        for label, value in (("Board", meals), ("Reference", line.reference), ("Came by", source)):
            if value:
                yield Fact(label, value)
        if booking.is_guaranteed is not None:
            yield Fact("Guaranteed", "yes" if booking.is_guaranteed else "no")
        yield Fact("Stay in all", booking.total_booking_value)
        if booking.created_at is not None:
            yield Fact("Booked", moment_text(booking.created_at, self._office.zone, today))

    def _guests(self, booking: Booking) -> Iterator[Fact]:
        held = self._office.booking_guests(booking.id)
        main = booking.main_booking_guest.guest_id if booking.main_booking_guest else None
        for each in sorted(held, key=lambda guest: (guest.guest_id != main, guest.id)):
            yield Fact("Main guest" if each.guest_id == main else "Guest", _guest_words(each))
        if not held:
            contact = (booking.guest_country, booking.guest_phone_number, booking.guest_e_mail)
            yield Fact("Main guest", _joined(booking.guest_name, contact))

    def _no_folios(self) -> Iterator[Fact]:
        if missing_right(self._office, Kind.FOLIO):
            yield Fact("", "The API user may not read folios.", "warning")
        elif not self.folios.rowCount():
            yield Fact("", "none" if self.fresh else "none in the copy", "muted")


def _persons(booking: Booking, line: BookingLine) -> str:
    words = f"{line.adults} adult{'' if line.adults == 1 else 's'}"
    if not line.children:
        return words
    ages = ", ".join(str(age) for age in booking.children_ages or () if age is not None)
    words += f", {line.children} child{'' if line.children == 1 else 'ren'}"
    return f"{words} ({ages})" if ages else words


def _guest_words(each: BookingGuest) -> str:
    guest: Guest | None = each.guest
    if guest is None:
        return "name not told"
    return _joined(guest.full_name, (guest.country, guest.phone_number, guest.e_mail))


def _joined(name: str, contact: tuple[str | None, ...]) -> str:
    """Name on one line, how to reach them on the next."""
    return "\n".join(part for part in (name or "name not told", " · ".join(filter(None, contact))) if part)
