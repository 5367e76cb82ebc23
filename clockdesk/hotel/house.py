"""The house itself: rooms, room types, rates, companies, staff and the lists around them.

`build_house` writes them into the tables and returns what the stays, the money and the day need to know of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    import sqlite3
    from collections.abc import Iterable, Sequence

Row = dict[str, object]


def insert(db: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    """Insert rows that all have the same columns; columns left out get their default."""
    rows = list(rows)
    if rows:
        names = list(rows[0])
        marks = ", ".join(f":{name}" for name in names)
        db.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)  # noqa: S608  names are ours


def insert_tuples(db: sqlite3.Connection, table: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert many rows given as tuples; `columns` are the names, comma-separated."""
    marks = ", ".join("?" * (columns.count(",") + 1))
    db.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608  names are ours


def insert_more(db: sqlite3.Connection, table: str, rows: Iterable[tuple[int, dict[str, Any]]]) -> None:
    """Store the members of objects that are no columns."""
    db.executemany(
        f"INSERT INTO {table}_more (id, members) VALUES (?, ?)",  # noqa: S608  names are ours
        [(key, json.dumps(members, ensure_ascii=False, separators=(",", ":"))) for key, members in rows],
    )


@dataclass(frozen=True, slots=True)
class RoomType:
    """A room type as the seed needs it; the price is in sub-units of the hotel's currency a night."""

    id: int
    name: str
    price: int
    sleeps: int
    children: int


@dataclass(frozen=True, slots=True)
class RoomSlot:
    """A room as the seed needs it; `type` is an index into `House.types`."""

    id: int
    number: str
    type: int


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of one room type; `price` is sub-units of the hotel's currency a night."""

    id: int
    plan: str
    price: int
    meals: tuple[int, ...]


@dataclass(slots=True)
class House:
    """What the rest of the hotel needs to know of the house."""

    data: dict[str, Any]
    types: list[RoomType] = field(default_factory=list)
    rooms: list[RoomSlot] = field(default_factory=list)
    rates: dict[int, dict[str, list[Rate]]] = field(default_factory=dict)
    companies: list[int] = field(default_factory=list)
    agents: list[int] = field(default_factory=list)
    users: list[int] = field(default_factory=list)
    templates: dict[str, int] = field(default_factory=dict)
    meals: dict[int, str] = field(default_factory=dict)
    company_names: dict[int, str] = field(default_factory=dict)
    price_of: dict[int, int] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """The hotel's own currency."""
        code: str = self.data["account"]["currency"]
        return code

    def exchange(self, cents: int, source: str, target: str) -> int:
        """Sub-units of one currency in sub-units of another by the hotel's rates, rounded half up."""
        if source == target:
            return cents
        (from_rate, from_unit), (to_rate, to_unit) = (self.data["currencies"][code] for code in (source, target))
        return int(cents / from_unit / from_rate * to_rate * to_unit + (0.5 if cents >= 0 else -0.5))


def build_house(db: sqlite3.Connection, rng: random.Random, data: dict[str, Any], rooms: int, built: str) -> House:
    """Write rooms, rates, companies, staff and lists; `built` is the stamp they were made at."""
    house = House(data)
    _room_types(db, house, built)
    _rooms(db, rng, house, rooms, built)
    _meals_and_rates(db, house, built)
    _companies(db, rng, house, built)
    _staff(db, house)
    _lists(db, house, built)
    return house


def _stamps(built: str) -> Row:
    return {"created_at": built, "updated_at": built}


def _room_types(db: sqlite3.Connection, house: House, built: str) -> None:
    rows: list[Row] = []
    for index, given in enumerate(house.data["room_types"]):
        kind = RoomType(42416 + index * 3, given["name"], given["price"], given["sleeps"], given["children"])
        house.types.append(kind)
        row: Row = {"id": kind.id, "name": kind.name, "beds_count": given["beds"], "sort_order": index + 1}
        rows.append(row | {"location_id": 310 if kind.name != "Apartment" else 311} | _stamps(built))
    insert(db, "room_types", rows)


def _mix(house: House, count: int) -> list[int]:
    """How many rooms of each type: by their shares, at least one of each while there are rooms."""
    shares = [given["share"] for given in house.data["room_types"]]
    amounts = [max(1, int(count * share)) for share in shares]
    while sum(amounts) > count:
        amounts[max(range(len(amounts)), key=amounts.__getitem__)] -= 1
    for index in range(count - sum(amounts)):
        amounts[1 + index % 2] += 1
    return amounts


