"""From an event to what has to be read: hints, the lines somebody looks at, and what a change drags along."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clockdesk.api.gate import Lane
from clockdesk.domain.kinds import EventName, Hint, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clockdesk.domain.clock import Clock
    from clockdesk.domain.records import ChangeSet
    from clockdesk.domain.tasks import Tasks
    from clockdesk.store.thread import StoreThread
    from clockdesk.sync.dirty import Target
    from clockdesk.sync.reader import Reader
    from clockdesk.sync.trust import Standing

COPIED = frozenset({Kind.BOOKING, Kind.FOLIO, Kind.ROOM})
"""Kinds an event has read. Door keys and restaurant orders are on no screen, so nothing is asked for them."""

SEEN_BY_SYNC = frozenset({"event", "sweep"})
"""Origins of changes nobody at this desk made or asked for."""

OURS = frozenset({"action", "open"})
"""Origins of changes that a person at this desk made, or sees as they come."""


@dataclass(slots=True)
class Received:
    """What is told of the events. `waiting`: when (monotonic) an object's latest unanswered event came in."""

    events: int = 0
    last: dt.datetime | None = None
    name: EventName | None = None
    waiting: dict[Target, float] = field(default_factory=dict)


class Hints:
    """Turns events and changes into marks for the reader."""

    def __init__(self, store: StoreThread, clock: Clock, tasks: Tasks, reader: Reader, standing: Standing) -> None:
        """Marks go to `reader`; whether a hint is news is asked of `store`; `standing` counts what was missed."""
        self.received = Received()
        self._store, self._clock, self._tasks, self._reader = store, clock, tasks, reader
        self._standing = standing
        self._watched: dict[Target, int] = {}

    def watch(self, targets: Iterable[Target]) -> Callable[[], None]:
        """These lines are on a screen: read them again whenever their parent changes. Returns what ends it."""
        mine = tuple(targets)
        for target in mine:
            self._watched[target] = self._watched.get(target, 0) + 1

        def end() -> None:
            for target in mine:
                self._watched[target] -= 1
                if not self._watched[target]:
                    del self._watched[target]

        return end

    async def take(self, hint: Hint, published: dt.datetime | None = None, *, came: float | None = None) -> bool:
        """An event said "look again", at the monotonic second `came`; says whether there is anything to read.

        `published` is the broker's word for when; what is older than the copy (a backlog replayed at the start) is
        covered by the sweep and dropped.
        """
        self.received.events += 1
        self.received.last, self.received.name = self._clock.now(), hint.event
        kind = hint.event.kind
        if kind not in COPIED or hint.event is EventName.CONFIRMATION_SEND:
            return False
        if published is not None and await self._is_old(kind, hint.id, published):
            return False
        self.received.waiting[kind, hint.id] = self._clock.monotonic() if came is None else came
        self._reader.mark([(kind, hint.id), *self._lines_of(kind, [hint.id])], Lane.EVENT)
        return True

    def follow_up(self, change: ChangeSet) -> None:
        """Open lines follow their parent."""
        for ident in change.ids | change.confirmed:
            self.received.waiting.pop((change.kind, ident), None)
        if change.origin not in OURS:
            self._standing.changed(change)
        if change.origin not in SEEN_BY_SYNC:
            return
        self._reader.mark(self._lines_of(change.kind, change.changed), Lane.SCREEN)

    async def _is_old(self, kind: Kind, ident: int, published: dt.datetime) -> bool:
        held = await self._store.read(lambda mirror: mirror.stamps(kind, [ident]))
        cursor = await self._store.read(lambda mirror: mirror.cursor(kind))
        read = held[ident].server if ident in held else None
        swept = dt.datetime.fromisoformat(cursor) if cursor else None
        return any(bound is not None and published < bound for bound in (read, swept))

    def _lines_of(self, kind: Kind, ids: Iterable[int]) -> list[Target]:
        """The watched lines whose parent is one of these."""
        wanted = set(ids)
        return [target for target in self._watched if target[1] in wanted and _parent_kind(target[0]) is kind]


def _parent_kind(kind: Kind) -> Kind | None:
    if kind in {Kind.CHARGE, Kind.CREDIT_ITEM, Kind.FOLIO_TAX}:
        return Kind.FOLIO
    return Kind.BOOKING if kind is Kind.BOOKING_GUEST else None
