import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from shiboken6 import isValid

from clockdesk.domain.freshness import Freshness, Trust
from clockdesk.domain.kinds import EventName, Kind
from clockdesk.ui.screens.status_bar import EVENTS, TICK_MS, StatusBar
from tests.support.desk import NOW, desk
from tests.support.pages import POPUPS
from tests.support.screens import says, settled, signals, started, swept_up


@pytest.fixture
async def at_desk():
    swept_up()
    async with desk(rooms=4, bookings=4) as made:
        started(made.engine)
        yield made


@pytest.fixture
async def bar(at_desk, look, qtbot):
    made = StatusBar(look)
    qtbot.addWidget(made)
    made.follow(at_desk.office)
    made.resize(1280, 40)
    made.show()
    await settled()
    made.timer.stop()
    return made


async def test_the_hotel_and_the_state(bar, at_desk):
    assert bar.hotel.text() == at_desk.office.hotel_name != ""
    assert bar.badge.words == "Live"
    assert not bar.mend.isVisible()


async def test_it_follows_the_state_with_its_times_on_the_hotels_clock(bar, at_desk):
    says(at_desk.engine, Freshness(Trust.OFFLINE, since=NOW, cause="The service cannot be reached."))
    assert bar.badge.words == "Offline since 14:02"
    assert bar.badge.loud
    assert "The service cannot be reached." in bar.badge.toolTip()
    says(at_desk.engine, Freshness(Trust.LIMITED, until=NOW + dt.timedelta(minutes=1)))
    assert bar.badge.words == "Limited until 14:03"
    says(at_desk.engine, Freshness(Trust.LIVE, checked=NOW))
    assert bar.badge.words == "Live"
    assert not bar.badge.loud


@POPUPS
async def test_signed_out_leads_to_the_connection(bar, at_desk):
    wanted, swept = signals(bar.connection_wanted), signals(bar.sweep_wanted)
    says(at_desk.engine, Freshness(Trust.SIGNED_OUT, since=NOW))
    assert bar.mend.isVisible()
    assert bar.mend.text() == "Open connection"
    bar.mend.click()
    bar.badge.click()
    assert not bar.panel.check_button.isVisible()
    QTest.mouseClick(bar.panel.mend_button, Qt.MouseButton.LeftButton)
    assert len(wanted) == 2
    assert not swept


async def test_a_ban_can_be_said_to_be_lifted(bar, at_desk):
    lifted = signals(bar.lift_wanted)
    says(at_desk.engine, Freshness(Trust.BLOCKED, until=NOW + dt.timedelta(hours=2)))
    assert bar.badge.words == "Blocked until 16:02"
    assert bar.mend.text() == "The ban is lifted"
    bar.mend.click()
    assert len(lifted) == 1
    says(at_desk.engine, Freshness(Trust.LIVE, checked=NOW))
    assert not bar.mend.isVisible()


@POPUPS
async def test_the_badge_opens_the_state_and_from_there_one_checks(bar, at_desk):
    swept = signals(bar.sweep_wanted)
    bar.badge.setFocus()
    QTest.keyClick(bar.badge, Qt.Key.Key_Return)
    panel = bar.panel
    assert panel.words.text() == "Live"
    assert panel.facts.text() == "Checked 14:02:10."
    assert [panel.said(kind) for kind in (Kind.BOOKING, Kind.ROOM, Kind.FOLIO, Kind.CHARGE)] == ["Live"] * 3 + [""]
    QTest.keyClick(panel.check_button, Qt.Key.Key_Return)
    assert len(swept) == 1
    await settled()
    assert not isValid(panel)


EARLIER, LATER = NOW - dt.timedelta(minutes=5), NOW + dt.timedelta(hours=2)
STATES = [
    (Freshness(Trust.STARTING), "Starting", "Not checked yet."),
    (Freshness(Trust.LIVE, checked=NOW), "Live", "Checked 14:02:10."),
    (Freshness(Trust.CATCHING_UP, left=412, seconds_left=83, checked=NOW), "Catching up (412 left, about 80 s)",
     "Checked 14:02:10."),
    (Freshness(Trust.DELAYED, since=NOW, checked=EARLIER, cause="No message channel answers. Check the network."),
     "Delayed: No message channel answers",
     "No message channel answers. Check the network.\nSince 14:02:10.\nChecked 13:57:10."),
    (Freshness(Trust.LIMITED, since=NOW, until=LATER, cause="There were too many calls."), "Limited until 16:02",
     "There were too many calls.\nSince 14:02:10.\nUntil 16:02:10.\nNot checked yet."),
    (Freshness(Trust.OFFLINE, since=NOW, checked=EARLIER, cause="The service cannot be reached."),
     "Offline since 14:02", "The service cannot be reached.\nSince 14:02:10.\nChecked 13:57:10."),
    (Freshness(Trust.SIGNED_OUT, since=NOW, cause="The key is not accepted."), "Signed out",
     "The key is not accepted.\nSince 14:02:10.\nNot checked yet."),
    (Freshness(Trust.NO_RIGHT, checked=NOW, cause="bookings, rooms"), "No right to read bookings, rooms",
     "Bookings, rooms.\nChecked 14:02:10."),
    (Freshness(Trust.BLOCKED, since=NOW, until=LATER, cause="The firewall refused a call."), "Blocked until 16:02",
     "The firewall refused a call.\nSince 14:02:10.\nUntil 16:02:10.\nNot checked yet."),
]  # fmt: skip


