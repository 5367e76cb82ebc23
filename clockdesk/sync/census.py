"""Counts the house: which bookings, rooms and folios the copy should hold, and has the missing ones read.

The cold plan for Today (design, section 4); also run at hotel midnight, when today's questions have other answers.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from clockdesk.api.gate import Lane
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.store.batch import Batch
from clockdesk.sync.plan import ReadOne, cold_plan
from clockdesk.sync.scope import ARRIVALS, DEPARTED, IN_HOUSE, WINDOW, is_today
from clockdesk.sync.sweep import bound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from clockdesk.api.service import Service
    from clockdesk.domain.records import Stamp
    from clockdesk.store.mirror_reads import MirrorReader
    from clockdesk.store.thread import StoreThread
    from clockdesk.sync.reader import Reader
    from clockdesk.sync.scope import Questions
    from clockdesk.sync.trust import Standing

log = logging.getLogger(__name__)

COUNTED = "counted"
"""Cursor name: the hotel date of the last census, and the kinds that were left out because a right was missing."""

PARTS = (Kind.ROOM_TYPE, Kind.ROOM, Kind.BOOKING, Kind.FOLIO)
"""The kinds that are counted."""

LISTED = "folios_listed"
"""Name of the fact: Today's bookings whose folios were listed."""


@dataclass(frozen=True, slots=True)
class Census:
    """The three questions of Today, the window's, and the folios of Today's guests."""

    service: Service
    store: StoreThread
    reader: Reader
    standing: Standing
    questions: Callable[[], Questions]

    async def take(self) -> None:
        """Ask which ids belong here and have the missing ones read: movements first, then the window, then folios.

        Raises KnownError when the line is down. A missing right leaves its part out and is remembered. All of it is
        about one day: should midnight pass meanwhile, or the clock be set, the next count is due at once.
        """
        day = self.questions()
        await replace(self, questions=lambda: day).take_of(day.today)

    async def take_of(self, today: dt.date) -> None:
        """Take it of one day, which is the one all questions are about."""
        await self._allowed(Kind.ROOM_TYPE, self._room_types)
        await self._allowed(Kind.ROOM, self._rooms)
        try:
            await self._allowed(Kind.BOOKING, self._bookings)
            await self.reader.quiet()
            await self._allowed(Kind.FOLIO, self._folios)
        finally:
            self._mark(Kind.FOLIO, (), Lane.BACKGROUND, expected=0)
        left_out = [kind for kind in PARTS if kind in self.standing.rights_missing]
        await self.store.apply(Batch(cursors={COUNTED: " ".join((today.isoformat(), *left_out))}))

    async def is_due(self) -> bool:
        """Whether there is a new day, or a kind that was left out may be read after all."""
        counted = await self.store.read(lambda mirror: mirror.cursor(COUNTED)) or ""
        date, *left_out = counted.split() or [""]
        missing = self.standing.rights_missing
        return date != self.questions().today.isoformat() or any(kind not in missing for kind in left_out)

    async def _allowed(self, kind: Kind, part: Callable[[], Awaitable[None]]) -> None:
        if kind in self.standing.rights_missing:
            return
        try:
            await part()
        except KnownError as error:
            if error.code is not ErrorCode.NO_RIGHT:
                raise
            self.reader.right_missing(kind, error)
        self.standing.line_answers()

    async def _room_types(self) -> None:
        reading = await self.service.room_types(lane=Lane.SCREEN)
        await self.reader.apply(Batch(records=reading.value, origin="cold"))

    async def _rooms(self) -> None:
        reading = await self.service.rooms(lane=Lane.SCREEN)
        cursors = {str(Kind.ROOM): bound(reading.stamp).isoformat()}
        await self.reader.apply(Batch(records=reading.value, cursors=cursors, origin="cold"))

    async def _bookings(self) -> None:
        changing = await self._changing_rooms()
        arrivals, first = await self._ids(Kind.BOOKING, ARRIVALS)
        in_house, _ = await self._ids(Kind.BOOKING, IN_HOUSE)
        departed, _ = await self._ids(Kind.BOOKING, DEPARTED)
        today = list(dict.fromkeys((*arrivals, *in_house, *departed)))
        window, _ = await self._ids(Kind.BOOKING, WINDOW)  # so early for the sake of a truthful time left
        await self._start_cursors(first)
        todays = set(today)
        now = await self._missing(Kind.BOOKING, today)
        later = await self._missing(Kind.BOOKING, (ident for ident in window if ident not in todays))
        folios = len(now)  # most guests who are new to the copy come with one
        self._mark(Kind.BOOKING, (), Lane.SCREEN, expected=len(later) + folios)
        await self._read_today(now)
        await self._owe(Kind.BOOKING, changing, Lane.SCREEN)
        later = await self._missing(Kind.BOOKING, later)
        await self._owe(Kind.BOOKING, later, None)
        self._mark(Kind.BOOKING, later, Lane.BACKGROUND, expected=folios)

    async def _changing_rooms(self) -> list[int]:
        """Held bookings whose room may be another one today: a dated room change takes effect without a sign.

        The shape of `booking_room_changes` is not documented (facts, section 15), so any entry counts; they are few.
        """
        today = self.questions().today
        movements = await self.store.read(lambda mirror: mirror.movements(today))
        return [booking.id for booking in movements if booking.status == "checked_in" and booking.booking_room_changes]

    async def _start_cursors(self, first: Stamp) -> None:
        """Sweeps begin at the census's first answer: whatever changes later will be named by them.

        What a person opened before there was any census is held already, and not read again: they begin there then.
        """
        begin = min((bound(first), *await self.store.read(_read_at)))
        for kind in (Kind.BOOKING, Kind.FOLIO, Kind.GUEST):
            if await self.store.read(partial(_cursor, kind)) is None:
                await self.store.apply(Batch(cursors={str(kind): begin.isoformat()}))

    async def _read_today(self, missing: list[int]) -> None:
        """Owe Today's bookings, then read them the cheaper way."""
        rooms = await self.store.read(lambda mirror: mirror.ids(Kind.ROOM))
        without_room: int | None = None
        if len(missing) > len(rooms) + 1:
            loose, _ = await self._ids(Kind.BOOKING, f"({IN_HOUSE} or {ARRIVALS}) and arrival_room_id is null")
            without_room = len(loose)
        await self._owe(Kind.BOOKING, missing, None)
        date = self.questions().today.isoformat()
        steps = cold_plan(missing, rooms, without_room, date)
        try:
            await self.reader.follow([step for step in steps if not isinstance(step, ReadOne)], Lane.SCREEN, "cold")
        except KnownError as error:
            if error.code is not ErrorCode.NO_RIGHT:
                raise
            self.standing.line_answers()  # the right to a room's bookings alone: they are read singly
        self._mark(Kind.BOOKING, await self._missing(Kind.BOOKING, missing), Lane.SCREEN)

    async def _folios(self) -> None:
        await self.list_folios(anew=True)

    async def list_folios(self, *, anew: bool = False) -> None:
        """Have the folios of Today's guests read, where the copy lacks them.

        A sweep keeps a new folio only when its booking is Today's by then, so whoever became so since the last list is
        listed: one list serves for many bookings, because each folio names its booking as payer. `anew`: all of them.
        """
        if Kind.FOLIO in self.standing.rights_missing:
            return
        today = self.questions().today
        movements = await self.store.read(lambda mirror: mirror.movements(today))
        guests = {booking.id for booking in movements if is_today(booking, today)}
        listed = set(await self.store.read(lambda mirror: mirror.fact(LISTED)) or ())
        asked = guests if anew else guests - listed
        if not asked and listed == guests:
            return
        queries = self.questions().among(Kind.FOLIO, "payer_id", asked, "payer_type = Booking") if asked else ()
        readings = [await self.service.folio_ids(query, lane=Lane.BACKGROUND) for query in queries]
        missing = await self._missing(Kind.FOLIO, sorted({ident for reading in readings for ident in reading.value}))
        await self._owe(Kind.FOLIO, missing, None, facts={LISTED: sorted(guests)})
        self._mark(Kind.FOLIO, missing, Lane.BACKGROUND, expected=0)

    async def _ids(self, kind: Kind, text: str) -> tuple[list[int], Stamp]:
        readings = [
            await self.service.booking_ids(query, lane=Lane.SCREEN) for query in self.questions().ask(kind, text)
        ]
        return [ident for reading in readings for ident in reading.value], readings[0].stamp

    async def _missing(self, kind: Kind, ids: Iterable[int]) -> list[int]:
        held = await self.store.read(lambda mirror: mirror.ids(kind))
        return [ident for ident in ids if ident not in held]

    async def _owe(
        self, kind: Kind, ids: list[int], lane: Lane | None, *, facts: Mapping[str, object] | None = None
    ) -> None:
        await self.reader.owe([(kind, ident) for ident in ids], None, facts=facts)
        if lane is not None:
            self._mark(kind, ids, lane)

    def _mark(self, kind: Kind, ids: Iterable[int], lane: Lane, *, expected: int | None = None) -> None:
        """Have them read, but not those that are being read already."""
        targets = (target for ident in ids if not self.reader.has(target := (kind, ident)))
        self.reader.mark(targets, lane, expected=expected)


def _read_at(mirror: MirrorReader) -> list[dt.datetime]:
    """By when each booking and folio held was read."""
    return [
        bound(stamp) for kind in (Kind.BOOKING, Kind.FOLIO) for stamp in mirror.stamps(kind, mirror.ids(kind)).values()
    ]


def _cursor(kind: Kind, mirror: MirrorReader) -> str | None:
    return mirror.cursor(kind)
