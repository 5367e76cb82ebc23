"""The copy in memory: Today first, the rest in slices, small objects that say the same as the whole ones."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import clockdesk
from clockdesk.domain.kinds import Kind
from clockdesk.domain.records import Stamp
from clockdesk.office import lean
from clockdesk.office.house import HELD, House
from clockdesk.office.lean import LEFT_OUT
from clockdesk.store.batch import SLICE, Batch
from tests.support.desk import desk


async def test_today_is_there_before_the_rest():
    async with desk(rooms=24, bookings=300) as it:
        store, today = it.engine.store, it.office.today
        house = House(today)
        await house.load_today(store)
        assert set(house.bookings) == {booking.id for booking in store.reader.movements(today)}
        assert house.rooms.keys() == store.reader.ids(Kind.ROOM)
        assert not house.folios
        assert len(house.bookings) < len(store.reader.ids(Kind.BOOKING))
        async for _ in house.load_rest(store):
            pass
        assert all(set(house.ids(kind)) == store.reader.ids(kind) for kind in HELD)
        for kind in (Kind.BOOKING, Kind.ROOM, Kind.FOLIO):
            assert all(house.line(kind, ident) == it.office.house.line(kind, ident) for ident in house.ids(kind))


async def test_each_slice_names_the_lines_it_touched():
    async with desk(rooms=24, bookings=120) as it:
        house = House(it.office.today)
        await house.load_today(it.engine.store)
        held = {(Kind.ROOM, ident): house.line(Kind.ROOM, ident) for ident in house.rooms}
        touched = {(kind, ident) async for kind, ids in house.load_rest(it.engine.store) for ident in ids}
        assert touched >= {(kind, ident) for kind in (Kind.BOOKING, Kind.FOLIO) for ident in house.ids(kind)}
        assert all(house.line(*key) == line for key, line in held.items() if key not in touched)


async def test_a_change_between_two_slices_is_kept():
    async with desk(rooms=24, bookings=SLICE // 2) as it:
        office = it.office
        ident = max(office.house.ids(Kind.BOOKING))
        house = House(office.today)
        await house.load_today(it.engine.store)

        def follow(change):
            house.follow(change, it.engine.store)

        it.engine.changes.subscribe(follow)
        changed = False
        async for kind, _ in house.load_rest(it.engine.store):
            if kind is Kind.BOOKING and not changed:
                changed = True
                await it.change(Kind.BOOKING, ident, reference_number="between")
        assert changed
        assert house.bookings[ident].reference_number == "between"
        assert house.line(Kind.BOOKING, ident) == office.house.line(Kind.BOOKING, ident)


async def test_what_memory_holds_is_what_the_copy_says_but_for_what_is_left_out():
    async with desk(rooms=24, bookings=300) as it:
        for kind in HELD:
            for ident, whole in it.engine.store.reader.get_many(kind, it.engine.store.reader.ids(kind)).items():
                held = it.office.house.value(kind, ident)
                for name in set(whole.__struct_fields__) - set(LEFT_OUT.get(kind, ())):
                    assert (getattr(held, name) or None) == (getattr(whole, name) or None), name
                    assert type(getattr(held, name)) is type(getattr(whole, name)) or not getattr(whole, name), name
                assert all(getattr(held, name) is None for name in LEFT_OUT.get(kind, ()))


async def test_what_thousands_say_alike_is_held_once():
    async with desk(rooms=24, bookings=300) as it:
        bookings = it.office.house.bookings.values()
        for name in ("status", "guest_country", "arrival", "balance"):
            values = [getattr(booking, name) for booking in bookings if getattr(booking, name) is not None]
            assert len({id(value) for value in values}) == len(set(values)) < len(values)
        money = [booking.total_booking_value for booking in bookings if booking.total_booking_value is not None]
        assert len({id(amount.currency) for amount in money}) == len({amount.currency for amount in money})


def test_nothing_asks_the_house_for_what_is_left_out():
    """A member left out is None in memory: a screen that asked for it would tell an untruth."""
    package = Path(clockdesk.__file__).parent
    names = {name for members in LEFT_OUT.values() for name in members}
    read = re.compile(rf"\.({'|'.join(sorted(names))})\b(?! *\()")
    files = [file for part in ("office", "ui") for file in (package / part).rglob("*.py")]
    found = [(file.name, read.findall(file.read_text("utf-8"))) for file in files if file != Path(lean.__file__)]
    assert [each for each in found if each[1]] == []


async def test_a_cleaned_room_touches_todays_bookings_and_a_new_name_all_of_them():
    """A room has some hundred bookings in a year; what is cleaned in a storm must not move them all."""
    async with desk(rooms=6, bookings=200) as it:
        house = House(it.office.today)
        await house.load(it.engine.store)
        room = house.bookings[max(house.todays)].room_id
        all_of_it = {booking.id for booking in house.bookings.values() if booking.room_id == room}
        todays = all_of_it & house.todays
        assert room is not None
        assert todays
        assert all_of_it - todays
        touched: list[dict[Kind, frozenset[int]]] = []
        it.engine.changes.subscribe(lambda change: touched.append(house.follow(change, it.engine.store)))
        await it.change(Kind.ROOM, room, housekeeping_status="in_progress")
        assert {house.line(Kind.BOOKING, ident).housekeeping for ident in todays} == {"in_progress"}
        await it.change(Kind.ROOM, room, name="Annex 1")
        assert [each[Kind.BOOKING] for each in touched] == [todays, all_of_it]
        assert all(house.line(Kind.BOOKING, ident).room == "Annex 1" for ident in all_of_it)
        assert {house.line(Kind.BOOKING, ident).housekeeping for ident in all_of_it - todays} == {None}


async def test_what_is_read_anew_and_found_the_same_is_as_new_as_its_reading():
    async with desk(rooms=24, bookings=120) as it:
        house, told = it.office.house, []
        it.office.on_touched(lambda kind, ids: told.append((kind, ids)))
        for kind in (Kind.BOOKING, Kind.ROOM, Kind.FOLIO):
            ident, other = sorted(house.ids(kind))[:2]
            before, beside = house.line(kind, ident), house.line(kind, other)
            assert before is not None
            assert before.read_at is not None
            later = before.read_at + dt.timedelta(minutes=3)
            [record] = it.engine.store.reader.records(kind, [ident])
            again = replace(record, stamp=Stamp(later))
            for change in await it.engine.store.apply(Batch(records=(again,), origin="open")):
                it.engine.changes.publish(change)
            assert house.read_at(kind, ident) == later
            assert house.line(kind, ident) == replace(before, read_at=later)
            assert house.line(kind, other) == beside
            assert told.pop() == (kind, frozenset({ident}))
