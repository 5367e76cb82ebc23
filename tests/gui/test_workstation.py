"""A workstation as IT has set it up: what a person sees of it, and what is not kept."""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel
from shiboken6 import isValid

from clockdesk.app.clock import SystemClock
from clockdesk.app.crash import Watch
from clockdesk.app.window import MEMORY_ONLY, Program
from clockdesk.domain.freshness import Trust
from clockdesk.sync.listening import OFF
from clockdesk.ui.screens.fault import LAST_TIME, FaultDialog
from tests.app.test_updates import KEY, feed
from tests.support import keyrings
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.screens import settled
from tests.support.scripted import Reply, Scripted
from tests.support.workstation import ACCOUNT, connected_before, program

hotel = running_hotel(rooms=6, bookings=10)


@pytest.fixture
def at(monkeypatch, tmp_path, hotel):
    """A workstation that was connected before, whose IT has a file."""
    with connected_before(monkeypatch, tmp_path, hotel) as made:
        yield replace(made, machine=tmp_path / "machine.toml")


def notice(running):
    return " ".join(label.text() for label in running._window.banner.findChildren(QLabel))


def open_dialog(running):
    dialog = running._window.dialog
    return dialog if dialog is not None and isValid(dialog) and dialog.isVisible() else None


async def is_trusted(running, trust):
    await until(lambda: running._engine is not None and running._engine.office.freshness.trust is trust)


async def test_a_workstation_without_a_file_of_it_s(at, hotel):
    async with program(at) as running:
        await is_trusted(running, Trust.LIVE)
        assert (running._engine.account.rate, running._engine.account.channels) == (1000, True)
        assert hotel.stats()["open_polls"]


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)
async def test_memory_only_keeps_nothing(at, capsys):
    at.machine.write_text('memory_only = true\nlocked = ["memory_only"]\n')
    async with program(at) as running:
        await is_trusted(running, Trust.LIVE)
        assert MEMORY_ONLY in notice(running)
        assert await Program(at, running._options).main() == 0
        assert "already open on this account; it was brought to the front" in capsys.readouterr().err
    assert not (at.data / "accounts").exists()
    assert keyrings.Good().get_password("ClockDesk", f"copy:{ACCOUNT}") is None


async def test_without_channels_it_asks(at, hotel):
    at.machine.write_text("channels = false\n")
    async with program(at) as running:
        await until(lambda: running._engine is not None and running._engine.sync.standing.channels_down == OFF)
        await until(lambda: running._engine.sync.standing.started)
        assert not hotel.stats()["open_polls"]


async def test_a_broken_file_is_said_and_the_program_goes_on(at):
    at.machine.write_text("idle_lock = [")
    async with program(at) as running:
        await is_trusted(running, Trust.LIVE)
        assert "What your IT set for this computer is not used" in notice(running)


async def test_another_account_is_not_opened_and_the_dialog_shows_what_is_set(at):
    at.machine.write_text(
        'base_url = "https://sky-eu1.clock-software.com/1/2"\napi_user = "desk-3"\nlocked = ["base_url", "api_user"]\n'
    )
    async with program(at) as running:
        await until(lambda: open_dialog(running))
        dialog = open_dialog(running)
        assert "alone. Set by your IT." in dialog.why.text()
        for member, text in {"region": "sky-eu1", "subscription": "1", "account": "2", "user": "desk-3"}.items():
            assert dialog.fields[member].text() == text
            assert not dialog.fields[member].isEnabled()
            assert dialog.hints[member].text() == "Set by your IT."
        assert not dialog.fields["address"].isEnabled()
        assert dialog.fields["key"].isEnabled()
        assert dialog.focusWidget() is dialog.fields["key"]
        dialog.fields["key"].setText("a key")
        dialog._set_busy(busy=True)
        dialog._set_busy(busy=False)
        assert not dialog.fields["user"].isEnabled()
        assert dialog.fields["key"].isEnabled()


async def test_a_newer_version_is_told_quietly_and_put_away(at):
    async with Scripted(lambda _: Reply(body=feed())) as server:
        at.machine.write_text(f'update_feed = "{server.url}/feed"\nupdate_key = "{KEY}"\n')
        async with program(at) as running:
            await until(running._window.newer.isVisible)
            running._window.newer.close_button.click()
            await until(lambda: "put the update notice away" not in running._engine.tasks.names)
        async with program(at) as running:
            await is_trusted(running, Trust.LIVE)
            assert not running._window.newer.isVisible()
        assert len(server.asked) == 1


async def test_signing_off_ends_it_without_a_question(at, qapp):
    options = argparse.Namespace(demo=False, offscreen_seconds=None, screens=None, verbose=False)
    running = Program(at, options)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        main = group.create_task(running.main())
        await is_trusted(running, Trust.LIVE)
        qapp.commitDataRequest.emit(None)
    await settled()
    assert main.result() == 0


async def fails():
    raise ValueError("Nachtigall, Anna")


@pytest.mark.logs("task a test failed")
async def test_a_fault_is_told_in_the_window_and_the_program_goes_on(at, tmp_path):
    watch = Watch(tmp_path / "logs", SystemClock())
    watch.left_behind = "what the last one left"
    try:
        async with program(at, watch=watch) as running:
            await until(lambda: running._window.findChild(FaultDialog))
            first = running._window.findChild(FaultDialog)
            assert first.windowTitle() == LAST_TIME[0]
            assert first.said.text.toPlainText() == "what the last one left"
            first.close()
            await settled()
            await is_trusted(running, Trust.LIVE)
            running._engine.tasks.spawn(fails(), "a test")
            await until(lambda: running._window.findChild(FaultDialog))
            dialog = running._window.findChild(FaultDialog)
            text = dialog.said.text.toPlainText()
            assert ", in fails" in text
            assert "Nachtigall" not in text
            dialog.close()
            await running._engine.sync.sweep_now()
    finally:
        watch.end()
    assert list((tmp_path / "logs").iterdir()) == []
