"""A cold start in calls, against the least that could do, worked out from the hotel's own rows."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from clockdesk.app.clock import SystemClock
from clockdesk.app.engine import open_engine
from clockdesk.app.settings import AccountSettings
from clockdesk.domain.dates import hotel_today
from clockdesk.domain.kinds import Kind
from clockdesk.domain.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from datetime import date, datetime

    from clockdesk.app.engine import Engine
    from clockdesk.domain.records import ChangeSet
    from tests.bench.hands import Hotel

PATIENCE = 300.0
HOTEL_ZONE = ZoneInfo("Europe/Sofia")
BEFORE = ("challenge", "root", "room types", "rooms", "ids in house", "ids to arrive", "ids departed")
"""What no client can do without: one call each."""


async def cold(hotel: Hotel, rate: int) -> dict[str, Any]:
    """Start with an empty copy; the calls that had left when the last of Today's bookings was in it."""
    async with connected(hotel, rate) as engine:
        wanted = await wanted_of(hotel)
        calls, seconds = await complete(engine, {row["id"] for row in wanted})
        counters = engine.gate.snapshot()
    rooms = await asyncio.to_thread(hotel.truth, "rooms")
    return {
        "calls": calls,
        "least": least(wanted, rooms),
        "bookings": len(wanted),
        "rooms": len(rooms),
        "seconds": seconds,
        "rejected_429": counters.limited_429,
    }


@asynccontextmanager
async def connected(hotel: Hotel, rate: int) -> AsyncIterator[Engine]:
    """An engine with an empty copy in memory, not started."""
    account = AccountSettings("bench", hotel.url, hotel.user, rate)
    engine = await open_engine(account, hotel.key, None, None, SystemClock(), Tasks())
    try:
        yield engine
    finally:
        await engine.close()


async def complete(engine: Engine, wanted: set[int]) -> tuple[int, float]:
    """Start; the calls that had left when the last of these bookings was asked for, and the seconds until it was there.

    Reads ahead for the days to come may be under way by then; what left before counts, needed or not.
    """
    missing = set(wanted)
    left: list[tuple[datetime, int]] = []

    def look(change: ChangeSet) -> None:
        if change.kind is Kind.BOOKING:
            missing.difference_update(change.ids)

    engine.changes.subscribe(look)
    clock, began = SystemClock(), time.monotonic()
    engine.start()
    async with asyncio.timeout(PATIENCE):
        while missing:
            await asyncio.sleep(0.002)
            left.append((clock.now(), engine.gate.snapshot().total))
    seconds = time.monotonic() - began
    asked = [stamp.asked for stamp in engine.store.reader.stamps(Kind.BOOKING, wanted).values()]
    return next(total for at, total in left if at >= max(asked)), seconds


async def wanted_of(hotel: Hotel) -> list[dict[str, Any]]:
    """Today's bookings as the hotel has them."""
    return todays(await asyncio.to_thread(hotel.truth, "bookings"), today().isoformat())


def today() -> date:
    """The embedded hotel's date."""
    return hotel_today(SystemClock().now(), HOTEL_ZONE)


def todays(bookings: Iterable[dict[str, Any]], today: str) -> list[dict[str, Any]]:
    """Today's: in house, still to arrive, departed today."""
    return [
        row
        for row in bookings
        if row["status"] == "checked_in"
        or (row["status"] == "expected" and row["arrival"] <= today)
        or (row["status"] == "checked_out" and row["departure"] == today)
    ]


def least(wanted: list[dict[str, Any]], rooms: list[dict[str, Any]]) -> int:
    """The cold plan's minimum (design, section 4): singly, or every room's day and those without a room singly."""
    loose = sum(row["arrival_room_id"] is None for row in wanted)
    return len(BEFORE) + min(len(wanted), len(rooms) + loose + 1)
