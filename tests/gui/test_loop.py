"""The seam to qasync: timers are never early, blocking work runs in threads, the reference counts hold."""

import asyncio
import sys
import threading
import time

from PySide6.QtCore import QObject, Signal

from clockdesk.app.clock import SystemClock


async def test_timers_are_never_early():
    for seconds in (0.25, 0.05, 0.2, 0.0015):
        before = time.monotonic()
        await asyncio.sleep(seconds)
        assert time.monotonic() - before >= seconds


async def test_the_clock_sleeps_at_least_as_long_as_asked():
    clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(0.03)
    assert clock.monotonic() - before >= 0.03


async def test_blocking_work_leaves_the_ui_thread():
    assert await asyncio.to_thread(threading.get_ident) != threading.get_ident()


async def test_reference_counts_survive_signals():
    """PySide6 6.12.0 drops a reference of None and True at each void call on Python < 3.12 and aborts at last."""

    class Bell(QObject):
        rang = Signal()

    bell = Bell()
    bell.rang.connect(lambda: None)
    before = [sys.getrefcount(thing) for thing in (None, True, False)]
    for _ in range(100):
        bell.rang.emit()
        bell.setObjectName("bell")
    after = [sys.getrefcount(thing) for thing in (None, True, False)]
    assert all(a >= b - 5 for a, b in zip(after, before, strict=True))
