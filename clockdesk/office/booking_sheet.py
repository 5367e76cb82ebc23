"""A booking on paper, as the copy has it, with a registration card that holds what is known and asks for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clockdesk.domain.dates import moment_text, weekday_text
from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import format_money
from clockdesk.domain.words import booking_status, folio_state
from clockdesk.office.house import notes_of
from clockdesk.office.lines import BookingLine, FolioLine
from clockdesk.office.sheets import Blank, Code, Column, Document, Facts, Form, Section, Table

if TYPE_CHECKING:
    from datetime import date

    from clockdesk.domain.values import Booking, BookingGuest
    from clockdesk.office.office import Office
    from clockdesk.office.sheets import AsOf, Cell

CARD_NOTE: Final = "Ask only for what the law or the hotel needs. Enter it in Clock afterwards, then destroy the card."
_BLANKS: Final = (
    (Blank("Date of birth", 3), Blank("Nationality", 3), Blank("Document and number", 5)),
    (Blank("Address", 1),),
    (Blank("Travels with (name, date of birth, document)", 1),),
    (Blank("", 1),),
    (Blank("Deposit or payment taken", 5), Blank("Receipt no.", 3), Blank("Car", 3)),
    (Blank("Date and signature of the guest", 7), Blank("Received by (initials, time)", 4)),
)


def booking_document(office: Office, ident: int, as_of: AsOf) -> Document | None:
    """The booking and its registration card, a page each; None when the copy does not hold it."""
    line = office.house.line(Kind.BOOKING, ident)
    if not isinstance(line, BookingLine):
        return None
    booking: Booking = office.house.bookings[ident]
    title = f"Booking {line.number}"
    guests = office.booking_guests(ident)
    sheet = (
        Facts("booking", title, (*_stay(line, as_of.today), *_money(line, as_of))),
        _guests(booking, guests),
        _notes(booking),
        _folios(office, ident),
    )
    card = (
        Facts("stay", "Stay", _stay(line, as_of.today)),
        Facts("guest", "Guest", _known(booking)),
        Form("registration-card", "To be filled in", _BLANKS, note=CARD_NOTE),
    )
    return Document(title, as_of, (Section(title, sheet), Section(f"Registration card, {title.lower()}", card)))


def _stay(line: BookingLine, today: date) -> tuple[tuple[str, str], ...]:
    persons = f"{line.adults} adult{'' if line.adults == 1 else 's'}"
    if line.children:
        persons += f", {line.children} child{'' if line.children == 1 else 'ren'}"
    return (
        ("Guest", line.guest or "not told"),
        ("Room", " · ".join(filter(None, (line.room or "none yet", line.room_type)))),
        ("Arrival", " ".join(filter(None, (_day(line.arrival, today), line.arrival_time)))),
        ("Departure", _day(line.departure, today)),
        ("Nights", "not told" if line.nights is None else str(line.nights)),
        ("Persons", persons),
        ("Status", booking_status(line.status)),
    )


def _money(line: BookingLine, as_of: AsOf) -> tuple[tuple[str, str], ...]:
    read = moment_text(line.read_at, as_of.zone, as_of.today) if line.read_at is not None else "never"
    balance = "not told" if line.balance is None else format_money(line.balance)
    return (("Reference", line.reference or "none"), ("Balance", f"{balance}, read at {read}"))


def _known(booking: Booking) -> tuple[tuple[str, str], ...]:
    """What the hotel knows of the main guest already, for the guest to check."""
    facts = (
        ("Name", booking.guest_name),
        ("Country", booking.guest_country),
        ("Phone", booking.guest_phone_number),
        ("E-mail", booking.guest_e_mail),
    )
    return tuple((label, value or "") for label, value in facts)


def _guests(booking: Booking, guests: tuple[BookingGuest, ...]) -> Table:
    main = booking.main_booking_guest.guest_id if booking.main_booking_guest else None
    rows: list[tuple[Cell, ...]] = []
    for each in sorted(guests, key=lambda guest: (guest.guest_id != main, guest.id)):
        guest = each.guest
        contact = (guest.country, guest.phone_number, guest.e_mail) if guest is not None else ()
        name = guest.full_name if guest is not None and guest.full_name else "name not told"
        rows.append((name, "main guest" if each.guest_id == main else "", " · ".join(filter(None, contact))))
    columns = (Column("guest", "Guest", 40, strong=True), Column("role", "", 16), Column("contact", "Contact", 44))
    return Table("guests", "Guests", columns, tuple(rows), empty="No guests in the copy.")


def _notes(booking: Booking) -> Table:
    columns = (Column("kind", "Note", 20, strong=True), Column("text", "", 80))
    return Table("notes", "Notes", columns, notes_of(booking))


def _folios(office: Office, ident: int) -> Table:
    columns = (
        Column("folio", "Folio", 20, strong=True),
        Column("state", "State", 20),
        Column("value", "Value", 30, money=True),
        Column("balance", "Balance", 30, money=True),
    )
    lines = [office.house.line(Kind.FOLIO, folio) for folio in office.house.folios_of(ident)]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (line.number, Code(folio_state(line.state)[:1], folio_state(line.state)), line.value, line.balance)
        for line in lines
        if isinstance(line, FolioLine)
    )
    return Table("folios", "Folios", columns, rows, empty="No folios in the copy.")


def _day(day: date | None, today: date) -> str:
    return weekday_text(day, today) if day is not None else "not told"
