"""The hotel as one object: its tables, what it answers, what can be written, and what happens in it.

The HTTP side speaks to `World` alone. Everything here runs in one thread; nothing is locked.
"""

from __future__ import annotations

import random
import sqlite3
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from clockdesk.hotel import reports
from clockdesk.hotel.clock import HotelClock
from clockdesk.hotel.core import Core, Refused
from clockdesk.hotel.happen import Happenings
from clockdesk.hotel.people import GuestBook
from clockdesk.hotel.posting import Cashier
from clockdesk.hotel.render import Renderer
from clockdesk.hotel.resources import data_folder, read_data
from clockdesk.hotel.schema import ACCOUNT_ID
from clockdesk.hotel.seed import fill
from clockdesk.hotel.writes import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from pathlib import Path

__all__ = ["HotelClock", "Refused", "World"]


class World:
    """One embedded hotel.

    Args:
        rooms: how many rooms.
        bookings: how many bookings of every status together.
        seed: equal arguments make equal hotels.
        today: the hotel's date; None: the real one.
        data_dir: the folder with the hotel's data files; None: the one that came with the program.
        clock: hotel time; a test passes its own (then `today` is the clock's).
    """

    def __init__(
        self,
        *,
        rooms: int = 120,
        bookings: int = 3000,
        seed: int = 7,
        today: date | None = None,
        data_dir: Path | None = None,
        clock: HotelClock | None = None,
    ) -> None:
        folder = data_folder(data_dir)
        data = read_data(folder, "hotel")
        self.clock = clock or HotelClock(ZoneInfo(data["account"]["zone"]), today)
        self.db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self.db.execute("BEGIN")
        house, phrases = fill(self.db, folder, rooms=rooms, bookings=bookings, seed=seed, today=self.clock.today())
        self.core = Core(self.db, self.clock, house, phrases, random.Random(seed + 1))
        issuer = data["issuer"] | {"created_at": "2019-03-01T08:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z"}
        issuer |= {"master_id": issuer["id"]}
        members = {name: value for name, value in data["account"].items() if name not in {"zone", "currency"}}
        self.account: dict[str, Any] = {"id": ACCOUNT_ID, "created_at": issuer["created_at"]} | members
        self.account["issuer_billing_info"] = issuer
        self.cashier = Cashier(self.core)
        self.desk = Desk(self.core, self.cashier)
        guests = GuestBook(self.core.rng, read_data(folder, "people"), phrases, hostile=30)
        self.happenings = Happenings(self.core, self.desk, self.cashier, guests)
        self._renderer = Renderer(self.core, issuer)

    def close(self) -> None:
        """Let the tables go."""
        self.db.close()

    def subscribe(self, callback: Callable[[str, dict[str, object], float], None]) -> None:
        """Call `callback(event name, payload, delay in seconds)` for every event, in the service's order."""
        self.core.listen(callback)

    def render(self, table: str, key: int) -> dict[str, Any]:
        """One object as the service gives it. Refused 404 when there is none."""
        return self._renderer.one(table, key)

    def render_many(self, table: str, keys: Iterable[int]) -> list[dict[str, Any]]:
        """Objects as the service gives them, in the order of the ids; missing ones are left out."""
        return self._renderer.many(table, keys)

    def put_booking(self, key: int, members: dict[str, Any]) -> dict[str, Any]:
        """Change a booking and return it. Refused as `Desk.put_booking` says; then nothing is changed."""
        with self.core.whole():
            self.desk.put_booking(key, members)
        return self.render("bookings", key)

    def put_room(self, key: int, members: dict[str, Any]) -> dict[str, Any]:
        """Change a room and return it. Refused as `Desk.put_room` says; then nothing is changed."""
        with self.core.whole():
            self.desk.put_room(key, members)
        return self.render("rooms", key)

    def post_booking(self, members: dict[str, Any]) -> dict[str, Any]:
        """Make a booking and return it. Refused as `Desk.post_booking` says."""
        with self.core.whole():
            key = self.desk.post_booking(members)
        return self.render("bookings", key)

    def happen(self, what: str, **args: Any) -> dict[str, Any]:
        """Make something happen now; returns `{"what", "kind", "id"}`. Refused as `Happenings.do` says."""
        return self.happenings.do(what, **args)

    def room_bookings(self, room: int, day: date) -> list[int]:
        """Bookings in a room on a date. Refused 404 when there is no such room."""
        self.core.row("rooms", room)
        return reports.room_bookings(self.core, room, day)

    def room_statuses(self, from_: date, to: date, room_type_id: int | None = None) -> list[dict[str, Any]]:
        """Rooms by type, free or not in the whole range (both dates included)."""
        return reports.room_statuses(self.core, from_, to, room_type_id)

    def occupancy_forecasts(self, from_: date, to: date) -> dict[str, Any]:
        """Occupied and free rooms by day (both dates included)."""
        return reports.occupancy_forecasts(self.core, from_, to)

    def folio_ledger(self, to_date: date) -> dict[str, Any]:
        """The money of the folios up to a date."""
        return reports.folio_ledger(self.core, to_date)

    def find_in_hotel(self) -> list[int]:
        """Checked-in bookings whose stay includes today."""
        return reports.find_in_hotel(self.core)

    def search_guests(self, term: str) -> list[dict[str, Any]]:
        """Guests that hold every word of the term. Refused 500 under three characters."""
        return self.render_many("guests", reports.search_guests(self.core, term))

    def guests_text_match(self, term: str) -> list[int]:
        """Bookings one of whose guests holds every word of the term."""
        return reports.guests_text_match(self.core, term)

    def booking_folio_ids(self, booking: int) -> list[int]:
        """All folios of a booking: voided, closed and empty ones too. Refused 404."""
        self.core.row("bookings", booking)
        return self.core.ids("SELECT id FROM folios WHERE payer_type = 'Booking' AND payer_id = ? ORDER BY id", booking)
