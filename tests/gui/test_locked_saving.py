"""The window is locked while Save of another account waits: it stays locked, and nothing changes behind the cover."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from clockdesk.app import settings as settings_file
from clockdesk.app.connector import AccountConnector
from clockdesk.domain.freshness import Trust
from clockdesk.office.connect import ConnectionForm
from tests.gui.test_workstation import is_trusted
from tests.support import keyrings
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.workstation import ACCOUNT, connected_before, program

hotel = running_hotel(rooms=6, bookings=10)
PIN = "2580"
A_WHILE = 0.3
"""Seconds in which a change that does not wait for the lock would be through."""


@pytest.fixture
def at(monkeypatch, tmp_path, hotel):
    with connected_before(monkeypatch, tmp_path, hotel) as made:
        yield made


class Wait:
    """Something the Save waits for: it has begun, it may go on."""

    def __init__(self):
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def pause(self):
        self.begun.set()
        await self.go_on.wait()


async def save_and_lock(running, hotel, wait):
    """Save another account, and leave the place while that waits."""
    await is_trusted(running, Trust.LIVE)
    window = running._window
    lock = window.lock._place.lock
    await lock.set_pin("", "", PIN)
    window.show_connection()
    other = hotel.base.replace("127.0.0.1", "localhost")
    window.dialog.fill(ConnectionForm(address=other, user=hotel.user, key=hotel.key))
    window.dialog.save()
    await wait.begun.wait()
    window.lock.lock()
    await until(lambda: lock.locked and "lock" not in running._tasks.names)
    wait.go_on.set()
    await asyncio.sleep(A_WHILE)


async def unlock(running):
    cover = running._window.lock.cover
    cover.pin.setText(PIN)
    QTest.keyClick(cover.pin, Qt.Key.Key_Return)
    await until(lambda: not running._window.lock.is_locked)


def accounts(at):
    return [account.name for account in settings_file.load(at.settings).accounts]


@pytest.fixture
def slow_test(monkeypatch):
    """The service takes its time to answer the test of a connection."""
    wait, test = Wait(), AccountConnector.test

    async def slowly(connector, form):
        await wait.pause()
        return await test(connector, form)

    monkeypatch.setattr(AccountConnector, "test", slowly)
    return wait


async def test_while_the_service_is_asked(at, hotel, slow_test):
    async with program(at) as running:
        await save_and_lock(running, hotel, slow_test)
        first = running._account
        assert running._window.lock.is_locked
        assert accounts(at) == [ACCOUNT], "nothing is kept while nobody is there"
        await unlock(running)
        await until(lambda: running._account is not first)
        await is_trusted(running, Trust.LIVE)
        assert len(accounts(at)) == 2
        assert running._engine.account.name == settings_file.load(at.settings).current != ACCOUNT


async def test_while_the_keyring_is_asked(at, hotel, monkeypatch):
    wait = Wait()
    async with program(at) as running:
        write = running._secrets.write

        async def slowly(name, secret):
            if name.startswith("api:"):
                await wait.pause()
            await write(name, secret)

        monkeypatch.setattr(running._secrets, "write", slowly)
        await save_and_lock(running, hotel, wait)
        assert running._window.lock.is_locked
        first = running._account
        await unlock(running)
        await until(lambda: running._account is not first)
        await is_trusted(running, Trust.LIVE)


async def test_a_locked_window_that_is_closed_has_saved_nothing(at, hotel, slow_test):
    async with program(at) as running:
        await save_and_lock(running, hotel, slow_test)
    assert accounts(at) == [ACCOUNT]
    assert {name for name in keyrings.Good().held() if name.startswith("ClockDesk/api:")} == {
        f"ClockDesk/api:{ACCOUNT}"
    }
    async with program(at) as running:
        await until(lambda: running._window.lock.is_locked)
