"""What filter forms hold, and the two ways between a form and a predicate. No widgets.

Every predicate has a form: the conditions that the fields can show go into the fields, the others stay in `rest` and
are joined to them again by AND. So nothing that a person wrote as text is lost by touching a field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, TypeAlias, TypeVar

from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate import (
    InList,
    IsNull,
    Predicate,
    Relative,
    Test,
    Text,
    all_of,
    any_of,
    conjuncts,
    escape_like,
)
from clockdesk.domain.words import BOOKING_STATUSES, FOLIO_STATES, HOUSEKEEPING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

Day: TypeAlias = date | Relative
"""A hotel date, or a day counted from the hotel's today: a saved filter with the latter moves with the calendar."""

_PLAIN_PATTERN: Final = re.compile(r"%((?:[^%_\\]|\\.)+)%", re.DOTALL)
"""The LIKE pattern of "contains this text"."""


def day_of(day: Day, today: date) -> date:
    """The date a day is when today is `today`. A day beyond the calendar is its last or first day."""
    if not isinstance(day, Relative):
        return day
    ordinal = today.toordinal() + day.days
    return date.fromordinal(max(1, min(ordinal, date.max.toordinal())))


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both included; either end may be open."""

    start: Day | None = None
    end: Day | None = None

    def __bool__(self) -> bool:
        """Whether it restricts anything."""
        return self != ANY_DAY

    def backwards(self, today: date) -> bool:
        """Whether the end lies before the start, so that no day is in it."""
        return self.start is not None and self.end is not None and day_of(self.end, today) < day_of(self.start, today)

    def tests(self, name: str) -> list[Predicate]:
        """The conditions on a date field."""
        if self.start is not None and self.start == self.end:
            return [Test(name, "=", self.start)]
        found: list[Predicate] = []
        if self.start is not None:
            found.append(Test(name, ">=", self.start))
        if self.end is not None:
            found.append(Test(name, "<=", self.end))
        return found


ANY_DAY: Final = Days()


@dataclass(frozen=True, slots=True)
class BookingForm:
    """The filter of the bookings list.

    `room_types` are ids of the type booked, which the service can filter by. `rooms` are room numbers: the room the
    guest is in, else the one assigned. `reference` is a part of the reference number. `owing`: the booking's balance
    is above zero.
    """

    text: str = ""
    statuses: frozenset[str] = frozenset()
    arrival: Days = ANY_DAY
    departure: Days = ANY_DAY
    room_types: frozenset[int] = frozenset()
    rooms: tuple[str, ...] = ()
    reference: str = ""
    updated_since: Day | None = None
    owing: bool = False
    rest: tuple[Predicate, ...] = ()

    kind: ClassVar = Kind.BOOKING

    def predicate(self) -> Predicate:
        """The form as a predicate; an empty form is ALL."""
        since = [] if self.updated_since is None else [Test("updated_at", ">=", self.updated_since)]
        return all_of(
            [
                *_worded(self.text),
                *_one_of("status", _in_order(self.statuses, BOOKING_STATUSES)),
                *self.arrival.tests("arrival"),
                *self.departure.tests("departure"),
                *_one_of("arrival_room_type_id", sorted(self.room_types)),
                *_one_of("room", self.rooms),
                *_containing("reference_number", self.reference),
                *since,
                *_owing(self.owing),
                *self.rest,
            ]
        )

    @classmethod
    def of(cls, predicate: Predicate) -> Self:
        """The form that says this predicate."""
        reader = _Reader(predicate)
        return cls(
            text=reader.text(),
            statuses=frozenset(reader.one_of("status", str)),
            arrival=reader.days("arrival"),
            departure=reader.days("departure"),
            room_types=frozenset(reader.one_of("arrival_room_type_id", int)),
            rooms=tuple(reader.one_of("room", str)),
            reference=reader.containing("reference_number"),
            updated_since=reader.since("updated_at"),
            owing=reader.owing(),
            rest=reader.rest,
        )


@dataclass(frozen=True, slots=True)
class FolioForm:
    """The filter of the folios list. `number` is a part of the folio's number; `closed` when it was closed."""

    text: str = ""
    states: frozenset[str] = frozenset()
    deposit: bool | None = None
    number: str = ""
    closed: Days = ANY_DAY
    owing: bool = False
    rest: tuple[Predicate, ...] = ()

    kind: ClassVar = Kind.FOLIO

    def predicate(self) -> Predicate:
        """The form as a predicate; an empty form is ALL."""
        return all_of(
            [
                *_worded(self.text),
                *_folio_states(self.states),
                *([] if self.deposit is None else [Test("deposit", "=", self.deposit)]),
                *_containing("number", self.number),
                *self.closed.tests("close_date"),
                *_owing(self.owing),
                *self.rest,
            ]
        )

    @classmethod
    def of(cls, predicate: Predicate) -> Self:
        """The form that says this predicate."""
        reader = _Reader(predicate)
        return cls(
            text=reader.text(),
            states=reader.folio_states(),
            deposit=reader.flag("deposit"),
            number=reader.containing("number"),
            closed=reader.days("close_date"),
            owing=reader.owing(),
            rest=reader.rest,
        )


