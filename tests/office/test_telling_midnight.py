"""At the hotel's midnight each filter that speaks of today tells once who entered and who left it."""

from __future__ import annotations

import datetime as dt

import pytest

from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate_text import parse
from clockdesk.office.saved import TOLD
from clockdesk.store.desk import SavedFilter
from tests.support.desk import desk

ARRIVALS = "arrival = today"


@pytest.fixture
async def it():
    async with desk(rooms=80, bookings=800) as made:
        yield made


async def told(it, name, text, kind=Kind.BOOKING):
    filters = it.office.filters
    await filters.save(kind, name, parse(text, ENTITIES[kind]))
    one = next(each for each in filters.known if (each.kind, each.name) == (kind, name))
    await filters.pin(one, pinned=True)
    await filters.tell(one, told=True)
    return one.id


def arriving(it, day):
    return {booking.id for booking in it.office.house.bookings.values() if booking.arrival == day}


def midnight(it):
    """Gives the two days."""
    before = it.office.today
    it.clock.at = dt.datetime.combine(before + dt.timedelta(days=1), dt.time(0, 0, 1), it.office.zone)
    assert it.office.new_day()
    return before, before + dt.timedelta(days=1)


async def test_who_enters_and_leaves_with_the_day_is_told_in_one_sentence(it):
    one = await told(it, "Arrivals", ARRIVALS)
    said = []
    it.office.telling.listen(lambda: said.append(1))
    was, now = (arriving(it, day) for day in midnight(it))
    assert said == [1]
    [passage] = it.office.telling.take()
    assert (passage.filter.id, passage.entered, passage.left) == (one, now, was)
    assert min(len(was), len(now)) > 3, "more than are told one by one"
    assert it.office.telling.words(passage) == (f"“Arrivals”: {len(now)} entered, {len(was)} left; {len(now)} now")
    assert it.office.telling.unseen(one) is not None
    assert not it.office.new_day()
    assert it.office.telling.take() == ()


async def test_each_filter_tells_once_and_one_whose_rows_stay_says_nothing(it):
    arrivals, leaving = await told(it, "Arrivals", ARRIVALS), await told(it, "Due out", "departure = today")
    await told(it, "In house", "status = checked_in")
    await told(it, "Buses", "arrival = today and adults > 50")
    counted = []
    it.office.counting.listen(lambda passage: counted.append(passage.filter.name))
    midnight(it)
    assert sorted(passage.filter.id for passage in it.office.telling.take()) == sorted([arrivals, leaving])
    assert counted.count("Arrivals") == counted.count("Due out") == 1


async def test_a_filter_that_shall_not_tell_only_counts(it):
    one = await told(it, "Arrivals", ARRIVALS)
    named = next(each for each in it.office.filters.known if each.id == one)
    await it.office.filters.tell(named, told=False)
    _, today = midnight(it)
    assert it.office.counting.count(one) == len(arriving(it, today))
    assert it.office.telling.take() == ()


async def test_rooms_are_looked_at_with_the_day_too(it):
    """That a guest is due to leave is a matter of the day, though the filter's text names none."""
    one = await told(it, "To turn over", "departing = true", Kind.ROOM)
    before = set(it.office.live(Kind.ROOM, "departing = true").ids)
    midnight(it)
    after = set(it.office.live(Kind.ROOM, "departing = true").ids)
    assert before != after
    [passage] = it.office.telling.take()
    assert (passage.filter.id, passage.entered, passage.left) == (one, after - before, before - after)


async def test_a_copy_of_yesterday_that_is_loaded_today_tells_nothing(it):
    """What changed while nobody was there is no passage: the first count of a start tells of nobody."""
    store = it.engine.store
    await store.run(store.desk.save_filter, SavedFilter(Kind.BOOKING, "Arrivals", ARRIVALS, pinned=True))
    [row] = await store.run(store.desk.filters)
    await store.run(store.desk.set_fact, TOLD, [row.id])
    it.clock.at += dt.timedelta(days=1)
    await it.office.load()
    assert it.office.filters.known[0].told
    assert it.office.counting.count(row.id) == len(arriving(it, it.office.today)) > 0
    assert it.office.telling.take() == ()
    midnight(it)
    assert [passage.filter.name for passage in it.office.telling.take()] == ["Arrivals"]


async def test_a_change_just_before_midnight_and_the_day_are_one_passage(it):
    await told(it, "Arrivals", ARRIVALS)
    new = await it.happens("new_booking", arrival=it.office.today.isoformat())
    was, now = (arriving(it, day) for day in midnight(it))
    assert new in was
    [passage] = it.office.telling.take()
    assert (passage.entered, passage.left) == (now, was - {new})
