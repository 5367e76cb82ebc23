"""Reminders in the window, and the question when it is closed while somebody is clocked in."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from clockdesk.app.clock import SystemClock
from clockdesk.domain.dates import hotel_time
from clockdesk.office.shift_reminders import Habits
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.pages import POPUPS, collected_in_this_thread
from tests.support.screens import settled, signals
from tests.support.shift_window import shift_window
from tests.support.timeclock import WELL_IN, WELL_OUT, ZONE, account_of, acted, is_in

__all__ = ["collected_in_this_thread"]
pytestmark = POPUPS

hotel = running_hotel(rooms=2, bookings=2)


def never_there(hotel, login):
    """No shift of the last days stands for today's."""
    account = account_of(hotel, login)
    hotel.ask(lambda server: server.timeclock.house.rows[account].clear())


def half_an_hour_ago():
    return (hotel_time(SystemClock().now(), ZONE) - timedelta(minutes=30)).time().replace(second=0, microsecond=0)


async def not_in_yet(it, hotel):
    never_there(hotel, WELL_OUT)
    await it.desk.set_habits(Habits(usual_start=half_an_hour_ago()))
    await it.at.shift.look()
    it.front.refresh()
    assert it.front.reminder.isVisible()


# Reminders


async def test_not_in_at_the_usual_time(hotel, look):
    async with shift_window(hotel, look) as it:
        assert not it.front.reminder.isVisible()
        await not_in_yet(it, hotel)
        strip = it.front.reminder
        assert strip.accessibleName().startswith("Maria Petrova is not clocked in yet; the usual time is ")
        assert strip.button.text() == "Clock in"
        it.click(strip.button)
        await until(lambda: not strip.isVisible())
        assert is_in(hotel, WELL_OUT)
        assert acted(hotel) == {"in": 1}


async def test_put_away_it_stays_away(hotel, look):
    async with shift_window(hotel, look) as it:
        await not_in_yet(it, hotel)
        it.click(it.front.reminder.close_button)
        assert not it.front.reminder.isVisible()
        it.front.refresh()
        await it.at.shift.look()
        assert not it.front.reminder.isVisible()
        assert acted(hotel) == {}


async def test_several_kinds_are_chosen_from_the_reminder_too(hotel, look):
    hotel.fault(clock_types=["front-desk", "back-office"])
    async with shift_window(hotel, look) as it:
        await not_in_yet(it, hotel)
        it.click(it.front.reminder.button)
        assert it.panel.isVisible()
        assert it.panel.now.kinds.isVisible()
        QTest.keyClick(it.panel.now.kinds, Qt.Key.Key_Return)
        await until(lambda: is_in(hotel, WELL_OUT))
        await until(lambda: not it.front.reminder.isVisible())


async def test_still_in_after_many_hours(hotel, look):
    account = account_of(hotel, WELL_IN)

    def eleven_hours_ago(server):
        row = server.timeclock.house.current(account)
        row.start -= timedelta(hours=11)

    hotel.ask(eleven_hours_ago)
    async with shift_window(hotel, look, WELL_IN) as it:
        await it.desk.set_habits(Habits(hours=10))
        await it.at.shift.look()
        it.front.refresh()
        strip = it.front.reminder
        assert "Georgi Ivanov has been clocked in for 1" in strip.accessibleName()
        assert strip.button.text() == "Clock out"
        it.click(strip.button)
        await until(lambda: not strip.isVisible())
        assert not is_in(hotel, WELL_IN)


async def test_of_somebody_whose_state_is_not_known_nothing_is_said(hotel, look):
    hotel.fault(clock_rubbish=True)
    async with shift_window(hotel, look) as it:
        never_there(hotel, WELL_OUT)
        await it.desk.set_habits(Habits(usual_start=half_an_hour_ago(), hours=1))
        await it.at.shift.look()
        it.front.refresh()
        assert not it.front.reminder.isVisible()


# Closing


async def test_somebody_out_just_closes(hotel, look):
    async with shift_window(hotel, look) as it:
        await it.at.shift.look()
        leave = signals(it.window.close_requested)
        it.window.close()
        assert leave == [()]
        await until(lambda: not len(it.at.tasks))


async def test_closing_while_in_asks_and_clocks_out(hotel, look):
    async with shift_window(hotel, look, WELL_IN) as it:
        await it.at.shift.look()
        leave = signals(it.window.close_requested)
        it.window.close()
        assert it.window.isVisible()
        question = await it.question()
        assert question.accessibleDescription().startswith("Georgi Ivanov is still clocked in (")
        assert question.buttons[""].hasFocus() or question.focusWidget() is question.buttons[""]
        await it.answer("out")
        await until(lambda: leave)
        assert leave == [()]
        assert not is_in(hotel, WELL_IN)


async def test_not_to_close_and_to_close_staying_in(hotel, look):
    async with shift_window(hotel, look, WELL_IN) as it:
        await it.at.shift.look()
        leave = signals(it.window.close_requested)
        it.window.close()
        await it.answer("")
        assert leave == []
        assert it.window.isVisible()
        it.window.close()
        await it.answer("leave")
        assert leave == [()]
        assert is_in(hotel, WELL_IN)


async def test_closing_is_possible_offline(hotel, look, tmp_path):
    async with shift_window(hotel, look, WELL_IN) as it:
        await it.at.shift.look()
        leave = signals(it.window.close_requested)
        hotel.fault(refuse_clock=True)
        it.window.close()
        await it.answer("out")
        question = await it.question()
        assert "NOT recorded" in question.windowTitle()
        assert "no connection" in question.accessibleDescription()
        assert leave == []
        await it.answer("print")
        assert "Georgi Ivanov" in await it.print_to(tmp_path / "note.pdf")
        assert leave == [], "the paper first"
        it.window.close()
        await it.answer("leave")
        assert leave == [()]
        assert it.at.states == ["not recorded"]


async def test_whoever_insists_is_let_go_while_the_time_clock_does_not_answer(hotel, look):
    async with shift_window(hotel, look, WELL_IN) as it:
        await it.at.shift.look()
        leave = signals(it.window.close_requested)
        hotel.fault(clock_slow={"seconds": 2, "calls": 1})
        it.window.close()
        await it.answer("out")
        await until(lambda: it.at.shift.is_busy)
        assert it.panel.isVisible(), "how it goes can be seen"
        it.window.close()
        assert leave == [()]
        await until(lambda: not it.at.shift.is_busy)
        await settled()
