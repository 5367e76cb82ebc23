"""Carries out one step: asks the service, and says what the answer means for the copy. Nothing is written here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.store.batch import Batch, Gone
from clockdesk.sync.plan import ReadOne, ReadRoomDay, ReadRooms

if TYPE_CHECKING:
    from clockdesk.api.gate import Lane
    from clockdesk.api.service import Reading, Service
    from clockdesk.domain.records import Record
    from clockdesk.sync.dirty import Target
    from clockdesk.sync.plan import Read
    from clockdesk.sync.scope import Questions


async def carry_out(step: Read, service: Service, questions: Questions, lane: Lane, origin: str) -> Batch:
    """Read what the step names.

    Raises KnownError as the service does, except for a 404 on one object: that is an answer (it is gone).
    """
    match step:
        case ReadOne((kind, ident)):
            return await _read_one((kind, ident), service, lane, origin)
        case ReadRooms(ids):
            queries = questions.among(Kind.ROOM, "id", ids) if ids else (b"",)
            readings = [await service.rooms(query, lane=lane) for query in queries]
            records = tuple(record for reading in readings for record in reading.value)
            named = {record.id for record in records}
            gone = tuple(
                Gone(Kind.ROOM, ident, readings[-1].stamp)
                for ident in ids
                if ident not in named and not _skipped(readings)
            )
            return Batch(records=records, gone=gone, settled=step.targets, origin=origin)
        case ReadRoomDay(room_id, date):
            reading = await service.room_bookings(room_id, date, lane=lane)
            return Batch(records=reading.value, settled=tuple((r.kind, r.id) for r in reading.value), origin=origin)


def _skipped(readings: list[Reading[tuple[Record, ...]]]) -> bool:
    """Whether an object of the list could not be read: then a missing one is not proven gone."""
    return any(reading.skipped for reading in readings)


async def _read_one(target: Target, service: Service, lane: Lane, origin: str) -> Batch:
    kind, ident = target
    if kind in LINES:
        reading = await LINES[kind](service, ident, lane)
        lines = frozenset(record.id for record in reading.value if record.kind is kind)
        whole: dict[tuple[Kind, int | None], frozenset[int]] = {} if reading.skipped else {(kind, ident): lines}
        return Batch(records=reading.value, whole=whole, settled=(target,), stamp=reading.stamp, origin=origin)
    try:
        records = await _OBJECTS[kind](service, ident, lane)
    except KnownError as error:
        if error.code is ErrorCode.NOT_FOUND and error.stamp is not None:
            return Batch(gone=(Gone(kind, ident, error.stamp),), settled=(target,), origin=origin)
        raise
    return Batch(records=records, settled=(target,), origin=origin)


async def _booking(service: Service, ident: int, lane: Lane) -> tuple[Record, ...]:
    return (await service.booking(ident, lane=lane),)


async def _room(service: Service, ident: int, lane: Lane) -> tuple[Record, ...]:
    return (await service.room(ident, lane=lane),)


async def _folio(service: Service, ident: int, lane: Lane) -> tuple[Record, ...]:
    return (await service.folio(ident, lane=lane),)


async def _guest(service: Service, ident: int, lane: Lane) -> tuple[Record, ...]:
    return (await service.guest(ident, lane=lane),)


async def _charges(service: Service, folio: int, lane: Lane) -> Reading[tuple[Record, ...]]:
    return await service.charges(folio, lane=lane)


async def _credit_items(service: Service, folio: int, lane: Lane) -> Reading[tuple[Record, ...]]:
    return await service.credit_items(folio, lane=lane)


async def _folio_taxes(service: Service, folio: int, lane: Lane) -> Reading[tuple[Record, ...]]:
    return await service.folio_taxes(folio, lane=lane)


async def _booking_guests(service: Service, booking: int, lane: Lane) -> Reading[tuple[Record, ...]]:
    return await service.booking_guests(booking, lane=lane)


_OBJECTS = {Kind.BOOKING: _booking, Kind.ROOM: _room, Kind.FOLIO: _folio, Kind.GUEST: _guest}
LINES = {
    Kind.CHARGE: _charges,
    Kind.CREDIT_ITEM: _credit_items,
    Kind.FOLIO_TAX: _folio_taxes,
    Kind.BOOKING_GUEST: _booking_guests,
}
"""Lines of a folio, guests of a booking: read as a whole, named by their parent's id."""
READABLE = frozenset(_OBJECTS) | frozenset(LINES)
"""The kinds a target may have."""
