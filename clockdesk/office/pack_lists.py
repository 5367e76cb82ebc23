"""The lists of the downtime pack, made from the copy in memory: one pass over it, then one table at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from clockdesk.domain.dates import day_text, weekday_text
from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import format_money, totals
from clockdesk.domain.words import folio_state, housekeeping
from clockdesk.office.house import notes_of
from clockdesk.office.lines import BookingLine, FolioLine, RoomLine
from clockdesk.office.lists import by_room
from clockdesk.office.sheets import Code, Column, Dated, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from clockdesk.domain.money import Money
    from clockdesk.domain.values import Booking, Folio
    from clockdesk.office.house import House
    from clockdesk.office.sheets import Cell

DAYS_AHEAD = 7
"""Days summed up beyond today; the copy's working window reaches two weeks (design, section 4)."""

DAYS_BY_NAME = 3
"""Of these, the days whose guests are listed: a list that nobody wants to carry is not printed."""

_SOURCE = "As far as the copy reaches."


@dataclass(slots=True)
class Day:
    """The rooms by number, and the bookings and folios that matter today and in the next days, in heaps.

    `sort_out` fills it, each booking once, so that none is in two heaps whatever happens meanwhile.
    """

    house: House
    today: date
    rooms: list[RoomLine] = field(default_factory=list)
    in_house: list[BookingLine] = field(default_factory=list)
    arrivals: list[BookingLine] = field(default_factory=list)
    departed: list[BookingLine] = field(default_factory=list)
    coming: list[BookingLine] = field(default_factory=list)
    folios: list[FolioLine] = field(default_factory=list)

    def sort_out(self) -> Iterator[None]:
        """Fill the heaps; other work may be done at each yield."""
        house = self.house
        for ids in _pieces(house.bookings):
            for ident in ids:
                heap = self._heap(house.bookings.get(ident))
                if heap is not None and isinstance(line := house.line(Kind.BOOKING, ident), BookingLine):
                    heap.append(line)
            yield
        payers = {line.id: line.balance for line in (*self.in_house, *self.arrivals, *self.departed)}
        for ids in _pieces(house.folios):
            for ident in ids:
                if _says_more(house.folios.get(ident), payers) and isinstance(
                    folio := house.line(Kind.FOLIO, ident), FolioLine
                ):
                    self.folios.append(folio)
            yield
        for ids in _pieces(house.rooms, 50):
            rooms = (house.line(Kind.ROOM, ident) for ident in ids)
            self.rooms += [line for line in rooms if isinstance(line, RoomLine)]
            yield
        self.rooms.sort(key=lambda line: by_room(line.name))

    def _heap(self, booking: Booking | None) -> list[BookingLine] | None:
        match booking.status if booking is not None else None:
            case "checked_in":
                return self.in_house
            case "expected" if booking is not None and booking.arrival is not None:
                if booking.arrival <= self.today:
                    return self.arrivals
                return self.coming if booking.arrival <= self.today + timedelta(days=DAYS_AHEAD) else None
            case "checked_out" if booking is not None and booking.departure == self.today:
                return self.departed
        return None

    @property
    def leaving(self) -> list[BookingLine]:
        """In house and due out today or before."""
        return [line for line in self.in_house if line.due_out]

    @property
    def arrived(self) -> list[BookingLine]:
        """In house since today."""
        return [line for line in self.in_house if line.arrival == self.today]

    def arriving_in(self, room: int) -> list[BookingLine]:
        """Still to arrive into this room."""
        return [line for line in self.arrivals if line.room_id == room]


def _pieces(ids: Iterable[int], size: int = 400) -> Iterator[list[int]]:
    """These ids as they are now, in pieces that take a few milliseconds each."""
    whole = list(ids)
    return (whole[start : start + size] for start in range(0, len(whole), size))


def _says_more(folio: Folio | None, payers: Mapping[int, Money | None]) -> bool:
    """Open, with a balance that is not already told as its booking's, and paid by one of these or by no booking."""
    if folio is None or folio.close_date is not None or folio.voided_at is not None or not folio.balance:
        return False
    if folio.payer_type != "Booking" or folio.payer_id is None:
        return True
    return folio.payer_id in payers and payers[folio.payer_id] != folio.balance


# In house


_STAY = (
    Column("room", "Room", 8, strong=True),
    Column("guest", "Guest", 30, strong=True),
    Column("arrival", "Arrived", 10),
    Column("departure", "Until", 16),
    Column("people", "People", 9),
    Column("booking", "Booking", 14),
    Column("balance", "Balance", 19, money=True),
    Column("notes", "Notes", 0),
)


def in_house_by_room(day: Day) -> Table:
    """Who is in house, by room."""
    lines = sorted(day.in_house, key=lambda line: (by_room(line.room), line.guest.casefold()))
    return _in_house(day, "in-house-by-room", "In house by room", lines)


