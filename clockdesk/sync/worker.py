"""The background worker that keeps the copy true: start, sweeps, hints, midnight, a line that comes and goes."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from clockdesk.api.gate import Lane
from clockdesk.domain.dates import hotel_today, next_midnight
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Hint, Kind
from clockdesk.domain.zones import zone_of
from clockdesk.store.batch import Batch
from clockdesk.store.retention import KEEP_DEPARTED
from clockdesk.sync.census import COUNTED, Census
from clockdesk.sync.hints import Hints, Received
from clockdesk.sync.ledger import LedgerWatch
from clockdesk.sync.listening import Listening
from clockdesk.sync.reader import Reader
from clockdesk.sync.rights import keep_rights, read_rights
from clockdesk.sync.scope import Questions
from clockdesk.sync.sweep import Sweeper
from clockdesk.sync.trust import LEDGER, STOPPED, Standing
from clockdesk.sync.waking import watch_sleep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from zoneinfo import ZoneInfo

    from clockdesk.api.service import Service
    from clockdesk.api.transport import Line
    from clockdesk.domain.clock import Clock
    from clockdesk.domain.freshness import Freshness
    from clockdesk.domain.records import ChangeSet, Record
    from clockdesk.domain.tasks import Tasks
    from clockdesk.domain.values import Account
    from clockdesk.store.thread import StoreThread
    from clockdesk.sync.dirty import Target
    from clockdesk.sync.hub import Hub

log = logging.getLogger(__name__)


HISTORY = dt.timedelta(days=30)
"""How long the copy remembers what changed."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often things happen, in seconds (design, section 4).

    The ledger is looked at often enough for a balance to be right within two minutes, its reads included.
    """

    sweep: float = 60.0
    sweep_without_channels: float = 10.0
    after_events: float = 4.0
    whole_rooms: float = 300.0
    ledger: float = 75.0
    line_probe: float = 5.0
    line_probe_most: float = 60.0
    census: float = 3600.0
    rethink: float = 15.0
    """No wait is longer without a look at the clock, which may be set meanwhile."""
    asleep: float = 15.0
    """Missing from the clock, so much is a sleep of this machine."""


class Sync:
    """Everything that keeps one account's copy true. Made once; `run` until told to stop, or `once`."""

    def __init__(
        self,
        line: Line,
        service: Service,
        store: StoreThread,
        clock: Clock,
        tasks: Tasks,
        changes: Hub[ChangeSet],
        freshness: Hub[Freshness],
        pace: Pace | None = None,
        zone: ZoneInfo | None = None,
        *,
        stamps: Clock | None = None,
    ) -> None:
        """`zone` overrides the account's (for an account whose zone name is not known).

        `stamps` is the clock that stamps the line's answers, when that is not `clock`.
        """
        self._line, self._service, self._store, self._clock, self._tasks = line, service, store, clock, tasks
        self.pace = pace or Pace()
        self._zone_override = zone
        self.zone: dt.tzinfo = zone or dt.UTC
        self.account: Account | None = None
        self.keep_departed = KEEP_DEPARTED
        self._changes = changes
        self.standing = Standing(clock, freshness)
        self._stamps = stamps or clock
        self.reader = Reader(service, store, self._stamps, tasks, changes, self.standing, self.questions)
        parts = (service, store, self.reader, self.standing, self.questions)
        self.sweeper, self.census, self.ledger = Sweeper(*parts), Census(*parts), LedgerWatch(*parts)
        self.hints = Hints(store, clock, tasks, self.reader, self.standing)
        self.listening = Listening(line, clock, tasks, self.standing, self._on_hint, self._look_at_once)
        self._wake = asyncio.Event()
        self._asked_by_person: list[asyncio.Future[dt.datetime]] = []
        self._event_since_sweep: float | None = None
        self._swept = self._rooms_read = self._ledger_read = float("-inf")
        self._counted = clock.monotonic()
        self.ledger_looks = 0
        self.standing.on_back = self._look_at_once
        changes.subscribe(self.hints.follow_up)

    @property
    def received(self) -> Received:
        """What is told of the events."""
        return self.hints.received

    def questions(self) -> Questions:
        """The hotel's day as it is now."""
        return Questions(hotel_today(self._clock.now(), self.zone), self.zone)

    async def remember(self) -> None:
        """Take the account, and with it the hotel's zone, from the copy; nothing is asked of the service."""
        self.standing.rights_missing.update(await read_rights(self._store, self._clock.now()))
        self.standing.known = await self._store.read(lambda mirror: mirror.cursor(COUNTED)) is not None
        records = [record async for slice_ in self._store.slices(Kind.ACCOUNT) for record in slice_]
        if records:
            self._set_account(records[-1])

    def use_zone(self, zone: ZoneInfo) -> None:
        """A person told the hotel's zone: its dates follow it from now on."""
        self._zone_override = self.zone = zone
        self._look_at_once()

    @staticmethod
    def account_of(record: Record) -> Account:
        """The root answer's account."""
        return cast("Account", record.value)

    def _set_account(self, record: Record) -> None:
        self.account = self.account_of(record)
        name = self.account.time_zone
        found = zone_of(name) if name else None
        if self._zone_override is not None:
            return
        if found is None:
            log.warning("the account's time zone is not known to us; hotel dates follow UTC until it is chosen")
        else:
            self.zone = found

    # What others ask of it

    async def want(self, targets: Iterable[Target]) -> None:
        """A person waits for these: read them ahead of everything. Raises KnownError."""
        await self.reader.read_now(targets)

    def watch(self, targets: Iterable[Target]) -> Callable[[], None]:
        """These lines are on a screen: read them again whenever their parent changes. Returns what ends it."""
        return self.hints.watch(targets)

    async def sweep_now(self) -> dt.datetime:
        """F5: sweep at once; returns when it was done. Raises KnownError when the line is down."""
        asked: asyncio.Future[dt.datetime] = asyncio.get_running_loop().create_future()
        self._asked_by_person.append(asked)
        self._wake.set()
        return await asked

    async def hint(self, hint: Hint, published: dt.datetime | None = None, *, came: float | None = None) -> None:
        """An event said "look again" (see `Hints.take`)."""
        if await self.hints.take(hint, published, came=came):
            self._event_since_sweep = self._clock.monotonic()
            self._wake.set()

    # Life

    async def run(self) -> None:
        """Keep the copy true until cancelled."""
        self._tasks.spawn(self.reader.pump(), "pump")
        self._tasks.spawn(watch_sleep(self._clock, self.pace.asleep, self._woke), "sleep")
        probe = self.pace.line_probe
        while True:
            try:
                await self._turn()
                probe = self.pace.line_probe
            except KnownError as error:
                self._fail_persons(error)
                if error.code in STOPPED:
                    self.reader.stop_asking()
                    self.standing.line_broke(error, error.until)
                else:
                    log.warning("sweep failed: %s", error)
                    self.standing.line_answers()
                    self.reader.go_on()
                probe = min(probe * 2, self.pace.line_probe_most)
                await self._wait(probe)

    async def stop(self) -> None:
        """Ask for nothing more: the channels are left, and whoever waits for F5 is told."""
        await self.listening.stop()
        self._fail_persons(KnownError(ErrorCode.OFFLINE, "ClockDesk is closing."))

    async def once(self, *, wait: bool = True) -> None:
        """One whole synchronisation without channels. Raises KnownError when the line is down at the start."""
        pump = self._tasks.spawn(self.reader.pump(), "pump")
        try:
            await self._begin(channels=False)
            if wait:
                await self.reader.quiet()
                await self.census.list_folios()  # of guests who turned out to be Today's only now
                await self.sweeper.pay_back(Lane.SCREEN, untried=True)
                await self.reader.quiet()
            self.standing.news()
        finally:
            pump.cancel()

    async def _turn(self) -> None:
        """One round: start if need be, sweep, answer F5, then wait for the next reason."""
        if not self.standing.started:
            await self._begin(channels=True)
        elif await self.census.is_due() or self._clock.monotonic() - self._counted >= self.pace.census:
            await self._count_anew()
        self.listening.look()
        await self._sweep()
        await self._wait(self._until_next())

    async def _begin(self, *, channels: bool) -> None:
        sleeps = self.standing.sleeps
        await self.remember()
        now = self._stamps.now()
        for change in await self._store.write(lambda mirror: mirror.not_after(now)):
            self._changes.publish(change)
        root = await self._root()
        if channels:
            self.listening.open(root)
        if await self._store.read(lambda mirror: mirror.fact(LEDGER)) is None:
            await self._look_at_ledger()  # before anything is read, so that later looks see what moved since
        warm = await self._store.read(lambda mirror: mirror.cursor(Kind.BOOKING)) is not None
        new = await self.census.is_due()
        if warm or not new:  # first, because it confirms what is on the screens since yesterday
            await self._sweep(whole_rooms=not new)
        if new:
            await self._count()
        self.standing.started = True
        self.standing.swept(sleeps)

    async def _count_anew(self) -> None:
        """A new day, or time to count again: also what an hour or a day ago could not be had is asked for again."""
        due = await read_rights(self._store, self._clock.now())
        for kind in self.standing.rights_missing.keys() - due.keys():
            del self.standing.rights_missing[kind]
        if self.listening.channels is None:
            self.listening.open(await self._root())
        await self._count()

    async def _count(self) -> None:
        await self.census.take()
        self._counted = self._rooms_read = self._clock.monotonic()
        before = self._clock.now() - HISTORY
        await self._store.write(lambda mirror: mirror.trim_history(before))
        await self._forget_departed()

    async def _forget_departed(self) -> None:
        """Guests who left long ago are no business of a front desk's copy: what is wanted again is read again."""
        kept = dt.timedelta(days=self.keep_departed)
        day, read_before = self.questions().today - kept, self._clock.now() - kept
        for change in await self._store.write(lambda mirror: mirror.forget_departed(day, read_before)):
            self._changes.publish(change)

    async def _root(self) -> bytes:
        """The root answer; empty without the right to it (facts, section 2): then there are no channels."""
        try:
            reading = await self._service.account(lane=Lane.SCREEN)
        except KnownError as error:
            if error.code is not ErrorCode.NO_RIGHT:
                raise
            self.standing.line_answers()
            return b""
        self.standing.line_answers()
        await self._store.apply(Batch(records=(reading.value,), origin="start"))
        self._set_account(reading.value)
        return reading.value.raw

    def _on_hint(self, hint: Hint, published: dt.datetime | None) -> None:
        self._tasks.spawn(self.hint(hint, published, came=self._clock.monotonic()), "hint")

    def _look_at_once(self) -> None:
        self._swept = float("-inf")
        self._wake.set()

    def _woke(self, since: dt.datetime) -> None:
        """The machine slept: say so, and look what happened meanwhile."""
        self.standing.slept(since)
        self._wake.set()

    async def _sweep(self, *, whole_rooms: bool = False) -> None:
        now, sleeps = self._clock.monotonic(), self.standing.sleeps
        persons, self._asked_by_person = self._asked_by_person, []
        doubtful = self.standing.broken is not None or not self.standing.confirmed
        settled = self._events_settled()
        due = whole_rooms or persons or doubtful or settled or now - self._swept >= self._between_sweeps()
        try:
            if persons and self.standing.rights_missing:
                await self._ask_for_rights()
            if due:
                self._event_since_sweep = None
                whole_rooms = whole_rooms or now - self._rooms_read >= self.pace.whole_rooms
                lane = Lane.PERSON if persons else Lane.BACKGROUND if self.standing.started else Lane.SCREEN
                await self.sweeper.sweep(lane, whole_rooms=whole_rooms)
                self._swept = now
                self._rooms_read = now if whole_rooms else self._rooms_read
                await self.census.list_folios()
                self.standing.swept(sleeps)
            if persons or now - self._ledger_read >= self.pace.ledger:
                await self._look_at_ledger()
        except KnownError:
            self._asked_by_person += persons
            raise
        self.reader.go_on()
        self.standing.news()
        for asked in persons:
            if not asked.done():
                asked.set_result(self._clock.now())

    async def _ask_for_rights(self) -> None:
        """F5: a person may know that a right has been granted; what it hid is counted and read then."""
        self.standing.rights_missing.clear()
        await keep_rights(self._store, {}, self._clock.now())
        if await self.census.is_due():
            await self._count()

    async def _look_at_ledger(self) -> None:
        """A ledger that has no answer does the copy no harm: money is looked at again next time."""
        try:
            await self.ledger.look()
            self.standing.ledger_silent = False
        except KnownError as error:
            if error.code in STOPPED:
                raise
            self.standing.ledger_silent = True
            log.info("the ledger has no answer (%s)", error.code)
        self._ledger_read = self._clock.monotonic()
        self.ledger_looks += 1

    def _fail_persons(self, error: KnownError) -> None:
        persons, self._asked_by_person = self._asked_by_person, []
        for asked in persons:
            if not asked.done():
                asked.set_exception(error)

    def _between_sweeps(self) -> float:
        return self.pace.sweep_without_channels if self.standing.channels_down else self.pace.sweep

    def _events_settled(self) -> bool:
        """Check-after-job: events were worked off and it has been quiet since (service's introduction, "Pull")."""
        since = self._event_since_sweep
        return since is not None and not self.reader.left and self._clock.monotonic() - since >= self.pace.after_events

    def _until_next(self) -> float:
        if self.standing.broken is not None:  # a read found the line down: look soon whether it is back
            return self.pace.line_probe
        if not self.standing.confirmed:  # slept through the sweep
            return 0.0
        now = self._clock.monotonic()
        waits = [self._between_sweeps() - (now - self._swept), self.pace.ledger - (now - self._ledger_read)]
        if self._event_since_sweep is not None:
            waits.append(self.pace.after_events)
        midnight = next_midnight(self._clock.now(), self.zone) - self._clock.now()
        waits.append(midnight.total_seconds() + 1)
        return max(0.05, min(waits))

    async def _wait(self, seconds: float) -> None:
        """Wait for a reason to look, at most this long; not for long, because the wall clock may be set meanwhile."""
        self._wake.clear()
        if self._asked_by_person:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(min(seconds, self.pace.rethink)):
                await self._wake.wait()
