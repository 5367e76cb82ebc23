"""A storm of "too many requests" from the hotel: the window says until when, goes on showing, and is live after it."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from shiboken6 import delete

from clockdesk.domain.freshness import Trust
from clockdesk.ui.models.columns import Role
from clockdesk.ui.screens.main_window import MainWindow
from tests.faults.rig import HASTE, HurriedClock
from tests.support.engine import engine_on, until
from tests.support.front import NoConnector
from tests.support.hotel import running_hotel
from tests.support.pages import POPUPS, collected_in_this_thread
from tests.support.screens import settled, swept_up

__all__ = ["collected_in_this_thread"]
pytestmark = POPUPS

hotel = running_hotel(rooms=16, bookings=50, idle_seconds=30 / HASTE)


@asynccontextmanager
async def front(hotel, look):
    """The window on a running engine whose seconds go by quickly: eight refusals take twenty of them."""
    swept_up()
    async with engine_on(hotel, clock=HurriedClock()) as engine:
        window = MainWindow(look, engine.tasks, NoConnector())
        window.resize(1280, 800)
        window.show()
        window.activateWindow()
        window.show_office(engine.office)
        await engine.office.load()
        engine.start()
        await until(lambda: engine.office.freshness.trust is Trust.LIVE and not engine.sync.reader.left)
        try:
            yield engine, window
        finally:
            window.status.timer.stop()
            await settled()
            delete(window)


async def test_it_says_until_when_and_goes_on_when_the_storm_is_over(hotel, look):
    async with front(hotel, look) as (engine, window):
        badge, office = window.status.badge, engine.office
        assert badge.words == "Live"
        rows = set(window.bookings.model.ids)
        hotel.fault(storm_429=True)
        room = sorted(office.house.rooms)[0]
        hotel.happen("housekeeping", room_id=room, status="progress")
        QTest.keyClick(window, Qt.Key.Key_F5)
        await until(lambda: badge.words.startswith("Limited"))
        assert re.fullmatch(r"Limited until \d\d:\d\d", badge.words)
        told = office.freshness
        assert badge.words == f"Limited until {told.until.astimezone(office.zone):%H:%M}"
        assert badge.loud
        assert "too many calls" in badge.toolTip()
        await until(lambda: "too many calls" in window.status.checked.text())
        assert set(window.bookings.model.ids) == rows
        assert window.bookings.model.index(0, 0).data(Role.AGE) != ""
        assert office.house.rooms[room].housekeeping_status != "progress"
        hotel.fault(storm_429=False)
        await until(lambda: office.freshness.trust is Trust.LIVE)
        await until(lambda: office.house.rooms[room].housekeeping_status == "progress")
        await until(lambda: badge.words == "Live · 1 change while away")
        assert not badge.loud
        assert window.status.checked.text() == ""
        assert window.bookings.model.index(0, 0).data(Role.AGE) == ""


async def test_a_short_gust_is_survived_without_a_word(hotel, look):
    async with front(hotel, look) as (engine, window):
        said = []
        engine.office.freshness_news.subscribe(lambda freshness: said.append(freshness.trust))
        hotel.fault(storm_429=5)
        QTest.keyClick(window, Qt.Key.Key_F5)
        await until(lambda: window.status.checked.text().startswith("Checked "))
        assert hotel.stats()["rejected_429"] == 5
        assert Trust.LIMITED not in said
        assert window.status.badge.words == "Live"
