"""A hotel's day that goes by itself: guests come and go, rooms get cleaned, bills grow and are paid.

`Day.step` makes the next thing happen, decided by the hotel's dice and by what there is to do. `Day.run` does so at
the pace of the speed: at 1 a real day's worth of happenings a day, at 60 sixty times as often. The clock is not
hurried (see `clock`).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from clockdesk.hotel.core import Refused
from clockdesk.hotel.free import occupants

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.hotel.world import World

_PER_ROOM_AND_DAY: Final = 5.0
_WEIGHTS: Final = {
    "arrival": 12,
    "departure": 12,
    "cleaning": 34,
    "charge": 18,
    "payment": 7,
    "new_booking": 8,
    "cancel": 2,
    "change_booking": 8,
    "close_folio": 5,
    "guest_update": 4,
    "assign_room": 4,
    "door_key": 3,
    "door_key_answer": 3,
    "deposit": 2,
    "extend": 1,
    "room_change": 1,
    "no_show": 1,
    "reinstate": 1,
    "void_charge": 1,
    "void_folio": 1,
    "confirmation": 2,
    "pos_order": 3,
    "fiscal_request": 1,
    "fiscalize": 1,
    "out_of_service": 1,
    "back_in_service": 1,
}


class Day:
    """Drives one hotel."""

    def __init__(self, world: World, speed: float = 60.0) -> None:
        self._world = world
        self._core = world.core
        self._speed = speed
        self._own: dict[str, Callable[[], dict[str, Any] | None]] = {
            "arrival": self._arrival,
            "departure": self._departure,
            "cleaning": self._cleaning,
        }

    def pause(self) -> float:
        """Seconds to the next happening, by the dice around the mean of the speed."""
        rooms = max(1, self._core.one("SELECT count(*) FROM rooms"))
        mean = 86_400 / (_PER_ROOM_AND_DAY * rooms * self._speed)
        return float(mean * (0.3 + 1.4 * self._core.rng.random()))

    async def run(self, stop: asyncio.Event) -> None:
        """Make things happen until `stop` is set; at speed 0 nothing happens."""
        while not stop.is_set():
            if self._speed <= 0:
                await stop.wait()
                return
            try:
                await asyncio.wait_for(stop.wait(), self.pause())
            except TimeoutError:
                self.step()

    def step(self) -> dict[str, Any] | None:
        """Make the next thing happen; returns what, or None when there is nothing at all to do."""
        left = dict(_WEIGHTS)
        while left:
            what = self._core.rng.choices(list(left), list(left.values()))[0]
            del left[what]
            try:
                done = self._own[what]() if what in self._own else self._world.happen(what)
            except Refused:
                continue  # nothing this could happen to now; something else then
            if done is not None:
                return done
        return None

    def _arrival(self) -> dict[str, Any] | None:
        """A guest due today (or overdue) comes, a room that is ready first."""
        today = self._core.clock.today().isoformat()
        sql = """SELECT b.id FROM bookings b LEFT JOIN rooms r ON r.id = b.arrival_room_id WHERE b.status = 'expected'
            AND b.arrival <= ? AND b.departure > ? ORDER BY coalesce(r.housekeeping_status, '') <> '', b.id LIMIT 12"""
        booking = self._core.pick(self._core.ids(sql, today, today))
        return None if booking is None else self._world.happen("check_in", booking_id=booking)

    def _departure(self) -> dict[str, Any] | None:
        """A guest due out takes the next step: pays, gets the bill, goes. One in twelve goes without paying."""
        core, cashier = self._core, self._world.cashier
        sql = "SELECT id FROM bookings WHERE status = 'checked_in' AND departure <= ? ORDER BY id"
        booking = core.pick(core.ids(sql, core.clock.today().isoformat()))
        if booking is None:
            return None
        sql = """SELECT id FROM folios WHERE payer_type = 'Booking' AND payer_id = ? AND close_date IS NULL
            AND voided_at IS NULL ORDER BY deposit DESC, id"""
        hurried = booking % 12 == 0
        for folio in [] if hurried else core.ids(sql, booking):
            balance = cashier.balance(folio)
            if core.row("folios", folio)["deposit"]:
                return self._world.happen("close_folio", folio_id=folio, document_type_id=9)
            if (advance := self._unused_advance(booking)) > 0:
                return self._world.happen("payment", folio_id=folio, cents=advance, payment_type="transfer")
            if balance > 0:
                return self._world.happen("payment", folio_id=folio)
            if balance < 0:
                return self._world.happen("payment", folio_id=folio, cents=balance, payment_type="cash")
            return self._world.happen("close_folio", folio_id=folio, document_type_id=8)
        return self._world.happen("check_out", booking_id=booking)

    def _unused_advance(self, booking: int) -> int:
        """What was paid on closed deposit folios of a booking and does not stand on another folio yet."""
        sql = """SELECT coalesce(sum(CASE WHEN f.deposit = 1 THEN c.fixed_value_cents
            WHEN c.payment_type = 'transfer' THEN -c.fixed_value_cents ELSE 0 END), 0)
            FROM folios f JOIN credit_items c ON c.folio_id = f.id WHERE f.payer_type = 'Booking' AND f.payer_id = ?
            AND f.voided_at IS NULL AND c.voided_at IS NULL AND (f.deposit = 0 OR f.close_date IS NOT NULL)"""
        return int(self._core.one(sql, booking))

    def _cleaning(self) -> dict[str, Any] | None:
        """Housekeeping works on: empty dirty rooms first; when all is clean, a guest asks for service."""
        core = self._core
        todo = core.ids("SELECT id FROM rooms WHERE housekeeping_status <> '' ORDER BY id")
        empty = [room for room in todo if not occupants(core, room)]
        room = core.pick(empty or todo)
        if room is None:
            room = core.pick(core.ids("SELECT id FROM rooms ORDER BY id"))
        return None if room is None else self._world.happen("housekeeping", room_id=room)
