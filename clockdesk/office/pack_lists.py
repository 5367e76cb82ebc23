"""The lists of the downtime pack that show the house as it is now: guests, rooms, money."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from clockdesk.domain.words import folio_state, housekeeping
from clockdesk.office.lists import by_room
from clockdesk.office.pack_day import DAYS_AHEAD, Day
from clockdesk.office.pack_words import code, count, day_or_nothing, guest_name, notes, people, sums, until
from clockdesk.office.sheets import Code, Column, Table

if TYPE_CHECKING:
    from clockdesk.office.lines import BookingLine, RoomLine
    from clockdesk.office.sheets import Cell


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
            guest_name(line),
            line.arrival,
            until(line, day.today),
            people(line),
            line.number,
            line.balance,
            notes(day.house, line.id),
        )
        for line in lines
    )
    guests = sum(line.adults + line.children for line in lines)
    foot = (f"{count(len(lines), 'booking')}, {count(guests, 'guest')} in house.",) if lines else ()
    return Table(key, title, _STAY, rows, foot=foot, empty="Nobody is in house.", under="notes")


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
            code(line.housekeeping),
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
        said.append(f"OUT OF SERVICE until {day_or_nothing(line.out_until, day.today) or 'further notice'}")
    if line.departing:
        said.append("departs")
    for guest in day.arriving_in(line.id):
        time = f" {guest.arrival_time}" if guest.arrival_time else ""
        said.append(f"arrives{time}: {guest_name(guest)}")
    return said


def _room_counts(rooms: list[RoomLine]) -> tuple[str, ...]:
    counts: dict[tuple[str, str], int] = {}
    for line in rooms:
        key = ("occupied" if line.occupied else "vacant", housekeeping(line.housekeeping).word.lower())
        counts[key] = counts.get(key, 0) + 1
    parts = [f"{count} {stay} {status}" for (stay, status), count in sorted(counts.items())]
    closed = sum(line.out_of_service for line in rooms)
    return (f"{count(len(rooms), 'room')}: {', '.join(parts)}; {closed} out of service.",) if rooms else ()


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
        (line.room, guest_name(line), until(line, day.today), line.number, line.balance, line.read_at) for line in lines
    )
    foot = [*sums("Guests owe", (line.balance for line in lines), owed=True)]
    foot += sums("The hotel owes guests", (line.balance for line in lines), owed=False)
    foot += [f"{count(unknown, 'booking')} in house without a balance in the copy."] if unknown else []
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
