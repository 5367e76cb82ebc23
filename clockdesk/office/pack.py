"""The downtime pack: what a desk needs on paper when the service can't be reached. Made from the copy alone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from clockdesk.domain.dates import hotel_today, weekday_text
from clockdesk.domain.money import format_money, totals
from clockdesk.domain.words import freshness_words
from clockdesk.office import pack_lists as lists
from clockdesk.office import pack_movements as moves
from clockdesk.office.house import DIRTY
from clockdesk.office.pack_day import Day
from clockdesk.office.pack_forms import LOG, POSTING, REGISTRATION
from clockdesk.office.sheets import AsOf, Document, Facts, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clockdesk.office.office import Office

TITLE = "Downtime pack"


def as_of(office: Office, now: datetime, swept: str | None = None, *, alone: bool = False) -> AsOf:
    """How old the copy is now.

    `swept`: the cursor of an earlier sweep, for when this session has made none yet. `alone`: nobody watches the line
    (a command that only reads the copy), so there is no state to tell.
    """
    checked = office.freshness.checked or (datetime.fromisoformat(swept) if swept else None)
    zone = office.zone
    state = "" if alone else freshness_words(office.freshness, zone, hotel_today(now, zone))
    return AsOf(office.hotel_name, zone, now, checked, state)


class PackMaking:
    """A pack being made: `steps` does it bit by bit, `document` is the pack once they are over."""

    def __init__(self, office: Office, as_of: AsOf) -> None:
        """Of what the copy in memory holds while the steps are taken."""
        self._day = Day(office.house, office.house.today)
        self._as_of = as_of
        self._sections: list[Section] = []

    @property
    def document(self) -> Document:
        """What has been made so far; the whole after the last step."""
        return Document(TITLE, self._as_of, tuple(self._sections))

    def steps(self) -> Iterator[None]:
        """Make it; other work may be done at each yield."""
        yield from self._day.sort_out()
        for section in self._make():
            self._sections.append(section)
            yield

    def _make(self) -> Iterator[Section]:
        day = self._day
        yield Section("Overview", (_overview(day, self._as_of), moves.days_summary(day)))
        yield Section("In house by room", (lists.in_house_by_room(day),))
        yield Section("In house by name", (lists.in_house_by_name(day),))
        yield Section("Arrivals", (moves.arrivals_left(day), moves.arrived(day)))
        yield Section("Departures", (moves.departures_left(day), moves.departed(day)))
        yield Section("Room status", (lists.room_status(day),))
        yield Section("Out of service", (lists.out_of_service(day),))
        yield Section("Balances", (lists.balances(day), lists.open_folios(day)))
        yield Section("Next days", (moves.movements(day),))
        yield Section("Registration card", (REGISTRATION,))
        yield Section("Posting form", (POSTING,))
        yield Section("Manual log", (LOG,))


def make_pack(office: Office, as_of: AsOf) -> Document:
    """The whole pack at once, for where nobody waits for the screen."""
    making = PackMaking(office, as_of)
    for _ in making.steps():
        pass
    return making.document


def _overview(day: Day, as_of: AsOf) -> Facts:
    owing = [line.balance for line in day.in_house if line.balance is not None and line.balance.minor > 0]
    owed = ", ".join(format_money(amount) for amount in totals(owing)) or "nothing"
    occupied, dirty = sum(line.occupied for line in day.rooms), sum(line.housekeeping == DIRTY for line in day.rooms)
    closed = sum(line.out_of_service for line in day.rooms)
    facts = (
        ("Hotel", as_of.hotel or "not known"),
        ("Day", f"{weekday_text(day.today)} {day.today.year}; times are the hotel's ({as_of.zone})"),
        ("Arrivals", f"{len(day.arrivals)} to come, {len(day.arrived)} arrived"),
        ("Departures", f"{len(day.leaving)} to come, {len(day.departed)} left"),
        ("In house", f"{len(day.in_house)} bookings; {occupied} of {len(day.rooms)} rooms occupied"),
        ("Rooms", f"{dirty} dirty, {closed} out of service"),
        ("Owed by guests in house", f"{owed} ({len(owing)} bookings)"),
        *((("Mind", as_of.warning),) if as_of.warning else ()),
    )
    return Facts("overview", "Overview", facts, note=HOW)


HOW = (
    "While the service is down: take these lists as the truth of the time on top of the page and cross off by hand. "
    "Write down every arrival, room, payment and status change, in ClockDesk's manual log or on the last pages. "
    "Afterwards each line is checked against Clock and entered by a person; money is posted in Clock itself. "
    "Guest names stand in here: keep the pack behind the desk and destroy it when a newer one is printed."
)
