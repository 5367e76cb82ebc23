import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import delete, isValid

from clockdesk.app.clock import SystemClock
from clockdesk.app.downtime import RunningDowntime
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.freshness import Freshness, Trust
from clockdesk.domain.kinds import Kind
from clockdesk.office import connect
from clockdesk.ui.screens.main_window import MainWindow
from clockdesk.ui.screens.room_filter import RoomFilter
from clockdesk.ui.theme.look import Appearance
from tests.support.desk import NOW, desk
from tests.support.engine import until
from tests.support.screens import says, settled, signals, started, swept_up

CONTROL = Qt.KeyboardModifier.ControlModifier


class NoConnector:
    """Nothing to connect to."""

    async def test(self, form):
        return connect.TestResult(worked=False, words="no")

    async def save(self, form):
        raise AssertionError

    async def remove(self, name):
        raise AssertionError


@pytest.fixture
async def at_desk():
    swept_up()
    async with desk(rooms=24, bookings=80) as made:
        started(made.engine)
        yield made


@pytest.fixture
async def window(at_desk, look):
    made = MainWindow(look, at_desk.tasks, NoConnector())
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    await settled()
    yield made
    if isValid(made):
        delete(made)


@pytest.fixture
async def open_window(window, at_desk):
    window.show_office(at_desk.office, downtime=RunningDowntime(at_desk.engine, None, SystemClock()).parts)
    await until(lambda: not len(at_desk.tasks))
    await until(window.isActiveWindow)
    return window


async def quiet(window, at_desk):
    window.status.timer.stop()
    for page in window._pages.made.values():
        if page.drawer.isVisible():
            page.close_drawer()
    await until(lambda: not len(at_desk.tasks))
    await settled()


def key(window, key, modifiers=Qt.KeyboardModifier.NoModifier):
    """To whatever has the focus; not to the window's handle, which would turn Qt's loop inside a task."""
    QTest.keyClick(QApplication.focusWidget() or window, key, modifiers)


async def test_without_an_account_it_leads_to_the_connection(window):
    assert window.stack.currentWidget() is window.start
    assert window.start.button.text() == "Open connection"
    assert window.status.hotel.text() == "No hotel"
    window.start.button.click()
    assert window.dialog is not None
    assert window.dialog.isVisible()
    window.close_dialog()
    window.show_connection("The keyring no longer holds the key of this account.")
    assert window.dialog.isVisible()
    assert "keyring" in window.dialog.why.text()
    assert "keyring" in window.start._sentence.text()
    window.close_dialog()


async def test_every_screen_by_rail_and_by_key(open_window, at_desk):
    window = open_window
    assert window.screen_names == ("today", "bookings", "rooms", "folios", "downtime")
    assert window.stack.currentWidget() is window.today
    for number, name in enumerate(window.screen_names, 1):
        key(window, getattr(Qt.Key, f"Key_{number}"), CONTROL)
        assert window.stack.currentWidget() is getattr(window, name), name
        assert window.rail.here == name
    window.rail._stops["rooms"].click()
    assert window.stack.currentWidget() is window.rooms
    await quiet(window, at_desk)


async def test_the_connection_is_no_place_to_stay(open_window, at_desk):
    window = open_window
    window.goto("folios")
    window.rail._stops["connection"].click()
    assert window.dialog.isVisible()
    assert window.rail.here == "folios"
    window.close_dialog()
    window.activateWindow()  # off screen there is no window manager to give it back
    await until(window.isActiveWindow)
    key(window, Qt.Key.Key_Comma, CONTROL)
    assert window.dialog.isVisible()
    window.close_dialog()
    await quiet(window, at_desk)


async def test_search_keys(open_window, at_desk):
    window = open_window
    for name, field in (("bookings", window.bookings.panel.search), ("rooms", window.rooms.search)):
        window.goto(name)
        key(window, Qt.Key.Key_F, CONTROL)
        assert field.hasFocus()
        field.clearFocus()
        window.rail._stops["today"].setFocus()
        key(window, Qt.Key.Key_Slash)
        assert field.hasFocus()
        QTest.keyClicks(field, "a/b")
        assert field.text() == "a/b"
        field.clear()
    window.ways.open_room(window.rooms.model.ids[0])
    box = window.rooms.drawer.remark.box
    box.setFocus()
    box.selectAll()
    for letter in "cd/i":
        key(window, ord(letter.upper()) if letter != "/" else Qt.Key.Key_Slash)
    assert box.hasFocus()
    assert len(box.toPlainText()) == 4
    await quiet(window, at_desk)


async def test_escape_closes_the_drawer_wherever_the_focus_is(open_window, at_desk):
    window = open_window
    window.ways.open_room(window.rooms.model.ids[0])
    assert window.stack.currentWidget() is window.rooms
    assert window.rooms.drawer.isVisible()
    window.rail._stops["rooms"].setFocus()
    key(window, Qt.Key.Key_Escape)
    assert not window.rooms.drawer.isVisible()
    window.ways.open_booking(at_desk.some(Kind.BOOKING, status="checked_in"))
    assert window.bookings.drawer.isVisible()
    window.bookings.table.setFocus()
    key(window, Qt.Key.Key_Escape)
    assert not window.bookings.drawer.isVisible()
    window.ways.open_folio(min(at_desk.office.house.folios))
    assert window.stack.currentWidget() is window.folios
    assert window.folios.drawer.isVisible()
    key(window, Qt.Key.Key_Escape)
    assert not window.folios.drawer.isVisible()
    await quiet(window, at_desk)


