"""What changed while the line was down or this computer slept, by kind, until a person has seen it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.domain.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Collection

_NOUNS = {Kind.BOOKING: "booking", Kind.ROOM: "room", Kind.FOLIO: "folio"}
"""What has a list of its own; a guest or a charge is seen in its booking or folio, which changes with it."""


class Missed:
    """The objects, not the changes: a booking that changed three times is one booking to look at."""

    def __init__(self, objects: Collection[tuple[Kind, int]]) -> None:
        """`objects` as `sync` counts them: the badge's number and these are the same."""
        self._ids = {kind: sorted(ident for of, ident in objects if of is kind) for kind in _NOUNS}

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of which something was missed."""
        return tuple(kind for kind, ids in self._ids.items() if ids)

    def of(self, kind: Kind) -> tuple[int, ...]:
        """What was missed of a kind."""
        return tuple(self._ids[kind])

    def words(self, kind: Kind) -> str:
        """`12 bookings`."""
        count = len(self._ids[kind])
        return f"{count} {_NOUNS[kind]}{'' if count == 1 else 's'}"
