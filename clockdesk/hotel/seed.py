"""The demo hotel at the first minute of its day: everything in the tables, made from one seed.

Equal arguments give equal rows: ids, names, dates and stamps. No stamp lies after the midnight with which the hotel's
today began, so whatever the time of day, nothing seeded comes from the future.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from clockdesk.hotel.billing import Billing, first_days
from clockdesk.hotel.calendar import Calendar
from clockdesk.hotel.house import House, Row, build_house, insert, insert_tuples
from clockdesk.hotel.money import FolioBook
from clockdesk.hotel.people import GuestBook
from clockdesk.hotel.reservations import ReservationBook
from clockdesk.hotel.resources import read_data
from clockdesk.hotel.schema import indexes, statements
from clockdesk.hotel.stays import Plan

if TYPE_CHECKING:
    import sqlite3
    from datetime import date
    from pathlib import Path

_FIRST_PERIOD = 5_120


def fill(
    db: sqlite3.Connection, folder: Path, *, rooms: int, bookings: int, seed: int, today: date
) -> tuple[House, dict[str, Any]]:
    """Make the tables and fill them; returns the house and the phrases the hotel talks in.

    Args:
        db: an empty database.
        folder: where the hotel's data files are.
        rooms: how many rooms, at least one.
        bookings: how many bookings of every status together.
        seed: equal seeds make equal hotels.
        today: the hotel's date.
    """
    rng = random.Random(seed)
    data, phrases = read_data(folder, "hotel"), read_data(folder, "phrases")
    calendar = Calendar(today, ZoneInfo(data["account"]["zone"]))
    for statement in statements():
        db.execute(statement)
    house = build_house(db, rng, data, max(1, rooms), calendar.at(-900, 32_400))
    plan = Plan(rng, house, bookings)
    guests = GuestBook(rng, read_data(folder, "people"), phrases)
    reservations = ReservationBook(house, rng, calendar, guests, phrases)
    reservations.take(plan, db)
    guests.write(db)
    book = FolioBook(house, rng, data["payments"])
    billing = Billing(house, rng, calendar, book, phrases)
    for made in reservations.made:
        billing.bill(made)
    billing.bill_others(bookings // 60, first_days(reservations.made))
    book.write(db)
    _periods(db, rng, house, plan, calendar, phrases)
    _housekeeping(db, rng, house, plan, calendar, phrases)
    _door_keys(db, rng, house, reservations, calendar)
    for statement in indexes():
        db.execute(statement)
    db.commit()
    return house, phrases


def _periods(
    db: sqlite3.Connection, rng: random.Random, house: House, plan: Plan, calendar: Calendar, phrases: dict[str, Any]
) -> None:
    rows: list[tuple[object, ...]] = []
    for place, period in enumerate(plan.periods):
        dates = (calendar.date(period.first), calendar.date(period.last))
        made = calendar.at(min(period.first, 0) - 2, 50_000)
        why = rng.choice(phrases["oos"])
        rows.append((_FIRST_PERIOD + place * 3, house.rooms[period.room].id, *dates, "out_of_service", why, made))
    insert_tuples(db, "room_periods", "id, room_id, from_date, to_date, status, notes, created_at", rows)


def _housekeeping(
    db: sqlite3.Connection, rng: random.Random, house: House, plan: Plan, calendar: Calendar, phrases: dict[str, Any]
) -> None:
    """How the night left the rooms: slept-in ones partly dirty, empty ones mostly clean, a few of every status."""
    slept = {stay.room_now for stay in plan.stays if stay.status == "checked_in"}
    left = {stay.room for stay in plan.stays if stay.status == "checked_out" and stay.departure == 0}
    rows = []
    for place, room in enumerate(house.rooms):
        mood = 0.0 if place in left else rng.random()
        limits = (0.3, 0.36, 0.42) if place in slept else (0.08, 0.14, 0.24)
        names = zip(limits, ("checked_out", "progress", "inspect"), strict=True)
        status = next((name for limit, name in names if mood < limit), "")
        at = calendar.at(-1, (9 + rng.random() * 14) * 3600)
        warning = rng.choice(phrases["warnings"]) if rng.random() < 0.05 else None
        rows.append((status, warning, at, at, room.id))
    db.executemany(
        "UPDATE rooms SET housekeeping_status = ?, housekeeping_warning = ?, housekeeping_changed_at = ?,"
        " updated_at = ? WHERE id = ?",
        rows,
    )


def _door_keys(
    db: sqlite3.Connection, rng: random.Random, house: House, reservations: ReservationBook, calendar: Calendar
) -> None:
    rows: list[Row] = []
    for made in reservations.made:
        if made.stay.status != "checked_in" or made.changed is None:
            continue
        room = house.rooms[made.stay.room_now]
        fate = rng.random()
        row: Row = {
            "id": 913_400 + len(rows) * 2,
            "booking_id": made.id,
            "room_id": room.id,
            "encoder_id": 61 + len(rows) % 2,
            "encoder_identifier": house.data["encoders"][len(rows) % 2],
            "room_name": room.number,
            "valid_from": made.changed,
            "valid_to": calendar.at(made.stay.departure, 43_200),
            "issued_at": made.changed if fate > 0.06 else None,
            "delete_requested_at": made.changed if fate > 0.96 else None,
            "error_text": "Encoder offline" if fate < 0.02 else None,
            "created_at": made.changed,
            "updated_at": made.changed,
        }
        rows.append(row)
    insert(db, "door_keys", rows)
