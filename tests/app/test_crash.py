"""Faults nobody caught: written down, told once, and what a process that was ended left behind is told next time."""

from __future__ import annotations

import asyncio
import logging
import signal
import subprocess
import sys
import threading

import pytest

from clockdesk.app import logs
from clockdesk.app.clock import SystemClock
from clockdesk.app.crash import KEPT, Watch
from tests.support.command import ROOT
from tests.support.engine import until as soon

SECRET = "Nachtigall"
NAMES: dict[str, int] = {}


@pytest.fixture
def hooks():
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = before


@pytest.fixture
def watching(tmp_path, hooks):
    made = []

    def watch(folder=tmp_path / "logs"):
        made.append(Watch(folder, SystemClock()))
        return made[-1]

    yield watch
    for one in made:
        one.end()


def fail():
    raise ValueError(SECRET)


PROGRAM = """
import ctypes, sys
from pathlib import Path
from clockdesk.app.clock import SystemClock
from clockdesk.app.crash import Watch
watch = Watch(Path(sys.argv[1]), SystemClock())
print("left:", watch.left_behind, flush=True)
if sys.argv[2] == "fault":
    ctypes.string_at(0)
elif sys.argv[2] == "wait":
    sys.stdin.read()
elif sys.argv[2] == "fall":
    try:
        raise ValueError("Nachtigall")
    except ValueError as error:
        watch.fell(error)
watch.end()
"""


def run(folder, how):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), how], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_a_process_that_a_fault_ended_is_told_of_once(tmp_path):
    status, said = run(tmp_path, "fault")
    assert status == -signal.SIGSEGV
    assert said == "left: \n"
    status, said = run(tmp_path, "")
    assert status == 0
    assert "ended by a fault" in said
    assert "Segmentation fault" in said
    assert "in <module>" in said
    assert str(ROOT) not in said
    assert run(tmp_path, "") == (0, "left: \n"), "once"
    [kept] = tmp_path.iterdir()
    assert kept.name.startswith("fault-")
    assert kept.stat().st_mode & 0o077 == 0


def test_a_program_that_fell_is_told_of_once(tmp_path):
    run(tmp_path, "fall")
    _, said = run(tmp_path, "")
    assert "ValueError" in said
    assert SECRET not in said
    assert run(tmp_path, "") == (0, "left: \n")


def test_one_that_runs_or_was_killed_is_no_fault(tmp_path):
    words = [sys.executable, "-c", PROGRAM, str(tmp_path), "wait"]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout.readline() == "left: \n"
        assert run(tmp_path, "") == (0, "left: \n")
        [own] = tmp_path.iterdir()
        assert own.name == f"running-{running.pid}.txt", "the one that runs keeps its file"
        running.kill()
    assert run(tmp_path, "") == (0, "left: \n")
    assert list(tmp_path.iterdir()) == []


def test_only_so_many_are_kept(tmp_path):
    for _ in range(KEPT + 2):
        run(tmp_path, "fall")
    assert len(list(tmp_path.glob("fault-2*.txt"))) == KEPT


@pytest.mark.logs("a fault of the program")
async def test_whatever_nobody_caught_is_told_once(watching):
    watch = watching()
    told: list[str] = []
    try:
        fail()
    except ValueError:
        sys.excepthook(*sys.exc_info())
        sys.excepthook(*sys.exc_info())
    watch.follow(asyncio.get_running_loop(), told.append)
    assert len(told) == 1, "what came before there was a window is told then, the same thing once"
    assert "ValueError" in told[0]
    assert SECRET not in told[0]
    asyncio.get_running_loop().call_soon(lambda: NAMES[SECRET])
    await soon(lambda: len(told) == 2)
    assert "KeyError" in told[1]
    thread = threading.Thread(target=lambda: int(SECRET), name="a worker")
    thread.start()
    thread.join()
    await soon(lambda: len(told) == 3)
    assert "While: thread a worker" in told[2]
    watch.leave()
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 // 0
    watch.caught(caught.value)
    await asyncio.sleep(0)
    assert len(told) == 3, "a window that goes is not asked any more"


def test_an_interrupt_is_no_fault(watching):
    watch = watching()
    watch.caught(KeyboardInterrupt())
    watch.caught(asyncio.CancelledError())


@pytest.mark.logs("faults can't be written")
def test_a_folder_that_can_t_be_written(watching, tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert watching(tmp_path / "file" / "logs").left_behind == ""


def test_everything_is_put_back(hooks, tmp_path):
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    Watch(tmp_path, SystemClock()).end()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.logs("it failed")
def test_the_log_has_no_values_either(tmp_path):
    root, ours = logging.getLogger(), logging.getLogger("clockdesk")
    before, level, our_level = list(root.handlers), root.level, ours.level
    try:
        logs.set_up(tmp_path)
        try:
            fail()
        except ValueError:
            logging.getLogger("clockdesk.test").exception("it failed")
        said = (tmp_path / "clockdesk.log").read_text("utf-8")
    finally:
        for handler in set(root.handlers) - set(before):
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)
        ours.setLevel(our_level)
    assert "it failed" in said
    assert "in fail" in said
    assert "ValueError" in said
    assert SECRET not in said
