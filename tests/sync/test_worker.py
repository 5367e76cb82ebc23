"""The worker over real HTTP without channels: sweeps, silent money, midnight, a line that breaks, a ban."""

import asyncio
import datetime as dt

import pytest

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import Kind
from clockdesk.domain.records import ChangeSet
from clockdesk.domain.words import freshness_facts, freshness_words
from tests.support.engine import ShiftedClock, engine_on, until
from tests.support.hotel import Hotel, running_hotel
from tests.support.truth import differences, held, todays

hotel = running_hotel(rooms=12, bookings=80)


async def live(engine, hotel, *, channels=False):
    """Start it and wait until it is Live (or, without channels, Delayed)."""
    if not channels:
        hotel.fault(no_channels=True)
    engine.start()
    wanted = Trust.LIVE if channels else Trust.DELAYED
    await until(lambda: engine.office.freshness.trust is wanted)


async def equal(engine, hotel, seconds=20.0):
    """Wait until the copy equals the hotel."""
    async with asyncio.timeout(seconds):
        while await differences(engine, hotel):  # noqa: ASYNC110 (a condition of two sides)
            await asyncio.sleep(0.1)


async def test_without_channels_sweeps_find_every_change(hotel):
    async with engine_on(hotel) as engine:
        await live(engine, hotel)
        for what in ("new_booking", "check_in", "check_out", "housekeeping", "cancel", "change_booking", "close_folio"):
            hotel.happen(what)
        await equal(engine, hotel)
        assert engine.office.freshness.trust is Trust.DELAYED


async def test_money_that_moves_without_an_event_is_noticed(hotel):
    booking = todays(hotel)[0]
    async with engine_on(hotel) as engine:
        await live(engine, hotel)
        await until(lambda: engine.sync.ledger_looks >= 1)
        folio = next(row for row in hotel.truth("folios") if row["payer_id"] == booking["id"] and not row["close_date"])
        stamps = folio["updated_at"], booking["updated_at"]
        hotel.happen("charge", folio_id=folio["id"])
        now = hotel.truth("folios", folio["id"])[0]
        assert now["balance"] != folio["balance"]
        assert (now["updated_at"], hotel.truth("bookings", booking["id"])[0]["updated_at"]) == stamps
        await equal(engine, hotel)


async def test_a_guest_edited_alone_reaches_the_booking(hotel):
    async with engine_on(hotel) as engine:
        await live(engine, hotel)
        hotel.happen("guest_update")
        await equal(engine, hotel)


async def test_f5_sweeps_at_once_and_says_when(hotel):
    async with engine_on(hotel) as engine:
        await live(engine, hotel)
        before = engine.sync.standing.checked
        done = await engine.office.sweep_now()
        assert before is not None
        assert done >= before


async def test_a_broken_line_is_said_and_what_was_missed_is_read_when_it_is_back(hotel):
    async with engine_on(hotel) as engine:
        await live(engine, hotel)
        hotel.fault(cut_line=True)
        with pytest.raises(KnownError):
            await engine.office.sweep_now()
        assert engine.office.freshness.trust is Trust.OFFLINE
        for what in ("new_booking", "check_in", "housekeeping"):
            hotel.happen(what)
        hotel.fault(cut_line=False)
        await until(lambda: engine.office.freshness.trust is Trust.DELAYED)
        await equal(engine, hotel)


async def test_at_midnight_the_new_day_is_counted(hotel):
    clock = ShiftedClock()
    async with engine_on(hotel, clock=clock) as engine:
        await live(engine, hotel)
        day = dt.timedelta(days=1)
        hotel.ask(lambda server: server.world.clock.advance(day))
        clock.ahead += day
        await until(lambda: engine.office.today == hotel.world.clock.today())
        await engine.office.sweep_now()
        await equal(engine, hotel)
        counted = await engine.store.read(lambda mirror: mirror.cursor("counted"))
        assert counted == str(hotel.world.clock.today())


@pytest.mark.logs("firewall", "blocked")
async def test_a_firewall_ban_stops_every_call_also_after_a_restart(hotel, tmp_path):
    async with engine_on(hotel, tmp_path) as engine:
        await live(engine, hotel)
        hotel.fault(ban=True)
        with pytest.raises(KnownError) as caught:
            await engine.office.sweep_now()
        assert caught.value.code is ErrorCode.BLOCKED
        assert engine.office.freshness.trust is Trust.BLOCKED
        assert engine.office.freshness.until is not None
    hotel.reset_stats()
    async with engine_on(hotel, tmp_path) as engine:
        engine.start()
        await until(lambda: engine.office.freshness.trust is Trust.BLOCKED)
        assert hotel.stats()["calls"] == 0


