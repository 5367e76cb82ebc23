"""Chooses the cheapest calls that answer for what is dirty. A plan is data: steps that a test can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clockdesk.domain.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from clockdesk.sync.dirty import Target

LISTED_ROOMS = 100
"""Up to this many rooms are named in the request; beyond, the whole list costs the same one call."""


SIMPLY_READ = 4
"""Up to this many bookings the copy does not know are simply read: the question which of them it needs is two calls."""


@dataclass(frozen=True, slots=True)
class ReadOne:
    """One object, or all lines of one folio, or all guests of one booking: one call."""

    target: Target

    @property
    def targets(self) -> tuple[Target, ...]:
        """What it answers for."""
        return (self.target,)


@dataclass(frozen=True, slots=True)
class ReadRooms:
    """Several rooms (or all: no ids) in one call; the list gives full objects."""

    ids: tuple[int, ...] = ()

    @property
    def targets(self) -> tuple[Target, ...]:
        """What it answers for."""
        return tuple((Kind.ROOM, room) for room in self.ids)


@dataclass(frozen=True, slots=True)
class ReadRoomDay:
    """Every booking in one room on one date, as full objects: one call."""

    room_id: int
    date: str

    @property
    def targets(self) -> tuple[Target, ...]:
        """Not known before the answer."""
        return ()


@dataclass(frozen=True, slots=True)
class Narrow:
    """Which of these bookings, unknown to the copy, belong into it: a list of ids. Those are read next."""

    ids: tuple[int, ...]

    @property
    def targets(self) -> tuple[Target, ...]:
        """What it answers for."""
        return tuple((Kind.BOOKING, booking) for booking in self.ids)


Read = ReadOne | ReadRooms | ReadRoomDay
Step = Read | Narrow


def plan(dirty: Iterable[Target], unknown: Collection[Target] = ()) -> list[Step]:
    """Steps for these targets, in their order; what is asked for together stands where its first one stood.

    `unknown`: bookings that events named and the copy does not hold. Most of a travel agency's bookings are for a day
    nobody looks at yet, so several of them are narrowed before any is read.
    """
    targets = list(dirty)
    rooms = tuple(sorted(ident for kind, ident in targets if kind is Kind.ROOM))
    strangers = tuple(sorted(target[1] for target in targets if target in unknown))
    together = {target: ReadRooms(rooms) for target in targets if target[0] is Kind.ROOM and len(rooms) > 1}
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
