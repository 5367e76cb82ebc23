"""What can happen in the hotel, each thing by name: for the control endpoint, for tests and for the hotel's own day.

Every happening picks a sensible object by the hotel's dice when no id is given, does its work as one piece, and
returns `{"what", "kind", "id"}` of the object it touched. Assumptions: a room change of today stamps the booking and
sends `booking_update` and `housekeeping_changed` for the room left; one dated ahead takes effect at that midnight
without an event. An out-of-service period changes no row of the room (its dates are read with the room), so nothing
tells of it.
"""

from __future__ import annotations

from datetime import date, timedelta
from inspect import signature
from typing import TYPE_CHECKING, Any

from clockdesk.hotel.clock import stamp
from clockdesk.hotel.core import Core, Refused, Row
from clockdesk.hotel.free import free_rooms, occupants
from clockdesk.hotel.happen_folios import FolioHappenings
from clockdesk.hotel.render import room_on

if TYPE_CHECKING:
    from clockdesk.hotel.people import GuestBook
    from clockdesk.hotel.posting import Cashier
    from clockdesk.hotel.writes import Desk

_TODAY = "status = ? AND arrival <= ?"


class Happenings(FolioHappenings):
    """Makes things happen; the public methods are the names `do` takes."""

    def __init__(self, core: Core, desk: Desk, cashier: Cashier, guests: GuestBook) -> None:
        super().__init__(core, cashier)
        self._desk = desk
        self._guests = guests

    def names(self) -> list[str]:
        """What can happen."""
        return sorted(name for name in dir(self) if not name.startswith("_") and name not in {"do", "names"})

    def do(self, what: str, **args: Any) -> Row:
        """Make it happen now. Refused 400: no such happening, wrong arguments, or nothing it could happen to."""
        if what not in self.names():
            raise Refused(400, f"{what} can't happen here; what can: {', '.join(self.names())}")
        act = getattr(self, what)
        try:
            signature(act).bind(**args)
        except TypeError as error:
            raise Refused(400, f"{what}: {error}") from error
        with self._core.whole():
            kind, key = act(**args)
        return {"what": what, "kind": kind, "id": key}

    def _booking(self, given: int | None, where: str, *values: object) -> Row:
        """The booking asked for, or one by the dice that meets the condition."""
        core = self._core
        if given is None:
            given = core.pick(core.ids(f"SELECT id FROM bookings WHERE {where} ORDER BY id", *values))  # noqa: S608
            if given is None:
                raise Refused(400, "There is no booking this could happen to")
        return core.row("bookings", given)

    def _day(self, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Refused(400, f"{text} is no date") from None

    def _today(self) -> str:
        return self._core.clock.today().isoformat()

    def new_booking(self, **members: Any) -> tuple[str, int]:
        """A booking comes in; members as for creating one, missing ones by the dice."""
        core, rng = self._core, self._core.rng
        lead = 0 if rng.random() < 0.1 else 1 + int(rng.expovariate(1 / 18))
        start = (
            self._day(str(members["arrival"])) if "arrival" in members else core.clock.today() + timedelta(days=lead)
        )
        kind = rng.choice(core.house.types)
        given: Row = {
            "arrival": start.isoformat(),
            "departure": (start + timedelta(days=rng.choice((1, 1, 2, 2, 2, 3, 3, 4, 5, 7)))).isoformat(),
            "adults": 1 + int(rng.random() * kind.sleeps),
            "marketing_source": rng.choice(core.house.data["marketing"]["sources"]),
            "is_guaranteed": rng.random() < 0.7,
        }
        if not members.keys() & {"rate_id", "arrival_room_type_id", "arrival_room_id"}:
            given["arrival_room_type_id"] = kind.id
        if "arrival_room_id" in members and "arrival_room_type_id" not in members:
            given["arrival_room_type_id"] = core.row("rooms", int(members["arrival_room_id"]))["room_type_id"]
        if not any(name.startswith("guest_") for name in members) and "main_booking_guest" not in members:
            person = self._guests.guest(core.clock.stamp(), core.clock.today().year)
            self._guests.rows.clear()
            skip = {"id", "family_id", "created_at", "updated_at"}
            given |= {f"guest_{name}": value for name, value in person.items() if name not in skip}
        if rng.random() < 0.2:
            given["client_request"] = rng.choice(core.phrases["requests"])
        return "booking", self._desk.post_booking(given | members)

    def assign_room(self, booking_id: int | None = None, room_id: int | None = None) -> tuple[str, int]:
        """A coming booking gets a free room of its type."""
        booking = self._booking(
            booking_id, "status = 'expected' AND arrival_room_id IS NULL AND arrival >= ?", self._today()
        )
        room = room_id or self._room_for(booking)
        kind = self._core.row("rooms", room)["room_type_id"]
        self._desk.put_booking(booking["id"], {"arrival_room_id": room, "arrival_room_type_id": kind})
        return "booking", booking["id"]

    def _room_for(self, booking: Row) -> int:
        """A room free for the whole stay: of its type, or else of any; clean ones first."""
        core = self._core
        first = max(date.fromisoformat(booking["arrival"]), core.clock.today())
        last = max(first, date.fromisoformat(booking["departure"]) - timedelta(days=1))
        for kind in (booking["arrival_room_type_id"], None):
            rooms = free_rooms(core, first, last, kind)
            clean = [room for room in rooms if core.row("rooms", room)["housekeeping_status"] == ""]
            if room := core.pick(clean or rooms):
                return room
        raise Refused(400, "There is no free room for this booking")

    def check_in(self, booking_id: int | None = None, room_id: int | None = None) -> tuple[str, int]:
        """A guest arrives; without a room, or with one somebody else is still in, the booking gets a free one."""
        core = self._core
        booking = self._booking(booking_id, f"{_TODAY} AND departure > ?", "expected", self._today(), self._today())
        room = room_id or booking["arrival_room_id"]
        if booking["status"] != "expected":
            raise Refused(400, "Booking is not expected")
        if room is None or any(other["arrival"] != booking["arrival"] for other in occupants(core, room)):
            room = self._room_for(booking)
        members: Row = {"status": "checked_in"}
        if room != booking["arrival_room_id"]:
            members |= {"arrival_room_id": room, "arrival_room_type_id": core.row("rooms", room)["room_type_id"]}
        self._desk.put_booking(booking["id"], members)
        return "booking", booking["id"]

    def check_out(self, booking_id: int | None = None) -> tuple[str, int]:
        """A guest leaves."""
        booking = self._booking(booking_id, "status = 'checked_in' AND departure <= ?", self._today())
        self._desk.put_booking(booking["id"], {"status": "checked_out"})
        return "booking", booking["id"]

    def cancel(self, booking_id: int | None = None) -> tuple[str, int]:
        """A coming booking is canceled."""
        booking = self._booking(booking_id, "status = 'expected' AND arrival > ?", self._today())
        self._desk.put_booking(booking["id"], {"status": "canceled"})
        return "booking", booking["id"]

    def no_show(self, booking_id: int | None = None) -> tuple[str, int]:
        """A guest who should have come is given up."""
        booking = self._booking(booking_id, "status = 'expected' AND arrival < ?", self._today())
        self._desk.put_booking(booking["id"], {"status": "no_show"})
        return "booking", booking["id"]

    def reinstate(self, booking_id: int | None = None) -> tuple[str, int]:
        """A canceled booking is expected again."""
        booking = self._booking(booking_id, "status IN ('canceled', 'no_show') AND arrival >= ?", self._today())
        self._desk.put_booking(booking["id"], {"status": "expected", "arrival_room_id": None})
        return "booking", booking["id"]

    def change_booking(self, booking_id: int | None = None, **members: Any) -> tuple[str, int]:
        """Somebody edits a booking; what, by the dice unless members are given."""
        booking = self._booking(booking_id, "status IN ('expected', 'checked_in') AND departure > ?", self._today())
        self._desk.put_booking(booking["id"], members or self._some_change(booking))
        return "booking", booking["id"]

    def _some_change(self, booking: Row) -> Row:
        rng, phrases = self._core.rng, self._core.phrases
        hour = f"{rng.randrange(10, 24)}:{rng.choice(('00', '15', '30', '45'))}"
        color = "#93c47d" if booking["calendar_color"] != "#93c47d" else "#ffd966"
        choices: tuple[Row, ...] = (
            {"arrival_time": hour},
            {"transfer_arrival": rng.choice(phrases["transfers"])},
            {"late_departure": not booking["late_departure"], "departure_time": "14:00"},
            {"calendar_color": color},
            {"client_request": rng.choice(phrases["requests"])},
            {"note": rng.choice(phrases["notes"]), "is_guaranteed": not booking["is_guaranteed"]},
        )
        return rng.choice(choices)

    def extend(self, booking_id: int | None = None, nights: int = 1) -> tuple[str, int]:
        """A guest in the house stays longer, if the room is free."""
        core = self._core
        booking = self._booking(booking_id, "status = 'checked_in' AND departure >= ?", self._today())
        first = date.fromisoformat(booking["departure"])
        last = first + timedelta(days=nights - 1)
        if self._room_now(booking) not in free_rooms(core, first, last, None, leaving=booking["id"]):
            raise Refused(400, "The room is taken in the nights to come")
        self._desk.put_booking(booking["id"], {"departure": (last + timedelta(days=1)).isoformat()})
        return "booking", booking["id"]

    def _room_now(self, booking: Row) -> int | None:
        moves = self._core.rows("SELECT * FROM room_changes WHERE booking_id = ? ORDER BY from_date, id", booking["id"])
        return room_on(booking, moves, min(self._today(), booking["departure"]))

    def room_change(
        self, booking_id: int | None = None, room_id: int | None = None, from_date: str | None = None
    ) -> tuple[str, int]:
        """A guest in the house moves: today, or on a later date of the stay."""
        core, today = self._core, self._today()
        booking = self._booking(booking_id, "status = 'checked_in' AND departure > ?", today)
        day = from_date or today
        if not today <= day < booking["departure"] or booking["status"] != "checked_in":
            raise Refused(400, "The guest can't move on that date")
        room = room_id or self._room_for(booking)
        core.row("rooms", room)
        left = self._room_now(booking)
        core.db.execute("DELETE FROM room_changes WHERE booking_id = ? AND from_date >= ?", (booking["id"], day))
        row: Row = {"id": core.next_id("room_changes"), "booking_id": booking["id"], "room_id": room, "from_date": day}
        core.insert("room_changes", row | {"created_at": core.clock.stamp()})
        core.touch("bookings", booking["id"], {})
        core.emit("booking_update", {"booking_id": booking["id"]})
        if day == today and left is not None and left != room and not occupants(core, left):
            self._desk.put_room(left, {"housekeeping_status": "checked_out"})
        return "booking", booking["id"]

    def guest_update(
        self, guest_id: int | None = None, booking_id: int | None = None, **members: Any
    ) -> tuple[str, int]:
        """A guest's details change; the guest's active bookings tell of it."""
        core = self._core
        if guest_id is None:
            booking = self._booking(
                booking_id, "status IN ('expected', 'checked_in') AND departure >= ?", self._today()
            )
            guest_id = core.pick(
                core.ids("SELECT guest_id FROM booking_guests WHERE booking_id = ? ORDER BY id", booking["id"])
            )
        if guest_id is None:
            raise Refused(400, "The booking has no guest")
        phone = {"phone_number": f"+359 88 {core.rng.randrange(10**6, 10**7)}"}
        self._desk.put_guest(guest_id, members or phone)
        return "guest", guest_id

    def add_guest(self, booking_id: int | None = None, **members: Any) -> tuple[str, int]:
        """A second guest is put on a booking."""
        core = self._core
        booking = self._booking(booking_id, "status IN ('expected', 'checked_in') AND departure >= ?", self._today())
        person = self._guests.guest(core.clock.stamp(), core.clock.today().year)
        self._guests.rows.clear()
        skip = {"id", "family_id", "created_at", "updated_at"}
        guest = self._desk.new_guest({name: value for name, value in person.items() if name not in skip} | members)
        self._desk.add_guest(booking["id"], guest)
        if booking["status"] in {"expected", "checked_in", "checked_out"}:
            core.emit("booking_guests_update", {"booking_id": booking["id"]})
        return "booking", booking["id"]

    def housekeeping(
        self, room_id: int | None = None, status: str | None = None, warning: str | None = None
    ) -> tuple[str, int]:
        """A room gets the next status (dirty, in progress, to inspect, clean, dirty again) or the one given."""
        core = self._core
        room = core.row("rooms", self._some(room_id, "SELECT id FROM rooms ORDER BY id"))
        order = ("checked_out", "progress", "inspect", "")
        if status is None:
            status = order[(order.index(room["housekeeping_status"]) + 1) % 4]
        members: Row = {"housekeeping_status": status}
        self._desk.put_room(room["id"], members if warning is None else members | {"housekeeping_warning": warning})
        return "room", room["id"]

    def out_of_service(
        self,
        room_id: int | None = None,
        from_date: str | None = None,
        to_date: str | None = None,
        notes: str | None = None,
    ) -> tuple[str, int]:
        """A free room is put out of service; nothing tells of it."""
        core, today = self._core, self._core.clock.today()
        first = self._day(from_date) if from_date else today
        last = self._day(to_date) if to_date else first + timedelta(days=core.rng.randrange(1, 4))
        room = room_id if room_id is not None else core.pick(free_rooms(core, first, last, None))
        if room is None or last < first:
            raise Refused(400, "There is no room this could happen to")
        core.row("rooms", room)
        row: Row = {"id": core.next_id("room_periods"), "room_id": room, "from_date": first.isoformat()}
        row |= {"to_date": last.isoformat(), "status": "out_of_service", "created_at": core.clock.stamp()}
        core.insert("room_periods", row | {"notes": notes or core.rng.choice(core.phrases["oos"])})
        return "room", room

    def back_in_service(self, room_id: int | None = None) -> tuple[str, int]:
        """A room's out-of-service periods that are not over end; nothing tells of it."""
        sql = "SELECT DISTINCT room_id FROM room_periods WHERE to_date >= ? ORDER BY room_id"
        room = self._some(room_id, sql, self._today())
        self._core.db.execute("DELETE FROM room_periods WHERE room_id = ? AND to_date >= ?", (room, self._today()))
        return "room", room

    def door_key(self, booking_id: int | None = None) -> tuple[str, int]:
        """A key is cut for a guest in the house."""
        core = self._core
        booking = self._booking(booking_id, "status = 'checked_in' AND departure >= ?", self._today())
        room = self._room_now(booking)
        leaves = core.clock.midnight(date.fromisoformat(booking["departure"])) + timedelta(hours=12)
        at, place = core.clock.stamp(), core.rng.randrange(2)
        row: Row = {
            "id": core.next_id("door_keys"),
            "booking_id": booking["id"],
            "room_id": room,
            "encoder_id": 61 + place,
        }
        row |= {"encoder_identifier": core.house.data["encoders"][place], "valid_from": at, "valid_to": stamp(leaves)}
        row |= {"room_name": core.row("rooms", room)["name"] if room else None, "created_at": at, "updated_at": at}
        core.emit("door_key_new", {"door_key_id": core.insert("door_keys", row)})
        return "door_key", row["id"]

    def door_key_answer(self, door_key_id: int | None = None, error_text: str | None = None) -> tuple[str, int]:
        """The lock system answers: the key was cut, or why not."""
        core = self._core
        key = self._some(
            door_key_id, "SELECT id FROM door_keys WHERE issued_at IS NULL AND deleted_at IS NULL ORDER BY id"
        )
        answer: Row = (
            {"error_text": error_text} if error_text else {"issued_at": core.clock.stamp(), "error_text": None}
        )
        core.touch("door_keys", key, answer)
        core.emit("door_key_update", {"door_key_id": key})
        return "door_key", key

    def confirmation(self, booking_id: int | None = None) -> tuple[str, int]:
        """A confirmation is sent to the main guest."""
        core = self._core
        booking = self._booking(booking_id, "status = 'expected' AND arrival >= ?", self._today())
        sql = """SELECT g.e_mail FROM guests g JOIN booking_guests b ON b.guest_id = g.id WHERE b.booking_id = ?
            AND g.e_mail IS NOT NULL ORDER BY b.id"""
        emails = [row["e_mail"] for row in core.rows(sql, booking["id"])]
        core.touch("bookings", booking["id"], {"confirmation_logs_count": booking["confirmation_logs_count"] + 1})
        core.emit("confirmation_send", {"booking_id": booking["id"], "emails": emails})
        return "booking", booking["id"]
