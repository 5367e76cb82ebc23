"""The shift clock in the whole program: reached at once, set up once, and remembered at the next start."""

from __future__ import annotations

import contextlib

import pytest

from clockdesk.app.settings import AccountSettings
from tests.support import keyrings, workstation
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.pages import POPUPS
from tests.support.shift_window import _questions
from tests.support.timeclock import WELL_OUT, is_in
from tests.support.workstation import connected_before

pytestmark = POPUPS

hotel = running_hotel(rooms=6, bookings=20)


@pytest.fixture
def at(tmp_path, monkeypatch, hotel):
    monkeypatch.setattr("clockdesk.app.keys.TIME_OUT", 0.5)
    with connected_before(monkeypatch, tmp_path, hotel) as made:
        yield made


@contextlib.asynccontextmanager
async def program(at):
    """The program, running, its shift clock in the header."""
    async with workstation.program(at) as made:
        await until(made._window.front.header.isVisible)
        yield made


async def test_set_up_in_the_window_and_remembered_at_the_next_start(at, hotel):
    base, key = hotel.ask(lambda server: (server.clock_base, server.timeclock.key))
    async with program(at) as first:
        front = first._window.front
        assert front.header.clock.face.words == "Shift clock"
        front.open_setup()
        dialog = front.dialog
        dialog.key.address.setText(base)
        dialog.key.secret.setText(key)
        dialog.key.check()
        await until(dialog.key.use_button.isVisible)
        await until(dialog.key.use_button.isEnabled)
        dialog.key.use()
        await until(lambda: dialog.steps.currentWidget() is dialog.people)
        dialog.people.finder.text.setText(WELL_OUT)
        await until(lambda: not dialog.key._busy)
        dialog.people.search()
        await until(lambda: dialog.people.finder.candidates and not dialog.people._busy)
        dialog.people.finder.candidates[0].click()
        dialog.people.finder.add_button.click()
        await until(lambda: front.header.clock.face.words == "Out")
        dialog.close()
    text = at.settings.read_text()
    assert "Maria Petrova" in text
    assert key not in text, "the key is in the keyring alone"
    assert keyrings.Good().get_password("ClockDesk", f"timeclock:{base}") == key
    async with program(at) as second:
        front = second._window.front
        await until(lambda: front.header.clock.face.words == "Out")
        assert front.header.person.words == "MP Maria Petrova"
        front.toggle_panel()
        await until(front.panel.now.button.isEnabled)
        front.panel.now.button.click()
        await until(lambda: is_in(hotel, WELL_OUT) and front.header.clock.face.words == "In 0 min")
        second._window.close()
        await until(_questions)
        _questions()[0].buttons["out"].click()
        await until(second._end.is_set)
        assert not is_in(hotel, WELL_OUT)


async def test_another_account_begins_its_own_shift_clock(at, hotel):
    async with program(at) as running:
        first = running._account
        running._tasks.spawn(
            running._switch(AccountSettings("Rila", hotel.base, hotel.user, 1000), hotel.key), "another account"
        )
        await until(lambda: running._account not in {None, first} and running._window.front.place is not None)
        assert running._window.front.place.desk is running._account.time_clock.desk
