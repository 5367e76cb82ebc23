"""A start that finds the copy held by somebody who does not answer yet, or no more: it waits a little for them."""

from __future__ import annotations

import argparse
import asyncio
from contextlib import asynccontextmanager

import pytest

from clockdesk.app.doorbell import Doorbell
from clockdesk.app.engine import open_engine
from clockdesk.app.handover import RAISE
from clockdesk.app.second_start import OPEN_ALREADY
from clockdesk.app.window import Program
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.freshness import Trust
from clockdesk.domain.tasks import Tasks
from clockdesk.store.hold import Hold
from tests.gui.test_workstation import is_trusted, open_dialog
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.screens import settled
from tests.support.workstation import ACCOUNT, connected_before, program

hotel = running_hotel(rooms=6, bookings=10)


@pytest.fixture
def at(monkeypatch, tmp_path, hotel):
    with connected_before(monkeypatch, tmp_path, hotel) as made:
        yield made


@pytest.fixture
def when_refused(monkeypatch):
    """Makes something happen as soon as a start was refused the copy for the first time."""

    def happen(what):
        left = [what]

        async def engine(*parts, **more):
            try:
                return await open_engine(*parts, **more)
            except KnownError as error:
                if left and error.code is ErrorCode.ALREADY_RUNNING:
                    left.pop()()
                raise

        monkeypatch.setattr("clockdesk.app.account.open_engine", engine)

    return happen


@asynccontextmanager
async def ends_by_itself(at):
    """A start that is to end without anybody closing its window."""
    running = Program(at, argparse.Namespace(demo=False, offscreen_seconds=None, screens=None, verbose=False))
    shown = []
    running._window.show = lambda: shown.append(True)
    main = asyncio.gather(running.main())
    try:
        yield running
        await until(main.done)
        assert not shown, "no second window comes up and goes away again"
    finally:
        running._end.set()
        [status] = await main
        await settled()
        assert status == 0


async def test_one_that_is_only_just_starting_comes_to_the_front(at, when_refused, capsys):
    folder, raised, doors = at.store(ACCOUNT), [], []
    hold, tasks = Hold(folder), Tasks()

    async def to_the_front():
        raised.append(True)
        return {"raised": True}

    when_refused(lambda: doors.append(Doorbell(folder, tasks, {RAISE: to_the_front})))
    async with ends_by_itself(at):
        pass
    assert raised == [True]
    assert OPEN_ALREADY in capsys.readouterr().err
    for door in doors:
        door.close()
        door.deleteLater()
    hold.release()
    await tasks.stop()


async def test_after_one_that_is_only_just_ending_it_opens(at, when_refused):
    hold = Hold(at.store(ACCOUNT))
    when_refused(hold.release)
    async with program(at) as running:
        await is_trusted(running, Trust.LIVE)
        assert open_dialog(running) is None


async def test_one_that_stays_silent_is_given_up_with_a_sentence(at, monkeypatch):
    monkeypatch.setattr("clockdesk.app.second_start.STARTING", 0.3)
    hold = Hold(at.store(ACCOUNT))
    async with program(at) as running:
        await until(lambda: open_dialog(running))
        assert "Another ClockDesk keeps this copy true already" in open_dialog(running).why.text()
        assert running._window.isVisible()
    hold.release()
