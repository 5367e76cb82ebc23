"""The set-up of the shift clock: key, people, reminders; errors where the input was made, nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from clockdesk.domain.errors import UserError
from clockdesk.domain.shift import FindBy
from clockdesk.office.shift_reminders import Habits
from clockdesk.office.shift_setup import ADDRESS, WARN_KEY, WARN_PROXY
from clockdesk.ui.screens.shift_find import HERE, NOBODY_FOUND
from clockdesk.ui.screens.shift_habits import read_hours, read_time
from clockdesk.ui.screens.shift_setup import KEY, PEOPLE, REMINDERS
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.pages import POPUPS, collected_in_this_thread
from tests.support.screens import settled
from tests.support.shift_window import shift_window
from tests.support.timeclock import account_of, is_in

__all__ = ["collected_in_this_thread"]
pytestmark = POPUPS

hotel = running_hotel(rooms=2, bookings=2)


def type_into(field, text):
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


async def set_up(it, step=None):
    """The dialog, open, as the menu of people opens it."""
    it.front.open_setup()
    await until(it.setup.isVisible)
    if step is not None:
        it.setup.tabs.setCurrentIndex(step)
    await settled()
    return it.setup


def opened(it):
    """Whether a key is kept and in use."""
    return it.desk.is_set_up


async def done(step):
    await until(lambda: not step._busy)
    await settled()


def address_and_key(hotel):
    return hotel.ask(lambda server: (server.clock_base, server.timeclock.key))


# The key


async def test_an_address_that_it_has_set_is_seen_and_not_changed(hotel, look):
    address, key = address_and_key(hotel)
    async with shift_window(hotel, look) as it:
        it.desk.settings = replace(it.desk.settings, address_by_it=True)
        dialog = await set_up(it, KEY)
        shown = dialog.key.address
        assert (shown.text(), shown.isEnabled()) == (address, False)
        assert dialog.key.hints[0].text() == "Set by your IT."
        assert dialog.key.secret.isEnabled()
        it.click(dialog.key.forget_button)
        await it.answer("yes")
        await done(dialog.key)
        assert not opened(it)
        assert (shown.text(), shown.isEnabled()) == (address, False), "the key is gone, the address stays"
        type_into(dialog.key.secret, key)
        QTest.keyClick(dialog.key.secret, Qt.Key.Key_Return)
        await done(dialog.key)
        assert not shown.isEnabled()
        it.click(dialog.key.use_button)
        await done(dialog.key)
        assert opened(it)
        assert it.desk.settings.address == address


async def test_from_nothing_to_clocked_in(hotel, look):
    address, key = address_and_key(hotel)
    async with shift_window(hotel, look) as it:
        for person in it.desk.settings.persons:
            await it.desk.remove_person(person.account)
        await it.desk.take_down()
        dialog = await set_up(it)
        assert dialog.tabs.currentIndex() == KEY
        assert not dialog.tabs.isTabEnabled(PEOPLE)
        assert dialog.key.address.text() == ADDRESS
        type_into(dialog.key.address, address)
        type_into(dialog.key.secret, key)
        QTest.keyClick(dialog.key.secret, Qt.Key.Key_Return)
        await done(dialog.key)
        confirming = dialog.key.confirming
        assert confirming.isVisible()
        assert confirming.community.text() == "Grand Hotel Demo (CMS-1000), plan Plus"
        assert confirming.kinds.text() == "Kinds of shift: Front desk"
        assert [warning.text() for warning in confirming.warnings] == [WARN_KEY, WARN_PROXY]
        assert not opened(it), "nothing is kept before it was confirmed"
        it.click(dialog.key.use_button)
        await done(dialog.key)
        assert opened(it)
        assert dialog.tabs.currentIndex() == PEOPLE
        assert dialog.key.secret.text() == "", "a key does not stay on the screen"
        finder = dialog.people.finder
        type_into(finder.text, "nikolay")
        QTest.keyClick(finder.text, Qt.Key.Key_Return)
        await until(lambda: finder.candidates)
        assert finder.chosen is None, "also a single one is confirmed"
        await done(dialog.people)
        it.click(finder.candidates[0])
        assert (finder.name.text(), finder.initials.text()) == ("Nikolay Stoyanov", "NS")
        it.click(finder.add_button)
        await done(dialog.people)
        assert finder.added.words.text() == "Nikolay Stoyanov (NS) can clock in and out here."
        assert [line.words.text() for line in dialog.people.lines] == ["Nikolay Stoyanov"]
        assert it.desk.person is not None
        it.click(dialog.done_button)
        await settled()
        await it.open_panel()
        await it.ready()
        await it.press()
        assert is_in(hotel, "nikolay")


@pytest.mark.parametrize("refusal", [401, "INVALID API KEY", "API NOT ENABLED FOR THIS COMMUNITY"])
async def test_a_wrong_key_is_said_under_it_and_stays(hotel, look, refusal):
    hotel.fault(clock_wrong_key=refusal)
    async with shift_window(hotel, look) as it:
        dialog = await set_up(it, KEY)
        type_into(dialog.key.secret, "wrong-key-0123456789")
        it.click(dialog.key.check_button)
        await done(dialog.key)
        says = dialog.key.says
        assert says.isVisible()
        assert says.words.property("tone") == "danger"
        assert "key" in says.words.text() or "API" in says.words.text()
        assert says.detail.isVisible(), "the service's words and its trace number"
        assert "wrong-key" not in says.words.text() + says.detail.text()
        assert dialog.key.secret.text() == "wrong-key-0123456789"
        assert dialog.key.secret.hasFocus() or dialog.focusWidget() is dialog.key.secret
        assert not dialog.key.confirming.isVisible()
        type_into(dialog.key.secret, address_and_key(hotel)[1])
        assert not says.isVisible()
        it.click(dialog.key.check_button)
        await done(dialog.key)
        assert dialog.key.confirming.isVisible()
        type_into(dialog.key.secret, "another")
        assert not dialog.key.confirming.isVisible(), "what is confirmed is what stands there"
        dialog.close()


async def test_an_address_that_is_none(hotel, look):
    async with shift_window(hotel, look) as it:
        dialog = await set_up(it, KEY)
        type_into(dialog.key.address, "ftp://nowhere")
        type_into(dialog.key.secret, "something")
        it.click(dialog.key.check_button)
        await done(dialog.key)
        assert dialog.key.says.words.property("tone") == "danger"
        assert dialog.key.address.text() == "ftp://nowhere"
        dialog.close()


async def test_a_plan_too_low_is_a_warning_more(hotel, look):
    hotel.fault(clock_plan=1)
    async with shift_window(hotel, look) as it:
        dialog = await set_up(it, KEY)
        type_into(dialog.key.secret, address_and_key(hotel)[1])
        it.click(dialog.key.check_button)
        await done(dialog.key)
        warnings = [warning.text() for warning in dialog.key.confirming.warnings]
        assert len(warnings) == 3
        assert "plan is Starter" in warnings[-1]
        dialog.close()


async def test_another_community_says_whom_it_forgets(hotel, look):
    hotel.ask(lambda server: setattr(server.timeclock.house, "id", "CMS-2000"))
    async with shift_window(hotel, look) as it:
        dialog = await set_up(it, KEY)
        type_into(dialog.key.secret, address_and_key(hotel)[1])
        it.click(dialog.key.check_button)
        await done(dialog.key)
        assert "Maria Petrova, Georgi Ivanov" in dialog.key.confirming.warnings[0].text()
        it.click(dialog.key.use_button)
        await done(dialog.key)
        assert it.desk.settings.persons == ()
        assert dialog.people.none.isVisible()
        dialog.close()


async def test_the_key_is_forgotten_after_a_question(hotel, look):
    async with shift_window(hotel, look) as it:
        dialog = await set_up(it, KEY)
        it.click(dialog.key.forget_button)
        await it.answer("")
        await done(dialog.key)
        assert opened(it)
        it.click(dialog.key.forget_button)
        await it.answer("yes")
        await done(dialog.key)
        assert not opened(it)
        assert not dialog.tabs.isTabEnabled(PEOPLE)
        assert it.says == "Shift clock"
        dialog.close()


# People


async def test_refused_candidates_are_greyed_with_the_reason(hotel, look):
    async with shift_window(hotel, look) as it:
        dialog = await set_up(it)
        assert dialog.tabs.currentIndex() == PEOPLE, "what is set up already is not asked again"
        finder = dialog.people.finder
        type_into(finder.text, "l")
        it.click(finder.find_button)
        await done(dialog.people)
        by_name = {one.candidate.name: one for one in finder.candidates}
        assert list(by_name)[:2] == ["elena.d", "nikolay"], "those who can be chosen come first"
        for login, reason in (("old.hand", "archived"), ("unruly", "banned"), ("left.us", "inactive")):
            assert not by_name[login].isEnabled()
            assert reason in by_name[login].note
            assert reason in by_name[login].accessibleName()
        QTest.mouseClick(by_name["unruly"], Qt.MouseButton.LeftButton)
        assert finder.chosen is None
        assert not finder.add_button.isVisible()
        dialog.close()


@pytest.mark.parametrize(
    ("by", "text"),
    [(FindBy.API_ID, "elena.d@hotel"), (FindBy.DISCORD, "430000000000000003"), (FindBy.UNIQUE_ID, "3")],
)
async def test_other_ways_to_find_somebody(hotel, look, by, text):
    async with shift_window(hotel, look) as it:
        finder = (await set_up(it, PEOPLE)).people.finder
        finder.way.setCurrentIndex(finder.way.findData(by))
        type_into(finder.text, text)
        it.click(finder.find_button)
        await until(lambda: finder.candidates)
        assert [one.candidate.name for one in finder.candidates] == ["elena.d"]
        assert finder.text.text() == text
        await done(it.setup.people)
        it.setup.close()


async def test_nobody_found_and_no_connection_keep_what_was_typed(hotel, look):
    async with shift_window(hotel, look) as it:
        dialog = await set_up(it, PEOPLE)
        finder = dialog.people.finder
        type_into(finder.text, "nobody at all")
        it.click(finder.find_button)
        await done(dialog.people)
        assert finder.hint.text() == NOBODY_FOUND
        hotel.fault(refuse_clock=True)
        it.click(finder.find_button)
        await done(dialog.people)
        assert finder.says.words.property("tone") == "danger"
        assert finder.text.text() == "nobody at all"
        finder.way.setCurrentIndex(finder.way.findData(FindBy.UNIQUE_ID))
        it.click(finder.find_button)
        await done(dialog.people)
        assert "number" in finder.says.words.text()
        dialog.close()


async def test_initials_that_are_somebody_elses_are_said_where_they_are_typed(hotel, look):
    async with shift_window(hotel, look) as it:
        dialog = await set_up(it, PEOPLE)
        finder = dialog.people.finder
        type_into(finder.text, "elena")
        it.click(finder.find_button)
        await done(dialog.people)
        it.click(finder.candidates[0])
        type_into(finder.initials, "mp")
        it.click(finder.add_button)
        await done(dialog.people)
        assert finder.added.words.text().startswith("Maria Petrova has the initials MP already.")
        assert (finder.name.text(), finder.initials.text()) == ("Elena Dimitrova", "mp")
        type_into(finder.initials, "ED")
        QTest.keyClick(finder.initials, Qt.Key.Key_Return)
        await done(dialog.people)
        assert [one.initials for one in it.desk.settings.persons] == ["MP", "GI", "ED"]
        assert it.desk.person is not None
        assert it.desk.person.initials == "MP", "adding somebody does not send the one who is here away"
        dialog.close()


async def test_somebody_who_is_here_already_is_told(hotel, look):
    async with shift_window(hotel, look) as it:
        dialog = await set_up(it, PEOPLE)
        finder = dialog.people.finder
        type_into(finder.text, "maria")
        it.click(finder.find_button)
        await done(dialog.people)
        assert finder.candidates[0].note.startswith(HERE)
        dialog.close()


async def test_a_person_is_changed_and_removed(hotel, look):
    async with shift_window(hotel, look) as it:
        dialog = await set_up(it, PEOPLE)
        georgi = dialog.people.lines[1]
        it.click(georgi.edit_button)
        type_into(georgi.name, "Georgi P. Ivanov")
        type_into(georgi.initials, "MP")
        it.click(georgi.save_button)
        await done(dialog.people)
        assert "MP already" in dialog.people.says.words.text()
        assert georgi.name.text() == "Georgi P. Ivanov"
        type_into(georgi.initials, "GP")
        QTest.keyClick(georgi.initials, Qt.Key.Key_Return)
        await done(dialog.people)
        assert [(one.name, one.initials) for one in it.desk.settings.persons][1] == ("Georgi P. Ivanov", "GP")
        it.click(dialog.people.lines[0].remove_button)
        await it.answer("yes")
        await done(dialog.people)
        assert [one.initials for one in it.desk.settings.persons] == ["GP"]
        assert it.desk.person is None
        assert it.front.header.person.words == "Who is here?"
        assert account_of(hotel, "maria.petrova"), "the time clock keeps her"
        dialog.close()


# Reminders


async def test_reminders_are_kept_or_said_to_be_wrong(hotel, look):
    async with shift_window(hotel, look) as it:
        dialog = await set_up(it, REMINDERS)
        habits = dialog.habits
        type_into(habits.start, "25:10")
        it.click(habits.save_button)
        await done(habits)
        assert habits.says.words.property("tone") == "danger"
        assert habits.start.text() == "25:10"
        type_into(habits.start, "7.30")
        type_into(habits.hours, "9")
        QTest.keyClick(habits.hours, Qt.Key.Key_Return)
        await done(habits)
        assert it.desk.settings.habits == Habits(time(7, 30), 9)
        assert habits.says.words.text() == "Kept. Reminders: not clocked in at 07:30 and still in after 9 hours."
        assert habits.start.text() == "07:30"
        dialog.close()


@pytest.mark.parametrize(
    ("text", "read"),
    [("", None), ("8", time(8)), ("08:05", time(8, 5)), ("0830", time(8, 30)), ("23.59", time(23, 59)), ("0", time(0))],
)
def test_times_as_people_type_them(text, read):
    assert read_time(text) == read


@pytest.mark.parametrize("text", ["24", "8:60", "eight", "8:5", "-1", "12345", "٨"])
def test_no_times(text):
    with pytest.raises(UserError):
        read_time(text)


def test_hours():
    assert [read_hours(text) for text in ("", " 9 ", "10 h", "48")] == [0, 9, 10, 48]
    for text in ("49", "-1", "9.5", "ten", "²"):
        with pytest.raises(UserError):
            read_hours(text)
