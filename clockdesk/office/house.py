"""The copy in memory: bookings, rooms, room types and folios, joined into lines and kept up by change sets.

Screens filter and sort twenty thousand rows between two keystrokes, so the values are decoded once and held.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from clockdesk.domain.dates import nights
from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.kinds import Kind
from clockdesk.office.lean import Lean
from clockdesk.office.lines import BookingLine, FolioLine, Line, RoomLine
from clockdesk.sync.scope import is_today

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping
    from datetime import date, datetime

    from clockdesk.domain.folios import Folio
    from clockdesk.domain.records import ChangeSet, Record
    from clockdesk.domain.values import Booking, Room, RoomType
    from clockdesk.store.mirror_reads import MirrorReader
    from clockdesk.store.thread import StoreThread

HELD = (Kind.ROOM_TYPE, Kind.ROOM, Kind.BOOKING, Kind.FOLIO)
DIRTY = "checked_out"
"""The value the service uses for a room not cleaned since the guest left (facts, section 7)."""

V = TypeVar("V")


class House:
    """Values by kind and id, and the lines made of them."""

    def __init__(self, today: date) -> None:
        """An empty house on a hotel date."""
        self.today = today
        self.bookings: dict[int, Booking] = {}
        self.rooms: dict[int, Room] = {}
        self.room_types: dict[int, RoomType] = {}
        self.folios: dict[int, Folio] = {}
        self._tables: dict[Kind, dict[int, Any]] = {
            Kind.BOOKING: self.bookings,
            Kind.ROOM: self.rooms,
            Kind.ROOM_TYPE: self.room_types,
            Kind.FOLIO: self.folios,
        }
        self._read_at: dict[Kind, dict[int, datetime]] = {kind: {} for kind in HELD}
        self.todays: set[int] = set()
        """The bookings that belong to Today: in house, still to arrive, or departed today."""
        self._in_room: defaultdict[int, set[int]] = defaultdict(set)
        self._folios_of: defaultdict[int, set[int]] = defaultdict(set)
        self._lines: dict[tuple[Kind, int], Line] = {}
        self._says: dict[Kind, dict[int, str]] = {kind: {} for kind in HELD}
        self._lean = Lean()
        self._makers: dict[Kind, Callable[[Any], Line]] = {
            Kind.BOOKING: self._booking_line,
            Kind.ROOM: self._room_line,
            Kind.FOLIO: self._folio_line,
        }

    async def load(self, store: StoreThread) -> None:
        """Take everything from the copy."""
        await self.load_today(store)
        async for _ in self.load_rest(store):
            pass

    async def load_today(self, store: StoreThread) -> None:
        """Take what Today shows from the copy: room types, rooms and the day's bookings, whatever else it holds."""
        for kind in (Kind.ROOM_TYPE, Kind.ROOM):
            self._take_in(kind, await store.read(partial(_all_of, kind)))
        self._take_in(Kind.BOOKING, await store.read(partial(_movements, self.today)))

    async def load_rest(self, store: StoreThread) -> AsyncIterator[tuple[Kind, frozenset[int]]]:
        """Take all bookings and folios, in slices; gives the lines touched by each, joins included.

        Whatever else happens to the copy may come in between: a slice is as new as the moment it is read.
        """
        for kind in (Kind.BOOKING, Kind.FOLIO):
            async for records in store.slices(kind):
                self._take_in(kind, records)
                ids = frozenset(record.id for record in records)
                for near, lines in self._neighbours(kind, ids).items():
                    self._drop_lines(near, lines)
                    yield near, lines
                yield kind, ids

    # Changes

    def follow(self, change: ChangeSet, store: StoreThread) -> dict[Kind, frozenset[int]]:
        """Bring the house up to a change set; returns the lines touched by kind, joins included."""
        if change.kind not in HELD:
            return {}
        self._confirm(change.kind, change.confirmed, store)
        if not change.ids:
            return {change.kind: change.confirmed}
        before = self._neighbours(change.kind, change.ids)
        names = {ident: self._room_says(ident) for ident in change.ids} if change.kind is Kind.ROOM else {}
        for ident in change.removed:
            self._forget(change.kind, ident)
        self._take_in(change.kind, store.reader.records(change.kind, change.added | change.changed))
        after = self._neighbours(change.kind, change.ids)
        touched = {kind: before[kind] | after[kind] for kind in before}
        if all(self._room_says(ident) == said for ident, said in names.items()):  # only what is to be cleaned is new
            touched = {kind: ids & self.todays if kind is Kind.BOOKING else ids for kind, ids in touched.items()}
        touched[change.kind] = touched.get(change.kind, frozenset()) | change.ids | change.confirmed
        for kind, ids in touched.items():
            self._drop_lines(kind, ids)
        return touched

    def _confirm(self, kind: Kind, ids: frozenset[int], store: StoreThread) -> None:
        """These were read anew and are as they were: only the time is another."""
        held = ids & self._tables[kind].keys()
        for ident, stamp in (store.reader.stamps(kind, held) if held else {}).items():
            self._read_at[kind][ident] = stamp.asked
        self._drop_lines(kind, held)

    def turn_to(self, today: date) -> None:
        """A new hotel day: every line that speaks of today is made anew."""
        self.today = today
        self.todays = {booking.id for booking in self.bookings.values() if is_today(booking, today)}
        self._lines.clear()

    def _drop_lines(self, kind: Kind, ids: Iterable[int]) -> None:
        for ident in ids:
            self._lines.pop((kind, ident), None)

    def _take_in(self, kind: Kind, records: Iterable[Record]) -> None:
        table, read_at, says, fold = (
            self._tables[kind],
            self._read_at[kind],
            self._says[kind],
            ENTITIES[kind].folded_text,
        )
        for record in records:
            self._lean.slim(kind, record.value)
            self._unlink(kind, table.get(record.id))
            says[record.id] = fold(record.value)
            table[record.id] = record.value
            read_at[record.id] = record.stamp.asked
            self._link(kind, record.value)
            self._lines.pop((kind, record.id), None)

    def _forget(self, kind: Kind, ident: int) -> None:
        self._unlink(kind, self._tables[kind].pop(ident, None))
        self._read_at[kind].pop(ident, None)
        self._says[kind].pop(ident, None)

    def _link(self, kind: Kind, value: Any) -> None:
        if kind is Kind.BOOKING:
            if value.room_id is not None:
                self._in_room[value.room_id].add(value.id)
            if is_today(value, self.today):
                self.todays.add(value.id)
        elif kind is Kind.FOLIO and value.payer_id is not None and value.payer_type == "Booking":
            self._folios_of[value.payer_id].add(value.id)

    def _unlink(self, kind: Kind, value: Any) -> None:
        if value is None:
            return
        if kind is Kind.BOOKING:
            if value.room_id is not None:
                self._in_room[value.room_id].discard(value.id)
            self.todays.discard(value.id)
        elif kind is Kind.FOLIO and value.payer_id is not None:
            self._folios_of[value.payer_id].discard(value.id)

    def _neighbours(self, kind: Kind, ids: Iterable[int]) -> dict[Kind, frozenset[int]]:
        """Lines of other kinds that speak of these."""
        if kind is Kind.BOOKING:
            held = [self.bookings[ident] for ident in ids if ident in self.bookings]
            rooms = frozenset(b.room_id for b in held if b.room_id is not None)
            return {Kind.ROOM: rooms, Kind.FOLIO: frozenset().union(*(self._folios_of[b.id] for b in held))}
        if kind is Kind.ROOM:
            return {Kind.BOOKING: frozenset().union(*(self._in_room[ident] for ident in ids))}
        if kind is Kind.ROOM_TYPE:
            return {Kind.BOOKING: frozenset(self.bookings), Kind.ROOM: frozenset(self.rooms)}
        return {}

    # Reading

    def ids(self, kind: Kind) -> Iterable[int]:
        """Every id held of a kind."""
        return self._tables[kind]

    def value(self, kind: Kind, ident: int) -> Any:
        """The object itself, or None."""
        return self._tables[kind].get(ident)

    def values(self, kind: Kind) -> Mapping[int, Any]:
        """Every object held of a kind, by id."""
        return self._tables[kind]

    def folios_of(self, booking: int) -> tuple[int, ...]:
        """The folios a booking pays, oldest first."""
        return tuple(sorted(self._folios_of[booking]))

    def read_at(self, kind: Kind, ident: int) -> datetime | None:
        """When the copy of an object was asked for."""
        return self._read_at[kind].get(ident)

    def line(self, kind: Kind, ident: int) -> Line | None:
        """The line of an object, kept until it changes; None when the copy does not hold it."""
        line = self.glance(kind, ident)
        if line is not None:
            self._lines[kind, ident] = line
        return line

    def glance(self, kind: Kind, ident: int) -> Line | None:
        """The same, not kept: for sorting thousands of which some dozen are painted."""
        if (line := self._lines.get((kind, ident))) is not None:
            return line
        value = self._tables[kind].get(ident)
        return None if value is None else self._makers[kind](value)

    def getters(self, kind: Kind) -> dict[str, Callable[[Any], Any]]:
        """Readers of fields whose value lives in other objects (domain.fields: joined)."""
        if kind is Kind.BOOKING:
            return {
                "room": lambda booking: self.room_name(booking.room_id) or None,
                "room_type": lambda booking: self._type_name(booking.arrival_room_type_id) or None,
            }
        if kind is Kind.ROOM:
            return {
                "room_type": lambda room: self._type_name(room.room_type_id) or None,
                "occupied": lambda room: any(self.bookings[b].status == "checked_in" for b in self._in_room[room.id]),
                "arriving": lambda room: self._room_line(room).arriving,
                "departing": lambda room: self._room_line(room).departing,
                "out_of_service": lambda room: self._room_line(room).out_of_service,
            }
        return {}

    def text_of(self, kind: Kind) -> Callable[[Any], str] | None:
        """What free text looks through in a row."""
        if kind not in self._tables:
            return None
        says, fold = self._says[kind], ENTITIES[kind].folded_text
        return lambda row: says.get(row.id) or fold(row)

    def said(self, kind: Kind) -> Mapping[int, str]:
        """The same for all rows, by id: folded once and kept, for folding 20,000 rows between two keys is too slow."""
        return self._says[kind]

    def room_name(self, ident: int | None) -> str:
        """The room's number; empty when there is none."""
        room = self.rooms.get(ident) if ident is not None else None
        return (room.name or "") if room else ""

    def _room_says(self, ident: int) -> tuple[object, ...]:
        """What all lines of bookings in this room say of it: of some hundred in a year, few are Today's."""
        room = self.rooms.get(ident)
        return (room.name, room.room_type_id) if room is not None else ()

    def _type_name(self, ident: int | None) -> str:
        kind = self.room_types.get(ident) if ident is not None else None
        return (kind.name or "") if kind else ""

    def _booking_line(self, booking: Booking) -> BookingLine:
        today = self.today
        arrives, leaves = booking.arrival, booking.departure
        room = self.rooms.get(booking.room_id) if booking.room_id is not None else None
        late = (booking.status == "expected" and arrives is not None and arrives < today) or (
            booking.status == "checked_in" and leaves is not None and leaves < today
        )
        return BookingLine(
            id=booking.id,
            number=booking.number or str(booking.id),
            guest=booking.guest_name,
            status=booking.status or "",
            arrival=arrives,
            departure=leaves,
            arrival_time=booking.arrival_time or "",
            nights=nights(arrives, leaves) if arrives and leaves else None,
            room=(room.name or "") if room else "",
            room_id=booking.room_id,
            room_type=self._type_name(room.room_type_id if room else booking.arrival_room_type_id),
            housekeeping=room.housekeeping_status if room and booking.id in self.todays else None,
            adults=booking.adults or 0,
            children=booking.children or 0,
            balance=booking.balance,
            reference=booking.reference_number or "",
            country=booking.guest_country or "",
            remarks=len(notes_of(booking)),
            overdue=late,
            due_out=booking.status == "checked_in" and leaves is not None and leaves <= today,
            read_at=self._read_at[Kind.BOOKING].get(booking.id),
        )

    def _room_line(self, room: Room) -> RoomLine:
        today = self.today
        here = [self.bookings[ident] for ident in sorted(self._in_room[room.id])]
        staying = [booking for booking in here if booking.status == "checked_in"]
        closed = [
            period
            for period in room.room_status_allocations or ()
            if period.from_date and period.from_date <= today and (period.to_date is None or period.to_date >= today)
        ]
        return RoomLine(
            id=room.id,
            name=room.name or str(room.id),
            floor=str(room.floor) if room.floor is not None else "",
            room_type=self._type_name(room.room_type_id),
            sector=room.housekeeping_sector or "",
            housekeeping=room.housekeeping_status,
            warning=room.housekeeping_warning or "",
            occupied=bool(staying),
            guests=tuple(booking.guest_name for booking in staying),
            bookings=tuple(booking.id for booking in staying),
            arriving=any(b.status == "expected" and b.arrival is not None and b.arrival <= today for b in here),
            departing=any(b.departure is not None and b.departure <= today for b in staying),
            out_of_service=bool(closed),
            out_until=closed[0].to_date if closed else None,
            changed_at=room.housekeeping_changed_at,
            read_at=self._read_at[Kind.ROOM].get(room.id),
        )

    def _folio_line(self, folio: Folio) -> FolioLine:
        booking = self.bookings.get(folio.payer_id) if folio.payer_id and folio.payer_type == "Booking" else None
        if booking is not None:
            payer = (
                f"{booking.number or booking.id} · {booking.guest_name}" if booking.guest_name else f"{booking.number}"
            )
        elif folio.payer_type == "Booking":
            payer = f"Booking {folio.payer_id}"
        else:
            payer = folio.payer_type or "Non-resident"
        return FolioLine(
            id=folio.id,
            number=folio.number or str(folio.id),
            name=folio.name or "",
            payer=payer,
            booking_id=booking.id if booking else None,
            room=self.room_name(booking.room_id) if booking else "",
            state=folio.state,
            deposit=bool(folio.deposit),
            value=folio.value,
            balance=folio.balance,
            close_date=folio.close_date,
            invoice_number=folio.invoice_number or "",
            read_at=self._read_at[Kind.FOLIO].get(folio.id),
        )


def _all_of(kind: Kind, mirror: MirrorReader) -> list[Record]:
    return mirror.records(kind, mirror.ids(kind))


def _movements(today: date, mirror: MirrorReader) -> list[Record]:
    return mirror.records(Kind.BOOKING, [booking.id for booking in mirror.movements(today)])


def notes_of(booking: Booking) -> tuple[tuple[str, str], ...]:
    """A booking's notes as (heading, text). The elements' shape is not documented: text or an object with a text."""
    found: list[tuple[str, str]] = []
    for heading, notes in (
        ("Note", booking.active_notes),
        ("Housekeeping", booking.active_housekeeping_notes),
        ("Meals", booking.active_meals_notes),
        ("Client request", booking.active_client_requests),
    ):
        for note in notes if isinstance(notes, list) else [notes] if notes else []:
            text = (
                next((note[m] for m in ("text", "note", "body") if note.get(m)), "") if isinstance(note, dict) else note
            )
            if text:
                found.append((heading, str(text)))
    return tuple(found)
