"""The clock panel and the header, used as a person uses them, on the embedded hotel's time clock by HTTP."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from clockdesk.domain.shift import Intention, Standing
from clockdesk.office import shift
from clockdesk.office.shift_clocking import Ending
from clockdesk.office.shift_desk import NO_KEY
from clockdesk.ui.screens.shift_panel import NO_PEOPLE, NOT_SET_UP, READING_KEY
from tests.api.clocks import HandClock
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.pages import POPUPS, collected_in_this_thread
from tests.support.screens import settled, signals
from tests.support.shift_window import CONTROL, LEFT, shift_window
from tests.support.timeclock import WELL_IN, WELL_OUT, account_of, acted, asked, elsewhere, is_in, shifts_of

__all__ = ["collected_in_this_thread"]
pytestmark = POPUPS

hotel = running_hotel(rooms=2, bookings=2)
SHIFT = Qt.KeyboardModifier.ShiftModifier


def double_click(button):
    """As Qt gets it from a mouse: press, release, double click, release."""
    QTest.mouseClick(button, LEFT)
    QTest.mouseDClick(button, LEFT)
    QTest.mouseRelease(button, LEFT)


async def test_in_and_out_by_keyboard_alone(hotel, look):
    async with shift_window(hotel, look) as it:
        await until(lambda: it.says == "Out")
        before = QApplication.focusWidget()
        it.key(Qt.Key.Key_T, CONTROL)
        now = it.panel.now
        assert it.panel.isVisible()
        assert QApplication.focusWidget() is now.button
        assert now.button.text() == "Clock in"
        assert now.state.text() == "Out"
        assert now.person.text() == "Maria Petrova (MP)"
        it.key(Qt.Key.Key_Return)
        await until(lambda: now.told.sentence.text().startswith("Clocked in at "))
        assert is_in(hotel, WELL_OUT)
        assert it.says == "In 0 min"
        assert now.state.text().startswith("In since ")
        await until(now.button.hasFocus)
        assert now.button.text() == "Clock out"
        it.key(Qt.Key.Key_Space)
        await until(lambda: now.told.sentence.text().startswith("Clocked out at "))
        assert it.says == "Out"
        assert acted(hotel) == {"in": 1, "out": 1}
        await until(now.button.hasFocus)
        it.key(Qt.Key.Key_Escape)
        assert not it.panel.isVisible()
        assert QApplication.focusWidget() is before


async def test_a_double_click_is_one_call(hotel, look):
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        await it.ready()
        double_click(it.panel.now.button)
        await until(lambda: it.at.shift.outcome is not None)
        await until(it.panel.now.button.isEnabled)
        QTest.mouseDClick(it.panel.now.button, LEFT)  # the second half of one that came late
        QTest.mouseRelease(it.panel.now.button, LEFT)
        await settled()
        await it.ready()
        assert acted(hotel) == {"in": 1}
        assert is_in(hotel, WELL_OUT)


async def test_the_second_click_of_a_slow_hand_does_not_clock_out_again(hotel, look):
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        await it.press()
        assert not it.panel.now.button.isEnabled()
        QTest.mouseClick(it.panel.now.button, LEFT)
        it.panel.now.press()
        await it.ready()
        assert acted(hotel) == {"in": 1}


async def test_a_key_that_is_held_down_presses_once(hotel, look):
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        await it.ready()
        it.panel.now.button.setFocus()
        for held in (False, True, True):
            event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", held)
            QApplication.sendEvent(it.panel.now.button, event)
        await until(lambda: it.at.shift.outcome is not None)
        assert it.at.shift.outcome.ending is Ending.DONE
        assert acted(hotel) == {"in": 1}


async def test_a_change_from_elsewhere_appears(hotel, look, monkeypatch):
    monkeypatch.setattr(shift, "EVERY", 0.2)
    async with shift_window(hotel, look) as it:
        await until(lambda: it.says == "Out")
        elsewhere(hotel, WELL_OUT, "in")
        await until(lambda: it.says == "In 0 min")
        assert acted(hotel) == {}


async def test_somebody_clocked_in_elsewhere_just_before_the_press(hotel, look):
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        await it.ready()
        elsewhere(hotel, WELL_OUT, "in")
        await it.press()
        assert it.panel.now.told.sentence.text().startswith("Already clocked in")
        assert acted(hotel) == {}
        assert shifts_of(hotel, WELL_OUT) == len(it.at.shift.last_shifts) or it.says.startswith("In ")


async def test_offline_says_not_recorded_prints_the_note_and_tries_again(hotel, look, tmp_path):
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        await it.ready()
        hotel.fault(refuse_clock=True)
        await it.press()
        told = it.panel.now.told
        assert told.head.text() == "NOT recorded"
        assert told.sentence.text().startswith("Clocking in: no connection.")
        assert it.says == "NOT recorded"
        assert it.front.header.clock.face.tone == "danger"
        assert "no connection" in it.panel.now.age.text()
        assert it.panel.now.state.text() == "Out", "what was last known stays, with its age"
        assert it.panel.notes.text() == "1 time for the manager"
        it.click(told.print)
        paper = await it.print_to(tmp_path / "note.pdf")
        assert "Maria Petrova" in paper
        assert "NOT recorded - no connection" in " ".join(paper.split())
        hotel.fault(refuse_clock=False)
        it.click(told.retry)
        await until(lambda: told.sentence.text().startswith("Clocked in at "))
        assert not told.head.isVisible()
        assert it.says == "In 0 min"
        assert acted(hotel) == {"in": 1}
        assert it.at.states == ["not recorded", "done"], "the first time stays for the manager"


async def test_not_recorded_is_seen_with_the_panel_closed_until_it_is_so(hotel, look, monkeypatch):
    monkeypatch.setattr(shift, "EVERY_OFFLINE", 0.2)
    monkeypatch.setattr(shift, "EVERY", 0.2)
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        await it.ready()
        hotel.fault(refuse_clock=True)
        await it.press()
        it.key(Qt.Key.Key_Escape)
        it.panel.close_panel()
        assert it.says == "NOT recorded"
        hotel.fault(refuse_clock=False)
        elsewhere(hotel, WELL_OUT, "in")
        await until(lambda: it.says == "In 0 min")
        it.click(it.front.header.clock)
        assert "It is so by now." in it.panel.now.told.sentence.text()
        assert not it.panel.now.told.retry.isVisible()


async def test_what_can_not_be_read_is_unknown_and_looked_at_again(hotel, look):
    hotel.fault(clock_rubbish=True)
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        now = it.panel.now
        await until(lambda: now.state.text() == "Unknown")
        assert it.says == "Unknown"
        assert now.reason.text()
        assert now.button.text() == "Look again"
        it.click(now.button)
        await until(lambda: now.told.sentence.text().startswith("Asked at "))
        assert "still unknown" in now.told.sentence.text(), "a press without any sign of it would be pressed again"
        assert now.button.hasFocus()
        hotel.fault(clock_rubbish=False)
        it.click(now.button)
        await until(lambda: now.state.text() == "Out")
        assert now.button.text() == "Clock in"
        assert not now.told.isVisible()
        assert acted(hotel) == {}


async def test_an_answer_that_never_came_is_not_known_and_told_later(hotel, look, monkeypatch):
    monkeypatch.setattr(shift, "EVERY", 1.0)
    monkeypatch.setattr(shift, "EVERY_OFFLINE", 0.2)
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        await it.ready()
        hotel.fault(clock_slow_answer={"method": "POST", "seconds": 5, "calls": 1})
        it.click(it.panel.now.button)
        await until(lambda: acted(hotel) == {"in": 1})
        hotel.fault(refuse_clock=True)
        told = it.panel.now.told
        await until(lambda: told.sentence.text().startswith("It is not known whether clocking in was recorded."))
        assert told.retry.isVisible()
        assert not told.head.isVisible(), "it may well be recorded"
        hotel.fault(refuse_clock=False)
        await until(lambda: told.sentence.text().endswith("was recorded after all."))
        assert not told.retry.isVisible()
        assert it.says == "In 0 min"
        assert acted(hotel) == {"in": 1}


async def test_all_it_says_can_be_seen(hotel, look):
    """Its height follows its words at once, with no scrolling where there is room."""
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        await it.ready()
        await until(lambda: it.at.shift.last_shifts)
        bar = it.panel._scroll.verticalScrollBar()
        hotel.fault(clock_500=True)
        await it.press()
        loud = it.panel.height()
        assert bar.maximum() == 0
        hotel.fault(clock_500=False)
        it.click(it.panel.now.told.retry)
        await until(lambda: it.says == "In 0 min")
        await settled()
        assert bar.maximum() == 0
        assert it.panel.height() < loud
        foot = it.panel.office_button.geometry()
        assert it.panel.rect().contains(foot)
        it.window.resize(1024, 680)
        await settled()
        assert it.panel.geometry().right() < it.window.width()
        assert it.panel.geometry().bottom() < it.window.height()


async def test_a_keyring_without_the_key_is_said(hotel, look):
    async with shift_window(hotel, look) as it:
        it.at.keeping._keys.clear()
        await it.desk.close()
        await it.desk.open()
        await it.open_panel()
        assert it.panel.problem.text() == NO_KEY
        assert it.front.header.clock.face.tone == "warning"
        assert it.panel.start_button.isVisible()


async def test_a_keyring_that_takes_its_time_is_not_called_no_set_up(hotel, look):
    async with shift_window(hotel, look) as it:
        key, free = it.at.keeping.key, asyncio.Event()

        async def slow(address):
            await free.wait()
            return await key(address)

        it.at.keeping.key = slow
        await it.desk.close()
        opening = asyncio.gather(it.desk.open())
        await it.open_panel()
        assert it.panel.start_words.text() == READING_KEY
        assert not it.panel.start_button.isVisible()
        free.set()
        await opening
        await until(lambda: it.panel.now.state.text() == "Out")
        assert not it.panel.start_words.isVisible()


async def test_an_old_state_looks_old(hotel, look, monkeypatch):
    monkeypatch.setattr(shift, "EVERY", 0.3)
    async with shift_window(hotel, look, WELL_IN) as it:
        await until(lambda: it.says.startswith("In "))
        assert not it.front.header.clock.face.stale
        hotel.fault(refuse_clock=True)
        await until(lambda: it.says.startswith("In ") and it.front.header.clock.face.stale)
        assert "no connection" in it.front.header.clock.accessibleName()
        old = it.window.grab().toImage()
        hotel.fault(refuse_clock=False)
        await it.at.shift.look()
        it.front.refresh()
        assert not it.front.header.clock.face.stale
        assert it.window.grab().toImage() != old


async def test_several_kinds_of_shift_are_a_menu(hotel, look):
    hotel.fault(clock_types=["front-desk", "back-office"])
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        await it.ready()
        now = it.panel.now
        await until(lambda: now.button.text() == "Clock in as …")
        it.key(Qt.Key.Key_Return)
        assert now.kinds.isVisible()
        assert [action.text() for action in now.kinds.actions()] == ["Front Desk", "Back Office"]
        assert acted(hotel) == {}
        QTest.keyClick(now.kinds, Qt.Key.Key_Down)
        QTest.keyClick(now.kinds, Qt.Key.Key_Return)
        await until(lambda: it.at.shift.outcome is not None)
        await until(now.kind.isVisible)
        assert now.kind.text() == "Back Office"
        account = account_of(hotel, WELL_OUT)
        assert hotel.ask(lambda server: server.timeclock.house.current(account).type) == "back-office"


async def test_too_many_calls_is_counted_down(hotel, look):
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        await it.ready()
        hotel.fault(clock_429={"method": "POST", "calls": 1, "seconds": 3})
        it.click(it.panel.now.button)
        told, said = it.panel.now.told, set()

        def waiting():
            it.front.refresh()
            said.add(told.sentence.text())
            return it.at.shift.outcome is not None

        await until(waiting)
        assert not it.panel.now.button.isEnabled()
        assert {"The time clock is busy, trying again in 2 s.", "The time clock is busy, trying again in 1 s."} <= said
        await until(lambda: told.sentence.text().startswith("Clocked in at "))
        assert acted(hotel) == {"in": 1}


async def test_a_press_outlives_the_panel(hotel, look):
    hotel.fault(clock_slow={"method": "POST", "calls": 1, "seconds": 0.5})
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        await it.ready()
        it.click(it.panel.now.button)
        it.panel.close_panel()
        await until(lambda: it.says == "In 0 min")
        assert acted(hotel) == {"in": 1}


async def test_another_person_by_the_menu_and_it_is_remembered(hotel, look):
    async with shift_window(hotel, look) as it:
        await until(lambda: it.says == "Out")
        assert it.front.header.person.words == "MP Maria Petrova"
        it.key(Qt.Key.Key_T, CONTROL | SHIFT)
        assert it.front.menu is not None
        entries = [action.text() for action in it.front.menu.actions() if action.text()]
        assert entries[:3] == ["&1  Maria Petrova (MP)", "&2  Georgi Ivanov (GI)", "&Nobody"]
        assert any("Shift clock" in entry for entry in entries)
        QTest.keyClick(it.front.menu, Qt.Key.Key_2)
        await until(lambda: it.says.startswith("In "))
        assert it.front.header.person.words == "GI Georgi Ivanov"
        assert it.at.keeping._settings.chosen == account_of(hotel, WELL_IN)


async def test_nobody_is_here_yet(hotel, look):
    async with shift_window(hotel, look) as it:
        await it.desk.choose("")
        await it.open_panel()
        assert it.front.header.person.words == "Who is here?"
        assert it.says == "Shift clock"
        assert it.panel.start_head.text() == "Who is at this workstation?"
        assert QApplication.focusWidget() is it.panel.people.buttons[0]
        it.key(Qt.Key.Key_Tab)
        it.key(Qt.Key.Key_Return)
        await until(lambda: it.desk.person is not None)
        assert it.desk.person.name == "Georgi Ivanov"
        await until(lambda: it.panel.now.button.text() == "Clock out")


async def test_without_a_set_up_the_panel_leads_there(hotel, look):
    async with shift_window(hotel, look) as it:
        await it.desk.take_down()
        await it.open_panel()
        assert it.panel.start_words.text() == NOT_SET_UP
        it.key(Qt.Key.Key_Return)
        assert it.setup.isVisible()
        assert it.setup.focusWidget() is it.setup.key.secret
        it.setup.close()


async def test_without_people_the_panel_leads_to_the_search(hotel, look):
    async with shift_window(hotel, look) as it:
        for person in it.desk.settings.persons:
            await it.desk.remove_person(person.account)
        await it.open_panel()
        assert it.panel.start_words.text() == NO_PEOPLE
        it.click(it.panel.start_button)
        assert it.setup.focusWidget() is it.setup.people.finder.text
        it.setup.close()


async def test_work_elsewhere_in_the_window_closes_the_panel(hotel, look):
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        it.window.rail._stops["today"].setFocus()
        assert not it.panel.isVisible()
        assert it.window.rail._stops["today"].hasFocus()


async def test_only_a_window_that_is_seen_asks(hotel, look, monkeypatch):
    monkeypatch.setattr(shift, "EVERY", 0.3)
    monkeypatch.setattr(shift, "FRESH", timedelta())
    async with shift_window(hotel, look) as it:
        await until(lambda: asked(hotel).get("current", 0) > 2)
        it.window.showMinimized()
        await until(lambda: not len(it.at.tasks))
        it.window.showNormal()
        before = asked(hotel)["current"]
        await until(lambda: asked(hotel)["current"] > before)
        it.window.hide()
        await until(lambda: not len(it.at.tasks))


async def test_an_account_that_is_gone_takes_the_shift_clock_with_it(hotel, look):
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        assert it.front.header.isVisible()
        assert it.window.rail._stops["shifts"].isVisible()
        it.window._retire_pages()
        assert not it.front.header.isVisible()
        assert not it.window.rail._stops["shifts"].isVisible()
        it.key(Qt.Key.Key_T, CONTROL)
        it.key(Qt.Key.Key_6, CONTROL)
        assert it.window.rail.here == "today"
        assert it.front.panel is None
        await settled()


async def test_what_a_screen_reader_is_told(hotel, look):
    async with shift_window(hotel, look, WELL_IN) as it:
        await until(lambda: it.says.startswith("In "))
        assert it.front.header.clock.accessibleName().startswith("Shift clock: In since ")
        assert it.front.header.person.accessibleName() == "At this workstation: Georgi Ivanov (GI)"
        assert "Ctrl+T" in it.front.header.clock.toolTip()
        await it.open_panel()
        assert it.panel.accessibleName() == "Shift clock"
        assert it.panel.now.button.accessibleName() == "Clock out"
        assert len(it.at.shift.last_shifts) == 3
        assert "now" in " ".join(label.text() for label in it.panel.now.rows.findChildren(type(it.panel.now.kind)))


@pytest.mark.parametrize("login", [WELL_OUT, WELL_IN])
async def test_the_menu_entry_and_the_back_office(hotel, look, login):
    async with shift_window(hotel, look, login) as it:
        wanted = signals(it.front.office_wanted)
        it.click(it.front.header.person)
        entries = {
            action.text().replace("&", "").split(":")[0].split("\t")[0]: action for action in it.front.menu.actions()
        }
        entries["Shift clock"].trigger()
        assert it.panel.isVisible()
        it.front.menu.close()
        it.click(it.panel.office_button)
        assert wanted == [()]
        assert not it.panel.isVisible()
        assert it.window.rail.here == "shifts"
        await until(lambda: not it.page._reading)
        standing = Standing.IN if login == WELL_IN else Standing.OUT
        assert it.at.shift.state.standing is standing
        assert it.at.shift.next_intention is (Intention.OUT if login == WELL_IN else Intention.IN)


async def test_the_window_that_comes_to_the_front_again_shows_no_old_news(hotel, look):
    clock = HandClock()
    async with shift_window(hotel, look, clock=clock) as it:
        await until(lambda: it.at.shift.last_shifts)
        assert asked(hotel)["current"] == 1
        elsewhere(hotel, WELL_OUT, "in")
        other = QWidget()

        async def back_after(seconds):
            other.show()
            other.activateWindow()
            await until(other.isActiveWindow)
            clock.seconds += seconds
            it.window.activateWindow()
            await until(it.window.isActiveWindow)
            await settled()

        await back_after(5)
        assert it.says == "Out"
        assert asked(hotel)["current"] == 1
        await back_after(20)
        await until(lambda: it.says.startswith("In "))
        assert asked(hotel)["current"] == 2
        other.hide()
        other.deleteLater()
