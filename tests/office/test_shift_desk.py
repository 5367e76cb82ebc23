"""The shift desk: setting up, people, looking once a minute, authors, reminders in place."""

from __future__ import annotations

import datetime as dt

import pytest

from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.domain.kinds import Kind
from clockdesk.domain.shift import FindBy, Intention, Person, Standing
from clockdesk.office.persons import ClockSettings
from clockdesk.office.sheets import AsOf, Table
from clockdesk.office.shift import EVERY, EVERY_OFFLINE, JITTER
from clockdesk.office.shift_clocking import Ending
from clockdesk.office.shift_log import shift_document
from clockdesk.office.shift_reminders import Habits, Occasion
from clockdesk.office.shift_setup import WARN_KEY, WARN_PROXY, ClockForm
from clockdesk.store.thread import open_store
from tests.api.clocks import HandClock
from tests.support.desk import NOW
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.timeclock import WELL_IN, WELL_OUT, ZONE, account_of, asked, elsewhere, workstation

hotel = running_hotel(rooms=2, bookings=2)


def form_of(hotel, *, key="", address=""):
    url, right = hotel.ask(lambda server: (server.clock_base, server.timeclock.key))
    return ClockForm(address or url, key or right)


# Setting up


async def test_check_and_set_up(hotel):
    async with workstation(hotel) as at:
        await at.desk.take_down()
        assert at.desk.settings.address == ""
        assert not at.somebody
        with pytest.raises(UserError, match="Set the time clock up first"):
            await at.desk.find(FindBy.USERNAME, "maria")
        checked = await at.desk.check(form_of(hotel))
        assert checked.words == "Grand Hotel Demo (CMS-1000), plan Plus"
        assert checked.warnings == (WARN_KEY, WARN_PROXY)
        assert [one.id for one in checked.types] == ["front-desk"]
        await at.desk.set_up(form_of(hotel), checked)
        assert at.desk.is_set_up
        assert [one.initials for one in at.desk.settings.persons] == ["MP", "GI"], "same community: people stay"
        assert (await at.shift.look()).standing is Standing.OUT
        assert await at.keeping.key(at.desk.settings.address) == form_of(hotel).key


async def test_another_address_leaves_no_old_key_behind(hotel):
    async with workstation(hotel) as at:
        old = at.desk.settings.address
        form = form_of(hotel, address=old.replace("127.0.0.1", "localhost"))
        await at.desk.set_up(form, await at.desk.check(form))
        assert await at.keeping.key(old) is None
        assert await at.keeping.key(form.base()) == form.key
        assert (await at.shift.look()).standing is Standing.OUT


async def test_a_low_plan_is_warned_of_and_not_refused(hotel):
    hotel.fault(clock_plan=0)
    async with workstation(hotel) as at:
        checked = await at.desk.check(form_of(hotel))
        assert checked.words.endswith("plan Free")
        assert len(checked.warnings) == 3
        assert "plan is Free" in checked.warnings[2]


async def test_another_community_s_people_are_forgotten(hotel):
    async with workstation(hotel) as at:
        hotel.ask(lambda server: setattr(server.timeclock.house, "id", "CMS-2000"))
        await at.desk.set_up(form_of(hotel), await at.desk.check(form_of(hotel)))
        assert at.desk.settings.persons == ()
        assert at.desk.person is None
        assert not at.somebody


@pytest.mark.parametrize(("how", "code"), [(401, ErrorCode.SIGNED_OUT), ("INVALID API KEY", ErrorCode.SIGNED_OUT)])
async def test_a_wrong_key_is_not_set_up(hotel, how, code):
    hotel.fault(clock_wrong_key=how)
    async with workstation(hotel) as at:
        with pytest.raises(KnownError) as caught:
            await at.desk.check(form_of(hotel, key="wrong"))
        assert caught.value.code is code
    assert "wrong" not in repr(form_of(hotel, key="wrong"))


async def test_no_key_any_more_is_said(hotel):
    async with workstation(hotel) as at:
        await at.keeping.forget_key(at.desk.settings.address)
        await at.desk.open()
        assert "holds no key" in at.desk.problem
        assert not at.somebody


# People


