"""Watches the money nobody announces: charges and payments have no event and touch no `updated_at` (facts, section 9).

`folio_ledger` answers for all folios in one call. What its blocks mean in detail depends on the account's settings, so
they are not interpreted: a folio whose ledger item differs from the one seen before is read again, with its booking.
From one date to the next only the block "by the end of the date" can be compared; the others begin anew, and a charge
that was paid at once leaves no other trace. So on a new date the ledger of each date that is over is asked for.

A charge that is posted and voided again between two looks leaves the ledger as it was. Whoever was read in between has
the money of that moment, so what changed its money in the copy since the last look is read once more after the next.
What the very first start reads between its first two looks is the one exception: it would all have to be read twice.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from clockdesk.api.gate import Lane
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.sync.follow import STRANGERS, WITH_MONEY
from clockdesk.sync.trust import LEDGER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

    from clockdesk.api.reports import LedgerItem
    from clockdesk.api.service import Service
    from clockdesk.store.mirror_reads import MirrorReader
    from clockdesk.store.thread import StoreThread
    from clockdesk.sync.dirty import Target
    from clockdesk.sync.reader import Reader
    from clockdesk.sync.scope import Questions
    from clockdesk.sync.trust import Standing

MONEY = frozenset({"balance", "value"})
"""The members of a booking or folio that tell of its money."""

FEW = 10
"""Up to this many folios that moved and are not in the copy are simply read, to learn whose balance they moved."""


FOLLOWED = 7
"""Up to this many dates gone by between two looks are asked about one by one. After more, every open folio is read."""


def dates_over(last: str, date: str) -> list[str]:
    """The dates that are over since a look on `last`, that one included; it alone when the clock went back."""
    first, today = dt.date.fromisoformat(last), dt.date.fromisoformat(date)
    over = [(first + dt.timedelta(days=days)).isoformat() for days in range((today - first).days)]
    return over if first <= today else [last]


def fingerprints(item: LedgerItem) -> list[str]:
    """Two short marks of one ledger item: of all of it, and of what holds by the end of the date."""
    whole = json.loads(item.raw)
    return [_mark(whole), _mark(whole.get("end_of_date"))]


def _mark(value: Any) -> str:
    """The same for the same members, whatever their order."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(canonical.encode(), digest_size=8).hexdigest()


def moved(before: Mapping[str, Any], date: str, now: Mapping[str, list[str]]) -> frozenset[int]:
    """The folios whose item is another one than before, or came, or went."""
    seen: Mapping[str, list[str]] = before.get("items", {})
    part = 0 if before.get("date") == date else 1
    return frozenset(
        int(folio)
        for folio in seen.keys() | now.keys()
        if folio not in seen or folio not in now or seen[folio][part] != now[folio][part]
    )


