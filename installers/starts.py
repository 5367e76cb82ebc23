"""How long the program takes from its start to its window, frozen and from its source: `starts.py` on a display.

Both start turn by turn, so that both meet the same machine; the first turn only fills the caches. Fails when the frozen
program takes more than half as long again. Needs xdotool, and what freeze.py made.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time

from freeze import FOLDER, ROOT

TURNS = 9
PATIENCE = 60.0
MOST = 1.5
"""How many times as long the frozen program may take."""

WAYS = {"from its source": [sys.executable, "-m", "clockdesk"], "frozen": [str(FOLDER / "clockdesk")]}


def shown() -> bool:
    """Whether a window of the program is on the screen."""
    words = ["xdotool", "search", "--onlyvisible", "--name", "ClockDesk"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def wait_for(*, there: bool) -> float:
    """Waits until a window is there or gone; the moment."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if shown() is there:
            return time.monotonic()
        time.sleep(0.002)  # noqa: TID251
    raise SystemExit(f"starts: no window {'came' if there else 'went'} within {PATIENCE:.0f} s")


def start(command: list[str]) -> float:
    """Seconds from a start to the window."""
    with tempfile.TemporaryDirectory() as store:
        began = time.monotonic()
        with subprocess.Popen([*command, "--store", store], cwd=ROOT) as process:
            seconds = wait_for(there=True) - began
            process.terminate()
        wait_for(there=False)
    return seconds


def main() -> int:
    """The exit status: 1 when the frozen program is too slow."""
    taken: dict[str, list[float]] = {way: [] for way in WAYS}
    for turn in range(-1, TURNS):
        for way, command in WAYS.items():
            seconds = start(command)
            if turn >= 0:
                taken[way].append(seconds)
    medians = {way: statistics.median(times) for way, times in taken.items()}
    for way, times in taken.items():
        print(
            f"  start to window, {way}: {medians[way] * 1000:.0f} ms ({min(times) * 1000:.0f}-{max(times) * 1000:.0f})"
        )
    ratio = medians["frozen"] / medians["from its source"]
    print(f"  the frozen program takes {ratio:.2f} x the time of the unfrozen one (at most {MOST})")
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
