"""The lock: everything is covered, nothing gets through, and what was being done is there again afterwards."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QWidget
from shiboken6 import delete, isValid

from clockdesk.app.clock import SystemClock
from clockdesk.domain.shift import Person
from clockdesk.office.lock import DeskLock
from clockdesk.ui.screens.lock_place import LockPlace
from clockdesk.ui.screens.main_window import MainWindow
from clockdesk.ui.widgets.idle import IdleWatch
from clockdesk.ui.widgets.notices import Toast
from tests.api.clocks import HandClock
from tests.support.desk import desk
from tests.support.engine import until
from tests.support.front import NoConnector
from tests.support.screens import settled, started, swept_up

CONTROL = Qt.KeyboardModifier.ControlModifier
MARIA, GEORGI = Person("Maria Petrova", "MP", "mp"), Person("Georgi Ivanov", "GI", "gi")


@pytest.fixture
async def at_desk():
    swept_up()
    async with desk(rooms=6, bookings=20) as made:
        started(made.engine)
        yield made


class Station:
    """A window with its lock."""

    def __init__(self, window, lock, tasks):
        self.window, self.lock, self.tasks = window, lock, tasks
        self.here, self.kept, self.people = "mp", [], (MARIA, GEORGI)

    async def choose(self, account):
        self.here = account

    def place(self, minutes=0, *, by_it=False):
        people = (lambda: self.people, lambda: self.here, self.choose)
        return LockPlace(self.lock, SystemClock(), *people, minutes, self.kept.append, minutes_by_it=by_it)

    @property
    def cover(self):
        return self.window.lock.cover

    async def locked(self):
        key(self.window, Qt.Key.Key_L, CONTROL)
        await until(lambda: self.window.lock.is_locked and self.lock.locked)

    async def type(self, pin):
        self.cover.pin.setText(pin)
        QTest.keyClick(self.cover.pin, Qt.Key.Key_Return)
        await until(lambda: not len(self.tasks))
        await settled()


@pytest.fixture
async def station(at_desk, look):
    window = MainWindow(look, at_desk.tasks, NoConnector())
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    await settled()
    window.show_office(at_desk.office)
    lock = DeskLock(at_desk.engine.store, SystemClock(), lambda text: text == "the api key")
    made = Station(window, lock, at_desk.tasks)
    window.lock.follow(made.place())
    await until(lambda: not len(at_desk.tasks))
    await until(window.isActiveWindow)
    yield made
    window.status.timer.stop()
    await until(lambda: not len(at_desk.tasks))
    await settled()
    if isValid(window):
        delete(window)


def key(window, key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget() or window, key, modifiers)


def seen(window):
    """Every word that can be read in the window."""
    fields = [*window.findChildren(QLabel), *window.findChildren(QLineEdit)]
    return {field.text() for field in fields if field.isVisible()}


async def test_a_locked_window_shows_nothing_and_takes_nothing(station):
    window = station.window
    await station.lock.set_pin("mp", "", "2580")
    window.goto("bookings")
    page = window.stack.currentWidget()
    before = window.focusWidget()
    words = seen(window)
    await station.locked()
    assert "No hotel" not in seen(window)
    assert not page.isVisible()
    assert not window.centralWidget().isVisible()
    assert not (seen(window) & words - {""}), "no word of the hotel is left"
    for name in (Qt.Key.Key_1, Qt.Key.Key_3, Qt.Key.Key_P, Qt.Key.Key_Comma):
        key(window, name, CONTROL)
    key(window, Qt.Key.Key_F5)
    await settled()
    assert window.stack.currentWidget() is page
    assert window.dialog is None
    await station.type("1111")
    assert "not the PIN" in station.cover.told.text()
    assert station.cover.pin.text() == ""
    await station.type("2580")
    assert not window.lock.is_locked
    assert page.isVisible()
    assert window.focusWidget() is before


async def test_what_was_typed_is_kept(station):
    window = station.window
    await station.lock.set_pin("mp", "", "2580")
    window.show_connection("why")
    window.dialog.fields["user"].setText("half a na")
    window.dialog.fields["user"].setFocus()
    dialog = window.dialog
    await settled()
    window.lock.lock()
    await until(lambda: station.lock.locked)
    assert not dialog.isVisible()
    await station.type("2580")
    assert dialog.isVisible()
    assert dialog.isModal()
    assert dialog.fields["user"].text() == "half a na"
    window.close_dialog()


def goes_round_in(cover):
    """Whether Tab never leaves it."""
    for _ in range(6):
        at = QApplication.focusWidget()
        if at is None or not cover.isAncestorOf(at):
            return False
        QTest.keyClick(at, Qt.Key.Key_Tab)
    return True


async def test_what_opens_itself_meanwhile_waits(station, look):
    window = station.window
    await station.lock.set_pin("mp", "", "2580")
    await station.locked()
    toast = Toast(look, window)
    toast.tell("Nachtigall, Anna arrives in 101", verb="Show")
    above = window.childAt(toast.geometry().center())
    assert above is station.cover or station.cover.isAncestorOf(above)
    assert goes_round_in(station.cover), "its button lies below the cover"
    other = QDialog(window)
    other.open()
    await until(lambda: not other.isVisible())
    await station.type("2580")
    assert other.isVisible()
    assert toast.button.isEnabled()
    other.close()


async def test_another_person_takes_over_with_their_own_pin(station):
    await station.lock.set_pin("mp", "", "2580")
    await station.lock.set_pin("gi", "", "3690")
    await station.locked()
    assert set(station.cover.buttons) == {"mp", "gi"}
    QTest.mouseClick(station.cover.buttons["gi"], Qt.MouseButton.LeftButton)
    await station.type("2580")
    assert station.window.lock.is_locked
    await station.type("3690")
    assert not station.window.lock.is_locked
    assert station.here == "gi"


async def test_from_the_menu_of_people_too(station):
    """`Who is here?` takes no PIN from those who have none, and asks the others for theirs."""
    await station.lock.set_pin("gi", "", "3690")
    may = station.window.front.may_choose
    assert may("mp")
    assert may("")
    assert not station.window.lock.is_locked
    assert not may("gi")
    assert station.window.lock.is_locked
    assert station.cover.chosen == "gi"
    key(station.window, Qt.Key.Key_Escape)
    assert not station.window.lock.is_locked, "whoever was here goes on"
    assert station.here == "mp"
    assert not may("gi")
    await station.type("0001")
    assert station.window.lock.is_locked
    await station.type("3690")
    assert station.here == "gi"
    assert may("gi"), "who is here already is not asked"


async def test_escape_opens_nothing_once_it_is_locked(station):
    await station.lock.set_pin("gi", "", "3690")
    assert not station.window.front.may_choose("gi")
    station.window.lock.lock()
    await until(lambda: station.lock.locked)
    key(station.window, Qt.Key.Key_Escape)
    assert station.window.lock.is_locked
    station.cover.choose("gi")
    await station.type("3690")


async def test_somebody_without_a_pin_does_not_come_past_one_who_has(station):
    await station.lock.set_pin("mp", "", "2580")
    await station.locked()
    QTest.mouseClick(station.cover.buttons["gi"], Qt.MouseButton.LeftButton)
    await station.type("")
    assert station.window.lock.is_locked
    assert "no PIN for you here yet" in station.cover.told.text()


async def test_without_any_pin_enter_lifts_the_cover_and_it_says_how_to_set_one(station):
    await station.locked()
    assert not station.cover.pin.isVisible()
    assert "Ctrl+Shift+L sets a PIN" in station.cover.about.text()
    key(station.window, Qt.Key.Key_Return)
    await until(lambda: not station.window.lock.is_locked)


async def test_too_many_wrong_pins_make_everybody_wait_who_typed_them(station):
    await station.lock.set_pin("mp", "", "2580")
    await station.locked()
    for _ in range(5):
        await station.type("0001")
    assert not station.cover.pin.isEnabled()
    assert station.cover.button.text().startswith("Wait ")
    assert station.window.lock.is_locked


async def test_a_window_that_was_locked_at_the_end_is_locked_at_the_start(station):
    await station.lock.set_pin("mp", "", "2580")
    await station.locked()
    station.window.lock.follow(None)
    assert not station.window.lock.is_locked
    station.window.lock.follow(station.place())
    assert station.window.lock.is_locked
    await station.type("2580")


async def test_a_window_that_is_locked_before_it_is_shown_takes_nothing_either(station, at_desk, look):
    await station.lock.set_pin("mp", "", "2580")
    await station.lock.lock()
    later = MainWindow(look, at_desk.tasks, NoConnector())
    later.lock.follow(station.place())
    later.show_office(at_desk.office)
    later.show()
    later.activateWindow()
    await until(later.isActiveWindow)
    await settled()
    inside = later.centralWidget()
    assert (later.lock.cover.isVisible(), inside.isVisible()) == (True, False)
    assert goes_round_in(later.lock.cover)
    later.lock.cover.pin.setText("2580")
    QTest.keyClick(later.lock.cover.pin, Qt.Key.Key_Return)
    await until(lambda: not later.lock.is_locked)
    assert inside.isVisible()
    assert later.today.isVisible()
    later.status.timer.stop()
    later.hide()


async def test_minutes_and_pin_are_set_in_one_dialog(station):
    window = station.window
    key(window, Qt.Key.Key_L, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    dialog = window.lock.dialog
    dialog.minutes.setCurrentIndex(dialog.minutes.findData(10))
    dialog.fields["new"].setText("2580")
    dialog.fields["again"].setText("2581")
    dialog.save()
    assert "not the same" in dialog.told.text()
    dialog.fields["again"].setText("2580")
    QTest.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    await until(lambda: station.kept == [10])
    assert station.lock.has_pin("mp")
    await settled()
    assert window.lock.dialog is None or not isValid(window.lock.dialog)


async def test_what_it_has_set_can_t_be_changed(station):
    station.window.lock.follow(station.place(7, by_it=True))
    station.window.lock.open_dialog()
    dialog = station.window.lock.dialog
    assert not dialog.minutes.isEnabled()
    assert dialog.minutes.currentData() == 7
    assert dialog.by_it.text() == "Set by your IT."
    dialog.close()
    await settled()


def test_nobody_here_for_some_minutes(qapp):
    clock, told = HandClock(), []
    window = QWidget()
    window.show()
    watch = IdleWatch(clock, window)
    watch.left.connect(lambda: told.append(clock.seconds))
    watch.look()
    watch.set_minutes(2)
    clock.seconds += 119
    watch.look()
    QTest.mouseMove(window.windowHandle(), window.rect().center())
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_A)
    clock.seconds += 119
    watch.look()
    assert told == []
    clock.seconds += 2
    watch.look()
    assert len(told) == 1
    watch.set_minutes(0)
    clock.seconds += 10_000
    watch.look()
    assert len(told) == 1
    delete(window)