async def test_a_hint_for_an_unknown_booking_brings_it(hotel):
    from clockdesk.domain.kinds import EventName, Hint

    async with engine_on(hotel) as engine:
        await live(engine, hotel)
        ident = hotel.happen("new_booking")["id"]
        await engine.sync.hint(Hint(EventName.BOOKING_NEW, ident))
        await until(lambda: engine.store.reader.get(Kind.BOOKING, ident))
        assert ident in await held(engine, Kind.BOOKING)


async def test_without_the_right_to_the_ledger_payments_are_still_read(hotel):
    hotel.fault(forget_right="base_api_folio_ledger_show")
    folio = next(row["id"] for row in hotel.truth("folios") if row["payer_id"] == todays(hotel)[0]["id"])
    hotel.happen("payment", folio_id=folio)
    async with engine_on(hotel) as engine:
        await live(engine, hotel)
        await until(lambda: engine.sync.standing.rights_missing)
        assert engine.office.freshness.trust is Trust.DELAYED
        await engine.office.open_folio(folio)
        paid = [row for row in hotel.truth("credit_items") if row["folio_id"] == folio]
        assert {item.id for item in engine.office.credit_items(folio)} == {row["id"] for row in paid}


async def test_a_read_that_finds_the_line_down_has_it_looked_for_soon(hotel):
    async with engine_on(hotel) as engine:
        await live(engine, hotel)
        hotel.fault(cut_line=True)
        with pytest.raises(KnownError):
            await engine.office.open_booking(todays(hotel)[0]["id"])
        assert engine.office.freshness.trust is Trust.OFFLINE
        hotel.fault(cut_line=False)
        await until(lambda: engine.office.freshness.trust is Trust.DELAYED)


async def test_a_first_start_that_had_to_wait_for_the_line_missed_nothing(hotel):
    hotel.fault(refuse_api=True)
    async with engine_on(hotel) as engine:
        engine.start()
        await until(lambda: engine.office.freshness.trust is Trust.OFFLINE)
        hotel.fault(refuse_api=False)
        await until(lambda: engine.office.freshness.trust is Trust.LIVE)
        assert engine.office.freshness.missed == 0
        assert engine.office.missed.kinds == ()
        hotel.fault(refuse_api=True, drop_events=True)
        await until(lambda: engine.office.freshness.trust is Trust.OFFLINE)
        room = hotel.happen("housekeeping")["id"]
        hotel.fault(refuse_api=False)
        await until(lambda: engine.office.missed.of(Kind.ROOM) == (room,))


async def test_how_many_rooms_are_left_is_told_while_today_is_read_room_by_room():
    with Hotel(rooms=4, bookings=120) as hotel:
        async with engine_on(hotel) as engine:
            told: list[int] = []

            def on_change(change: ChangeSet) -> None:
                if (change.kind, change.origin) == (Kind.BOOKING, "cold"):
                    told.append(engine.sync.reader.left)

            engine.changes.subscribe(on_change)
            await engine.sync.once()
            by_room = hotel.stats()["by_endpoint"]["pms_api/rooms/{id}/{date}/bookings"]
            assert by_room == 4
            assert told == [4, 3, 2, 1], "each that is done is told"


async def test_an_object_the_service_cannot_give_is_told_although_the_rest_is_live(hotel):
    async with engine_on(hotel) as engine:
        await live(engine, hotel, channels=True)
        booking = todays(hotel)[0]["id"]
        hotel.fault(always_500={"table": "bookings", "id": booking})
        hotel.happen("change_booking", booking_id=booking, adults=3)
        await until(lambda: engine.office.freshness.unread == 1)
        assert engine.office.freshness.trust is Trust.LIVE
        assert freshness_words(engine.office.freshness, dt.UTC) == "Live · 1 not readable"
        hotel.fault(always_500=False)
        await until(lambda: engine.office.freshness.unread == 0)
        assert freshness_words(engine.office.freshness, dt.UTC) == "Live"


@pytest.mark.parametrize(
    "fault", [{"forget_right": "base_api_folio_ledger_show"}, {"always_500": {"path": "/folio_ledger"}}]
)
async def test_balances_nobody_watches_are_told(hotel, fault):
    async with engine_on(hotel) as engine:
        await live(engine, hotel, channels=True)
        hotel.fault(**fault)
        await until(lambda: engine.office.freshness.unwatched)
        assert freshness_words(engine.office.freshness, dt.UTC) == "Live · balances may be late"
        assert "ledger" in " ".join(freshness_facts(engine.office.freshness, dt.UTC))
