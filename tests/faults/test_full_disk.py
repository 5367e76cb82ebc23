"""The disk fills up under a running engine: reading goes on, the sentence is clear, nothing is lost when space returns.

The limit on a file's size stands in for the full disk: from a moment on the operating system writes no byte more to
the copy, to its write-ahead log or to desk.db.
"""

from __future__ import annotations

import asyncio
import resource
from contextlib import contextmanager

import pytest

from clockdesk.app.clock import SystemClock
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import Kind
from clockdesk.domain.words import freshness_words
from clockdesk.office.log_entry import Entry, What
from clockdesk.office.manual_log import ManualLog
from clockdesk.store.thread import open_store
from tests.faults.equal import ALL_MEMBERS, unequal, unlike
from tests.support.engine import STORE_KEY, engine_on, until
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=12, bookings=40)


@contextmanager
def full_disk():
    """Until it ends nothing can be written behind a file's first page."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def live(engine):
    await until(lambda: engine.office.freshness.trust is Trust.LIVE and not engine.sync.reader.left)


async def equal(engine, hotel):
    """Wait until the copy is the hotel's, in every member, and the screens' memory is the copy's."""
    wrong = ["not looked yet"]
    try:
        async with asyncio.timeout(20):
            while wrong := await unequal(engine, hotel, ALL_MEMBERS) or await unlike(engine):  # noqa: ASYNC110 (often)
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(wrong) from None


def a_busy_hour(hotel):
    """What the copy can't take in meanwhile."""
    for row in hotel.truth("rooms"):
        hotel.happen("housekeeping", room_id=row["id"], status="inspect")
    for _ in range(8):
        hotel.happen("new_booking")
    for what in ("check_in", "check_out", "charge", "payment", "cancel", "new_folio"):
        hotel.happen(what)


async def test_reading_goes_on_and_the_copy_is_equal_when_space_returns(hotel, tmp_path):
    async with engine_on(hotel, tmp_path) as engine:
        office = engine.office
        await office.load()
        engine.start()
        await live(engine)
        rooms = {room.id: room.housekeeping_status for room in office.house.rooms.values()}
        counts, bookings = office.counts(), set(office.house.bookings)
        log = ManualLog(engine.store, SystemClock())
        entry = Entry(what=What.NOTE, by="AB", happened=SystemClock().now(), text="the disk is full")
        with full_disk():
            a_busy_hour(hotel)
            await until(lambda: office.freshness.trust is Trust.DELAYED)
            words = freshness_words(office.freshness, office.zone, office.today)
            assert (
                words == f"Delayed: Files in {tmp_path} can't be written: check free space and the rights of the folder"
            )
            assert office.freshness.cause.endswith("can still be read; nothing is half written.")
            with pytest.raises(KnownError) as caught:
                await office.sweep_now()
            assert caught.value.code is ErrorCode.DISK
            with pytest.raises(KnownError) as caught:
                await office.open_booking(min(bookings))
            assert caught.value.code is ErrorCode.DISK
            with pytest.raises(KnownError) as caught:
                await log.write(entry)
            assert caught.value.code is ErrorCode.DISK
            assert {room.id: room.housekeeping_status for room in office.house.rooms.values()} == rooms
            assert (office.counts(), set(office.house.bookings)) == (counts, bookings)
            assert engine.store.reader.ids(Kind.BOOKING) == bookings
            assert set(office.live(Kind.BOOKING, "status = checked_in").ids) <= bookings
            rows_are_aged = office.unconfirmed_since is not None
            assert rows_are_aged
        await live(engine)
        await equal(engine, hotel)
        assert office.unconfirmed_since is None
        assert log.lines == ()
        await log.write(entry)
    again = open_store(tmp_path, STORE_KEY, at=SystemClock().now())
    again._mirror._db.check()
    assert len(await again.run(again.desk.log_lines)) == 1
    await again.close()


async def no_page_more(engine, hotel):
    """Start, and from the moment it is live the database may not grow; until that is noticed bookings come in."""
    office, db = engine.office, engine.store._mirror._db
    await office.load()
    engine.start()
    await live(engine)
    await engine.store.write(lambda _: db.run("PRAGMA max_page_count = 1"))  # never fewer than there are
    while office.freshness.trust is not Trust.DELAYED:
        hotel.happen("new_booking", arrival=office.today.isoformat())
        await asyncio.sleep(0.02)
    return db


async def test_what_still_fits_is_taken_in_and_the_rest_when_space_returns(hotel, tmp_path):
    """The database may not grow: some batches fit into the pages it has, others do not."""
    async with engine_on(hotel, tmp_path) as engine:
        office, db = engine.office, await no_page_more(engine, hotel)
        words = freshness_words(office.freshness, office.zone, office.today)
        assert words == "Delayed: The disk is full: free some space"
        a_busy_hour(hotel)
        await until(lambda: engine.sync.reader.left > 10)
        await until(lambda: office.freshness.trust is Trust.DELAYED)
        await engine.store.write(lambda _: db.run("PRAGMA max_page_count = 1000000"))
        await live(engine)
        await equal(engine, hotel)


async def test_live_is_not_said_while_something_could_not_be_written(hotel, tmp_path):
    async with engine_on(hotel, tmp_path) as engine:
        await no_page_more(engine, hotel)
        said = []
        engine.freshness.subscribe(lambda freshness: said.append(freshness.trust))
        hotel.reset_stats()
        await until(lambda: hotel.stats()["calls"] > 30)  # several sweeps
        assert engine.sync.reader.left
        assert Trust.LIVE not in said
