"""The back office's view: who is in now, and the last shifts of the people of this workstation as a table and CSV."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from clockdesk.domain.dates import hotel_time
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.shift import NEVER_READ, ShiftRow, ShiftState, Standing, duration_text
from clockdesk.office.pack_csv import ENCODING, csv_text
from clockdesk.office.sheets import Column, Document, Section, Table
from clockdesk.office.shift_settle import NOT_TOLD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime, tzinfo

    from clockdesk.api.timeclock import TimeClock
    from clockdesk.domain.clock import Clock
    from clockdesk.domain.shift import Person
    from clockdesk.office.sheets import AsOf, Cell

TITLE = "Shifts"
TOLD_THREE = "The time clock tells the three newest shifts of a person."
"""Said wherever the shifts are shown: nobody is to take them for all there are (time clock facts, 4.4)."""
LONGEST_WAIT = 90.0
"""Seconds the list waits for the minute's calls to come free, again and again, before it gives a person up."""

_COLUMNS = (
    Column("person", "Person", 28, strong=True),
    Column("initials", "By", 8),
    Column("day", "Day", 12),
    Column("start", "In", 16),
    Column("end", "Out", 16),
    Column("length", "Length", 12, right=True),
    Column("type", "Kind", 14),
    Column("state", "State", 18),
)


@dataclass(frozen=True, slots=True)
class OnRoster:
    """One person: how they stand and their newest shifts. `trouble`: why they could not be read (anew)."""

    person: Person
    state: ShiftState = NEVER_READ
    shifts: tuple[ShiftRow, ...] = ()
    trouble: KnownError | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One shift of one person, as a row of the table. `day` is the hotel's date of its start."""

    person: Person
    shift: ShiftRow
    day: date | None


class Roster:
    """Who is in now. The service has no list of that: each person is two calls, paced by the calls a minute allows."""

    def __init__(self, time_clock: TimeClock, clock: Clock, zone: Callable[[], tzinfo]) -> None:
        """Empty until `read`."""
        self._time_clock, self._clock, self._zone = time_clock, clock, zone
        self.entries: tuple[OnRoster, ...] = ()
        self.reading = False
        self._listeners: list[Callable[[], None]] = []

    async def read(self, persons: Iterable[Person]) -> tuple[OnRoster, ...]:
        """Read everybody, one after the other; listeners hear of each. Never raises: see `OnRoster.trouble`.

        While it is `reading`, a second call gives what there is so far.
        """
        if self.reading:
            return self.entries
        self.reading = True
        try:
            await self._read_all(persons)
        finally:
            self.reading = False
            self._tell()
        return self.entries

    async def _read_all(self, persons: Iterable[Person]) -> None:
        before = {entry.person.account: entry for entry in self.entries}
        people = tuple(persons)
        self.entries = tuple(
            OnRoster(one, held.state, held.shifts) if (held := before.get(one.account)) else OnRoster(one)
            for one in people
        )
        self._tell()
        for place, person in enumerate(people):
            entry = await self._read_one(person, self.entries[place])
            self.entries = (*self.entries[:place], entry, *self.entries[place + 1 :])
            self._tell()

    async def _read_one(self, person: Person, held: OnRoster) -> OnRoster:
        waited = 0.0
        while True:
            try:
                state = await self._time_clock.current(person.account, urgent=False)
                return OnRoster(person, state, await self._newest(person))
            except KnownError as error:
                wait = self._wait(error)
                waited += wait
                if not wait or waited > LONGEST_WAIT:
                    return OnRoster(person, held.state, held.shifts, error)
                await self._clock.sleep(wait)

    async def _newest(self, person: Person) -> tuple[ShiftRow, ...]:
        """None where the person's state is told and the shifts are refused: a proxy may pass on the one alone."""
        try:
            return (await self._time_clock.latest(person.account)).rows
        except KnownError as error:
            if error.code in NOT_TOLD:
                return ()
            raise

    def _wait(self, error: KnownError) -> float:
        if error.code is not ErrorCode.LIMITED or error.until is None:
            return 0.0
        return max(0.1, (error.until - self._clock.now()).total_seconds())

    @property
    def people_in(self) -> tuple[OnRoster, ...]:
        """Who is in now, the longest first."""
        there = [entry for entry in self.entries if entry.state.standing is Standing.IN and entry.state.since]
        return tuple(sorted(there, key=lambda entry: entry.state.since or self._clock.now()))

    def rows(self, since: date | None = None) -> tuple[RosterRow, ...]:
        """The shifts read, newest first; with `since` only those begun on that hotel day or later.

        The service gives the three newest shifts of a person (time clock facts, 4.4).
        """
        zone = self._zone()
        found = [
            RosterRow(entry.person, shift, hotel_time(shift.start, zone).date() if shift.start else None)
            for entry in self.entries
            for shift in entry.shifts
        ]
        kept = [row for row in found if since is None or (row.day is not None and row.day >= since)]
        return tuple(sorted(kept, key=lambda row: (row.shift.start is not None, row.shift.start), reverse=True))

    def table(self, since: date | None = None) -> Table:
        """The rows as a table, for the screen's print and for CSV."""
        rows = tuple(_cells(row) for row in self.rows(since))
        return Table("shifts", TITLE, _COLUMNS, rows, note=TOLD_THREE, empty="No shifts.")

    def document(self, as_of: AsOf, since: date | None = None) -> Document:
        """The rows, to be printed."""
        return Document(TITLE, as_of, (Section(TITLE, (self.table(since),)),))

    def csv(self, as_of: AsOf, since: date | None = None) -> bytes:
        """The rows for a spreadsheet; what others typed is never taken for a formula.

        The note is in every row, as their age is: none loses it when they are sorted.
        """
        made = self.table(since)
        rows = tuple((*row, made.note) for row in made.rows)
        noted = replace(made, columns=(*made.columns, Column("note", "Note", 0)), rows=rows)
        return csv_text(noted, as_of).encode(ENCODING)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told of each person read; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _cells(row: RosterRow) -> tuple[Cell, ...]:
    shift = row.shift
    state = "in now" if shift.open else "ended" if shift.end is not None else "not told"
    length = "" if shift.length is None else duration_text(shift.length)
    start: datetime | None = shift.start
    return (row.person.name, row.person.initials, row.day, start, shift.end, length, shift.type, state)
