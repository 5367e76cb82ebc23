"""The inside of the bench: `python -m tests.bench.child WORK JSON` measures in a fresh process, prints one line."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.hands import Hotel
from tests.bench.scale import Scale

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Asked = dict[str, Any]


async def at_desk(asked: Asked) -> dict[str, Any]:
    """The rows that need a window and no line."""
    from tests.bench import desk
    from tests.bench.floors import repaints
    from tests.bench.stage import staged

    scale, measures = asked["scale"], {"read": desk.reads, "key": desk.keys, "filters": desk.counts}
    found: dict[str, Any] = {"R": await repaints(scale.repaints)}
    async with staged(asked["data"], asked["hotel"], scale, scale.change_rate) as stage:
        await stage.confirmed()
        for name in asked["rows"]:
            found[name] = asdict(await measures[name](stage, scale))
            found["R"] += await repaints(scale.repaints)
    return found


async def on_the_line(asked: Asked) -> dict[str, Any]:
    """The rows that need a window and the hotel."""
    from tests.bench import live
    from tests.bench.floors import repaints
    from tests.bench.stage import staged

    scale, hotel = asked["scale"], asked["hotel"]
    found: dict[str, Any] = {"R": await repaints(scale.repaints)}
    if "change" in asked["rows"]:
        await asyncio.to_thread(hotel.fault, rate_limit=scale.change_rate)
        async with staged(asked["data"], hotel, scale, scale.change_rate) as stage:
            await stage.live()
            found["change"] = await live.changes(stage, hotel, scale)
        found["R"] += await repaints(scale.repaints)
    if "storm" in asked["rows"]:
        found["storm"] = []
        for rate in scale.storm_rates:
            await asyncio.to_thread(hotel.fault, rate_limit=max(scale.storm_rates))
            async with staged(asked["data"], hotel, scale, rate) as stage:
                await stage.live()
                found["storm"].append(await live.storm(stage, hotel, scale, rate))
    return found


async def at_rest(asked: Asked) -> dict[str, Any]:
    """Memory, and what waiting costs."""
    from tests.bench import weight
    from tests.bench.stage import staged

    measures = {"memory": weight.memory, "idle": weight.idle}
    scale = asked["scale"]
    async with staged(asked["data"], asked["hotel"], scale, scale.change_rate) as stage:
        await stage.live()
        return {name: await measures[name](stage, asked["hotel"], scale) for name in asked["rows"]}


async def calls(asked: Asked) -> dict[str, Any]:
    """The rows that count calls and need no window: each on a hotel of its own."""
    from tests.bench import cold, plain

    hotel, scale = asked["hotel"], asked["scale"]
    match asked["rows"]:
        case ["cold"]:
            return await cold.cold(hotel, scale.plain_rate)
        case ["ours"]:
            return await plain.ours(hotel, scale)
        case _:
            return await plain.straightforward(hotel, scale)


IN_WINDOW: dict[str, Callable[[Asked], Awaitable[dict[str, Any]]]] = {
    "desk": at_desk,
    "line": on_the_line,
    "rest": at_rest,
}


def main() -> None:
    """Measure what is asked."""
    asked = json.loads(sys.argv[2])
    asked |= {"scale": Scale(**asked["scale"]), "hotel": Hotel(**asked["hotel"]), "data": Path(asked["data"])}
    work = IN_WINDOW.get(sys.argv[1])
    if work is None:
        print(json.dumps(asyncio.run(calls(asked))))
        return
    from clockdesk.app.application import make_app
    from clockdesk.app.loop import run

    async def measure() -> dict[str, Any]:
        return await work(asked)

    print(json.dumps(run(make_app, measure)))


if __name__ == "__main__":
    main()
