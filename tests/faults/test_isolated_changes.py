"""What one change costs, at the hotel's own pace: a read at its event; the check after the work proves it current."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest

from tests.faults.equal import ALL_MEMBERS, unequal
from tests.faults.rig import Rig

READS = {
    "change_booking": 2,
    "check_out": 2,
    "close_folio": 2,  # and with it the booking whose balance it moves
    "check_in": 2,
    "extend": 2,  # the booking and its folio, whose money it moves
    "new_booking": 4,  # with its guest and its folio it is three objects; and announced twice, two seconds apart
}
"""Reads of objects at most."""

ONE = re.compile(r"/(bookings|rooms|folios|guests)/\d+$|/rooms\?id")


@pytest.mark.timeout(180)
async def test_what_an_isolated_change_costs():
    async with Rig(rooms=12, bookings=80, rate=25, haste=1.0) as rig:
        await rig.rest()
        rig.engine.sync.pace = replace(rig.engine.sync.pace, after_events=3.0)
        cost = {}
        for what in READS:
            await rig.long_after()
            rig.path.asked.clear()
            rig.must(what)
            await asyncio.sleep(6.0)  # the events' own delays, and the check after the work
            await rig.quiet()
            cost[what] = sum(bool(ONE.search(path)) for _, path in rig.path.asked)
        assert await unequal(rig.engine, rig.hotel, ALL_MEMBERS) == []
        assert not {what: reads for what, reads in cost.items() if reads > READS[what]}, cost
        assert all(cost[what] for what in READS)
