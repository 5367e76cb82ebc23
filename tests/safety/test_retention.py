"""Guests who left long ago leave the copy too; whoever is here, comes, or left lately stays."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import msgspec
import pytest

from clockdesk.app.clock import SystemClock
from clockdesk.app.engine import open_engine
from clockdesk.app.options import Options
from clockdesk.domain.kinds import Kind
from clockdesk.domain.records import ChangeSet, Record, Stamp
from clockdesk.domain.tasks import Tasks
from clockdesk.domain.values import Booking
from clockdesk.store.batch import Batch, Owed
from clockdesk.store.retention import ORIGIN
from tests.store.builders import DAY, at, booking, charge, memory, record, stamp
from tests.support.engine import account_of, engine_on, until
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=6, bookings=30)

LIMIT = DAY - dt.timedelta(days=30)
MONTH = dt.timedelta(days=30)


def days(number):
    return (LIMIT + dt.timedelta(days=number)).isoformat()


def stay(ident, departure, status="checked_out", guests=(), **members):
    refs = [{"guest_id": guest} for guest in guests]
    return booking(ident, status=status, arrival=days(-60), departure=departure, booking_guests=refs, **members)


def folio(ident, booking_id):
    return record(Kind.FOLIO, ident, payer_type="Booking", payer_id=booking_id)


def held(mirror):
    return {(str(kind), ident) for kind in Kind for ident in mirror.ids(kind)}


def forget(mirror):
    return {(str(change.kind), ident) for change in mirror.forget_departed(LIMIT, at() - MONTH) for ident in change.ids}


def test_bookings_by_their_departure():
    mirror = memory()
    rows = (
        stay(1, days(-1)),
        stay(2, days(0)),
        stay(3, days(-1), "checked_in"),
        stay(4, days(-1), "canceled"),
        stay(5, days(-1), "expected"),
        stay(6, days(9), "expected"),
        booking(7, arrival=None, departure=None),
        booking(8, departure=days(-1)),
    )
    mirror.apply(Batch(records=rows, origin="cold"))
    assert forget(mirror) == {("booking", ident) for ident in (1, 4, 5, 8)}
    assert {ident for _, ident in held(mirror)} == {2, 3, 6, 7}
    assert forget(mirror) == set()
    mirror.close()


def test_what_hangs_on_a_booking_goes_with_it_and_what_another_needs_stays():
    mirror = memory()
    place = record(Kind.BOOKING_GUEST, 70, parent=1, booking_id=1, guest_id=500)
    mirror.apply(
        Batch(
            records=(
                stay(1, days(-5), guests=(500, 501)), stay(2, days(5), guests=(501,)), place,
                *(record(Kind.GUEST, guest, last_name="Grzegorz") for guest in (500, 501)),
                folio(10, 1), folio(11, 2), folio(12, 1), charge(100, 10), charge(101, 11),
            ),
            links={1: frozenset({10, 12}), 2: frozenset({11, 12})},
            owed=(Owed(Kind.FOLIO, 10, since=at()),),
            stamp=stamp(),
            origin="cold",
        )
    )  # fmt: skip
    gone = forget(mirror)
    assert gone == {("booking", 1), ("booking_guest", 70), ("guest", 500), ("folio", 10), ("charge", 100)}
    assert held(mirror) == {
        ("booking", 2), ("guest", 501), ("folio", 11), ("folio", 12), ("charge", 101),
    }  # fmt: skip
    assert mirror.owed() == []
    assert mirror.folios_listed(1) is None
    assert mirror.gone(Kind.BOOKING, 1) is None, "the service has it still"
    mirror.close()


def test_a_guest_of_no_booking_stays_for_a_month_after_the_last_look():
    mirror = memory()
    month = MONTH.total_seconds()
    looked_up = (record(Kind.GUEST, 1, -month - 1), record(Kind.GUEST, 2, -month + 1))
    mirror.apply(Batch(records=looked_up, origin="person"))
    assert forget(mirror) == {("guest", 1)}
    mirror.close()


def test_the_history_of_who_left_goes_too_and_nothing_of_them_is_in_the_file():
    mirror = memory()
    mirror.apply(Batch(records=(stay(1, days(-5), guest_last_name="Grzegorz"), stay(2, days(5))), origin="event"))
    mirror.apply(
        Batch(records=(booking(1, 9, departure=days(-6), guest_last_name="Gregor"), booking(2, 9)), origin="x")
    )
    assert {line.id for line in mirror.changes_since(at(-1))} == {1, 2}
    forget(mirror)
    assert {line.id for line in mirror.changes_since(at(-1))} == {2}
    for (table,) in mirror._db.rows("SELECT name FROM sqlite_schema WHERE type = 'table'"):
        assert "Gr" not in repr(mirror._db.rows(f'SELECT * FROM "{table}"')), table  # noqa: S608 (our own tables)
    mirror.close()


def test_it_can_be_read_again():
    mirror = memory()
    mirror.apply(Batch(records=(stay(1, days(-5)),), origin="cold"))
    forget(mirror)
    mirror.apply(Batch(records=(stay(1, days(-5)),), origin="person"))
    assert mirror.ids(Kind.BOOKING) == {1}
    mirror.close()


async def test_the_daily_census_forgets_and_the_screens_are_told(hotel):
    async with engine_on(hotel) as engine:
        today = engine.sync.questions().today
        old = msgspec.json.encode({"id": 990_001, "status": "checked_out", "departure": today - MONTH * 2})
        value = msgspec.json.decode(old, type=Booking)
        await engine.store.apply(
            Batch(records=(Record(Kind.BOOKING, 990_001, value, old, Stamp(at()), None),), origin="person")
        )
        told: list[ChangeSet] = []
        engine.changes.subscribe(told.append)
        engine.start()
        await until(lambda: any(change.origin == ORIGIN for change in told))
        [change] = [change for change in told if change.origin == ORIGIN]
        assert (change.kind, change.removed) == (Kind.BOOKING, frozenset({990_001}))
        assert engine.store.reader.count(Kind.BOOKING) > 5, "those of the window are here"


@pytest.mark.parametrize(
    ("of_it", "kept"), [({}, 5), ({"keep_departed": 3, "locked": frozenset({"keep_departed"})}, 3)]
)
async def test_an_account_says_for_how_long_unless_it_has(hotel, of_it, kept):
    account = Options(**of_it).account(replace(account_of(hotel), keep_departed=5))
    engine = await open_engine(account, hotel.key, None, None, SystemClock(), Tasks())
    assert engine.sync.keep_departed == kept
    await engine.close()
