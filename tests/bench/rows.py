"""The rows of the table: what each measures, what it aims at, and how a measurement is judged against the floors."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from clockdesk.sync.collect import COLLECT
from tests.bench.figures import Row, Series

if TYPE_CHECKING:
    from tests.bench.scale import Scale
    from tests.bench.starts import Starts

NAMES = ("start", "cold", "change", "read", "key", "filters", "storm", "memory", "idle", "plain")

STARTS_IN_W = 2.0
COLD = 1.05
CHANGE_IN_R = 10.0
READ_IN_R = 2.0
KEY_IN_R = 4.0
FILTERS_IN_R = 1.0
BLOCK_MS = 50.0
MOST_MB = 250.0
IDLE_SHARE = 0.01


def start(ours: Starts, empty: Starts, scale: Scale) -> Row:
    """The program's start, in starts of an empty window."""
    wall, floor = Series.of(ours.wall), Series.of(empty.wall)
    ratio = wall.median / floor.median
    cpu = statistics.median(ours.cpu) / statistics.median(empty.cpu)
    return Row(
        "start",
        f"process start → Today painted from a warm copy of {scale.bookings:,} bookings",
        f"≤ {STARTS_IN_W:g} W",
        f"{ratio:.1f} W ({wall.median:.0f} ms)",
        ratio <= STARTS_IN_W,
        f"{wall.said()}; in processor time {cpu:.1f} W ({statistics.median(ours.cpu) * 1000:.0f} ms)",
        {"wall": ours.wall, "cpu": ours.cpu, "ratio": ratio, "cpu_ratio": cpu},
    )


def cold(found: dict[str, Any]) -> Row:
    """Calls of a cold start against the least."""
    ratio = found["calls"] / found["least"]
    return Row(
        "cold",
        "cold start → Today complete, in calls",
        f"≤ {COLD:g} x the least",
        f"{ratio:.3f} x ({found['calls']} of {found['least']})",
        ratio <= COLD,
        f"{found['bookings']} bookings of today in a hotel of {found['rooms']} rooms, {found['seconds']:.1f} s, "
        f"{found['rejected_429']} answers 429",
        found | {"ratio": ratio},
    )


def change(seconds: list[float], floor: Series) -> Row:
    """From the hotel to the pixels."""
    series, limit = Series.of(seconds), COLLECT * 1000 + CHANGE_IN_R * floor.median
    return Row(
        "change",
        "server change → pixels (channel + read + paint, loopback)",
        f"p95 ≤ collecting window + {CHANGE_IN_R:g} R ({limit:.0f} ms)",
        f"p95 {series.p95:.0f} ms = window + {(series.p95 - COLLECT * 1000) / floor.median:.1f} R",
        series.p95 <= limit,
        f"{series.said()}; the collecting window is {COLLECT * 1000:.0f} ms",
        {"seconds": seconds},
    )


def in_repaints(name: str, what: str, aim: float, unit: str, timed: dict[str, list[float]], floor: Series) -> Row:
    """Something that is measured in repaints of the plain table."""
    wall, cpu = Series.of(timed["wall"]), Series.of(timed["cpu"])
    ratio = wall.p95 / floor.median
    return Row(
        name,
        what,
        f"p95 ≤ {aim:g} R{unit}",
        f"p95 {ratio:.1f} R ({wall.p95:.1f} ms)",
        ratio <= aim,
        f"{wall.said()}; of the UI thread's own time {cpu.said()}",
        timed | {"ratio": ratio, "cpu_ratio": cpu.p95 / floor.median},
    )


def read(timed: dict[str, list[float]], floor: Series) -> Row:
    """From an answer in hand to the pixels."""
    return in_repaints("read", "event already read → pixels", READ_IN_R, "", timed, floor)


def key(timed: dict[str, list[float]], floor: Series, scale: Scale) -> Row:
    """From a key to the list."""
    what = f"keystroke → filtered list, {scale.bookings:,} bookings"
    return in_repaints("key", what, KEY_IN_R, "", timed, floor)


def filters(timed: dict[str, list[float]], floor: Series, scale: Scale) -> Row:
    """What thirty counts cost."""
    what = f"{scale.filters} saved filters kept counted on each event, {scale.bookings:,} bookings"
    return in_repaints("filters", what, FILTERS_IN_R, " an event", timed, floor)


def storm(found: list[dict[str, Any]], scale: Scale) -> Row:
    """The worst of the storms."""
    blocks = {one["rate"]: max(one["blocks"]) * 1000 for one in found}
    refused = sum(one["rejected_429"] for one in found)
    worst = max(blocks.values())
    notes = [
        f"at {one['rate']} calls/s: longest block {blocks[one['rate']]:.0f} ms "
        f"(processor {max(one['blocks_cpu']) * 1000:.0f} ms), {one['events']} events in {one['seconds']:.1f} s, "
        f"{one['calls']} calls, {one['rejected_429']} answers 429, {one['left']} still to read"
        for one in found
    ]
    return Row(
        "storm",
        f"storm: {scale.events} events in {scale.storm_seconds:g} s",
        f"longest block of the UI thread ≤ {BLOCK_MS:g} ms, 0 answers 429",
        f"{worst:.0f} ms, {refused} answers 429",
        worst <= BLOCK_MS and not refused,
        "; ".join(notes),
        {"storms": [one | {"blocks": sorted(one["blocks"])[-20:]} for one in found]},
    )


def memory(found: dict[str, Any], scale: Scale) -> Row:
    """What the process holds."""
    return Row(
        "memory",
        f"memory, {scale.bookings:,} bookings, all screens opened",
        f"≤ {MOST_MB:g} MB",
        f"{found['mb']:.0f} MB",
        found["mb"] <= MOST_MB,
        f"{found['loaded_mb']:.0f} MB after loading; the copy holds {found.get('folios', 0):,} folios as well",
        found,
    )


def idle(found: dict[str, Any]) -> Row:
    """What waiting costs."""
    return Row(
        "idle",
        f"idle, {found['polls']} long polls open",
        f"≤ {IDLE_SHARE:.0%} of a core",
        f"{found['share']:.2%}",
        found["share"] <= IDLE_SHARE,
        f"over {found['seconds']:.0f} s",
        found,
    )


def plain(ours: dict[str, Any], theirs: dict[str, Any], scale: Scale) -> Row:
    """Ours beside a straightforward client."""

    def parts(one: dict[str, Any]) -> str:
        return (
            f"Today {one['load_calls']} calls, {one['load_seconds']:.1f} s; {one['storm']['events']} events "
            f"{one['storm_calls']} calls, {one['storm_seconds']:.1f} s; {one['rejected_429']} answers 429"
        )

    calls, seconds = ("load_calls", "storm_calls"), ("load_seconds", "storm_seconds")
    times = {what: sum(theirs[of] for of in names) / sum(ours[of] for of in names)
             for what, names in (("calls", calls), ("time", seconds))}  # fmt: skip
    return Row(
        "plain",
        "the same work by a straightforward client (own challenge a call, one read an event, list again)",
        "-",
        f"{times['calls']:.1f} x the calls, {times['time']:.1f} x the time, "
        f"{theirs['rejected_429']} answers 429 against {ours['rejected_429']}",
        None,
        f"at {scale.plain_rate} calls/s. Ours: {parts(ours)}. Straightforward: {parts(theirs)}",
        {"ours": ours, "straightforward": theirs, "ratio": times},
    )
