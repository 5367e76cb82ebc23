"""The hotel as it is seeded: the same from the same seed, sums that agree, a house that looks like one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from clockdesk.hotel.clock import HotelClock, read_stamp, stamp
from clockdesk.hotel.resources import data_folder
from clockdesk.hotel.schema import COLUMNS
from clockdesk.hotel.world import Refused, World

if TYPE_CHECKING:
    from clockdesk.hotel.core import Row

TODAY = date(2026, 11, 21)
SOFIA = ZoneInfo("Europe/Sofia")


def clock_at(moment: datetime) -> HotelClock:
    return HotelClock(SOFIA, source=lambda: moment)


def small(rooms=40, bookings=400, seed=7, day=TODAY) -> World:
    at = datetime.combine(day, datetime.min.time(), SOFIA).replace(hour=9).astimezone(UTC)
    return World(rooms=rooms, bookings=bookings, seed=seed, clock=clock_at(at))


@pytest.fixture(scope="module")
def world():
    made = World(clock=clock_at(datetime(2026, 11, 21, 7, 0, tzinfo=UTC)))
    yield made
    made.close()


def every_id(world: World, table: str) -> list[int]:
    return world.core.ids(f"SELECT id FROM {table} ORDER BY id")  # noqa: S608


def everything(world: World) -> dict[str, list[Row]]:
    return {table: world.render_many(table, every_id(world, table)) for table in COLUMNS}


def moved(value, days):
    """The value with every date and stamp in it moved by so many days of the hotel's wall clock."""
    if isinstance(value, dict):
        return {name: moved(item, days) for name, item in value.items()}
    if isinstance(value, list):
        return [moved(item, days) for item in value]
    if isinstance(value, str) and len(value) == 10 and value[4:5] == value[7:8] == "-":
        return (date.fromisoformat(value) + timedelta(days=days)).isoformat()
    if isinstance(value, str) and len(value) == 24 and value.endswith("Z"):
        return stamp(read_stamp(value).astimezone(SOFIA) + timedelta(days=days))
    return value


def test_equal_seeds_make_equal_hotels():
    assert everything(small()) == everything(small())


def test_another_seed_makes_another_hotel():
    assert everything(small())["bookings"] != everything(small(seed=8))["bookings"]


def test_another_today_moves_the_stays_and_keeps_ids_and_names():
    one, other = small(), small(day=TODAY + timedelta(days=7))
    for table in ("bookings", "rooms", "door_keys"):
        ids = every_id(one, table)
        skipped = {"rate_calculation", "balance", "total_booking_value", "commission_value_cents", "reference_date"}
        for was, now in zip(one.render_many(table, ids), other.render_many(table, ids), strict=True):
            expected = moved({name: value for name, value in was.items() if name not in skipped}, 7)
            assert {name: value for name, value in now.items() if name not in skipped} == expected


def test_no_stamp_comes_from_the_future(world):
    midnight = stamp(datetime.combine(TODAY, datetime.min.time(), SOFIA))
    for table, columns in COLUMNS.items():
        for name in ("created_at", "updated_at", "status_changed_at", "closed_at", "voided_at", "issued_at"):
            if name in columns:
                latest = world.core.one(f"SELECT max({name}) FROM {table}")  # noqa: S608
                assert latest is None or latest < midnight, (table, name)


def test_stamps_follow_each_other(world):
    sql = "SELECT count(*) FROM bookings WHERE updated_at < created_at OR status_changed_at < created_at"
    assert world.core.one(sql) == 0
    assert world.core.one("SELECT count(*) FROM folios WHERE closed_at < created_at") == 0
    numbers = world.core.ids("SELECT invoice_number FROM folios WHERE closed_at IS NOT NULL ORDER BY closed_at, id")
    assert numbers == sorted(numbers)
    made = world.core.ids("SELECT created_at FROM bookings ORDER BY id")
    assert made == sorted(made)


