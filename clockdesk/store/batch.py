"""What one piece of work has to say to the copy, written in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from clockdesk.domain.kinds import Kind
    from clockdesk.domain.records import Record, Stamp

SLICE = 500
"""Records written in one transaction: longer ones hold up readers of a memory-only copy and the next batch."""


class Gone(NamedTuple):
    """The service said 404, or left the object out of a complete list. `stamp`: when that was asked."""

    kind: Kind
    id: int
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Owed:
    """An object that is still to be read.

    `tries` counts failed reads: given to a batch it is added to what is remembered (0 = newly owed); read back it is
    the sum. `since` is the first time it was owed, `error` the last failure's code ("" = none), `lane` the caller's.
    """

    kind: Kind
    id: int
    since: datetime
    tries: int = 0
    error: str = ""
    lane: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows, what they settle, and what is still owed: all of it is written, or none of it.

    `settled`: no longer owed (an id that is also in `owed` stays owed). `cursors`: bound of a sweep by name.
    `whole`: children listed completely, by (kind, parent id): those held and not listed are removed; the parent None
    stands for every object of the kind. `links`: a booking's folios, listed completely. `stamp`: when `whole` and
    `links` were asked for, required with either. `facts`: JSON values by name that can be had again from the service.
    `origin`: who asked: sweep, event, action, cold, open.
    """

    records: Sequence[Record] = ()
    gone: Sequence[Gone] = ()
    owed: Sequence[Owed] = ()
    settled: Sequence[tuple[Kind, int]] = ()
    cursors: Mapping[str, str] | Mapping[Kind, str] = field(default_factory=dict)
    whole: Mapping[tuple[Kind, int | None], frozenset[int]] | Mapping[tuple[Kind, int], frozenset[int]] = field(
        default_factory=dict
    )
    links: Mapping[int, frozenset[int]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    stamp: Stamp | None = None
    origin: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError for a complete list without the time it was asked for."""
        if (self.whole or self.links) and self.stamp is None:
            msg = "a complete list needs the stamp of its answer"
            raise ValueError(msg)

    def slices(self, size: int = SLICE) -> Iterator[Batch]:
        """The same in transactions of at most `size` records, safe to stop between any two.

        What is owed goes first. All that says "done" (cursors, settled, removals, lists) goes last, so that after a
        crash in between no cursor is ahead of its data.
        """
        if len(self.records) <= size:
            yield self
            return
        still_owed = {(owed.kind, owed.id) for owed in self.owed}
        yield Batch(records=self.records[:size], owed=self.owed, origin=self.origin)
        last = (len(self.records) - 1) // size * size
        for start in range(size, last, size):
            yield Batch(records=self.records[start : start + size], origin=self.origin)
        settled = [target for target in self.settled if target not in still_owed]
        yield replace(self, records=self.records[last:], owed=(), settled=settled)