@dataclass(frozen=True, slots=True)
class RoomForm:
    """The filter of the rooms board. `housekeeping` are the service's codes ("" is clean), `room_types` ids."""

    text: str = ""
    housekeeping: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    room_types: frozenset[int] = frozenset()
    occupied: bool | None = None
    rest: tuple[Predicate, ...] = ()

    kind: ClassVar = Kind.ROOM

    def predicate(self) -> Predicate:
        """The form as a predicate; an empty form is ALL."""
        return all_of(
            [
                *_worded(self.text),
                *_one_of("housekeeping_status", _in_order(self.housekeeping, HOUSEKEEPING)),
                *_one_of("housekeeping_sector", sorted(self.sectors)),
                *_one_of("room_type_id", sorted(self.room_types)),
                *([] if self.occupied is None else [Test("occupied", "=", self.occupied)]),
                *self.rest,
            ]
        )

    @classmethod
    def of(cls, predicate: Predicate) -> Self:
        """The form that says this predicate."""
        reader = _Reader(predicate)
        return cls(
            text=reader.text(),
            housekeeping=frozenset(reader.one_of("housekeeping_status", str)),
            sectors=frozenset(reader.one_of("housekeeping_sector", str)),
            room_types=frozenset(reader.one_of("room_type_id", int)),
            occupied=reader.flag("occupied"),
            rest=reader.rest,
        )


F = TypeVar("F", BookingForm, FolioForm, RoomForm)


# Writing


def _in_order(chosen: Collection[str], known: Iterable[str]) -> list[str]:
    """The chosen codes as the hotel's day goes through them, codes nobody knows after them."""
    words = [code for code in known if code in chosen]
    return words + sorted(set(chosen) - set(words))


def _worded(text: str) -> list[Predicate]:
    return [Text(text.strip())] if text.strip() else []


def _one_of(name: str, values: Sequence[str] | Sequence[int]) -> list[Predicate]:
    if not values:
        return []
    return [Test(name, "=", values[0]) if len(values) == 1 else InList(name, tuple(values))]


def _containing(name: str, text: str) -> list[Predicate]:
    return [Test(name, "like", f"%{escape_like(text.strip())}%")] if text.strip() else []


def _owing(owing: bool) -> list[Predicate]:  # noqa: FBT001 (the form's own field)
    return [Test("balance", ">", 0)] if owing else []


_NOT_CLOSED, _CLOSED = IsNull("close_date"), IsNull("close_date", negated=True)
_VALID, _VOID = IsNull("voided_at"), IsNull("voided_at", negated=True)