def test_the_house_is_full_as_asked(world):
    def count(where):
        return world.core.one(f"SELECT count(*) FROM bookings WHERE {where}")  # noqa: S608

    today = TODAY.isoformat()
    rooms = world.core.one("SELECT count(*) FROM rooms")
    assert rooms == 120
    assert count("1") == 3000
    tonight = count(f"status IN ('expected','checked_in') AND arrival <= '{today}' AND departure > '{today}'")
    assert 0.65 <= tonight / rooms <= 0.78
    assert 0.10 <= count(f"status = 'expected' AND arrival = '{today}'") / rooms <= 0.15
    assert 0.10 <= count(f"status = 'checked_in' AND departure = '{today}'") / rooms <= 0.16
    assert count(f"status = 'expected' AND arrival < '{today}'") >= 2
    assert count(f"status = 'checked_in' AND departure < '{today}'") >= 2
    assert count("status = 'canceled'") > 100
    assert count("status = 'no_show'") > 10
    assert count("event_id IS NOT NULL") >= 25
    spread = world.core.rows("SELECT min(arrival) AS first, max(arrival) AS last FROM bookings")[0]
    assert spread["first"] <= (TODAY - timedelta(days=30)).isoformat()
    assert spread["last"] >= (TODAY + timedelta(days=85)).isoformat()


def test_what_a_screen_must_survive_is_there(world):
    guests = world.render_many("guests", world.core.ids("SELECT id FROM guests"))
    assert len({guest["country"] for guest in guests}) >= 40
    names = {guest["first_name"] for guest in guests}
    assert {"<b>Bobby</b>", "=1+1", "%_\\"} <= names
    assert any(len(guest["last_name"]) > 60 for guest in guests)
    in_house = world.render_many("bookings", world.find_in_hotel())
    assert {booking["balance"]["currency"] for booking in in_house} >= {"EUR", "JPY", "KWD"}
    assert any(booking["children_ages"] for booking in in_house)
    assert any(booking["balance"]["cents"] > 0 for booking in in_house if booking["departure"] == TODAY.isoformat())
    statuses = Counter(world.core.ids("SELECT housekeeping_status FROM rooms"))
    assert set(statuses) == {"", "inspect", "progress", "checked_out"}
    assert statuses[""] > 40
    assert world.core.one("SELECT count(*) FROM room_periods") >= 3
    assert any(booking["booking_room_changes"] for booking in in_house)


def nights_of(world, booking):
    moves = sorted(booking["booking_room_changes"], key=lambda move: move["from_date"])
    day = date.fromisoformat(booking["arrival"])
    while day.isoformat() < booking["departure"]:
        room = booking["arrival_room_id"]
        for move in moves:
            if move["from_date"] <= day.isoformat():
                room = move["room_id"]
        yield room, day
        day += timedelta(days=1)


def test_no_room_is_given_twice_except_to_those_who_share(world):
    staying = "SELECT id FROM bookings WHERE status IN ('expected', 'checked_in', 'checked_out')"
    taken: dict[tuple[int, date], list[Row]] = {}
    for booking in world.render_many("bookings", world.core.ids(staying)):
        for room, night in nights_of(world, booking):
            if room is not None:
                taken.setdefault((room, night), []).append(booking)
    shared = [bookings for bookings in taken.values() if len(bookings) > 1]
    assert all(len({booking["arrival"] for booking in bookings}) == 1 for bookings in shared)
    assert len({bookings[0]["id"] for bookings in shared}) == 3
    closed = world.core.rows("SELECT * FROM room_periods")
    for period in closed:
        days = [day for room, day in taken if room == period["room_id"]]
        assert not [day for day in days if period["from_date"] <= day.isoformat() <= period["to_date"]]


def test_rooms_belong_to_their_types(world):
    sql = """SELECT count(*) FROM bookings b JOIN rooms r ON r.id = b.arrival_room_id
        WHERE r.room_type_id <> b.arrival_room_type_id"""
    assert world.core.one(sql) == 0
    sql = (
        "SELECT count(*) FROM bookings b JOIN rates r ON r.id = b.rate_id WHERE r.bookable_id <> b.arrival_room_type_id"
    )
    assert world.core.one(sql) == 0


