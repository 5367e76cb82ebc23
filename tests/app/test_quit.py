"""The real program is ended while its polls are open: by the system, and by its window. It goes at once and cleanly.

A poll is held for some 25 seconds; whoever waited for one would be late here. Sleep, a changed clock and a line that
comes and goes are the business of tests/faults (machine.py and test_convergence_found.py).
"""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from clockdesk.app import settings as settings_file
from clockdesk.app.handover import doorbell_of
from tests.app.test_window_start import ACCOUNT, Desk
from tests.support.command import Command, until
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=6, bookings=10)
SOON = 12.0
"""Seconds: four times what the program promises, for a machine that is busy; half of what a poll lasts."""

CLOSES_ITSELF = """
import asyncio
from pathlib import Path
from clockdesk.app import window
before = window.Program._open
async def opened(self, *args, **more):
    await before(self, *args, **more)
    async def close():
        while not Path({flag!r}).exists():
            await asyncio.sleep(0.05)
        self._window.close()
    self._tasks.spawn(close(), "close the window")
window.Program._open = opened
"""


@pytest.fixture
def desk(tmp_path, hotel):
    made = Desk(tmp_path / "home", hotel)
    yield made
    for heard in made.running:
        heard.process.kill()
        with heard.process:
            pass


def polls_are_open(hotel, heard):
    until(lambda: hotel.stats()["open_polls"], heard.process)


def is_clean(desk, heard):
    assert "".join(heard.err) == ""
    home = desk.clockdesk.home
    assert [path.name for path in (home / "state").rglob("*") if path.name.startswith(("running-", "fault-"))] == []
    assert [path.name for path in desk.folder.iterdir() if path.name.endswith(("-wal", "-shm", "-journal"))] == []


def test_the_system_ends_it(desk, hotel):
    heard = desk.window()
    polls_are_open(hotel, heard)
    heard.process.send_signal(signal.SIGTERM)
    assert heard.process.wait(SOON) == 0
    assert heard.end(0) == 0
    is_clean(desk, heard)


def test_its_window_is_closed(desk, hotel, tmp_path):
    flag = tmp_path / "close"
    environment = dict(desk.clockdesk.environment)
    desk.clockdesk = Command(desk.clockdesk.home, CLOSES_ITSELF.format(flag=str(flag)), **environment)
    heard = desk.window()
    polls_are_open(hotel, heard)
    flag.touch()
    assert heard.process.wait(SOON) == 0
    assert heard.end(0) == 0
    is_clean(desk, heard)
    kept = settings_file.load(desk.clockdesk.home / "config" / "ClockDesk" / "settings.toml")
    assert kept.account().name == ACCOUNT
    assert kept.other["window"]["width"] >= 1024


def test_a_killed_one_is_followed_by_one_that_tells_of_no_fault(desk, hotel):
    first = desk.window()
    polls_are_open(hotel, first)
    first.end(signal.SIGKILL)
    Path(doorbell_of(desk.folder)).unlink()
    second = desk.window()
    second.process.send_signal(signal.SIGTERM)
    assert second.process.wait(SOON) == 0
    second.end(0)
    is_clean(desk, second)


@pytest.mark.parametrize("link", ["clockdesk://reboot/now", "clockdesk://booking/1;rm"])
def test_a_link_that_is_none_opens_nothing(desk, link):
    outcome = desk.clockdesk(link)
    assert outcome.status == 2
    assert outcome.words.count("\n") == 1
    assert link not in outcome.words


FALLS = """
from clockdesk.app import window
async def fall(self):
    raise {error}
window.Program._open_last = fall
"""


def test_a_program_that_can_t_go_on_ends_and_the_next_start_knows(desk):
    before = desk.clockdesk
    home, environment = before.home, dict(before.environment)
    fallen = Command(home, FALLS.format(error='ValueError("Nachtigall")'), **environment)()
    assert fallen.status == 1
    assert "Nachtigall" not in fallen.out + fallen.err
    [report] = list((home / "state").rglob("fault-2*.txt"))
    assert "in fall" in report.read_text("utf-8")
    assert "Nachtigall" not in report.read_text("utf-8")
    assert [path.name for path in (home / "state").rglob("fault-untold")] == ["fault-untold"]
    heard = desk.window()
    heard.end(signal.SIGTERM)
    assert list((home / "state").rglob("fault-untold")) == [], "told once"


def test_what_the_world_did_is_a_sentence_and_no_fault(desk):
    home, environment = desk.clockdesk.home, dict(desk.clockdesk.environment)
    error = '__import__("clockdesk.domain.errors").domain.errors.KnownError("disk", "The disk is full.")'
    ended = Command(home, FALLS.format(error=error), **environment)()
    assert ended.status == 1
    assert ended.words == "clockdesk: The disk is full.\n"
    assert list((home / "state").rglob("fault-*")) == []
