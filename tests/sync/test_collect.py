"""How long events are collected: a moment, or until a flood has gone by, but not for ever."""

import asyncio

import pytest

from clockdesk.sync.collect import COLLECT, FLOOD, Collecting
from tests.api.clocks import HandClock, settle


class Desk:
    """Somebody who waits, and what comes meanwhile. Five objects can be read in a second."""

    def __init__(self):
        self.clock = HandClock()
        self.collecting = Collecting(self.clock, lambda: 5)
        self.urgent = False

    async def comes(self, events):
        for _ in range(events):
            self.collecting.came()

    async def waits(self, *, flood=0, busy=False):
        """Seconds until reading begins, while so many events come in each wait."""
        began = self.clock.seconds
        await self.comes(flood)
        waiting = asyncio.get_running_loop().create_task(self.collecting.wait(busy=busy, urgent=lambda: self.urgent))
        await settle()
        while not waiting.done():
            await self.comes(flood)
            await self.clock.advance(COLLECT)
        return self.clock.seconds - began


async def test_one_event_waits_for_more_of_them_and_a_busy_line_for_nothing():
    assert await Desk().waits(flood=1) == pytest.approx(COLLECT)
    assert await Desk().waits(flood=1, busy=True) == 0


async def test_a_flood_goes_by_first_whether_the_line_is_busy_or_not():
    for busy in (False, True):
        desk = Desk()
        assert await desk.waits(flood=20, busy=busy) == pytest.approx(FLOOD, abs=2 * COLLECT)


async def test_a_flood_without_end_is_read_as_it_comes():
    desk = Desk()
    await desk.waits(flood=20)
    assert await desk.waits(flood=20, busy=True) == 0


async def test_a_flood_after_a_calm_moment_is_a_new_one():
    desk = Desk()
    await desk.waits(flood=20)
    await desk.clock.advance(1)
    await desk.waits()
    assert await desk.waits(flood=20) > FLOOD - COLLECT


async def test_something_urgent_does_not_wait_for_a_flood():
    desk = Desk()
    desk.urgent = True
    assert await desk.waits(flood=20) == pytest.approx(COLLECT)
