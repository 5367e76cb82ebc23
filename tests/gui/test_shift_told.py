"""What the clock panel says of a press that came to nothing, or of which nobody knows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clockdesk.domain.shift import Intention
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.pages import POPUPS, collected_in_this_thread
from tests.support.screens import settled
from tests.support.shift_window import shift_window
from tests.support.timeclock import WELL_OUT, account_of, acted

__all__ = ["collected_in_this_thread"]
pytestmark = POPUPS

hotel = running_hotel(rooms=2, bookings=2)


async def test_what_can_not_be_told_looks_like_no_success(hotel, look):
    def shifts_later(server):
        house = server.timeclock.house
        house.rows[account].clear()
        for _ in range(3):
            house.clock(account, "in")
            house.clock(account, "out")

    account = account_of(hotel, WELL_OUT)
    hotel.ask(shifts_later)
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        shift = it.at.shift
        await it.desk.log.begin(shift.person, Intention.IN, it.clock.now() - timedelta(hours=1))
        await shift.look()
        await settled()
        told = it.panel.now.told
        assert told.sentence.text().startswith("ClockDesk can't tell whether clocking in at ")
        assert told._tone == "warning"
        assert told.print.isVisible(), "the manager has to look"
        assert it.at.states == ["unknown"]


@pytest.mark.parametrize("kinds", [["front-desk", "back-office"], ["front-desk"]])
async def test_kinds_that_can_not_be_read_are_said_once(hotel, look, kinds):
    hotel.fault(clock_types=kinds, clock_500={"path": "/clockin-types"})
    async with shift_window(hotel, look) as it:
        await it.open_panel()
        await it.press()
        told = it.panel.now.told
        assert told.head.text() == "NOT recorded"
        assert told.sentence.text() == "Clocking in: the kinds of shift can't be read. Try again."
        assert told.retry.isVisible()
        assert acted(hotel) == {}
        hotel.fault(clock_500=False)
        it.click(told.retry)
        if len(kinds) > 1:
            await until(lambda: told.sentence.text() == "Choose the kind of shift first.")
            it.click(it.panel.now.button)
            await until(it.panel.now.kinds.isVisible)
            it.panel.now.kinds.actions()[0].trigger()
        await until(lambda: told.sentence.text().startswith("Clocked in at "))
        assert acted(hotel) == {"in": 1}
