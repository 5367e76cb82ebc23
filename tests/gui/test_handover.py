"""One window a copy: other starts and headless commands, in processes of their own, hand their wishes to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket

from clockdesk.app.cli.summary import happenings, sync_beside
from clockdesk.app.clock import SystemClock
from clockdesk.app.doorbell import Doorbell
from clockdesk.app.engine import open_engine
from clockdesk.app.handover import LONGEST_PATH, RAISE, SYNC, WATCH, ask_window, doorbell_of, hear_window
from clockdesk.app.settings import AccountSettings
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.tasks import Tasks
from clockdesk.store.derive import derive_key
from tests.support.command import Command, access_to
from tests.support.engine import QUICK
from tests.support.engine import until as until_here
from tests.support.hotel import running_hotel
from tests.support.screens import swept_up


@pytest.fixture(autouse=True)
def _swept_up():
    swept_up()


hotel = running_hotel(rooms=6, bookings=30)


class Window:
    """What a window is to other processes: an engine that keeps a copy, and a doorbell on its folder."""

    def __init__(self, engine, folder):
        self.engine, self.raised, self.tasks = engine, 0, Tasks()
        self.doorbell = Doorbell(folder, self.tasks, {RAISE: self._raise, SYNC: self._sync}, {WATCH: self._watch})

    async def _raise(self):
        self.raised += 1
        return {"raised": True}

    async def _sync(self):
        return await sync_beside(self.engine)

    def _watch(self, tell):
        return self.engine.changes.subscribe(lambda change: [tell(news) for news in happenings(change)])


@contextlib.asynccontextmanager
async def window_on(hotel, folder):
    account = AccountSettings("x", hotel.base, hotel.user, 1000)
    key = derive_key(hotel.key, hotel.base)
    engine = await open_engine(account, hotel.key, folder, key, SystemClock(), Tasks(), QUICK)
    window = Window(engine, folder)
    engine.start()
    try:
        await until_here(lambda: engine.sync.standing.started and not engine.sync.reader.left)
        yield window
    finally:
        window.doorbell.close()
        await window.tasks.stop()
        await engine.close()


@pytest.fixture
def clockdesk(tmp_path):
    return Command(tmp_path / "home")


@pytest.fixture
def options(hotel, tmp_path):
    return access_to(hotel, tmp_path)


async def run(command, *words):
    return await asyncio.to_thread(command, *words)


async def test_sync_beside_a_window_is_done_by_the_window(clockdesk, hotel, options, tmp_path):
    async with window_on(hotel, tmp_path / "copy") as window:
        calls = window.engine.gate.snapshot().total
        outcome = await run(clockdesk, "sync", "--once", "--json", *options)
        assert outcome.status == 0, outcome.words
        [summary] = outcome.lines
        assert (summary["state"], summary["rooms"], summary["owed"]) == ("complete", 6, 0)
        assert 0 < summary["calls"] <= window.engine.gate.snapshot().total - calls, "the window's calls, of this time"
        assert summary["calls"] == sum(summary["calls_by_endpoint"].values())
        assert "a window keeps this copy, so it did the work" in outcome.words


async def test_what_the_window_could_not_do_is_told_as_the_command_would(clockdesk, hotel, options, tmp_path):
    async with window_on(hotel, tmp_path / "copy") as window:
        hotel.fault(refuse_api=True)
        await until_here(lambda: window.engine.sync.standing.broken is not None)
        outcome = await run(clockdesk, "sync", "--once", *options)
    assert outcome.status == 1
    assert outcome.lines[-1]["state"] == "offline"
    assert "Check the network" in outcome.words


async def test_query_beside_a_window_reads_its_copy(clockdesk, hotel, options, tmp_path):
    async with window_on(hotel, tmp_path / "copy"):
        hotel.happen("housekeeping")
        truth = {row["id"]: row for row in hotel.truth("rooms")}

        async def copied():
            outcome = await run(clockdesk, "query", "rooms", "", "--raw", *options)
            assert outcome.status == 0, outcome.words
            return {row["id"]: row for row in outcome.lines}

        async with asyncio.timeout(20):
            while await copied() != truth:
                pass
        for more in (["query", "bookings", "", "--server"], ["doctor"]):
            assert (await run(clockdesk, *more, *options)).status == 0


async def test_watch_beside_a_window_hears_its_changes_until_it_closes(clockdesk, hotel, options, tmp_path):
    async with window_on(hotel, tmp_path / "copy") as window:
        process = clockdesk.start("sync", "--watch", "--json", *options)
        heard: list[dict[str, object]] = []
        reading = threading.Thread(target=lambda: heard.extend(map(json.loads, process.stdout)), daemon=True)
        reading.start()
        listeners = len(window.engine.changes._listeners)
        await until_here(lambda: len(window.engine.changes._listeners) > listeners)
        changed = hotel.happen("housekeeping")["id"]
        await until_here(lambda: changed in [news["id"] for news in heard])
        assert heard[0]["kind"] == "room"
    status = await asyncio.to_thread(process.wait, 20)
    reading.join(10)
    with process:
        assert status == 1
        assert "The window was closed, so nothing keeps the copy true any more." in process.stderr.read()


async def test_a_watcher_that_leaves_is_forgotten(clockdesk, hotel, options, tmp_path):
    async with window_on(hotel, tmp_path / "copy") as window:
        listeners = len(window.engine.changes._listeners)
        process = clockdesk.start("sync", "--watch", *options)
        await until_here(lambda: len(window.engine.changes._listeners) > listeners)
        process.send_signal(signal.SIGINT)
        out, err = await asyncio.to_thread(process.communicate, timeout=20)
        assert (process.returncode, out) == (0, "")
        assert "Traceback" not in err
        await until_here(lambda: len(window.engine.changes._listeners) == listeners)


async def test_a_second_start_raises_the_window(hotel, tmp_path):
    async with window_on(hotel, tmp_path / "copy") as window:
        program = """
