"""What notices a change of each field a screen shows, and how long a change may go unnoticed at most.

Data, not behaviour: the convergence tests derive from it what "the copy equals the server" means, and after which wait.
The service tells of few changes (facts, section 9), an event may be lost, and the calls are few; so every field has a
detector that needs no event. `longest` is when that one has asked for certain; reading what it named comes on top
(objects to read / calls a second). An event, where there is one, is sooner by the pace's whole length.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from clockdesk.domain.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clockdesk.sync.worker import Pace


class Detector(StrEnum):
    """What notices."""

    EVENT = "a message names the object; a hint that may be lost"
    SWEEP = "the object's `updated_at` moves, and the next sweep names it"
    GUEST_SWEEP = "the guest's `updated_at` moves, and the copy knows the guest's bookings"
    ROOM_LIST = "all rooms are read as a whole"
    LEDGER = "the folio's item in `folio_ledger` differs from the one seen before"
    FOLLOWED = "another object was read and had changed: a folio moves its booking's money, and the other way round"
    CENSUS = "today's and the window's ids are counted anew, at hotel midnight and now and then"
    OPENED = "a person opens it; while it stays open it follows its parent"


Longest: TypeAlias = "Callable[[Pace], float]"
Member = tuple[Kind, str]
"""A kind of object and a member of its JSON; `id` stands for whether the object is there at all."""


def _sweep(pace: Pace) -> float:
    """Without channels sweeps are more frequent, so the ordinary distance is the longest."""
    return max(pace.sweep, pace.sweep_without_channels)


def _ledger(pace: Pace) -> float:
    return max(pace.ledger, _sweep(pace))


def _rooms(pace: Pace) -> float:
    return max(pace.whole_rooms, _sweep(pace))


def _census(pace: Pace) -> float:
    return pace.census


@dataclass(frozen=True, slots=True)
class Watch:
    """Who notices a change of some members, and after how many seconds at most; None: when a person opens it."""

    detectors: tuple[Detector, ...]
    longest: Longest | None


TOUCHED: Final = Watch((Detector.EVENT, Detector.SWEEP), _sweep)
SILENTLY_TOUCHED: Final = Watch((Detector.SWEEP,), _sweep)
GUEST: Final = Watch((Detector.EVENT, Detector.GUEST_SWEEP), _sweep)
MONEY: Final = Watch((Detector.LEDGER, Detector.FOLLOWED), _ledger)
BY_DATE: Final = Watch((Detector.EVENT, Detector.SWEEP, Detector.CENSUS), _sweep)
"""Moves by itself at hotel midnight; the census of the new day is taken then, whatever the pace."""
CLOSED: Final = Watch((Detector.ROOM_LIST,), _rooms)
COUNTED: Final = Watch((Detector.CENSUS,), _census)
OPENED: Final = Watch((Detector.OPENED,), None)
DENIED: Final = COUNTED
"""An object that the service denied (404) and has again: no sweep names it, because nothing touched it."""


def _of(kind: Kind, watch: Watch, *members: str) -> dict[Member, Watch]:
    return {(kind, member): watch for member in members}


MEMBERS: Final[Mapping[Member, Watch]] = {
    **_of(
        Kind.BOOKING, TOUCHED,
        "id", "number", "status", "arrival", "departure", "arrival_time", "adults", "children", "reference_number",
        "arrival_room_id", "arrival_room_type_id",
    ),
    **_of(
        Kind.BOOKING, SILENTLY_TOUCHED,
        "active_notes", "active_housekeeping_notes", "active_meals_notes", "active_client_requests",
    ),
    **_of(Kind.BOOKING, BY_DATE, "current_room_id"),
    **_of(Kind.BOOKING, GUEST, "guest_first_name", "guest_middle_name", "guest_last_name", "guest_country"),
    **_of(Kind.BOOKING, MONEY, "balance"),
    **_of(Kind.ROOM, TOUCHED, "housekeeping_status", "housekeeping_changed_at"),
    **_of(
        Kind.ROOM, SILENTLY_TOUCHED,
        "name", "room_type_id", "floor", "housekeeping_sector", "housekeeping_warning",
    ),
    **_of(Kind.ROOM, CLOSED, "id", "room_status_allocations"),
    **_of(Kind.ROOM_TYPE, COUNTED, "id", "name"),
    **_of(Kind.FOLIO, TOUCHED, "close_date", "voided_at", "invoice_number"),
    **_of(Kind.FOLIO, SILENTLY_TOUCHED, "id", "number", "name", "deposit", "payer_id", "payer_type"),
    **_of(Kind.FOLIO, MONEY, "value", "balance"),
}  # fmt: skip
"""Every member a list shows. A folio's `id`: those of Today's guests; other folios are there when they moved."""

LINES: Final[Mapping[Kind, Watch]] = {
    Kind.CHARGE: OPENED,
    Kind.CREDIT_ITEM: OPENED,
    Kind.FOLIO_TAX: OPENED,
    Kind.BOOKING_GUEST: OPENED,
}
"""What only the drawer of one folio or booking shows."""

_BOOKING_ROOM: Final = ((Kind.BOOKING, "current_room_id"), (Kind.BOOKING, "arrival_room_id"))
_GUEST_NAME: Final = tuple((Kind.BOOKING, f"guest_{part}_name") for part in ("first", "middle", "last"))
_STAY: Final = ((Kind.BOOKING, "status"), (Kind.BOOKING, "arrival"), (Kind.BOOKING, "departure"))
_TYPE_NAME: Final = ((Kind.ROOM, "room_type_id"), (Kind.ROOM_TYPE, "name"))

FIELDS: Final[Mapping[str, Mapping[str, tuple[Member, ...]]]] = {
    "BookingLine": {
        "id": ((Kind.BOOKING, "id"),),
        "number": ((Kind.BOOKING, "number"),),
        "guest": _GUEST_NAME,
        "status": ((Kind.BOOKING, "status"),),
        "arrival": ((Kind.BOOKING, "arrival"),),
        "departure": ((Kind.BOOKING, "departure"),),
        "arrival_time": ((Kind.BOOKING, "arrival_time"),),
        "nights": ((Kind.BOOKING, "arrival"), (Kind.BOOKING, "departure")),
        "room": (*_BOOKING_ROOM, (Kind.ROOM, "name")),
        "room_id": _BOOKING_ROOM,
        "room_type": (*_BOOKING_ROOM, (Kind.BOOKING, "arrival_room_type_id"), *_TYPE_NAME),
        "housekeeping": (*_BOOKING_ROOM, (Kind.ROOM, "housekeeping_status")),
        "adults": ((Kind.BOOKING, "adults"),),
        "children": ((Kind.BOOKING, "children"),),
        "balance": ((Kind.BOOKING, "balance"),),
        "reference": ((Kind.BOOKING, "reference_number"),),
        "country": ((Kind.BOOKING, "guest_country"),),
        "remarks": tuple(
            (Kind.BOOKING, f"active_{notes}")
            for notes in ("notes", "housekeeping_notes", "meals_notes", "client_requests")
        ),
        "overdue": _STAY,
        "due_out": _STAY,
        "read_at": (),
    },
    "RoomLine": {
        "id": ((Kind.ROOM, "id"),),
        "name": ((Kind.ROOM, "name"),),
        "floor": ((Kind.ROOM, "floor"),),
        "room_type": _TYPE_NAME,
        "sector": ((Kind.ROOM, "housekeeping_sector"),),
        "housekeeping": ((Kind.ROOM, "housekeeping_status"),),
        "warning": ((Kind.ROOM, "housekeeping_warning"),),
        "occupied": (*_BOOKING_ROOM, (Kind.BOOKING, "status")),
        "guests": (*_BOOKING_ROOM, (Kind.BOOKING, "status"), *_GUEST_NAME),
        "bookings": (*_BOOKING_ROOM, (Kind.BOOKING, "status"), (Kind.BOOKING, "id")),
        "arriving": (*_BOOKING_ROOM, *_STAY),
        "departing": (*_BOOKING_ROOM, *_STAY),
        "out_of_service": ((Kind.ROOM, "room_status_allocations"),),
        "out_until": ((Kind.ROOM, "room_status_allocations"),),
        "changed_at": ((Kind.ROOM, "housekeeping_changed_at"),),
        "read_at": (),
    },
    "FolioLine": {
        "id": ((Kind.FOLIO, "id"),),
        "number": ((Kind.FOLIO, "number"),),
        "name": ((Kind.FOLIO, "name"),),
        "payer": ((Kind.FOLIO, "payer_id"), (Kind.FOLIO, "payer_type"), (Kind.BOOKING, "number"), *_GUEST_NAME),
        "booking_id": ((Kind.FOLIO, "payer_id"), (Kind.FOLIO, "payer_type"), (Kind.BOOKING, "id")),
        "room": ((Kind.FOLIO, "payer_id"), *_BOOKING_ROOM, (Kind.ROOM, "name")),
        "state": ((Kind.FOLIO, "close_date"), (Kind.FOLIO, "voided_at")),
        "deposit": ((Kind.FOLIO, "deposit"),),
        "value": ((Kind.FOLIO, "value"),),
        "balance": ((Kind.FOLIO, "balance"),),
        "close_date": ((Kind.FOLIO, "close_date"),),
        "invoice_number": ((Kind.FOLIO, "invoice_number"),),
        "read_at": (),
    },
}
"""The members each field of a line is made of (`office.lines`); none: it is about the copy itself."""


def longest(line: str, field: str, pace: Pace) -> float:
    """Seconds for which a field of a line may be out of date at most, before what was named is read."""
    watches = [MEMBERS[member] for member in FIELDS[line][field]]
    return max((watch.longest(pace) for watch in watches if watch.longest is not None), default=0.0)


def settled(pace: Pace, within: float) -> frozenset[Member]:
    """The members that must equal the server's once so many seconds have passed at this pace."""
    return frozenset(
        member for member, watch in MEMBERS.items() if watch.longest is not None and watch.longest(pace) <= within
    )
