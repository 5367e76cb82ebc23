"""The lists of the downtime pack that show who comes and who goes, today and in the next days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from clockdesk.domain.dates import weekday_text
from clockdesk.office.lists import by_room
from clockdesk.office.pack_day import DAYS_AHEAD, Day
from clockdesk.office.pack_words import code, day_or_nothing, guest_name, notes, people, tally, until
from clockdesk.office.sheets import Code, Column, Dated, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clockdesk.office.lines import BookingLine
    from clockdesk.office.sheets import Cell

DAYS_BY_NAME = 3
"""Of the days summed up, those whose guests are listed: a list that nobody wants to carry is not printed."""

_SOURCE = "As far as the copy reaches."


# Today


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
            line.arrival_time if not line.overdue else f"{day_or_nothing(line.arrival, day.today)} LATE",
            guest_name(line),
            line.room or "none",
            code(line.housekeeping) if line.room_id is not None else None,
            line.room_type,
            line.departure,
            people(line),
            line.number,
            line.balance,
            notes(day.house, line.id),
        )
        for line in lines
    )
    return Table(
        "arrivals", "Arrivals to come", columns, rows, empty="Everybody has arrived.", under="notes",
        foot=tally(lines, "to arrive"),
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
            guest_name(line),
            until(line, day.today),
            people(line),
            line.number,
            line.balance,
            "",
            notes(day.house, line.id),
        )
        for line in lines
    )
    return Table(
        "departures", "Departures to come", columns, rows, empty="Nobody leaves any more today.", under="notes",
        foot=tally(lines, "to leave"),
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
        (line.room, guest_name(line), line.arrival, line.departure, people(line), line.number, line.balance)
        for line in sorted(lines, key=lambda line: by_room(line.room))
    )
    return Table(key, title, columns, rows, empty=empty)


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
            guest_name(line),
            line.room,
            line.room_type,
            line.arrival if leaves else line.departure,
            people(line),
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
