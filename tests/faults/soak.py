"""Keeps a copy true in a world that runs faster, and tells its own size for each line it is sent.

Arguments: folder, address, user, key, how much faster, the monotonic second of the beginning, the instant then.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import override

from clockdesk.app.clock import SystemClock
from clockdesk.app.engine import open_engine
from clockdesk.app.settings import AccountSettings
from clockdesk.domain.tasks import Tasks
from clockdesk.sync import worker
from tests.support.engine import STORE_KEY

if TYPE_CHECKING:
    from clockdesk.app.engine import Engine

KEPT = dt.timedelta(hours=3)
"""The copy's history is kept for so long here, that a day shows whether it is kept for longer."""


class FastClock(SystemClock):
    """All clocks of the world run `haste` times as fast since a moment both sides know."""

    def __init__(self, haste: float, began: float, then: dt.datetime) -> None:
        self.haste, self.began, self.then = haste, began, then

    @override
    def monotonic(self) -> float:
        return (time.monotonic() - self.began) * self.haste

    @override
    def now(self) -> dt.datetime:
        return self.then + dt.timedelta(seconds=self.monotonic())

    @override
    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / self.haste)


def taken() -> tuple[int, int]:
    """Bytes of memory and open files of this process."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096, len(list(Path("/proc/self/fd").iterdir()))


async def size(engine: Engine, clock: FastClock) -> dict[str, float]:
    """What must not grow."""
    gc.collect()
    loop = asyncio.get_running_loop()
    memory, files = taken()
    oldest = await engine.store.read(lambda mirror: mirror._db.rows("SELECT min(at) FROM history")[0][0])
    return {
        "hours": clock.monotonic() / 3600,
        "megabytes": memory / 1e6,
        "objects": len(gc.get_objects()),
        "tasks": len(asyncio.all_tasks()),
        "timers": len(loop._scheduled),  # type: ignore[attr-defined]
        "files": files,
        "oldest_hours": (clock.now().timestamp() * 1e6 - oldest) / 3.6e9 if oldest else 0.0,
        "events": engine.sync.received.events,
        "calls": engine.gate.snapshot().total,
        "left": engine.sync.reader.left,
    }


async def main(folder: str, address: str, user: str, key: str, haste: str, began: str, then: str) -> None:
    """Answer each line until there is none; then wait until all is read and close."""
    worker.HISTORY = KEPT
    clock = FastClock(float(haste), float(began), dt.datetime.fromisoformat(then))
    account = AccountSettings("test", address, user, rate=1000)
    engine = await open_engine(account, key, Path(folder), STORE_KEY, clock, Tasks())
    engine.start()
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await size(engine, clock)), flush=True)
    await engine.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
