"""Bookings from stays: who they are for, where they came from, what they pay a night, and the notes on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clockdesk.hotel.house import House, Rate, Row, insert, insert_more, insert_tuples

if TYPE_CHECKING:
    import random
    import sqlite3

    from clockdesk.hotel.calendar import Calendar
    from clockdesk.hotel.people import GuestBook
    from clockdesk.hotel.stays import Plan, Stay

FIRST_BOOKING = 36_570_822
ACTIVE = frozenset({"expected", "checked_in", "checked_out"})

_SOURCES = ("web",) * 25 + ("phone",) * 15 + ("ota",) * 38 + ("company",) * 15 + ("tour",) * 7
_MARKETING = {
    "web": ("Web site", "Web", "Leisure"),
    "phone": ("Direct", "Phone", "Leisure"),
    "ota": ("Roomwise", "OTA", "Leisure"),
    "company": ("Corporate", "E-mail", "Business"),
    "tour": ("Tour operator", "E-mail", "Leisure"),
    "group": ("Tour operator", "E-mail", "Group"),
}
_DAY = 86_400.0


@dataclass(slots=True)
class Reservation:
    """A booking being made, with what its folios need to know."""

    id: int
    stay: Stay
    source: str
    rate: Rate
    currency: str
    adults: int
    company: int | None
    agent: int | None
    created_day: int
    created: str
    changed: str | None
    nights: list[int] = field(default_factory=list)
    event: int | None = None


class ReservationBook:
    """Makes the booking rows of a plan, in the order the bookings were made."""

    def __init__(
        self, house: House, rng: random.Random, calendar: Calendar, guests: GuestBook, phrases: dict[str, Any]
    ) -> None:
        self.made: list[Reservation] = []
        self._house = house
        self._rng = rng
        self._calendar = calendar
        self._guests = guests
        self._phrases = phrases
        self._rows: list[Row] = []
        self._more: list[tuple[int, dict[str, Any]]] = []
        self._places: list[tuple[object, ...]] = []
        self._changes: list[tuple[object, ...]] = []
        self._place_id = 48_210_305
        self._near = 0  # bookings of today's lists so far: a few of them test a program
        self._events: list[int] = []
        self._blocks: list[int] = []

    def take(self, plan: Plan, db: sqlite3.Connection) -> None:
        """Make a booking of every stay and store all of it."""
        self._groups(plan, db)
        timed = sorted(((self._made_on(stay), place) for place, stay in enumerate(plan.stays)))
        key = FIRST_BOOKING
        for (day, seconds), place in timed:
            key += 1 + int(self._rng.random() * 12)
            self._book(key, plan.stays[place], day, seconds)
        insert(db, "bookings", self._rows)
        insert_more(db, "bookings", self._more)
        insert_tuples(
            db,
            "booking_guests",
            "id, booking_id, guest_id, registration_card_number, verified_at, verified_by_id, created_at, updated_at",
            self._places,
        )
        insert_tuples(db, "room_changes", "id, booking_id, room_id, from_date, created_at", self._changes)

    def _groups(self, plan: Plan, db: sqlite3.Connection) -> None:
        rng, names = self._rng, self._house.data["groups"]
        events: list[Row] = []
        blocks: list[Row] = []
        for place, (arrival, departure) in enumerate(plan.group_dates):
            at = self._calendar.at(min(arrival, 0) - 40 - place, 36_000 + place * 777)
            self._events.append(rng.randrange(88_000, 89_000) + place * 1000)
            self._blocks.append(rng.randrange(41_000, 42_000) + place * 1000)
            dates: Row = {"arrival": self._calendar.date(arrival), "departure": self._calendar.date(departure)}
            company = self._house.companies[place % len(self._house.companies)]
            name = names[place % len(names)]
            events.append(
                {
                    "id": self._events[-1],
                    "name": name,
                    "number": f"E{204 + place}",
                    "company_id": company,
                    "status": "definite",
                }
                | dates
                | {"created_at": at, "updated_at": at}
            )
            blocks.append(
                {
                    "id": self._blocks[-1],
                    "name": name,
                    "event_id": self._events[-1],
                    "status": "definite",
                    "code": f"G{place + 1}",
                }
                | {"room_type_id": self._house.types[1].id, "created_at": at, "updated_at": at}
            )
        insert(db, "events", events)
        insert(db, "blocks", blocks)

    def _made_on(self, stay: Stay) -> tuple[int, float]:
        """When the booking was made: before the stay and before today; a walk-in shortly before it checked in."""
        rng = self._rng
        if stay.group is not None:
            return min(stay.arrival, 0) - 30, 36_000.0 + rng.random() * 3600
        lead = min(200, int(rng.expovariate(1 / 25)))
        day = min(stay.arrival - lead, -1 - int(rng.expovariate(1 / 20)) if stay.arrival >= 0 else stay.arrival)
        return day, (8 + rng.random() * (5.5 if day == stay.arrival else 13)) * 3600

    def _status_at(self, stay: Stay, made: tuple[int, float]) -> str | None:
        """When the status was last set; always before today began."""
        rng, at = self._rng, self._calendar.at
        match stay.status:
            case "checked_in":
                return at(stay.arrival, (14 + rng.random() * 8) * 3600)
            case "checked_out" if stay.departure >= 0:
                return at(-1, (21 + rng.random() * 2.9) * 3600)
            case "checked_out":
                return at(stay.departure, (7 + rng.random() * 5) * 3600)
            case "no_show":
                return at(stay.arrival, (23 + rng.random() * 0.9) * 3600)
            case "canceled":
                start = made[0] * _DAY + made[1]
                end = min(stay.arrival, 0) * _DAY - 60
                return at(0, start + max(60.0, (end - start) * rng.random()) if end > start + 60 else start + 60)
        return None

    def _book(self, key: int, stay: Stay, day: int, seconds: float) -> None:
        rng, house, calendar = self._rng, self._house, self._calendar
        created = calendar.at(day, seconds)
        changed = self._status_at(stay, (day, seconds))
        updated = changed or created
        source = "group" if stay.group is not None else _SOURCES[int(rng.random() * len(_SOURCES))]
        plan = {"web": "BAR", "phone": "BAR", "ota": "OTA", "company": "CORP", "tour": "HB", "group": "GROUP"}[source]
        rates = house.rates[stay.type][plan]
        rate = rates[int(rng.random() * len(rates))]
        kind = house.types[stay.type]
        adults = (
            1 if stay.shared or kind.sleeps == 1 or rng.random() < 0.35 else min(kind.sleeps, 2 + (rng.random() < 0.2))
        )
        children = (
            0
            if stay.shared or source in {"company", "group"} or rng.random() < 0.6
            else int(rng.random() * (kind.children + 1))
        )
        self._near += stay.today
        foreign = {7: "JPY", 23: "KWD"}.get(self._near % 41 if stay.today else int(rng.random() * 170), house.currency)
        made = Reservation(key, stay, source, rate, foreign, adults, None, None, day, created, changed)
        if source == "company" or (source == "group" and stay.group == 1):
            made.company = house.companies[int(rng.random() * len(house.companies))]
        if source in {"ota", "tour"}:
            made.agent = (
                house.agents[int(rng.random() * 2)] if source == "ota" else house.agents[2 + int(rng.random() * 3)]
            )
        base = house.exchange(rate.price + 2000 * max(0, adults - 1), house.currency, foreign)
        unit = 100 if foreign != "KWD" else 500
        for night in range(stay.arrival, stay.departure):
            price = base * (112 if calendar.weekend(night) else 100) // 100
            made.nights.append(max(unit, price // unit * unit))
        ages = sorted(int(rng.random() * 16) for _ in range(children))
        main = self._people(made, stay, ages)
        if stay.group is not None:
            made.event = self._events[stay.group]
        self._rows.append(self._row(made, main, children, updated))
        self._more.append((key, self._extra(made, ages)))
        for place, (first_night, room) in enumerate(stay.moves):
            change = (
                612_000 + len(self._changes) * 5 + place,
                key,
                house.rooms[room].id,
                calendar.date(first_night),
                updated,
            )
            self._changes.append(change)
        self.made.append(made)

    def _people(self, made: Reservation, stay: Stay, ages: list[int]) -> Row:
        """The guests of the booking, the main one first."""
        rng, guests, year = self._rng, self._guests, self._calendar.today.year
        main = None
        if guests.rows and made.source != "ota" and rng.random() < 0.07:
            main = guests.rows[int(rng.random() * len(guests.rows))]
            if not isinstance(main["age"], int) or main["age"] < 18:
                main = None
        if main is None:
            main = guests.guest(made.created, year, hard=stay.today and self._near % 12 == 5)
        party = [main]
        present = stay.status in {"checked_in", "checked_out"}
        for _ in range(made.adults - 1):
            if present or rng.random() < 0.4:
                like = main if rng.random() < 0.75 else None
                party.append(guests.guest(made.created, year, like=like))
        party += [guests.guest(made.created, year, age=age, like=main) for age in ages if present or rng.random() < 0.5]
        for person in party:
            self._place_id += 1 + int(rng.random() * 8)
            card = str(30_000 + len(self._places)) if present else None
            if present:
                guests.register(person)
            at = made.changed if present and made.changed else made.created
            verified = (at, self._house.users[0]) if present and rng.random() < 0.8 else (None, None)
            self._places.append((self._place_id, made.id, person["family_id"], card, *verified, made.created, at))
        return main

    def _row(self, made: Reservation, main: Row, children: int, updated: str) -> Row:
        rng, stay, calendar, house = self._rng, made.stay, self._calendar, self._house
        source, channel, segment = _MARKETING[made.source]
        if made.source == "ota" and made.agent == house.agents[1]:
            source = "StayFinder"
        ota = made.source == "ota"
        return {
            "id": made.id,
            "number": str(15_688 + len(self._rows)),
            "arrival": calendar.date(stay.arrival),
            "departure": calendar.date(stay.departure),
            "status": stay.status,
            "created_at": made.created,
            "updated_at": updated,
            "status_changed_at": made.changed,
            "block_id": None if stay.group is None else self._blocks[stay.group],
            "event_id": made.event,
            "adults": made.adults,
            "children": children,
            "arrival_time": f"{12 + int(rng.random() * 11)}:{rng.choice(('00', '15', '30', '45'))}"
            if rng.random() < 0.4
            else None,
            "departure_time": f"{rng.choice(('07', '08', '10', '11', '12'))}:00" if rng.random() < 0.25 else None,
            "transfer_arrival": rng.choice(self._phrases["transfers"]) if rng.random() < 0.08 else None,
            "transfer_departure": rng.choice(self._phrases["transfers"]) if rng.random() < 0.05 else None,
            "early_arrival": int(rng.random() < 0.04),
            "late_departure": int(rng.random() < 0.05),
            "source_of_business_company_id": made.company,
            "agent_id": made.agent,
            "reference_number": f"{'RW' if ota else 'TO'}-{int(rng.random() * 10**7):07d}" if made.agent else None,
            "reference_date": made.created[:10] if made.agent else None,
            "is_guaranteed": int(rng.random() < 0.8),
            "guarantee_policy_id": rng.choice((None, 2101, 2102)),
            "first_meal_id": made.rate.meals[0] if made.rate.meals else None,
            "rate_id": made.rate.id,
            "arrival_room_type_id": house.types[stay.type].id,
            "arrival_room_id": house.rooms[stay.room].id if stay.assigned else None,
            "registration_cards_count": made.adults if stay.status in {"checked_in", "checked_out"} else 0,
            "self_service_key": f"{int(rng.random() * 16**12):012x}",
            "self_service_pin": f"{int(rng.random() * 10**4):04d}",
            "tsv": f"'{made.id}':1",
            "marketing_source": source,
            "marketing_channel": channel,
            "marketing_segment": "Family" if children else segment,
            "accept_charge_transfers": int(rng.random() < 0.93),
            "commission_value_cents": sum(made.nights) * 15 // 100 if made.agent else None,
            "commission_currency": made.currency if made.agent else None,
            "calendar_color": rng.choice((None, None, None, None, "#6fa8dc", "#e06666")),
            "manual_currency": made.currency if made.currency != house.currency else None,
            "lock_version": int(rng.random() * 4) + (stay.status != "expected"),
        }

    def _extra(self, made: Reservation, ages: list[int]) -> dict[str, Any]:
        """Members that are no columns."""
        rng, phrases = self._rng, self._phrases
        extra: dict[str, Any] = {"nights": made.nights, "currency": made.currency}
        if ages:
            extra["children_ages"] = ages
        if made.source == "ota":
            extra["ota"] = True
        kinds = {
            "notes": (0.12, "notes"),
            "requests": (0.14, "client_requests"),
            "housekeeping": (0.05, "housekeeping_notes"),
            "meals": (0.06, "meals_notes"),
        }
        for source, (share, member) in kinds.items():
            if rng.random() < share:
                text = phrases[source][int(rng.random() * len(phrases[source]))]
                extra[member] = [
                    {"id": 7_700_000 + made.id % 1_000_000 * 4 + len(extra), "text": text, "created_at": made.created}
                ]
        return extra
