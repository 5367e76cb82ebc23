"""The lists of the pack say what the hotel's copy says: each guest in the right list, once."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import Money
from clockdesk.office.house import notes_of
from clockdesk.office.pack import PackMaking, as_of, make_pack
from clockdesk.office.sheets import AsOf, Code, Dated, Form, Ruled, Table, cell_text
from tests.support.desk import NOW, ZONE, desk

AS_OF = AsOf("Hotel Vitosha", ZONE, NOW, NOW - dt.timedelta(seconds=20), "Live")


@pytest.fixture(scope="module")
def whole():
    """The desk of a hotel where much goes on, only to be looked at."""

    async def furnish():
        async with desk(rooms=110, bookings=1200) as made:
            return made

    return asyncio.run(furnish())


@pytest.fixture(scope="module")
def pack(whole):
    return make_pack(whole.office, AS_OF)


def table(pack, key) -> Table:
    found = next(block for block in pack.tables if block.key == key)
    assert isinstance(found, Table)
    return found


def column(pack, key, name):
    of = table(pack, key)
    return [row[of.place(name)] for row in of.rows]


def numbers(whole, fits):
    return sorted(b.number for b in whole.office.house.bookings.values() if fits(b, whole.office.today))


def test_everything_that_was_asked_for_is_in_it(pack):
    assert [section.title for section in pack.sections] == [
        "Overview",
        "In house by room",
        "In house by name",
        "Arrivals",
        "Departures",
        "Room status",
        "Out of service",
        "Balances",
        "Next days",
        "Registration card",
        "Posting form",
        "Manual log",
    ]
    assert [block.key for block in pack.tables if isinstance(block, Form | Ruled)] == [
        "registration-form",
        "posting-form",
        "log-form",
    ]


LISTS = {
    "in-house-by-room": lambda b, _: b.status == "checked_in",
    "in-house-by-name": lambda b, _: b.status == "checked_in",
    "arrivals": lambda b, today: b.status == "expected" and b.arrival <= today,
    "arrived-today": lambda b, today: b.status == "checked_in" and b.arrival == today,
    "departures": lambda b, today: b.status == "checked_in" and b.departure <= today,
    "departed-today": lambda b, today: b.status == "checked_out" and b.departure == today,
    "balances": lambda b, _: b.status == "checked_in" and b.balance,
}


@pytest.mark.parametrize(("key", "fits"), LISTS.items(), ids=LISTS.keys())
def test_each_list_holds_exactly_its_bookings(whole, pack, key, fits):
    assert sorted(column(pack, key, "booking")) == numbers(whole, fits)


def test_the_lists_are_not_empty_by_accident(pack):
    for key in (*LISTS.keys() - {"arrived-today"}, "room-status", "out-of-service", "open-folios", "movements"):
        assert table(pack, key).rows, key


def test_by_room_and_by_name_in_order(pack):
    rooms = [room for room in column(pack, "in-house-by-room", "room") if room.isdecimal()]
    assert rooms == sorted(rooms, key=int)
    names = [name.casefold() for name in column(pack, "in-house-by-name", "guest")]
    assert names == sorted(names)
    assert table(pack, "in-house-by-name").columns[0].key == "guest"


def test_late_guests_stand_first_and_are_called_late(whole, pack):
    today = whole.office.today
    late = [b for b in whole.office.house.bookings.values() if b.status == "expected" and b.arrival < today]
    times = column(pack, "arrivals", "time")
    assert late
    assert all(time.endswith("LATE") for time in times[: len(late)])
    assert not any("LATE" in time for time in times[len(late) :])
    left = [b for b in whole.office.house.bookings.values() if b.status == "checked_in" and b.departure < today]
    said = [cell.words for cell in column(pack, "departures", "departure") if cell.words.endswith("LATE")]
    assert len(said) == len(left) > 0


def test_every_room_with_its_status_as_letter_and_word(whole, pack):
    status = table(pack, "room-status")
    assert sorted(column(pack, "room-status", "room")) == sorted(r.name for r in whole.office.house.rooms.values())
    words = {cell_text(cell, AS_OF) for cell in column(pack, "room-status", "status")}
    assert words >= {"C Clean", "D Dirty", "I Inspect"}
    assert {cell_text(cell, AS_OF) for cell in column(pack, "room-status", "occupied")} == {"O occupied", "V vacant"}
    occupied = [row[status.place("room")] for row in status.rows if row[status.place("occupied")].letter == "O"]
    house = whole.office.house
    inside = {house.room_name(b.room_id) for b in house.bookings.values() if b.status == "checked_in"}
    assert set(occupied) == inside - {""}
    assert status.foot[0].startswith(f"{len(house.rooms)} rooms: ")


def test_a_room_tells_who_leaves_and_who_comes(whole, pack):
    status = table(pack, "room-status")
    house, today = whole.office.house, whole.office.today
    coming = next(
        b for b in house.bookings.values() if b.status == "expected" and b.arrival <= today and b.room_id is not None
    )
    row = next(row for row in status.rows if row[status.place("room")] == house.room_name(coming.room_id))
    assert f"arrives {coming.arrival_time}: " in str(row[status.place("next")]) or "arrives: " in str(
        row[status.place("next")]
    )


def test_closed_rooms_now_and_soon(whole, pack):
    today = whole.office.today
    expected = [
        (room.name, period.from_date)
        for room in whole.office.house.rooms.values()
        for period in room.room_status_allocations or ()
        if period.to_date >= today and period.from_date <= today + dt.timedelta(days=7)
    ]
    rows = table(pack, "out-of-service").rows
    assert sorted((row[0], row[3]) for row in rows) == sorted(expected)
    assert {row[2] for row in rows} == {"now", "later"}


def test_sums_by_currency_and_never_across(whole, pack):
    owed: dict[str, int] = {}
    for booking in whole.office.house.bookings.values():
        if booking.status == "checked_in" and booking.balance and booking.balance.minor > 0:
            owed[booking.balance.currency] = owed.get(booking.balance.currency, 0) + booking.balance.minor
    foot = " ".join(table(pack, "balances").foot)
    assert len(owed) > 1
    for currency in owed:
        assert f" {currency}" in foot


def test_each_balance_has_its_age(pack):
    assert all(isinstance(read, dt.datetime) for read in column(pack, "balances", "read"))


def test_a_folio_is_not_told_twice(whole, pack):
    house = whole.office.house
    balances = {b.id: b.balance for b in house.bookings.values()}
    by_number = {folio.number: folio for folio in house.folios.values()}
    for number in column(pack, "open-folios", "folio"):
        folio = by_number[number]
        assert folio.close_date is None
        assert folio.voided_at is None
        assert folio.payer_type != "Booking" or balances[folio.payer_id] != folio.balance


def test_the_next_days_add_up(whole, pack):
    today, house = whole.office.today, whole.office.house
    days = table(pack, "next-days")
    assert [row[0].day for row in days.rows] == [today + dt.timedelta(days=ahead) for ahead in range(8)]
    for row in days.rows[1:]:
        night = row[0].day
        stays = [b for b in house.bookings.values() if b.status in {"expected", "checked_in"}]
        assert row[1] == sum(b.arrival == night for b in stays if b.status == "expected")
        assert row[2] == sum(b.departure == night for b in stays)
        assert row[3] == sum(b.arrival <= night < b.departure for b in stays)


def test_who_comes_and_goes_by_name_for_three_days(whole, pack):
    today, house = whole.office.today, whole.office.house
    last = today + dt.timedelta(days=3)
    comes = [b for b in house.bookings.values() if b.status == "expected" and today < b.arrival <= last]
    goes = [
        b
        for b in house.bookings.values()
        if b.status in {"expected", "checked_in"} and today < b.departure <= last and not (b.arrival > last)
    ]
    what = [cell.letter for cell in column(pack, "movements", "what")]
    assert what.count("A") == len(comes)
    assert what.count("D") == len(goes)
    days = [cell.day for cell in column(pack, "movements", "day")]
    assert days == sorted(days)


def test_notes_come_along(whole, pack):
    noted = [b for b in whole.office.house.bookings.values() if b.status == "checked_in" and notes_of(b)]
    assert noted
    text = " ".join(column(pack, "in-house-by-room", "notes"))
    assert notes_of(noted[0])[0][1] in text


def test_a_pack_made_in_steps_is_the_same(whole, pack):
    making = PackMaking(whole.office, AS_OF)
    steps = sum(1 for _ in making.steps())
    assert steps > 12
    assert making.document == pack


async def test_a_guest_who_moves_while_it_is_made_is_in_one_list_only():
    async with desk(rooms=40, bookings=1000) as it:
        making = PackMaking(it.office, AS_OF)
        steps = making.steps()
        next(steps)
        ident = await it.happens("check_in")
        for _ in steps:
            pass
        number = it.office.house.bookings[ident].number
        lists = [key for key in ("arrivals", "in-house-by-room") if number in column(making.document, key, "booking")]
        assert len(lists) == 1


def test_the_line_of_every_page():
    assert AS_OF.words == "as of 14:02, 21 Nov; hotel copy checked 14:01:50"
    assert AS_OF.warning == ""
    yesterday = AsOf("", ZONE, NOW, NOW - dt.timedelta(days=1), "Offline since 13:40")
    assert yesterday.words == "as of 14:02, 21 Nov; hotel copy checked 20 Nov 14:02:10"
    assert yesterday.warning == "Offline since 13:40; the hotel may have changed since this was checked"
    assert AsOf("", ZONE, NOW).words == "as of 14:02, 21 Nov; hotel copy not checked yet"
    assert AsOf("", ZONE, NOW).warning


async def test_the_age_comes_from_the_line_or_from_the_last_sweep_there_was():
    async with desk(rooms=4, bookings=4) as it:
        it.tick(180)
        it.line_broke()
        of = as_of(it.office, it.clock.now())
        assert of.checked == NOW
        assert of.state == "Offline since 14:05"
        it.engine.sync.standing.checked = None
        it.engine.sync.standing.news()
        earlier = as_of(it.office, NOW, "2026-11-21T10:00:00+00:00", alone=True)
        assert earlier.checked == dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)
        assert earlier.state == ""
        assert earlier.old


async def test_an_empty_hotel_says_so():
    async with desk(rooms=4, bookings=0) as it:
        pack = make_pack(it.office, AS_OF)
        assert not table(pack, "in-house-by-room").rows
        assert table(pack, "in-house-by-room").empty == "Nobody is in house."
        assert len(table(pack, "room-status").rows) == 4


async def test_a_guest_without_a_name_and_a_room_without_a_floor_are_still_told():
    async with desk(rooms=6, bookings=20) as it:
        ident = it.some(Kind.BOOKING, status="checked_in")
        hidden = {"guest_first_name": None, "guest_middle_name": None, "guest_last_name": None}
        await it.change(Kind.BOOKING, ident, reference_number=None, **hidden)
        room = it.office.house.bookings[ident].room_id
        assert room is not None
        await it.change(Kind.ROOM, room, floor=None, housekeeping_status="fumigated")
        pack = make_pack(it.office, AS_OF)
        number = it.office.house.bookings[ident].number
        assert f"Booking {number}" in column(pack, "in-house-by-room", "guest")
        status = table(pack, "room-status")
        row = next(row for row in status.rows if row[status.place("room")] == it.office.house.rooms[room].name)
        assert row[status.place("floor")] == "other"
        assert cell_text(row[status.place("status")], AS_OF) == "? fumigated"


def test_cells_as_people_read_them():
    assert cell_text(Money(123450, "EUR"), AS_OF) == "1 234.50 EUR"
    assert cell_text(Money(1235, "JPY"), AS_OF) == "1 235 JPY"
    assert cell_text(NOW, AS_OF) == "14:02"
    assert cell_text(dt.date(2026, 11, 3), AS_OF) == "3 Nov"
    assert cell_text(Dated(dt.date(2026, 11, 3), "3 Nov LATE"), AS_OF) == "3 Nov LATE"
    assert cell_text(Code("D", "Dirty"), AS_OF) == "D Dirty"
    assert cell_text(None, AS_OF) == ""
    assert cell_text(7, AS_OF) == "7"
