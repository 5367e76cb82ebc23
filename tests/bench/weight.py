"""Rows about the program at rest: memory with everything opened, and what waiting costs."""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.bench.hands import Hotel
    from tests.bench.scale import Scale
    from tests.bench.stage import Stage


async def memory(stage: Stage, hotel: Hotel, scale: Scale) -> dict[str, Any]:
    """MB of this process once every screen, every drawer and the connection dialog were open."""
    loaded = resident()
    for prepare in stage.window.poses().values():
        await prepare()
        await stage.settle(0.5)
    stage.window.close_dialog()
    await stage.until(lambda: not stage.engine.sync.reader.left)
    del hotel, scale
    return {"mb": resident(), "loaded_mb": loaded}


async def idle(stage: Stage, hotel: Hotel, scale: Scale) -> dict[str, Any]:
    """The share of a core taken while the window is open, the channels are followed and nothing happens."""
    stage.window.goto("today")
    await stage.until(lambda: not stage.engine.sync.reader.left)
    await stage.settle(min(6.0, scale.idle_seconds))
    polls = (await asyncio.to_thread(hotel.stats))["open_polls"]
    began, used = time.perf_counter(), time.process_time()
    await asyncio.sleep(scale.idle_seconds)
    used, passed = time.process_time() - used, time.perf_counter() - began
    return {"share": used / passed, "polls": sum(polls.values()), "seconds": passed}


def resident() -> float:
    """MB of memory this process holds now (where the system does not tell: the most it ever held)."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 1024
