"""Nobody looked for a while, because the machine slept or the program was closed: what is shown says so."""

from __future__ import annotations

from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import Kind
from tests.faults.equal import ALL_MEMBERS, unequal
from tests.faults.rig import ON_DEMAND, Rig
from tests.support.engine import until


async def live(rig: Rig) -> list[int]:
    """All is read, nothing is asked for by itself any more, and no event comes. Gives three rooms."""
    await rig.rest()
    await rig.long_after()
    await rig.live(0.2)  # should these leaps of the clock look like a sleep, it is noticed now
    await until(lambda: rig.engine.office.freshness.trust is Trust.LIVE)
    rig.engine.sync.pace = ON_DEMAND
    rig.hotel.fault(drop_events=True)
    return [row["id"] for row in rig.hotel.truth("rooms")][:3]


def is_aged(rig: Rig, kind: Kind) -> bool:
    """Whether these rows carry the time they were read at."""
    office = rig.engine.office
    since, read = office.unconfirmed_since, [office.house.read_at(kind, ident) for ident in office.house.ids(kind)]
    return since is not None and all(at is not None and at < since for at in read)


async def test_after_a_sleep_the_screen_is_not_called_live_and_what_changed_is_told():
    async with Rig() as rig:
        rooms = await live(rig)
        for room in rooms:
            rig.must("housekeeping", room_id=room)
        rig.suspend(3)
        held = rig.path.hold("?updated_at")
        office = rig.engine.office
        await until(lambda: office.freshness.trust is Trust.CATCHING_UP)
        assert is_aged(rig, Kind.ROOM)
        held.release()
        await until(lambda: office.freshness.trust is Trust.LIVE)
        assert office.unconfirmed_since is None
        assert set(rooms) <= set(office.missed.of(Kind.ROOM))
        assert await unequal(rig.engine, rig.hotel, ALL_MEMBERS) == []


async def test_a_sweep_that_is_slept_through_is_done_again():
    async with Rig() as rig:
        rooms = await live(rig)
        held = rig.path.hold("/guests?updated_at")
        sweep = rig.person(rig.engine.office.sweep_now())
        await held.at.wait()
        for room in rooms:
            rig.must("housekeeping", room_id=room)
        rig.suspend(3)
        await sweep
        seen = rig.hotel.truth("rooms")
        await until(
            lambda: all(
                rig.engine.office.house.rooms[row["id"]].housekeeping_status == row["housekeeping_status"]
                for row in seen
            )
        )
        await until(lambda: rig.engine.office.freshness.trust is Trust.LIVE)


async def test_at_a_start_rows_of_an_earlier_session_carry_their_age_until_the_first_sweep():
    async with Rig() as rig:
        await live(rig)
        await rig.engine.close()
        rig.pass_time(600)
        held = rig.path.hold("?updated_at")
        await rig.open()
        await held.at.wait()
        assert rig.engine.office.freshness.trust is Trust.STARTING
        assert is_aged(rig, Kind.BOOKING)
        held.release()
        await until(lambda: rig.engine.office.freshness.trust is Trust.LIVE)
        assert not is_aged(rig, Kind.BOOKING)


async def test_on_a_new_day_the_first_sweep_comes_before_the_day_is_counted():
    """Yesterday's rows need not carry their age until all that is new today has been read."""
    async with Rig() as rig:
        await live(rig)
        await rig.engine.close()
        rig.suspend(24)
        held = rig.path.hold("/room_types")
        await rig.open()
        await held.at.wait()
        assert rig.engine.office.freshness.trust is Trust.STARTING
        assert rig.engine.office.unconfirmed_since is None
        held.release()
        await rig.check()
