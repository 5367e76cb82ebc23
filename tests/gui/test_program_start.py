"""The program at its start, with what can be wrong then: the window appears, says so, and nothing is lost."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from shiboken6 import isValid

from clockdesk.api.address import BaseUrl
from clockdesk.app import settings as settings_file
from clockdesk.app.keys import LOCKED, NO_KEYRING, SPOILT, SystemSecrets
from clockdesk.app.places import places
from clockdesk.app.settings import AccountSettings, Settings
from clockdesk.domain.freshness import Trust
from clockdesk.office.connect import ConnectionForm
from clockdesk.store.hold import Hold
from clockdesk.ui.widgets.dialogs import Question
from tests.support import keyrings
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.screens import swept_up
from tests.support.workstation import ACCOUNT, own_keyring, program, remember


@pytest.fixture(autouse=True)
def _swept_up():
    swept_up()


hotel = running_hotel(rooms=6, bookings=20)


@pytest.fixture
def using(monkeypatch, tmp_path):
    """Make a keyring the system's, with a home of its own."""
    monkeypatch.setattr("clockdesk.app.keys.TIME_OUT", 0.3)
    with own_keyring(monkeypatch, tmp_path / "home") as use:
        yield use


class Desk:
    """A workstation's files."""

    def __init__(self, folder, hotel):
        self.folder, self.hotel, self.at = folder, hotel, places(folder)
        self.store = self.at.store(ACCOUNT)

    def set_up(self):
        """The account was connected before."""
        remember(self.at, self.hotel)

    def program(self):
        """The program, running."""
        return program(self.at)


@pytest.fixture
def desk(tmp_path, hotel):
    return Desk(tmp_path / "desk", hotel)


def reason(program):
    """Why the connection dialog is open; None when it is not."""
    dialog = program._window.dialog
    return dialog.why.text() if dialog is not None and isValid(dialog) and dialog.isVisible() else None


def question(program):
    """The question that is asked over the window; None for none."""
    return program._window.findChild(Question)


def notice(program):
    """What the strip above the screens says."""
    return " ".join(label.text() for label in program._window.banner.findChildren(QLabel))


async def is_live(program):
    await until(lambda: program._engine is not None and program._engine.office.freshness.trust is Trust.LIVE)


async def test_everything_is_well(desk, using):
    using(keyrings.Good())
    desk.set_up()
    async with desk.program() as program:
        await is_live(program)
        assert reason(program) is None
        assert program._window.isVisible()
    assert (desk.store / "mirror.db").exists()


async def test_the_first_start_asks_for_a_connection(desk, using):
    using(keyrings.Good())
    async with desk.program() as program:
        await until(lambda: reason(program) == "")
        assert program._window.isVisible()
    assert not desk.folder.exists()


async def test_the_window_comes_whole(desk, using, monkeypatch):
    """Nobody reads that there is no hotel yet while the hotel is on its way."""
    monkeypatch.setattr("clockdesk.app.window.SHOWN", 60.0)
    using(keyrings.Good())
    desk.set_up()
    async with desk.program() as program:
        await until(program._window.isVisible)
        assert program._window.stack.currentWidget() is program._window.today is not None
        await is_live(program)


@pytest.mark.parametrize("backend", [keyrings.Locked, keyrings.Silent])
async def test_a_locked_or_silent_keyring(desk, using, backend, monkeypatch):
    monkeypatch.setattr("clockdesk.app.window.SHOWN", 0.0)
    using(keyrings.Good())
    desk.set_up()
    using(backend())
    async with desk.program() as program:
        assert not program._window.isVisible()
        for _ in range(3):
            await asyncio.sleep(0)
        assert program._window.isVisible(), "the window does not wait for the keyring"
        await until(lambda: reason(program) == LOCKED)
    assert not desk.store.exists()
    assert settings_file.load(desk.at.settings).account(ACCOUNT).url == desk.hotel.base


async def test_no_keyring_means_memory_and_says_so(desk, using, hotel):
    using(keyrings.InFile())
    async with desk.program() as program:
        await until(lambda: reason(program) == "")
        dialog = program._window.dialog
        dialog.fill(ConnectionForm(address=hotel.base, user=hotel.user, key=hotel.key))
        dialog.save()
        await is_live(program)
        assert NO_KEYRING in notice(program)
    assert not keyrings.InFile().file.exists()
    assert not (desk.folder / "accounts").exists(), "nothing of the hotel is on the disk"


async def test_a_keyring_that_lost_the_key(desk, using):
    using(keyrings.Good())
    desk.set_up()
    keyrings.Good().delete_password("ClockDesk", f"api:{ACCOUNT}")
    async with desk.program() as program:
        await until(lambda: reason(program))
        assert "no longer holds the key" in reason(program)


async def test_a_keyring_that_holds_rubbish(desk, using):
    using(keyrings.Good())
    desk.set_up()
    keyrings.Good().set_password("ClockDesk", f"copy:{ACCOUNT}", "rubbish")
    async with desk.program() as program:
        await until(lambda: reason(program) == SPOILT)


