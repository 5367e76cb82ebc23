"""What changed while the line was down, by kind, until a person has seen it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from clockdesk.domain.kinds import Kind

if TYPE_CHECKING:
    from clockdesk.domain.records import ChangeSet

_NOUNS = {Kind.BOOKING: "booking", Kind.ROOM: "room", Kind.FOLIO: "folio"}
"""What has a list of its own; a guest or a charge is seen in its booking or folio, which changes with it."""


class Missed:
    """The ids, not the changes: a booking that changed three times is one booking to look at."""

    def __init__(self) -> None:
        """Nothing missed."""
        self._ids: defaultdict[Kind, set[int]] = defaultdict(set)

    def take(self, change: ChangeSet) -> None:
        """These changed while nobody could see it; what was removed is no longer there to be looked at."""
        if change.kind in _NOUNS:
            self._ids[change.kind] |= change.added | change.changed
            self._ids[change.kind] -= change.removed

    def clear(self) -> None:
        """A person has seen it."""
        self._ids.clear()

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of which something was missed."""
        return tuple(kind for kind in _NOUNS if self._ids.get(kind))

    def of(self, kind: Kind) -> tuple[int, ...]:
        """What was missed of a kind."""
        return tuple(sorted(self._ids.get(kind, ())))

    def words(self, kind: Kind) -> str:
        """`12 bookings`."""
        count = len(self._ids.get(kind, ()))
        return f"{count} {_NOUNS[kind]}{'' if count == 1 else 's'}"
