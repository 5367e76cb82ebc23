from dataclasses import replace

import pytest

from clockdesk.office.lines import RoomLine
from clockdesk.ui.screens.room_filter import OTHER, OUT_OF_SERVICE, STAYS, RoomFilter, status_of

ROOM = RoomLine(
    id=1,
    name="204",
    floor="2",
    room_type="Twin",
    sector="West",
    housekeeping="inspect",
    warning="Cot",
    occupied=True,
    guests=("Müller, Lukas",),
    bookings=(5,),
    arriving=False,
    departing=True,
    out_of_service=False,
    out_until=None,
    changed_at=None,
    read_at=None,
)


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (RoomFilter(), True),
        (RoomFilter(text="20"), True),
        (RoomFilter(text="04"), False),
        (RoomFilter(text="muller"), True),
        (RoomFilter(text=" TWIN "), True),
        (RoomFilter(text="cot"), True),
        (RoomFilter(text="204a"), False),
        (RoomFilter(statuses=frozenset({"inspect", ""})), True),
        (RoomFilter(statuses=frozenset({""})), False),
        (RoomFilter(sectors=frozenset({"West"})), True),
        (RoomFilter(sectors=frozenset({"East"})), False),
        (RoomFilter(types=frozenset({"Twin"})), True),
        (RoomFilter(types=frozenset({"Suite"})), False),
        (RoomFilter(stays=frozenset({"occupied"})), True),
        (RoomFilter(stays=frozenset({"vacant"})), False),
        (RoomFilter(stays=frozenset({"vacant", "departing"})), True),
        (RoomFilter(stays=frozenset({"arriving"})), False),
        (RoomFilter(stays=frozenset({OUT_OF_SERVICE})), False),
        (RoomFilter(text="204", types=frozenset({"Suite"})), False),
    ],
)
def test_what_is_shown(wanted, shown):
    assert wanted.matches(ROOM) is shown


@pytest.mark.parametrize(
    ("code", "key"), [("", ""), ("checked_out", "checked_out"), (None, OTHER), ("linen_only", OTHER)]
)
def test_a_room_that_is_not_told_clean_is_not_clean(code, key):
    room = replace(ROOM, housekeeping=code)
    assert status_of(room) == key
    assert RoomFilter(statuses=frozenset({""})).matches(room) is (code == "")


def test_whether_anything_is_restricted():
    assert not RoomFilter()
    assert RoomFilter(text="1")
    assert RoomFilter(stays=frozenset({"vacant"}))


def test_every_stay_has_a_word():
    assert all(word for word, _ in STAYS.values())
