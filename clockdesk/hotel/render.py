"""Objects as the service gives them: columns, computed money and everything nested (facts, section 5).

Shapes the facts leave open are assumptions: an element of a notes array is `{id, text, created_at}`, one of
`booking_room_changes` `{id, room_id, room_type_id, from_date, created_at}`, one of `room_status_allocations` `{id,
subject_id, subject_type, from_date, to_date, status, notes, created_at}` with both dates inside the period.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from clockdesk.hotel.core import Core, Refused, Row
from clockdesk.hotel.schema import ACCOUNT_ID, COLUMNS, MORE
from clockdesk.hotel.totals import booking_money, folio_sums

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_BOOLS: Final = {
    table: [name for name, kind in columns.items() if kind == "bool"] for table, columns in COLUMNS.items()
}
_TITLES: Final = {1: "Mr", 2: "Ms"}
_GUEST_ON_BOOKING: Final = (
    "first_name", "middle_name", "last_name", "e_mail", "phone_number", "fax_number", "country", "state", "city",
    "zip_code", "address", "language", "person_title_id",
)  # fmt: skip
_RESTRICTION: Row = dict.fromkeys(
    (
        "id", "max_adults", "max_children", "created_at", "updated_at", "min_stay", "max_stay", "min_free_rooms",
        "max_free_rooms", "min_adults", "min_children", "min_days_before_arrival", "max_days_before_arrival",
        "active_from_date", "active_to_date", "last_minute_days", "guarantee_policy_id", "min_stay_on_arrival",
        "max_stay_on_arrival",
    )
)  # fmt: skip
_RESTRICTION |= {"account_id": ACCOUNT_ID, "user_created_id": -1, "user_updated_id": -1}
_RESTRICTION |= dict.fromkeys(("close_for_arrival", "close_for_departure", "stop_from_sale"), False)
_NOTES: Final = {
    "notes": "active_notes",
    "housekeeping_notes": "active_housekeeping_notes",
    "meals_notes": "active_meals_notes",
    "client_requests": "active_client_requests",
}


def money(cents: int, currency: str) -> Row:
    """A computed amount."""
    return {"cents": cents, "currency": currency}


class Renderer:
    """Renders the objects of one hotel; `issuer` is the account's own billing data."""

    def __init__(self, core: Core, issuer: Row) -> None:
        self._core = core
        self._issuer = issuer
        self._finish: dict[str, Callable[[dict[int, Row]], None]] = {
            "bookings": self._bookings,
            "booking_guests": self._booking_guests,
            "folios": self._folios,
            "rooms": self._rooms,
            "room_types": _constant(components_room_type_ids=[]),
            "rates": self._rates,
            "rate_plans": self._rate_plans,
            "guests": self._guests,
            "charges": _constant(custom_fields={}, modifiers=[]),
            "credit_items": self._credit_items,
            "companies": self._companies,
            "users": _constant(authorized_accounts=[ACCOUNT_ID]),
            "charge_templates": _constant(custom_fields={}),
            "document_types": _constant(print_footer=[]),
            "events": _constant(tags=[], report_segment={}),
        }

    def one(self, table: str, key: int) -> Row:
        """One object. Refused 404 when there is none."""
        found = self.many(table, [key])
        if not found:
            raise Refused(404, f"Couldn't find {table} with id {key}")
        return found[0]

    def many(self, table: str, keys: Iterable[int]) -> list[Row]:
        """The objects of these ids in this order; ids that do not exist are left out."""
        if table not in COLUMNS:
            raise Refused(404, f"No such list: {table}")
        wanted = list(keys)
        objects = {row["id"]: row for row in self._where(table, "id", wanted)}
        for row in objects.values():
            for name in _BOOLS[table]:
                if row[name] is not None:
                    row[name] = bool(row[name])
        if finish := self._finish.get(table):
            finish(objects)
        return [objects[key] for key in wanted if key in objects]

    def _where(self, table: str, column: str, keys: Iterable[int]) -> list[Row]:
        sql = f"SELECT * FROM {table} WHERE {column} IN (SELECT value FROM json_each(?)) ORDER BY id"  # noqa: S608
        return self._core.rows(sql, json.dumps(list(keys)))

    def _more(self, table: str, keys: Iterable[int]) -> dict[int, Row]:
        if table not in MORE:
            return {}
        return {row["id"]: json.loads(row["members"]) for row in self._where(f"{table}_more", "id", keys)}

    def _bookings(self, objects: dict[int, Row]) -> None:
        core, currency = self._core, self._core.house.currency
        more = self._more("bookings", objects)
        balances = booking_money(core, objects)
        party: dict[int, list[int]] = {}
        for place in self._where("booking_guests", "booking_id", objects):
            party.setdefault(place["booking_id"], []).append(place["guest_id"])
        mains = {row["id"]: row for row in self._where("guests", "id", {guests[0] for guests in party.values()})}
        changes: dict[int, list[Row]] = {}
        for change in self._where("room_changes", "booking_id", objects):
            changes.setdefault(change["booking_id"], []).append(change)
        types = dict(core.db.execute("SELECT id, room_type_id FROM rooms").fetchall())
        meals = self._more("rates", {row["rate_id"] for row in objects.values()} - {None})
        today = core.clock.today().isoformat()
        for key, row in objects.items():
            extra = more.get(key, {})
            guests = party.get(key, [])
            main = mains.get(guests[0], {}) if guests else {}
            code = row["manual_currency"] or currency
            balance, value = balances[key]
            moves = changes.get(key, [])
            row["current_room_id"] = current_room(row, moves, today)
            row["booking_room_changes"] = [_change(move, types) for move in moves]
            row["children_ages"] = extra.get("children_ages", [])
            row["balance"], row["total_booking_value"] = money(balance, code), money(value, code)
            row["ota"] = extra.get("ota", False)
            row["rate_calculation"] = _nights(row["arrival"], extra.get("nights", []), code)
            row["main_booking_guest"] = {"guest_id": guests[0]} if guests else None
            row["booking_guests"] = [{"guest_id": guest} for guest in guests]
            row["meals"] = meals.get(row["rate_id"], {}).get("meals", [])
            for source, member in _NOTES.items():
                row[member] = extra.get(source, [])
            for name in _GUEST_ON_BOOKING:
                row[f"guest_{name}"] = main.get(name)
            row["guest_person_title_name"] = _TITLES.get(main.get("person_title_id", 0) or 0)
            row["custom_fields"] = extra.get("custom_fields", {})
            row |= {"identity_tags": [], "common_door_codes": [], "disabled_booking_mailer_ids": []}
            row["charge_template_schema_batch_charges"] = []

    def _booking_guests(self, objects: dict[int, Row]) -> None:
        guests = {row["family_id"]: row for row in self.many("guests", {row["guest_id"] for row in objects.values()})}
        for row in objects.values():
            row["registration_card"] = {}
            row["guest"] = guests.get(row["guest_id"])

    def _guests(self, objects: dict[int, Row]) -> None:
        for row in objects.values():
            del row["id"]  # `family_id` is the id to use everywhere; no other is shown

    def _folios(self, objects: dict[int, Row]) -> None:
        sums = folio_sums(self._core, objects)
        for key, row in objects.items():
            gross, net, tax, paid = sums.get(key, (0, 0, 0, 0))
            code = row["currency"]
            row["value"], row["net_value"] = money(gross, code), money(net, code)
            row["total_vat"], row["balance"] = money(tax, code), money(gross - paid, code)
            row["issuer_billing_info"] = self._issuer
            row["contragent_billing_info"] = self._contragent(row)

    def _contragent(self, folio: Row) -> Row:
        """Who the document is made out to: the company to invoice, else the payer."""
        core, kind, payer = self._core, folio["payer_type"], folio["payer_id"]
        company = folio["invoice_to_company_id"] or (payer if kind == "Company" else None)
        blank: Row = dict.fromkeys(
            (
                "id",
                "name",
                "vat",
                "second_identification",
                "country",
                "address",
                "city",
                "state",
                "zip_code",
                "person_name",
            )
        )
        blank |= {"additional_billing_info": None, "custom_fields": {}}
        blank |= {"created_at": folio["created_at"], "updated_at": folio["created_at"]}
        if company:
            found = core.row("companies", company)
            blank |= {name: found[name] for name in ("id", "name", "country", "city", "zip_code", "address")}
            return blank | {"vat": found["vat_number"], "second_identification": found["second_identification"]}
        if kind == "Booking" and payer:
            guests = core.rows(
                "SELECT g.* FROM guests g JOIN booking_guests b ON b.guest_id = g.id WHERE b.booking_id = ?"
                " ORDER BY b.id LIMIT 1",
                payer,
            )
            if guests:
                blank |= {name: guests[0][name] for name in ("country", "city", "state", "zip_code", "address")}
                name = " ".join(part for part in (guests[0]["first_name"], guests[0]["last_name"]) if part)
                return blank | {"id": guests[0]["id"], "name": name, "person_name": name}
        return blank

    def _rooms(self, objects: dict[int, Row]) -> None:
        more = self._more("rooms", objects)
        periods: dict[int, list[Row]] = {}
        for period in self._where("room_periods", "room_id", objects):
            period["subject_id"], period["subject_type"] = period.pop("room_id"), "Pms::Room"
            periods.setdefault(period["subject_id"], []).append(period)
        for key, row in objects.items():
            extra = more.get(key, {})
            row["room_door_codes"] = extra.get("room_door_codes", [])
            row["common_door_codes"] = extra.get("common_door_codes", [])
            row["room_status_allocations"] = periods.get(key, [])
            row["component_room_ids"] = []

    def _rates(self, objects: dict[int, Row]) -> None:
        more = self._more("rates", objects)
        plans = dict(self._core.db.execute("SELECT id, name FROM rate_plans").fetchall())
        types = dict(self._core.db.execute("SELECT id, name FROM room_types").fetchall())
        for key, row in objects.items():
            row["bonus_codes"] = []
            row["human"] = f"{plans.get(row['rate_plan_id'])} / {types.get(row['bookable_id'])} / {row['name']}"
            row["rate_restriction"] = dict(_RESTRICTION)
            row["meals"] = more.get(key, {}).get("meals", [])
            row["rate_tags"] = []
            segment = ("marketing_source", "marketing_channel", "marketing_segment", "company_id", "agent_id")
            row["report_segment"] = {"id": row["report_segment_id"]} | dict.fromkeys(segment)

    def _rate_plans(self, objects: dict[int, Row]) -> None:
        for row in objects.values():
            row["weekend_days"] = [int(day) for day in (row["weekend_days"] or "").split(",") if day]

    def _credit_items(self, objects: dict[int, Row]) -> None:
        more = self._more("credit_items", objects)
        for key, row in objects.items():
            row["reference"] = more.get(key, {}).get("reference")
            row |= {"reference_text": row["reference"], "custom_attributes": {}, "custom_fields": {}}

    def _companies(self, objects: dict[int, Row]) -> None:
        for row in objects.values():
            contact = ("first_name", "last_name", "phone_number", "e_mail", "language")
            row["report_segment"], row["contact_info"] = {}, dict.fromkeys(contact)
            row["billing_info"] = {"name": row["name"], "vat": row["vat_number"], "country": row["country"]}
            row["custom_fields"] = {}


