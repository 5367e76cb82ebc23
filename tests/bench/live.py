"""Rows measured with the hotel on the line: a change at the server to the pixels, and a storm."""

from __future__ import annotations

import asyncio
import random
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from clockdesk.domain.kinds import Kind
from tests.bench.hands import blow
from tests.bench.stage import Heartbeat, in_sight

if TYPE_CHECKING:
    from tests.bench.hands import Hotel
    from tests.bench.scale import Scale
    from tests.bench.stage import Stage


async def changes(stage: Stage, hotel: Hotel, scale: Scale) -> list[float]:
    """Seconds from just before the hotel is told to change something to the paint that shows it.

    In turn a booking of the list of all bookings and a room of the board, each in sight; the call that makes the hotel
    change it is counted in.
    """
    rng, found = random.Random(11), []
    for turn in range(scale.changes):
        kind = Kind.ROOM if turn % 2 else Kind.BOOKING
        ident = rng.choice(await _shown(stage, kind))
        seen = stage.eye.expect()
        end = stage.engine.office.on_touched(partial(stage.eye.look_for, kind, ident))
        began = time.perf_counter()
        if kind is Kind.ROOM:
            await asyncio.to_thread(hotel.happen, "housekeeping", room_id=ident)
        else:
            await asyncio.to_thread(hotel.happen, "change_booking", booking_id=ident, reference_number=f"LIVE-{turn}")
        async with asyncio.timeout(30):
            found.append(await seen - began)
        end()
        await stage.settle(0.2 + 0.3 * rng.random())
    return found


async def storm(stage: Stage, hotel: Hotel, scale: Scale, rate: int) -> dict[str, Any]:
    """What a storm does to the UI thread and to the calls, with the hotel allowing `rate` calls a second."""
    await asyncio.to_thread(hotel.fault, rate_limit=rate)
    stage.window.goto("today")
    await stage.settle()
    before, heart = await asyncio.to_thread(hotel.stats), Heartbeat()
    heart.start()
    stormed = await asyncio.to_thread(blow, hotel, scale.events, scale.storm_seconds)
    deadline = time.monotonic() + scale.after_storm
    while (left := stage.engine.sync.reader.left) and time.monotonic() < deadline:
        await stage.settle(0.1)
    heart.stop()
    after = await asyncio.to_thread(hotel.stats)
    return stormed | {
        "rate": rate,
        "blocks": heart.blocks,
        "blocks_cpu": heart.cpu,
        "calls": after["calls"] - before["calls"],
        "rejected_429": after["rejected_429"] - before["rejected_429"],
        "left": left,
    }


async def _shown(stage: Stage, kind: Kind) -> list[int]:
    """The ids in sight on the screen of this kind."""
    window = stage.window
    window.goto("rooms" if kind is Kind.ROOM else "bookings")
    await stage.settle(0.1)
    if kind is Kind.ROOM:
        assert window.rooms is not None
        return in_sight(window.rooms.board, window.rooms.model)
    assert window.bookings is not None
    return in_sight(window.bookings.table, window.bookings.model)