def in_house_by_name(day: Day) -> Table:
    """Who is in house, by name; the name stands first."""
    lines = sorted(day.in_house, key=lambda line: (line.guest.casefold(), by_room(line.room)))
    table = _in_house(day, "in-house-by-name", "In house by name", lines)
    order = (1, 0, 2, 3, 4, 5, 6)
    return Table(
        table.key,
        table.title,
        tuple(table.columns[at] for at in order),
        tuple(tuple(row[at] for at in order) for row in table.rows),
        foot=table.foot,
        empty=table.empty,
    )


def _in_house(day: Day, key: str, title: str, lines: list[BookingLine]) -> Table:
    rows = tuple(
        (
            line.room,
            _guest(line),
            line.arrival,
            _until(line, day.today),
            _people(line),
            line.number,
            line.balance,
            _notes(day.house, line.id),
        )
        for line in lines
    )
    guests = sum(line.adults + line.children for line in lines)
    foot = (f"{_count(len(lines), 'booking')}, {_count(guests, 'guest')} in house.",) if lines else ()
    return Table(key, title, _STAY, rows, foot=foot, empty="Nobody is in house.", under="notes")


# Movements


def arrivals_left(day: Day) -> Table:
    """Who is still to arrive today, or should have before."""
    lines = sorted(day.arrivals, key=lambda line: (not line.overdue, line.arrival_time or "99", line.guest.casefold()))
    columns = (
        Column("time", "Time", 16),
        Column("guest", "Guest", 26, strong=True),
        Column("room", "Room", 8, strong=True),
        Column("is", "Room is", 13),
        Column("type", "Type", 14),
        Column("departure", "Until", 9),
        Column("people", "People", 8),
        Column("booking", "Booking", 13),
        Column("balance", "Balance", 17, money=True),
        Column("notes", "Notes", 0),
    )
    rows = tuple(
        (
            line.arrival_time if not line.overdue else f"{_day(line.arrival, day.today)} LATE",
            _guest(line),
            line.room or "none",
            _code(line.housekeeping) if line.room_id is not None else None,
            line.room_type,
            line.departure,
            _people(line),
            line.number,
            line.balance,
            _notes(day.house, line.id),
        )
        for line in lines
    )
    return Table(
        "arrivals", "Arrivals to come", columns, rows, empty="Everybody has arrived.", under="notes",
        foot=_tally(lines, "to arrive"),
    )  # fmt: skip


def arrived(day: Day) -> Table:
    """Who has arrived today."""
    return _moved("arrived-today", "Arrived today", day.arrived, "Nobody has arrived today.")


def departures_left(day: Day) -> Table:
    """Who is still to leave today, or should have before."""
    lines = sorted(day.leaving, key=lambda line: by_room(line.room))
    columns = (
        Column("room", "Room", 8, strong=True),
        Column("guest", "Guest", 34, strong=True),
        Column("departure", "Due out", 16),
        Column("people", "People", 9),
        Column("booking", "Booking", 14),
        Column("balance", "Balance", 19, money=True),
        Column("left", "Left at, by", 18),
        Column("notes", "Notes", 0),
    )
    rows = tuple(
        (
            line.room,
            _guest(line),
            _until(line, day.today),
            _people(line),
            line.number,
            line.balance,
            "",
            _notes(day.house, line.id),
        )
        for line in lines
    )
    return Table(
        "departures", "Departures to come", columns, rows, empty="Nobody leaves any more today.", under="notes",
        foot=_tally(lines, "to leave"),
    )  # fmt: skip


def departed(day: Day) -> Table:
    """Who has left today."""
    return _moved("departed-today", "Departed today", day.departed, "Nobody has left today.")


def _moved(key: str, title: str, lines: Iterable[BookingLine], empty: str) -> Table:
    columns = (
        Column("room", "Room", 8, strong=True),
        Column("guest", "Guest", 36, strong=True),
        Column("arrival", "Arrival", 12),
        Column("departure", "Departure", 12),
        Column("people", "People", 10),
        Column("booking", "Booking", 16),
        Column("balance", "Balance", 20, money=True),
    )
    rows = tuple(
        (line.room, _guest(line), line.arrival, line.departure, _people(line), line.number, line.balance)
        for line in sorted(lines, key=lambda line: by_room(line.room))
    )
    return Table(key, title, columns, rows, empty=empty)


# Rooms


