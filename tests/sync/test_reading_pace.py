"""How long the rest takes: by the pace of late, pauses included; never faster than the gate allows."""

import pytest

from clockdesk.sync.reading_pace import ENOUGH, RECENT, ReadingPace
from tests.api.clocks import HandClock


async def read(pace, clock, times, seconds):
    for _ in range(times):
        await clock.advance(seconds)
        pace.done()


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def pace(clock):
    return ReadingPace(clock, lambda: 5)


async def test_before_anything_was_read_the_rate_of_the_gate_is_believed(pace, clock):
    assert pace.seconds_for(100) == 20
    await read(pace, clock, ENOUGH - 1, 3.0)
    assert pace.seconds_for(100) == 20


async def test_slow_answers_make_it_longer(pace, clock):
    await read(pace, clock, 10, 0.5)
    assert pace.seconds_for(100) == pytest.approx(50)


async def test_answers_that_come_together_do_not_make_it_shorter_than_is_allowed(pace, clock):
    await read(pace, clock, 10, 0.01)
    assert pace.seconds_for(100) == 20


async def test_only_the_last_ones_count(pace, clock):
    await read(pace, clock, 10, 9.0)
    await read(pace, clock, RECENT, 0.4)
    assert pace.seconds_for(10) == pytest.approx(4)


async def test_while_nothing_comes_the_rest_grows_longer(pace, clock):
    await read(pace, clock, 10, 0.2)
    short = pace.seconds_for(50)
    await clock.advance(60)
    assert pace.seconds_for(50) > 5 * short


async def test_another_reading_begins_anew(pace, clock):
    await read(pace, clock, 10, 2.0)
    pace.rest()
    assert pace.seconds_for(100) == 20