def _constant(**members: Any) -> Callable[[dict[int, Row]], None]:
    def finish(objects: dict[int, Row]) -> None:
        for row in objects.values():
            row.update(members)

    return finish


def _nights(arrival: str, cents: list[int], currency: str) -> list[Row]:
    first = date.fromisoformat(arrival)
    return [
        {"date": (first + timedelta(days=place)).isoformat()} | money(price, currency)
        for place, price in enumerate(cents)
    ]


def _change(move: Row, types: dict[int, int]) -> Row:
    return {
        "id": move["id"],
        "room_id": move["room_id"],
        "room_type_id": types.get(move["room_id"]),
        "from_date": move["from_date"],
        "created_at": move["created_at"],
    }


def room_on(booking: Row, moves: list[Row], night: str) -> int | None:
    """The room of a booking in the night that begins on that date, by its room changes; None without a room."""
    room: int | None = booking["arrival_room_id"]
    for move in moves:
        if move["from_date"] <= night:
            room = move["room_id"]
    return room


def current_room(booking: Row, moves: list[Row], today: str) -> int | None:
    """`current_room_id`: the room of a guest who is or was in the house, as of today (our reading)."""
    if booking["status"] not in {"checked_in", "checked_out"}:
        return None
    return room_on(booking, moves, min(today, booking["departure"]))
