"""A first start: how much is still to be read is known early, and the line is kept busy."""

from __future__ import annotations

import re

from clockdesk.domain.freshness import Trust
from tests.faults.rig import Rig
from tests.support.engine import until

ONE = re.compile(r"/(bookings|folios)/\d+$|/rooms/\d+/")


async def test_what_is_said_to_be_left_covers_what_is_not_listed_yet():
    """The days around today and the folios are listed later; the time left would jump if they were not expected."""
    async with Rig(rooms=12, bookings=120, rate=25) as rig:
        said: list[tuple[int, int]] = []
        rig.engine.freshness.subscribe(lambda now: said.append((now.left, len(rig.path.asked))))
        await until(lambda: rig.engine.office.freshness.trust is Trust.LIVE)
        reads = [bool(ONE.search(path)) for _, path in rig.path.asked]
        still = [(left, sum(reads[asked:])) for left, asked in said if sum(reads[:asked]) >= 5]
        assert still[0][1] > 40, "enough of them to tell"
        wrong = [(left, true) for left, true in still if not 0.6 * true - 6 <= left <= 1.5 * true + 12]
        assert wrong == []


async def test_the_cold_plan_has_several_rooms_on_their_way_at_once():
    async with Rig(rooms=8, bookings=60) as rig:
        held = rig.path.hold("/rooms/")
        await held.at.wait()
        await until(lambda: sum(bool(re.search(r"/rooms/\d+/", path)) for _, path in rig.path.asked) >= 4)
        held.release()
        await rig.check()