async def test_counts_of_today_open_the_lists(open_window, at_desk):
    window = open_window
    window.today.counts["in_house"].click()
    assert window.stack.currentWidget() is window.bookings
    assert len(window.bookings.model.ids) == at_desk.office.counts().in_house
    window.goto("today")
    window.today.counts["dirty"].click()
    assert window.stack.currentWidget() is window.rooms
    assert window.rooms._filter == RoomFilter(statuses=frozenset({"checked_out"}))
    assert len(window.rooms.model.ids) == at_desk.office.counts().dirty
    await quiet(window, at_desk)


async def test_one_thing_leads_to_the_next(open_window, at_desk):
    window = open_window
    line = next(each for each in window.rooms._lines() if each.bookings)
    window.today.room_wanted.emit(line.id)
    assert window.stack.currentWidget() is window.rooms
    assert window.rooms.drawer.room == line.id
    window.rooms.drawer.inside.buttons[0].click()
    assert window.stack.currentWidget() is window.bookings
    assert window.bookings.drawer.ident == line.bookings[0]
    folio = at_desk.office.house.folios_of(line.bookings[0])[0]
    window.bookings.folio_wanted.emit(folio)
    assert window.stack.currentWidget() is window.folios
    assert window.folios.drawer.ident == folio
    window.folios.booking_wanted.emit(line.bookings[0])
    assert window.stack.currentWidget() is window.bookings
    await quiet(window, at_desk)


async def test_the_rail_counts_what_needs_a_person(open_window, at_desk):
    window = open_window
    count = window.today.panel.count
    assert window.rail._stops["today"].accessibleName() == f"Today, {count} to look at"
    late = window.today.panel.model.ids[0]
    await at_desk.apply(gone=[(Kind.BOOKING, late)])
    await settled()
    assert window.rail._stops["today"].accessibleName() == f"Today, {count - 1} to look at"
    await quiet(window, at_desk)


async def test_a_notice_stands_above_the_screens(window, at_desk):
    window.show_office(at_desk.office, "No usable keyring: the copy is kept in memory only.")
    assert window.banner.isVisible()
    assert "keyring" in window.banner._sentence.text()
    window.show_office(at_desk.office)
    assert not window.banner.isVisible()
    await quiet(window, at_desk)


async def test_another_account_gets_screens_of_its_own(open_window, at_desk):
    window = open_window
    await until(lambda: not window._pages.waiting)
    old = dict(window._pages.made)
    lists = len(at_desk.office._lists)
    window.goto("folios")
    window.show_connection()
    window.show_office(at_desk.office)
    await settled()
    assert window.stack.currentWidget() is window.today
    assert window.dialog is None
    await until(lambda: not window._pages.waiting)
    assert len(old) == 5
    assert not any(isValid(page) for page in old.values())
    assert len(at_desk.office._lists) == lists
    await at_desk.happens("check_in")
    await quiet(window, at_desk)


async def test_f5_says_that_it_did_not_come_through(open_window, at_desk):
    window = open_window
    key(window, Qt.Key.Key_F5)
    assert window.status.checked.text() == "Checking …"
    await until(lambda: at_desk.engine.sync._asked_by_person)
    at_desk.engine.sync._fail_persons(KnownError(ErrorCode.OFFLINE, "The service cannot be reached."))
    await until(lambda: window.status.checked.text() == "The service cannot be reached.")
    await quiet(window, at_desk)


async def test_a_lifted_ban_is_told_and_followed_by_a_look(open_window, at_desk):
    window = open_window
    lifted = signals(window.ban_lifted)
    says(at_desk.engine, Freshness(Trust.BLOCKED, until=NOW + dt.timedelta(hours=2)))
    window.status.mend.click()
    assert len(lifted) == 1
    assert window.status.checked.text() == "Checking …"
    await until(lambda: at_desk.engine.sync._asked_by_person)
    at_desk.engine.sync._fail_persons(KnownError(ErrorCode.BLOCKED, "Blocked."))
    await quiet(window, at_desk)


async def test_midnight_turns_the_screens(open_window, at_desk):
    window = open_window
    at_desk.clock.at += dt.timedelta(days=1)
    window.status.timer.timeout.emit()
    await settled()
    assert "Sun 22 Nov" in window.today._day.text()
    await quiet(window, at_desk)


async def test_closing_is_told_and_not_prevented(open_window, at_desk):
    assert open_window.windowTitle() == f"{at_desk.office.hotel_name} – ClockDesk"
    told = signals(open_window.close_requested)
    assert open_window.close()
    assert len(told) == 1
    await quiet(open_window, at_desk)


async def test_the_poses(open_window, at_desk, look):
    window = open_window
    poses = window.poses()
    assert list(poses) == ["today", "bookings", "booking", "rooms", "room", "folios", "folio", "downtime", "connection"]
    drawn = {}
    for name, pose in poses.items():
        await pose()
        await settled()
        drawn[name] = window.picture().toImage()
        assert (window.dialog is not None) == (name == "connection")
    assert len({bytes(image.constBits()) for image in drawn.values()}) == len(drawn)
    look.choose(Appearance.DARK)
    await poses["today"]()
    assert window.dialog is None
    assert bytes(window.picture().toImage().constBits()) != bytes(drawn["today"].constBits())
    await quiet(window, at_desk)


async def test_without_an_account_there_is_one_pose(window):
    poses = window.poses()
    assert list(poses) == ["connection"]
    await poses["connection"]()
    assert window.dialog.isVisible()
    window.close_dialog()