async def test_find_me(hotel):
    async with workstation(hotel) as at:
        found = await at.desk.find(FindBy.USERNAME, "r")
        assert [bool(one.refusal) for one in found] == sorted(bool(one.refusal) for one in found)
        refused = {one.name: one.refusal for one in found if one.refusal}
        assert set(refused) == {"unruly", "newcomer"}
        [archived] = await at.desk.find(FindBy.USERNAME, "old.hand")
        assert archived.refusal == "archived"
        [left] = await at.desk.find(FindBy.USERNAME, "left.us")
        assert left.refusal.startswith("inactive")
        with pytest.raises(UserError, match="can't be chosen: archived"):
            await at.desk.add_person("Petar", "PV", archived)


async def test_people_come_change_and_go(hotel):
    async with workstation(hotel) as at:
        [elena] = await at.desk.find(FindBy.USERNAME, "elena.d")
        with pytest.raises(UserError, match="has the initials MP already"):
            await at.desk.add_person("Elena", "mp", elena)
        person = await at.desk.add_person(" Elena  Dimitrova ", "ED", elena)
        assert person == Person("Elena Dimitrova", "ED", elena.account)
        await at.desk.choose(person.account)
        assert at.shift.person == person
        await at.desk.change_person(person.account, "Elena D.", "ED")
        assert at.shift.person.name == "Elena D."
        assert (await at.keeping.load()).person.name == "Elena D."
        assert at.desk.settings.find("ed").account == person.account
        await at.desk.remove_person(person.account)
        assert (at.somebody, at.desk.settings.chosen) == ("", "")
        with pytest.raises(UserError):
            await at.desk.choose(person.account)


@pytest.mark.parametrize(
    ("name", "initials"), [("", "X"), ("X", ""), ("X" * 81, "X"), ("X", "ABCDEFG"), ("a\x00", "X")]
)
def test_no_person(name, initials):
    with pytest.raises(UserError):
        Person.of(name, initials, "a")


def test_an_ambiguous_person():
    twins = (Person("Ann", "A1", "1"), Person("Ann", "A2", "2"))
    settings = ClockSettings(persons=twins)
    assert settings.find("A2") is twins[1]
    with pytest.raises(UserError, match="A1"):
        settings.find("Ann")


async def test_who_is_here_is_the_author_of_what_is_done(hotel, tmp_path):
    store = open_store(tmp_path, bytes(32), at=NOW)
    async with workstation(hotel, store=store) as at:
        first = store.desk.open_intent(Kind.ROOM, 7, {"housekeeping_status": ""}, at=NOW)
        await at.desk.choose(account_of(hotel, WELL_IN))
        store.desk.open_intent(Kind.ROOM, 8, {}, at=NOW)
        await at.desk.choose("")
        store.desk.open_intent(Kind.ROOM, 9, {}, at=NOW)
        await at.desk.choose(account_of(hotel, WELL_OUT))
        await at.shift.clock(Intention.IN)
    assert first.author == "Maria Petrova (MP)"
    assert [one.author for one in store.desk.intents()] == ["Maria Petrova (MP)", "Georgi Ivanov (GI)", ""]
    [note] = store.desk.shift_notes()
    assert (note.person, note.initials, note.intention, note.state) == ("Maria Petrova", "MP", "in", "done")
    assert note.words.startswith("Clocked in at ")
    await store.close()


async def test_a_press_goes_on_when_somebody_else_sits_down(hotel):
    hotel.fault(clock_slow={"seconds": 0.3, "method": "POST"})
    async with workstation(hotel) as at:
        press = at.tasks.spawn(at.shift.clock(Intention.IN), "press", awaited=True)
        await until(lambda: asked(hotel).get("current"))
        await at.desk.choose(account_of(hotel, WELL_IN))
        assert at.shift.person.initials == "GI"
        assert (await press).sentence.startswith("Clocked in")
        assert at.states == ["done"]


# Looking


