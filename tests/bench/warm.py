"""A warm copy on disk, as months of use leave it: all objects, how far was swept, what the ledger said."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from clockdesk.api.reports import LedgerItem
from clockdesk.app import settings
from clockdesk.app.clock import SystemClock
from clockdesk.app.places import places
from clockdesk.app.settings import AccountSettings, Settings
from clockdesk.domain.kinds import Kind
from clockdesk.domain.records import Record, Stamp
from clockdesk.domain.value_types import VALUE_TYPES
from clockdesk.hotel.world import World
from clockdesk.store.batch import Batch
from clockdesk.store.thread import open_store
from clockdesk.sync.census import COUNTED
from clockdesk.sync.ledger import fingerprints
from clockdesk.sync.trust import LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from tests.bench.scale import Scale

ACCOUNT = "bench"
STORE_KEY = bytes(range(32))
SEED = 7
TABLES = {Kind.ROOM_TYPE: "room_types", Kind.ROOM: "rooms", Kind.BOOKING: "bookings", Kind.FOLIO: "folios"}
SWEPT = (Kind.ROOM, Kind.BOOKING, Kind.FOLIO, Kind.GUEST)
SLICE = 1000


def make_copy(data: Path, scale: Scale, url: str, user: str) -> dict[str, int]:
    """Write settings and copy below `data` for the hotel of this scale; how many of each kind the copy holds."""
    at = places(data)
    settings.save(at.settings, Settings().with_account(AccountSettings(ACCOUNT, url, user)))
    world = World(rooms=scale.rooms, bookings=scale.bookings, seed=SEED)
    try:
        return asyncio.run(_write(at.store(ACCOUNT), world))
    finally:
        world.close()


async def _write(folder: Path, world: World) -> dict[str, int]:
    now = SystemClock().now()
    stamp = Stamp(now, now)
    store = open_store(folder, STORE_KEY, at=now)
    held: dict[str, int] = {}
    try:
        account = _record(Kind.ACCOUNT, world.account, stamp)
        await store.apply(Batch(records=(account,), origin="cold"))
        for kind, table in TABLES.items():
            held[table] = 0
            for part in _slices(world, table):
                records = [_record(kind, made, stamp) for made in world.render_many(table, part)]
                await store.apply(Batch(records=records, origin="cold"))
                held[table] += len(records)
        today = world.clock.today()
        cursors = {str(kind): now.isoformat() for kind in SWEPT} | {COUNTED: today.isoformat()}
        ledger = {"date": today.isoformat(), "items": _ledger(world, today), "strangers": []}
        await store.apply(Batch(cursors=cursors, facts={LEDGER: ledger}, origin="cold"))
    finally:
        await store.close()
    return held


def _ledger(world: World, today: date) -> dict[str, list[str]]:
    """What the last look at the ledger remembers."""
    items = [LedgerItem.read(msgspec.json.encode(item)) for item in world.folio_ledger(today)["items"]]
    return {str(item.folio_id): fingerprints(item) for item in items}


def _slices(world: World, table: str) -> Iterator[list[int]]:
    ids = [row[0] for row in world.db.execute(f'SELECT id FROM "{table}" ORDER BY id')]  # noqa: S608 (fixed names)
    for start in range(0, len(ids), SLICE):
        yield ids[start : start + SLICE]


def _record(kind: Kind, made: dict[str, object], stamp: Stamp) -> Record:
    ident = made["id"]
    assert isinstance(ident, int)
    return Record(kind, ident, msgspec.convert(made, VALUE_TYPES[kind]), msgspec.json.encode(made), stamp)
