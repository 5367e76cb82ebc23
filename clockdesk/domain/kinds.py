"""The kinds of objects, the service's eighteen events, and the hint an event boils down to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A kind of object the copy holds."""

    ACCOUNT = "account"
    ROOM_TYPE = "room_type"
    ROOM = "room"
    BOOKING = "booking"
    BOOKING_GUEST = "booking_guest"
    GUEST = "guest"
    FOLIO = "folio"
    CHARGE = "charge"
    CREDIT_ITEM = "credit_item"
    FOLIO_TAX = "folio_tax"
    DOOR_KEY = "door_key"


class EventName(StrEnum):
    """The eighteen events (source: the service's introduction, "Events").

    The channel address says `fiscal_request` where the table's label says `folio_request`;
    `EventName.read` takes both.
    """

    FOLIO_CLOSE = "folio_close"
    FOLIO_UPDATE = "folio_update"
    FOLIO_VOID = "folio_void"
    FISCAL_REQUEST = "fiscal_request"
    FOLIO_FISCALIZE = "folio_fiscalize"
    HOUSEKEEPING_CHANGED = "housekeeping_changed"
    BOOKING_NEW = "booking_new"
    BOOKING_UPDATE = "booking_update"
    BOOKING_EXPECTED = "booking_expected"
    BOOKING_CHECKED_IN = "booking_checked_in"
    BOOKING_CHECKED_OUT = "booking_checked_out"
    BOOKING_CANCELED = "booking_canceled"
    BOOKING_NO_SHOW = "booking_no_show"
    CONFIRMATION_SEND = "confirmation_send"
    DOOR_KEY_NEW = "door_key_new"
    DOOR_KEY_UPDATE = "door_key_update"
    POS_ORDER_NEW = "pos_order_new"
    BOOKING_GUESTS_UPDATE = "booking_guests_update"

    @classmethod
    def read(cls, text: str) -> EventName | None:
        """The event of this name in either spelling, or None."""
        name = "fiscal_request" if text == "folio_request" else text
        return cls(name) if name in cls._value2member_map_ else None

    @property
    def kind(self) -> Kind | None:
        """The kind of object the event points at; None for a restaurant order, which we do not copy."""
        return _KIND_OF_EVENT[self]

    @property
    def id_member(self) -> str:
        """The member of the message that holds the id."""
        return "order_id" if self is EventName.POS_ORDER_NEW else f"{self.kind}_id"


_KIND_OF_EVENT: dict[EventName, Kind | None] = {
    name: (
        Kind.FOLIO
        if name.startswith(("folio_", "fiscal_"))
        else Kind.ROOM
        if name is EventName.HOUSEKEEPING_CHANGED
        else Kind.DOOR_KEY
        if name.startswith("door_key")
        else None
        if name is EventName.POS_ORDER_NEW
        else Kind.BOOKING
    )
    for name in EventName
}


@dataclass(frozen=True, slots=True)
class Hint:
    """Look at this object again. Nothing more is promised: no order, no replay (design, law 2).

    `closed` is the member of `folio_void` that says the voided folio had been closed.
    """

    event: EventName
    id: int
    closed: bool | None = None
