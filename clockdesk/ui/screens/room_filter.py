"""Which rooms the board shows. No widgets: what is chosen, and whether a room's line is one of them.

The board filters by what it derives itself (occupied, arriving ...), so this is no predicate: none of it is ever asked
of the service, which gives all rooms in one answer.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from clockdesk.domain.like import fold
from clockdesk.domain.words import HOUSEKEEPING_CODES

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.office.lines import RoomLine

OTHER: Final = "?"
"""Stands for a housekeeping status that was not told or that nobody knows."""
OUT_OF_SERVICE: Final = "out_of_service"

STAYS: Final[dict[str, tuple[str, Callable[[RoomLine], bool]]]] = {
    "vacant": ("Vacant", lambda line: not line.occupied),
    "occupied": ("Occupied", lambda line: line.occupied),
    "arriving": ("Arriving today", lambda line: line.arriving),
    "departing": ("Departing today", lambda line: line.departing),
    OUT_OF_SERVICE: ("Out of service", lambda line: line.out_of_service),
}
"""What can be going on in a room: word, and whether it is. A room may be several of these."""


def status_of(line: RoomLine) -> str:
    """The housekeeping code under which a room is counted and found: one of the known ones, or OTHER."""
    code = line.housekeeping
    return code if code is not None and code in HOUSEKEEPING_CODES else OTHER


@dataclass(frozen=True, slots=True)
class RoomFilter:
    """Nothing chosen in a set means no restriction. `statuses` as `status_of` tells them, `stays` keys of STAYS."""

    text: str = ""
    statuses: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    stays: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether it restricts anything."""
        return any(bool(getattr(self, each.name)) for each in fields(self))

    def matches(self, line: RoomLine) -> bool:
        """Whether the board shows this room."""
        return (
            (not self.statuses or status_of(line) in self.statuses)
            and (not self.sectors or line.sector in self.sectors)
            and (not self.types or line.room_type in self.types)
            and (not self.stays or any(STAYS[stay][1](line) for stay in self.stays))
            and self._says(line)
        )

    def _says(self, line: RoomLine) -> bool:
        """A number is looked for at the start of the room's number; words anywhere in guests, type and remark."""
        wanted = fold(self.text.strip())
        if not wanted:
            return True
        return fold(line.name).startswith(wanted) or any(
            wanted in fold(text) for text in (*line.guests, line.room_type, line.warning)
        )
