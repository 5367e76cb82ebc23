"""Reads what is dirty through the gate and puts it into the copy. The pump of the program's data."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from clockdesk.api.gate import Lane
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.store.batch import Batch, Owed
from clockdesk.sync.collect import Collecting
from clockdesk.sync.dirty import Dirty, Mark, Target
from clockdesk.sync.follow import WITH_MONEY, followers
from clockdesk.sync.plan import SIMPLY_READ, Narrow, Read, ReadOne, Step, plan
from clockdesk.sync.reading_pace import ReadingPace
from clockdesk.sync.reads import LINES, READABLE, carry_out
from clockdesk.sync.rights import keep_rights
from clockdesk.sync.scope import HELD
from clockdesk.sync.trust import STOPPED, unread

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from clockdesk.api.service import Service
    from clockdesk.domain.clock import Clock
    from clockdesk.domain.records import ChangeSet
    from clockdesk.domain.tasks import Tasks
    from clockdesk.store.thread import StoreThread
    from clockdesk.sync.hub import Hub
    from clockdesk.sync.scope import Questions
    from clockdesk.sync.trust import Standing

log = logging.getLogger(__name__)

AT_ONCE = 6
"""Requests under way at most. The gate starts five a second; six keep the line busy up to 1.2 s of latency."""

_UNHURRIED = frozenset({"sweep", "cold"})


class Reader:
    """Takes dirty objects, most urgent first, asks the planner, reads, applies, publishes."""

    def __init__(
        self,
        service: Service,
        store: StoreThread,
        clock: Clock,
        tasks: Tasks,
        changes: Hub[ChangeSet],
        standing: Standing,
        questions: Callable[[], Questions],
    ) -> None:
        """`questions` gives the hotel's day as it is when asked."""
        self.dirty = Dirty()
        self._service, self._store, self._clock, self._tasks = service, store, clock, tasks
        self._changes, self._standing, self._questions = changes, standing, questions
        self._under_way: Counter[Target] = Counter()
        self._reads = self._planned = 0
        self._pulled_by: dict[Target, Target] = {}
        self._collecting = Collecting(clock, lambda: service.line.gate.snapshot().allowed)
        self._pace = ReadingPace(clock, lambda: service.line.gate.snapshot().allowed)
        self._expected = 0
        self._places = asyncio.Semaphore(AT_ONCE)
        self._open = asyncio.Event()
        self._open.set()
        self._quiet = asyncio.Event()
        self._quiet.set()

    def mark(self, targets: Iterable[Target], lane: Lane, *, expected: int | None = None) -> None:
        """Have these read. Kinds the account has no right to read are left alone.

        `expected`: so many more will have to be read that nobody can name yet; what is left is told with them.
        """
        now = self._clock.now()
        self._expected = self._expected if expected is None else expected
        if lane is Lane.EVENT:
            self._collecting.came()
        for target in targets:
            if target[0] in READABLE and target[0] not in self._standing.rights_missing:
                self.dirty.mark(target, lane, now)
                self._quiet.clear()
        self._count()

    def has(self, target: Target) -> bool:
        """Whether this one is waiting to be read or being read."""
        return target in self.dirty or target in self._under_way

    @property
    def left(self) -> int:
        """How many objects (and calls of a plan that is followed as a whole) are still to be read or being read."""
        return len(self.dirty) + len(self._under_way) + self._planned

    def stop_asking(self) -> None:
        """The line is down or we were sent away: keep the marks, send nothing."""
        self._open.clear()

    def go_on(self) -> None:
        """The line answers again: what was kept is read, and waited for."""
        self._open.set()
        if self.left:
            self._quiet.clear()

    async def quiet(self) -> None:
        """Wait until nothing is left to read, or nothing can be read."""
        await self._quiet.wait()

    async def read_now(self, targets: Iterable[Target]) -> None:
        """Read these ahead of everything, for a person who waits. Raises the first KnownError, after all are done.

        A person may leave: what was asked for is still read.
        """
        wanted = [target for target in targets if target[0] not in self._standing.rights_missing]
        reads = [
            self._tasks.spawn(self._read_for_person(target), f"open {target[0]}", awaited=True) for target in wanted
        ]
        if reads:
            await asyncio.wait(reads)  # it cancels nothing when the person leaves
        for error in [read.result() for read in reads]:
            if error is not None:
                raise error

    async def _read_for_person(self, target: Target) -> KnownError | None:
        self.dirty.drop(target)
        self._under_way[target] += 1
        try:
            await self.apply(await self._carry_out(ReadOne(target), Lane.PERSON, "open"))
        except KnownError as error:
            await self._refused((ReadOne(target).target,), error, Mark(Lane.SCREEN, self._clock.now()))
            return error
        finally:
            self._under_way -= Counter((target,))
            self._count()
        return None

    async def pump(self) -> None:
        """Run for ever: read what becomes dirty."""
        while True:
            await self.dirty.some()
            await self._open.wait()
            if self.dirty.urgent is Lane.EVENT:
                await self._collecting.wait(busy=bool(self._under_way), urgent=lambda: self.dirty.urgent < Lane.EVENT)
            await self._places.acquire()
            self._places.release()
            if not self._open.is_set():
                continue
            unknown = await self._unknown()
            rooms = frozenset(target for target in self.dirty.targets if target[0] is Kind.ROOM)
            marks = self.dirty.take(max(1, AT_ONCE - self._reads), rooms, unknown)
            steps = plan(marks, unknown)
            for step in steps:  # all at once: what waits for a place is not done yet either
                self._under_way.update(step.targets)
            for step in steps:
                await self._places.acquire()
                self._reads += 1
                lanes = [marks[target] for target in step.targets]
                self._tasks.spawn(self._one(step, lanes), f"read {step.targets[0][0]}")

    async def _unknown(self) -> frozenset[Target]:
        """The bookings that events named and the copy does not hold, when they are many."""
        hinted = self.dirty.hinted(Kind.BOOKING)
        if len(hinted) <= SIMPLY_READ:
            return frozenset()
        held = await self._store.read(lambda mirror: mirror.stamps(Kind.BOOKING, [ident for _, ident in hinted]))
        unknown = frozenset(target for target in hinted if target[1] not in held)
        return unknown if len(unknown) > SIMPLY_READ else frozenset()

    async def _one(self, step: Step, marks: list[Mark]) -> None:
        lane = min(mark.lane for mark in marks)
        origin = "event" if lane is Lane.EVENT else "sweep"
        try:
            await self.apply(await self._carry_out(step, lane, origin))
        except KnownError as error:
            await self._refused(step.targets, error, Mark(lane, min(mark.since for mark in marks)))
        finally:
            self._places.release()
            self._reads -= 1
            self._under_way -= Counter(step.targets)
            self._count()

    async def _carry_out(self, step: Step, lane: Lane, origin: str) -> Batch:
        if isinstance(step, Narrow):
            return await self._narrow(step, lane)
        batch = await carry_out(step, self._service, self._questions(), lane, origin)
        self._standing.line_answers()
        self._pace.done()
        return batch

    async def _narrow(self, step: Narrow, lane: Lane) -> Batch:
        """Have those read that belong into the copy; what it owed of the others is settled."""
        queries = self._questions().among(Kind.BOOKING, "id", step.ids, HELD)
        readings = [await self._service.booking_ids(query, lane=lane) for query in queries]
        self._standing.line_answers()
        named = {ident for reading in readings for ident in reading.value}
        self.mark([(Kind.BOOKING, ident) for ident in step.ids if ident in named], Lane.SCREEN)
        asked = readings[0].stamp.asked
        others = [target for target in step.targets if target[1] not in named]
        return Batch(settled=[target for target in others if self.dirty.seen(target, asked)])

    async def follow(self, steps: Sequence[Read], lane: Lane, origin: str) -> None:
        """Follow a plan as a whole, several steps at a time, told in what is left.

        Raises the first KnownError; nothing more of the plan is begun then.
        """
        under_way: list[asyncio.Task[KnownError | None]] = []
        self._planned = len(steps)
        self._count()
        for step in steps:
            await self._places.acquire()
            if any(task.done() and task.result() for task in under_way):
                self._places.release()
                break
            under_way.append(self._tasks.spawn(self._planned_step(step, lane, origin), "read by plan", awaited=True))
        if under_way:
            await asyncio.wait(under_way)
        self._planned = 0
        self._count()
        for error in [task.result() for task in under_way]:
            if error is not None:
                raise error

    async def _planned_step(self, step: Read, lane: Lane, origin: str) -> KnownError | None:
        try:
            await self.apply(await self._carry_out(step, lane, origin))
        except KnownError as error:
            return error
        finally:
            self._places.release()
            self._planned -= 1
            self._count()
        return None

    async def apply(self, batch: Batch) -> tuple[ChangeSet, ...]:
        """Put a batch into the copy, settle what it answers for, tell everyone, and have read what it drags along.

        Marks are set before the debts are written, with no pause between: whoever answers for an older question then
        sees the mark, and leaves the debt alone.
        """
        dragged: frozenset[Target] = frozenset()
        if any(record.kind in WITH_MONEY for record in batch.records):
            dragged = self._pull(await self._store.read(partial(followers, batch.records)))
        too_early = self._seen(batch)
        settled = [target for target in batch.settled if target not in too_early]
        now = self._clock.now()
        owed = [*batch.owed, *(Owed(kind, ident, since=now) for kind, ident in sorted(dragged))]
        self.mark(dragged, Lane.BACKGROUND if batch.origin in _UNHURRIED else Lane.EVENT)
        changes = await self._store.apply(replace(batch, settled=settled, owed=owed))
        if settled and self._standing.unread:
            await self._count_unread()
        for change in changes:
            self._changes.publish(change)
        return changes

    def _pull(self, pairs: Iterable[tuple[Target, Target]]) -> frozenset[Target]:
        """What is dragged along, but not back: a folio read because its booking had moved does not drag that booking.

        What moved between these two reads is on the ledger, and found there.
        """
        pulled = [(target, cause) for target, cause in pairs if self._pulled_by.pop(cause, None) != target]
        self._pulled_by |= {target: cause for target, cause in pulled if cause[0] is Kind.BOOKING}
        return frozenset(target for target, _ in pulled)

    async def owe(
        self,
        targets: Collection[Target],
        lane: Lane | None,
        *,
        cursors: Mapping[str, str] | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Write down what is to be read, together with the cursors and facts that rely on it.

        With a lane it is read now, without one at the next sweep. Raises KnownError when our own files refuse.
        """
        now = self._clock.now()
        if lane is not None:
            self.mark(targets, lane)
        owed = tuple(Owed(kind, ident, since=now) for kind, ident in targets)
        await self._store.apply(Batch(owed=owed, cursors=cursors or {}, facts=facts or {}))

    def _seen(self, batch: Batch) -> set[Target]:
        """Settle the marks a batch answers for; returns those it was asked too early for."""
        answers = [((record.kind, record.id), record.stamp) for record in batch.records if record.kind not in LINES]
        answers += [((gone.kind, gone.id), gone.stamp) for gone in batch.gone]
        if batch.stamp is not None:
            answers += [((kind, parent), batch.stamp) for kind, parent in batch.whole if parent is not None]
        return {target for target, stamp in answers if not self.dirty.seen(target, stamp.asked)}

    async def _refused(self, targets: Sequence[Target], error: KnownError, mark: Mark) -> None:
        """A read failed: nothing can be read now (keep the marks), or a right is missing, or these objects are owed."""
        if error.code not in STOPPED:
            self._standing.line_answers()
            try:
                await self._note_refusal(targets, error)
            except KnownError as full:
                error = full
            else:
                return
        for target in targets:
            self.dirty.mark(target, mark.lane, mark.since)
        self.stop_asking()
        self._standing.line_broke(error, error.until)

    async def _note_refusal(self, targets: Sequence[Target], error: KnownError) -> None:
        """Owe them; should a right that is missing be granted one day, they are read then."""
        if error.code is ErrorCode.NO_RIGHT:
            for kind, _ in targets:
                self.right_missing(kind, error)
        else:
            log.info("owed: %s (%s)", ", ".join(f"{kind} {ident}" for kind, ident in targets), error.code)
        now = self._clock.now()
        keep = [target for target in targets if error.code is not ErrorCode.NO_RIGHT or target[0] not in LINES]
        owed = tuple(Owed(kind, ident, since=now, tries=1, error=error.code) for kind, ident in keep)
        await self._store.apply(Batch(owed=owed))
        await self._count_unread()

    async def _count_unread(self) -> None:
        self._standing.unread = unread(await self._store.read(lambda mirror: mirror.owed()))

    def right_missing(self, kind: str, error: KnownError) -> None:
        """Remember that the account may not read this kind of object or report; it is not asked for again for a day."""
        self._standing.rights_missing[kind] = error.detail or str(error)
        kept = keep_rights(self._store, dict(self._standing.rights_missing), self._clock.now())
        self._tasks.spawn(kept, "remember the right")
        for target in [target for target in self.dirty.targets if target[0] == kind]:
            self.dirty.forget(target)
        self._standing.news()

    def _count(self) -> None:
        left = self.left + self._expected
        self._standing.reading(left, self._pace.seconds_for(left))
        if not left:
            self._pace.rest()
        if not self.left or not self._open.is_set():
            self._quiet.set()
