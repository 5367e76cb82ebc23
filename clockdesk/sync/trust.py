"""Works out the one state of the account from what is known of the line, the channels and the work left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.freshness import Freshness, Trust
from clockdesk.domain.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from clockdesk.domain.clock import Clock
    from clockdesk.domain.records import ChangeSet
    from clockdesk.store.batch import Owed
    from clockdesk.sync.hub import Hub

BROKEN_LINE = frozenset({ErrorCode.OFFLINE, ErrorCode.TIMED_OUT, ErrorCode.TLS})
"""The errors that say the line is down, whatever was asked."""

COPY_REFUSES = frozenset({ErrorCode.DISK, ErrorCode.STORE_LOCKED, ErrorCode.STORE_CORRUPT})
"""The errors of our own files: reading more would be a call wasted."""

LEDGER = "ledger"
"""Name of the report that tells when money moved: of the fact that keeps its items' fingerprints, and of its right."""

BEING_READ = 5
"""Objects being read that still count as Live: a second's worth. A badge that flickers at each event says nothing."""

STOPPED = BROKEN_LINE | COPY_REFUSES | {ErrorCode.SIGNED_OUT, ErrorCode.BLOCKED, ErrorCode.LIMITED, ErrorCode.EXPIRED}
"""The errors after which nothing else is worth asking for the moment."""


MAIN = (Kind.BOOKING, Kind.FOLIO, Kind.ROOM)
"""Kinds without which a whole screen is empty. Other missing rights are said where the feature would be."""


@dataclass
class Standing:
    """What is known right now. `sync` sets the members; `news` turns them into words for everyone.

    `known`: the copy held a whole hotel before this session. `sleeps`: how often this machine slept. `rights_missing`:
    the service's name of each right that was refused, by kind of object or report.
    """

    clock: Clock
    hub: Hub[Freshness]
    broken: KnownError | None = None
    broken_since: datetime | None = None
    until: datetime | None = None
    started: bool = False
    known: bool = False
    left: int = 0
    seconds_left: float = 0.0
    missed: set[tuple[Kind, int]] = field(default_factory=set)
    unread: int = 0
    ledger_silent: bool = False
    away: bool = False
    checked: datetime | None = None
    channels_down: str = ""
    channels_down_since: datetime | None = None
    confirmed: bool = True
    sleeps: int = 0
    slept_since: datetime | None = None
    on_back: Callable[[], None] | None = None
    rights_missing: dict[str, str] = field(default_factory=dict)
    began: datetime = field(init=False)
    last: Freshness = field(init=False)

    def __post_init__(self) -> None:
        """What was read before this moment is not confirmed before the first sweep."""
        self.began = self.clock.now()
        self.last = self._work_out()

    def line_broke(self, error: KnownError, until: datetime | None = None) -> None:
        """A call ended without the service's answer, or with its refusal to talk to us at all."""
        if self.broken is None or self.broken.code is not error.code:
            self.broken_since = self.clock.now()
        self.broken, self.until = error, until
        self.confirmed = False
        self.away = self.away or self.started or self.known  # what is read for the first time was not missed
        self.news()

    def slept(self, since: datetime) -> None:
        """This machine slept, and the hotel did not: nothing is confirmed until a sweep that began after it."""
        self.sleeps += 1
        self.slept_since, self.confirmed = since, False
        self.away = self.away or self.started or self.known
        self.news()

    def line_answers(self) -> None:
        """A call got a proper answer. What is wrong with our own files is not mended by that."""
        if self.broken is not None and self.broken.code not in COPY_REFUSES:
            self.broken = self.broken_since = self.until = None
            self.news()
            if self.on_back is not None:
                self.on_back()

    def changed(self, change: ChangeSet) -> None:
        """The copy changed; from a break of the line until all is read again that is what was missed.

        Objects are counted, not changes: a booking that changed three times is one booking to look at.
        """
        if self.away and change.kind in MAIN:
            self.missed |= {(change.kind, ident) for ident in change.added | change.changed}
            self.missed -= {(change.kind, ident) for ident in change.removed}

    def seen(self) -> None:
        """A person has seen what was missed."""
        self.missed.clear()
        self.news()

    def swept(self, sleeps: int | None = None) -> None:
        """A whole sweep named everything that changed and was written: the copy is as true as what is left to read.

        `sleeps`: how many there had been when it began. One that was slept through has not seen what came meanwhile.
        """
        self._copy_takes()
        if sleeps is None or sleeps == self.sleeps:
            self.confirmed, self.slept_since = True, None
            self.checked = self.clock.now()
        self.news()

    def reading(self, left: int, seconds: float) -> None:
        """So many objects are left to read, which takes about so long."""
        self.left, self.seconds_left = left, seconds
        if not left and self.confirmed:
            self.away = False
            self._copy_takes()
        self.news()

    def _copy_takes(self) -> None:
        """Something was written. The copy refuses no more once nothing is left that it had refused."""
        if self.broken is not None and self.broken.code in COPY_REFUSES and not self.left:
            self.broken = self.broken_since = self.until = None

    def channels(self, down: str) -> None:
        """The channels' state: empty = all answer, else why they don't."""
        if bool(down) != bool(self.channels_down):
            self.channels_down_since = self.clock.now() if down else None
        self.channels_down = down
        self.news()

    def of(self, kind: Kind) -> Freshness:
        """The state of one kind of data: the account's, unless this kind may not be read."""
        if self.broken is None and (right := self.rights_missing.get(kind)) is not None:
            return Freshness(Trust.NO_RIGHT, checked=self.checked, cause=right)
        return self.last

    def news(self) -> None:
        """Tell everyone if the state is another."""
        if (now := self._work_out()) != self.last:
            self.last = now
            self.hub.publish(now)

    def _work_out(self) -> Freshness:
        if self.broken is not None:
            return self._broken(self.broken)
        if not self.started:
            return Freshness(Trust.STARTING, since=self.began, checked=self.checked, left=self.left)
        if self.left > BEING_READ or not self.confirmed:
            return Freshness(
                Trust.CATCHING_UP,
                since=self.slept_since,
                checked=self.checked,
                left=self.left,
                seconds_left=self.seconds_left,
            )
        if self.channels_down:
            return Freshness(
                Trust.DELAYED, since=self.channels_down_since, checked=self.checked, cause=self.channels_down
            )
        if missing := sorted(kind for kind in MAIN if kind in self.rights_missing):
            return Freshness(Trust.NO_RIGHT, checked=self.checked, cause=", ".join(f"{kind}s" for kind in missing))
        unwatched = self.ledger_silent or LEDGER in self.rights_missing
        return Freshness(
            Trust.LIVE, checked=self.checked, missed=len(self.missed), unread=self.unread, unwatched=unwatched
        )

    def _broken(self, error: KnownError) -> Freshness:
        if error.code in COPY_REFUSES:
            return Freshness(Trust.DELAYED, since=self.broken_since, checked=self.checked, cause=str(error))
        trust = {
            ErrorCode.SIGNED_OUT: Trust.SIGNED_OUT,
            ErrorCode.BLOCKED: Trust.BLOCKED,
            ErrorCode.LIMITED: Trust.LIMITED,
        }.get(error.code, Trust.OFFLINE)
        return Freshness(trust, since=self.broken_since, until=self.until, checked=self.checked, cause=str(error))


def unread(owed: Iterable[Owed]) -> int:
    """How many objects the service could not give when they were asked for; a missing right is told elsewhere."""
    return sum(debt.tries > 0 and debt.error != ErrorCode.NO_RIGHT for debt in owed)
