"""A clock whose instants always rise."""

import datetime as dt

from clockdesk.domain.clock import Steady

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


class SetClock:
    """A clock that a test sets."""

    def __init__(self):
        self.time = NOON
        self.slept = 0.0

    def monotonic(self):
        return 7.0

    def now(self):
        return self.time

    async def sleep(self, seconds):
        self.slept += seconds


async def test_instants_rise_while_the_wall_clock_stands_or_is_set_back_and_follow_it_when_it_is_ahead():
    below = SetClock()
    steady = Steady(below)
    given = [steady.now(), steady.now()]
    below.time = NOON - dt.timedelta(hours=1)
    given += [steady.now(), steady.now()]
    below.time = NOON + dt.timedelta(hours=1)
    given.append(steady.now())
    assert given == sorted(set(given))
    assert given[0] == NOON
    assert given[3] - NOON < dt.timedelta(seconds=1)
    assert given[4] == below.time
    await steady.sleep(2)
    assert (steady.monotonic(), below.slept) == (7.0, 2)
