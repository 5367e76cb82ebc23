"""One synchronisation over real HTTP: the copy equals the hotel's truth, for few calls."""

import pytest

from clockdesk.app.cli.sync import sync_once
from clockdesk.domain.kinds import Kind
from tests.support.engine import engine_on
from tests.support.hotel import Hotel, running_hotel
from tests.support.truth import differences, held, in_scope

hotel = running_hotel(rooms=20, bookings=160)


async def test_a_cold_copy_equals_the_hotel_in_its_scope(hotel):
    async with engine_on(hotel) as engine:
        summary = await sync_once(engine)
        assert summary["state"] == "complete"
        assert await differences(engine, hotel) == []
        bookings = await held(engine, Kind.BOOKING)
        assert set(bookings) == in_scope(hotel)
        today = {ident for ident, row in bookings.items() if row["status"] == "checked_in"}
        folios = await held(engine, Kind.FOLIO)
        paid_by = {row["payer_id"] for row in folios.values()}
        assert today <= paid_by
        calls = summary["calls_by_endpoint"]
        by_room = calls.get("rooms/{id}/{date}/bookings", 0)
        assert by_room in {0, 20}
        assert calls["bookings/{id}"] + by_room <= len(bookings)
        assert calls["folios/{id}"] == len(folios)
        assert hotel.stats()["uri_mismatches"] == 0


@pytest.mark.parametrize(("rooms", "bookings"), [(20, 120), (150, 1200)])
async def test_a_warm_start_with_nothing_changed_costs_at_most_eight_calls(tmp_path, rooms, bookings):
    with Hotel(rooms=rooms, bookings=bookings) as hotel:
        async with engine_on(hotel, tmp_path) as engine:
            await sync_once(engine)
        hotel.reset_stats()
        async with engine_on(hotel, tmp_path) as engine:
            summary = await sync_once(engine)
        assert summary["state"] == "complete"
        assert hotel.stats()["calls"] <= 8


async def test_what_changed_while_away_is_read_at_the_next_start(hotel, tmp_path):
    async with engine_on(hotel, tmp_path) as engine:
        await sync_once(engine)
    new = hotel.happen("new_booking")["id"]
    hotel.happen("check_in")
    hotel.happen("housekeeping")
    hotel.happen("guest_update")
    async with engine_on(hotel, tmp_path) as engine:
        await sync_once(engine)
        assert await differences(engine, hotel) == []
        assert new in await held(engine, Kind.BOOKING) or new not in in_scope(hotel)


@pytest.mark.parametrize("fault", ["refuse_api", "cut_line"])
async def test_without_a_line_it_says_offline(hotel, fault):
    hotel.fault(**{fault: True})
    async with engine_on(hotel) as engine:
        summary = await sync_once(engine)
    assert summary["state"] == "offline"
    assert summary["reason"]


async def test_a_wrong_key_is_signed_out_after_two_calls(hotel):
    async with engine_on(hotel, key="wrong") as engine:
        summary = await sync_once(engine)
    assert summary["state"] == "signed_out"
    assert hotel.stats()["calls"] == 2


@pytest.mark.logs("skipped", "owed")
async def test_one_bad_object_is_owed_and_the_rest_complete(hotel):
    today = str(hotel.world.clock.today())
    later = (row["id"] for row in hotel.truth("bookings") if row["arrival"] > today)
    victim = next(ident for ident in later if ident in in_scope(hotel))
    hotel.fault(always_500={"table": "bookings", "id": victim})
    async with engine_on(hotel) as engine:
        summary = await sync_once(engine)
        assert summary["state"] == "partial"
        assert summary["owed"] == 1
        hotel.clear_faults()
        summary = await sync_once(engine)
        assert summary["state"] == "complete"
        assert await differences(engine, hotel) == []


async def test_a_missing_right_is_remembered_and_not_asked_for_again(hotel, tmp_path):
    hotel.fault(forget_right="base_api_folios_index")
    async with engine_on(hotel, tmp_path) as engine:
        summary = await sync_once(engine)
        assert summary["state"] == "partial"
        assert summary["folios"] == 0
    hotel.reset_stats()
    async with engine_on(hotel, tmp_path) as engine:
        await sync_once(engine)
    assert not any("folios" in path for path in hotel.stats()["by_endpoint"])
