"""The words of the downtime pack's lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.domain.dates import day_text
from clockdesk.domain.money import format_money, totals
from clockdesk.domain.words import housekeeping
from clockdesk.office.house import notes_of
from clockdesk.office.sheets import Code, Dated

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from clockdesk.domain.money import Money
    from clockdesk.office.house import House
    from clockdesk.office.lines import BookingLine


def guest_name(line: BookingLine) -> str:
    """The name; where the account may not see names, what else there is."""
    return line.guest or line.reference or f"Booking {line.number}"


def people(line: BookingLine) -> str:
    """`2`, or `2 + 1` with a child."""
    return f"{line.adults} + {line.children}" if line.children else str(line.adults)


def until(line: BookingLine, today: date) -> Dated:
    """The departure of a guest in house, with what is to be noticed about it."""
    if line.departure is None:
        return Dated(None, "")
    when = day_text(line.departure, today)
    note = " LATE" if line.overdue else " today" if line.departure == today else ""
    return Dated(line.departure, when + note)


def day_or_nothing(day: date | None, today: date) -> str:
    """`21 Nov`; empty when there is no such day."""
    return "" if day is None else day_text(day, today)


def code(status: str | None) -> Code:
    """A housekeeping status as letter and word."""
    said = housekeeping(status)
    return Code(said.letter, said.word)


def notes(house: House, booking: int) -> str:
    """A booking's notes in one line."""
    value = house.bookings.get(booking)
    return "; ".join(f"{heading}: {text}" for heading, text in notes_of(value)) if value is not None else ""


def count(number: int, what: str) -> str:
    """`1 room`, `3 rooms`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def tally(lines: list[BookingLine], verb: str) -> tuple[str, ...]:
    """`12 bookings, 19 guests to arrive.`; nothing below an empty list."""
    guests = sum(line.adults + line.children for line in lines)
    return (f"{count(len(lines), 'booking')}, {count(guests, 'guest')} {verb}.",) if lines else ()


def sums(words: str, amounts: Iterable[Money | None], *, owed: bool) -> list[str]:
    """A line with one sum a currency of what guests owe (or, with `owed` false, are owed); none when there is none."""
    found = [amount for amount in amounts if amount is not None and (amount.minor > 0) is owed and amount]
    said = ", ".join(format_money(amount if owed else -amount) for amount in totals(found))
    return [f"{words}: {said}."] if said else []
