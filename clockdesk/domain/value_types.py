"""Which type an object of each kind is read into."""

from __future__ import annotations

from clockdesk.domain.folios import Charge, CreditItem, Folio, FolioTax
from clockdesk.domain.kinds import Kind
from clockdesk.domain.values import Account, Booking, BookingGuest, DoorKey, Guest, Room, RoomType, Value

VALUE_TYPES: dict[Kind, type[Value]] = {
    Kind.ACCOUNT: Account,
    Kind.ROOM_TYPE: RoomType,
    Kind.ROOM: Room,
    Kind.BOOKING: Booking,
    Kind.BOOKING_GUEST: BookingGuest,
    Kind.GUEST: Guest,
    Kind.FOLIO: Folio,
    Kind.CHARGE: Charge,
    Kind.CREDIT_ITEM: CreditItem,
    Kind.FOLIO_TAX: FolioTax,
    Kind.DOOR_KEY: DoorKey,
}
