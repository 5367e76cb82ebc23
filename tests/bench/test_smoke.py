"""The bench runs: on a tiny world every row is measured and printed. What the figures are is nobody's business here."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.bench.figures import Series, p95
from tests.bench.hands import ROOT
from tests.bench.rows import NAMES

if TYPE_CHECKING:
    from pathlib import Path


def test_a_tiny_run_prints_every_row(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "tests.bench", "--tiny", "--json", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=110, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    report = json.loads(file.read_text("utf-8"))
    assert [row["name"] for row in report["rows"]] == list(NAMES)
    assert set(report["floors"]) == {"R", "W"}
    for row in report["rows"]:
        assert f"| {row['what']} | {row['aim']} | {row['measured']} |" in done.stdout


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert p95([1.0]) == 1.0
    assert p95([float(each) for each in range(1, 21)]) == 19.0
    assert p95([float(each) for each in range(1, 101)]) == 95.0


def test_a_series_is_told_in_milliseconds() -> None:
    series = Series.of([0.003, 0.001, 0.002])
    assert (series.median, series.p95, series.least, series.most, series.count) == (2.0, 3.0, 1.0, 3.0, 3)
