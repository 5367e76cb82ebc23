"""A sleep of the machine is noticed by the wall clock, whatever `monotonic` makes of it."""

import asyncio
import datetime as dt

import pytest

from clockdesk.sync.waking import TICK, watch_sleep

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


class Night:
    """Each sleep of the program lasts as asked for, and then so much longer as the machine slept."""

    def __init__(self, slept, *, counts):
        self.wall, self.steady, self.slept, self.counts = NOON, 0.0, list(slept), counts

    def now(self):
        return self.wall

    def monotonic(self):
        return self.steady

    async def sleep(self, seconds):
        if not self.slept:
            raise asyncio.CancelledError
        more = self.slept.pop(0)
        self.wall += dt.timedelta(seconds=seconds + more)
        self.steady += seconds + (more if self.counts else 0)


async def woken(slept, *, counts):
    told: list[dt.datetime] = []
    with pytest.raises(asyncio.CancelledError):
        await watch_sleep(Night(slept, counts=counts), 15.0, told.append)
    return [(when - NOON).total_seconds() for when in told]


@pytest.mark.parametrize("counts", [False, True], ids=["monotonic stops", "monotonic goes on"])
async def test_a_sleep_is_told_with_the_moment_it_began(counts):
    [began] = await woken([0, 0, 3 * 3600, 0], counts=counts)
    assert 3 * TICK <= began <= 4 * TICK, "no later than anything read before, and not when it ended"


@pytest.mark.parametrize("counts", [False, True])
async def test_a_busy_moment_is_no_sleep_and_neither_is_a_clock_set_back(counts):
    assert await woken([0, 14, 0.2, -7200, 14, 0], counts=counts) == []
