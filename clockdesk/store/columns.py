"""The typed columns beside the JSON: which kinds have them, and how they are filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clockdesk.domain.folios import Folio
from clockdesk.domain.like import fold
from clockdesk.domain.values import Booking, BookingGuest
from clockdesk.store.instants import maybe_micros

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from clockdesk.domain.records import Record
    from clockdesk.store.connection import Database


def searchable(text: str) -> str:
    """Text made ready for searching, as free text is everywhere; no NUL, at which SQLite's text functions stop."""
    return fold(text.replace("\0", " "))


def write_columns(database: Database, rows: Iterable[tuple[int, Record]]) -> None:
    """Fill the columns of objects just written, given with their row ids."""
    bookings: list[tuple[Any, ...]] = []
    folios: list[tuple[Any, ...]] = []
    stays: list[tuple[int, int, int]] = []
    oids: list[tuple[int]] = []
    for oid, record in rows:
        match record.value:
            case Booking() as booking:
                bookings.append(_booking(oid, booking))
                oids.append((oid,))
                stays += [(oid, guest, booking.id) for guest in _guests(booking)]
            case BookingGuest(booking_id=booking_id, guest_id=int(guest_id)):
                booking_id = booking_id if record.parent is None else record.parent
                if booking_id is not None:
                    oids.append((oid,))
                    stays.append((oid, guest_id, booking_id))
            case Folio() as folio:
                folios.append(_folio(oid, folio))
            case _:
                pass
    database.many("INSERT OR REPLACE INTO booking VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", bookings)
    database.many("INSERT OR REPLACE INTO folio VALUES (?, ?, ?, ?, ?, ?, ?, ?)", folios)
    database.many("DELETE FROM guest_stay WHERE oid = ?", oids)
    database.many("INSERT INTO guest_stay VALUES (?, ?, ?)", stays)


def _booking(oid: int, booking: Booking) -> tuple[Any, ...]:
    words = (
        booking.guest_last_name,
        booking.guest_first_name,
        booking.guest_middle_name,
        booking.number,
        booking.reference_number,
        booking.guest_e_mail,
        booking.guest_phone_number,
    )
    return (
        oid,
        booking.id,
        booking.number,
        booking.status,
        _day(booking.arrival),
        _day(booking.departure),
        booking.room_id,
        booking.arrival_room_type_id,
        booking.lock_version,
        maybe_micros(booking.updated_at),
        searchable("\n".join(word for word in words if word)),
    )


def _guests(booking: Booking) -> set[int]:
    refs = (booking.main_booking_guest, *(booking.booking_guests or ()))
    return {ref.guest_id for ref in refs if ref is not None and ref.guest_id is not None}


def _folio(oid: int, folio: Folio) -> tuple[Any, ...]:
    return (
        oid,
        folio.id,
        folio.number,
        folio.state,
        None if folio.deposit is None else int(folio.deposit),
        _day(folio.close_date),
        folio.payer_type,
        folio.payer_id,
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
