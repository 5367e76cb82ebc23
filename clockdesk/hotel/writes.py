"""What the API lets a caller write: bookings and rooms (facts, sections 4, 6 and 7).

Only the members sent are changed, a blank string overwrites, members we do not know are passed over as Rails does
with unpermitted ones. Where the facts are silent: checking in without a room is allowed; a room that does not belong
to the room type, a departure before the arrival and an unknown status are refused with 400; `note` and
`client_request` add a note, stamp the booking and send no event, because notes are no first-level attribute.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from clockdesk.hotel.core import Core, Refused, Row
from clockdesk.hotel.render import room_on
from clockdesk.hotel.schema import COLUMNS

if TYPE_CHECKING:
    from clockdesk.hotel.posting import Cashier

STATUSES: Final = ("expected", "checked_in", "checked_out", "canceled", "no_show")
ACTIVE: Final = frozenset({"expected", "checked_in", "checked_out"})
GUESTS_LATER: Final = 2.0
"""Seconds from `booking_new` to the `booking_guests_update` that follows it (facts, section 6)."""

HOUSEKEEPING: Final = ("", "inspect", "progress", "checked_out")

_NOT_WRITABLE: Final = {
    "id", "number", "created_at", "updated_at", "status_changed_at", "account_id", "user_created_id", "user_updated_id",
    "registration_cards_count", "confirmation_logs_count", "self_service_key", "self_service_pin", "tsv",
    "lock_version",
}  # fmt: skip
_WRITABLE: Final = [name for name in COLUMNS["bookings"] if name not in _NOT_WRITABLE]
_ROOM_WRITABLE: Final = (
    "name", "room_type_id", "housekeeping_warning", "housekeeping_status", "description", "sort_order", "location_id",
    "housekeeping_sector", "active_from", "active_to", "floor",
)  # fmt: skip
_GUEST: Final = (
    "first_name", "middle_name", "last_name", "e_mail", "phone_number", "fax_number", "country", "state", "city",
    "zip_code", "address", "language", "person_title_id",
)  # fmt: skip
_LISTS: Final = ("active_notes", "active_client_requests", "active_housekeeping_notes", "active_meals_notes")


def read_value(table: str, name: str, value: Any) -> Any:
    """A member of a request as its column keeps it. Refused 400 when it is of another kind."""
    kind = COLUMNS[table][name]
    if value is None or (value == "" and kind != "text"):
        return None
    try:
        match kind:
            case "int":
                return int(value)
            case "bool":
                return int(str(value).lower() not in {"false", "0"})
            case "date":
                return date.fromisoformat(value).isoformat()
            case "text":
                return str(value)
    except (TypeError, ValueError):
        raise Refused(400, f"{name} is invalid") from None
    return value


class Desk:
    """Writes bookings and rooms."""

    def __init__(self, core: Core, cashier: Cashier) -> None:
        self._core = core
        self._cashier = cashier

    def put_booking(self, key: int, members: Row) -> None:
        """Change a booking.

        Raises:
            Refused: 404 no such booking; 500 `lock_version` is stale; 400 a value the hotel does not accept.
        """
        core = self._core
        old = core.row("bookings", key)
        lock = members.get("lock_version")
        if lock is not None and str(lock) != str(old["lock_version"]):
            raise Refused(500, "Attempted to update a stale object: Booking")
        changes = {name: read_value("bookings", name, members[name]) for name in _WRITABLE if name in members}
        changes = {name: value for name, value in changes.items() if value != old[name]}
        self._check(old, changes, members)
        extra, extra_changed, noted = self._extra(key, members)
        if "status" in changes:
            changes["status_changed_at"] = core.clock.stamp()
        if changes or extra_changed or noted:
            core.touch("bookings", key, changes)
            core.set_more("bookings", key, extra)
        new = old | changes
        self._reprice(old, new, extra)
        if changes or extra_changed:
            core.emit("booking_update", {"booking_id": key})
        if "status" in changes:
            self._status_set(old, new, extra)
        guest = {name: members[f"guest_{name}"] for name in _GUEST if f"guest_{name}" in members}
        if guest:
            self._main_guest(key, guest)

    def post_booking(self, members: Row) -> int:
        """A new booking with its guest, nights and folio; returns its id.

        Sends `booking_new` and, about two seconds later, `booking_guests_update` (facts, section 6). `arrival` and
        `departure` are needed, and `rate_id` or `arrival_room_type_id`. Refused 400 as for a change.
        """
        core = self._core
        values = {name: read_value("bookings", name, members[name]) for name in _WRITABLE if name in members}
        rate = values.get("rate_id")
        if rate is None:
            sql = "SELECT min(id) FROM rates WHERE bookable_id = ?"
            rate = values["rate_id"] = core.one(sql, values.get("arrival_room_type_id"))
        values.setdefault("arrival_room_type_id", core.one("SELECT bookable_id FROM rates WHERE id = ?", rate))
        at, number = core.clock.stamp(), core.one("SELECT max(CAST(number AS INTEGER)) FROM bookings") or 15_687
        blank = dict.fromkeys((*_WRITABLE, "status_changed_at")) | {
            "adults": 1,
            "status": "expected",
            "arrival_room_id": None,
        }
        self._check(blank, values, members)
        key = core.next_id("bookings") if core.one("SELECT count(*) FROM bookings") else 36_570_822
        row = {
            "id": key,
            "number": str(number + 1),
            "status": "expected",
            "adults": 1,
            "created_at": at,
            "updated_at": at,
        }
        row |= {
            "self_service_key": f"{core.rng.randrange(16**12):012x}",
            "self_service_pin": f"{core.rng.randrange(10**4):04d}",
        }
        core.insert("bookings", row | values)
        guest = {name: members[f"guest_{name}"] for name in _GUEST if f"guest_{name}" in members}
        known = members.get("main_booking_guest")
        self.add_guest(key, int(known) if known else self.new_guest(guest))
        extra, _, _ = self._extra(key, members)
        core.set_more("bookings", key, extra)
        new = core.row("bookings", key)
        self._cashier.default_folio(key)
        self._reprice(new | {"status": "new"}, new, extra)
        core.emit("booking_new", {"booking_id": key})
        core.emit("booking_guests_update", {"booking_id": key}, GUESTS_LATER)
        return key

    def _check(self, old: Row, changes: Row, members: Row) -> None:
        new = old | changes
        for name in _LISTS:
            if name in members and not isinstance(members[name], list):
                raise Refused(400, f"{name} is invalid")
        if new["status"] not in STATUSES:
            raise Refused(400, "Status is not included in the list")
        if not new["arrival"] or not new["departure"] or new["departure"] < new["arrival"]:
            raise Refused(400, "Departure must be after arrival")
        if new["adults"] is None or new["adults"] < 0:
            raise Refused(400, "Adults is invalid")
        rate = self._core.one("SELECT bookable_id FROM rates WHERE id = ?", new["rate_id"])
        if "rate_id" in changes and (rate is None or rate != new["arrival_room_type_id"]):
            text = "The chosen period, room type/room, adults and children are not available for the selected rate."
            right = "The User doesn't have the following right: 'Booking: Rate Availability Control Override'."
            raise Refused(400, f"{text} {right}")
        if "arrival_room_id" in changes and old["status"] in {"checked_in", "checked_out"}:
            raise Refused(400, "Room can't be changed after check-in")
        if new["arrival_room_id"] is not None and changes.keys() & {"arrival_room_id", "arrival_room_type_id"}:
            kind = self._core.one("SELECT room_type_id FROM rooms WHERE id = ?", new["arrival_room_id"])
            if kind is None or kind != new["arrival_room_type_id"]:
                raise Refused(400, "Room is not of the room type")

    def _extra(self, key: int, members: Row) -> tuple[Row, bool, bool]:
        """Members that are no columns: the new ones, whether an attribute changed, whether a note came."""
        extra = self._core.more("bookings", key)
        changed = False
        for name in ("children_ages", "custom_fields"):
            if name in members and members[name] != extra.get(name):
                extra[name] = members[name]
                changed = True
        noted = False
        for member, target in (("note", "notes"), ("client_request", "client_requests")):
            if text := members.get(member):
                entry = {
                    "id": 9_900_000 + self._core.rng.randrange(90_000),
                    "text": str(text),
                    "created_at": self._core.clock.stamp(),
                }
                extra.setdefault(target, []).append(entry)
                noted = True
        return extra, changed, noted

    def _reprice(self, old: Row, new: Row, extra: Row) -> None:
        """Nights, prices and their charges after dates, rate, guests or status changed."""
        core = self._core
        names = ("arrival", "departure", "rate_id", "adults", "status")
        if all(old[name] == new[name] for name in names):
            return
        first = date.fromisoformat(old["arrival"])
        known = {
            (first + timedelta(days=place)).isoformat(): cents for place, cents in enumerate(extra.get("nights", []))
        }
        start, nights = date.fromisoformat(new["arrival"]), {}
        for place in range((date.fromisoformat(new["departure"]) - start).days):
            day = start + timedelta(days=place)
            keep = known.get(day.isoformat()) if new["rate_id"] == old["rate_id"] else None
            nights[day.isoformat()] = keep if keep is not None else self.night_price(new, day)
        if list(nights.values()) != extra.get("nights"):
            extra["nights"] = list(nights.values())
            core.set_more("bookings", new["id"], extra)
        staying = new["status"] in ACTIVE
        if staying or old["status"] in ACTIVE:
            self._cashier.lay_nights(new["id"], nights if staying else {}, new["adults"])

    def night_price(self, booking: Row, day: date) -> int:
        """The price of one night by the booking's rate, in its currency."""
        house = self._core.house
        base = house.price_of.get(booking["rate_id"], 9000)
        base = base * (112 if day.weekday() in {4, 5} else 100) // 100 // 100 * 100
        return house.exchange(base, house.currency, booking["manual_currency"] or house.currency)

    def _status_set(self, old: Row, new: Row, extra: Row) -> None:
        core, key, status = self._core, new["id"], new["status"]
        core.emit(f"booking_{status}", {"booking_id": key})
        if status == "checked_in":
            party = core.one("SELECT count(*) FROM booking_guests WHERE booking_id = ?", key)
            core.set("bookings", key, {"registration_cards_count": party})
        elif status == "checked_out":
            moves = core.rows("SELECT * FROM room_changes WHERE booking_id = ? ORDER BY from_date, id", key)
            room = room_on(new, moves, core.clock.today().isoformat())
            if room is not None:
                self.put_room(room, {"housekeeping_status": "checked_out"})
        elif status in {"canceled", "no_show"} and old["status"] in ACTIVE and new["guarantee_policy_id"] == 2102:
            price = (extra.get("nights") or [0])[0]
            if price:
                self._cashier.fee(key, "No-show fee" if status == "no_show" else "Cancellation fee", price)

    def _main_guest(self, booking: int, guest: Row) -> None:
        """The `guest_*` members of a booking are those of its main guest."""
        core = self._core
        main = core.one("SELECT guest_id FROM booking_guests WHERE booking_id = ? ORDER BY id LIMIT 1", booking)
        if main is None:
            self.add_guest(booking, self.new_guest(guest))
            core.emit("booking_guests_update", {"booking_id": booking})
        else:
            self.put_guest(main, guest)

    def new_guest(self, members: Row) -> int:
        """A new guest; returns its id."""
        core, at = self._core, self._core.clock.stamp()
        key = core.next_id("guests")
        given = {
            name: read_value("guests", name, value) for name, value in members.items() if name in COLUMNS["guests"]
        }
        return core.insert("guests", given | {"id": key, "family_id": key, "created_at": at, "updated_at": at})

    def add_guest(self, booking: int, guest: int) -> int:
        """Put a guest on a booking; returns the id of the place."""
        core, at = self._core, self._core.clock.stamp()
        row = {"id": core.next_id("booking_guests"), "booking_id": booking, "guest_id": guest}
        return core.insert("booking_guests", row | {"created_at": at, "updated_at": at})

    def put_guest(self, key: int, members: Row) -> None:
        """Change a guest. Its active bookings send `booking_guests_update`; their own rows stay untouched."""
        core = self._core
        old = core.row("guests", key)
        given = {name: read_value("guests", name, value) for name, value in members.items() if name in _GUEST}
        changes = {name: value for name, value in given.items() if value != old[name]}
        if not changes:
            return
        core.touch("guests", key, changes)
        sql = """SELECT DISTINCT b.id FROM bookings b JOIN booking_guests g ON g.booking_id = b.id
            WHERE g.guest_id = ? AND b.status IN ('expected', 'checked_in', 'checked_out') ORDER BY b.id"""
        for booking in core.ids(sql, key):
            core.emit("booking_guests_update", {"booking_id": booking})

    def put_room(self, key: int, members: Row) -> None:
        """Change a room; a changed housekeeping status sends `housekeeping_changed`.

        Raises:
            Refused: 404 no such room; 400 a value the hotel does not accept.
        """
        core = self._core
        old = core.row("rooms", key)
        given = {name: read_value("rooms", name, members[name]) for name in _ROOM_WRITABLE if name in members}
        if "housekeeping_status" in given:
            given["housekeeping_status"] = given["housekeeping_status"] or ""
            if given["housekeeping_status"] not in HOUSEKEEPING:
                raise Refused(400, "Housekeeping status is not included in the list")
        changes: Row = {name: value for name, value in given.items() if value != old[name]}
        codes = {
            name: members[f"{name}_text"]
            for name in ("room_door_codes", "common_door_codes")
            if f"{name}_text" in members
        }
        if codes:
            split = {
                name: [code.strip() for code in str(text or "").split(",") if code.strip()]
                for name, text in codes.items()
            }
            core.set_more("rooms", key, core.more("rooms", key) | split)
        if "housekeeping_status" in changes:
            changes["housekeeping_changed_at"] = core.clock.stamp()
        if changes or codes:
            core.touch("rooms", key, changes)
        if "housekeeping_status" in changes:
            core.emit("housekeeping_changed", {"room_id": key})
