"""What staff do. Each action notes its intent first, sends only what changes, and ends in a sentence that is true.

No write is lost, doubled or silently overwritten (design, law 5): a write whose outcome is unknown is looked up before
anything else happens, and an edit that met another one is shown, not forced.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from clockdesk.api.gate import Lane
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.store.batch import Batch
from clockdesk.store.desk import IntentState

if TYPE_CHECKING:
    from clockdesk.api.service import Service
    from clockdesk.domain.clock import Clock
    from clockdesk.domain.records import Record
    from clockdesk.store.desk import Intent
    from clockdesk.store.thread import StoreThread
    from clockdesk.sync.reader import Reader


class Ending(StrEnum):
    """How a write ended."""

    DONE = "done"
    ALREADY = "already"
    CONFLICT = "conflict"
    FAILED = "failed"
    UNKNOWN = "unknown"


_STATES = {
    Ending.DONE: IntentState.DONE,
    Ending.ALREADY: IntentState.DONE,
    Ending.CONFLICT: IntentState.FAILED,
    Ending.FAILED: IntentState.FAILED,
    Ending.UNKNOWN: IntentState.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A member both sides changed: what the person saw, what the server has now, what the person wants."""

    member: str
    seen: Any
    theirs: Any
    mine: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of an action; `error` for FAILED and UNKNOWN, `differences` for CONFLICT."""

    ending: Ending
    error: KnownError | None = None
    differences: tuple[Difference, ...] = ()


class Actions:
    """Writes to bookings and rooms."""

    def __init__(self, service: Service, store: StoreThread, reader: Reader, clock: Clock) -> None:
        """Writes go through `service`, intents through `store`, answers through `reader`."""
        self._service, self._store, self._reader, self._clock = service, store, reader, clock

    async def set_housekeeping(self, room: int, status: str, *, seen: str | None) -> Outcome:
        """Give a room another housekeeping status. `seen` is the status the person looked at."""
        return await self._write(Kind.ROOM, room, {"housekeeping_status": status}, {"housekeeping_status": seen})

    async def set_room_warning(self, room: int, text: str, *, seen: str | None) -> Outcome:
        """Write the room's housekeeping remark."""
        return await self._write(Kind.ROOM, room, {"housekeeping_warning": text}, {"housekeeping_warning": seen})

    async def change_booking(self, booking: int, members: dict[str, Any], *, seen: dict[str, Any]) -> Outcome:
        """Change members of a booking (`status`, `arrival_room_id`, `note` ...). `seen`: what the person looked at."""
        return await self._write(Kind.BOOKING, booking, members, seen)

    async def _write(self, kind: Kind, ident: int, members: dict[str, Any], seen: dict[str, Any]) -> Outcome:
        """Read the fresh state, compare, send, look up what is unclear."""
        try:
            fresh = await self._fresh(kind, ident)
        except KnownError as error:
            return Outcome(Ending.FAILED, error)
        differences = _differences(fresh, members, seen)
        if differences:
            return Outcome(Ending.CONFLICT, differences=differences)
        if all(
            member in _readable(fresh) and getattr(fresh.value, member) == wanted for member, wanted in members.items()
        ):
            return Outcome(Ending.ALREADY)
        noted = partial(self._store.desk.open_intent, kind, ident, members, at=self._clock.now(), seen=seen)
        intent = await self._store.run(noted)
        try:
            record = await self._send(kind, ident, members)
        except KnownError as error:
            outcome = await self._look_up(kind, ident, members, error)
        else:
            await self._reader.apply(Batch(records=(record,), origin="action"))
            outcome = Outcome(Ending.DONE)
        await self._finish(intent, outcome)
        return outcome

    async def _finish(self, intent: Intent, outcome: Outcome) -> None:
        state = _STATES[outcome.ending]
        await self._store.run(partial(self._store.desk.finish_intent, intent.id, state, at=self._clock.now()))

    async def _send(self, kind: Kind, ident: int, members: dict[str, Any]) -> Record:
        if kind is Kind.ROOM:
            return await self._service.put_room(ident, members, lane=Lane.PERSON)
        return await self._service.put_booking(ident, members, lane=Lane.PERSON)

    async def _fresh(self, kind: Kind, ident: int) -> Record:
        read = self._service.room if kind is Kind.ROOM else self._service.booking
        record = await read(ident, lane=Lane.PERSON)
        await self._reader.apply(Batch(records=(record,), origin="action"))
        return record

    async def _look_up(self, kind: Kind, ident: int, members: dict[str, Any], error: KnownError) -> Outcome:
        """The write got no clear answer: read the object and say what happened. Never send it again."""
        if error.code is not ErrorCode.UNKNOWN_OUTCOME:
            return Outcome(Ending.FAILED, error)
        try:
            fresh = await self._fresh(kind, ident)
        except KnownError:
            return Outcome(Ending.UNKNOWN, error)
        if any(member not in _readable(fresh) for member in members):
            return Outcome(Ending.UNKNOWN, error)
        happened = all(getattr(fresh.value, member) == wanted for member, wanted in members.items())
        return Outcome(Ending.DONE) if happened else Outcome(Ending.FAILED, error)

    async def look_up_open_intents(self) -> list[tuple[Kind, int, Ending]]:
        """At the start: writes of an earlier session that never got their answer. Looked up, never sent again."""
        ended: list[tuple[Kind, int, Ending]] = []
        for intent in await self._store.run(self._store.desk.intents, IntentState.OPEN, IntentState.UNKNOWN):
            unclear = KnownError(ErrorCode.UNKNOWN_OUTCOME, "An earlier change got no answer.")
            outcome = await self._look_up(intent.kind, intent.object_id, intent.members, unclear)
            await self._finish(intent, outcome)
            ended.append((intent.kind, intent.object_id, outcome.ending))
        return ended


def _readable(record: Record) -> frozenset[str]:
    """Members that come back as they were sent; `note` and the like are write-only."""
    return frozenset(record.value.__struct_fields__)


def _differences(fresh: Record, members: dict[str, Any], seen: dict[str, Any]) -> tuple[Difference, ...]:
    """Members the person wants to change that somebody else has changed meanwhile to something else."""
    found: list[Difference] = []
    for member, wanted in members.items():
        if member not in seen or member not in _readable(fresh):
            continue
        theirs = getattr(fresh.value, member)
        if theirs not in (seen[member], wanted):
            found.append(Difference(member, seen[member], theirs, wanted))
    return tuple(found)
