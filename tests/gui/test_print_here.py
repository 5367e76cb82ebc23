"""Ctrl+P prints what is on the screen, offline too: the list with its filter, the rooms shown, the folio opened."""

from __future__ import annotations

import contextlib

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QWidget

from clockdesk.app.downtime import RunningDowntime
from clockdesk.domain.kinds import Kind
from clockdesk.office.folio_sheet import NO_INVOICE
from clockdesk.office.house import notes_of
from clockdesk.office.sheets import Facts, Table, cell_text
from clockdesk.ui.print.ink import Ruler
from clockdesk.ui.print.layout import lay_out
from clockdesk.ui.screens.bookings import BookingsPage
from clockdesk.ui.screens.downtime import DowntimePage
from clockdesk.ui.screens.folios import FoliosPage
from clockdesk.ui.screens.print_here import document_here, print_here
from clockdesk.ui.screens.room_filter import RoomFilter
from clockdesk.ui.screens.rooms import RoomsPage
from clockdesk.ui.screens.today import TodayPage
from clockdesk.ui.widgets.notices import Banner
from tests.support.desk import desk
from tests.support.engine import until
from tests.support.pages import POPUPS, collected_in_this_thread
from tests.support.pdf import read_pdf
from tests.support.screens import settled

__all__ = ["collected_in_this_thread"]
pytestmark = POPUPS


@pytest.fixture
async def it():
    async with desk(rooms=24, bookings=160) as made:
        made.tick(600)
        made.line_broke()
        yield made


@pytest.fixture
def parts(it, tmp_path):
    return RunningDowntime(it.engine, tmp_path, it.clock).parts


@contextlib.asynccontextmanager
async def shown(it, page):
    page.resize(1280, 800)
    page.show()
    await settled()
    try:
        yield page
    finally:
        if hasattr(page, "close_drawer"):
            page.close_drawer()
        await until(lambda: not len(it.tasks))
        if hasattr(page, "retire"):
            page.retire()
        page.hide()
        page.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        await settled()


def words(document):
    return [word for page in lay_out(document, Ruler()) for word in page.words]


async def test_a_list_with_its_filter_and_its_age(it, look, parts):
    async with shown(it, BookingsPage(look, it.tasks, it.office)) as page:
        page.show_filter("status = checked_in")
        document = await document_here(page, parts)
        [section] = document.sections
        [table] = section.blocks
        assert len(table.rows) == len(page.model.ids)
        assert table.note == "Filter: status = checked_in"
        staying = [b for b in it.office.house.bookings.values() if b.status == "checked_in"]
        assert len(table.rows) == len(staying)
        printed = words(document)
        assert "As of 14:12, 21 Nov; hotel copy checked 14:02:10" in printed
        assert any(word.startswith("Offline since 14:12") for word in printed)
        assert sum(word.startswith("I In house") for word in printed) == len(staying)


async def test_a_column_that_is_hidden_is_not_printed(it, look, parts):
    async with shown(it, BookingsPage(look, it.tasks, it.office)) as page:
        page.table.setColumnHidden(1, True)
        document = await document_here(page, parts)
        keys = [column.key for column in document.sections[0].blocks[0].columns]
        assert page.model.columns[1].key not in keys
        assert page.model.columns[0].key in keys


async def test_the_folio_that_is_open(it, look, parts):
    async with shown(it, FoliosPage(look, it.tasks, it.office)) as page:
        charged = {charge.folio_id for charge in it.engine.store.reader.values(Kind.CHARGE) if charge.voided_at}
        ident = next(iter(sorted(ident for ident in charged if ident in it.office.house.folios)), None)
        ident = ident or next(iter(it.office.house.folios))
        page.open(ident)
        document = await document_here(page, parts)
        folio = it.office.house.folios[ident]
        assert document.title == f"Folio {folio.number}"
        facts, charges, payments, taxes = document.sections[0].blocks
        assert isinstance(facts, Facts)
        assert facts.note == NO_INVOICE
        assert len(charges.rows) == len(it.office.charges(ident)) > 0
        assert len(payments.rows) == len(it.office.credit_items(ident))
        assert len(taxes.rows) == len(it.office.folio_taxes(ident))
        void = [row[charges.place("void")] for row in charges.rows]
        assert void.count("VOID") == sum(c.voided_at is not None for c in it.office.charges(ident))
        page.close_drawer()
        assert (await document_here(page, parts)).title == "Folios"


