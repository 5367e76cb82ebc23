"""The downtime screen: packs in one click, a log written offline, and the list worked off when the line is back."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from clockdesk.app.downtime import RunningDowntime
from clockdesk.app.pack_keeper import KEEP
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.office.log_entry import What
from clockdesk.office.manual_log import Ended
from clockdesk.ui.screens.downtime import DowntimePage
from clockdesk.ui.screens.log_form import FIELDS
from tests.support.desk import desk
from tests.support.engine import engine_on, until
from tests.support.hotel import Hotel
from tests.support.pages import POPUPS, collected_in_this_thread, said
from tests.support.pdf import read_pdf
from tests.support.screens import click, column, settled, signals

__all__ = ["collected_in_this_thread"]
pytestmark = POPUPS


class Screen:
    """A downtime screen on an engine."""

    def __init__(self, engine, look, folder, clock):
        self.engine, self.office, self.tasks = engine, engine.office, engine.tasks
        self.running = RunningDowntime(engine, folder, clock)
        self.parts = self.running.parts
        self.look = look
        self.it: Any = None
        self.hotel: Any = None

    async def open(self):
        self.page = DowntimePage(self.look, self.tasks, self.parts)
        self.page.resize(1272, 820)
        self.page.show()
        self.page.activateWindow()
        await settled()

    async def close(self):
        await until(lambda: not self.parts.packs.making)
        await self.running.close()
        await settled()
        self.page.hide()
        self.page.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        await settled()

    def type_line(self, what, **fields):
        form = self.page.log.form
        form.begin(what)
        for name, value in fields.items():
            field = getattr(form, name)
            if isinstance(field, QLineEdit):
                field.setFocus()
                field.clear()
                QTest.keyClicks(field, value)
            else:
                field.setCurrentIndex(field.findData(value))
        form._popup.hide()

    async def write(self, what, **fields):
        count = len(self.parts.log.lines)
        self.type_line(what, **fields)
        QTest.keyClick(self.page.log.form.by, Qt.Key.Key_Return)
        await until(lambda: len(self.parts.log.lines) == count + 1)
        return self.parts.log.lines[-1]


@pytest.fixture
async def still(look, tmp_path):
    """Time stands still and the line leads nowhere."""
    async with desk(rooms=24, bookings=160) as it:
        screen = Screen(it.engine, look, tmp_path, it.clock)
        screen.it = it
        await screen.parts.log.load()
        screen.parts.worklist.follow()
        await screen.open()
        yield screen
        await screen.close()


@pytest.fixture
def opened():
    """What was handed to the system to be opened."""

    class Catcher(QObject):
        urls: list[str] = []  # noqa: RUF012 (one a test)

        @Slot(QUrl)
        def take(self, url):
            self.urls.append(url.toLocalFile())

    catcher = Catcher()
    catcher.urls = []
    QDesktopServices.setUrlHandler("file", catcher, "take")  # type: ignore[arg-type]  # it wants a name, not bytes
    yield catcher.urls
    QDesktopServices.unsetUrlHandler("file")


def in_house(screen):
    bookings = screen.office.house.bookings.values()
    return next(
        b
        for b in bookings
        if b.status == "checked_in"
        and b.guest_name.isascii()
        and sum(o.room_id == b.room_id and o.status == "checked_in" for o in bookings) == 1
    )


def dirty_room(screen):
    return next(room for room in screen.office.house.rooms.values() if room.housekeeping_status == "checked_out")


# The pack


async def test_one_click_makes_a_pack_and_another_opens_it(still, opened):
    packs = still.page.packs
    assert packs.age.text() == "No pack yet"
    assert not packs.open_button.isEnabled()
    packs.make_button.click()
    await until(lambda: still.parts.packs.packs)
    assert packs.age.text() == "As of 14:02, 21 Nov · just now"
    assert "Hotel copy checked 14:02:10" in packs.detail.text()
    packs.open_button.click()
    packs.folder_button.click()
    [pack] = still.parts.packs.packs
    assert opened == [str(pack.pdf), str(pack.folder)]
    assert "pages is made" in said(still.page.toast)


async def test_the_age_goes_on(still):
    await still.parts.packs.make_now()
    still.it.tick(5 * 60)
    still.page.packs.refresh()
    assert still.page.packs.age.text() == "As of 14:02, 21 Nov · 5 min ago"
    still.it.tick(3 * 3600)
    still.page.packs.refresh()
    assert still.page.packs.age.text().endswith("3 hours ago")


async def test_earlier_ones_can_still_be_opened(still, opened):
    for _ in range(KEEP + 1):
        await still.parts.packs.make_now()
        still.it.tick(600)
    await settled()
    buttons = still.page.packs.earlier
    assert len(buttons) == KEEP - 1
    assert buttons[0].text() == "14:52"
    buttons[-1].click()
    assert opened == [str(still.parts.packs.packs[-1].pdf)]


async def test_a_pack_for_a_stick(still, tmp_path):
    (tmp_path / "stick").mkdir()
    still.page.packs.save_button.click()
    dialog = still.page.packs.findChild(QFileDialog)
    dialog.selectFile(str(tmp_path / "stick"))
    dialog.accept()
    await until(lambda: list((tmp_path / "stick").iterdir()))
    await until(lambda: not still.parts.packs.making)
    assert still.parts.packs.packs == ()
    await until(lambda: "Saved in" in said(still.page.toast))


async def test_what_goes_wrong_is_said(still, tmp_path):
    (tmp_path / "packs").write_text("in the way")
    still.page.packs.make_button.click()
    await until(lambda: still.parts.packs.problem)
    assert "check free space and the rights" in still.page.packs.problem.text()
    assert still.page.packs.problem.isVisible()
    assert still.page.packs.make_button.isEnabled()


async def test_a_file_that_nothing_opens(still):
    pack = await still.parts.packs.make_now()
    told = signals(still.page.packs.told)
    still.page.packs.open_button.click()
    assert told == [(f"Nothing on this computer opens it. It lies at {pack.pdf}.", "danger")]


async def test_the_pack_goes_to_a_printer(still, tmp_path):
    still.page.packs.print_button.click()
    dialog = await print_dialog(still.page.packs)
    to_file(dialog.printer(), tmp_path / "printed.pdf")
    dialog.done(1)
    await until(lambda: "sent to the printer" in said(still.page.toast))
    assert "Downtime pack" in read_pdf((tmp_path / "printed.pdf").read_bytes()).pages[0]


async def test_a_printer_that_is_not_chosen(still):
    still.page.packs.print_button.click()
    dialog = await print_dialog(still.page.packs)
    dialog.reject()
    await until(lambda: not len(still.tasks))
    assert not still.page.toast.isVisible()


async def print_dialog(parent):
    await until(lambda: parent.findChild(QPrintDialog) is not None)
    return parent.findChild(QPrintDialog)


def to_file(printer, path):
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))


# Writing


async def test_a_line_is_written_by_keyboard_alone_while_offline(still):
    still.it.line_broke()
    guest = in_house(still)
    still.page.focus_search()
    assert QApplication.focusWidget() is still.page.log.form.guest
    line = await still.write(
        What.MONEY, guest=guest.number, amount="80", currency="EUR", method="cash", text="receipt 17", by="AB"
    )
    assert line.entry.booking == guest.id
    assert line.entry.sentence.startswith("80.00 EUR taken (cash) from ")
    await settled()
    assert column(still.page.log.table, "said")[0] == " ".join(line.entry.sentence.split())
    assert column(still.page.log.table, "state") == ["Open"]
    form = still.page.log.form
    assert (form.guest.text(), form.amount.text(), form.by.text()) == ("", "", "AB")
    assert form.guest.hasFocus()


@pytest.mark.parametrize("what", list(What))
async def test_only_the_fields_that_matter_are_there(still, what):
    form = still.page.log.form
    form.begin(what)
    shown = [name for name in ("guest", "room", "status", "amount", "currency", "method", "text", "time", "by")
             if getattr(form, name).isVisible()]  # fmt: skip
    assert sorted(shown) == sorted(FIELDS[what])
    assert all(getattr(form, name).accessibleName() for name in shown)


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(still):
    form = still.page.log.form
    still.type_line(What.ROOM_STATUS, room="no such", status="", by="AB")
    form.button.click()
    assert form.problem.text() == "There is no room no such in the copy of this hotel."
    assert form.room.property("bad") == "true"
    assert form.room.hasFocus()
    assert form.room.text() == "no such"
    assert still.parts.log.lines == ()
    still.type_line(What.ROOM_STATUS, room=dirty_room(still).name)
    form.button.click()
    await until(lambda: still.parts.log.lines)
    assert not form.problem.isVisible()
    assert not form.room.property("bad")


async def test_names_are_offered_and_two_that_fit_are_asked_about(still):
    form = still.page.log.form
    form.begin(What.DEPARTED)
    offered = form._names.stringList()
    staying = [b for b in still.office.house.bookings.values() if b.status == "checked_in"]
    assert len(offered) == len(staying)
    assert all("· In house" in words for words in offered)
    still.type_line(What.DEPARTED, guest="In house", by="AB")
    form.button.click()
    assert "More than one booking fits" in form.problem.text()
    form.guest.setText(offered[0])
    form.button.click()
    await until(lambda: still.parts.log.lines)
    assert still.parts.log.lines[0].entry.booking in {b.id for b in staying}


async def test_a_disk_that_is_full_gives_the_line_back(still, monkeypatch):
    async def full(_entry):
        raise KnownError(ErrorCode.DISK, "The disk is full.")

    monkeypatch.setattr(still.parts.log, "write", full)
    room = dirty_room(still)
    still.type_line(What.ROOM_STATUS, room=room.name, status="", text="cleaned twice", by="AB")
    still.page.log.form.button.click()
    await until(still.page.log.form.problem.isVisible)
    form = still.page.log.form
    assert "The disk is full." in form.problem.text()
    assert (form.room.text(), form.text.text()) == (room.name, "cleaned twice")


async def test_settled_lines_can_be_shown(still):
    line = await still.write(What.NOTE, text="one", by="AB")
    await still.write(What.NOTE, text="two", by="AB")
    await still.parts.log.settle(line.id, Ended.DISMISSED, "AB: twice")
    await settled()
    assert column(still.page.log.table, "said") == ["two"]
    still.page.log.settled.setChecked(True)
    assert sorted(column(still.page.log.table, "state")) == ["Dismissed", "Open"]


async def test_the_log_goes_to_a_printer(still, tmp_path):
    await still.write(What.NOTE, text="lift out of order", by="AB")
    still.page.log.print_button.click()
    dialog = await print_dialog(still.page.log)
    to_file(dialog.printer(), tmp_path / "log.pdf")
    dialog.done(1)
    await until(lambda: "sent to the printer" in said(still.page.toast))
    printed = read_pdf((tmp_path / "log.pdf").read_bytes())
    assert "lift out of order" in printed.pages[0]
    assert "hotel copy checked" in printed.pages[0]


# The drawer


async def test_offline_a_line_waits_and_says_so(still):
    still.it.line_broke()
    await still.write(What.ROOM_STATUS, room=dirty_room(still).name, status="", by="AB")
    await settled()
    click(still.page.log.table, 0)
    drawer = still.page.drawer
    assert drawer.isVisible()
    assert drawer.ident == still.parts.log.lines[0].id
    assert "Clock can't be asked now" in drawer.says.text()
    assert not drawer.ask.isVisible()
    assert drawer.by.text() == "AB"
    QTest.keyClick(drawer, Qt.Key.Key_Escape)
    assert not drawer.isVisible()


async def test_the_drawer_leads_to_the_guest_and_the_room(still):
    guest = in_house(still)
    line = await still.write(What.DEPARTED, guest=guest.number, by="AB")
    bookings, rooms = signals(still.page.booking_wanted), signals(still.page.room_wanted)
    still.it.line_broke()
    still.page.open(line.id)
    for button in still.page.drawer.links.buttons:
        button.click()
    assert bookings == [(guest.id,)]
    assert rooms == [(guest.room_id,)]


async def test_dismissing_needs_a_reason_and_initials(still):
    line = await still.write(What.NOTE, text="one", by="AB")
    still.it.line_broke()
    still.page.open(line.id)
    drawer = still.page.drawer
    drawer.dismiss()
    await until(drawer.problem.text)
    assert drawer.problem.text() == "Say why this line is not entered."
    assert line.open
    drawer.remark.setText("written twice")
    drawer.dismiss()
    await until(lambda: not still.parts.log.line(line.id).open)
    await settled()
    assert still.parts.log.line(line.id).outcome.endswith("written twice")
    assert "written twice" in said(drawer)


async def test_everything_on_the_page_has_a_name_and_nothing_is_cut(still):
    await still.write(What.NOTE, text="one", by="AB")
    page = still.page
    for button in (page.packs.make_button, page.packs.print_button, page.packs.save_button, page.log.form.button,
                   page.log.check_button, page.log.print_button):  # fmt: skip
        assert button.accessibleName()
        assert button.width() >= button.sizeHint().width()
    assert page.log.table.accessibleName() == "Manual log"
    page.resize(960, 600)
    await settled()
    assert page.log.form.button.width() >= page.log.form.button.sizeHint().width()
    assert page.log.table.viewport().height() > 60


# The whole way


@contextlib.asynccontextmanager
async def running(look, folder):
    """A hotel over real HTTP, and the screen on it. Not a fixture: between a test's phases nothing may be under way."""
    with Hotel(rooms=16, bookings=70, idle_seconds=2.0) as hotel:
        async with engine_on(hotel) as engine:
            screen = Screen(engine, look, folder, engine.sync.standing.clock)
            screen.hotel = hotel
            await engine.office.load()
            await screen.running.start()
            await screen.open()
            engine.start()
            await until(lambda: engine.sync.standing.started and not engine.sync.reader.left)
            yield screen
            await screen.close()