def room_status(day: Day) -> Table:
    """Every room: its housekeeping status, who is in it, who comes."""
    columns = (
        Column("floor", "Floor", 0),
        Column("room", "Room", 9, strong=True),
        Column("type", "Type", 15),
        Column("status", "Status", 16, strong=True),
        Column("occupied", "Is", 12),
        Column("guest", "Guest", 30),
        Column("next", "Next", 36),
        Column("remark", "Remark", 0),
    )
    rooms = sorted(day.rooms, key=lambda line: (not line.floor, by_room(line.floor), by_room(line.name)))
    rows = tuple(
        (
            line.floor or "other",
            line.name,
            line.room_type,
            _code(line.housekeeping),
            Code("O", "occupied") if line.occupied else Code("V", "vacant"),
            "; ".join(line.guests),
            "; ".join(_next(day, line)),
            line.warning,
        )
        for line in rooms
    )
    return Table(
        "room-status", "Room status", columns, rows, foot=_room_counts(rooms), empty="The copy holds no rooms.",
        under="remark", group="floor",
    )  # fmt: skip


def _next(day: Day, line: RoomLine) -> list[str]:
    said = []
    if line.out_of_service:
        said.append(f"OUT OF SERVICE until {_day(line.out_until, day.today) or 'further notice'}")
    if line.departing:
        said.append("departs")
    for guest in day.arriving_in(line.id):
        time = f" {guest.arrival_time}" if guest.arrival_time else ""
        said.append(f"arrives{time}: {_guest(guest)}")
    return said


def _room_counts(rooms: list[RoomLine]) -> tuple[str, ...]:
    counts: dict[tuple[str, str], int] = {}
    for line in rooms:
        key = ("occupied" if line.occupied else "vacant", housekeeping(line.housekeeping).word.lower())
        counts[key] = counts.get(key, 0) + 1
    parts = [f"{count} {stay} {status}" for (stay, status), count in sorted(counts.items())]
    closed = sum(line.out_of_service for line in rooms)
    return (f"{_count(len(rooms), 'room')}: {', '.join(parts)}; {closed} out of service.",) if rooms else ()


def out_of_service(day: Day) -> Table:
    """Rooms out of service now or in the next days."""
    last = day.today + timedelta(days=DAYS_AHEAD)
    rows: list[tuple[Cell, ...]] = []
    for line in day.rooms:
        room = day.house.rooms.get(line.id)
        for period in (room.room_status_allocations or ()) if room is not None else ():
            first, end = period.from_date, period.to_date
            if (end is not None and end < day.today) or (first is not None and first > last):
                continue
            now = first is None or first <= day.today
            rows.append(
                (line.name, line.room_type, "now" if now else "later", first, end or "open", period.notes or "")
            )
    columns = (
        Column("room", "Room", 10, strong=True),
        Column("type", "Type", 20),
        Column("when", "When", 10),
        Column("from", "From", 14),
        Column("until", "Until", 14),
        Column("reason", "Reason", 46),
    )
    return Table("out-of-service", "Out of service", columns, tuple(rows), empty="No room is out of service.")


# Money


def balances(day: Day) -> Table:
    """What guests in house owe, or are owed, with the age of each balance."""
    lines = sorted((line for line in day.in_house if line.balance), key=lambda line: by_room(line.room))
    unknown = sum(line.balance is None for line in day.in_house)
    columns = (
        Column("room", "Room", 10, strong=True),
        Column("guest", "Guest", 40, strong=True),
        Column("departure", "Until", 18),
        Column("booking", "Booking", 16),
        Column("balance", "Balance", 22, money=True),
        Column("read", "Read at", 14),
    )
    rows = tuple(
        (line.room, _guest(line), _until(line, day.today), line.number, line.balance, line.read_at) for line in lines
    )
    foot = [*_sums("Guests owe", (line.balance for line in lines), owed=True)]
    foot += _sums("The hotel owes guests", (line.balance for line in lines), owed=False)
    foot += [f"{_count(unknown, 'booking')} in house without a balance in the copy."] if unknown else []
    return Table(
        "balances", "Balances of guests in house", columns, rows, foot=tuple(foot), empty="Nobody in house owes.",
        note="A charge or payment made in the last two minutes before the check may be missing.",
    )  # fmt: skip


def open_folios(day: Day) -> Table:
    """Open folios that say more than a booking's balance: of guests with several, and of payers without a booking."""
    columns = (
        Column("folio", "Folio", 18, strong=True),
        Column("kind", "Kind", 13),
        Column("payer", "Payer", 47),
        Column("room", "Room", 10),
        Column("balance", "Balance", 22, money=True),
        Column("read", "Read at", 14),
    )
    rows = tuple(
        (
            line.number,
            "Deposit" if line.deposit else folio_state(line.state),
            line.payer,
            line.room,
            line.balance,
            line.read_at,
        )
        for line in sorted(day.folios, key=lambda line: (by_room(line.room), by_room(line.number)))
    )
    return Table(
        "open-folios", "Open folios with a balance", columns, rows, empty="None beside those told by booking.",
        note="Of guests with more than one folio, and of payers without a booking; the others are told by booking.",
    )  # fmt: skip


