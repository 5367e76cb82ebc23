"""The manual log: what is typed becomes an entry or is refused where it is wrong, and nothing written is lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import Money
from clockdesk.office.log_draft import Draft, DraftError, read_draft, read_time
from clockdesk.office.log_entry import Entry, What, entry_of, members_of
from clockdesk.office.log_sheet import log_document
from clockdesk.office.manual_log import Ended, ManualLog
from clockdesk.office.sheets import AsOf, Table
from clockdesk.store.thread import Use, open_store
from tests.support.desk import NOW, ZONE, desk
from tests.support.engine import STORE_KEY


@pytest.fixture
async def it():
    async with desk(rooms=24, bookings=160) as made:
        yield made


def read(it, **fields):
    draft = Draft(**({"by": "AB"} | fields))
    return read_draft(draft, it.office.house, NOW, ZONE)


def refused(it, **fields):
    with pytest.raises(DraftError) as caught:
        read(it, **fields)
    return caught.value.field


def expected_with_room(it):
    today = it.office.today
    return next(
        b
        for b in it.office.house.bookings.values()
        if b.status == "expected"
        and b.arrival <= today
        and b.room_id is not None
        and sum(
            o.room_id == b.room_id and o.status == "expected" and o.arrival <= today
            for o in it.office.house.bookings.values()
        )
        == 1
    )


def in_house(it):
    bookings = it.office.house.bookings.values()
    return next(
        b
        for b in bookings
        if b.status == "checked_in" and sum(o.room_id == b.room_id and o.status == "checked_in" for o in bookings) == 1
    )


async def test_an_arrival_keeps_what_the_screen_said(it):
    booking = expected_with_room(it)
    name = it.office.house.room_name(booking.room_id)
    entry = read(it, what=What.ARRIVED, booking=booking.id, time="13:30")
    assert (entry.booking, entry.room, entry.room_name) == (booking.id, booking.room_id, name)
    assert (entry.seen, entry.seen_room) == ("expected", booking.room_id)
    assert entry.happened == dt.datetime(2026, 11, 21, 11, 30, tzinfo=dt.UTC)
    assert entry.sentence == f"{booking.guest_name} ({booking.number}) arrived, room {name}"


async def test_another_room_than_the_assigned_one(it):
    booking = expected_with_room(it)
    other = next(room for room in it.office.house.rooms.values() if room.id != booking.room_id)
    entry = read(it, booking=booking.id, room=f" {other.name} ")
    assert (entry.room, entry.seen_room) == (other.id, booking.room_id)


async def test_a_room_alone_finds_its_guest(it):
    coming, staying = expected_with_room(it), in_house(it)
    room = it.office.house.room_name
    assert read(it, what=What.ARRIVED, room=room(coming.room_id)).booking == coming.id
    assert read(it, what=What.DEPARTED, room=room(staying.room_id)).booking == staying.id
    cash = {"amount": "80", "currency": "EUR", "method": "cash"}
    assert read(it, what=What.MONEY, room=room(staying.room_id), **cash).booking == staying.id


async def test_a_walk_in_is_words_and_a_room(it):
    room = next(iter(it.office.house.rooms.values()))
    entry = read(it, guest="  Ann   Walker ", room=room.name)
    assert (entry.booking, entry.guest, entry.room) == (None, "Ann Walker", room.id)
    assert refused(it, guest="Ann Walker") == "room"


async def test_two_guests_in_a_room_are_asked_about(it):
    staying = in_house(it)
    other = next(
        b for b in it.office.house.bookings.values() if b.status == "checked_in" and b.room_id != staying.room_id
    )
    await it.change(Kind.BOOKING, other.id, current_room_id=staying.room_id)
    assert refused(it, what=What.DEPARTED, room=it.office.house.room_name(staying.room_id)) == "guest"


async def test_money_with_its_currency_and_how(it):
    staying = in_house(it)
    entry = read(it, what=What.MONEY, booking=staying.id, amount="1,234.50", currency="EUR", method="card")
    assert entry.amount == Money(123450, "EUR")
    assert entry.sentence.startswith("1 234.50 EUR taken (card) from ")
    assert read(it, what=What.MONEY, text="bar", amount="5", currency="JPY", method="cash").booking is None


async def test_a_status_keeps_the_one_that_was_seen(it):
    room = next(room for room in it.office.house.rooms.values() if room.housekeeping_status == "checked_out")
    entry = read(it, what=What.ROOM_STATUS, room=room.name, status="")
    assert (entry.status, entry.seen) == ("", "checked_out")
    assert entry.sentence == f"Room {room.name} is Clean now (was Dirty)"


WRONG = {
    "by": {"by": "  ", "what": What.NOTE, "text": "x"},
    "time": {"what": What.NOTE, "text": "x", "time": "25:00"},
    "room": {"what": What.NOTE, "text": "x", "room": "no such"},
    "text": {"what": What.NOTE},
    "status": {"what": What.ROOM_STATUS, "room": "101"},
    "guest": {"what": What.ARRIVED, "room": ""},
    "currency": {"what": What.MONEY, "text": "x", "amount": "5", "method": "cash"},
    "amount": {"what": What.MONEY, "text": "x", "amount": "0", "currency": "EUR", "method": "cash"},
    "method": {"what": What.MONEY, "text": "x", "amount": "5", "currency": "EUR"},
}


@pytest.mark.parametrize(("field", "typed"), WRONG.items(), ids=WRONG.keys())
async def test_what_is_wrong_is_told_at_its_field(it, field, typed):
    assert refused(it, **typed) == field


async def test_more_that_is_refused(it):
    assert refused(it, what=What.DEPARTED) == "guest"
    assert refused(it, what=What.ROOM_STATUS, status="") == "room"
    assert refused(it, what=What.MONEY, amount="5", currency="EUR", method="cash") == "guest"
    assert refused(it, what=What.MONEY, text="x", amount="5.5555", currency="EUR", method="cash") == "amount"
    assert refused(it, by="A name of more than twelve letters") == "by"


TIMES = {
    "": NOW,
    "14:05": dt.datetime(2026, 11, 21, 12, 5, tzinfo=dt.UTC),
    "1405": dt.datetime(2026, 11, 21, 12, 5, tzinfo=dt.UTC),
    "9": dt.datetime(2026, 11, 21, 7, tzinfo=dt.UTC),
    "9.15": dt.datetime(2026, 11, 21, 7, 15, tzinfo=dt.UTC),
    "23:50": dt.datetime(2026, 11, 20, 21, 50, tzinfo=dt.UTC),
}


@pytest.mark.parametrize(("text", "expected"), TIMES.items())
def test_times_are_the_last_such_on_the_hotels_clock(text, expected):
    assert read_time(text, NOW, ZONE) == expected


@pytest.mark.parametrize("text", ["24:00", "12:60", "noon", "12:3", "1:2:3", "-1"])
def test_times_that_are_none(text):
    with pytest.raises(DraftError):
        read_time(text, NOW, ZONE)


ENTRIES = [
    Entry(what=What.ARRIVED, by="AB", happened=NOW, booking=7, guest="Smith (7)", room=1, room_name="101",
          seen="expected", seen_room=None, text="late"),
    Entry(what=What.DEPARTED, by="AB", happened=NOW, booking=7, guest="Smith (7)", seen="checked_in", seen_room=1),
    Entry(what=What.MONEY, by="AB", happened=NOW, amount=Money(265392, "KWD"), method="cash", guest="=1+1"),
    Entry(what=What.ROOM_STATUS, by="AB", happened=NOW, room=1, room_name="101", status="", seen="checked_out"),
    Entry(what=What.NOTE, by="AB", happened=NOW, text="Lift out of order\nsince noon"),
]  # fmt: skip


async def test_what_is_written_survives_the_program(tmp_path):
    store = open_store(tmp_path, STORE_KEY, at=NOW, use=Use.KEEP)
    log = ManualLog(store, _Clock())
    lines = [await log.write(entry) for entry in ENTRIES]
    await log.settle(lines[0].id, Ended.APPLIED, "AB, 21 Nov 14:02: Check in, room 101")
    await log.settle(lines[4].id, Ended.DISMISSED, "AB: not: needed")
    await store.close()
    store = open_store(tmp_path, STORE_KEY, at=NOW, use=Use.KEEP)
    again = ManualLog(store, _Clock())
    await again.load()
    assert [line.entry for line in again.lines] == ENTRIES
    assert again.lines == log.lines
    assert [line.id for line in again.open_lines] == [line.id for line in lines[1:4]]
    assert (again.lines[4].ended, again.lines[4].outcome) == (Ended.DISMISSED, "AB: not: needed")
    await store.close()


class _Clock:
    def now(self):
        return NOW

    def monotonic(self):
        return 0.0

    async def sleep(self, seconds):
        raise AssertionError


async def test_a_line_of_another_version_is_shown_with_all_it_says(it):
    store, log = it.engine.store, ManualLog(it.engine.store, it.clock)
    await store.run(lambda: store.desk.write_log("luggage", {"what": "luggage", "by": "CD", "bags": 3}, at=NOW))
    await log.load()
    [line] = log.lines
    assert line.entry.what is What.NOTE
    assert line.entry.by == "CD"
    assert '"bags":3' in line.entry.sentence
    assert line.open
    await store.run(lambda: store.desk.settle_log(line.id, "teleported: by EF", at=NOW))
    await log.load()
    assert (log.lines[0].open, log.lines[0].ended, log.lines[0].outcome) == (False, None, "teleported: by EF")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.what)
def test_an_entry_is_kept_whole(entry):
    assert entry_of(entry.what, members_of(entry), NOW) == entry


async def test_listeners_hear_of_each_line(it):
    log, heard = ManualLog(it.engine.store, it.clock), []
    end = log.listen(lambda: heard.append(len(log.open_lines)))
    line = await log.write(ENTRIES[4])
    await log.settle(line.id, Ended.ENTERED, "AB")
    assert heard == [1, 0]
    end()
    await log.write(ENTRIES[4])
    assert heard == [1, 0]


async def test_the_last_word_about_a_room_overtakes_the_earlier_ones(it):
    log = ManualLog(it.engine.store, it.clock)
    first = ENTRIES[3]
    early = await log.write(first)
    typed_late = await log.write(replace_time(first, -60))
    last = await log.write(replace_time(first, 60))
    other_room = await log.write(Entry(what=What.ROOM_STATUS, by="A", happened=NOW, room=2, room_name="2", status=""))
    assert log.overtaken(early) == log.overtaken(typed_late) == last
    assert log.overtaken(last) is None
    assert log.overtaken(other_room) is None
    await log.settle(last.id, Ended.DISMISSED, "x")
    assert log.overtaken(typed_late) == early


def replace_time(entry, seconds):
    members = members_of(entry)
    return entry_of(entry.what, members | {"happened": (NOW + dt.timedelta(seconds=seconds)).isoformat()}, NOW)


async def test_the_log_on_paper(it):
    log = ManualLog(it.engine.store, it.clock)
    for entry in reversed(ENTRIES):
        await log.write(entry)
    await log.settle(log.lines[0].id, Ended.DISMISSED, "AB: twice")
    document = log_document(log.lines, AsOf("Hotel", ZONE, NOW, NOW, "Live"))
    table = document.sections[0].blocks[0]
    assert isinstance(table, Table)
    assert len(table.rows) == 5
    assert [row[table.place("entered")] for row in table.rows] == ["dismissed: AB: twice", *["open"] * 4]
    assert document.sections[1].title == "By hand"
    assert replace(table, rows=()).empty == "Nothing yet."
