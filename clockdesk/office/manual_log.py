"""The manual log in desk.db: what people wrote down while the service could not be told. Nothing is ever deleted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from clockdesk.office.log_entry import Entry, What, entry_of, members_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from clockdesk.domain.clock import Clock
    from clockdesk.store.desk import LogLine
    from clockdesk.store.thread import StoreThread


class Ended(StrEnum):
    """What became of a line. The value is kept in desk.db, before the words."""

    APPLIED = "applied"
    ALONE = "applied by itself"
    ENTERED = "entered in Clock"
    ALREADY = "already so"
    OVERTAKEN = "overtaken"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log. `ended` is None while it is open; `outcome` says who did what, and when."""

    id: int
    entry: Entry
    written: datetime
    settled: datetime | None = None
    ended: Ended | None = None
    outcome: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody still has to see to it."""
        return self.settled is None


class ManualLog:
    """The lines, in memory and in desk.db."""

    def __init__(self, store: StoreThread, clock: Clock) -> None:
        """Empty until `load`."""
        self._store, self._clock = store, clock
        self._lines: dict[int, Line] = {}
        self._listeners: list[Callable[[], None]] = []

    async def load(self) -> None:
        """Read what was written in earlier sessions. Raises KnownError."""
        kept = await self._store.run(self._store.desk.log_lines)
        self._lines = {line.id: _line(line) for line in kept}
        self._tell()

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line, in the order written."""
        return tuple(self._lines.values())

    @property
    def open_lines(self) -> tuple[Line, ...]:
        """Those that somebody still has to see to."""
        return tuple(line for line in self._lines.values() if line.open)

    def line(self, ident: int) -> Line | None:
        """The line of this id."""
        return self._lines.get(ident)

    def overtaken(self, line: Line) -> Line | None:
        """The last open line that says another status of the same room, if it is a later one."""
        if line.entry.what is not What.ROOM_STATUS:
            return None
        same = [o for o in self.open_lines if o.entry.what is What.ROOM_STATUS and o.entry.room == line.entry.room]
        last = max(same, key=lambda other: (other.entry.happened, other.id), default=line)
        return last if last.id != line.id else None

    async def write(self, entry: Entry) -> Line:
        """Add a line; when this returns, it survives a power cut. Raises KnownError."""
        write = partial(self._store.desk.write_log, entry.what, members_of(entry), at=self._clock.now())
        kept = await self._store.run(write)
        line = self._lines[kept.id] = Line(kept.id, entry, kept.written)
        self._tell()
        return line

    async def settle(self, ident: int, ended: Ended, words: str) -> None:
        """Note what became of a line. Raises KnownError."""
        at = self._clock.now()
        outcome = f"{ended}: {words}"
        await self._store.run(partial(self._store.desk.settle_log, ident, outcome, at=at))
        line = self._lines[ident]
        self._lines[ident] = Line(line.id, line.entry, line.written, at, ended, words)
        self._tell()

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told when a line was added or settled; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _line(kept: LogLine) -> Line:
    entry = entry_of(kept.what, kept.members, kept.written)
    ended, words = _outcome(kept.outcome)
    return Line(kept.id, entry, kept.written, kept.settled, ended if kept.settled is not None else None, words)


def _outcome(text: str) -> tuple[Ended | None, str]:
    """The kind and the words; what another version wrote stays readable."""
    kind, mark, words = text.partition(": ")
    if mark and kind in set(Ended):
        return Ended(kind), words
    return None, text
