"""Measured series, the rows of the table, and how they are printed and written."""

from __future__ import annotations

import math
import statistics
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Series:
    """Some measurements of one thing, in milliseconds."""

    median: float
    p95: float
    least: float
    most: float
    count: int

    @classmethod
    def of(cls, seconds: Iterable[float]) -> Series:
        """From seconds. Raises ValueError when nothing was measured."""
        ms = sorted(each * 1000 for each in seconds)
        if not ms:
            raise ValueError("nothing was measured")
        return cls(statistics.median(ms), p95(ms), ms[0], ms[-1], len(ms))

    def said(self) -> str:
        """In words, for a note."""
        return f"median {self.median:.1f} ms, p95 {self.p95:.1f}, {self.least:.1f}-{self.most:.1f}, n {self.count}"


def p95(ordered: Sequence[float]) -> float:
    """The 95th percentile by rank: the smallest value that no more than 5 % exceed."""
    return ordered[math.ceil(0.95 * len(ordered)) - 1]


@dataclass(slots=True)
class Row:
    """One row of the table. `met` is None where the row has no aim of its own."""

    name: str
    what: str
    aim: str
    measured: str
    met: bool | None
    note: str = ""
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """A whole run."""

    machine: str
    floors: dict[str, Series]
    noise: str
    rows: list[Row]

    def text(self) -> str:
        """For people; the table is Markdown, so that it can be pasted."""
        lines = [self.machine, *(f"{name}: {series.said()}" for name, series in self.floors.items()), self.noise, ""]
        lines += ["| what | aim | measured | met |", "|---|---|---|---|"]
        verdict = {True: "yes", False: "**no**", None: "-"}
        lines += [f"| {row.what} | {row.aim} | {row.measured} | {verdict[row.met]} |" for row in self.rows]
        lines += ["", *(f"{row.name}: {row.note}" for row in self.rows if row.note)]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)
