"""After an outage the window says what changed meanwhile, and shows it; a long reading shows how far it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from clockdesk.domain.freshness import Freshness, Trust
from clockdesk.domain.kinds import Kind
from clockdesk.ui.models.columns import Role
from tests.support.desk import desk
from tests.support.front import front
from tests.support.pages import collected_in_this_thread, pills
from tests.support.screens import says

__all__ = ["collected_in_this_thread"]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
async def it():
    async with desk() as made:
        yield made


async def outage(it):
    """The line breaks at 14:12, a booking and two rooms change, and it comes back; gives the booking and the rooms."""
    it.tick(600)
    it.line_broke()
    booking = it.some(Kind.BOOKING, status="expected")
    await it.change(Kind.BOOKING, booking, status="canceled")
    rooms = sorted(it.office.house.rooms)[:2]
    for room in rooms:
        await it.change(Kind.ROOM, room, housekeeping_status="progress")
    it.tick(600)
    it.is_live()
    return booking, rooms


async def test_what_changed_is_told_shown_and_put_away(it, look):
    async with front(it, look) as window:
        assert not window.away.isVisible()
        booking, rooms = await outage(it)
        assert window.away.isVisible()
        assert window.away.accessibleName().startswith("In touch with the hotel again. Changed since 14:12:")
        assert window.away.accessibleName().endswith(" 1 booking, 2 rooms.")
        assert window.status.badge.words == "Live · 3 changes while away"
        QTest.mouseClick(window.away.buttons[Kind.BOOKING], LEFT)
        assert window.rail.here == "bookings"
        assert window.bookings.model.ids == (booking,)
        assert [pill.accessibleName().split(".")[0] for pill in pills(window.bookings)] == ["Changed while away"]
        window.away.buttons[Kind.ROOM].setFocus()
        QTest.keyClick(window.away.buttons[Kind.ROOM], Qt.Key.Key_Return)
        assert window.rail.here == "rooms"
        assert sorted(window.rooms.model.ids) == rooms
        QTest.mouseClick(window.away.close_button, LEFT)
        assert not window.away.isVisible()
        assert window.status.badge.words == "Live"
        assert it.office.missed.kinds == ()


async def test_it_waits_until_all_was_read_and_says_nothing_after_an_uneventful_outage(it, look):
    async with front(it, look) as window:
        it.tick(60)
        it.line_broke()
        await it.change(Kind.ROOM, it.some(Kind.ROOM), housekeeping_status="progress")
        says(it.engine, Freshness(Trust.CATCHING_UP, left=9))
        assert not window.away.isVisible()
        it.is_live()
        assert window.away.isVisible()
        it.office.seen_missed()
        it.engine.sync.standing.away = False
        assert not window.away.isVisible()
        it.tick(60)
        it.line_broke()
        it.tick(60)
        it.is_live()
        assert not window.away.isVisible()


async def test_rows_carry_their_age_from_the_break_until_a_sweep_confirms_them(it, look):
    async with front(it, look) as window:
        model = window.bookings.model
        first = model.index(0, 0)
        assert first.data(Role.AGE) == ""
        assert first.data(Qt.ItemDataRole.AccessibleDescriptionRole) in {None, ""}
        it.tick(600)
        it.line_broke()
        assert first.data(Role.AGE) == "14:02"
        assert first.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "Read 14:02; nothing has confirmed it since."
        assert "Read 14:02" in first.data(Qt.ItemDataRole.ToolTipRole)
        arrivals = window.today.arrivals.model
        assert arrivals.index(0, 0).data(Role.AGE) == "14:02"
        room = window.rooms.model.ids[0]
        assert window.rooms.model.index(0, 0).data().endswith("not up to date, read 14:02")
        await it.change(Kind.ROOM, room, housekeeping_status="progress")
        assert "not up to date" not in window.rooms.model.index(0, 0).data()
        it.tick(60)
        says(it.engine, Freshness(Trust.CATCHING_UP, left=9))
        assert first.data(Role.AGE) == "14:02"
        says(it.engine, Freshness(Trust.CATCHING_UP, left=9, checked=it.clock.now()))
        assert first.data(Role.AGE) == ""
        assert "not up to date" not in window.rooms.model.index(1, 0).data()


async def test_an_age_of_yesterday_says_so(it, look):
    async with front(it, look) as window:
        it.tick(24 * 3600)
        it.office.new_day()
        it.line_broke()
        assert window.bookings.model.index(0, 0).data(Role.AGE) == "21 Nov 14:02"


async def test_a_long_reading_shows_how_far_it_is_and_never_goes_back(it, look):
    async with front(it, look) as window:
        bar = window.progress
        says(it.engine, Freshness(Trust.CATCHING_UP, left=9, seconds_left=2))
        assert not bar.isVisible()
        it.engine.sync.standing.seconds_left = 240
        says(it.engine, Freshness(Trust.STARTING, left=1200))
        assert bar.isVisible()
        assert bar.words.text() == "Reading the hotel: 1 200 left, about 4 min"
        assert bar.bar.value == 0
        says(it.engine, Freshness(Trust.CATCHING_UP, left=300, seconds_left=61))
        assert bar.words.text() == "Reading the hotel: 300 left, about 60 s"
        assert bar.bar.value == 0.75
        says(it.engine, Freshness(Trust.CATCHING_UP, left=500, seconds_left=100))
        assert bar.bar.value == 0.75
        assert bar.accessibleName().endswith("75 % done")
        says(it.engine, Freshness(Trust.CATCHING_UP, left=10, seconds_left=2))
        assert bar.words.text() == "Reading the hotel: 10 left"
        assert 0.9 < bar.bar.value < 1
        says(it.engine, Freshness(Trust.LIVE))
        assert not bar.isVisible()