def check_sums(world):
    """Every total agrees with the lines it is made of."""
    folios = {row["id"]: row for row in world.render_many("folios", world.core.ids("SELECT id FROM folios"))}
    gross: Counter[int] = Counter()
    net, tax, paid = gross.copy(), gross.copy(), gross.copy()
    for charge in world.render_many("charges", world.core.ids("SELECT id FROM charges WHERE voided_at IS NULL")):
        assert charge["gross_value_cents"] == charge["net_value_cents"] + charge["tax_value_cents"]
        assert charge["value_cents"] == charge["qty"] * charge["price_cents"]
        gross[charge["folio_id"]] += charge["gross_value_cents"]
        net[charge["folio_id"]] += charge["net_value_cents"]
        tax[charge["folio_id"]] += charge["tax_value_cents"]
    for item in world.render_many(
        "credit_items", world.core.ids("SELECT id FROM credit_items WHERE voided_at IS NULL")
    ):
        assert item["fixed_value_currency"] == folios[item["folio_id"]]["currency"]
        paid[item["folio_id"]] += item["fixed_value_cents"]
    by_tax: Counter[int] = Counter()
    for row in world.render_many("folio_taxes", world.core.ids("SELECT id FROM folio_taxes")):
        by_tax[row["folio_id"]] += row["gross_value_cents"]
    for key, folio in folios.items():
        assert folio["value"]["cents"] == gross[key] == by_tax[key]
        assert (folio["net_value"]["cents"], folio["total_vat"]["cents"]) == (net[key], tax[key])
        assert folio["balance"]["cents"] == gross[key] - paid[key]
        assert folio["payed"] == (folio["balance"]["cents"] <= 0)
    for booking in world.render_many("bookings", world.core.ids("SELECT id FROM bookings")):
        mine = [folios[key] for key in world.booking_folio_ids(booking["id"])]
        counted = [f for f in mine if f["voided_at"] is None and not (f["deposit"] and f["close_date"])]
        if all(folio["currency"] == booking["balance"]["currency"] for folio in counted):
            assert booking["balance"]["cents"] == sum(folio["balance"]["cents"] for folio in counted)
        assert (
            len(booking["rate_calculation"])
            == (date.fromisoformat(booking["departure"]) - date.fromisoformat(booking["arrival"])).days
        )


def test_sums_agree(world):
    check_sums(world)


def test_deposits_stand_beside_the_main_folio(world):
    open_ones = world.core.ids("SELECT id FROM folios WHERE deposit = 1 AND close_date IS NULL AND voided_at IS NULL")
    assert len(open_ones) > 20
    for folio in world.render_many("folios", open_ones):
        assert folio["balance"]["cents"] < 0
        assert folio["value"]["cents"] == 0
    closed = world.core.ids("SELECT id FROM folios WHERE deposit = 1 AND close_date IS NOT NULL")
    assert {folio["balance"]["cents"] for folio in world.render_many("folios", closed)} == {0}


@pytest.mark.parametrize(("rooms", "bookings"), [(1, 0), (1, 5), (2, 60), (7, 20), (300, 100), (15, 2000)])
def test_any_size_can_be_made(rooms, bookings):
    made = small(rooms, bookings)
    assert made.core.one("SELECT count(*) FROM rooms") == rooms
    assert made.core.one("SELECT count(*) FROM bookings") == bookings
    check_sums(made)


def test_the_date_asked_for_is_the_hotels_date():
    made = World(rooms=3, bookings=3, today=date(2031, 3, 30))
    assert made.clock.today() == date(2031, 3, 30)


def test_clock_runs_on_from_where_it_is_set():
    real = [datetime(2026, 6, 1, 21, 30, tzinfo=UTC)]
    clock = HotelClock(SOFIA, date(2026, 12, 24), lambda: real[0])
    assert (clock.today(), clock.local().hour) == (date(2026, 12, 24), 0)
    real[0] += timedelta(hours=24)
    assert clock.today() == date(2026, 12, 25)
    clock.advance(timedelta(days=2, milliseconds=7))
    assert clock.stamp() == "2026-12-26T22:30:00.007Z"
    assert clock.http_date() == "Sat, 26 Dec 2026 22:30:00 GMT"
    clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    assert clock.local().hour == 2


def test_missing_data_is_said_plainly(tmp_path):
    with pytest.raises(FileNotFoundError, match=str(tmp_path)):
        data_folder(tmp_path)


def test_unknown_objects_are_refused(world):
    for table, key in (("bookings", 1), ("no_such_list", 1)):
        with pytest.raises(Refused) as refused:
            world.render(table, key)
        assert refused.value.status == 404
