"""Puts one account together: line, service, copy, sync, office. No Qt; the window and the command line share it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from clockdesk.api.address import BaseUrl
from clockdesk.api.auth import checked_credentials
from clockdesk.api.gate import Gate
from clockdesk.api.service import Service
from clockdesk.api.transport import Line
from clockdesk.domain.clock import Steady
from clockdesk.domain.errors import KnownError
from clockdesk.domain.zones import zone_of
from clockdesk.office.actions import Actions
from clockdesk.office.office import Office
from clockdesk.office.saved import SavedFilters
from clockdesk.store.thread import StoreThread, Use, open_store
from clockdesk.sync.hub import Hub
from clockdesk.sync.worker import Pace, Sync

if TYPE_CHECKING:
    from pathlib import Path

    from clockdesk.api.route import Route
    from clockdesk.app.settings import AccountSettings
    from clockdesk.domain.clock import Clock
    from clockdesk.domain.freshness import Freshness
    from clockdesk.domain.records import ChangeSet
    from clockdesk.domain.tasks import Tasks

BLOCKED_UNTIL = "blocked_until"
"""Fact in desk.db: until when the firewall keeps us out; it holds across restarts (design, section 4: gate)."""


@dataclass(slots=True)
class Engine:
    """One running account."""

    account: AccountSettings
    gate: Gate
    line: Line
    service: Service
    store: StoreThread
    sync: Sync
    office: Office
    changes: Hub[ChangeSet]
    freshness: Hub[Freshness]
    tasks: Tasks
    running: asyncio.Task[None] | None = None
    closed: bool = False

    def start(self) -> asyncio.Task[None]:
        """Begin to keep the copy true; returns the task that does it."""
        if self.running is None:
            self.running = self.tasks.spawn(self.sync.run(), "sync")
        return self.running

    async def hang_up(self) -> None:
        """Stop asking; a sent write gets its last moments. The files stay open for whoever has something to note."""
        await self.sync.stop()
        await self.line.close()

    async def close(self) -> None:
        """Hang up and close the files. A second call does nothing, but for one that was cut short: it goes on."""
        if self.closed:
            return
        self.closed = True
        try:
            await self.hang_up()
            await self.tasks.stop()
            if (until := self.gate.blocked_until) is not None:
                with suppress(KnownError):  # a full disk keeps nobody from closing
                    await keep_stop(self.store, until)  # its own task may have been stopped before it wrote
            await self.store.close()
        except asyncio.CancelledError:  # the program ends while it changes over to another account, or takes one away
            self.closed = False
            raise


async def open_engine(
    account: AccountSettings,
    key: str,
    folder: Path | None,
    store_key: bytes | None,
    clock: Clock,
    tasks: Tasks,
    pace: Pace | None = None,
    use: Use = Use.KEEP,
    *,
    replace_wrong_key: bool = False,
    route: Route | None = None,
) -> Engine:
    """Open the copy and make the parts; nothing is asked of the service yet.

    `folder` None keeps the copy in memory; `replace_wrong_key` sets files aside that were made with another key, when a
    person has agreed; `route`: proxy and trusted certificates. Raises UserError for a wrong address, user or key, and
    KnownError as `open_store` does.
    """
    base = BaseUrl.parse(account.url)
    checked_credentials(account.user, key)
    store = open_store(folder, store_key, at=clock.now(), replace_wrong_key=replace_wrong_key, use=use)
    gate = _gate(account, store, clock, tasks)
    stamps = Steady(clock)
    line = Line(base, account.user, key, gate, stamps, tasks, route=route)
    service = Service(line)
    changes: Hub[ChangeSet] = Hub()
    freshness: Hub[Freshness] = Hub()
    zone = zone_of(account.time_zone) if account.time_zone else None
    sync = Sync(line, service, store, clock, tasks, changes, freshness, pace, zone, stamps=stamps)
    sync.keep_departed = account.keep_departed
    sync.listening.wanted = account.channels
    actions = Actions(service, store, sync.reader, clock)
    office = Office(store, sync, service, actions, SavedFilters(store), clock, changes, freshness, gate.snapshot)
    return Engine(account, gate, line, service, store, sync, office, changes, freshness, tasks)


async def keep_stop(store: StoreThread, until: datetime | None) -> None:
    """Write down until when the firewall keeps us out; None: it does not."""
    await store.run(store.desk.set_fact, BLOCKED_UNTIL, until.isoformat() if until else None)


def _gate(account: AccountSettings, store: StoreThread, clock: Clock, tasks: Tasks) -> Gate:
    """The account's gate, with a firewall stop of an earlier session still in force."""

    def keep(until: datetime | None) -> None:
        tasks.spawn(keep_stop(store, until), "keep the firewall stop")

    gate = Gate(clock, account.rate, on_change=keep)
    if (text := store.desk.fact(BLOCKED_UNTIL)) is not None:
        gate.restore(datetime.fromisoformat(text))
    return gate
