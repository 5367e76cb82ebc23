"""A shift without the line: the whole program on a hotel that is really cut off, walked through with the keyboard."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import Kind
from clockdesk.office.log_entry import What
from clockdesk.ui.models.columns import Role
from clockdesk.ui.widgets.multichoice import TickList
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.pages import POPUPS, collected_in_this_thread, said
from tests.support.pdf import read_pdf
from tests.support.screens import column, settled
from tests.support.workstation import connected_before, program

__all__ = ["collected_in_this_thread"]
pytestmark = POPUPS

hotel = running_hotel(rooms=16, bookings=50, idle_seconds=1.0)
CONTROL = Qt.KeyboardModifier.ControlModifier
NOT_UP_TO_DATE = "Read {}; nothing has confirmed it since."


class Front:
    """The program's window, and somebody's hands on the keyboard."""

    def __init__(self, running, hotel):
        self.running, self.hotel, self.window = running, hotel, running._window

    @property
    def office(self):
        return self.running._engine.office

    @property
    def badge(self):
        return self.window.status.badge.words

    def key(self, key, modifiers=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def types(self, text):
        QTest.keyClicks(QApplication.focusWidget() or self.window, text)

    def tabs_to(self, widget):
        """Tab until the focus is there."""
        for _ in range(40):
            if widget.hasFocus():
                return
            self.key(Qt.Key.Key_Tab)
        raise AssertionError(QApplication.focusWidget())

    def goes_to(self, name):
        """Ctrl and the number on the rail."""
        number = self.window.screen_names.index(name) + 1
        self.key(getattr(Qt.Key, f"Key_{number}"), CONTROL)
        assert self.window.rail.here == name
        return getattr(self.window, name)

    async def quiet(self):
        for name in self.window.screen_names:
            getattr(self.window, name).close_drawer()
        await settled()

    async def line_is_cut(self):
        """Calls and channels are refused; the next call finds it out."""
        self.hotel.fault(refuse_api=True, refuse_channels=True)
        self.key(Qt.Key.Key_F5)
        await until(lambda: self.badge.startswith("Offline since "))
        self.hotel.reset_stats()

    async def line_is_back(self):
        self.hotel.fault(refuse_api=False, refuse_channels=False)
        self.key(Qt.Key.Key_F5)
        await until(lambda: self.office.freshness.trust is Trust.LIVE)


@pytest.fixture
def at(monkeypatch, tmp_path, hotel):
    with connected_before(monkeypatch, tmp_path, hotel) as made:
        yield made


@asynccontextmanager
async def front(at, hotel):
    async with program(at) as running:
        await until(lambda: running._engine is not None and running._engine.office.freshness.trust is Trust.LIVE)
        await until(lambda: not running._engine.sync.reader.left)
        it = Front(running, hotel)
        it.window.activateWindow()
        await until(it.window.isActiveWindow)
        yield it
        await it.quiet()


def some_folio(office):
    """Of a guest in house: its booking and the folio."""
    house = office.house
    for booking in house.bookings.values():
        if booking.status == "checked_in" and (folios := house.folios_of(booking.id)):
            return booking, folios[0]
    raise AssertionError


def objects(hotel):
    """What the hotel has in the lists now, by kind and id."""
    tables = {Kind.BOOKING: "bookings", Kind.ROOM: "rooms", Kind.FOLIO: "folios"}
    return {(kind, row["id"]): str(row) for kind, table in tables.items() for row in hotel.truth(table)}


def age_of(model, row):
    return model.index(row, 0).data(Qt.ItemDataRole.AccessibleDescriptionRole)


async def test_bookings_are_found_filtered_and_opened(at, hotel):
    async with front(at, hotel) as it:
        await it.line_is_cut()
        page = it.goes_to("bookings")
        whole = set(page.model.ids)
        assert whole == set(it.office.house.bookings)
        for row in range(page.model.rowCount()):
            assert age_of(page.model, row) == NOT_UP_TO_DATE.format(page.model.index(row, 0).data(Role.AGE))
        someone, _ = some_folio(it.office)
        it.key(Qt.Key.Key_F, CONTROL)
        it.types(someone.number)
        await until(lambda: len(page.model.ids) < len(whole))
        assert someone.id in page.model.ids
        it.key(Qt.Key.Key_Down)
        assert page.table.hasFocus()
        page.table.choose(someone.id)
        it.key(Qt.Key.Key_Return)
        await until(page.drawer.isVisible)
        assert someone.guest_name in said(page.drawer)
        await until(lambda: "You see the copy of " in said(page.drawer))
        it.key(Qt.Key.Key_Escape)
        assert not page.drawer.isVisible()
        it.key(Qt.Key.Key_F, CONTROL)
        it.key(Qt.Key.Key_Escape)
        assert set(page.model.ids) == whole
        it.tabs_to(page.fields.status)
        it.key(Qt.Key.Key_Down)
        opened = page.fields.status.findChild(TickList)
        while opened.focusWidget().property("value") != "checked_in":
            QTest.keyClick(opened.focusWidget(), Qt.Key.Key_Down)
        QTest.keyClick(opened.focusWidget(), Qt.Key.Key_Space)
        QTest.keyClick(opened.focusWidget(), Qt.Key.Key_Return)
        house = it.office.house
        assert set(page.model.ids) == {b.id for b in house.bookings.values() if b.status == "checked_in"}
        assert page.query.text.text() == "status = checked_in"
        it.window.activateWindow()  # off screen there is no window manager to give it back
        await until(it.window.isActiveWindow)
        it.tabs_to(page.query.text)
        it.key(Qt.Key.Key_A, CONTROL)
        it.types("departure = today")
        it.key(Qt.Key.Key_Return)
        assert set(page.model.ids) == {b.id for b in house.bookings.values() if b.departure == it.office.today}
        assert hotel.stats()["calls"] == 0


async def test_the_board_shows_and_changes_nothing(at, hotel):
    async with front(at, hotel) as it:
        await it.line_is_cut()
        page = it.goes_to("rooms")
        assert len(page.model.ids) == 16
        for row in range(16):
            assert "not up to date, read " in page.model.index(row, 0).data()
        room = next(line for line in page._lines() if line.housekeeping == "checked_out")
        it.key(Qt.Key.Key_F, CONTROL)
        it.types(room.name)
        await until(lambda: len(page.model.ids) < 16)
        assert room.id in page.model.ids
        it.key(Qt.Key.Key_Escape)
        assert len(page.model.ids) == 16
        page.board.setFocus()
        page.board.choose((room.id,))
        it.key(Qt.Key.Key_Return)
        assert page.drawer.isVisible()
        assert f"Room {room.name}" in said(page.drawer)
        it.key(Qt.Key.Key_Escape)
        page.board.setFocus()
        it.key(Qt.Key.Key_C)
        await until(page.banner.isVisible)
        assert page.banner.accessibleName().startswith(f"Room {room.name} did not become Clean. No connection to ")
        assert page._line(room.id).housekeeping == "checked_out"
        await it.line_is_back()
        assert hotel.truth("rooms", room.id)[0]["housekeeping_status"] == "checked_out"


async def test_a_folio_is_shown_and_printed_with_its_age(at, hotel, tmp_path):
    async with front(at, hotel) as it:
        _, ident = some_folio(it.office)
        page = it.goes_to("folios")
        page.table.choose(ident)
        it.key(Qt.Key.Key_Return)
        await until(lambda: page.drawer.fresh)
        charges = it.office.charges(ident)
        it.key(Qt.Key.Key_Escape)
        await it.line_is_cut()
        page = it.goes_to("folios")
        assert page.table.chosen_id == ident
        assert age_of(page.model, page.model.row_of(ident)).startswith("Read ")
        it.key(Qt.Key.Key_Return)
        await until(lambda: "You see the copy of " in said(page.drawer))
        assert set(page.drawer.charges.ids) == {charge.id for charge in charges} != set()
        it.key(Qt.Key.Key_P, CONTROL)
        await until(lambda: it.window.findChild(QPrintDialog) is not None)
        dialog = it.window.findChild(QPrintDialog)
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(tmp_path / "folio.pdf"))
        dialog.done(1)
        await until(lambda: (tmp_path / "folio.pdf").exists() and "print" not in it.running._tasks.names)
        read = read_pdf((tmp_path / "folio.pdf").read_bytes())
        assert f"Folio {it.office.house.folios[ident].number}" in read.text
        assert all("Offline since " in text for text in read.pages)
        assert all(charge.print_text in read.text for charge in charges)


async def test_today_the_log_and_what_changed_meanwhile(at, hotel):
    async with front(at, hotel) as it:
        await it.line_is_cut()
        today = it.goes_to("today")
        for each in (today.arrivals, today.in_house, today.departures):
            ages = [each.model.index(row, 0).data(Role.AGE) for row in range(each.model.rowCount())]
            assert all(ages), ages
        assert today.in_house.model.rowCount() > 0
        page = it.goes_to("downtime")
        page.log.form.begin(What.NOTE)
        for field, text in ((page.log.form.text, "The lift stands still"), (page.log.form.by, "AB")):
            field.setFocus()
            it.types(text)
        it.key(Qt.Key.Key_Return)
        await until(lambda: page.log.model.rowCount() == 1)
        assert column(page.log.table, "said") == ["The lift stands still"]
        before = objects(hotel)
        booking = next(b for b in it.office.house.bookings.values() if b.status == "expected")
        hotel.happen("cancel", booking_id=booking.id)
        rooms = sorted(it.office.house.rooms)[:2]
        for room in rooms:
            hotel.happen("housekeeping", room_id=room, status="progress")
        assert it.office.house.bookings[booking.id].status == "expected"
        changed = dict(objects(hotel).items() - before.items())
        assert changed.keys() >= {(Kind.BOOKING, booking.id), *((Kind.ROOM, room) for room in rooms)}
        await it.line_is_back()
        await until(lambda: it.badge == f"Live · {len(changed)} changes while away")
        assert it.window.away.isVisible()
        assert "1 booking, 2 rooms" in it.window.away.accessibleName()
        assert it.office.house.bookings[booking.id].status == "canceled"
        bookings = it.goes_to("bookings")
        assert {bookings.model.index(row, 0).data(Role.AGE) for row in range(bookings.model.rowCount())} == {""}
        it.window.away.buttons[Kind.BOOKING].setFocus()
        it.key(Qt.Key.Key_Return)
        assert it.window.bookings.model.ids == (booking.id,)
