"""Saved filters: kept, pinned, told of; the count and the words follow what happens in the hotel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clockdesk.domain.errors import UserError
from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.freshness import Freshness, Trust
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate_text import parse
from clockdesk.office.missed import Missed
from clockdesk.office.telling import Telling
from clockdesk.store.desk import SavedFilter
from tests.support.desk import desk

if TYPE_CHECKING:
    from clockdesk.office.saved import NamedFilter

EXPECTED = "status = expected"


@pytest.fixture
async def it():
    async with desk(rooms=24, bookings=60) as made:
        yield made


async def saved(it, name="Expected", text=EXPECTED, kind=Kind.BOOKING):
    await it.office.filters.save(kind, name, parse(text, ENTITIES[kind]))
    return next(each for each in it.office.filters.known if (each.kind, each.name) == (kind, name))


async def test_a_filter_is_kept_pinned_counted_and_forgotten(it):
    one = await saved(it)
    assert (one.pinned, one.told, one.counted) == (False, False, False)
    assert it.office.counting.count(one.id) is None
    await it.office.filters.pin(one, pinned=True)
    expected = sum(booking.status == "expected" for booking in it.office.house.bookings.values())
    assert it.office.counting.count(one.id) == expected > 0
    arriving = await it.happens("check_in")
    assert it.office.house.bookings[arriving].status == "checked_in"
    assert it.office.counting.count(one.id) == expected - 1
    await it.office.filters.forget(one.id)
    assert it.office.filters.known == ()
    assert it.office.counting.count(one.id) is None


async def test_a_filter_saved_again_under_its_name_stays_pinned_and_tells(it):
    one = await saved(it)
    await it.office.filters.pin(one, pinned=True)
    await it.office.filters.tell(one, told=True)
    again = await saved(it, text="status = checked_in")
    assert (again.id, again.pinned, again.told) == (one.id, True, True)
    assert [each.text for each in it.office.filters.known] == ["status = checked_in"]
    assert it.office.counting.count(one.id) == it.office.counts().in_house
    other_kind = await saved(it, name="Expected", text="occupied = true", kind=Kind.ROOM)
    assert other_kind.id != one.id
    with pytest.raises(UserError, match="name"):
        await it.office.filters.save(Kind.ROOM, "  ", parse("", ENTITIES[Kind.ROOM]))


async def test_a_forgotten_filters_id_tells_nothing_when_it_is_used_again(it):
    one = await saved(it)
    await it.office.filters.tell(one, told=True)
    await it.office.filters.forget(one.id)
    assert not (await saved(it)).told


async def test_listeners_hear_of_every_change_until_they_stop(it):
    heard: list[tuple[NamedFilter, ...]] = []
    end = it.office.filters.listen(heard.append)
    one = await saved(it)
    await it.office.filters.pin(one, pinned=True)
    assert [[each.pinned for each in filters] for filters in heard] == [[False], [True]]
    end()
    await it.office.filters.forget(one.id)
    assert len(heard) == 2


async def test_pinned_filters_of_last_time_are_counted_when_the_office_opens(it):
    store = it.engine.store
    await store.run(store.desk.save_filter, SavedFilter(Kind.BOOKING, "In", "status = checked_in", pinned=True))
    await store.run(store.desk.save_filter, SavedFilter(Kind.BOOKING, "Old", "colour = green", pinned=True))
    await it.office.load()
    kept, broken = it.office.filters.known
    assert it.office.counting.count(kept.id) == it.office.counts().in_house
    assert broken.predicate is None
    assert not broken.counted
    assert it.office.counting.count(broken.id) is None


async def test_what_passes_is_told_in_one_sentence_without_a_guests_name(it):
    one = await saved(it)
    await it.office.filters.tell(one, told=True)
    said = []
    end = it.office.telling.listen(lambda: said.append(1))
    gone = await it.happens("check_in")
    new = await it.happens("new_booking", arrival=it.office.today.isoformat(), guest_last_name="Secret")
    assert len(said) == 2
    [passage] = it.office.telling.take()
    assert (passage.entered, passage.left) == ({new}, {gone})
    house = it.office.house
    left, entered = house.line(Kind.BOOKING, gone), house.line(Kind.BOOKING, new)
    words = it.office.telling.words(passage)
    room = f" (room {left.room})"
    assert words.startswith(f"“Expected”: booking {entered.number}")
    assert words.endswith(f" entered, booking {left.number}{room} left; {it.office.counting.count(one.id)} now")
    assert "Secret" not in words
    assert it.office.telling.take() == ()
    end()
    await it.office.filters.tell(one, told=False)
    await it.happens("check_in")
    assert len(said) == 2


async def test_who_came_and_went_again_before_it_was_told_is_not_told(it):
    one = await saved(it)
    await it.office.filters.tell(one, told=True)
    ident = it.some(Kind.BOOKING, status="expected")
    await it.change(Kind.BOOKING, ident, status="canceled")
    await it.change(Kind.BOOKING, ident, status="expected")
    assert it.office.telling.take() == ()


async def test_many_rows_are_told_by_their_number(it):
    one = await saved(it)
    await it.office.filters.tell(one, told=True)
    some = [b.id for b in it.office.house.bookings.values() if b.status == "expected"][:5]
    for ident in some:
        await it.change(Kind.BOOKING, ident, status="canceled")
    [passage] = it.office.telling.take()
    assert ": 5 left; " in it.office.telling.words(passage)


async def test_a_copy_that_is_read_for_the_first_time_tells_of_nobody(it):
    one = await saved(it)
    await it.office.filters.tell(one, told=True)
    freshness = [Freshness(Trust.STARTING)]
    telling = Telling(it.office.counting, it.office.house, lambda: freshness[0])
    ident = it.some(Kind.BOOKING, status="expected")
    await it.change(Kind.BOOKING, ident, status="canceled")
    freshness[0] = Freshness(Trust.CATCHING_UP, left=400)
    await it.change(Kind.BOOKING, ident, status="expected")
    assert telling.take() == ()
    freshness[0] = Freshness(Trust.LIVE)
    await it.change(Kind.BOOKING, ident, status="canceled")
    assert [passage.left for passage in telling.take()] == [{ident}]
    freshness[0] = Freshness(Trust.CATCHING_UP, left=400)
    await it.change(Kind.BOOKING, ident, status="expected")
    assert [passage.entered for passage in telling.take()] == [{ident}]


async def test_a_room_and_a_folio_are_told_by_number(it):
    room = it.some(Kind.ROOM)
    folio = it.some(Kind.FOLIO)
    house = it.office.house
    assert it.office.telling._row(Kind.ROOM, room) == f"room {house.line(Kind.ROOM, room).name}"
    assert it.office.telling._row(Kind.FOLIO, folio).startswith(f"folio {house.line(Kind.FOLIO, folio).number}")
    assert it.office.telling._row(Kind.BOOKING, 10**9) == f"booking {10**9}"


def test_what_was_missed_is_counted_once_an_object():
    missed = Missed({(Kind.BOOKING, 2), (Kind.BOOKING, 1), (Kind.ROOM, 7)})
    assert missed.kinds == (Kind.BOOKING, Kind.ROOM)
    assert missed.of(Kind.BOOKING) == (1, 2)
    assert [missed.words(kind) for kind in missed.kinds] == ["2 bookings", "1 room"]
    assert missed.of(Kind.FOLIO) == ()
    assert not Missed(()).kinds


async def test_the_office_remembers_what_changed_while_away_until_it_was_seen(it):
    await it.happens("housekeeping")
    assert it.office.missed.kinds == ()
    it.line_broke()
    booking = it.some(Kind.BOOKING, status="expected")
    await it.change(Kind.BOOKING, booking, status="canceled")
    it.is_live()
    assert it.office.missed.of(Kind.BOOKING) == (booking,)
    it.office.seen_missed()
    assert it.office.missed.kinds == ()
    assert it.office.freshness.missed == 0
