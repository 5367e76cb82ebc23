"""What needs a person now: the standing checks over today's movements, most urgent first, each with what mends it.

A check looks at the copy alone, so it is as true as the copy. Overdue guests are checked for nothing else: whether they
come at all has to be known before their room matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from clockdesk.domain.dates import day_text
from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import format_money
from clockdesk.office.house import DIRTY
from clockdesk.office.lines import BookingLine, FolioLine, RoomLine
from clockdesk.office.lists import by_room

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from clockdesk.office.house import House


class Need(StrEnum):
    """Why a booking needs a person, most urgent first."""

    LEAVES_LATE = "leaves_late"
    OWES = "owes"
    ARRIVES_LATE = "arrives_late"
    ROOM_CLOSED = "room_closed"
    NO_ROOM = "no_room"
    ROOM_DIRTY = "room_dirty"


_URGENCY = {need: place for place, need in enumerate(Need)}

HEADLINES = {
    Need.LEAVES_LATE: "Overdue departure",
    Need.OWES: "Owes at departure",
    Need.ARRIVES_LATE: "Overdue arrival",
    Need.ROOM_CLOSED: "Room out of service",
    Need.NO_ROOM: "No room yet",
    Need.ROOM_DIRTY: "Room not clean",
}
"""What each is called on a screen."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One booking that needs a person. `mend` is the thing to open: the room, the folio or the booking itself."""

    id: int
    needs: tuple[Need, ...]
    reason: str
    mend: tuple[Kind, int]
    booking: BookingLine

    @property
    def need(self) -> Need:
        """The most urgent one."""
        return self.needs[0]

    @property
    def verb(self) -> str:
        """What opening `mend` is called."""
        if self.mend[0] is Kind.ROOM:
            return f"Open room {self.booking.room}"
        return "Open folio" if self.mend[0] is Kind.FOLIO else "Open booking"


def matters(house: House, bookings: Iterable[int]) -> tuple[Matter, ...]:
    """Those of these bookings that need a person today, most urgent first."""
    lines = (line for ident in bookings if isinstance(line := house.line(Kind.BOOKING, ident), BookingLine))
    found = [matter for line in lines if (matter := _matter(house, line)) is not None]
    return tuple(sorted(found, key=_place))


def count_needs(found: Iterable[Matter]) -> dict[Need, int]:
    """How many bookings have each need; a booking counts for every one it has. Needs nobody has are left out."""
    counts = dict.fromkeys(Need, 0)
    for matter in found:
        for need in matter.needs:
            counts[need] += 1
    return {need: count for need, count in counts.items() if count}


def _place(matter: Matter) -> tuple[object, ...]:
    line = matter.booking
    return (_URGENCY[matter.need], line.arrival_time or "99", by_room(line.room), matter.id)


def _matter(house: House, line: BookingLine) -> Matter | None:
    room = house.line(Kind.ROOM, line.room_id) if line.room_id is not None else None
    closed = room if isinstance(room, RoomLine) else None
    needs = _needs(line, closed, house.today)
    if not needs:
        return None
    reason = "; ".join(_reason(need, line, closed, house.today) for need in needs)
    return Matter(line.id, needs, reason, _mend(house, needs[0], line), line)


def _needs(line: BookingLine, room: RoomLine | None, today: date) -> tuple[Need, ...]:
    if line.status == "checked_in" and line.due_out:
        found = {Need.LEAVES_LATE: line.overdue, Need.OWES: line.balance is not None and line.balance.minor > 0}
    elif line.status != "expected" or line.arrival is None or line.arrival > today:
        found = {}
    elif line.overdue:
        found = {Need.ARRIVES_LATE: True}
    else:
        closed = room is not None and room.out_of_service
        found = {
            Need.ROOM_CLOSED: closed,
            Need.NO_ROOM: line.room_id is None,
            Need.ROOM_DIRTY: not closed and line.housekeeping == DIRTY,
        }
    return tuple(need for need, there in found.items() if there)


def _reason(need: Need, line: BookingLine, room: RoomLine | None, today: date) -> str:
    """Why, as a sentence without its full stop: several are joined."""
    match need:
        case Need.LEAVES_LATE:
            return f"Due out on {_day(line.departure, today)}, still in house"
        case Need.OWES:
            return f"{format_money(line.balance)} open" if line.balance is not None else "A balance is open"
        case Need.ARRIVES_LATE:
            return f"Expected on {_day(line.arrival, today)}, has not arrived"
        case Need.ROOM_CLOSED:
            until = room.out_until if room is not None else None
            return f"Room {line.room} is out of service{f' until {day_text(until, today)}' if until else ''}"
        case Need.NO_ROOM:
            return f"{line.room_type}, no room assigned" if line.room_type else "No room assigned"
        case Need.ROOM_DIRTY:
            still = " and still occupied" if room is not None and room.occupied else ""
            return f"Room {line.room} is dirty{still}"


def _day(day: date | None, today: date) -> str:
    return "another day" if day is None else day_text(day, today)


def _mend(house: House, need: Need, line: BookingLine) -> tuple[Kind, int]:
    """Where it is mended: money at the open folio that owes, a room at the room, the rest at the booking."""
    if need in {Need.ROOM_CLOSED, Need.ROOM_DIRTY} and line.room_id is not None:
        return Kind.ROOM, line.room_id
    if need is Need.OWES and (folio := _owing_folio(house, line.id)) is not None:
        return Kind.FOLIO, folio
    return Kind.BOOKING, line.id


def _owing_folio(house: House, booking: int) -> int | None:
    """The first open folio of a booking with something to pay; None when none is in the copy."""
    for ident in house.folios_of(booking):
        line = house.line(Kind.FOLIO, ident)
        if isinstance(line, FolioLine) and line.state == "open" and line.balance and line.balance.minor > 0:
            return ident
    return None
