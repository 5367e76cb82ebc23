"""The rows of a list as a table to be written as CSV: typed values, every column, and when each row was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clockdesk.domain.kinds import Kind
from clockdesk.domain.words import booking_status, folio_state, housekeeping
from clockdesk.office.lines import BookingLine, FolioLine, RoomLine
from clockdesk.office.pack_csv import ENCODING, csv_text
from clockdesk.office.sheets import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clockdesk.office.house import House
    from clockdesk.office.sheets import AsOf, Cell

_HEADS: Final = {
    Kind.BOOKING: "number guest status room room_type arrival departure nights adults children balance reference",
    Kind.ROOM: "room floor room_type sector status occupied guests arriving departing out_of_service out_until remark",
    Kind.FOLIO: "number payer room state deposit value balance closed invoice",
}
_MONEY: Final = frozenset({"balance", "value"})


def rows_as_csv(kind: Kind, ids: Iterable[int], house: House, as_of: AsOf) -> bytes:
    """The rows of these ids in their order, as the copy has them; one that left the copy meanwhile is left out.

    UTF-8 with a mark at its start. Nothing in a cell is taken for a formula, and every row says how old it is.
    """
    heads = (*_HEADS[kind].split(), "read_at")
    columns = tuple(Column(key, key, 0, money=key in _MONEY) for key in heads)
    lines = (house.glance(kind, ident) for ident in ids)
    rows = tuple((*_cells(line), line.read_at) for line in lines if line is not None)
    return csv_text(Table(f"{kind}s", f"{kind}s", columns, rows), as_of).encode(ENCODING)


def _cells(line: BookingLine | RoomLine | FolioLine) -> tuple[Cell, ...]:
    match line:
        case BookingLine():
            return (line.number, line.guest, booking_status(line.status), line.room, line.room_type, line.arrival,
                    line.departure, line.nights, line.adults, line.children, line.balance, line.reference)  # fmt: skip
        case RoomLine():
            return (line.name, line.floor, line.room_type, line.sector, housekeeping(line.housekeeping).word,
                    _yes(line.occupied), "; ".join(filter(None, line.guests)), _yes(line.arriving),
                    _yes(line.departing), _yes(line.out_of_service), line.out_until, line.warning)  # fmt: skip
        case FolioLine():
            return (line.number, line.payer, line.room, folio_state(line.state), _yes(line.deposit), line.value,
                    line.balance, line.close_date, line.invoice_number)  # fmt: skip


def _yes(value: bool) -> str:  # noqa: FBT001 (its only argument)
    return "yes" if value else "no"
