"""An account is taken off this computer from the window: asked first, then all of it goes, or it is there as before."""

from __future__ import annotations

import asyncio
import base64
import json

import keyring
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from shiboken6 import isValid

from clockdesk.api.transport import Line
from clockdesk.app import settings as settings_file
from clockdesk.app.keys import LOCKED
from clockdesk.app.settings import AccountSettings
from clockdesk.domain.freshness import Trust
from clockdesk.office.office import Office
from clockdesk.store.hold import Hold
from clockdesk.ui.screens.connection import REMOVED_WITH_IT
from tests.gui.test_workstation import at, hotel, is_trusted, notice, open_dialog
from tests.support import keyrings
from tests.support.engine import until
from tests.support.pages import POPUPS
from tests.support.screens import settled
from tests.support.shift_window import _questions
from tests.support.workstation import ACCOUNT, program

__all__ = ["at", "hotel"]
pytestmark = POPUPS


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def ask_to_remove(running):
    """Go there as a person does; the question that comes."""
    QTest.keyClick(running._window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: open_dialog(running))
    button = open_dialog(running).remove_button
    assert button.width() >= button.sizeHint().width(), "all of it can be read"
    click(button)
    await until(_questions)
    return _questions()[0]


async def answer(question, key):
    click(question.buttons[key])
    await until(lambda: not _questions())
    await settled()


async def say_yes(running):
    """Remove it, and wait for the dialog that comes anew."""
    before = open_dialog(running)
    await answer(await ask_to_remove(running), "yes")
    await until(lambda: open_dialog(running) not in {None, before} and "remove the account" not in running._tasks.names)
    return open_dialog(running)


def held():
    return set(keyrings.Good().held())


async def test_all_of_it_goes_and_the_dialog_comes_anew(at, hotel, caplog):
    caplog.set_level("INFO", "clockdesk.api")
    async with program(at) as running:
        await is_trusted(running, Trust.LIVE)
        engine, folder = running._engine, at.store(ACCOUNT)
        await running._account.downtime.parts.packs.make_now()
        assert {"mirror.db", "desk.db", "packs"} <= {path.name for path in folder.iterdir()}
        question = await ask_to_remove(running)
        assert question.windowTitle() == f"Remove {ACCOUNT} from this computer?"
        assert question.accessibleDescription() == REMOVED_WITH_IT
        assert question.focusWidget() is question.buttons[""], "Enter removes nothing"
        await answer(question, "yes")
        await until(lambda: open_dialog(running) and "was removed" in open_dialog(running).why.text())
        dialog = open_dialog(running)
        assert (
            dialog.why.text() == f"The account {ACCOUNT} was removed from this computer. Nothing was changed in Clock."
        )
        assert {field.text() for field in dialog.fields.values()} == {""}
        assert not dialog.remove_button.isVisible()
        assert running._window.stack.currentWidget() is running._window.start
        assert running._window.office is None
        assert running._window.windowTitle() == "ClockDesk"
        assert (engine.closed, running._account) == (True, None)
        assert not folder.exists()
        assert held() == set()
        assert settings_file.load(at.settings).accounts == ()
        asked = [line for line in caplog.messages if line.split(" ")[0] in {"GET", "PUT", "POST", "DELETE"}]
        assert asked, "reading is told of"
        assert {line.split(" ")[0] for line in asked} == {"GET"}, "nothing is changed in Clock"
        dialog.fields["address"].setText(hotel.base)
        dialog.fields["user"].setText(hotel.user)
        dialog.fields["key"].setText(hotel.key)
        click(dialog.save_button)
        await is_trusted(running, Trust.LIVE)
        assert running._window.office is not None


async def test_who_says_no_loses_nothing(at):
    async with program(at) as running:
        await is_trusted(running, Trust.LIVE)
        engine, before = running._engine, held()
        await answer(await ask_to_remove(running), "")
        assert open_dialog(running).save_button.isEnabled()
        open_dialog(running).reject()
        assert (running._engine, engine.closed) == (engine, False)
        assert held() == before
        assert (at.store(ACCOUNT) / "desk.db").exists()


@pytest.fixture
def slow_line(monkeypatch):
    """The first line that is closed takes its time: until `go_on` is set. `begun` tells that it has begun."""

    class Slow:
        begun, go_on = asyncio.Event(), asyncio.Event()

    closed = Line.close

    async def close(line):
        if not Slow.begun.is_set():
            Slow.begun.set()
            await Slow.go_on.wait()
        await closed(line)

    monkeypatch.setattr(Line, "close", close)
    return Slow


async def remove_and_close(running, slow_line):
    """Say yes, and close the window while the removal runs."""
    await is_trusted(running, Trust.LIVE)
    click((await ask_to_remove(running)).buttons["yes"])
    await slow_line.begun.wait()
    running._end.set()
    await until(lambda: not (isValid(running._window) and running._window.isVisible()))


def is_gone(at):
    return not at.store(ACCOUNT).exists() and held() == set() and settings_file.load(at.settings).accounts == ()


async def test_who_closes_the_window_meanwhile_has_it_removed_all_the_same(at, slow_line, monkeypatch):
    told: list[str] = []
    async with program(at) as running:
        await remove_and_close(running, slow_line)
        monkeypatch.setattr(running._window, "show_connection", told.append)
        slow_line.go_on.set()
    assert is_gone(at)
    assert told == [], "the window does not come back to tell it"
    async with program(at) as running:
        await until(lambda: open_dialog(running))
        assert open_dialog(running).why.text() == ""