@dataclass(frozen=True, slots=True)
class LedgerWatch:
    """One look at the ledger at a time."""

    service: Service
    store: StoreThread
    reader: Reader
    standing: Standing
    questions: Callable[[], Questions]

    async def look(self) -> int:
        """Read the ledger and have every folio read whose item moved, with its booking; returns how many moved.

        The first look has nothing to compare with: it comes before anything is held, or else (the right to it was
        missing) whatever may have moved counts. What moved is owed together with what is remembered. Raises KnownError
        when the line is down or the service has no answer.
        """
        if LEDGER in self.standing.rights_missing:
            return 0
        date = self.questions().today.isoformat()
        before = await self.store.read(lambda mirror: mirror.fact(LEDGER))
        since = (before or {}).get("seen", 0)
        changed, seen = await self.store.read(lambda mirror: mirror.moved_since(since, MONEY))
        wavered = frozenset(target for target in changed if target[0] in WITH_MONEY)
        try:
            reading = await self.service.folio_ledger(date, lane=Lane.BACKGROUND)
        except KnownError as error:
            if error.code is not ErrorCode.NO_RIGHT:
                raise
            self.reader.right_missing(LEDGER, error)
            return 0
        self.standing.line_answers()
        now = {str(folio): fingerprints(item) for folio, item in reading.value.items()}
        strange: AbstractSet[int] = frozenset()
        if before is None:
            folios, strange = await self.store.read(partial(_doubtful, frozenset(reading.value)))
        else:
            folios = await self._moved_since(before, date, now)
        facts = {LEDGER: {"date": date, "items": now, "seen": seen}, STRANGERS: strange}
        return await self._owe(folios, wavered, facts, since if since <= seen else 0)

    async def _moved_since(self, before: Mapping[str, Any], date: str, now: Mapping[str, list[str]]) -> frozenset[int]:
        """What moved since the look before, as if there had been another at the end of each date gone by meanwhile."""
        missed = dates_over(before.get("date", date), date)
        if len(missed) > FOLLOWED:
            doubtful, _ = await self.store.read(partial(_doubtful, frozenset(map(int, now))))
            return moved(before, date, now) | doubtful
        found: frozenset[int] = frozenset()
        for day in missed:
            reading = await self.service.folio_ledger(day, lane=Lane.BACKGROUND)
            items = {str(folio): fingerprints(item) for folio, item in reading.value.items()}
            found |= moved(before, day, items)
            before = {"date": day, "items": items}
        return found | moved(before, date, now)

    async def _owe(
        self, folios: AbstractSet[int], wavered: AbstractSet[Target], facts: dict[str, Any], since: int
    ) -> int:
        """Held folios are read, with their bookings; one not held drags its booking along when it is read.

        A held folio drags its booking where its money differs from the copy's. One that came into the copy since the
        last look may have that money already, and its booking not. Any other booking is owed, until the next sweep.
        """
        held = await self.store.read(lambda mirror: mirror.ids(Kind.FOLIO))
        strangers = await self._ours(folios - held)
        payers, behind = await self.store.read(partial(_payers, folios & held, since))
        still = await self.store.read(_still_strange)
        moving = {(Kind.FOLIO, folio) for folio in (folios & held) | strangers}
        targets = sorted(moving | {(Kind.BOOKING, payer) for payer in behind} | wavered)
        await self.reader.owe([(Kind.BOOKING, payer) for payer in sorted(payers - behind)], None)
        facts[STRANGERS] = sorted(facts[STRANGERS] | strangers | still)
        await self.reader.owe(targets, Lane.BACKGROUND, facts=facts)
        return len(targets)

    async def _ours(self, strangers: AbstractSet[int]) -> AbstractSet[int]:
        """Of many folios that moved and are not held, those of guests who are here or come."""
        if len(strangers) <= FEW:
            return strangers
        coming = await self.store.read(
            lambda mirror: mirror.booking_ids_between(dt.date.min, dt.date.max, ("expected", "checked_in"))
        )
        found: set[int] = set()
        for query in self.questions().among(Kind.FOLIO, "payer_id", coming, "payer_type = Booking"):
            found.update((await self.service.folio_ids(query, lane=Lane.BACKGROUND)).value)
        return strangers & found


def _doubtful(listed: AbstractSet[int], mirror: MirrorReader) -> tuple[frozenset[int], frozenset[int]]:
    """The held folios that are open or on the ledger; and where bookings are held, those on the ledger that are not."""
    held = mirror.ids(Kind.FOLIO)
    unread = listed - held if mirror.ids(Kind.BOOKING) else frozenset()
    return mirror.folio_ids("open") | (held & listed), frozenset(unread)


def _payers(folios: AbstractSet[int], since: int, mirror: MirrorReader) -> tuple[frozenset[int], frozenset[int]]:
    """The held bookings that pay these folios; and those of them that one came for, read after them, since the look."""
    pays = mirror.payers(folios)
    read = mirror.stamps(Kind.BOOKING, set(pays.values()))
    came = mirror.stamps(Kind.FOLIO, mirror.added_since(Kind.FOLIO, since) & pays.keys())
    behind = {
        pays[folio] for folio, stamp in came.items() if pays[folio] in read and read[pays[folio]].asked < stamp.asked
    }
    return frozenset(read), frozenset(behind)


def _still_strange(mirror: MirrorReader) -> frozenset[int]:
    """The strangers of earlier looks that are still to be read, or not in the copy yet."""
    owed = {debt.id for debt in mirror.owed() if debt.kind is Kind.FOLIO}
    strangers = frozenset(mirror.fact(STRANGERS) or ())
    return strangers & owed | (strangers - mirror.ids(Kind.FOLIO))
