"""Which bookings the copy holds, said once as predicates (design, section 4: cold plan and working window).

A receptionist needs today at once and the days around it soon; a booking far outside is read when somebody asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clockdesk.api.query import to_query
from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.predicate import Context, InList, Predicate, all_of
from clockdesk.domain.predicate_text import parse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime, tzinfo

    from clockdesk.domain.kinds import Kind
    from clockdesk.domain.values import Booking

DAYS_BACK = 1
DAYS_AHEAD = 14

IN_HOUSE = "status = checked_in"
ARRIVALS = "status = expected and arrival <= today"
DEPARTED = "status = checked_out and departure = today"
WINDOW = f"arrival <= today+{DAYS_AHEAD} and departure >= today-{DAYS_BACK} and status not in [canceled, no_show]"
HELD = f"({WINDOW}) or ({IN_HOUSE}) or ({ARRIVALS})"
"""Everything the copy should hold: the window, who is in house whatever the dates say, and who is late to come."""


@dataclass(frozen=True, slots=True)
class Questions:
    """Writes questions for one hotel day as query strings."""

    today: date
    zone: tzinfo

    def ask(self, kind: Kind, text: str) -> tuple[bytes, ...]:
        """The query strings of a predicate written as text; their id lists are to be united."""
        return self.send(kind, parse(text, ENTITIES[kind]))

    def send(self, kind: Kind, predicate: Predicate) -> tuple[bytes, ...]:
        """The query strings of a predicate."""
        return to_query(predicate, ENTITIES[kind], Context(self.today, self.zone)).requests

    def changed_since(self, kind: Kind, instant: datetime, *, and_: str = "") -> tuple[bytes, ...]:
        """Ids of everything of a kind whose `updated_at` is at or after an instant."""
        text = f"updated_at >= {instant:%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03d}Z"
        return self.ask(kind, f"{text} and {and_}" if and_ else text)

    def among(self, kind: Kind, field: str, ids: Iterable[int], and_: str = "") -> tuple[bytes, ...]:
        """Ids of those whose `field` is one of `ids` and for which `and_` holds; in pieces of at most 4 kB."""
        from_list: Predicate = InList(field, tuple(sorted(ids)))
        if and_:
            from_list = all_of((from_list, parse(and_, ENTITIES[kind])))
        return self.send(kind, from_list)


def is_today(booking: Booking, today: date) -> bool:
    """Whether a booking belongs to Today: in house, still to arrive, or departed today."""
    if booking.status == "checked_in":
        return True
    if booking.status == "expected":
        return booking.arrival is not None and booking.arrival <= today
    return booking.status == "checked_out" and booking.departure == today