import asyncio, pathlib, sys
from clockdesk.app.handover import RAISE, ask_window
print(asyncio.run(ask_window(pathlib.Path(sys.argv[1]), RAISE, 10)))
"""
        process = await asyncio.create_subprocess_exec(  # not through a shell
            sys.executable, "-c", program, str(tmp_path / "copy"), stdout=asyncio.subprocess.PIPE
        )
        out, _ = await process.communicate()
        assert out.decode() == "{'raised': True}\n"
        assert window.raised == 1


# The doorbell alone


@pytest.fixture
async def tasks():
    tasks = Tasks()
    yield tasks
    await tasks.stop()


@pytest.fixture
def bell(tmp_path, tasks):
    """Makes doorbells on one folder."""
    made = []

    def make(wishes=None, feeds=None, folder=None):
        made.append(Doorbell(folder or tmp_path, tasks, wishes or {}, feeds))
        return made[-1]

    yield make
    for one in made:
        one.close()
        one.deleteLater()


async def test_nobody_there(tmp_path):
    assert await ask_window(tmp_path, RAISE, 5) is None
    assert await ask_window(tmp_path / "no such folder", RAISE, 5) is None


async def test_a_window_that_was_killed_is_not_there(tmp_path, bell):
    import socket

    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(doorbell_of(tmp_path))
    assert await ask_window(tmp_path, RAISE, 5) is None

    async def here():
        return {"here": True}

    bell({RAISE: here})
    assert await ask_window(tmp_path, RAISE, 5) == {"here": True}


async def test_a_refusal_comes_through_as_it_was(tmp_path, bell):
    async def refuse():
        raise KnownError(ErrorCode.SIGNED_OUT, "Type the key again.")

    bell({SYNC: refuse})
    with pytest.raises(KnownError, match="Type the key again") as caught:
        await ask_window(tmp_path, SYNC, 5)
    assert caught.value.code is ErrorCode.SIGNED_OUT


@pytest.mark.logs("task handover failed")
async def test_a_fault_of_ours_leaves_nobody_waiting(tmp_path, bell):
    async def stumble():
        raise ZeroDivisionError

    bell({SYNC: stumble})
    with pytest.raises(KnownError, match="could not do this"):
        await ask_window(tmp_path, SYNC, 5)


async def test_a_wish_of_another_version(tmp_path, bell):
    bell()
    with pytest.raises(KnownError, match="of another version"):
        await ask_window(tmp_path, "dance", 5)


@pytest.mark.parametrize(
    "line", [b"{}\n", b"[]\n", b"\xff\n", b"null\n", b'{"do": 7}\n', b"[" * 4000 + b"\n", b"x" * 10_000]
)
async def test_rubbish_does_not_hurt_the_window(tmp_path, bell, line):
    async def here():
        return {"here": True}

    bell({RAISE: here})
    socket = QLocalSocket()
    socket.connectToServer(doorbell_of(tmp_path))
    await until_here(lambda: socket.state() is QLocalSocket.LocalSocketState.ConnectedState)
    socket.write(line)
    socket.flush()
    assert await ask_window(tmp_path, RAISE, 5) == {"here": True}
    socket.abort()


async def test_a_window_that_hangs_is_given_up_with_a_sentence(tmp_path, bell):
    waiting = asyncio.Event()

    async def hang():
        await waiting.wait()
        return {}

    bell({SYNC: hang})
    with pytest.raises(KnownError, match="open but does not answer") as caught:
        await ask_window(tmp_path, SYNC, 0.2)
    assert caught.value.code is ErrorCode.TIMED_OUT
    waiting.set()


async def test_a_feed_tells_until_the_window_closes(tmp_path, bell):
    tells = []

    def feed(tell):
        tells.append(tell)
        return lambda: tells.remove(tell)

    doorbell = bell(feeds={WATCH: feed})
    heard = []

    async def listen():
        async for news in hear_window(tmp_path, WATCH):
            heard.append(news)  # noqa: PERF401 (one by one as they come)

    listening = asyncio.gather(listen())
    await until_here(lambda: heard == [{"hears": WATCH}])
    for number in range(3):
        tells[0]({"number": number})
    await until_here(lambda: len(heard) == 4)
    doorbell.close()
    await listening
    await until_here(lambda: tells == [])


async def test_a_folder_with_a_long_name_has_a_doorbell_too(tmp_path, bell):
    folder = tmp_path / ("x" * 100) / ("y" * 100)
    folder.mkdir(parents=True)
    assert len(doorbell_of(folder)) < LONGEST_PATH

    async def here():
        return {"here": True}

    bell({RAISE: here}, folder=folder)
    assert await ask_window(folder, RAISE, 5) == {"here": True}
    assert await ask_window(folder.parent, RAISE, 5) is None


async def test_somebody_else_s_socket_is_not_asked(tmp_path, bell, monkeypatch):
    import os

    async def here():
        return {"here": True}

    bell({RAISE: here})
    mine = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: mine + 1)
    assert await ask_window(tmp_path, RAISE, 5) is None


def test_the_doorbell_does_not_depend_on_how_the_folder_is_written(tmp_path, monkeypatch):
    (tmp_path / "copy").mkdir()
    monkeypatch.chdir(tmp_path)
    assert doorbell_of(Path("copy")) == doorbell_of(tmp_path / "copy") == doorbell_of(tmp_path / "x" / ".." / "copy")