# The next days


def days_summary(day: Day) -> Table:
    """How many come, leave and stay, night by night."""
    stays = [*day.in_house, *day.arrivals, *day.coming]
    columns = (
        Column("day", "Day", 24, strong=True),
        Column("arrivals", "Arrivals", 16, right=True),
        Column("departures", "Departures", 16, right=True),
        Column("in_house", "In house at night", 22, right=True),
        Column("guests", "Guests at night", 22, right=True),
    )
    rows = tuple(_summary(stays, day.today + timedelta(days=ahead), day.today) for ahead in range(DAYS_AHEAD + 1))
    note = f"Bookings, not rooms; still to come where it is today. {_SOURCE}"
    return Table("next-days", "The next days", columns, rows, note=note)


def _summary(stays: list[BookingLine], night: date, today: date) -> tuple[Cell, ...]:
    coming = [line for line in stays if line.status == "expected" and _arrives(line, today) == night]
    leaving = [line for line in stays if _leaves(line, today) == night]
    staying = [line for line in stays if line.arrival and line.departure and line.arrival <= night < line.departure]
    guests = sum(line.adults + line.children for line in staying)
    return (Dated(night, weekday_text(night, today)), len(coming), len(leaving), len(staying), guests)


def movements(day: Day) -> Table:
    """Arrivals and departures of each of the next three days, by name."""
    stays = [*day.in_house, *day.arrivals, *day.coming]
    first, last = day.today + timedelta(days=1), day.today + timedelta(days=DAYS_BY_NAME)
    moves = [(line.arrival, 0, line) for line in day.coming if line.arrival is not None and line.arrival <= last]
    moves += [(line.departure, 1, line) for line in stays if line.departure and first <= line.departure <= last]
    moves.sort(key=lambda move: (move[0], move[1], move[2].guest.casefold(), move[2].id))
    columns = (
        Column("day", "Day", 0),
        Column("what", "What", 15, strong=True),
        Column("guest", "Guest", 36, strong=True),
        Column("room", "Room", 9),
        Column("type", "Type", 18),
        Column("stay", "Other end", 14),
        Column("people", "People", 10),
        Column("booking", "Booking", 14),
    )
    rows = tuple(
        (
            Dated(at, weekday_text(at, day.today)),
            Code("D", "departs") if leaves else Code("A", "arrives"),
            _guest(line),
            line.room,
            line.room_type,
            line.arrival if leaves else line.departure,
            _people(line),
            line.number,
        )
        for at, leaves, line in moves
    )
    return Table(
        "movements", "Arrivals and departures by day", columns, rows, empty="Nobody comes or goes in the next days.",
        note=_SOURCE, group="day",
    )  # fmt: skip


def _arrives(line: BookingLine, today: date) -> date | None:
    """Overdue arrivals are expected today."""
    return today if line.overdue and line.status == "expected" else line.arrival


def _leaves(line: BookingLine, today: date) -> date | None:
    return today if line.due_out else line.departure


# Words


def _guest(line: BookingLine) -> str:
    """The name; where the account may not see names, what else there is."""
    return line.guest or line.reference or f"Booking {line.number}"


def _people(line: BookingLine) -> str:
    return f"{line.adults} + {line.children}" if line.children else str(line.adults)


def _until(line: BookingLine, today: date) -> Dated:
    """The departure of a guest in house, with what is to be noticed about it."""
    if line.departure is None:
        return Dated(None, "")
    when = day_text(line.departure, today)
    note = " LATE" if line.overdue else " today" if line.departure == today else ""
    return Dated(line.departure, when + note)


def _day(day: date | None, today: date) -> str:
    return "" if day is None else day_text(day, today)


def _code(status: str | None) -> Code:
    said = housekeeping(status)
    return Code(said.letter, said.word)


def _notes(house: House, booking: int) -> str:
    value = house.bookings.get(booking)
    return "; ".join(f"{heading}: {text}" for heading, text in notes_of(value)) if value is not None else ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _tally(lines: list[BookingLine], verb: str) -> tuple[str, ...]:
    guests = sum(line.adults + line.children for line in lines)
    return (f"{_count(len(lines), 'booking')}, {_count(guests, 'guest')} {verb}.",) if lines else ()


def _sums(words: str, amounts: Iterable[Money | None], *, owed: bool) -> list[str]:
    found = [amount for amount in amounts if amount is not None and (amount.minor > 0) is owed and amount]
    said = ", ".join(format_money(amount if owed else -amount) for amount in totals(found))
    return [f"{words}: {said}."] if said else []
