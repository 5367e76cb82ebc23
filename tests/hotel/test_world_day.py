"""The hotel's day: everything that can happen, and what stays true however long it goes on."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clockdesk.hotel.clock import HotelClock
from clockdesk.hotel.day import Day
from clockdesk.hotel.world import Refused, World
from tests.hotel.test_world_seed import check_sums

SOFIA = ZoneInfo("Europe/Sofia")
START = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
HAPPENINGS = World(rooms=1, bookings=0).happenings.names()


class Living:
    """A small hotel that lives: its clock ticks at each look, and the events since the last look."""

    def __init__(self, seed=7, rooms=30, bookings=300):
        self.moment = START
        self.world = World(rooms=rooms, bookings=bookings, seed=seed, clock=HotelClock(SOFIA, source=self._tick))
        self.day = Day(self.world)
        self.sent: list[tuple[str, dict[str, object]]] = []
        self.world.subscribe(lambda name, payload, _: self.sent.append((name, payload)))

    def _tick(self):
        self.moment += timedelta(milliseconds=250)
        return self.moment

    def events(self):
        sent, self.sent[:] = list(self.sent), []
        return sent

    def table(self, name):
        return {row["id"]: row for row in self.world.core.rows(f"SELECT * FROM {name}")}  # noqa: S608


@pytest.fixture
def living():
    made = Living()
    yield made
    made.world.close()


def test_equal_days_of_equal_hotels():
    def course():
        hotel = Living()
        steps = [hotel.day.step() for _ in range(150)]
        return steps, hotel.events(), hotel.table("bookings"), hotel.table("rooms"), hotel.table("charges")

    assert course() == course()


@pytest.mark.parametrize("what", HAPPENINGS)
def test_everything_on_the_list_can_happen(living, what):
    before = {"door_key_answer": "door_key", "fiscalize": "fiscal_request", "void_charge": "charge"}
    if what in before:
        living.world.happen(before[what])
    done = living.world.happen(what)
    assert done["what"] == what
    table = {"booking": "bookings", "room": "rooms", "folio": "folios", "guest": "guests", "door_key": "door_keys"}
    assert living.world.render(table[done["kind"]], done["id"])


def test_what_cannot_happen_is_refused(living):
    for what, args in (
        ("earthquake", {}),
        ("check_in", {"no_such": 1}),
        ("_some", {"given": 1, "sql": "SELECT 1"}),
        ("check_in", {"booking_id": 1}),
        ("out_of_service", {"from_date": "soon"}),
    ):
        with pytest.raises(Refused):
            living.world.happen(what, **args)
    assert living.events() == []


def unmentioned(living, before, table):
    """Rows of which an attribute changed, with those attributes; a row that changed must bear a new stamp."""
    for key, row in living.table(table).items():
        was = before.get(key)
        if was is None or row == was:
            continue
        changed = {name for name in row if row[name] != was[name]} - {"updated_at", "lock_version"}
        if changed == {"payed"}:
            continue
        assert row["updated_at"] > was["updated_at"], changed
        if table == "bookings":
            assert row["lock_version"] > was["lock_version"]
        if changed - {"registration_cards_count", "confirmation_logs_count", "payed"}:
            yield key, changed


@pytest.mark.parametrize("seed", [1, 2])
def test_what_stays_true_however_long_it_goes_on(seed):
    living = Living(seed)
    rng = random.Random(seed)
    kinds = set()
    for number in range(260):
        before = {table: living.table(table) for table in ("bookings", "folios", "rooms")}
        done = living.day.step()
        assert done is not None
        kinds.add(done["what"])
        events = living.events()
        told = {(name, next(iter(payload.values()))) for name, payload in events}
        for key, _ in unmentioned(living, before["bookings"], "bookings"):
            assert ("booking_update", key) in told
        for key, changed in unmentioned(living, before["folios"], "folios"):
            assert ("folio_update", key) in told, changed
        for key, changed in unmentioned(living, before["rooms"], "rooms"):
            assert ("housekeeping_changed", key) in told, changed
        if number % 97 == 0:
            check_sums(living.world)
            check_rooms(living.world)
        if number % 150 == 149:
            living.world.clock.advance(timedelta(hours=rng.choice((9, 15, 24))))
    check_sums(living.world)
    check_rooms(living.world)
    assert {"housekeeping", "charge", "payment", "new_booking", "check_in", "check_out", "close_folio"} <= kinds


def check_rooms(world):
    """Who is in the house has a room, no guest who should arrive later sits in it, and only known statuses are met."""
    today = world.clock.today()
    staying = world.render_many("bookings", world.core.ids("SELECT id FROM bookings WHERE status = 'checked_in'"))
    inside: dict[int, list[str]] = {}
    for booking in staying:
        assert booking["current_room_id"] is not None
        inside.setdefault(booking["current_room_id"], []).append(booking["arrival"])
    assert all(len(set(arrivals)) == 1 for arrivals in inside.values())
    assert set(world.core.ids("SELECT DISTINCT housekeeping_status FROM rooms")) <= {
        "",
        "inspect",
        "progress",
        "checked_out",
    }
    for room, arrivals in inside.items():
        listed = world.room_bookings(room, today)
        current = [b["id"] for b in staying if b["current_room_id"] == room and b["departure"] >= today.isoformat()]
        assert set(current) <= set(listed), (room, arrivals)


def test_a_room_change_of_today_leaves_a_dirty_room(living):
    core = living.world.core
    key = core.one("SELECT id FROM bookings WHERE status = 'checked_in' AND departure > '2026-11-22'")
    old = living.world.render("bookings", key)["current_room_id"]
    living.world.put_room(old, {"housekeeping_status": ""})
    living.events()
    living.world.happen("room_change", booking_id=key)
    new = living.world.render("bookings", key)["current_room_id"]
    assert new != old
    assert living.events() == [("booking_update", {"booking_id": key}), ("housekeeping_changed", {"room_id": old})]
    today = living.world.clock.today()
    assert key in living.world.room_bookings(new, today)
    assert key not in living.world.room_bookings(old, today)
    assert key in living.world.room_bookings(old, today - timedelta(days=1))


def test_a_room_change_ahead_takes_effect_at_midnight_in_silence(living):
    core = living.world.core
    key = core.one("SELECT id FROM bookings WHERE status = 'checked_in' AND departure > '2026-11-22'")
    old = living.world.render("bookings", key)["current_room_id"]
    living.world.happen("room_change", booking_id=key, from_date="2026-11-22")
    before = living.world.render("bookings", key)
    assert before["current_room_id"] == old
    living.events()
    living.world.clock.advance(timedelta(hours=24))
    after = living.world.render("bookings", key)
    assert after["current_room_id"] == before["booking_room_changes"][-1]["room_id"] != old
    assert after["updated_at"] == before["updated_at"]
    assert living.events() == []


def test_the_hotel_fills_and_empties_over_a_week(living):
    """Left alone for days on end the house still has guests who came and guests who went."""
    for _ in range(7):
        for _ in range(60):
            living.day.step()
        living.world.clock.advance(timedelta(days=1))
    count = living.world.core.one
    assert count("SELECT count(*) FROM bookings WHERE status = 'checked_in' AND arrival > '2026-11-21'") > 3
    assert count("SELECT count(*) FROM bookings WHERE status = 'checked_out' AND departure > '2026-11-21'") > 3
    check_sums(living.world)


async def test_the_day_runs_until_it_is_told_to_stop():
    living = Living()
    stop = asyncio.Event()
    living.world.subscribe(lambda *_: stop.set())
    await asyncio.wait_for(Day(living.world, speed=2_000_000).run(stop), 20)
    assert living.events()


async def test_at_speed_nought_nothing_happens():
    living = Living()
    stop = asyncio.Event()
    running = asyncio.ensure_future(Day(living.world, speed=0).run(stop))  # noqa: TID251
    for _ in range(20):
        await asyncio.sleep(0)
    assert not running.done()
    stop.set()
    await running
    assert living.events() == []


def test_a_faster_day_pauses_less(living):
    slow = sum(Day(living.world, speed=1).pause() for _ in range(200))
    fast = sum(Day(living.world, speed=60).pause() for _ in range(200))
    assert 40 < slow / fast < 90
