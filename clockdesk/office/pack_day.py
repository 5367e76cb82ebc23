"""The day as the downtime pack sees it: one pass over the copy in memory, in pieces."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from clockdesk.domain.kinds import Kind
from clockdesk.office.lines import BookingLine, FolioLine, RoomLine
from clockdesk.office.lists import by_room

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from clockdesk.domain.folios import Folio
    from clockdesk.domain.money import Money
    from clockdesk.domain.values import Booking
    from clockdesk.office.house import House

DAYS_AHEAD = 7
"""Days summed up beyond today; the copy's working window reaches two weeks (design, section 4)."""


@dataclass(slots=True)
class Day:
    """The rooms by number, and the bookings and folios that matter today and in the next days, in heaps.

    `sort_out` fills it, each booking once, so that none is in two heaps whatever happens meanwhile.
    """

    house: House
    today: date
    rooms: list[RoomLine] = field(default_factory=list)
    in_house: list[BookingLine] = field(default_factory=list)
    arrivals: list[BookingLine] = field(default_factory=list)
    departed: list[BookingLine] = field(default_factory=list)
    coming: list[BookingLine] = field(default_factory=list)
    folios: list[FolioLine] = field(default_factory=list)

    def sort_out(self) -> Iterator[None]:
        """Fill the heaps; other work may be done at each yield."""
        house = self.house
        for ids in _pieces(house.bookings):
            for ident in ids:
                heap = self._heap(house.bookings.get(ident))
                if heap is not None and isinstance(line := house.line(Kind.BOOKING, ident), BookingLine):
                    heap.append(line)
            yield
        payers = {line.id: line.balance for line in (*self.in_house, *self.arrivals, *self.departed)}
        for ids in _pieces(house.folios):
            for ident in ids:
                if _says_more(house.folios.get(ident), payers) and isinstance(
                    folio := house.line(Kind.FOLIO, ident), FolioLine
                ):
                    self.folios.append(folio)
            yield
        for ids in _pieces(house.rooms, 50):
            rooms = (house.line(Kind.ROOM, ident) for ident in ids)
            self.rooms += [line for line in rooms if isinstance(line, RoomLine)]
            yield
        self.rooms.sort(key=lambda line: by_room(line.name))

    def _heap(self, booking: Booking | None) -> list[BookingLine] | None:
        match booking.status if booking is not None else None:
            case "checked_in":
                return self.in_house
            case "expected" if booking is not None and booking.arrival is not None:
                if booking.arrival <= self.today:
                    return self.arrivals
                return self.coming if booking.arrival <= self.today + timedelta(days=DAYS_AHEAD) else None
            case "checked_out" if booking is not None and booking.departure == self.today:
                return self.departed
        return None

    @property
    def leaving(self) -> list[BookingLine]:
        """In house and due out today or before."""
        return [line for line in self.in_house if line.due_out]

    @property
    def arrived(self) -> list[BookingLine]:
        """In house since today."""
        return [line for line in self.in_house if line.arrival == self.today]

    def arriving_in(self, room: int) -> list[BookingLine]:
        """Still to arrive into this room."""
        return [line for line in self.arrivals if line.room_id == room]


def _pieces(ids: Iterable[int], size: int = 400) -> Iterator[list[int]]:
    """These ids as they are now, in pieces that take a few milliseconds each."""
    whole = list(ids)
    return (whole[start : start + size] for start in range(0, len(whole), size))


def _says_more(folio: Folio | None, payers: Mapping[int, Money | None]) -> bool:
    """Open, with a balance that is not already told as its booking's, and paid by one of these or by no booking."""
    if folio is None or folio.close_date is not None or folio.voided_at is not None or not folio.balance:
        return False
    if folio.payer_type != "Booking" or folio.payer_id is None:
        return True
    return folio.payer_id in payers and payers[folio.payer_id] != folio.balance
