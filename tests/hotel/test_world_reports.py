"""The lists and reports the hotel computes, held against its own rows."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clockdesk.hotel.clock import HotelClock
from clockdesk.hotel.world import Refused, World

SOFIA = ZoneInfo("Europe/Sofia")
TODAY = date(2026, 11, 21)
NIGHT = timedelta(days=1)


@pytest.fixture
def world():
    clock = HotelClock(SOFIA, source=lambda: datetime(2026, 11, 21, 7, 0, tzinfo=UTC))
    made = World(rooms=60, bookings=900, clock=clock)
    yield made
    made.close()


def room_of(booking, night):
    room = booking["arrival_room_id"]
    for move in sorted(booking["booking_room_changes"], key=lambda move: move["from_date"]):
        if move["from_date"] <= night.isoformat():
            room = move["room_id"]
    return room


def bookings(world, *statuses):
    found = world.render_many("bookings", world.core.ids("SELECT id FROM bookings ORDER BY id"))
    return [booking for booking in found if booking["status"] in statuses]


@pytest.mark.parametrize("shift", [-6, -1, 0, 1, 5])
def test_a_rooms_bookings_of_a_day(world, shift):
    day = TODAY + shift * NIGHT
    expected: dict[int, list[int]] = {}
    for booking in bookings(world, "expected", "checked_in", "checked_out"):
        if booking["arrival"] <= day.isoformat() <= booking["departure"]:
            night = day - NIGHT if day.isoformat() == booking["departure"] else day
            expected.setdefault(room_of(booking, night) or 0, []).append(booking["id"])
    expected.pop(0, None)
    assert expected
    for room in world.core.ids("SELECT id FROM rooms"):
        assert world.room_bookings(room, day) == sorted(expected.get(room, []))


def test_some_rooms_are_shared_and_some_change_hands_today(world):
    today = [world.room_bookings(room, TODAY) for room in world.core.ids("SELECT id FROM rooms")]
    assert Counter(len(found) for found in today)[2] >= 3


def test_a_room_that_is_not_there(world):
    with pytest.raises(Refused, match="404"):
        world.room_bookings(1, TODAY)


@pytest.mark.parametrize("nights", [1, 3])
def test_free_rooms_are_free_in_every_night(world, nights):
    last = TODAY + (nights - 1) * NIGHT
    busy = set()
    for booking in bookings(world, "expected", "checked_in"):
        for place in range(nights):
            night = TODAY + place * NIGHT
            if booking["arrival"] <= night.isoformat() < booking["departure"]:
                busy.add(room_of(booking, night))
    for room in world.render_many("rooms", world.core.ids("SELECT id FROM rooms")):
        for period in room["room_status_allocations"]:
            if period["from_date"] <= last.isoformat() and period["to_date"] >= TODAY.isoformat():
                busy.add(room["id"])
    report = world.room_statuses(TODAY, last)
    listed = {room["id"]: room for kind in report for room in kind["rooms"]}
    assert set(listed) == set(world.core.ids("SELECT id FROM rooms"))
    assert {key for key, room in listed.items() if not room["available"]} == busy - {None}
    for room in world.render_many("rooms", listed):
        assert listed[room["id"]]["housekeeping_status"] == room["housekeeping_status"]
        assert listed[room["id"]]["number"] == room["name"]


def test_one_type_alone(world):
    kind = world.core.one("SELECT id FROM room_types WHERE name = 'Suite'")
    report = world.room_statuses(TODAY, TODAY, kind)
    assert [entry["room_type"] for entry in report] == ["Suite"]


def test_a_month_is_forecast_as_booked(world):
    report = world.occupancy_forecasts(TODAY, TODAY + 30 * NIGHT)
    assert [total["date"] for total in report["totals"]][:2] == ["2026-11-21", "2026-11-22"]
    staying = bookings(world, "expected", "checked_in")
    for place, total in enumerate(report["totals"]):
        day = (TODAY + place * NIGHT).isoformat()
        there = [b for b in staying if b["arrival"] <= day < b["departure"]]
        assert total["total_occupied"] == len(there)
        assert total["total_booking_adults"] == sum(booking["adults"] for booking in there)
        free = total["total_capacity"] - total["total_occupied"] - total["total_room_statuses"]
        assert (total["total_free"], total["total_capacity"]) == (free, 60)
        assert sum(forecast["results"][place]["occupied"] for forecast in report["forecasts"]) == len(there)


def test_find_in_hotel_leaves_out_the_overdue(world):
    today = TODAY.isoformat()
    found = world.find_in_hotel()
    inside = bookings(world, "checked_in")
    assert found == [booking["id"] for booking in inside if booking["departure"] >= today]
    assert len(found) < len(inside)


def test_the_ledger_is_the_money_of_the_folios(world):
    folio = world.happen("charge", cents=1234)["id"]
    world.happen("payment", folio_id=folio, cents=500)
    report = world.folio_ledger(TODAY)
    for item in report["items"]:
        assert item["end_of_date"]["payments"]["cents"] == (
            item["previous"]["payments"]["cents"] + item["date"]["payments"]["cents"]
        )
        end = item["end_of_date"]
        charged = end["charges"]["cents"] + end["charges_from_deposit_folios"]["cents"]
        assert charged - end["payments"]["cents"] == end["debts"]["cents"] - end["deposits"]["cents"]
    mine = next(item for item in report["items"] if item["folio_id"] == folio)
    assert mine["date"]["payments"]["cents"] == 500
    assert mine["date"]["charges"]["cents"] >= 1234
    sums: Counter[str] = Counter()
    for item in report["items"]:
        sums[item["end_of_date"]["debts"]["currency"]] += item["end_of_date"]["debts"]["cents"]
    assert {money["currency"]: money["cents"] for money in report["end_of_date_totals"]["debts"]} == dict(sums)


def test_the_ledger_of_a_far_day_is_the_balance(world):
    report = world.folio_ledger(TODAY + 400 * NIGHT)
    open_ones = {item["folio_id"]: item["end_of_date"] for item in report["items"]}
    folios = world.render_many("folios", world.core.ids("SELECT id FROM folios WHERE voided_at IS NULL"))
    owed = {folio["id"]: folio["balance"]["cents"] for folio in folios if folio["balance"]["cents"]}
    assert {key: end["debts"]["cents"] - end["deposits"]["cents"] for key, end in open_ones.items()} == owed


def test_a_search_finds_guests_by_all_words_in_any_letters(world):
    key = world.post_booking(
        {
            "arrival": "2026-12-01",
            "departure": "2026-12-02",
            "arrival_room_type_id": world.core.one("SELECT min(id) FROM room_types"),
            "guest_first_name": "Ζωή",
            "guest_last_name": "Παπαδοπούλου-Smith",
        }
    )["id"]
    assert [guest["first_name"] for guest in world.search_guests("ΖΩΉ smith")] == ["Ζωή"]
    assert world.guests_text_match("smith ζωή") == [key]
    assert world.guests_text_match("smith nobody") == []
    with pytest.raises(Refused) as refused:
        world.search_guests(" ab ")
    assert (refused.value.status, refused.value.text) == (
        500,
        "Free text search is too short (minimum is 3 characters)",
    )


def test_text_search_looks_at_every_guest_of_a_booking(world):
    key = world.find_in_hotel()[0]
    world.happen("add_guest", booking_id=key, last_name="Zzyzx")
    assert world.guests_text_match("zzyzx") == [key]
    assert world.render("bookings", key)["guest_last_name"] != "Zzyzx"


def test_all_folios_of_a_booking_are_listed_whatever_their_state(world):
    key = world.find_in_hotel()[0]
    before = world.booking_folio_ids(key)
    folio = world.happen("new_folio", booking_id=key)["id"]
    world.happen("void_folio", folio_id=folio)
    assert world.booking_folio_ids(key) == sorted([*before, folio])


def test_objects_carry_the_members_the_service_gives(world):
    assert list(world.render("room_types", world.core.one("SELECT min(id) FROM room_types"))) == [
        "id", "name", "created_at", "updated_at", "location_id", "operational_until", "upgrade_index", "beds_count",
        "sort_order", "city_tax_id", "is_virtual", "components_room_type_ids",
    ]  # fmt: skip
    guest = world.render("guests", world.core.one("SELECT min(id) FROM guests"))
    assert "id" not in guest
    place = world.render("booking_guests", world.core.one("SELECT min(id) FROM booking_guests"))
    assert place["guest"]["family_id"] == place["guest_id"]
    item = world.core.one("SELECT min(id) FROM credit_items_more")
    assert world.render("credit_items", item)["reference"]
    assert "reference" not in {column[1] for column in world.db.execute("PRAGMA table_info(credit_items)")}
    assert world.account["time_zone"] == "Sofia"
    assert world.account["issuer_billing_info"]["master_id"]


def test_computed_members_are_no_columns(world):
    columns = {row[1] for row in world.db.execute("PRAGMA table_info(bookings)")}
    booking = set(world.render("bookings", world.find_in_hotel()[0]))
    assert columns < booking
    assert booking - columns >= {
        "balance",
        "total_booking_value",
        "booking_guests",
        "active_notes",
        "meals",
        "rate_calculation",
    }