async def test_a_copy_made_with_another_key_is_left_alone(desk, using):
    using(keyrings.Good())
    desk.set_up()
    async with desk.program() as program:
        await is_live(program)
    keyrings.Good().delete_password("ClockDesk", f"copy:{ACCOUNT}")
    before = (desk.store / "desk.db").read_bytes()
    async with desk.program() as program:
        await until(lambda: question(program))
        assert "kept under a dated name and not deleted" in question(program).accessibleDescription()
        assert question(program).focusWidget() is question(program).buttons[""], "Enter loses nothing"
        QTest.keyClick(question(program).buttons[""], Qt.Key.Key_Return)
        await until(lambda: reason(program))
        assert "was written with another key" in reason(program)
    assert (desk.store / "desk.db").read_bytes() == before


async def test_a_copy_whose_key_is_lost_is_set_aside_when_a_person_says_so(desk, using):
    using(keyrings.Good())
    desk.set_up()
    async with desk.program() as program:
        await is_live(program)
    keyrings.Good().delete_password("ClockDesk", f"copy:{ACCOUNT}")
    before = (desk.store / "desk.db").read_bytes()
    async with desk.program() as program:
        await until(lambda: question(program))
        QTest.mouseClick(question(program).buttons["anew"], Qt.MouseButton.LeftButton)
        await is_live(program)
        assert reason(program) is None
        assert "It is kept as" in notice(program)
        assert len(program._engine.office.house.rooms) == 6
    kept = [file for file in desk.store.iterdir() if file.name.startswith("desk") and file.read_bytes() == before]
    assert [file.name for file in kept] != ["desk.db"]
    assert len(kept) == 1
    async with desk.program() as program:
        await is_live(program)
        assert question(program) is None


async def test_the_program_ends_while_it_asks(desk, using):
    using(keyrings.Good())
    desk.set_up()
    async with desk.program() as program:
        await is_live(program)
    keyrings.Good().delete_password("ClockDesk", f"copy:{ACCOUNT}")
    async with desk.program() as program:
        await until(lambda: question(program))


async def test_signed_out_leads_to_a_dialog_that_knows_the_account(desk, using, hotel):
    using(keyrings.Good())
    desk.set_up()
    keyrings.Good().set_password("ClockDesk", f"api:{ACCOUNT}", "wrong-key")
    async with desk.program() as program:
        await until(program._window.status.mend.isVisible)
        QTest.mouseClick(program._window.status.mend, Qt.MouseButton.LeftButton)
        dialog = program._window.dialog
        assert dialog.form == ConnectionForm(address=hotel.base, user=hotel.user)
        assert dialog.why.text() == program._engine.office.freshness.cause != ""
        assert dialog.focusWidget() is dialog.fields["key"]


def test_what_is_known_of_an_account_fills_the_form():
    clock = BaseUrl.parse("https://sky-eu1.clock-software.com/11111/22222")
    assert ConnectionForm.known(clock, "desk") == ConnectionForm("sky-eu1", "11111", "22222", user="desk")
    other = BaseUrl.parse("https://proxy.hotel.example/clock/11111/22222")
    assert ConnectionForm.known(other, "desk") == ConnectionForm(address=other.text, user="desk")


async def test_a_damaged_settings_file(desk, using):
    using(keyrings.Good())
    desk.at.settings.parent.mkdir(parents=True)
    desk.at.settings.write_text("accounts = [")
    async with desk.program() as program:
        await until(lambda: reason(program))
        assert "is damaged. Mend it, or connect again" in reason(program)
    assert desk.at.settings.read_text() == "accounts = ["


async def test_an_address_that_was_edited_by_hand(desk, using):
    using(keyrings.Good())
    desk.set_up()
    settings_file.save(
        desk.at.settings, Settings().with_account(AccountSettings(ACCOUNT, "http://clock.example/1", "u"))
    )
    async with desk.program() as program:
        await until(lambda: reason(program))
        assert "start the address with https://" in reason(program)


async def test_a_copy_that_a_command_keeps(desk, using, monkeypatch):
    monkeypatch.setattr("clockdesk.app.second_start.STARTING", 0.3)
    using(keyrings.Good())
    desk.set_up()
    hold = Hold(desk.store)
    async with desk.program() as program:
        await until(lambda: reason(program))
        assert "Another ClockDesk keeps this copy true already" in reason(program)
    hold.release()


async def test_a_damaged_copy_is_read_anew_and_said(desk, using):
    using(keyrings.Good())
    desk.set_up()
    async with desk.program() as program:
        await is_live(program)
    (desk.store / "mirror.db").write_bytes(b"nonsense" * 1000)
    async with desk.program() as program:
        await is_live(program)
        assert "could not be read" in notice(program)
        assert len(list(program._engine.office.house.rooms)) == 6


async def test_a_new_key_for_the_account_in_use(desk, using, hotel):
    """The window does not take itself for another one."""
    using(keyrings.Good())
    desk.set_up()
    async with desk.program() as program:
        await is_live(program)
        for name, user in hotel.server.users.items():
            user.key = f"new key of {name}"
        await until(lambda: program._engine.sync.standing.broken is not None)
        program._window.show_connection()
        dialog = program._window.dialog
        form = ConnectionForm(address=hotel.base, user=hotel.user, key=f"new key of {hotel.user}")
        dialog.fill(form)
        dialog.save()
        first = program._engine
        await until(lambda: program._engine is not None and program._engine is not first)
        await is_live(program)
        assert reason(program) is None
    assert await SystemSecrets().read(f"api:{ACCOUNT}") == form.key