async def test_it_is_looked_at_once_a_minute_and_only_while_shown(hotel):
    clock = HandClock()
    async with workstation(hotel, clock=clock) as at:
        at.desk.shown(on=True)
        await until(lambda: asked(hotel).get("current") == 1)
        await until(lambda: clock.asked)
        assert EVERY * (1 - JITTER) <= clock.asked[-1] <= EVERY * (1 + JITTER)
        elsewhere(hotel, WELL_OUT, "in")
        await clock.advance(EVERY * (1 + JITTER))
        await until(lambda: at.shift.state.standing is Standing.IN)
        assert asked(hotel)["current"] == 2
        at.desk.shown(on=False)
        await clock.advance(600)
        assert asked(hotel)["current"] == 2
        at.desk.shown(on=True)
        await until(lambda: asked(hotel)["current"] == 3)


async def test_after_a_press_that_came_to_nothing_it_is_looked_at_sooner(hotel):
    clock = HandClock()
    async with workstation(hotel, clock=clock) as at:
        at.desk.shown(on=True)
        await until(lambda: clock.asked)
        hotel.fault(refuse_clock=True)
        outcome = await at.shift.clock(Intention.IN)
        assert outcome.ending is Ending.NOT_RECORDED
        await until(lambda: clock.asked[-1] <= EVERY_OFFLINE * (1 + JITTER))
        hotel.fault(refuse_clock=False)
        before = asked(hotel)["current"]
        await clock.advance(EVERY_OFFLINE * (1 + JITTER))
        await until(lambda: asked(hotel)["current"] == before + 1)


async def test_a_panel_opened_twice_asks_once(hotel):
    clock = HandClock()
    async with workstation(hotel, clock=clock) as at:
        await at.shift.look()
        for _ in range(5):
            at.desk.shown(on=True)
            at.desk.shown(on=False)
        at.desk.shown(on=True)
        await clock.advance(5)
        assert asked(hotel)["current"] == 1
        await clock.advance(10)
        await until(lambda: asked(hotel)["current"] == 2)


async def test_who_comes_back_to_the_window_sees_no_old_news(hotel):
    clock = HandClock()
    async with workstation(hotel, clock=clock) as at:
        at.desk.came_back()
        assert not asked(hotel), "not shown"
        at.desk.shown(on=True)
        at.desk.came_back()
        await until(lambda: at.shift.last_shifts)
        await clock.advance(14)
        at.desk.came_back()
        assert asked(hotel)["current"] == 1
        elsewhere(hotel, WELL_OUT, "in")
        await clock.advance(2)
        at.desk.came_back()
        at.desk.came_back()
        await until(lambda: at.shift.state.standing is Standing.IN)
        assert asked(hotel)["current"] == 2


async def test_who_comes_back_does_not_repeat_what_was_refused(hotel):
    hotel.fault(clock_plan=0)
    clock = HandClock()
    async with workstation(hotel, clock=clock) as at:
        at.desk.shown(on=True)
        await until(lambda: at.shift.trouble)
        await until(lambda: clock.asked)
        clock.seconds += 60
        at.desk.came_back()
        await clock.advance(0)
        assert asked(hotel)["current"] == 1


async def test_old_news_is_told_with_its_age(hotel):
    clock = HandClock()
    async with workstation(hotel, clock=clock) as at:
        await at.shift.look()
        assert at.shift.age_words == ""
        await clock.advance(14 * 60)
        assert at.shift.age_words == "as of 12:00, 14 min ago"
        hotel.fault(refuse_clock=True)
        await at.shift.look()
        assert at.shift.words == "Out"
        assert at.shift.age_words == "as of 12:00, 14 min ago: no connection"


async def test_elapsed_follows_the_service_s_clock(hotel):
    """This computer's clock is wrong by hours; the elapsed time is right all the same."""
    clock = HandClock()
    clock.seconds += 5 * 3600
    async with workstation(hotel, WELL_IN, clock=clock) as at:
        state = await at.shift.look()
        there = hotel.ask(lambda server: server.world.clock.now())
        before = at.shift.elapsed
        assert before is not None
        assert state.since is not None
        assert abs(before - (there - state.since)) < dt.timedelta(seconds=5)
        await clock.advance(60)
        after = at.shift.elapsed
        assert after is not None
        assert after - before == dt.timedelta(seconds=60)


