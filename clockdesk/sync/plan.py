"""Chooses the cheapest calls that answer for what is dirty. A plan is data: steps that a test can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clockdesk.api.query import MAX_QUERY
from clockdesk.domain.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from clockdesk.sync.dirty import Target

PIECE = MAX_QUERY
"""Bytes of ids that one request carries."""

ASKED_HELD = 3
"""Requests that ask which bookings belong into the copy: one for each way to belong there (`scope.HELD`)."""

SIMPLY_READ = 2 * ASKED_HELD
"""Up to this many bookings the copy does not know are simply read.

How many of them belong there is not known before. Read in vain, so many cost `ASKED_HELD` calls too many; and asked
about in vain, because all belong there, any number does.
"""


def _requests(ids: tuple[int, ...]) -> int:
    """In how many pieces so many ids go: `id[]=17` each, with a sign between."""
    return -(-sum(len(f"&id[]={ident}") for ident in ids) // PIECE)


@dataclass(frozen=True, slots=True)
class ReadOne:
    """One object, or all lines of one folio, or all guests of one booking: one call."""

    target: Target

    @property
    def targets(self) -> tuple[Target, ...]:
        """What it answers for."""
        return (self.target,)

    @property
    def cost(self) -> int:
        """Calls."""
        return 1


@dataclass(frozen=True, slots=True)
class ReadRooms:
    """Rooms as a list, which gives full objects: those of these `ids`, or without any the whole list.

    `wanted`: for whose sake the whole list is read. One that it lacks is gone, which the next whole sweep notices.
    """

    ids: tuple[int, ...] = ()
    wanted: tuple[int, ...] = ()

    @property
    def targets(self) -> tuple[Target, ...]:
        """What it answers for."""
        return tuple((Kind.ROOM, room) for room in self.ids or self.wanted)

    @property
    def cost(self) -> int:
        """Calls."""
        return _requests(self.ids) or 1


@dataclass(frozen=True, slots=True)
class ReadRoomDay:
    """Every booking in one room on one date, as full objects: one call."""

    room_id: int
    date: str

    @property
    def targets(self) -> tuple[Target, ...]:
        """Not known before the answer."""
        return ()

    @property
    def cost(self) -> int:
        """Calls."""
        return 1


@dataclass(frozen=True, slots=True)
class Narrow:
    """Which of these bookings, unknown to the copy, belong into it: a list of ids. Those are read next."""

    ids: tuple[int, ...]

    @property
    def targets(self) -> tuple[Target, ...]:
        """What it answers for."""
        return tuple((Kind.BOOKING, booking) for booking in self.ids)

    @property
    def cost(self) -> int:
        """Calls, before any booking is read."""
        return ASKED_HELD * _requests(self.ids)


Read = ReadOne | ReadRooms | ReadRoomDay
Step = Read | Narrow


def plan(dirty: Iterable[Target], unknown: Collection[Target] = ()) -> list[Step]:
    """Steps for these targets, in their order; what is asked for together stands where its first one stood.

    Rooms that no single request could name are read with the whole list: that is one call, whatever their number.

    `unknown`: bookings that events named and the copy does not hold. Most of a travel agency's bookings are for a day
    nobody looks at yet, so several of them are narrowed before any is read.
    """
    targets = list(dirty)
    rooms = tuple(sorted(ident for kind, ident in targets if kind is Kind.ROOM))
    strangers = tuple(sorted(target[1] for target in targets if target in unknown))
    listed = ReadRooms(rooms) if _requests(rooms) <= 1 else ReadRooms(wanted=rooms)
    together = {target: listed for target in targets if target[0] is Kind.ROOM and len(rooms) > 1}
    narrowed = {target: Narrow(strangers) for target in targets if target in unknown and len(strangers) > SIMPLY_READ}
    steps: list[Step] = [together.get(target) or narrowed.get(target) or ReadOne(target) for target in targets]
    return list(dict.fromkeys(steps))


def cold_plan(bookings: Collection[int], rooms: Collection[int], without_room: int | None, date: str) -> list[Read]:
    """The cheaper way to read today's bookings (design, section 4): singly, or room by room.

    Room by room costs R calls and then those without a room (U) singly; it wins when N > R + U + 1 (the 1 is the
    call that counted U). Bookings the rooms did not name are read singly afterwards by the caller.
    """
    if without_room is not None and len(bookings) > len(rooms) + without_room + 1:
        return [ReadRoomDay(room, date) for room in sorted(rooms)]
    return [ReadOne((Kind.BOOKING, booking)) for booking in bookings]
