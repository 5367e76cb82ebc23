"""Finds what changed since the last sweep, whatever became of the events: one call a kind names all of it.

`updated_at.gteq=<cursor>` answers with ids alone, so each named id is owed until it is read. The cursor and the owed
ids move in one transaction: a crash in between loses nothing (design, section 4: owed).
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.domain.values import Booking
from clockdesk.store.batch import Batch, Gone
from clockdesk.sync.plan import SIMPLY_READ
from clockdesk.sync.proof import Copy, proofs
from clockdesk.sync.scope import HELD, is_today
from clockdesk.sync.trust import STOPPED, unread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clockdesk.api.gate import Lane
    from clockdesk.api.service import Service
    from clockdesk.domain.records import Stamp
    from clockdesk.domain.values import Value
    from clockdesk.store.thread import StoreThread
    from clockdesk.sync.reader import Reader
    from clockdesk.sync.scope import Questions
    from clockdesk.sync.trust import Standing

log = logging.getLogger(__name__)

NO_DATE_HEADER = dt.timedelta(seconds=60)
"""How far the cursor stays behind our own clock where answers carry no `Date`: the two clocks may differ."""

FEW = 2
"""Up to this many unknown ids are simply read; more are first narrowed by one call."""


MILLISECOND = dt.timedelta(milliseconds=1)


def _ms(instant: dt.datetime) -> str:
    """An instant as predicates are written: in UTC, to the millisecond."""
    return f"{instant:%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03d}Z"


def bound(stamp: Stamp) -> dt.datetime:
    """The instant up to which an answer surely saw every change."""
    return stamp.server or stamp.asked - NO_DATE_HEADER


@dataclass(frozen=True, slots=True)
class Sweeper:
    """One sweep at a time over bookings, folios, guests and rooms."""

    service: Service
    store: StoreThread
    reader: Reader
    standing: Standing
    questions: Callable[[], Questions]

    async def sweep(self, lane: Lane, *, whole_rooms: bool = False) -> int:
        """Ask what changed and have it read; returns how many objects were named.

        `whole_rooms` reads the full room list (deleted rooms, out-of-service periods: blind spots of `updated_at`).
        A missing right only leaves its kind out. Raises KnownError: at once when the line is down, and for one kind's
        trouble when the others have been swept.
        """
        named = 0
        trouble: KnownError | None = None
        parts = ((Kind.ROOM, self._rooms if whole_rooms else self._changed_rooms), (Kind.BOOKING, self._changed),
                 (Kind.FOLIO, self._changed), (Kind.GUEST, self._guests))  # fmt: skip
        for kind, part in parts:
            if kind in self.standing.rights_missing:
                continue
            try:
                named += await part(kind, lane)
            except KnownError as error:
                if error.code in STOPPED:
                    raise
                if error.code is ErrorCode.NO_RIGHT:
                    self.reader.right_missing(kind, error)
                else:
                    trouble = error
            self.standing.line_answers()
        await self.pay_back(lane)
        if trouble is not None:
            raise trouble
        return named

    async def _rooms(self, kind: Kind, lane: Lane) -> int:
        reading = await self.service.rooms(lane=lane)
        held = await self.store.read(lambda mirror: mirror.ids(kind))
        named = {record.id for record in reading.value}
        gone = () if reading.skipped else tuple(Gone(kind, ident, reading.stamp) for ident in held - named)
        cursors = {str(kind): bound(reading.stamp).isoformat()}
        await self.reader.apply(Batch(records=reading.value, gone=gone, cursors=cursors, origin="sweep"))
        return 0

    async def _changed_rooms(self, kind: Kind, lane: Lane) -> int:
        """The list of rooms gives whole objects: what changed is read by the question what changed."""
        since = await self._cursor(kind)
        if since is None:
            return 0
        for query in self.questions().changed_since(kind, since):
            reading = await self.service.rooms(query, lane=lane)
            cursors = {str(kind): bound(reading.stamp).isoformat()}
            await self.reader.apply(Batch(records=reading.value, cursors=cursors, origin="sweep"))
        return 0

    async def _changed(self, kind: Kind, lane: Lane) -> int:
        since = await self._cursor(kind)
        if since is None:
            return 0
        ids, stamp = await self._ids(kind, self.questions().changed_since(kind, since), lane)
        held = await self.store.read(lambda mirror: mirror.stamps(kind, ids))
        unknown = await self._narrow(kind, ids - held.keys(), lane)
        doubtful = {ident for ident, read in held.items() if read.asked <= stamp.asked}
        known = doubtful - await self._proven(kind, doubtful, held, since, lane)
        named = [(kind, ident) for ident in sorted(known | unknown)]
        await self.reader.owe(named, lane, cursors={str(kind): bound(stamp).isoformat()})
        return len(named)

    async def _proven(
        self, kind: Kind, ids: set[int], held: Mapping[int, Stamp], since: dt.datetime, lane: Lane
    ) -> set[int]:
        """Those of the named objects that were read after their last change, by the fewest further lists.

        A copy whose own change is older than the sweep was surely changed since, and is not asked about.
        """
        values = await self.store.read(lambda mirror: mirror.get_many(kind, ids)) if ids else {}
        explained = {at: value for at, value in values.items() if value.updated_at and value.updated_at >= since}
        copies = [Copy(ident, value.updated_at, held[ident].server) for ident, value in explained.items()]
        proven: set[int] = set()
        for proof in proofs(copies):
            changed, _ = await self._ids(kind, self.questions().changed_since(kind, proof.bound), lane)
            proven |= proof.ids - changed
        return proven | await self._same(kind, {at: value for at, value in explained.items() if at not in proven}, lane)

    async def _same(self, kind: Kind, copies: Mapping[int, Value], lane: Lane) -> set[int]:
        """Those whose copy has the version the service has, or was last changed in the same millisecond.

        Clocks may differ by seconds, within which no bound on time proves anything; this asks no clock. A list for one
        object costs what its read costs, and brings less.
        """
        alike: dict[str, list[int]] = {}
        for ident, value in copies.items():
            if isinstance(value, Booking) and value.lock_version is not None:
                alike.setdefault(f"lock_version = {value.lock_version}", []).append(ident)
            elif (at := value.updated_at) is not None:
                alike.setdefault(f"updated_at >= {_ms(at)} and updated_at < {_ms(at + MILLISECOND)}", []).append(ident)
        same: set[int] = set()
        for sameness, ids in alike.items():
            found, _ = await self._ids(kind, self.questions().among(kind, "id", ids, sameness), lane)
            same |= found & set(ids)
        return same

    async def _guests(self, kind: Kind, lane: Lane) -> int:
        """Guests have no event of their own and may change without touching their booking (design: blind spots)."""
        since = await self._cursor(kind)
        if since is None:
            return 0
        ids, stamp = await self._ids(kind, self.questions().changed_since(kind, since), lane)
        bookings = await self.store.read(lambda mirror: mirror.bookings_of_guests(ids)) if ids else frozenset()
        named = [(Kind.BOOKING, booking) for booking in sorted(bookings)]
        await self.reader.owe(named, lane, cursors={str(kind): bound(stamp).isoformat()})
        return len(bookings)

    async def _cursor(self, kind: Kind) -> dt.datetime | None:
        text = await self.store.read(lambda mirror: mirror.cursor(kind))
        return dt.datetime.fromisoformat(text) if text else None

    async def _ids(self, kind: Kind, queries: tuple[bytes, ...], lane: Lane) -> tuple[set[int], Stamp]:
        """The united ids of several requests, with the stamp of the earliest."""
        ask = {
            Kind.BOOKING: self.service.booking_ids,
            Kind.FOLIO: self.service.folio_ids,
            Kind.GUEST: self.service.guest_ids,
        }[kind]
        readings = [await ask(query, lane=lane) for query in queries]
        return {ident for reading in readings for ident in reading.value}, readings[0].stamp

    async def _narrow(self, kind: Kind, unknown: set[int], lane: Lane) -> set[int]:
        """Of changed objects the copy does not hold, those it should."""
        if len(unknown) <= (SIMPLY_READ if kind is Kind.BOOKING else FEW):
            return unknown
        if kind is Kind.BOOKING:
            queries = self.questions().among(kind, "id", unknown, HELD)
            return (await self._ids(kind, queries, lane))[0]
        today = self.questions().today
        bookings = await self.store.read(lambda mirror: mirror.movements(today))
        payers = {booking.id for booking in bookings if is_today(booking, today)}
        if not payers:
            return set()
        queries = self.questions().among(kind, "payer_id", payers, "payer_type = Booking")
        return (await self._ids(kind, queries, lane))[0] & unknown

    async def pay_back(self, lane: Lane, *, untried: bool = False) -> None:
        """Everything still owed is tried once more; or only what was never tried (`untried`)."""
        owed = await self.store.read(lambda mirror: mirror.owed())
        self.standing.unread = unread(owed)
        waiting = [(debt.kind, debt.id) for debt in owed if not (untried and debt.tries)]
        self.reader.mark((target for target in waiting if not self.reader.has(target)), lane)