async def outage(screen):
    screen.hotel.fault(cut_line=True)
    with contextlib.suppress(Exception):
        await screen.office.sweep_now()
    await until(lambda: not screen.parts.worklist.can_check)


async def test_through_an_outage_and_back(look, tmp_path):
    async with running(look, tmp_path) as live:
        await through_an_outage_and_back(live)


async def through_an_outage_and_back(live):
    page, hotel = live.page, live.hotel
    counts = signals(page.attention)
    await outage(live)
    assert "Offline since" in page.state.text()
    house = live.office.house
    taken = {b.room_id for b in house.bookings.values() if b.status == "checked_in"}
    coming = next(
        b
        for b in house.bookings.values()
        if b.status == "expected" and b.arrival <= live.office.today and b.room_id and b.room_id not in taken
    )
    room = dirty_room(live)
    arrived = await live.write(What.ARRIVED, guest=coming.number, by="AB")
    cleaned = await live.write(What.ROOM_STATUS, room=room.name, status="inspect")
    assert counts[-1] == (0,)
    assert hotel.truth("bookings", coming.id)[0]["status"] == "expected"

    hotel.fault(cut_line=False)
    await until(lambda: not live.parts.log.line(cleaned.id).open)
    assert live.parts.log.line(cleaned.id).ended is Ended.ALONE
    assert hotel.truth("rooms", room.id)[0]["housekeeping_status"] == "inspect"
    assert hotel.truth("bookings", coming.id)[0]["status"] == "expected"
    await until(lambda: counts[-1] == (1,))

    page.open(arrived.id)
    await until(lambda: live.parts.worklist.finding(arrived.id) is not None and not page.drawer._busy)
    assert "Clock still expects the guest" in page.drawer.says.text()
    assert column(page.log.table, "state") == ["To apply"]
    page.drawer.apply()
    await until(lambda: not live.parts.log.line(arrived.id).open)
    assert hotel.truth("bookings", coming.id)[0]["status"] == "checked_in"
    await until(lambda: counts[-1] == (0,))
    await until(lambda: live.office.house.value(Kind.BOOKING, coming.id).status == "checked_in")


async def test_the_pack_follows_the_hotel(look, tmp_path):
    async with running(look, tmp_path) as live:
        await the_pack_follows_the_hotel(live)


async def the_pack_follows_the_hotel(live):
    keeper = live.running._keeper
    keeper._pace = type(keeper._pace)(quiet=0.05, most=0.2, refresh=1e9)
    await until(lambda: not keeper.making)
    room = dirty_room(live)
    live.hotel.happen("housekeeping", room_id=room.id, status="inspect")
    await until(
        lambda: any(
            f"{room.name}," in row and "Inspect" in row
            for pack in keeper.packs[:1]
            for row in (pack.folder / "room-status.csv").read_text("utf-8-sig").splitlines()
        )
    )
    assert "min ago" not in live.page.packs.age.text()
