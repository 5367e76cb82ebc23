"""An office for tests of screens, with nothing stood in for.

`async with desk() as it:` gives an office whose copy in memory holds what an embedded hotel (`it.world`, in the same
process) knows; the line leads nowhere and time stands still at `NOW`. `await it.happens("check_in")` makes something
happen in the hotel and lets the copy follow, as the worker would.

`async with connected_desk(hotel) as it:` gives one that keeps its copy true over real HTTP.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from clockdesk.app.engine import open_engine
from clockdesk.app.settings import AccountSettings
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.domain.records import Record, Stamp
from clockdesk.domain.tasks import Tasks
from clockdesk.domain.value_types import VALUE_TYPES
from clockdesk.hotel.world import HotelClock, World
from clockdesk.store.batch import Batch, Gone
from tests.support.engine import engine_on, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from clockdesk.app.engine import Engine
    from clockdesk.office.office import Office
    from tests.support.hotel import Hotel

NOW = datetime(2026, 11, 21, 12, 2, 10, tzinfo=UTC)
"""14:02:10 in Sofia, a Saturday."""
ZONE = ZoneInfo("Europe/Sofia")
NOWHERE = "http://127.0.0.1:9/11111/16449"
"""Nobody listens there."""

TABLES = {
    Kind.ROOM_TYPE: "room_types",
    Kind.ROOM: "rooms",
    Kind.BOOKING: "bookings",
    Kind.BOOKING_GUEST: "booking_guests",
    Kind.FOLIO: "folios",
    Kind.CHARGE: "charges",
    Kind.CREDIT_ITEM: "credit_items",
    Kind.FOLIO_TAX: "folio_taxes",
}
PARENTS = {
    Kind.CHARGE: "folio_id",
    Kind.CREDIT_ITEM: "folio_id",
    Kind.FOLIO_TAX: "folio_id",
    Kind.BOOKING_GUEST: "booking_id",
}


class StillClock:
    """Stands still until a test moves `at`; a sleep ends at once."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class Desk:
    """An office and the hotel it shows."""

    def __init__(self, engine: Engine, world: World, clock: StillClock) -> None:
        self.engine, self.world, self.clock = engine, world, clock
        self.office: Office = engine.office
        self.tasks: Tasks = engine.tasks

    def records(self, kind: Kind, ids: Iterable[int] | None = None) -> list[Record]:
        """Objects as the service gives them, asked for at the clock's time."""
        if ids is None:
            ids = [row[0] for row in self.world.db.execute(f"SELECT id FROM {TABLES[kind]} ORDER BY id")]  # noqa: S608
        return [self.record(kind, made) for made in self.world.render_many(TABLES[kind], ids)]

    def record(self, kind: Kind, made: dict[str, Any]) -> Record:
        """An object from its JSON."""
        value = msgspec.convert(made, VALUE_TYPES[kind])
        stamp = Stamp(self.clock.now(), self.clock.now())
        return Record(kind, made["id"], value, msgspec.json.encode(made), stamp, made.get(PARENTS.get(kind, "")))

    async def apply(self, records: Iterable[Record] = (), gone: Iterable[tuple[Kind, int]] = ()) -> None:
        """Put these into the copy and tell everyone, as a batch of the worker does."""
        left = [Gone(kind, ident, Stamp(self.clock.now())) for kind, ident in gone]
        for change in await self.engine.store.apply(Batch(records=list(records), gone=left, origin="event")):
            self.engine.changes.publish(change)

    async def change(self, kind: Kind, ident: int, **members: object) -> None:
        """The object has other members now, read a moment later."""
        self.tick()
        made = self.world.render(TABLES[kind], ident)
        later = self.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        version = {"lock_version": made["lock_version"] + 1} if "lock_version" in made else {}
        await self.apply([self.record(kind, made | {"updated_at": later} | version | members)])

    async def happens(self, what: str, **args: object) -> int:
        """Something happens in the hotel, and the copy follows; returns the id of what it happened to."""
        self.tick()
        done = self.world.happen(what, **args)
        await self.apply(self.records(Kind(done["kind"]), [done["id"]]))
        return int(done["id"])

    def tick(self, seconds: int = 1) -> None:
        """Time goes on."""
        self.clock.at += timedelta(seconds=seconds)

    def is_live(self) -> None:
        """The worker has swept just now and hears every event."""
        standing = self.engine.sync.standing
        standing.started, standing.broken, standing.channels_down = True, None, ""
        standing.swept()

    def line_broke(self) -> None:
        """The line went down just now."""
        self.engine.sync.standing.line_broke(KnownError(ErrorCode.OFFLINE, "The service cannot be reached."))

    def channels_broke(self) -> None:
        """No events any more since just now; sweeps go on."""
        self.engine.sync.standing.channels("polling")

    async def quiet(self) -> None:
        """Wait until nothing is under way (a step of a task after the test's own end would have no loop)."""
        await until(lambda: not len(self.tasks))

    def some(self, kind: Kind, **members: object) -> int:
        """The lowest id whose value has these members."""
        values = [self.office.house.value(kind, ident) for ident in sorted(self.office.house.ids(kind))]
        found: int = next(v.id for v in values if all(getattr(v, name) == value for name, value in members.items()))
        return found


@asynccontextmanager
async def desk(
    *, rooms: int = 24, bookings: int = 120, seed: int = 7, without: Iterable[Kind] = ()
) -> AsyncIterator[Desk]:
    """A desk whose copy holds everything but the kinds `without`."""
    clock = StillClock()
    world = World(rooms=rooms, bookings=bookings, seed=seed, clock=HotelClock(ZONE, source=clock.now))
    engine = await open_engine(AccountSettings("test", NOWHERE, "desk"), "0" * 32, None, None, clock, Tasks())
    try:
        made = Desk(engine, world, clock)
        await made.apply([made.record(Kind.ACCOUNT, world.account)])
        await engine.sync.remember()
        for kind in TABLES.keys() - set(without):
            await made.apply(made.records(kind))
        await engine.office.load()
        made.is_live()
        yield made
    finally:
        await engine.close()
        world.close()


@asynccontextmanager
async def connected_desk(hotel: Hotel) -> AsyncIterator[Engine]:
    """An engine that runs on this hotel, once its copy is complete."""
    async with engine_on(hotel) as engine:
        await engine.office.load()
        engine.start()
        await until(lambda: engine.sync.standing.started and not engine.sync.reader.left)
        yield engine
