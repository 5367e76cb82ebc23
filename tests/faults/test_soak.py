"""A day and a night in fast-forward: the copy is true at the end, and the program is no larger than in the morning."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time

import pytest

from clockdesk.app.clock import SystemClock
from clockdesk.hotel.day import Day
from tests.faults.soak import KEPT, FastClock
from tests.faults.test_crash_sync import look
from tests.support.hotel import Hotel

HASTE = 100.0
HOURS = 24
FIRST = 6
"""Hours after which everything has been seen once: the census, midnight's or not, caches filled."""


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_a_day_and_a_night_without_growth(tmp_path):
    """Events, sweeps, polls and the broker's restarts go on; nothing may be left behind by them."""
    clock = FastClock(HASTE, time.monotonic(), SystemClock().now())
    with Hotel(rooms=120, bookings=500, idle_seconds=30 / HASTE) as hotel:
        set_clock(hotel, clock.now)
        with program(hotel, tmp_path, clock) as ask:
            sizes = []
            for hour in range(1, HOURS + 1):
                while clock.monotonic() < hour * 3600:
                    time.sleep(0.4)  # noqa: ASYNC251, TID251 (the program lives in a process of its own)
                    hotel.ask(lambda server: Day(server.world).step())
                if hour % 4 == 0:
                    hotel.fault(restart_broker=True)
                sizes.append(ask())
                print(json.dumps({name: round(value, 1) for name, value in sizes[-1].items()}), flush=True)
        early, late = sizes[FIRST : FIRST + 6], sizes[-6:]
        for name in ("tasks", "timers", "files"):
            assert most(name, late) <= most(name, early) + 10, name
        for name in ("objects", "megabytes"):
            assert most(name, late) <= most(name, early) * 1.1, name
        assert most("oldest_hours", sizes) <= KEPT.total_seconds() / 3600 + 1.5, "trimmed once an hour"
        assert late[-1]["events"] > early[-1]["events"] > 100
        ahead = clock.now() - SystemClock().now()
        set_clock(hotel, lambda: SystemClock().now() + ahead)
        await look(hotel, tmp_path)


def set_clock(hotel, source):
    """What the hotel takes for the time from now on."""
    hotel.ask(lambda server: setattr(server.world.clock, "_source", source))


def most(name, sizes):
    return max(size[name] for size in sizes)


@contextlib.contextmanager
def program(hotel, folder, clock):
    """The program in a process of its own; gives what asks it for its size."""
    command = [sys.executable, "-m", "tests.faults.soak", str(folder), hotel.base, hotel.user, hotel.key]
    command += [str(clock.haste), str(clock.began), clock.then.isoformat()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def ask():
            process.stdin.write("\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        try:
            yield ask
        finally:
            process.stdin.close()
            assert process.wait(30) == 0
