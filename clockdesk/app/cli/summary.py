"""One synchronisation, and the line that says how it went: for the command and for the window that does it instead."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.sync.trust import BROKEN_LINE, COPY_REFUSES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from clockdesk.app.engine import Engine
    from clockdesk.domain.records import ChangeSet


async def sync_once(engine: Engine) -> dict[str, Any]:
    """One synchronisation without channels, and its summary."""
    return await _summed_up(engine, engine.sync.once)


async def sync_beside(engine: Engine) -> dict[str, Any]:
    """What a running window does for `clockdesk sync --once`: it sweeps, reads what was named, and tells."""

    async def work() -> None:
        await engine.sync.sweep_now()
        await engine.sync.reader.quiet()

    return await _summed_up(engine, work)


async def _summed_up(engine: Engine, work: Callable[[], Awaitable[None]]) -> dict[str, Any]:
    began, before = time.monotonic(), engine.gate.snapshot()
    standing, met = engine.sync.standing, list[KnownError]()
    leave = engine.freshness.subscribe(lambda _: met.append(standing.broken) if standing.broken else None)
    try:
        await work()
        own = (error for error in met if error.code in COPY_REFUSES)  # a later call may have gone well all the same
        error = standing.broken or next(own, None)
    except KnownError as known:
        error = known
    finally:
        leave()
    counts = await engine.store.read(
        lambda mirror: {kind: mirror.count(kind) for kind in (Kind.ROOM, Kind.BOOKING, Kind.FOLIO)}
    )
    owed = await engine.store.read(lambda mirror: mirror.owed())
    refused = dict(standing.rights_missing)
    failed = sum(debt.kind not in refused for debt in owed)
    now = engine.gate.snapshot()
    state = state_of(error, owed=bool(owed), refused=bool(refused))
    return {
        "state": state,
        "rooms": counts[Kind.ROOM],
        "bookings": counts[Kind.BOOKING],
        "folios": counts[Kind.FOLIO],
        "owed": len(owed),
        "calls": now.total - before.total,
        "calls_by_endpoint": dict(sorted((Counter(now.by_endpoint) - Counter(before.by_endpoint)).items())),
        "rejected_429": now.limited_429 - before.limited_429,
        "seconds": round(time.monotonic() - began, 2),
        **({} if state == "complete" else {"reason": _reason(error, failed, refused)}),
    }


def state_of(error: KnownError | None, *, owed: bool, refused: bool) -> str:
    """complete, partial, signed_out or offline; `refused`: a right is missing. A firewall's stop is no line at all."""
    if error is not None:
        if error.code is ErrorCode.SIGNED_OUT:
            return "signed_out"
        return "offline" if error.code in BROKEN_LINE or error.code is ErrorCode.BLOCKED else "partial"
    return "partial" if owed or refused else "complete"


def _reason(error: KnownError | None, failed: int, refused: dict[str, str]) -> str:
    """`failed`: objects owed although their kind may be read."""
    parts = [str(error)] if error is not None else []
    if refused:
        kinds = ", ".join(sorted(f"{kind.replace('_', ' ')}s" for kind in refused))
        rights = ", ".join(sorted(set(refused.values())))
        parts.append(f"The API user may not read {kinds}: ask Clock's support to grant {rights}.")
    if failed:
        parts.append(f"{failed} objects could not be read; the next synchronisation tries them again.")
    return " ".join(parts)


def happenings(change: ChangeSet) -> Iterator[dict[str, Any]]:
    """Each object of a change set as `sync --watch` prints it."""
    for what, ids in (("added", change.added), ("changed", change.changed), ("removed", change.removed)):
        for ident in sorted(ids):
            yield {"kind": str(change.kind), "id": ident, "change": what, "origin": change.origin}