def _rooms(db: sqlite3.Connection, rng: random.Random, house: House, count: int, built: str) -> None:
    amounts = _mix(house, count)
    small = [index for index, amount in enumerate(amounts[:5]) for _ in range(amount)]
    rng.shuffle(small)
    kinds = small + [index for index in (5, 6) for _ in range(amounts[index])]
    per_floor = 10 if count <= 40 else 20 if count <= 400 else 40
    sectors = house.data["sectors"]
    rows: list[Row] = []
    for place, kind in enumerate(kinds):
        floor, door = place // per_floor + 1, place % per_floor + 1
        slot = RoomSlot(180500 + place * 2, f"{floor}{door:02d}", kind)
        house.rooms.append(slot)
        row: Row = {
            "id": slot.id,
            "name": slot.number,
            "room_type_id": house.types[kind].id,
            "floor": str(floor),
            "sort_order": place + 1,
            "housekeeping_sector": sectors[(door - 1) * len(sectors) // per_floor],
            "location_id": 311 if house.types[kind].name == "Apartment" else 310,
            "description": "Balcony" if door % 5 == 0 else "Connecting door" if door % 7 == 0 else None,
            "housekeeping_changed_at": built,
            "active_from": built[:10],
        }
        rows.append(row | _stamps(built))
    insert(db, "rooms", rows)


def _meals_and_rates(db: sqlite3.Connection, house: House, built: str) -> None:
    names: list[str] = house.data["meals"]
    house.meals = {11639 + index: name for index, name in enumerate(names)}
    ids = {name: meal for meal, name in house.meals.items()}
    insert(
        db,
        "meals",
        [
            {"id": meal, "name": name, "order_tag": str(place), "standard": 1, "first_meal": int(place == 0)}
            | _stamps(built)
            for place, (meal, name) in enumerate(house.meals.items())
        ],
    )
    plans: list[Row] = []
    rows: list[Row] = []
    more: list[tuple[int, dict[str, Any]]] = []
    for place, plan in enumerate(house.data["rate_plans"]):
        plan_id = 70470 + place
        plans.append({"id": plan_id, "name": plan["name"], "weekend_days": "5,6", "currency": house.currency})
        for index, kind in enumerate(house.types):
            for given in plan["rates"]:
                meals = tuple(ids[name] for name in given["meals"])
                rate = Rate(799198 + len(rows) * 4, plan["name"], kind.price * given["factor"] // 100, meals)
                house.price_of[rate.id] = rate.price
                house.rates.setdefault(index, {}).setdefault(plan["name"], []).append(rate)
                rows.append(_rate_row(house, rate, plan_id, kind, given, built))
                more.append((rate.id, {"meals": [{"id": meal, "name": house.meals[meal]} for meal in meals]}))
    insert(db, "rate_plans", plans)
    insert(db, "rates", rows)
    insert_more(db, "rates", more)


def _rate_row(house: House, rate: Rate, plan_id: int, kind: RoomType, given: dict[str, Any], built: str) -> Row:
    row: Row = {
        "id": rate.id,
        "rate_plan_id": plan_id,
        "name": given["name"],
        "bookable_id": kind.id,
        "bookable_type": "Pms::RoomType",
        "wbe": int(given["wbe"]),
        "tsv": f"'{rate.plan.lower()}':1 '{kind.name.lower()}':2",
        "charge_template_id": 1496038,
        "currency": house.currency,
        "report_segment_id": 40130391,
    }
    return row | _stamps(built)


def _companies(db: sqlite3.Connection, rng: random.Random, house: House, built: str) -> None:
    rows: list[Row] = []
    given = [(name, country, city, None) for name, country, city in house.data["companies"]]
    given += [(name, country, None, commission) for name, country, commission in house.data["agents"]]
    for place, (name, country, city, commission) in enumerate(given):
        key = 3160000 + place * 7
        house.company_names[key] = name
        (house.companies if commission is None else house.agents).append(key)
        row: Row = {
            "id": key,
            "family_id": key,
            "name": name,
            "vat_number": f"{country}{rng.randrange(10**8, 10**9)}",
            "second_identification": str(rng.randrange(10**8, 10**9)),
            "country": country,
            "city": city,
            "commission_rate": commission,
            "payment_terms_days": rng.choice((None, 14, 30)),
            "currency": house.currency,
            "iata": None if commission is None else f"96{place:05d}",
        }
        rows.append(row | _stamps(built))
    insert(db, "companies", rows)


def _staff(db: sqlite3.Connection, house: House) -> None:
    rows: list[Row] = []
    for place, (name, login) in enumerate(house.data["users"]):
        house.users.append(176987 + place)
        address = f"{login}@vitosha-garden.example"
        rows.append({"id": 176987 + place, "name": name, "login_id": login, "email": address, "fiscal_code": None})
    insert(db, "users", rows)


def _lists(db: sqlite3.Connection, house: House, built: str) -> None:
    data = house.data
    lines = [
        data["lodging"] | {"price": 0},
        data["city_tax"],
        data["fee"] | {"price": 0},
        data["advance"] | {"price": 0},
    ]
    templates: list[Row] = []
    categories: dict[str, str] = {}
    for place, line in enumerate([*lines, *data["extras"]]):
        house.templates[line["text"]] = 1496038 + place
        categories.setdefault(line["category"], line["group"])
        row: Row = {
            "id": 1496038 + place,
            "text": line["text"],
            "print_text": line["text"],
            "revenue_group": line["group"],
            "revenue_category": line["category"],
            "visual_group_text": line["category"],
            "plain_price_cents": line["price"],
            "currency": house.currency,
            "tax_rate": line["rate"],
            "floating_price": int(not line["price"]),
            "sort_order": place + 1,
        }
        templates.append(row | _stamps(built))
    insert(db, "charge_templates", templates)
    insert(
        db,
        "revenue_categories",
        [
            {"id": 9100 + place, "name": name, "revenue_group": group} | _stamps(built)
            for place, (name, group) in enumerate(categories.items())
        ],
    )
    insert(
        db,
        "payment_sub_types",
        [
            {"id": 5200 + place, "name": name, "payment_type": kind} | _stamps(built)
            for place, (kind, name) in enumerate(data["payments"])
            if name
        ],
    )
    insert(
        db,
        "document_types",
        [
            {"id": 7 + place, "text_positive_doc": plus, "text_negative_doc": minus} | _stamps(built)
            for place, (plus, minus) in enumerate(data["documents"])
        ],
    )
    insert(
        db,
        "exchange_rates",
        [
            {"id": 610 + place, "currency": code, "value": value, "subunit_to_unit": unit} | _stamps(built)
            for place, (code, (value, unit)) in enumerate(data["currencies"].items())
        ],
    )
    insert(db, "payment_terminals", [{"id": 41, "name": "Reception 1"}, {"id": 42, "name": "Bar"}])
    insert(
        db,
        "closures",
        [{"id": 66000 + place, "user_id": user} | _stamps(built) for place, user in enumerate(house.users)],
    )