async def test_an_answer_asked_before_a_press_does_not_undo_it(hotel):
    hotel.fault(clock_slow_answer={"seconds": 0.5, "path": "/current", "calls": 1})
    async with workstation(hotel) as at:
        old = at.tasks.spawn(at.shift.look(), "look", awaited=True)
        await until(lambda: asked(hotel).get("current") == 1)
        await at.shift.clock(Intention.IN)
        await old
        assert at.shift.state.standing is Standing.IN


async def test_a_look_in_the_middle_of_a_press_settles_nothing(hotel):
    hotel.fault(clock_slow={"seconds": 0.4, "method": "POST"})
    async with workstation(hotel) as at:
        states: set[str] = set()
        at.desk.subscribe(lambda: states.update(at.states))
        press = at.tasks.spawn(at.shift.clock(Intention.IN), "press", awaited=True)
        await until(lambda: asked(hotel).get("current"))
        await at.shift.look()
        assert (await press).sentence.startswith("Clocked in")
        assert states == {"open", "done"}
        assert at.shift.news == ""


# Reminders and the manager


def reminders(at):
    return [one for one in (at.desk.reminder,) if one is not None]


async def test_reminders_in_place(hotel):
    clock = HandClock()
    async with workstation(hotel, WELL_IN, clock=clock) as at:
        assert not reminders(at)
        await at.desk.set_habits(Habits(hours=1))
        assert not reminders(at), "nothing is known yet"
        await at.shift.look()
        await clock.advance(3600)
        [reminder] = reminders(at)
        assert reminder.occasion is Occasion.STILL_IN
        at.desk.put_away(reminder)
        assert not reminders(at)
        assert "still clocked in" in at.desk.closing().sentence
        await at.desk.choose(account_of(hotel, WELL_OUT))
        await at.shift.look()
        assert at.desk.closing() is None


async def test_an_old_reading_is_not_told_as_a_fact(hotel):
    clock = HandClock()
    usual = Habits(usual_start=dt.time(12))
    account = account_of(hotel, WELL_OUT)
    hotel.ask(lambda server: server.timeclock.house.rows[account].clear())
    async with workstation(hotel, clock=clock) as at:
        at.shift._time_clock._offset = lambda *_: dt.timedelta()  # both clocks say noon
        await at.desk.set_habits(usual)
        await at.shift.look()
        [reminder] = reminders(at)
        assert reminder.occasion is Occasion.NOT_IN
        hotel.fault(refuse_clock=True)
        elsewhere(hotel, WELL_OUT, "in")
        await clock.advance(170)
        await at.shift.look()
        assert reminders(at) == [reminder]
        await clock.advance(20)
        assert not reminders(at)
        hotel.fault(refuse_clock=False)
        await at.shift.look()
        assert "as of" not in at.desk.closing().sentence
        hotel.fault(refuse_clock=True)
        await clock.advance(600)
        await at.shift.look()
        assert ", as of 12:03: no connection. Clock out before" in at.desk.closing().sentence


async def test_notes_for_the_manager_on_paper(hotel):
    async with workstation(hotel) as at:
        hotel.fault(refuse_clock=True)
        await at.shift.clock(Intention.IN)
        document = at.desk.notes_document(AsOf("Grand Hotel", ZONE, NOW))
        assert "notes of this desk checked" in document.as_of.words
        [table] = document.tables
        assert isinstance(table, Table)
        [row] = table.rows
        assert row[1:5] == ("Maria Petrova", "MP", "in", "not recorded")
        [note] = at.desk.log.for_manager
        await at.desk.log.corrected(note.id, at.desk.person)
        assert at.desk.log.notes[0].words.endswith("Seen to by Maria Petrova (MP).")
        assert shift_document(at.desk.log.for_manager, AsOf("x", ZONE, NOW)).tables[0].rows == ()


@pytest.mark.logs("a shift note could not be kept")
async def test_a_full_disk_keeps_nobody_from_clocking_in(hotel, tmp_path, monkeypatch):
    store = open_store(tmp_path, bytes(32), at=NOW)

    def full(*_args, **_named):
        raise KnownError(ErrorCode.DISK, "The disk is full.")

    async with workstation(hotel, store=store) as at:
        monkeypatch.setattr(store.desk, "add_shift_note", full)
        assert (await at.shift.clock(Intention.IN)).sentence.startswith("Clocked in")
        assert at.states == ["done"]
    await store.close()
