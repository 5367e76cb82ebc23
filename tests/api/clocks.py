"""Clocks that a test moves."""

from __future__ import annotations

import asyncio
import datetime as dt
import heapq
import itertools

from clockdesk.app.clock import SystemClock

START = dt.datetime(2026, 11, 21, 10, 0, tzinfo=dt.UTC)


class HandClock:
    """Stands still until `advance`; `asked` is what sleepers asked for.

    `early` is the part of a sleep after which a sleeper wakes (on Qt: 0.95).
    """

    def __init__(self, early: float = 1.0) -> None:
        self.seconds = 1000.0
        self.early = early
        self.asked: list[float] = []
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = itertools.count()

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> dt.datetime:
        return START + dt.timedelta(seconds=self.seconds - 1000.0)

    async def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)
        if seconds <= 0:
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.seconds + seconds * self.early, next(self._number), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Let the time pass, waking each sleeper at its moment."""
        until = self.seconds + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            at, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                self.seconds = max(self.seconds, at)
                woken.set_result(None)
                await settle()
        self.seconds = until
        await settle()


async def settle() -> None:
    """Let everything run that can run without time passing."""
    for _ in range(12):
        await asyncio.sleep(0)


class HastyClock:
    """The real time, but nobody ever waits: a sleep jumps ahead. `asked` and `skipped` tell what was not waited."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._real = SystemClock()
        self.skipped = 0.0

    def monotonic(self) -> float:
        return self._real.monotonic() + self.skipped

    def now(self) -> dt.datetime:
        return self._real.now() + dt.timedelta(seconds=self.skipped)

    async def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)
        self.skipped += max(0.0, seconds)
        await asyncio.sleep(0)
