"""The real program with its window, off-screen and in processes of its own: one a copy, and commands beside it."""

from __future__ import annotations

import json
import signal
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

import pytest
import tomli_w

from clockdesk.app.handover import doorbell_of
from tests.support.command import PATIENCE, Command, Heard, until
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=6, bookings=30)

ACCOUNT = "Vitosha"


class Desk:
    """A workstation on which the account was set up."""

    def __init__(self, home, hotel, keyring="Good"):
        account = {"name": ACCOUNT, "url": hotel.base, "user": hotel.user, "rate": 1000}
        settings = home / "config" / "ClockDesk" / "settings.toml"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(tomli_w.dumps({"current": ACCOUNT, "accounts": [account]}))
        (home / "keyring.json").write_text(json.dumps({f"ClockDesk/api:{ACCOUNT}": hotel.key}))
        self.folder = home / "data" / "ClockDesk" / "accounts" / ACCOUNT
        self.clockdesk = Command(
            home, QT_QPA_PLATFORM="offscreen", PYTHON_KEYRING_BACKEND=f"tests.support.keyrings.{keyring}"
        )

        self.running = []

    def start(self, *words):
        self.running.append(Heard(self.clockdesk.start(*words)))
        return self.running[-1]

    def window(self):
        """A window on the account, once it listens."""
        heard = self.start()
        until(Path(doorbell_of(self.folder)).exists, heard.process)
        return heard


@pytest.fixture
def desk(tmp_path, hotel):
    desk = Desk(tmp_path / "home", hotel)
    yield desk
    for heard in desk.running:
        heard.process.kill()
        with heard.process:
            pass


def test_a_second_start_brings_the_first_to_the_front(desk):
    first = desk.window()
    second = desk.clockdesk()
    assert second.status == 0
    assert "already open on this account; it was brought to the front" in second.words
    assert first.process.poll() is None


def test_of_two_starts_at_once_one_opens_and_the_other_brings_it_to_the_front(desk):
    both = [desk.start(), desk.start()]
    with ThreadPoolExecutor(2) as threads:
        ends = {threads.submit(heard.process.wait, PATIENCE): heard for heard in both}
        first_end, _ = wait(ends, return_when=FIRST_COMPLETED)
        [ended] = [ends[end] for end in first_end]
        [stays] = [heard for heard in both if heard is not ended]
        until(lambda: "it was brought to the front" in "".join(ended.err), stays.process)
        assert ended.process.returncode == 0
        assert stays.end(signal.SIGTERM) == 0
    assert "".join(stays.err) == ""


def test_commands_beside_the_window(desk, hotel):
    window = desk.window()
    synced = desk.clockdesk("sync", "--once", "--account", ACCOUNT)
    assert synced.status == 0, synced.words
    assert "a window keeps this copy" in synced.words
    assert synced.lines[-1]["state"] == "complete"
    rooms = desk.clockdesk("query", "rooms", "", "--raw", "--account", ACCOUNT).lines
    assert {row["id"]: row for row in rooms} == {row["id"]: row for row in hotel.truth("rooms")}
    window.end(signal.SIGKILL)
    alone = desk.clockdesk("sync", "--once", "--account", ACCOUNT)
    assert alone.status == 0, alone.words
    assert "a window keeps this copy" not in alone.words
