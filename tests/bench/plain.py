"""The same work by a straightforward client: what one writes in an afternoon with httpx and the service's introduction.

It signs in anew for each call, reads the object of each event, then loads the list that shows it again; told "too many
requests" it waits as the service asks (n x 500 ms before the n-th repetition, at most eight).
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx

from tests.bench.cold import complete, connected, today, wanted_of
from tests.bench.hands import blow

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tests.bench.hands import Hotel
    from tests.bench.scale import Scale

PATIENCE = 600.0

TRIES = 8
EVENTS = {
    "booking_new": "bookings", "booking_update": "bookings", "booking_expected": "bookings",
    "booking_checked_in": "bookings", "booking_checked_out": "bookings", "booking_canceled": "bookings",
    "booking_no_show": "bookings", "booking_guests_update": "bookings", "housekeeping_changed": "rooms",
    "folio_close": "folios", "folio_update": "folios", "folio_void": "folios",
}  # fmt: skip
"""The events that concern the screens, and the list that shows their objects."""


class PlainClient:
    """Straight from the introduction."""

    def __init__(self, hotel: Hotel, today: str) -> None:
        """`today` is the hotel's date."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=32)
        self._hotel, self._http = hotel, httpx.AsyncClient(timeout=60, limits=limits)
        head, subscription, account = hotel.url.rsplit("/", 2)
        self._base = f"{head}/pms_api/{subscription}/{account}"
        self._today = f"arrival.lteq={today}&departure.gteq={today}"
        self._lists = {"bookings": self._today, "rooms": "", "folios": "close_date.eq"}
        self.working, self.finished, self.lost = 0, 0.0, 0

    async def get(self, path: str, query: str = "") -> Any:
        """One read; None when the service would not answer it."""
        url = httpx.URL(f"{self._base}/{path}".rstrip("/"))
        url = url.copy_with(query=query.encode()) if query else url
        for attempt in range(1, TRIES + 2):
            answer = await self._http.get(url, auth=httpx.DigestAuth(self._hotel.user, self._hotel.key))
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                break
            await asyncio.sleep(0.5 * attempt)
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            self.lost += 1
        return answer.json() if answer.is_success else None

    async def load(self) -> dict[str, str]:
        """Root, room types, rooms, Today's bookings; returns the channels' addresses."""
        root = await self.get("")
        await self.get("room_types")
        await self.get("rooms")
        for ident in await self.get("bookings", self._today):
            await self.get(f"bookings/{ident}")
        channels: dict[str, str] = root["message_channels"]["pull"]
        return channels

    async def follow(self, event: str, address: str, group: asyncio.TaskGroup) -> None:
        """One channel, until cancelled."""
        cursor: dict[str, str] = {}
        while True:
            answer = await self._http.get(address, headers=cursor)
            names = {"last-modified": "If-Modified-Since", "etag": "If-None-Match"}
            cursor |= {sent: answer.headers[got] for got, sent in names.items() if got in answer.headers}
            if answer.status_code == httpx.codes.OK:
                self.working += 1
                group.create_task(self._handle(EVENTS[event], _ident(answer.json())))

    async def _handle(self, table: str, ident: int) -> None:
        try:
            await self.get(f"{table}/{ident}")
            await self.get(table, self._lists[table])
        finally:
            self.working -= 1
            self.finished = time.monotonic()

    async def close(self) -> None:
        """Leave."""
        await self._http.aclose()


async def straightforward(hotel: Hotel, scale: Scale) -> dict[str, Any]:
    """Load Today and work off a storm as the plain client does."""
    client = PlainClient(hotel, today().isoformat())
    began = time.monotonic()
    channels = await client.load()
    loaded = time.monotonic() - began
    async with asyncio.TaskGroup() as group:
        polls = [group.create_task(client.follow(event, channels[event], group)) for event in EVENTS]
        await asyncio.sleep(0.5)
        calls = (await asyncio.to_thread(hotel.stats))["calls"]
        async with _counted(hotel, calls, loaded) as found:
            stormed = await asyncio.to_thread(blow, hotel, scale.plain_events, scale.plain_seconds)
            await _rest(lambda: client.working, scale.quiet_seconds)
        for poll in polls:
            poll.cancel()
    await client.close()
    return found | {"storm_seconds": client.finished - stormed["began"], "lost": client.lost, "storm": stormed}


async def ours(hotel: Hotel, scale: Scale) -> dict[str, Any]:
    """The same by the program's engine; what it reads in the background beyond Today is waited for between the two."""
    finished = 0.0

    def look(_change: object) -> None:
        nonlocal finished
        finished = time.monotonic()

    async with connected(hotel, scale.plain_rate) as engine:
        calls, seconds = await complete(engine, {row["id"] for row in await wanted_of(hotel)})
        await _rest(lambda: engine.sync.reader.left or not engine.sync.standing.started, scale.quiet_seconds)
        async with _counted(hotel, calls, seconds) as found:
            engine.changes.subscribe(look)
            stormed = await asyncio.to_thread(blow, hotel, scale.plain_events, scale.plain_seconds)
            await _rest(lambda: engine.sync.reader.left, scale.quiet_seconds)
    return found | {"storm_seconds": finished - stormed["began"], "lost": 0, "storm": stormed}


@asynccontextmanager
async def _counted(hotel: Hotel, calls: int, seconds: float) -> AsyncIterator[dict[str, Any]]:
    """Counts, at the hotel, the calls of what is done inside; `calls` and `seconds` are those of loading Today."""
    before = await asyncio.to_thread(hotel.stats)
    found: dict[str, Any] = {"load_calls": calls, "load_seconds": seconds}
    yield found
    after = await asyncio.to_thread(hotel.stats)
    found["storm_calls"] = after["calls"] - before["calls"]
    found["rejected_429"] = after["rejected_429"]


async def _rest(busy: Callable[[], object], quiet: float) -> None:
    """Wait until nothing has been under way for so long."""
    last = time.monotonic()
    async with asyncio.timeout(PATIENCE):
        while time.monotonic() - last < quiet:
            if busy():
                last = time.monotonic()
            await asyncio.sleep(0.02)


def _ident(message: dict[str, Any]) -> int:
    """The id in a message: the member that is named after it."""
    return int(next(value for name, value in message.items() if name.endswith("_id")))
