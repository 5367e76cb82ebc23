"""Killed at any moment of its synchronising, the program starts again as if nothing had been: no debt is forgotten."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import subprocess
import sys
import time

import pytest

from clockdesk.app.cli.summary import sync_once
from clockdesk.app.clock import SystemClock
from clockdesk.hotel.core import Refused
from clockdesk.sync.detectors import MEMBERS
from tests.faults.equal import unequal
from tests.faults.machine import HAPPENINGS
from tests.faults.rig import away_from_midnight
from tests.support.engine import ShiftedClock, engine_on
from tests.support.hotel import Hotel

MONEY = ("charge", "payment", "deposit", "extend", "change_booking", "void_charge")


def ahead_of_us(hotel: Hotel) -> dt.timedelta:
    return hotel.ask(lambda server: server.world.clock.now()) - SystemClock().now()


def run_and_kill(hotel: Hotel, folder, chance: random.Random) -> None:
    """Let a process keep the copy while things happen in the hotel, and kill it at a random moment."""
    ahead = str(ahead_of_us(hotel).total_seconds())
    command = [sys.executable, "-m", "tests.faults.crash_sync", str(folder), hotel.base, hotel.user, hotel.key, ahead]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        for _ in range(chance.randrange(12)):
            with contextlib.suppress(Refused):
                hotel.happen(chance.choice((*HAPPENINGS, *MONEY)))
            time.sleep(chance.uniform(0, 0.05))  # noqa: TID251 (the moment of the kill is the point)
        assert program.poll() is None, "it ended by itself"
        program.kill()


async def look(hotel: Hotel, folder) -> None:
    """Both files are whole, and one synchronisation without a single event makes the copy equal."""
    clock = ShiftedClock()
    clock.ahead = ahead_of_us(hotel)
    async with engine_on(hotel, folder, clock=clock) as engine:
        assert engine.store.notices == ()
        await engine.store.write(lambda mirror: mirror._db.check())
        await engine.store.run(engine.store.desk._db.check)
        summary = await sync_once(engine)
        assert summary["state"] == "complete", summary
        assert await unequal(engine, hotel, MEMBERS) == []


async def soak(folder, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    with Hotel(rooms=10, bookings=50, idle_seconds=5) as hotel:
        away_from_midnight(hotel)
        for _ in range(kills):
            run_and_kill(hotel, folder, chance)
            if chance.random() < 0.7:  # else it is killed twice before anybody looks
                hotel.ask(lambda server: server.world.clock.advance(dt.timedelta(seconds=10)))
                await look(hotel, folder)
        await look(hotel, folder)


async def test_killed_a_few_times_while_it_synchronises(tmp_path):
    await soak(tmp_path, kills=5, seed=1)


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_killed_two_hundred_times_while_it_synchronises(tmp_path):
    await soak(tmp_path, kills=200, seed=random.randrange(10**6))
