"""What was found wrong once, each as a short sequence that shows it. `Rig.check` says what must hold afterwards."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from clockdesk.domain.errors import KnownError
from clockdesk.domain.kinds import EventName, Hint, Kind
from clockdesk.domain.records import Stamp
from clockdesk.store.batch import Batch, Gone
from tests.faults.rig import Rig
from tests.support.engine import until

pytestmark = pytest.mark.logs("sweep failed", "firewall")


def folio_of(rig, booking):
    return next(
        row
        for row in rig.hotel.truth("folios")
        if row["payer_id"] == booking and row["close_date"] is None and row["voided_at"] is None and not row["deposit"]
    )


def in_house(rig):
    return [row for row in rig.hotel.truth("bookings") if row["status"] == "checked_in"]


# Money, which moves without a sign


async def test_money_that_moves_during_the_first_start():
    async with Rig() as rig:
        booking = in_house(rig)[0]["id"]
        held = rig.path.hold(f"/bookings/{booking}")
        await held.at.wait()
        rig.must("charge", folio_id=folio_of(rig, booking)["id"])
        held.release()
        await rig.check()


@pytest.mark.parametrize("hours", [24, 72])
async def test_money_that_moves_before_the_machine_sleeps_into_another_day(hours):
    async with Rig() as rig:
        await rig.rest()
        rig.must("charge", folio_id=folio_of(rig, in_house(rig)[0]["id"])["id"])
        rig.suspend(hours)
        await rig.check()


async def test_money_that_moves_while_the_program_is_closed_for_a_night():
    async with Rig() as rig:
        await rig.rest()
        await rig.engine.close()
        rig.must("payment", folio_id=folio_of(rig, in_house(rig)[0]["id"])["id"], cents=700)
        rig.suspend(24)
        await rig.open()
        await rig.check()


async def test_a_voided_charge_takes_its_folio_off_the_ledger():
    async with Rig() as rig:
        folio = rig.must("new_folio", booking_id=in_house(rig)[0]["id"])
        rig.must("charge", folio_id=folio, cents=500)
        await rig.rest()
        await rig.long_after()
        charges = rig.hotel.ask(
            lambda server: server.world.core.ids("SELECT id FROM charges WHERE folio_id = ?", folio)
        )
        rig.must("void_charge", charge_id=charges[0])
        await rig.check()


async def test_a_charge_posted_and_voided_again_between_two_looks_and_read_in_between():
    """The ledger is as it was; whoever opened the folio in that moment has the money of that moment."""
    async with Rig() as rig:
        await rig.rest()
        booking = in_house(rig)[0]["id"]
        folio = folio_of(rig, booking)["id"]
        rig.must("charge", folio_id=folio, cents=1234)
        await rig.engine.office.open_folio(folio)
        await rig.quiet()
        ids = rig.hotel.ask(
            lambda server: server.world.core.ids("SELECT max(id) FROM charges WHERE folio_id = ?", folio)
        )
        rig.must("void_charge", charge_id=ids[0])
        await rig.check()


@pytest.mark.parametrize("opened", [False, True])
async def test_a_charge_on_a_folio_that_was_never_read_moves_its_booking_after_one_look(opened):
    """Also where somebody, or an event, has had the folio read before the look."""
    async with Rig() as rig:
        await rig.rest()
        mirror = rig.engine.store.reader
        folio = next(
            one for one in rig.hotel.truth("folios")
            if mirror.get(Kind.FOLIO, one["id"]) is None and one["close_date"] is None and one["voided_at"] is None
            and one["payer_type"] == "Booking" and mirror.get(Kind.BOOKING, one["payer_id"])
        )  # fmt: skip
        rig.must("charge", folio_id=folio["id"], cents=1234)
        if opened:
            await rig.engine.office.open_folio(folio["id"])
        await rig.sweeps(1)
        truth = rig.hotel.truth("bookings", folio["payer_id"])[0]["balance"]["cents"]
        assert mirror.get(Kind.BOOKING, folio["payer_id"]).balance.minor == truth


async def test_money_that_moves_between_a_first_look_without_an_answer_and_the_first_with_one():
    async with Rig() as rig:
        rig.hotel.fault(always_500={"path": "/folio_ledger"})
        folio = folio_of(rig, in_house(rig)[0]["id"])["id"]
        held = rig.path.hold(f"/folios/{folio}")
        await held.at.wait()  # its booking is in the copy, it is not
        rig.must("charge", folio_id=folio, cents=1234)
        rig.hotel.clear_faults()
        await rig.kill()
        await rig.check()


async def test_nights_laid_anew_move_the_folio_in_the_future_where_no_ledger_looks():
    async with Rig() as rig:
        await rig.rest()
        coming = rig.must("new_booking", arrival=str(rig.hotel.world.clock.today() + dt.timedelta(days=5)))
        await rig.long_after()
        assert rig.engine.store.reader.get(Kind.FOLIO, folio_of(rig, coming)["id"])
        rig.move(coming, 5, 9)
        await rig.check()


async def test_a_deposit_for_a_guest_who_comes_next_week():
    async with Rig() as rig:
        await rig.rest()
        for _ in range(3):
            rig.must("deposit")
        await rig.check()


async def test_a_folio_opened_by_a_person_moves_its_bookings_balance():
    async with Rig() as rig:
        await rig.rest()
        booking = in_house(rig)[0]["id"]
        folio = folio_of(rig, booking)["id"]
        rig.must("charge", folio_id=folio, cents=1234)
        await rig.engine.office.open_folio(folio)
        await rig.quiet()
        balance = rig.hotel.truth("bookings", booking)[0]["balance"]["cents"]
        assert rig.engine.store.reader.get(Kind.BOOKING, booking).balance.minor == balance


async def test_a_debt_dragged_along_outlives_the_program():
    async with Rig() as rig:
        await rig.rest()
        booking = in_house(rig)[0]["id"]
        folio = folio_of(rig, booking)["id"]
        rig.hotel.fault(always_500={"table": "bookings", "id": booking})
        rig.must("charge", folio_id=folio)
        await rig.engine.office.open_folio(folio)
        await rig.quiet()
        await rig.restart()
        rig.hotel.fault(always_500=False)
        await rig.check()


async def test_a_ledger_without_an_answer_keeps_nobody_from_sweeping():
    async with Rig() as rig:
        rig.hotel.fault(always_500={"path": "/folio_ledger"})
        await rig.rest()
        new = rig.must("new_booking", arrival=str(rig.hotel.world.clock.today()))
        rig.hotel.fault(drop_events=True)
        await rig.sweeps(1)
        assert rig.engine.store.reader.get(Kind.BOOKING, new)
        await rig.check()


async def test_money_that_moved_before_there_was_a_right_to_the_ledger():
    async with Rig() as rig:
        rig.hotel.fault(forget_right="base_api_folio_ledger_show")
        await rig.rest()
        booking = in_house(rig)[0]["id"]
        rig.must("charge", folio_id=folio_of(rig, booking)["id"])
        await rig.check()


# Rights


@pytest.mark.parametrize("right", ["pms_api_bookings_show", "pms_api_bookings_index", "base_api_folios_show"])
async def test_a_right_that_is_lost_and_granted_again(right):
    async with Rig() as rig:
        await rig.rest()
        rig.hotel.fault(forget_right=right, drop_events=True)
        rig.must("change_booking", booking_id=in_house(rig)[0]["id"], adults=3)
        rig.happen("new_booking", arrival=str(rig.hotel.world.clock.today()))
        rig.happen("close_folio", folio_id=folio_of(rig, in_house(rig)[0]["id"])["id"])
        await rig.sweeps(2)
        assert rig.engine.sync.standing.rights_missing
        rig.pass_time(8)
        await rig.check()


async def test_a_right_granted_again_is_found_a_day_later_without_anybody_asking():
    async with Rig() as rig:
        rig.hotel.fault(forget_right="base_api_folios_index")
        await rig.rest()
        rig.hotel.fault(restore_right="base_api_folios_index")
        assert rig.engine.store.reader.count(Kind.FOLIO) == 0
        rig.suspend(25)
        await until(lambda: rig.engine.store.reader.count(Kind.FOLIO))
        assert Kind.FOLIO not in rig.engine.sync.standing.rights_missing


async def test_what_a_count_left_out_is_counted_also_when_the_missing_right_was_forgotten_with_the_program():
    """The day was counted without bookings, and the program ended before it had written down why."""
    async with Rig() as rig:
        await rig.rest()
        rig.hotel.fault(forget_right="pms_api_bookings_index", drop_events=True)
        days = dt.timedelta(days=20)
        new = rig.must("new_booking", arrival=str(rig.hotel.world.clock.today() + days))
        rig.suspend(20 * 24)
        await until(lambda: Kind.BOOKING in rig.engine.sync.standing.rights_missing)
        await until(lambda: "booking" in (rig.engine.store.reader.cursor("counted") or ""))
        await rig.engine.store.run(rig.engine.store.desk.set_fact, "rights_missing", {})
        rig.hotel.fault(restore_right="pms_api_bookings_index")
        await rig.restart()
        await until(lambda: rig.engine.store.reader.get(Kind.BOOKING, new))
        await rig.check()


async def test_without_the_right_to_a_rooms_day_bookings_are_read_singly():
    async with Rig(rooms=3, bookings=60) as rig:
        rig.hotel.fault(forget_right="pms_api_room_bookings_index")
        await rig.rest()
        assert Kind.BOOKING not in rig.engine.sync.standing.rights_missing
        await rig.check()


# What the service says about its objects


async def test_what_a_person_opened_before_the_first_count_and_changed_until_then():
    """The count leaves out what is held, and no sweep begins before the count."""
    async with Rig() as rig:
        await rig.rest()
        await rig.engine.store.write(lambda mirror: mirror.wipe())
        booking = in_house(rig)[0]["id"]
        await rig.engine.sync.want([(Kind.BOOKING, booking)])
        rig.hotel.fault(drop_events=True)
        rig.must("change_booking", booking_id=booking, adults=3)
        rig.pass_time(10)
        await rig.restart()
        await rig.check()


async def test_a_404_that_was_a_mistake():
    async with Rig() as rig:
        await rig.rest()
        booking = in_house(rig)[0]["id"]
        rig.hotel.fault(missing={"table": "bookings", "id": booking})
        await rig.engine.sync.hint(Hint(EventName.BOOKING_UPDATE, booking))
        await until(lambda: rig.engine.store.reader.get(Kind.BOOKING, booking) is None)
        await rig.check()


async def test_an_old_check_out_undone_among_many_changes_out_of_the_window():
    async with Rig(bookings=80) as rig:
        await rig.rest()
        rig.hotel.fault(drop_events=True)
        rig.hotel.ask(_undo_old_check_outs)
        await rig.check()


def _undo_old_check_outs(server):
    """Ten guests of last month were edited, and one of them never left."""
    core = server.world.core
    old = core.ids("SELECT id FROM bookings WHERE status = 'checked_out' ORDER BY departure LIMIT 10")
    for place, ident in enumerate(old):
        core.touch("bookings", ident, {"status": "checked_in"} if place == 0 else {})


async def test_a_guest_in_house_whose_arrival_was_laid_into_the_future_among_many_hints():
    async with Rig() as rig:
        await rig.rest()
        rig.hotel.fault(drop_events=True)
        today = rig.hotel.world.clock.today()
        odd = in_house(rig)[0]["id"]
        stamp = Stamp(rig.clock.now(), rig.clock.now())
        await rig.engine.store.apply(Batch(gone=[Gone(Kind.BOOKING, odd, stamp)]))
        stay = {"arrival": str(today + dt.timedelta(days=20)), "departure": str(today + dt.timedelta(days=21))}
        rig.hotel.ask(lambda server: server.world.core.set("bookings", odd, stay))
        far = [rig.must("new_booking", arrival=str(today.replace(year=2030))) for _ in range(8)]
        for ident in (*far, odd):
            await rig.engine.sync.hint(Hint(EventName.BOOKING_UPDATE, ident))
        await until(lambda: rig.engine.store.reader.get(Kind.BOOKING, odd))


async def test_folios_of_a_guest_who_became_todays_and_has_one_in_the_copy():
    async with Rig() as rig:
        await rig.rest()
        rig.hotel.fault(drop_events=True)
        coming = rig.must("new_booking", arrival=str(rig.hotel.world.clock.today().replace(year=2030)))
        await rig.sweeps(1)
        for _ in range(4):
            rig.must("new_folio", booking_id=coming)
        await rig.long_after()
        rig.move(coming, 0, 2)
        await rig.check()


async def test_one_list_without_an_answer_does_not_stop_the_others():
    async with Rig() as rig:
        await rig.rest()
        rig.hotel.fault(always_500={"path": "/rooms"}, drop_events=True)
        new = rig.must("new_booking", arrival=str(rig.hotel.world.clock.today()))
        with pytest.raises(KnownError):
            await rig.engine.office.sweep_now()
        await until(lambda: rig.engine.store.reader.get(Kind.BOOKING, new))
        await rig.check()


async def test_the_line_comes_back_and_one_list_does_not():
    async with Rig() as rig:
        await rig.rest()
        rig.hotel.fault(always_500={"path": "/guests"}, cut_line=True, drop_events=True)
        with pytest.raises(KnownError):
            await rig.engine.office.sweep_now()
        new = rig.must("new_booking", arrival=str(rig.hotel.world.clock.today()))
        rig.hotel.fault(cut_line=False)
        await until(lambda: rig.engine.store.reader.get(Kind.BOOKING, new))
        await rig.check()


# Clocks


@pytest.mark.parametrize("seconds", [-30, -100, -7200])
@pytest.mark.parametrize("again", [False, True])
async def test_a_clock_set_back_refuses_no_answer(seconds, again):
    """Money and closed rooms touch no `updated_at`: only the order of the questions says which answer is the newer."""
    async with Rig() as rig:
        await rig.rest()
        rig.wrong_clock(seconds)
        if again:
            await rig.restart()
        rig.must("charge", folio_id=folio_of(rig, in_house(rig)[0]["id"])["id"])
        rig.must("out_of_service", room_id=rig.hotel.truth("rooms")[0]["id"])
        for _ in range(2):
            rig.must("guest_update")
        await rig.engine.office.sweep_now()
        await rig.check(now=False)


async def test_a_clock_that_jumps_to_another_day_and_back_in_the_middle_of_a_count():
    async with Rig() as rig:
        held = rig.path.hold("/room_types")
        coming = next(row["id"] for row in rig.hotel.truth("bookings") if row["status"] == "expected")
        last = rig.hotel.world.clock.today() + dt.timedelta(days=14)
        stay = {"arrival": str(last), "departure": str(last + dt.timedelta(days=2))}
        rig.hotel.ask(lambda server: server.world.core.set("bookings", coming, stay))
        await held.at.wait()
        rig.wrong_clock(-90_000)
        after = rig.path.hold("/guests")
        held.release()
        await until(lambda: rig.engine.store.reader.cursor("counted") or after.at.is_set())
        rig.right_clock()
        after.release()
        await rig.check()
        assert rig.engine.store.reader.get(Kind.BOOKING, coming)


async def test_a_list_that_was_long_on_its_way_moves_the_cursor_no_further_than_it_saw():
    async with Rig() as rig:
        await rig.rest()
        rig.path.late_dates = True
        rig.hotel.fault(drop_events=True)
        held = rig.path.hold("/bookings")
        sweep = rig.person(rig.engine.office.sweep_now())
        await held.at.wait()
        rig.must("change_booking", booking_id=in_house(rig)[0]["id"], calendar_color="#123456", adults=3)
        rig.pass_time(8)
        held.release()
        await sweep
        rig.pass_time(8)
        await rig.check()


# People


async def test_a_person_who_leaves_takes_nothing_along():
    async with Rig() as rig:
        await rig.rest()
        rig.hotel.fault(drop_events=True)
        booking = in_house(rig)[0]["id"]
        rig.must("add_guest", booking_id=booking)
        held = rig.path.hold(f"/bookings/{booking}")
        await rig.engine.sync.hint(Hint(EventName.BOOKING_GUESTS_UPDATE, booking))
        person = rig.person(rig.engine.sync.want([(Kind.BOOKING, booking)]))
        await held.at.wait()
        person.cancel()
        held.release()
        guests = len(rig.hotel.truth("bookings", booking)[0]["booking_guests"])
        await until(lambda: len(rig.engine.store.reader.get(Kind.BOOKING, booking).booking_guests) == guests)


async def test_what_was_kept_while_the_line_was_down_is_waited_for_when_it_is_back():
    async with Rig() as rig:
        await rig.rest()
        reader = rig.engine.sync.reader
        reader.stop_asking()
        booking = in_house(rig)[0]["id"]
        await rig.engine.sync.hint(Hint(EventName.BOOKING_UPDATE, booking))
        reader._count()  # as any read does that ends meanwhile
        await reader.quiet()
        held = rig.path.hold(f"/bookings/{booking}")
        reader.go_on()
        await held.at.wait()
        waiting = rig.person(reader.quiet())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        held.release()
        await waiting


async def test_two_reads_of_one_object_are_both_waited_for():
    async with Rig() as rig:
        await rig.rest()
        booking = in_house(rig)[0]["id"]
        reader = rig.engine.sync.reader
        first = rig.path.hold(f"/bookings/{booking}")
        await rig.engine.sync.hint(Hint(EventName.BOOKING_UPDATE, booking))
        await first.at.wait()
        second = rig.path.hold(f"/bookings/{booking}")
        await rig.engine.sync.hint(Hint(EventName.BOOKING_UPDATE, booking))
        await second.at.wait()
        first.release()
        await until(lambda: reader.left == 1)
        assert reader.has((Kind.BOOKING, booking))
        waiting = rig.person(reader.quiet())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        second.release()
        await waiting
