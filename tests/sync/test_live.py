"""Events through real long polls: an isolated change is read once, a backlog costs nothing, a dead broker is said."""

import asyncio

from clockdesk.api.channels import HOLD, MARGIN
from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import Kind
from clockdesk.sync.worker import Pace
from tests.faults.rig import Rig
from tests.support.engine import engine_on, until
from tests.support.hotel import running_hotel
from tests.support.truth import differences

hotel = running_hotel(rooms=12, bookings=80, idle_seconds=2)

SLOW = Pace(line_probe=0.1, line_probe_most=0.3)
"""Sweeps a minute apart: what appears sooner came by an event."""


async def live(engine):
    engine.start()
    await until(lambda: engine.office.freshness.trust is Trust.LIVE)


async def test_an_event_brings_the_change(hotel):
    async with engine_on(hotel, pace=SLOW) as engine:
        await live(engine)
        room = hotel.happen("housekeeping")["id"]
        new = hotel.happen("new_booking")["id"]
        truth = hotel.truth("rooms", room)[0]
        await until(lambda: engine.store.reader.get(Kind.BOOKING, new))
        await until(
            lambda: engine.store.reader.get(Kind.ROOM, room).housekeeping_status == truth["housekeeping_status"]
        )
        assert engine.sync.received.events >= 2


async def test_an_isolated_housekeeping_change_costs_at_most_two_reads(hotel):
    async with engine_on(hotel, pace=SLOW) as engine:
        await live(engine)
        await engine.sync.reader.quiet()
        hotel.reset_stats()
        room = hotel.happen("housekeeping")["id"]
        status = hotel.truth("rooms", room)[0]["housekeeping_status"]
        await until(lambda: engine.store.reader.get(Kind.ROOM, room).housekeeping_status == status)
        await until(lambda: hotel.stats()["by_endpoint"].get("pms_api/bookings"))
        reads = {path: n for path, n in hotel.stats()["by_endpoint"].items() if "{id}" in path}
        assert sum(reads.values()) <= 2


async def test_a_replayed_backlog_is_no_reason_to_read(hotel, tmp_path):
    for _ in range(30):
        hotel.happen("housekeeping")
    hotel.fault(channels={"first": "oldest"})
    await asyncio.sleep(4)  # `Date` and `Last-Modified` know whole seconds, and 2 s are allowed for clocks that differ
    async with engine_on(hotel, tmp_path, pace=SLOW) as engine:
        await live(engine)
        await until(lambda: engine.sync.received.events >= 30)
        await engine.sync.reader.quiet()
    assert hotel.stats()["by_endpoint"].get("pms_api/rooms/{id}", 0) <= 2


async def test_channels_that_refuse_are_delayed_and_live_again_after_a_sweep(hotel):
    async with engine_on(hotel) as engine:
        await live(engine)
        hotel.fault(refuse_channels=True)
        hotel.happen("housekeeping")
        await until(lambda: engine.office.freshness.trust is Trust.DELAYED)
        hotel.happen("new_booking")
        hotel.fault(refuse_channels=False)
        await until(lambda: engine.office.freshness.trust is Trust.LIVE)
        async with asyncio.timeout(10):
            while await differences(engine, hotel):  # noqa: ASYNC110 (a condition of two sides)
                await asyncio.sleep(0.1)


LINES = ("charges", "credit_items", "folio_taxes", "booking_guests")
"""What only the drawer of one folio or booking shows."""


def lines_read(hotel):
    return {path.rsplit("/", 1)[-1] for path in hotel.stats()["by_endpoint"]} & set(LINES)


async def test_lines_are_read_for_whoever_looks_at_them_and_for_nobody_else():
    async with Rig() as rig:
        await rig.rest()
        folio = next(row["id"] for row in rig.hotel.truth("folios") if row["close_date"] is None and not row["deposit"])
        rig.must("charge", folio_id=folio)
        rig.must("guest_update")
        await rig.sweeps(2)
        assert lines_read(rig.hotel) == set()
        office = rig.engine.office
        leave = office.watch_folio(folio)
        await office.open_folio(folio)
        assert lines_read(rig.hotel) == {"charges", "credit_items", "folio_taxes"}
        leave()
        rig.hotel.reset_stats()
        rig.must("payment", folio_id=folio)
        rig.must("close_folio", folio_id=folio)
        await rig.sweeps(2)
        assert lines_read(rig.hotel) == set()


async def test_silent_channels_are_delayed_after_the_hold_and_its_margin_and_a_sweep_finds_what_they_lost():
    """Nothing is asked by the clock here: the sweep that finds the change is the one the silence asked for."""
    async with Rig() as rig:
        await rig.rest()
        rig.hotel.fault(silent_channels=True)
        new = rig.must("new_booking", arrival=str(rig.hotel.world.clock.today()))
        rig.clock.passed += HOLD + 2 * MARGIN
        rig.engine.sync.listening.look()
        assert rig.engine.office.freshness.trust is Trust.DELAYED
        assert "silent" in rig.engine.office.freshness.cause
        await until(lambda: rig.engine.store.reader.get(Kind.BOOKING, new))
        rig.hotel.fault(silent_channels=False)
        await until(lambda: rig.engine.office.freshness.trust is Trust.LIVE)


async def test_closing_with_eighteen_polls_open_is_quick_and_leaves_nothing(hotel):
    async with engine_on(hotel, pace=SLOW) as engine:
        await live(engine)
        assert len(engine.sync.listening.channels.states) == 18
        await engine.close()
        assert len(engine.tasks) == 0
