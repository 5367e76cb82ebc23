"""What one row of a list says: typed, joined, ready to be painted. Made from the copy, never kept anywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from clockdesk.domain.money import Money


@dataclass(frozen=True, slots=True)
class BookingLine:
    """A booking as lists show it. `overdue`: should have arrived or left before today; `due_out`: leaves today.

    `housekeeping`: the room's status, for Today's bookings alone: of others it says nothing.
    """

    id: int
    number: str
    guest: str
    status: str
    arrival: date | None
    departure: date | None
    arrival_time: str
    nights: int | None
    room: str
    room_id: int | None
    room_type: str
    housekeeping: str | None
    adults: int
    children: int
    balance: Money | None
    reference: str
    country: str
    remarks: int
    overdue: bool
    due_out: bool
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room as the board shows it. `occupied` is derived from bookings in house; the service does not store it."""

    id: int
    name: str
    floor: str
    room_type: str
    sector: str
    housekeeping: str | None
    warning: str
    occupied: bool
    guests: tuple[str, ...]
    bookings: tuple[int, ...]
    arriving: bool
    departing: bool
    out_of_service: bool
    out_until: date | None
    changed_at: datetime | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class FolioLine:
    """A folio as lists show it. `state`: open, closed, voided; `payer` names the booking or says who else pays."""

    id: int
    number: str
    name: str
    payer: str
    booking_id: int | None
    room: str
    state: str
    deposit: bool
    value: Money | None
    balance: Money | None
    close_date: date | None
    invoice_number: str
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class TodayCounts:
    """The numbers of the day. `balances`: open balances of guests in house, one amount a currency."""

    arrivals: int
    arrived: int
    departures: int
    departed: int
    in_house: int
    dirty: int
    out_of_service: int
    rooms: int
    occupied: int
    owing: int
    balances: tuple[Money, ...]


Line = BookingLine | RoomLine | FolioLine
