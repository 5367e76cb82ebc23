"""Two people are signed in to one computer and switch between their sessions: two windows, each for its own user.

Both programs are the real one, in processes and homes of their own, on one API user of the hotel. A session that is not
on the screen is stopped as a whole, as a system does that suspends it; hours and days of sleep are in tests/faults.
"""

from __future__ import annotations

import json
import signal
import stat
from functools import partial
from pathlib import Path

import pytest

from clockdesk.app.handover import doorbell_of
from tests.app.test_window_start import ACCOUNT, Desk
from tests.support.command import until
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=6, bookings=10)


@pytest.fixture
def desks(tmp_path, hotel):
    made = [Desk(tmp_path / name, hotel) for name in ("anna", "boris")]
    yield made
    for heard in (each for desk in made for each in desk.running):
        heard.process.send_signal(signal.SIGCONT)
        heard.process.kill()
        with heard.process:
            pass


def warning_of(desk, room):
    """What a copy says of a room, asked beside the window that keeps it."""
    outcome = desk.clockdesk("query", "rooms", f"id = {room}", "--raw", "--account", ACCOUNT)
    return [row["housekeeping_warning"] for row in outcome.lines] if outcome.status == 0 else []


def know(desks, room, words):
    for desk in desks:
        until(partial(knows, desk, room, words), desk.running[0].process)


def knows(desk, room, words):
    return warning_of(desk, room) == [words]


def raised(desk):
    """How a further start of this user ends while a window of theirs is open."""
    outcome = desk.clockdesk()
    return outcome.status == 0 and "it was brought to the front" in outcome.words


def test_each_user_has_a_window_and_no_start_reaches_the_other_s(desks):
    anna, boris = desks
    anna.window()
    assert raised(anna)
    boris.window()  # it opens: Anna's is not taken for one of his
    assert raised(boris)
    assert doorbell_of(anna.folder) != doorbell_of(boris.folder)
    boris.running[0].end(signal.SIGTERM)
    until(lambda: not Path(doorbell_of(boris.folder)).exists(), anna.running[0].process)
    boris.window()
    assert raised(anna), "what one user closes and opens is nothing to the other"


@pytest.mark.parametrize("memory_only", [False, True])
def test_what_one_user_keeps_no_other_can_open(desks, memory_only):
    anna, _ = desks
    home = anna.clockdesk.home
    if memory_only:
        settings = home / "config" / "ClockDesk" / "settings.toml"
        settings.write_text("memory_only = true\n" + settings.read_text())
        bell = Path(doorbell_of(home / "state" / "ClockDesk" / "log"))
        heard = anna.start()
        until(bell.exists, heard.process)
    else:
        anna.window()
        until((anna.folder / "mirror.db").exists, anna.running[0].process)
        bell = Path(doorbell_of(anna.folder))
        assert is_private(anna.folder)
        assert is_private(anna.folder / "mirror.db")
    assert bell.stat().st_mode & 0o077 == 0
    assert is_private(home / "state" / "ClockDesk" / "log")
    secret = json.loads((home / "keyring.json").read_text())[f"ClockDesk/api:{ACCOUNT}"]
    readable = [path for path in home.rglob("*") if path.is_file() and not is_private(path) and not inside(path, home)]
    assert readable == [home / "config" / "ClockDesk" / "settings.toml"], "no secret, says the next line"
    assert secret not in readable[0].read_text()


def is_private(path):
    return stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def inside(path, home):
    """In a folder that only its owner may enter, or the keyring that stands for the system's own."""
    return path.name == "keyring.json" or any(is_private(above) for above in path.parents if home in above.parents)


def test_a_session_that_is_put_aside_comes_back_live_and_holds_up_nobody(desks, hotel):
    anna, boris = desks
    rooms = [row["id"] for row in hotel.truth("rooms")]
    for desk in desks:
        desk.window()
    hotel.happen("housekeeping", room_id=rooms[0], warning="Wet floor")
    know(desks, rooms[0], "Wet floor")
    away = anna.running[0].process
    away.send_signal(signal.SIGSTOP)
    hotel.happen("housekeeping", room_id=rooms[1], warning="Lamp")
    know([boris], rooms[1], "Lamp")
    assert raised(boris), "a session that is asleep answers nobody, and he need not ask it"
    assert warning_of(anna, rooms[1]) != ["Lamp"], "asleep"
    hotel.fault(restart_broker=True)  # long asleep: its polls are gone, and what they had to tell is forgotten
    away.send_signal(signal.SIGCONT)
    know([anna], rooms[1], "Lamp")
    assert raised(anna)
    assert hotel.stats()["rejected_429"] == 0
    for desk in desks:
        assert desk.running[0].end(signal.SIGTERM) == 0
        assert "".join(desk.running[0].err) == ""
