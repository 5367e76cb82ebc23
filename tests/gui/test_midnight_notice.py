"""The hotel's midnight in the window: one notice, and the chips show what moved."""

from __future__ import annotations

import datetime as dt

import pytest

from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate_text import parse
from tests.support.desk import desk
from tests.support.engine import until
from tests.support.front import front
from tests.support.screens import settled


@pytest.fixture
async def it():
    async with desk(rooms=80, bookings=800) as made:
        yield made


async def told(it, name, text):
    filters = it.office.filters
    await filters.save(Kind.BOOKING, name, parse(text, ENTITIES[Kind.BOOKING]))
    one = next(each for each in filters.known if each.name == name)
    await filters.pin(one, pinned=True)
    await filters.tell(one, told=True)
    return one.id


def arriving(it):
    return sum(booking.arrival == it.office.today for booking in it.office.house.bookings.values())


async def test_midnight_is_one_notice_and_the_chip_shows_what_moved(it, look):
    one = await told(it, "Arrivals", "arrival = today")
    await told(it, "Due out", "departure = today")
    await told(it, "In house", "status = checked_in")
    async with front(it, look) as window:
        window.passages.soon.setInterval(0)
        said = []
        window.passages.soon.timeout.connect(lambda: said.append(window.passages.accessibleName()))
        window.status.timer.timeout.emit()
        await settled()
        assert said == []
        left = arriving(it)
        it.clock.at = dt.datetime.combine(it.office.today + dt.timedelta(days=1), dt.time(0, 0, 1), it.office.zone)
        window.status.timer.timeout.emit()
        await until(window.passages.isVisible)
        entered = arriving(it)
        assert said == [f"“Arrivals”: {entered} entered, {left} left; {entered} now. 1 other filter changed too"]
        chip = window.today.pinned.chips[one]
        assert (chip.count, chip.moved) == (entered, f"+{entered} −{left}")
        window.status.timer.timeout.emit()
        await settled()
        assert len(said) == 1
