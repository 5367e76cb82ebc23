"""Over real HTTP an older answer never wins, however late it comes and whatever its `Date` says."""

from __future__ import annotations

import asyncio

import pytest

from clockdesk.domain.kinds import EventName, Hint, Kind
from tests.faults.equal import ALL_MEMBERS, unequal
from tests.faults.rig import Rig
from tests.faults.test_convergence_found import folio_of, in_house
from tests.support.engine import until

pytestmark = pytest.mark.parametrize("late_dates", [False, True])


async def overtaken(rig, kind, ident, change):
    """An answer is worked out and held; then something changes and is read; then the old answer arrives."""
    part = f"/{kind}s/{ident}"
    event = {Kind.BOOKING: EventName.BOOKING_UPDATE, Kind.FOLIO: EventName.FOLIO_UPDATE}[kind]
    held = rig.path.hold(part)
    await rig.engine.sync.hint(Hint(event, ident))
    await held.at.wait()
    change()
    raw = rig.engine.store.reader.raw(kind, ident)
    await rig.engine.sync.hint(Hint(event, ident))
    await until(lambda: rig.engine.store.reader.raw(kind, ident) != raw)
    held.release()
    await rig.quiet()
    assert await unequal(rig.engine, rig.hotel, ALL_MEMBERS) == []


async def test_an_edit(late_dates):
    async with Rig() as rig:
        await rig.rest()
        rig.path.late_dates = late_dates
        rig.hotel.fault(drop_events=True)
        booking = in_house(rig)[0]["id"]
        await overtaken(
            rig, Kind.BOOKING, booking, lambda: rig.must("change_booking", booking_id=booking, arrival_time="23:45")
        )


async def test_money_that_leaves_the_same_updated_at_and_lock_version(late_dates):
    async with Rig() as rig:
        await rig.rest()
        rig.path.late_dates = late_dates
        booking = in_house(rig)[0]
        folio = folio_of(rig, booking["id"])["id"]
        await overtaken(rig, Kind.FOLIO, folio, lambda: rig.must("charge", folio_id=folio, cents=4711))
        now = rig.hotel.truth("bookings", booking["id"])[0]
        assert (now["updated_at"], now["lock_version"]) == (booking["updated_at"], booking["lock_version"])


async def test_money_on_a_booking(late_dates):
    async with Rig() as rig:
        await rig.rest()
        rig.path.late_dates = late_dates
        booking = in_house(rig)[0]["id"]
        folio = folio_of(rig, booking)["id"]

        def change():
            rig.must("charge", folio_id=folio, cents=4711)

        held = rig.path.hold(f"/bookings/{booking}")
        await rig.engine.sync.hint(Hint(EventName.BOOKING_UPDATE, booking))
        await held.at.wait()
        change()
        await rig.engine.office.open_folio(folio)
        await until(lambda: (Kind.BOOKING, booking) not in rig.engine.sync.reader.dirty)
        held.release()
        await rig.quiet()
        assert await unequal(rig.engine, rig.hotel, ALL_MEMBERS) == []


async def test_an_object_that_is_gone_does_not_come_back(late_dates):
    async with Rig() as rig:
        await rig.rest()
        rig.path.late_dates = late_dates
        booking = in_house(rig)[0]["id"]
        held = rig.path.hold(f"/bookings/{booking}")
        await rig.engine.sync.hint(Hint(EventName.BOOKING_UPDATE, booking))
        await held.at.wait()
        rig.hotel.fault(missing={"table": "bookings", "id": booking})
        await rig.engine.sync.hint(Hint(EventName.BOOKING_UPDATE, booking))
        await until(lambda: rig.engine.store.reader.get(Kind.BOOKING, booking) is None)
        held.release()
        await rig.quiet()
        assert rig.engine.store.reader.get(Kind.BOOKING, booking) is None


async def test_a_whole_list_of_rooms_and_one_room_read_meanwhile(late_dates):
    async with Rig() as rig:
        await rig.rest()
        rig.path.late_dates = late_dates
        room = rig.hotel.truth("rooms")[0]["id"]
        held = rig.path.hold("/rooms")
        sweep = rig.person(rig.engine.office.sweep_now())
        await held.at.wait()
        rig.must("out_of_service", room_id=room)
        await rig.engine.sync.hint(Hint(EventName.HOUSEKEEPING_CHANGED, room))
        await until(lambda: rig.engine.store.reader.get(Kind.ROOM, room).room_status_allocations)
        held.release()
        await sweep
        await rig.quiet()
        assert await unequal(rig.engine, rig.hotel, ALL_MEMBERS) == []


async def test_the_lines_of_a_folio(late_dates):
    async with Rig() as rig:
        await rig.rest()
        rig.path.late_dates = late_dates
        folio = folio_of(rig, in_house(rig)[0]["id"])["id"]
        await rig.engine.office.open_folio(folio)
        before = len(rig.engine.office.charges(folio))
        held = rig.path.hold(f"/folios/{folio}/charges")
        first = rig.person(rig.engine.office.open_folio(folio))
        await held.at.wait()
        rig.must("charge", folio_id=folio)
        await rig.engine.office.open_folio(folio)
        assert len(rig.engine.office.charges(folio)) == before + 1
        held.release()
        await first
        assert len(rig.engine.office.charges(folio)) == before + 1


async def test_a_booking_edited_again_and_again_while_it_is_read_ends_as_its_last_version(late_dates):
    """The hotel is slow with this one, and its own events alone tell of the edits: no sweep helps."""
    async with Rig() as rig:
        await rig.rest()
        rig.path.late_dates = late_dates
        booking = in_house(rig)[0]["id"]
        rig.hotel.fault(slow={"seconds": 0.05, "path": f"/bookings/{booking}"})
        for minute in range(10, 30):
            rig.must("change_booking", booking_id=booking, arrival_time=f"21:{minute}")
            await asyncio.sleep(0.013)
        await until(lambda: rig.engine.store.reader.get(Kind.BOOKING, booking).arrival_time == "21:29")
        await rig.quiet()
        assert await unequal(rig.engine, rig.hotel, ALL_MEMBERS) == []


async def test_a_list_kept_back_while_this_computers_clock_is_set_back(late_dates):
    """How long it took is not what the wall clock says then; the next sweep asks from before it all the same."""
    async with Rig() as rig:
        await rig.rest()
        rig.path.late_dates = late_dates
        rig.hotel.fault(drop_events=True)
        rig.wrong_clock(3600)
        held = rig.path.hold("/bookings?")
        sweep = rig.person(rig.engine.office.sweep_now())
        await held.at.wait()
        rig.must("check_out")
        rig.pass_time(10)
        held.release()
        await sweep
        await rig.check()
