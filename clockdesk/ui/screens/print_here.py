"""Ctrl+P: what is on the screen goes to a printer, with its age on every page. Works offline like everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shiboken6 import isValid

from clockdesk.domain.errors import KnownError
from clockdesk.office.booking_sheet import booking_document
from clockdesk.office.folio_sheet import folio_document
from clockdesk.office.pack_day import Day
from clockdesk.office.pack_lists import room_status
from clockdesk.office.sheets import Code, Column, Document, Section, Table
from clockdesk.office.slices import in_slices
from clockdesk.ui.models.columns import Align
from clockdesk.ui.print.printing import print_document
from clockdesk.ui.screens.bookings import BookingsPage
from clockdesk.ui.screens.downtime import DowntimePage
from clockdesk.ui.screens.folios import FoliosPage
from clockdesk.ui.screens.rooms import RoomsPage
from clockdesk.ui.screens.today import TodayPage

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from clockdesk.office.downtime import Downtime
    from clockdesk.office.sheets import Cell
    from clockdesk.ui.models.columns import Column as Shown
    from clockdesk.ui.models.table import LineModel
    from clockdesk.ui.widgets.notices import Banner
    from clockdesk.ui.widgets.table import TableView


async def print_here(window: QWidget, page: QWidget, downtime: Downtime, banner: Banner) -> None:
    """Print what `page` shows; what goes wrong is said in `banner`."""
    document = await document_here(page, downtime)
    if document is None or not isValid(window):
        return
    try:
        await print_document(window, document, downtime.clock)
    except KnownError as error:
        if isValid(banner):
            banner.tell_error(error)


async def document_here(page: QWidget, downtime: Downtime) -> Document | None:
    """What a page shows, as a document; None for a page that has nothing to print."""
    match page:
        case FoliosPage() if page.drawer.isVisible() and page.drawer.ident is not None:
            return folio_document(downtime.office, page.drawer.ident, downtime.as_of())
        case BookingsPage() | TodayPage() if page.drawer.isVisible() and page.drawer.ident is not None:
            return booking_document(downtime.office, page.drawer.ident, downtime.as_of())
        case BookingsPage() | FoliosPage():
            title = page.noun.capitalize()
            note = f"Filter: {page.query.text.text()}" if page.query.text.text() else "All that the copy holds."
            return _document(downtime, title, (list_table(title, page.model, page.table, note),))
        case TodayPage():
            lists = (
                ("Needs a person", page.panel.model, page.panel.table),
                ("Arrivals", page.arrivals.model, page.arrivals.table),
                ("In house", page.in_house.model, page.in_house.table),
                ("Departures", page.departures.model, page.departures.table),
            )
            return _document(downtime, "Today", tuple(list_table(*each) for each in lists))
        case RoomsPage():
            return _document(downtime, "Rooms", (await _rooms(page, downtime),))
        case DowntimePage():
            return await downtime.pack_document()
    return None


def list_table(title: str, model: LineModel[Any], view: TableView, note: str = "") -> Table:
    """The rows of a list as they are shown, columns and order included."""
    shown = [
        at for at, column in enumerate(model.columns)
        if not view.isColumnHidden(at) and column.title and column.key not in _NO_USE
    ]  # fmt: skip
    columns = tuple(_column(model.columns[at]) for at in shown)
    rows = tuple(tuple(_cell(model, row, at) for at in shown) for row in range(model.rowCount()))
    return Table(title.casefold().replace(" ", "-"), title, columns, rows, note=note)


_NO_USE = frozenset({"mend"})
"""Columns of buttons."""


def _column(column: Shown[Any]) -> Column:
    return Column(column.key, column.title, 0, right=column.align is Align.RIGHT, strong=column.strong)


def _cell(model: LineModel[Any], row: int, at: int) -> Cell:
    cell = model.cell(row, at)
    return cell.text if cell.chip is None else Code(cell.chip.letter, cell.chip.word)


async def _rooms(page: RoomsPage, downtime: Downtime) -> Table:
    """The rooms on the board, each with its status and who is in it."""
    house = downtime.office.house
    day = Day(house, house.today)
    await in_slices(day.sort_out(), downtime.clock)
    shown = set(page.model.ids)
    day.rooms = [line for line in day.rooms if line.id in shown]
    return room_status(day)


def _document(downtime: Downtime, title: str, tables: tuple[Table, ...]) -> Document:
    return Document(title, downtime.as_of(), tuple(Section(table.title, (table,)) for table in tables))
