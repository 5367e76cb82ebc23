"""Watches the money nobody announces: charges and payments have no event and touch no `updated_at` (facts, section 9).

`folio_ledger` answers for all folios in one call. What its blocks mean in detail depends on the account's settings, so
they are not interpreted: a folio whose ledger item differs from the one seen before is read again, with its booking.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clockdesk.api.gate import Lane
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.store.batch import Batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.api.service import Service
    from clockdesk.store.thread import StoreThread
    from clockdesk.sync.reader import Reader
    from clockdesk.sync.scope import Questions
    from clockdesk.sync.trust import Standing

LEDGER = "ledger"
"""Name of the report: of the fact that keeps its items' fingerprints, and of the right to it."""


def fingerprint(item: bytes) -> str:
    """A short mark of one ledger item, whatever its members and their order."""
    canonical = json.dumps(json.loads(item), sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(canonical.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class LedgerWatch:
    """One look at the ledger at a time."""

    service: Service
    store: StoreThread
    reader: Reader
    standing: Standing
    questions: Callable[[], Questions]

    async def look(self) -> int:
        """Read the ledger and have every held folio read whose item moved; returns how many.

        The first look only remembers. Raises KnownError when the line is down.
        """
        if LEDGER in self.standing.rights_missing:
            return 0
        today = self.questions().today.isoformat()
        try:
            reading = await self.service.folio_ledger(today, lane=Lane.BACKGROUND)
        except KnownError as error:
            if error.code is not ErrorCode.NO_RIGHT:
                raise
            self.reader.right_missing(LEDGER, error)
            return 0
        self.standing.line_answers()
        now = {str(folio): fingerprint(item.raw) for folio, item in reading.value.items()}
        before = await self.store.read(lambda mirror: mirror.fact(LEDGER)) or {}
        await self.store.apply(Batch(facts={LEDGER: {"date": today, "items": now}}))
        if before.get("date") != today:
            return 0
        moved = {int(folio) for folio, mark in now.items() if before["items"].get(folio) != mark}
        held = await self.store.read(lambda mirror: mirror.ids(Kind.FOLIO)) & moved
        self.reader.mark(((Kind.FOLIO, ident) for ident in sorted(held)), Lane.BACKGROUND)
        return len(held)