async def test_what_the_end_had_no_time_for_is_done_at_the_next_start_and_told(at, slow_line, monkeypatch):
    monkeypatch.setattr("clockdesk.app.window.REMOVAL_ENDS", 0.2)
    async with program(at) as running:
        await remove_and_close(running, slow_line)
    Hold(at.store(ACCOUNT)).release()
    assert not is_gone(at)
    async with program(at) as running:
        await until(lambda: open_dialog(running))
        assert "was removed" in open_dialog(running).why.text()
        assert running._window.office is None
        assert is_gone(at)
    assert settings_file.load(at.settings).other.keys() <= {"window"}


async def test_what_failed_at_the_end_is_tried_again_at_the_next_start(at, slow_line):
    async with program(at) as running:
        await remove_and_close(running, slow_line)
        keyring.set_keyring(keyrings.Locked())
        slow_line.go_on.set()
    async with program(at) as running:
        await until(lambda: open_dialog(running) and open_dialog(running).why.text() == LOCKED)
        assert settings_file.load(at.settings).account().name == ACCOUNT
    keyring.set_keyring(keyrings.Good())
    assert held(), "nothing was lost"
    async with program(at) as running:  # it was told that it stays: nobody wants it removed any more
        await is_trusted(running, Trust.LIVE)


async def test_an_account_that_is_still_being_opened_is_opened_before_it_goes(at, monkeypatch):
    go_on, load = asyncio.Event(), Office.load

    async def slowly(office):
        await go_on.wait()
        await load(office)

    monkeypatch.setattr(Office, "load", slowly)
    async with program(at) as running:
        await until(lambda: running._window.office is not None)
        engine = running._engine
        click((await ask_to_remove(running)).buttons["yes"])
        await until(lambda: not _questions())
        await settled()
        assert not engine.closed, "what is read of the copy is read to its end"
        go_on.set()
        await until(lambda: open_dialog(running) and "was removed" in open_dialog(running).why.text())
        assert engine.closed
        assert held() == set()


async def test_a_locked_keyring_keeps_all_of_it_and_is_said(at, monkeypatch):
    async with program(at) as running:
        await is_trusted(running, Trust.LIVE)
        first, before = running._engine, held()
        forget = running._secrets.forget

        async def locked(name):
            keyring.set_keyring(keyrings.Locked())
            try:
                await forget(name)
            finally:
                keyring.set_keyring(keyrings.Good())

        monkeypatch.setattr(running._secrets, "forget", locked)
        dialog = await say_yes(running)
        assert dialog.why.text() == LOCKED
        assert dialog.remove_button.isVisible()
        await is_trusted(running, Trust.LIVE)
        assert running._engine is not first
        assert running._window.office is running._engine.office, "the hotel is shown as before"
        assert held() == before
        assert settings_file.load(at.settings).account().name == ACCOUNT


async def test_where_the_key_is_gone_already_it_can_still_be_removed(at):
    keyrings.Good().delete_password("ClockDesk", f"api:{ACCOUNT}")
    copy = base64.b64encode(bytes(32)).decode()
    keyrings.Good().set_password("ClockDesk", f"copy:{ACCOUNT}", copy)
    async with program(at) as running:
        await until(lambda: open_dialog(running))
        dialog = await say_yes(running)
        assert "was removed" in dialog.why.text()
        assert held() == set()


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
async def test_one_that_another_window_has_open_stays_and_that_is_said(at, hotel):
    keyrings.Good().delete_password("ClockDesk", f"api:{ACCOUNT}")
    async with program(at) as running:
        await until(lambda: open_dialog(running))
        keyrings.Good().set_password("ClockDesk", f"api:{ACCOUNT}", hotel.key)
        async with program(at) as other:
            await is_trusted(other, Trust.LIVE)
            before = held()
            dialog = await say_yes(running)
            assert "Another ClockDesk keeps this copy true already" in dialog.why.text()
            assert dialog.save_button.isEnabled()
            assert other._engine.office.freshness.trust is Trust.LIVE
            assert held() == before
    assert settings_file.load(at.settings).account().name == ACCOUNT


async def test_it_s_locks_do_not_keep_an_account_here(at, hotel):
    at.machine.write_text(
        f"base_url = {json.dumps(hotel.base)}\napi_user = {json.dumps(hotel.user)}\nmemory_only = true\n"
        'locked = ["base_url", "api_user", "memory_only"]\n'
    )
    async with program(at) as running:
        await is_trusted(running, Trust.LIVE)
        assert notice(running)
        dialog = await say_yes(running)
        assert "was removed" in dialog.why.text()
        assert not dialog.fields["address"].isEnabled()
        assert dialog.fields["address"].text() == hotel.base, "what IT has set stands there again"
        assert held() == set()


async def test_another_account_is_proposed_next_and_keeps_its_key(at):
    kept = settings_file.load(at.settings)
    other = AccountSettings("Rila", "https://sky-eu1.clock-software.com/1/2", "desk-2")
    settings_file.save(at.settings, kept.with_account(other).with_account(kept.account(ACCOUNT)))
    keyrings.Good().set_password("ClockDesk", "api:Rila", "another key")
    async with program(at) as running:
        await is_trusted(running, Trust.LIVE)
        dialog = await say_yes(running)
        assert [dialog.fields[name].text() for name in ("region", "subscription", "account", "user")] == [
            "sky-eu1", "1", "2", "desk-2",
        ]  # fmt: skip
        assert held() == {"ClockDesk/api:Rila"}


async def test_the_demo_and_a_first_start_have_nothing_to_remove(at):
    settings_file.save(at.settings, settings_file.Settings())
    async with program(at) as running:
        await until(lambda: open_dialog(running))
        assert not open_dialog(running).remove_button.isVisible()
        running._options.demo = True
        assert running._known_connection().removable == ""
        running._options.demo = False
