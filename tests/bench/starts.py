"""Starts of the program and of an empty window, turn by turn, so that both meet the same machine."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.bench.floors import EMPTY_WINDOW
from tests.bench.hands import ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.hands import Hotel

PATIENCE = 120.0


@dataclass(slots=True)
class Starts:
    """Seconds from the start of a process to its paint: by the clock, and of the processor."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def measure(self, caches: Path, *words: str) -> None:
        """Start a Python with these words and wait for its line `painted`."""
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, *words], env=environment(caches), capture_output=True, text=True, timeout=PATIENCE,
            check=False, cwd=ROOT,
        )  # fmt: skip
        told = next((line.split() for line in done.stdout.splitlines() if line.startswith("painted ")), None)
        if told is None:
            raise RuntimeError(f"nothing was painted:\n{done.stdout}\n{done.stderr}")
        self.wall.append(float(told[1]) - began)
        self.cpu.append(float(told[2]))


def starts(data: Path, caches: Path, hotel: Hotel, count: int) -> tuple[Starts, Starts]:
    """So many starts of the program on the copy below `data`, and as many of an empty window."""
    ours, empty = Starts(), Starts()
    for turn in range(-1, count):
        ours.measure(caches, "-m", "tests.bench.program", str(data), hotel.key)
        empty.measure(caches, "-c", EMPTY_WINDOW)
        if turn < 0:  # the first of each only compiles and fills the caches
            ours, empty = Starts(), Starts()
    return ours, empty
