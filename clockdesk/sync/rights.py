"""The rights the account was seen to lack. Kept in desk.db, so that they are not run into again after a restart.

A missing right is asked for again after a day: rights are granted by Clock's staff without any sign to us, and one
refused call a day and kind is little.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clockdesk.store.thread import StoreThread

RIGHTS = "rights_missing"
"""Name of the fact."""

AGAIN = dt.timedelta(days=1)


async def read_rights(store: StoreThread, now: dt.datetime | None = None) -> dict[str, str]:
    """What is known to be missing: the service's name of the right by kind. With `now`, only what is not due again."""
    fact = await store.run(store.desk.fact, RIGHTS) or {}
    return {
        kind: entry["right"]
        for kind, entry in fact.items()
        if now is None or dt.datetime.fromisoformat(entry["met"]) + AGAIN > now
    }


async def keep_rights(store: StoreThread, missing: Mapping[str, str], now: dt.datetime) -> None:
    """Remember what is missing; what was known already keeps the time it was first met."""
    fact = await store.run(store.desk.fact, RIGHTS) or {}
    kept = {kind: fact.get(kind) or {"right": right, "met": now.isoformat()} for kind, right in sorted(missing.items())}
    await store.run(store.desk.set_fact, RIGHTS, kept)
