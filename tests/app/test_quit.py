"""The real program is ended while its polls are open: by the system, and by its window. It goes at once and cleanly.

A poll is held for some 25 seconds; whoever waited for one would be late here. Sleep, a changed clock and a line that
comes and goes are the business of tests/faults (machine.py and test_convergence_found.py).
"""

from __future__ import annotations

import base64
import json
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from clockdesk.api.wire import Patience
from clockdesk.app import settings as settings_file
from clockdesk.app.handover import doorbell_of
from clockdesk.app.window import QUIT
from clockdesk.office.shift_desk import LAST_PRESS
from clockdesk.store.desk import IntentState, open_desk
from clockdesk.store.files import Place
from clockdesk.store.thread import DESK_FILE
from tests.app.test_window_start import ACCOUNT, Desk
from tests.support.command import Command, until
from tests.support.desk import NOW
from tests.support.hotel import running_hotel
from tests.support.timeclock import WELL_OUT, account_of

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


BUSY = """
from pathlib import Path
from clockdesk.api.timeclock import TimeClock
from clockdesk.api.transport import Line
from clockdesk.app.account import RunningAccount
from clockdesk.app.engine import Engine
from clockdesk.domain.shift import Intention
seen, window = Path({seen!r}), []
def see(words):
    with seen.open("a") as file:
        file.write(words + "\\n")
def watch(kind, name):
    before = kind.close
    async def close(self):
        see(f"{{name}} begins, window {{'shown' if window[0].isVisible() else 'hidden'}}")
        await before(self)
        see(f"{{name}} ends")
    kind.close = close
for kind, name in ((Line, "line"), (TimeClock, "clock"), (Engine, "engine")):
    watch(kind, name)
before = RunningAccount._start_time_clock
async def started(self, engine, downtime):
    await before(self, engine, downtime)
    window.append(self._station.window)
    write = engine.office.actions.set_room_warning({room}, "Leaking tap", seen=None)
    self._station.tasks.spawn(write, "a write")
    self._station.tasks.spawn(self.time_clock.desk.shift.clock(Intention.IN), "a press")
RunningAccount._start_time_clock = started
"""


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


@pytest.fixture
def busy(desk, hotel, tmp_path):
    """A workstation with a shift clock whose next start writes and clocks at once, and gets no answer to either."""
    base, key = hotel.ask(lambda server: (server.clock_base, server.timeclock.key))
    account = account_of(hotel, WELL_OUT)
    home = desk.clockdesk.home
    settings = home / "config" / "ClockDesk" / "settings.toml"
    person = {"name": "Maria Petrova", "initials": "MP", "account": account}
    kept = settings_file.load(settings)
    settings_file.save(settings, replace(kept, time_clock={"address": base, "person": account, "persons": [person]}))
    keyring = json.loads((home / "keyring.json").read_text())
    (home / "keyring.json").write_text(json.dumps(keyring | {f"ClockDesk/timeclock:{base}": key}))
    hotel.fault(slow={"seconds": 600, "method": "PUT", "calls": 1})
    hotel.fault(clock_slow_answer={"seconds": 600, "method": "POST", "calls": 1})
    return desk, Command(
        home,
        BUSY.format(seen=str(tmp_path / "seen"), room=hotel.truth("rooms")[0]["id"]),
        **desk.clockdesk.environment,
    )


def kept_of(desk):
    """What became of the writes and of the wishes, as the files know it."""
    keyring = json.loads((desk.clockdesk.home / "keyring.json").read_text())
    place = Place(desk.folder / DESK_FILE, base64.b64decode(keyring[f"ClockDesk/copy:{ACCOUNT}"]))
    kept = open_desk(place, at=NOW, mend=False)
    try:
        return [one.state for one in kept.intents(*IntentState)], [note.state for note in kept.shift_notes()]
    finally:
        kept.close()


def test_calls_without_an_answer_hold_nobody_up_and_are_known_at_the_next_start(busy, hotel, tmp_path):
    desk, pressing = busy
    plain, desk.clockdesk = desk.clockdesk, pressing
    heard = desk.window()
    polls_are_open(hotel, heard)
    until(lambda: not hotel.ask(lambda server: server.faults.as_json()), heard.process)  # both calls have struck one
    heard.process.send_signal(signal.SIGTERM)
    assert heard.process.wait(SOON) == 0
    assert heard.end(0) == 0
    is_clean(desk, heard)
    seen = (tmp_path / "seen").read_text().splitlines()
    begun = ["clock begins, window hidden", "line begins, window hidden"]
    assert sorted(seen[:2]) == begun, "side by side, and nobody looks at it"
    assert sorted(seen[2:4]) == ["clock ends", "line ends"]
    assert seen[4] == "engine begins, window hidden", "the files are open until the notes are kept"
    assert "did not end in time" not in logged(desk)
    assert kept_of(desk) == ([IntentState.OPEN], ["unknown"])
    desk.clockdesk = plain
    again = desk.window()
    settled = ([IntentState.FAILED], ["done"])  # nobody wrote; Maria is in
    until(lambda: kept_of(desk) == settled, again.process)
    again.process.send_signal(signal.SIGTERM)
    assert again.process.wait(SOON) == 0
    assert hotel.ask(lambda server: dict(server.timeclock.acted)) == {"in": 1}, "nothing was sent twice"


def test_the_moments_of_a_last_call_fit_into_the_end():
    assert Patience().last_writes + LAST_PRESS < QUIT


def logged(desk):
    [file] = (desk.clockdesk.home / "state").rglob("clockdesk.log")
    return file.read_text("utf-8")


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
