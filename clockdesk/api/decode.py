"""From the service's JSON to records. One wrong object is left out, with a reason; the others go on.

A reason names kind, id and member, never a value: values are guest data.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from clockdesk.api.bounds import check
from clockdesk.api.errors import bad_answer
from clockdesk.domain.kinds import Kind
from clockdesk.domain.records import Record, Stamp
from clockdesk.domain.value_types import VALUE_TYPES
from clockdesk.domain.values import BookingGuest, Id

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.api.wire import Answer
    from clockdesk.domain.errors import KnownError

log = logging.getLogger(__name__)
T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)

_WRONG = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_IN_GUEST = ("`$.guest`", "`$.guest.")
"""Where msgspec finds what is wrong, when it is in the nested guest (`$.guest_id` is the place's own)."""
MOST_WRONG = 500
"""Objects of one answer that may be wrong; an answer with more is none, and is not worked through to its end."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What one call gave: the value, when it was true, and why objects of it are missing."""

    value: T
    stamp: Stamp
    skipped: tuple[str, ...] = ()


class _Named(msgspec.Struct):
    id: Id | None = None
    family_id: Id | None = None


class _WithGuest(msgspec.Struct):
    guest: msgspec.Raw = msgspec.Raw(b"null")


def one(kind: Kind, answer: Answer, *, parent: int | None = None) -> Record:
    """The one object of an answer. Raises KnownError(BAD_ANSWER) when it is none; the detail names the member."""
    try:
        return _record(kind, answer.body, answer.stamp, parent)
    except _WRONG as error:
        raise _unreadable(answer, kind, error) from None


def many(kind: Kind, answer: Answer, *, parent: int | None = None) -> Reading[tuple[Record, ...]]:
    """The objects of a list. Raises KnownError(BAD_ANSWER) when the answer is no JSON list."""
    return _each(answer, kind, lambda raw: _record(kind, raw, answer.stamp, parent))


def booking_guests(answer: Answer, booking: int) -> Reading[tuple[Record, ...]]:
    """The guests' places in a booking, and the guests nested in them as records of their own (facts, section 5).

    A nested guest that can't be read costs only itself: what an account without the right to personal data gets is
    not known (facts, section 15).
    """
    nested: list[bytes] = []

    def read(raw: bytes) -> Record:
        place = _place(raw, answer.stamp, booking)
        nested.append(bytes(msgspec.json.decode(raw, type=_WithGuest).guest))
        return place

    places = _each(answer, Kind.BOOKING_GUEST, read)
    guests: list[Record] = []
    reasons = list(places.skipped)
    for guest in nested:
        if guest == b"null":
            continue
        try:
            guests.append(_record(Kind.GUEST, guest, answer.stamp, None))
        except _WRONG as error:
            reasons.append(_skipped(Kind.GUEST, guest, error))
    return Reading((*places.value, *guests), answer.stamp, tuple(reasons))


def ids(answer: Answer) -> Reading[tuple[int, ...]]:
    """The ids of a list; where the service gives objects instead, their ids (facts, section 3: partly inferred)."""
    try:
        return Reading(msgspec.json.decode(answer.body, type=tuple[Id, ...]), answer.stamp)
    except _WRONG:
        return _each(answer, "id", _id)


def structs(cls: type[S], answer: Answer) -> Reading[tuple[S, ...]]:
    """The rows of a report."""
    return _each(answer, cls.__name__, lambda raw: msgspec.json.decode(raw, type=cls))


def struct(cls: type[S], answer: Answer) -> S:
    """A report that is one object. Raises KnownError(BAD_ANSWER)."""
    try:
        return msgspec.json.decode(answer.body, type=cls)
    except _WRONG as error:
        raise _unreadable(answer, cls.__name__, error) from None


def rows_of(member: str, read: Callable[[bytes], T], what: str, answer: Answer) -> Reading[tuple[T, ...]]:
    """The rows of the list under one member of an object. Raises KnownError(BAD_ANSWER)."""
    try:
        raw = msgspec.json.decode(answer.body, type=dict[str, msgspec.Raw]).get(member, msgspec.Raw(b"[]"))
        raws = msgspec.json.decode(raw, type=list[msgspec.Raw])
    except _WRONG as error:
        raise _unreadable(answer, what, error) from None
    return _read_each(raws, answer, what, read)


def _each(answer: Answer, what: str, read: Callable[[bytes], T]) -> Reading[tuple[T, ...]]:
    try:
        raws = msgspec.json.decode(answer.body, type=list[msgspec.Raw])
    except _WRONG as error:
        raise _unreadable(answer, f"list of {what}", error) from None
    return _read_each(raws, answer, what, read)


def _unreadable(answer: Answer, what: str, error: Exception) -> KnownError:
    sentence = "The service answered with something that ClockDesk can't read."
    return bad_answer(sentence, stamp=answer.stamp, status=answer.status, detail=f"{what}: {_why(error)}")


def _read_each(
    raws: list[msgspec.Raw], answer: Answer, what: str, read: Callable[[bytes], T]
) -> Reading[tuple[T, ...]]:
    found: list[T] = []
    reasons: list[str] = []
    for raw in raws:
        try:
            found.append(read(bytes(raw)))
        except _WRONG as error:
            if len(reasons) == MOST_WRONG:
                raise _unreadable(answer, f"list of {what}", error) from None
            reasons.append(_skipped(what, bytes(raw), error))
    return Reading(tuple(found), answer.stamp, tuple(reasons))


def _record(kind: Kind, raw: bytes, stamp: Stamp, parent: int | None) -> Record:
    value = msgspec.json.decode(check(raw), type=VALUE_TYPES[kind])
    number: int = value.id  # type: ignore[attr-defined]  # each kind of VALUE_TYPES has one
    return Record(kind, number, value, raw, stamp, parent)


def _place(raw: bytes, stamp: Stamp, booking: int) -> Record:
    try:
        return _record(Kind.BOOKING_GUEST, raw, stamp, booking)
    except msgspec.ValidationError as error:
        if not any(mark in str(error) for mark in _IN_GUEST):
            raise
        members = msgspec.json.decode(check(raw), type=dict[str, msgspec.Raw])
        del members["guest"]
        kept = msgspec.json.encode(members)  # with the guest in it the copy could not be read again
        value = msgspec.json.decode(kept, type=BookingGuest)
        return Record(Kind.BOOKING_GUEST, value.id, value, kept, stamp, booking)


def _id(raw: bytes) -> int:
    if raw[:1] != b"{":
        return msgspec.json.decode(raw, type=Id)
    named = msgspec.json.decode(raw, type=_Named)
    number = named.family_id if named.id is None else named.id
    if number is None:
        raise msgspec.ValidationError("Object without an id")
    return number


def _skipped(what: str, raw: bytes, error: Exception) -> str:
    try:
        named = msgspec.json.decode(raw, type=_Named)
        number = named.family_id if named.id is None else named.id
    except _WRONG:
        number = None
    reason = f"{what} {'?' if number is None else number}: {_why(error)}"
    log.warning("left out %s", reason)
    return reason


def _why(error: Exception) -> str:
    """Which member is wrong in which way; msgspec's text for structs names types and members, not values."""
    return str(error) if isinstance(error, msgspec.DecodeError) else type(error).__name__
