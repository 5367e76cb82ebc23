"""What has to be read again, for whom, and since when."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING

from clockdesk.api.gate import Lane

if TYPE_CHECKING:
    from datetime import datetime

    from clockdesk.domain.kinds import Kind

Target = tuple["Kind", int]
"""An object; for the lines of a folio and the guests of a booking: the kind of line and the parent's id."""


@dataclass(slots=True)
class Mark:
    """`since` = when it was last said to be dirty: an answer asked for later has seen the change."""

    lane: Lane
    since: datetime


class Dirty:
    """An ordered set of marks: most urgent lane first, then first come first served."""

    def __init__(self) -> None:
        """Nothing is dirty."""
        self._marks: dict[Target, Mark] = {}
        self._unanswered: dict[Target, datetime] = {}
        self._some = asyncio.Event()

    def __len__(self) -> int:
        """How many objects are dirty."""
        return len(self._marks)

    def __contains__(self, target: Target) -> bool:
        """Whether this one is."""
        return target in self._marks

    @property
    def targets(self) -> tuple[Target, ...]:
        """All of them, oldest mark first."""
        return tuple(self._marks)

    def mark(self, target: Target, lane: Lane, since: datetime) -> None:
        """Say that an object must be read; a second mark makes it at most more urgent."""
        if (mark := self._marks.get(target)) is not None:
            mark.lane, mark.since = min(mark.lane, lane), max(mark.since, since)
        else:
            self._marks[target] = Mark(lane, since)
        self._unanswered[target] = max(since, self._unanswered.get(target, since))
        self._some.set()

    def drop(self, target: Target) -> None:
        """It need not be read after all, or is being read."""
        self._marks.pop(target, None)
        if not self._marks:
            self._some.clear()

    def forget(self, target: Target) -> None:
        """It need not be read after all."""
        self._unanswered.pop(target, None)
        self.drop(target)

    def seen(self, target: Target, asked: datetime) -> bool:
        """It was read by a request sent at `asked`: a mark made before is settled.

        False when it was said to be dirty since, whether that mark still waits or is being read: then it stays owed.
        """
        since = self._unanswered.get(target)
        if since is not None and since > asked:
            return False
        self.forget(target)
        return True

    def hinted(self, kind: Kind) -> frozenset[Target]:
        """Those of a kind that an event named, and nobody waits for."""
        return frozenset(at for at, mark in self._marks.items() if at[0] is kind and mark.lane is Lane.EVENT)

    def take(self, most: int, *together: frozenset[Target]) -> dict[Target, Mark]:
        """Take the most urgent ones off the list; with one of those that are asked for together, all of them."""
        chosen = nsmallest(most, self._marks, key=lambda target: self._marks[target].lane)  # first come, first served
        for group in together:
            if not group.isdisjoint(chosen):
                chosen += [target for target in self._marks if target in group and target not in chosen]
        taken = {target: self._marks.pop(target) for target in chosen}
        if not self._marks:
            self._some.clear()
        return taken

    @property
    def urgent(self) -> Lane:
        """The most urgent lane waiting; BACKGROUND when nothing waits."""
        return min((mark.lane for mark in self._marks.values()), default=Lane.BACKGROUND)

    async def some(self) -> None:
        """Wait until something is dirty."""
        await self._some.wait()