def _folio_states(states: frozenset[str]) -> list[Predicate]:
    """The state is computed, so the service is asked by the dates that it is computed from (facts, section 5)."""
    match states & FOLIO_STATES.keys():
        case chosen if len(chosen) in {0, len(FOLIO_STATES)}:
            return []
        case chosen if chosen == {"open", "closed"}:
            return [_VALID]
        case chosen if chosen == {"open"}:
            return [_NOT_CLOSED, _VALID]
        case chosen if chosen == {"closed"}:
            return [_CLOSED, _VALID]
        case chosen if chosen == {"voided"}:
            return [_VOID]
        case chosen:
            return [any_of([_NOT_CLOSED if "open" in chosen else _CLOSED, _VOID])]


# Reading


@dataclass(slots=True)
class _Reader:
    """Takes conditions out of a predicate, each at most once; `rest` is what nobody took."""

    predicate: Predicate
    _left: list[Predicate] = field(init=False)

    def __post_init__(self) -> None:
        self._left = list(dict.fromkeys(conjuncts(self.predicate)))

    @property
    def rest(self) -> tuple[Predicate, ...]:
        return tuple(self._left)

    def _take(self, fits: Callable[[Predicate], bool]) -> Any:
        """The first condition that fits, taken out; None when there is none."""
        for at, part in enumerate(self._left):
            if fits(part):
                return self._left.pop(at)
        return None

    def _value(self, name: str, op: str, fits: Callable[[Any], bool]) -> Any:
        def this(part: Predicate) -> bool:
            return isinstance(part, Test) and (part.field, part.op) == (name, op) and fits(part.value)

        taken = self._take(this)
        return None if taken is None else taken.value

    def text(self) -> str:
        taken = self._take(lambda part: isinstance(part, Text) and part.value == part.value.strip() != "")
        return "" if taken is None else str(taken.value)

    def one_of(self, name: str, type_: type) -> list[Any]:
        """The values of `name = x` or of `name in [...]`."""

        def right(value: Any) -> bool:
            return isinstance(value, type_) and not isinstance(value, bool)

        one = self._value(name, "=", right)
        if one is not None:
            return [one]
        listed = self._take(
            lambda part: (
                isinstance(part, InList)
                and part.field == name
                and not part.negated
                and bool(part.values)
                and all(map(right, part.values))
            )
        )
        return [] if listed is None else list(dict.fromkeys(listed.values))

    def days(self, name: str) -> Days:
        one = self._value(name, "=", _is_day)
        if one is not None:
            return Days(one, one)
        return Days(self.since(name), self._value(name, "<=", _is_day))

    def since(self, name: str) -> Day | None:
        found: Day | None = self._value(name, ">=", _is_day)
        return found

    def containing(self, name: str) -> str:
        def plain(value: Any) -> bool:
            found = _PLAIN_PATTERN.fullmatch(value) if isinstance(value, str) else None
            return found is not None and (said := _unescaped(found[1])) == said.strip()

        pattern = self._value(name, "like", plain)
        return "" if pattern is None else _unescaped(pattern[1:-1])

    def flag(self, name: str) -> bool | None:
        found: bool | None = self._value(name, "=", lambda value: isinstance(value, bool))
        return found

    def owing(self) -> bool:
        return self._value("balance", ">", lambda value: value == 0) is not None

    def folio_states(self) -> frozenset[str]:
        """States by the dates that make them, or by `state = ...`."""
        for states in _STATE_SETS:
            wanted = _folio_states(states)
            if all(part in self._left for part in wanted):
                self._left = [part for part in self._left if part not in wanted]
                return states
        return frozenset(self.one_of("state", str))


def _is_day(value: Any) -> bool:
    return isinstance(value, date | Relative) and not isinstance(value, datetime)


def _unescaped(pattern: str) -> str:
    return re.sub(r"\\(.)", r"\1", pattern, flags=re.DOTALL)


_STATE_SETS: Final = tuple(
    frozenset(states)
    for states in (("open",), ("closed",), ("voided",), ("open", "voided"), ("closed", "voided"), ("open", "closed"))
)
"""From the narrowest: what says "open" says "valid" too."""


def without_rest(form: F, part: Predicate) -> F:
    """The form without one of the conditions that its fields can't show."""
    return replace(form, rest=tuple(each for each in form.rest if each != part))
