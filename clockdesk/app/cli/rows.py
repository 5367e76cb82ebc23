"""One object as one line for a person at a terminal. Programs read --json or --raw instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from clockdesk.app.cli.shared import plain
from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import format_money
from clockdesk.domain.words import booking_status, folio_state, housekeeping
from clockdesk.office.lines import BookingLine, FolioLine, RoomLine

if TYPE_CHECKING:
    from clockdesk.domain.money import Money
    from clockdesk.domain.values import Guest, RoomType
    from clockdesk.office.house import House


def row(kind: Kind, value: Any, house: House) -> str:
    """The line of an object of the copy: its id, then what tells it apart, joined with what the house knows."""
    cells: tuple[str, ...]
    match house.line(kind, value.id) if kind in {Kind.BOOKING, Kind.ROOM, Kind.FOLIO} else None:
        case BookingLine() as line:
            cells = (line.number, booking_status(line.status), f"{line.arrival} to {line.departure}", line.room,
                     line.room_type, line.guest, _money(line.balance))  # fmt: skip
        case RoomLine() as line:
            cells = (line.name, housekeeping(line.housekeeping).word, "occupied" if line.occupied else "vacant",
                     line.room_type, line.sector, "out of service" if line.out_of_service else "")  # fmt: skip
        case FolioLine() as line:
            cells = (line.number, folio_state(line.state), line.payer, line.room, _money(line.value),
                     f"balance {_money(line.balance)}" if line.balance else "")  # fmt: skip
        case _:
            cells = _others(kind, value)
    return plain("  ".join((f"{value.id:>9}", *(cell.replace("\n", " ") for cell in cells if cell))))


def _others(kind: Kind, value: Any) -> tuple[str, ...]:
    if kind is Kind.ROOM_TYPE:
        return (cast("RoomType", value).name or "",)
    guest = cast("Guest", value)
    name = " ".join(part for part in (guest.first_name, guest.middle_name, guest.last_name) if part)
    return (name, guest.country or "", guest.city or "", guest.e_mail or "")


def _money(amount: Money | None) -> str:
    return "" if amount is None else format_money(amount)