@POPUPS
@pytest.mark.parametrize(("state", "words", "facts"), STATES, ids=[state.trust for state, _, _ in STATES])
async def test_every_state_is_told_with_its_cause_and_time(bar, at_desk, state, words, facts):
    says(at_desk.engine, state)
    assert bar.badge.words == words
    assert bar.badge.accessibleName().startswith(words)
    bar.badge.click()
    assert bar.panel.words.text() == words
    assert bar.panel.facts.text() == facts
    assert bar.panel.facts.height() >= bar.panel.facts.heightForWidth(bar.panel.facts.width()), "nothing is cut"
    assert not any(label.elided for label, _ in bar.panel.kinds.values())
    assert bar.panel.said(Kind.BOOKING) == words
    bar.panel.close()
    await settled()


def test_every_state_there_is_was_told():
    assert {state.trust for state, _, _ in STATES} == set(Trust)


@POPUPS
async def test_a_missing_right_darkens_its_own_kind_alone(bar, at_desk):
    at_desk.engine.sync.standing.rights_missing[Kind.FOLIO] = "pms_api_folios_show"
    at_desk.engine.sync.standing.rights_missing[Kind.CHARGE] = "pms_api_charges_index"
    at_desk.engine.sync.standing.news()
    assert bar.badge.words == "No right to read folios"
    bar.badge.click()
    assert bar.panel.said(Kind.FOLIO) == "No right to read them: pms_api_folios_show"
    assert bar.panel.said(Kind.CHARGE) == "No right to read them: pms_api_charges_index"
    assert "No right to read them" not in bar.panel.said(Kind.BOOKING)
    bar.panel.close()
    await settled()


@POPUPS
async def test_the_open_state_follows_what_happens(bar, at_desk):
    bar.badge.click()
    says(at_desk.engine, Freshness(Trust.OFFLINE, since=NOW))
    assert bar.panel.words.text() == "Offline since 14:02"
    assert bar.panel.said(Kind.ROOM) == "Offline since 14:02"
    bar.panel.close()
    await settled()


async def test_what_was_missed_is_told_until_seen(bar, at_desk):
    at_desk.engine.sync.standing.missed |= {(Kind.ROOM, ident) for ident in range(37)}
    at_desk.engine.sync.standing.news()
    assert bar.badge.words == "Live · 37 changes while away"
    at_desk.office.seen_missed()
    assert bar.badge.words == "Live"


async def test_calls_of_the_allowed_and_the_last_event(bar, at_desk):
    allowed = at_desk.office.counters().allowed
    assert bar.calls.text() == f"0 of {allowed} calls a second"
    assert bar.last_event.text() == "No event yet"
    received = at_desk.office.received
    received.name, received.last = EventName.HOUSEKEEPING_CHANGED, NOW
    ticks = signals(bar.ticked)
    bar.timer.timeout.emit()
    assert bar.last_event.text() == "Housekeeping changed 14:02:10"
    assert len(ticks) == 1


def test_every_event_has_a_word():
    assert set(EVENTS) == set(EventName)


async def test_one_timer_of_a_second_and_none_without_a_hotel(bar, at_desk):
    bar.follow(at_desk.office)
    assert bar.timer.isActive()
    assert bar.timer.interval() == TICK_MS == 1000
    bar.follow(None)
    assert not bar.timer.isActive()
    assert bar.hotel.text() == "No hotel"
    assert not bar.badge.isVisible()
    says(at_desk.engine, Freshness(Trust.BLOCKED))
    assert not bar.mend.isVisible()


async def test_what_came_of_f5(bar):
    bar.say_checking()
    assert bar.checked.text() == "Checking …"
    bar.say_checked(NOW)
    assert bar.checked.text() == "Checked 14:02:10"
    bar.say_not_checked("The service cannot be reached.")
    assert bar.checked.text() == "The service cannot be reached."
    assert bar.checked.property("tone") == "danger"
    bar.say_checking()
    assert bar.checked.property("tone") == ""


async def test_what_went_wrong_is_forgotten_when_the_line_is_back(bar, at_desk):
    says(at_desk.engine, Freshness(Trust.OFFLINE, since=NOW))
    bar.say_not_checked("The service cannot be reached.")
    says(at_desk.engine, Freshness(Trust.LIVE, checked=NOW))
    assert bar.checked.text() == ""
