"""What the list of bookings shows of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.domain.dates import weekday_text
from clockdesk.domain.money import format_money
from clockdesk.office.lists import by_room
from clockdesk.ui.models.columns import Align, Column
from clockdesk.ui.theme.status import booking_status
from clockdesk.ui.widgets.money import owed_tone

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from clockdesk.office.lines import BookingLine

EXPENDABLE = ("reference", "notes", "number", "nights", "people", "type", "balance", "departure")
"""Columns that go when there is no room, the first one first; the drawer shows them all."""


def people(line: BookingLine) -> str:
    """`2`, or `2+1` with a child."""
    return f"{line.adults}+{line.children}" if line.children else str(line.adults)


def booking_columns(today: Callable[[], date]) -> tuple[Column[BookingLine], ...]:
    """The columns; `today` gives the hotel's date."""

    def arrival(line: BookingLine) -> str:
        late = " · late" if line.overdue and line.status == "expected" else ""
        return weekday_text(line.arrival, today()) + late if line.arrival else "–"

    def departure(line: BookingLine) -> str:
        due = " · late" if line.overdue else " · today"
        return weekday_text(line.departure, today()) + (due if line.due_out else "") if line.departure else "–"

    def arrival_tone(line: BookingLine) -> str:
        return "danger" if line.overdue and line.status == "expected" else ""

    def departure_tone(line: BookingLine) -> str:
        if line.overdue and line.status == "checked_in":
            return "danger"
        return "warning" if line.due_out else ""

    return (
        Column(
            key="guest",
            title="Guest",
            text=lambda line: line.guest or "No name told",
            tone=lambda line: "" if line.guest else "muted",
            sample="Maximilian von Bergmann",
            sort=lambda line: line.guest.casefold() or None,
            stretch=True,
            strong=True,
        ),
        Column(
            key="status",
            title="Status",
            text=lambda line: booking_status(line.status).word,
            chip=lambda line: booking_status(line.status),
            sample="Checked out",
            sort=lambda line: line.status or None,
        ),
        Column(
            key="room",
            title="Room",
            text=lambda line: line.room or "none",
            tone=lambda line: "" if line.room else "muted",
            sample="1204",
            sort=lambda line: by_room(line.room) or None,
        ),
        Column(
            key="type",
            title="Room type",
            text=lambda line: line.room_type,
            sample="Superior Double",
            sort=lambda line: line.room_type.casefold() or None,
        ),
        Column(
            key="arrival",
            title="Arrival",
            text=arrival,
            tone=arrival_tone,
            tip=_arrival_tip,
            sample="Wed 28 Nov · late",
            sort=lambda line: line.arrival,
        ),
        Column(
            key="departure",
            title="Departure",
            text=departure,
            tone=departure_tone,
            tip=_departure_tip,
            sample="Wed 28 Nov · today",
            sort=lambda line: line.departure,
        ),
        Column(
            key="nights",
            title="Nights",
            text=lambda line: "–" if line.nights is None else str(line.nights),
            align=Align.RIGHT,
            sample="14",
            sort=lambda line: line.nights,
        ),
        Column(
            key="people",
            title="Guests",
            text=people,
            tip=lambda line: f"{line.adults} adults, {line.children} children",
            align=Align.RIGHT,
            sample="2+2",
            sort=lambda line: (line.adults + line.children, line.children),
        ),
        Column(
            key="balance",
            title="Balance",
            text=lambda line: "–" if line.balance is None else format_money(line.balance),
            tone=lambda line: owed_tone(line.balance),
            align=Align.RIGHT,
            sample="-12 345.00 EUR",
            sort=lambda line: line.balance and (line.balance.currency, line.balance.minor),
        ),
        Column(
            key="number",
            title="Number",
            text=lambda line: line.number,
            sample="123456",
            sort=lambda line: by_room(line.number),
        ),
        Column(
            key="notes",
            title="Notes",
            text=lambda line: str(line.remarks) if line.remarks else "",
            align=Align.RIGHT,
            sample="10",
            sort=lambda line: line.remarks or None,
        ),
        Column(
            key="reference",
            title="Reference",
            text=lambda line: line.reference,
            sample="BK-1234567",
            sort=lambda line: line.reference.casefold() or None,
        ),
    )


def _arrival_tip(line: BookingLine) -> str:
    if line.overdue and line.status == "expected":
        return "Should have arrived before today"
    return f"Arrives at {line.arrival_time}" if line.arrival_time else ""


def _departure_tip(line: BookingLine) -> str:
    if not line.due_out:
        return ""
    return "Should have left before today" if line.overdue else "Leaves today"
