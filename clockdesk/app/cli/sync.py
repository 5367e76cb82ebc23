"""`clockdesk sync`: bring the copy up to date once, or keep it so and print each change."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING, Any

from clockdesk.app.cli.shared import access, opened, say
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.sync.trust import BROKEN_LINE

if TYPE_CHECKING:
    import argparse

    from clockdesk.app.engine import Engine
    from clockdesk.domain.records import ChangeSet


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    sync = commands.add_parser("sync", parents=[shared], help="bring the copy up to date without a window")
    how = sync.add_mutually_exclusive_group(required=True)
    how.add_argument("--once", action="store_true", help="once, without message channels; ends with a summary")
    how.add_argument("--watch", action="store_true", help="open the channels and print each change as it lands")


async def run(options: argparse.Namespace) -> int:
    """Synchronise. Beside a running window on the same copy, the window does it."""
    from clockdesk.app.handover import ask_window  # noqa: PLC0415 (needs Qt's network part; the other commands do not)

    wanted = await access(options)
    if options.once and (summary := await asyncio.to_thread(ask_window, wanted.folder, "sync")) is not None:
        _finish(options, summary)
        return 0 if summary["state"] == "complete" else 1
    async with opened(options) as engine:
        if options.watch:
            return await _watch(options, engine)
        summary = await sync_once(engine)
        _finish(options, summary)
        return 0 if summary["state"] == "complete" else 1


async def sync_once(engine: Engine) -> dict[str, Any]:
    """One synchronisation and its summary."""
    began = time.monotonic()
    error: KnownError | None = None
    try:
        await engine.sync.once()
    except KnownError as known:
        error = known
    standing = engine.sync.standing
    return await summary_of(engine, error or standing.broken, time.monotonic() - began)


async def summary_of(engine: Engine, error: KnownError | None, seconds: float) -> dict[str, Any]:
    """The summary line; `error` = what broke the line, if anything did."""
    counts = await engine.store.read(
        lambda mirror: {kind: mirror.count(kind) for kind in (Kind.ROOM, Kind.BOOKING, Kind.FOLIO)}
    )
    owed = len(await engine.store.read(lambda mirror: mirror.owed()))
    counters = engine.gate.snapshot()
    return {
        "state": state_of(error, owed, bool(engine.sync.standing.rights_missing)),
        "rooms": counts[Kind.ROOM],
        "bookings": counts[Kind.BOOKING],
        "folios": counts[Kind.FOLIO],
        "owed": owed,
        "calls": counters.total,
        "calls_by_endpoint": dict(counters.by_endpoint),
        "rejected_429": counters.limited_429,
        "seconds": round(seconds, 2),
        **({"reason": str(error)} if error else {}),
    }


def state_of(error: KnownError | None, owed: int, rights_missing: bool) -> str:  # noqa: FBT001
    """complete, partial, signed_out or offline."""
    if error is not None:
        if error.code is ErrorCode.SIGNED_OUT:
            return "signed_out"
        return "offline" if error.code in BROKEN_LINE else "partial"
    return "partial" if owed or rights_missing else "complete"


def _finish(options: argparse.Namespace, summary: dict[str, Any]) -> None:
    words = (
        f"{summary['state']}: {summary['rooms']} rooms, {summary['bookings']} bookings, {summary['folios']} folios, "
        f"{summary['owed']} owed; {summary['calls']} calls in {summary['seconds']} s"
    )
    say(options, summary, words)
    if summary.get("reason"):
        print(f"clockdesk: {summary['reason']}", file=sys.stderr)


async def _watch(options: argparse.Namespace, engine: Engine) -> int:
    """Print changes until interrupted; ends with 1 when signed out."""

    def tell(change: ChangeSet) -> None:
        for what, ids in (("added", change.added), ("changed", change.changed), ("removed", change.removed)):
            for ident in sorted(ids):
                facts = {"kind": change.kind, "id": ident, "change": what, "origin": change.origin}
                say(options, facts, f"{change.kind} {ident} {what} ({change.origin})")

    engine.changes.subscribe(tell)
    ended = asyncio.Event()
    last: list[KnownError] = []

    def look(_news: object) -> None:
        broken = engine.sync.standing.broken
        if broken is not None and broken.code is ErrorCode.SIGNED_OUT:
            last.append(broken)
            ended.set()

    engine.freshness.subscribe(look)
    engine.start()
    await ended.wait()
    raise last[0]
