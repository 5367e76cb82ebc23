"""What needs a person: each check with a booking that has it and one that just hasn't."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from clockdesk.domain.kinds import Kind
from clockdesk.office.attention import HEADLINES, Need, count_needs, matters
from clockdesk.office.house import House
from clockdesk.store.batch import Batch
from clockdesk.store.thread import open_store
from tests.store.builders import NOON, record

TODAY = dt.date(2026, 11, 21)
YESTERDAY, TOMORROW = TODAY - dt.timedelta(1), TODAY + dt.timedelta(1)
ROOMS = (
    record(Kind.ROOM_TYPE, 1, name="Double"),
    record(Kind.ROOM, 11, name="101", room_type_id=1, housekeeping_status=""),
    record(Kind.ROOM, 12, name="102", room_type_id=1, housekeeping_status="checked_out"),
    record(
        Kind.ROOM,
        13,
        name="103",
        room_type_id=1,
        housekeeping_status="checked_out",
        room_status_allocations=[{"from_date": str(YESTERDAY), "to_date": str(TOMORROW)}],
    ),
)


def arrival(ident: int, **members: Any) -> Any:
    told: dict[str, Any] = {
        "status": "expected",
        "arrival": str(TODAY),
        "departure": str(TOMORROW),
        "arrival_room_id": 11,
    }
    return record(Kind.BOOKING, ident, **(told | members))


def stay(ident: int, **members: Any) -> Any:
    told: dict[str, Any] = {
        "status": "checked_in",
        "arrival": str(YESTERDAY),
        "departure": str(TODAY),
        "current_room_id": 11,
    }
    return record(Kind.BOOKING, ident, **(told | members))


def eur(cents: int) -> dict[str, object]:
    return {"cents": cents, "currency": "EUR"}


async def house_of(*records: Any) -> House:
    store = open_store(None, None, at=NOON)
    try:
        await store.apply(Batch(records=(*ROOMS, *records)))
        house = House(TODAY)
        await house.load(store)
        return house
    finally:
        await store.close()


async def found_in(*records: Any) -> Any:
    house = await house_of(*records)
    return matters(house, list(house.bookings))


@pytest.mark.parametrize(
    ("booking", "needs", "reason"),
    [
        (arrival(1), (), ""),
        (arrival(1, arrival=str(TOMORROW), arrival_room_id=12), (), ""),
        (arrival(1, arrival_room_id=12), (Need.ROOM_DIRTY,), "Room 102 is dirty"),
        (arrival(1, arrival_room_id=13), (Need.ROOM_CLOSED,), "Room 103 is out of service until 22 Nov"),
        (arrival(1, arrival_room_id=None), (Need.NO_ROOM,), "No room assigned"),
        (
            arrival(1, arrival_room_id=None, arrival_room_type_id=1),
            (Need.NO_ROOM,),
            "Double, no room assigned",
        ),
        (
            arrival(1, arrival=str(YESTERDAY), arrival_room_id=12),
            (Need.ARRIVES_LATE,),
            "Expected on 20 Nov, has not arrived",
        ),
        (arrival(1, status="canceled", arrival_room_id=None), (), ""),
        (stay(1), (), ""),
        (stay(1, balance=eur(0)), (), ""),
        (stay(1, balance=eur(-500)), (), ""),
        (stay(1, balance=eur(12050)), (Need.OWES,), "120.50 EUR open"),
        (stay(1, balance=eur(12050), departure=str(TOMORROW)), (), ""),
        (stay(1, departure=str(YESTERDAY)), (Need.LEAVES_LATE,), "Due out on 20 Nov, still in house"),
        (
            stay(1, departure=str(YESTERDAY), balance=eur(1)),
            (Need.LEAVES_LATE, Need.OWES),
            "Due out on 20 Nov, still in house; 0.01 EUR open",
        ),
        (stay(1, status="checked_out", balance=eur(1)), (), ""),
    ],
)
async def test_each_check(booking, needs, reason):
    found = await found_in(booking)
    assert [matter.needs for matter in found] == ([needs] if needs else [])
    if needs:
        assert found[0].reason == reason


async def test_a_dirty_room_somebody_is_still_in():
    found = await found_in(stay(1, current_room_id=12), arrival(2, arrival_room_id=12))
    assert [(matter.id, matter.reason) for matter in found] == [(2, "Room 102 is dirty and still occupied")]


async def test_the_most_urgent_stand_first():
    found = await found_in(
        arrival(1, arrival_room_id=12),
        arrival(2, arrival_room_id=None, arrival_time="16:00"),
        arrival(3, arrival_room_id=None, arrival_time="09:30"),
        arrival(4, arrival_room_id=None),
        arrival(5, arrival=str(YESTERDAY)),
        stay(6, balance=eur(100), current_room_id=12),
        stay(7, balance=eur(100), current_room_id=11),
        stay(8, departure=str(YESTERDAY)),
    )
    assert [matter.id for matter in found] == [8, 7, 6, 5, 3, 2, 4, 1]


async def test_what_mends_it():
    folios = [
        record(Kind.FOLIO, 51, payer_type="Booking", payer_id=2, close_date=str(TODAY), balance=eur(5)),
        record(Kind.FOLIO, 52, payer_type="Booking", payer_id=2, balance=eur(0)),
        record(Kind.FOLIO, 53, payer_type="Booking", payer_id=2, balance=eur(70)),
    ]
    found = await found_in(
        arrival(1, arrival_room_id=12), stay(2, balance=eur(70)), stay(3, balance=eur(70)), arrival(4), *folios
    )
    assert {matter.id: (matter.mend, matter.verb) for matter in found} == {
        1: ((Kind.ROOM, 12), "Open room 102"),
        2: ((Kind.FOLIO, 53), "Open folio"),
        3: ((Kind.BOOKING, 3), "Open booking"),
    }


async def test_counts_are_by_need():
    found = await found_in(
        arrival(1, arrival_room_id=None),
        arrival(2, arrival_room_id=None),
        stay(3, departure=str(YESTERDAY), balance=eur(9)),
    )
    assert count_needs(found) == {Need.LEAVES_LATE: 1, Need.OWES: 1, Need.NO_ROOM: 2}
    assert list(count_needs(found)) == [Need.LEAVES_LATE, Need.OWES, Need.NO_ROOM]


def test_every_need_has_a_headline():
    assert set(HEADLINES) == set(Need)
