"""Measures how fast ClockDesk is: `python -m tests.bench [--json FILE] [--only NAME]...`.

Everything runs against the embedded hotel on this machine, each measurement in a process of its own. What counts are
the ratios to two floors measured in the same run: R, one full repaint of a plain table of 33 rows and 12 columns, and
W, the start of an empty window of PySide6. Nothing here fails because a machine is slow.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench import rows
from tests.bench.figures import Report, Row, Series
from tests.bench.hands import Hotel, child, hotel
from tests.bench.scale import FULL, TINY, Scale
from tests.bench.starts import Starts, starts
from tests.bench.warm import make_copy

if TYPE_CHECKING:
    from collections.abc import Callable

NOWHERE = Hotel("http://127.0.0.1:9/11111/16449", "desk", "0" * 32, "")
"""A line that leads nowhere, for what needs none."""


@dataclass(slots=True)
class Bench:
    """One run below a folder of its own."""

    scale: Scale
    folder: Path
    wanted: tuple[str, ...]
    held: dict[str, int] = field(default_factory=dict)
    repaints: list[float] = field(default_factory=list)
    empty: Starts = field(default_factory=Starts)
    found: dict[str, Any] = field(default_factory=dict)

    @property
    def caches(self) -> Path:
        """Where Python keeps what it compiled."""
        return self.folder / "caches"

    def run(self) -> Report:
        """Measure everything wanted."""
        steps: tuple[tuple[tuple[str, ...], Callable[[tuple[str, ...]], None]], ...] = (
            (("start",), self._starts),
            (("read", "key", "filters"), self._desk),
            (("change", "storm"), self._line),
            (("memory", "idle"), self._rest),
            (("cold",), self._cold),
            (("plain",), self._plain),
        )
        if set(self.wanted) - {"cold", "plain"}:
            self._say(f"writing a copy of {self.scale.bookings:,} bookings")
            self.held = make_copy(self._data("made"), self.scale, NOWHERE.url, NOWHERE.user)
        for names, measure in steps:
            if chosen := tuple(name for name in names if name in self.wanted):
                self._say(f"measuring {', '.join(chosen)}")
                measure(chosen)
        return self._report()

    # the measurements

    def _starts(self, _names: tuple[str, ...]) -> None:
        ours, self.empty = starts(self._copy(), self.caches, NOWHERE, self.scale.starts)
        self.found["start"] = ours

    def _desk(self, names: tuple[str, ...]) -> None:
        self._take(self._child("desk", names, NOWHERE, self._copy()))

    def _line(self, names: tuple[str, ...]) -> None:
        for name in names:  # each on a copy and a hotel that agree
            with self._big_hotel() as at:
                self._take(self._child("line", (name,), at, self._copy()))

    def _rest(self, names: tuple[str, ...]) -> None:
        with self._big_hotel() as at:
            self._take(self._child("rest", names, at, self._copy()))

    def _cold(self, _names: tuple[str, ...]) -> None:
        with self._calm_hotel() as at:
            self.found["cold"] = self._child("calls", ("cold",), at)

    def _plain(self, _names: tuple[str, ...]) -> None:
        self.found["plain"] = {}
        for client in ("ours", "straightforward"):
            with self._calm_hotel() as at:
                self.found["plain"][client] = self._child("calls", (client,), at)

    # what they need

    def _big_hotel(self) -> Any:
        scale = self.scale
        return hotel(self.caches, rooms=scale.rooms, bookings=scale.bookings, rate=scale.change_rate)

    def _calm_hotel(self) -> Any:
        scale = self.scale
        return hotel(self.caches, rooms=scale.rooms, bookings=scale.calm_bookings, rate=scale.plain_rate)

    def _data(self, name: str) -> Path:
        return self.folder / name

    def _copy(self) -> Path:
        """A fresh copy of the copy."""
        data = self._data("data")
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(
            self._data("made"), data, ignore=lambda at, names: [n for n in names if (Path(at) / n).is_socket()]
        )
        return data

    def _child(self, work: str, names: tuple[str, ...], at: Hotel, data: Path | None = None) -> dict[str, Any]:
        asked = {"scale": asdict(self.scale), "hotel": asdict(at), "data": str(data or self.folder), "rows": names}
        return child(self.caches, "tests.bench.child", work, json.dumps(asked))

    def _take(self, found: dict[str, Any]) -> None:
        self.repaints += found.pop("R", [])
        self.found |= found

    # the report

    def _report(self) -> Report:
        floors = {"R": Series.of(self.repaints)} if self.repaints else {}
        if self.empty.wall:
            floors["W"] = Series.of(self.empty.wall)
        made = [self._row(name, floors) for name in rows.NAMES if name in self.wanted]
        return Report(_machine(), floors, _noise(floors), made)

    def _row(self, name: str, floors: dict[str, Series]) -> Row:
        found, scale = self.found[name], self.scale
        match name:
            case "start":
                return rows.start(found, self.empty, scale)
            case "cold":
                return rows.cold(found)
            case "change":
                return rows.change(found, floors["R"])
            case "read":
                return rows.read(found, floors["R"])
            case "key":
                return rows.key(found, floors["R"], scale)
            case "filters":
                return rows.filters(found, floors["R"], scale)
            case "storm":
                return rows.storm(found, scale)
            case "memory":
                return rows.memory(found | {"folios": self.held["folios"]}, scale)
            case "idle":
                return rows.idle(found)
            case _:
                return rows.plain(found["ours"], found["straightforward"], scale)

    @staticmethod
    def _say(words: str) -> None:
        print(f"bench: {words}", file=sys.stderr, flush=True)


def _machine() -> str:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{load}, Python {platform.python_version()}"


def _noise(floors: dict[str, Series]) -> str:
    said = [f"{name} from {s.least:.1f} to {s.most:.1f} ms within this run" for name, s in floors.items()]
    return f"Noise of the machine: {'; '.join(said)}." if said else "No floor was needed."


def main() -> int:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", metavar="FILE", type=Path, help="write every figure as JSON as well")
    parser.add_argument(
        "--only", metavar="NAME", action="append", choices=rows.NAMES, help=f"of {', '.join(rows.NAMES)}"
    )
    parser.add_argument("--tiny", action="store_true", help="a tiny world: shows that the bench runs, measures nothing")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clockdesk-bench-") as folder:
        bench = Bench(TINY if given.tiny else FULL, Path(folder), tuple(given.only or rows.NAMES))
        report = bench.run()
    print(report.text())
    if given.json:
        given.json.write_text(json.dumps(report.as_json(), indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
