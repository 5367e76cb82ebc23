"""Tells a person which rows entered or left a filter, several changes in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clockdesk.domain.freshness import Trust
from clockdesk.office.counting import Passage
from clockdesk.office.lines import BookingLine, FolioLine, RoomLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clockdesk.domain.freshness import Freshness
    from clockdesk.domain.kinds import Kind
    from clockdesk.office.counting import Counting
    from clockdesk.office.house import House

MOST: Final = 3
"""Rows told one by one; of more only the number is told."""


class Telling:
    """Collects what passed through the filters that tell, until somebody takes it.

    The rows of a copy that is being read for the first time enter nothing: they were there before.
    """

    def __init__(self, counting: Counting, house: House, freshness: Callable[[], Freshness]) -> None:
        """Listens to `counting`."""
        self._house, self._freshness = house, freshness
        self._complete = False
        self._waiting: dict[int, Passage] = {}
        self._unseen: dict[int, Passage] = {}
        self._listeners: list[Callable[[], None]] = []
        counting.listen(self._on_passage)

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told that there is something to take, or that something was seen; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def take(self) -> tuple[Passage, ...]:
        """What passed since the last time, one passage a filter."""
        taken, self._waiting = tuple(self._waiting.values()), {}
        return tuple(passage for passage in taken if passage.entered or passage.left)

    def unseen(self, ident: int) -> Passage | None:
        """What passed through a filter since a person last looked at its rows; None for nothing."""
        passage = self._unseen.get(ident)
        return passage if passage is not None and (passage.entered or passage.left) else None

    def seen(self, ident: int) -> None:
        """A person looks at the rows of this filter."""
        if self._unseen.pop(ident, None) is not None:
            self._say()

    def words(self, passage: Passage) -> str:
        """`“VIP arrivals”: booking 1041 (room 205) entered, booking 998 left; 4 now`. No guest is named."""
        kind = passage.filter.kind
        parts = [
            f"{self._rows(kind, ids)} {verb}"
            for ids, verb in ((passage.entered, "entered"), (passage.left, "left"))
            if ids
        ]
        return f"“{passage.filter.name}”: {', '.join(parts)}; {passage.count} now"

    def _on_passage(self, passage: Passage) -> None:
        if not self._complete:
            freshness = self._freshness()
            self._complete = freshness.trust is not Trust.STARTING and not freshness.left
        if not (self._complete and passage.filter.told and (passage.entered or passage.left)):
            return
        for kept in (self._waiting, self._unseen):
            before = kept.get(passage.filter.id)
            kept[passage.filter.id] = passage if before is None else _joined(before, passage)
        self._say()

    def _say(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def _rows(self, kind: Kind, ids: Iterable[int]) -> str:
        told = sorted(ids)
        if len(told) > MOST:
            return str(len(told))
        return ", ".join(self._row(kind, ident) for ident in told)

    def _row(self, kind: Kind, ident: int) -> str:
        match self._house.glance(kind, ident):
            case BookingLine() as line:
                return f"booking {line.number}{f' (room {line.room})' if line.room else ''}"
            case RoomLine() as line:
                return f"room {line.name}"
            case FolioLine() as line:
                return f"folio {line.number}{f' (room {line.room})' if line.room else ''}"
        return f"{kind} {ident}"


def _joined(first: Passage, then: Passage) -> Passage:
    """Both as one: what entered and left again in between did neither."""
    return Passage(
        then.filter,
        then.count,
        (first.entered - then.left) | (then.entered - first.left),
        (first.left - then.entered) | (then.left - first.entered),
    )