@pytest.mark.parametrize("screen", [BookingsPage, TodayPage])
async def test_the_booking_that_is_open_with_its_registration_card(it, look, parts, screen):
    async with shown(it, screen(look, it.tasks, it.office)) as page:
        ident = it.some(Kind.BOOKING, status="checked_in")
        booking, house = it.office.house.bookings[ident], it.office.house
        page.open(ident)
        document = await document_here(page, parts)
        assert document.title == f"Booking {booking.number}"
        sheet, card = document.sections
        facts, guests, notes, folios = sheet.blocks
        said = dict(facts.facts)
        assert said["Guest"] == booking.guest_name
        assert said["Room"].startswith(house.room_name(booking.room_id))
        assert said["Balance"].endswith("read at 14:02")
        assert len(guests.rows) == len(it.office.booking_guests(ident)) > 0
        assert guests.rows[0][1] == "main guest"
        assert [row[0] for row in folios.rows] == [house.folios[folio].number for folio in house.folios_of(ident)]
        assert len(notes.rows) == len(notes_of(booking))
        assert dict(card.blocks[1].facts)["Name"] == booking.guest_name
        printed = words(document)
        assert any(word.startswith("Date and signature") for word in printed)
        assert any(word.startswith("Offline since 14:12") for word in printed)
        page.close_drawer()
        assert (await document_here(page, parts)).title in {"Bookings", "Today"}


async def test_today_in_four_lists(it, look, parts):
    async with shown(it, TodayPage(look, it.tasks, it.office)) as page:
        document = await document_here(page, parts)
        assert [section.title for section in document.sections] == [
            "Needs a person",
            "Arrivals",
            "In house",
            "Departures",
        ]
        counts = it.office.counts()
        sizes = [len(section.blocks[0].rows) for section in document.sections]
        assert sizes == [page.panel.count, counts.arrivals, counts.in_house, counts.departures]
        assert "mend" not in [column.key for column in document.sections[0].blocks[0].columns]


async def test_the_rooms_that_are_shown(it, look, parts):
    async with shown(it, RoomsPage(look, it.tasks, it.office)) as page:
        page.show_filter(RoomFilter(statuses=frozenset({"checked_out"})))
        document = await document_here(page, parts)
        table = document.sections[0].blocks[0]
        assert isinstance(table, Table)
        dirty = [room for room in it.office.house.rooms.values() if room.housekeeping_status == "checked_out"]
        assert len(table.rows) == len(dirty) < len(it.office.house.rooms)
        assert {cell_text(row[table.place("status")], document.as_of) for row in table.rows} == {"D Dirty"}


async def test_the_downtime_screen_prints_the_pack_and_others_nothing(it, look, parts):
    async with shown(it, DowntimePage(look, it.tasks, parts)) as page:
        assert (await document_here(page, parts)).title == "Downtime pack"
    assert await document_here(QWidget(), parts) is None


async def test_through_the_dialog_to_the_printer(it, look, parts, tmp_path):
    async with shown(it, TodayPage(look, it.tasks, it.office)) as page:
        banner = Banner(look)
        it.tasks.spawn(print_here(page, page, parts, banner), "print")
        await until(lambda: page.findChild(QPrintDialog) is not None)
        dialog = page.findChild(QPrintDialog)
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(tmp_path / "today.pdf"))
        dialog.done(1)
        await until(lambda: not len(it.tasks))
        assert "Needs a person" in read_pdf((tmp_path / "today.pdf").read_bytes()).text
        assert not banner.isVisible()
        banner.deleteLater()


@pytest.mark.qt_log_ignore("Returned false", "This plugin does not support", "QPainter")
async def test_a_printer_that_refuses_is_told(it, look, parts, tmp_path):
    async with shown(it, TodayPage(look, it.tasks, it.office)) as page:
        banner = Banner(look, page)
        it.tasks.spawn(print_here(page, page, parts, banner), "print")
        await until(lambda: page.findChild(QPrintDialog) is not None)
        dialog = page.findChild(QPrintDialog)
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(tmp_path / "no" / "such" / "folder.pdf"))
        dialog.done(1)
        await until(lambda: not len(it.tasks))
        assert "can't be written" in banner.accessibleName()
