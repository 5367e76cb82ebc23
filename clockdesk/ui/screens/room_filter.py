"""Which rooms the board shows. No widgets: what is chosen, and whether a room's line is one of them.

The board filters by what it derives itself (occupied, arriving ...): none of it is ever asked of the service, which
gives all rooms in one answer. To be kept under a name it is told as a predicate.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from clockdesk.domain.like import fold
from clockdesk.domain.predicate import InList, IsNull, Predicate, Test, all_of, any_of
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


_STAY_TESTS: Final = {
    "vacant": Test(field="occupied", op="=", value=False),
    **{stay: Test(field=stay, op="=", value=True) for stay in STAYS if stay != "vacant"},
}


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

    def predicate(self) -> Predicate | None:
        """The same as a filter that can be kept; None with a search text, which looks through guests as well."""
        if self.text.strip():
            return None
        statuses: list[Predicate] = [
            Test("housekeeping_status", "=", code) for code in HOUSEKEEPING_CODES if code in self.statuses
        ]
        if OTHER in self.statuses:
            known = InList("housekeeping_status", HOUSEKEEPING_CODES, negated=True)
            return self._joined([*statuses, IsNull("housekeeping_status"), known])
        return self._joined(statuses)

    def _joined(self, statuses: list[Predicate]) -> Predicate:
        parts: list[Predicate] = [any_of(statuses)] if statuses else []
        for name, words in (("housekeeping_sector", self.sectors), ("room_type", self.types)):
            parts += [InList(name, tuple(sorted(words)))] if words else []
        if self.stays:
            parts.append(any_of([_STAY_TESTS[stay] for stay in STAYS if stay in self.stays]))
        return all_of(parts)

    def _says(self, line: RoomLine) -> bool:
        """A number is looked for at the start of the room's number; words anywhere in guests, type and remark."""
        wanted = fold(self.text.strip())
        if not wanted:
            return True
        return fold(line.name).startswith(wanted) or any(
            wanted in fold(text) for text in (*line.guests, line.room_type, line.warning)
        )
