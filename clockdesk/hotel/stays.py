"""Who stays when in which room: a plan of stays around today, without double-booked nights.

Days are counted from the hotel's today (0); a stay occupies the nights `arrival` to `departure - 1`. The shape aimed
at: about 70 % of the rooms taken tonight, an eighth of them arriving, as many leaving, a few overdue both ways, one
group in the house and one to come, guests who share a room and guests who move. Stays spread from 30 days back to 90
ahead; more bookings than fit there reach further out, fewer lie thinner.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from clockdesk.hotel.house import House

_NIGHTS = (1,) * 20 + (2,) * 26 + (3,) * 20 + (4,) * 12 + (5,) * 8 + (6,) * 4 + (7,) * 6 + (9, 10, 12, 14)
_MEAN_NIGHTS = sum(_NIGHTS) / len(_NIGHTS)


@dataclass(slots=True)
class Stay:
    """One stay. Rooms and types are indexes into the house; `moves` are later rooms with the first night in each."""

    room: int
    type: int
    arrival: int
    departure: int
    status: str
    assigned: bool = True
    group: int | None = None
    shared: bool = False
    moves: list[tuple[int, int]] = field(default_factory=list)

    @property
    def today(self) -> bool:
        """Whether the guest is in the house, or due today or overdue."""
        return self.status in {"expected", "checked_in"} and self.arrival <= 0

    @property
    def room_now(self) -> int:
        """The room after the moves up to today."""
        return next((room for first, room in reversed(self.moves) if first <= 0), self.room)


@dataclass(frozen=True, slots=True)
class Period:
    """A room out of service for the nights `first` to `last`, both included."""

    room: int
    first: int
    last: int


class Plan:
    """The plan being made; `stays` and `periods` are the result, `group_dates` the stay of each group."""

    def __init__(self, rng: random.Random, house: House, total: int) -> None:
        self.stays: list[Stay] = []
        self.periods: list[Period] = []
        self.group_dates: list[tuple[int, int]] = []
        self._rng = rng
        self._house = house
        self._total = total
        count = len(house.rooms)
        self._ahead = [1] * count  # first day from which the room is free
        self._back = [0] * count  # day before which nothing is planned yet
        apart = int(total * 0.08)
        self._today(count)
        self._group_to_come()
        self._walk(total - apart)
        self._share()
        self._fallen_through(total - len(self.stays))
        self._leave_some_unassigned()

    def _nights(self) -> int:
        return _NIGHTS[int(self._rng.random() * len(_NIGHTS))]

    def _add(self, room: int, arrival: int, departure: int, status: str) -> Stay:
        stay = Stay(room, self._house.rooms[room].type, arrival, departure, status)
        self.stays.append(stay)
        self._ahead[room] = max(self._ahead[room], departure)
        self._back[room] = min(self._back[room], arrival)
        return stay

    def _today(self, count: int) -> None:
        """Fill the house as it is this morning."""
        rng = self._rng
        share = min(1.0, self._total * 0.4 / count)
        free = list(range(count))
        rng.shuffle(free)

        def take(part: float, least: int = 0) -> list[int]:
            amount = min(len(free), max(least if share > 0.5 else 0, round(count * part * share)))
            return [free.pop() for _ in range(amount)]

        self._out_of_service([free.pop() for _ in range(round(count * 0.03))])
        stayers = [self._stayer(room) for room in take(0.53, 1)]
        for place, room in enumerate(take(0.13, 1)):
            self._add(room, -self._nights(), 0, "checked_in")
            if place % 2 == 0:
                self._add(room, 0, self._nights(), "expected")
        for room in take(0.065, 1):
            self._add(room, 0, self._nights(), "expected")
        for place, room in enumerate(take(0.018, 1)):
            self._add(room, -1 - place % 2 - self._nights(), -1 - place % 2, "checked_in")
        for place, room in enumerate(take(0.018, 1)):
            self._add(room, -1 - place % 2, 1 + place % 2, "expected")
        for room in take(0.01):
            self._add(room, -self._nights(), 0, "checked_out")
        self._group_in_house(stayers)
        self._moves(stayers, free)

    def _stayer(self, room: int) -> Stay:
        nights = max(2, self._nights())
        arrival = -self._rng.randint(1, nights - 1)
        return self._add(room, arrival, arrival + nights, "checked_in")

    def _out_of_service(self, rooms: list[int]) -> None:
        for place, room in enumerate(rooms):
            first, last = (3, 8) if place % 3 == 2 else (-self._rng.randint(1, 4), self._rng.randint(1, 6))
            self.periods.append(Period(room, first, last))
            self._ahead[room], self._back[room] = last + 1, min(first, 0)

    def _group_in_house(self, stayers: list[Stay]) -> None:
        members = stayers[: min(12, len(stayers) // 4)]
        if len(members) < 4:
            return
        for stay in members:
            stay.arrival, stay.departure, stay.group = -1, 2, len(self.group_dates)
            self._ahead[stay.room], self._back[stay.room] = 2, -1
        self.group_dates.append((-1, 2))

    def _moves(self, stayers: list[Stay], free: list[int]) -> None:
        """A few guests came from another room; one has to move tomorrow."""
        came = [stay for stay in stayers if stay.group is None and stay.arrival <= -3][:3]
        for stay in came:
            if len(free) > 1:
                old = free.pop()
                stay.moves.append((-1, stay.room))
                self._back[stay.room] = -1
                self._back[old] = stay.arrival
                stay.room, stay.type = old, self._house.rooms[old].type
        going = [stay for stay in stayers if stay.group is None and stay.departure >= 3 and not stay.moves]
        if going and free:
            going[0].moves.append((1, free[-1]))
            self._ahead[free.pop()] = going[0].departure

    def _group_to_come(self) -> None:
        open_rooms = [room for room, day in enumerate(self._ahead) if day <= 4]
        size = min(15, len(self._ahead) // 6, len(open_rooms), self._total // 10)
        if size >= 4:
            for room in open_rooms[:size]:
                self._add(room, 4, 7, "expected").group = len(self.group_dates)
            self.group_dates.append((4, 7))

    def _walk(self, total: int) -> None:
        """Go outwards from today, room by room, until enough stays are planned."""
        missing = total - len(self.stays)
        fits = len(self._ahead) * 120 * 0.6 / _MEAN_NIGHTS
        density = min(1.0, max(0.02, missing / fits))
        heap = [(self._rng.random(), room, ahead) for room in range(len(self._ahead)) for ahead in (True, False)]
        heapq.heapify(heap)
        while len(self.stays) < total:
            _, room, ahead = heapq.heappop(heap)
            stay = self._next_ahead(room, density) if ahead else self._next_back(room, density)
            day = stay.departure if ahead else -stay.arrival
            distance = day if not ahead else day / 3 if day <= 90 else 30 + (day - 90) * 4
            heapq.heappush(heap, (distance, room, ahead))

    def _gap(self, taken: float) -> int:
        return int(self._rng.expovariate(taken / (_MEAN_NIGHTS * (1 - taken))) + 0.35)

    def _next_ahead(self, room: int, density: float) -> Stay:
        lead = self._ahead[room]
        arrival = max(1, lead + self._gap(density * max(0.35, 0.8 - lead * 0.004)))
        return self._add(room, arrival, arrival + self._nights(), "expected")

    def _next_back(self, room: int, density: float) -> Stay:
        departure = min(-1, self._back[room] - self._gap(density * 0.75))
        return self._add(room, departure - self._nights(), departure, "checked_out")

    def _share(self) -> None:
        """Two bookings in one room: strangers of one company, or a couple who booked twice."""
        house = self._house
        roomy = [
            stay for stay in self.stays if house.types[stay.type].sleeps >= 2 and not stay.moves and stay.group is None
        ]
        chosen = [stay for stay in roomy if stay.status == "checked_in"][:2] + [
            s for s in roomy if s.status == "expected"
        ][:1]
        for stay in chosen if self._total >= 40 else []:
            stay.shared = True
            self.stays.append(replace(stay, moves=[]))

    def _fallen_through(self, count: int) -> None:
        """Cancellations and no-shows: they take no room."""
        rng = self._rng
        for _ in range(count):
            room = rng.randrange(len(self._ahead))
            lost = rng.random() < 0.17
            arrival = rng.randint(-30, -1) if lost else rng.randint(-30, 90)
            stay = Stay(
                room, self._house.rooms[room].type, arrival, arrival + self._nights(), "no_show" if lost else "canceled"
            )
            stay.assigned = rng.random() < 0.3
            self.stays.append(stay)

    def _leave_some_unassigned(self) -> None:
        for stay in self.stays:
            if stay.status == "expected" and not stay.shared:
                far = min(0.75, 0.15 + max(0, stay.arrival) * 0.015)
                stay.assigned = self._rng.random() >= far
