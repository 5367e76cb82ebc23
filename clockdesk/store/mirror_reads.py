"""Reading the copy: objects by kind and id, lists by typed columns, what is owed, what happened."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import msgspec

from clockdesk.domain.kinds import Kind
from clockdesk.domain.records import Record, Stamp
from clockdesk.domain.value_types import VALUE_TYPES
from clockdesk.store.batch import Owed
from clockdesk.store.columns import searchable
from clockdesk.store.facts import JSON, read_fact
from clockdesk.store.instants import from_micros, to_micros
from clockdesk.store.order import Moment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date, datetime

    from clockdesk.domain.values import Booking, Value
    from clockdesk.store.connection import Database, Row

log = logging.getLogger(__name__)

_DECODERS: dict[Kind, msgspec.json.Decoder[Value]] = {
    kind: msgspec.json.Decoder(value_type) for kind, value_type in VALUE_TYPES.items()
}
_DIFFERING = msgspec.json.Decoder(dict[str, msgspec.Raw])
_MAX_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the history. `change`: added, changed, removed; `members`: before and after by member name."""

    seq: int
    kind: Kind
    id: int
    at: datetime
    origin: str
    change: str
    members: dict[str, tuple[Any, Any]]


class MirrorReader:
    """The copy, for reading. Every method may raise KnownError (STORE_CORRUPT, STORE_LOCKED, DISK)."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # Objects

    def get(self, kind: Kind, ident: int) -> Value | None:
        """The object, or None."""
        raw = self.raw(kind, ident)
        return None if raw is None else _decode(kind, ident, raw)

    def get_many(self, kind: Kind, ids: Collection[int]) -> dict[int, Value]:
        """Those of the objects that the copy holds, by id."""
        return dict(
            _values(
                kind,
                self._db.rows(
                    "SELECT id, raw FROM object JOIN body USING (oid) "
                    "WHERE kind = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY id",
                    (str(kind), as_json(ids)),
                ),
            )
        )

    def record(self, kind: Kind, ident: int) -> Record | None:
        """The object with its JSON, its stamp and its parent, or None."""
        row = self._db.row(
            "SELECT raw, asked, server, parent FROM object JOIN body USING (oid) WHERE kind = ? AND id = ?",
            (str(kind), ident),
        )
        value = None if row is None else _decode(kind, ident, row[0])
        if row is None or value is None:
            return None
        return Record(kind, ident, value, row[0], Moment(row[1], row[2]).stamp, row[3])

    def records(self, kind: Kind, ids: Collection[int]) -> list[Record]:
        """Those of the objects that the copy holds, with their JSON and stamps, by id."""
        rows = self._db.rows(
            "SELECT id, raw, asked, server, parent FROM object JOIN body USING (oid) "
            "WHERE kind = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (str(kind), as_json(ids)),
        )
        values = ((row, _decode(kind, row[0], row[1])) for row in rows)
        return [
            Record(kind, ident, value, raw, Moment(asked, server).stamp, parent)
            for (ident, raw, asked, server, parent), value in values
            if value is not None
        ]

    def raw(self, kind: Kind, ident: int) -> bytes | None:
        """The service's own JSON, or None."""
        row = self._db.row("SELECT raw FROM object JOIN body USING (oid) WHERE kind = ? AND id = ?", (str(kind), ident))
        return None if row is None else row[0]

    def values(self, kind: Kind) -> list[Value]:
        """Every object of a kind, by id."""
        return [value for chunk in self.iter_values(kind) for value in chunk]

    def iter_values(self, kind: Kind, chunk: int = 500) -> Iterator[list[Value]]:
        """Every object of a kind by id, in lists of at most `chunk`; other work may come between two lists."""
        for rows in self.iter_raw(kind, chunk):
            yield [value for _, value in _values(kind, rows)]

    def iter_raw(self, kind: Kind, chunk: int = 500) -> Iterator[list[tuple[int, bytes]]]:
        """Id and JSON of every object of a kind by id, in lists of at most `chunk`."""
        after = -_MAX_ID - 1
        while True:
            rows = self._db.rows(
                "SELECT id, raw FROM object JOIN body USING (oid) WHERE kind = ? AND id >= ? ORDER BY id LIMIT ?",
                (str(kind), after, chunk),
            )
            if rows:
                yield cast("list[tuple[int, bytes]]", rows)
            if len(rows) < chunk or rows[-1][0] == _MAX_ID:
                return
            after = rows[-1][0] + 1

    def ids(self, kind: Kind) -> frozenset[int]:
        """The ids of every object of a kind."""
        return self._ids("SELECT id FROM object WHERE kind = ?", str(kind))

    def count(self, kind: Kind) -> int:
        """How many objects of a kind the copy holds."""
        [(count,)] = self._db.rows("SELECT count(*) FROM object WHERE kind = ?", (str(kind),))
        return int(count)

    def read_at(self, kind: Kind) -> dict[int, Stamp]:
        """When each object of a kind was last confirmed."""
        return _stamps(self._db.rows("SELECT id, asked, server FROM object WHERE kind = ?", (str(kind),)))

    def stamps(self, kind: Kind, ids: Collection[int]) -> dict[int, Stamp]:
        """When those of the objects that the copy holds were last confirmed."""
        return _stamps(
            self._db.rows(
                "SELECT id, asked, server FROM object WHERE kind = ? AND id IN (SELECT value FROM json_each(?))",
                (str(kind), as_json(ids)),
            )
        )

    # Belonging together

    def children(self, kind: Kind, parent: int) -> list[Value]:
        """The charges, payments, taxes of a folio or the booking guests of a booking, by id."""
        rows = self._db.rows(
            "SELECT id, raw FROM object JOIN body USING (oid) WHERE kind = ? AND parent = ? ORDER BY id",
            (str(kind), parent),
        )
        return [value for _, value in _values(kind, rows)]

    def listed(self, kind: Kind, parent: int | None = None) -> Stamp | None:
        """When the children (with the parent None: all of a kind) were last listed completely; None = never."""
        return self._listed(listing_name(kind, parent))

    def folios_of(self, booking: int) -> tuple[int, ...]:
        """The ids of a booking's folios as linked, in the order of their ids; see `folios_listed`."""
        rows = self._db.rows("SELECT folio_id FROM booking_folio WHERE booking_id = ? ORDER BY 1", (booking,))
        return tuple(ident for (ident,) in rows)

    def folios_listed(self, booking: int) -> Stamp | None:
        """When the booking's folios were last listed completely; None = never."""
        return self._listed(links_name(booking))

    def bookings_of_folio(self, folio: int) -> frozenset[int]:
        """The bookings a folio is linked with."""
        return self._ids("SELECT booking_id FROM booking_folio WHERE folio_id = ?", folio)

    def bookings_of_guests(self, guests: Collection[int]) -> frozenset[int]:
        """The bookings in which one of these guests stays, by `family_id`."""
        return self._ids(
            "SELECT booking_id FROM guest_stay WHERE guest_id IN (SELECT value FROM json_each(?))", as_json(guests)
        )

    def payers(self, folios: Iterable[int]) -> dict[int, int]:
        """The booking that pays it, by folio; without those that none pays."""
        rows = self._db.rows(
            "SELECT id, payer_id FROM folio WHERE payer_type = 'Booking' AND payer_id IS NOT NULL "
            "AND id IN (SELECT value FROM json_each(?))",
            (as_json(folios),),
        )
        return dict(rows)

    def folios_paid_by(self, booking: int) -> frozenset[int]:
        """The folios of the copy that a booking pays; without the voided ones, which owe nothing any more."""
        return self._ids(
            "SELECT id FROM folio WHERE payer_type = 'Booking' AND payer_id = ? AND state <> 'voided'", booking
        )

    def folio_payers(self) -> frozenset[int]:
        """The bookings that pay any folio of the copy."""
        return self._ids("SELECT payer_id FROM folio WHERE payer_type = 'Booking' AND payer_id IS NOT NULL")

    # By typed columns

    def booking_ids_between(self, first: date, last: date, statuses: Collection[str] = ()) -> frozenset[int]:
        """Bookings whose stay touches one of the days from `first` to `last`; with `statuses`, only in one of those."""
        where, values = _between(first, last, statuses)
        return self._ids(f"SELECT id FROM booking WHERE {where}", *values)  # noqa: S608 (fixed text)

    def bookings_between(self, first: date, last: date, statuses: Collection[str] = ()) -> list[Booking]:
        """As `booking_ids_between`, as objects by arrival."""
        return self._bookings(*_between(first, last, statuses))

    def movements(self, today: date) -> list[Booking]:
        """Today's bookings by arrival: in house (whatever their dates), still to arrive, departed today."""
        day = today.isoformat()
        return self._bookings(
            "status = 'checked_in' OR (status = 'expected' AND arrival <= ?) "
            "OR (status = 'checked_out' AND departure = ?)",
            [day, day],
        )

    def bookings_with_text(self, text: str) -> frozenset[int]:
        """Bookings whose guest name, number, reference, e-mail or phone contains the text (case and accents aside)."""
        return self._ids("SELECT id FROM booking WHERE instr(haystack, ?) > 0", searchable(text))

    def folio_ids(self, state: str) -> frozenset[int]:
        """Folios that are open, closed or voided."""
        return self._ids("SELECT id FROM folio WHERE state = ?", state)

    # Work and history

    def cursor(self, name: str) -> str | None:
        """The bound a sweep has reached, or None."""
        row = self._db.row("SELECT value FROM cursor WHERE name = ?", (str(name),))
        return None if row is None else row[0]

    def owed(self) -> list[Owed]:
        """What is still to be read, oldest first."""
        rows = self._db.rows("SELECT kind, id, since, tries, error, lane FROM owed ORDER BY since, kind, id")
        return [
            Owed(Kind(kind), ident, from_micros(since), tries, error, lane)
            for kind, ident, since, tries, error, lane in rows
        ]

    def gone(self, kind: Kind, ident: int) -> Stamp | None:
        """When the service last said that this object does not exist, if it is not held; else None."""
        row = self._db.row(
            "SELECT asked, server FROM tombstone AS t WHERE kind = ?1 AND id = ?2 "
            "AND NOT EXISTS (SELECT 1 FROM object AS o WHERE o.kind = ?1 AND o.id = ?2)",
            (str(kind), ident),
        )
        return None if row is None else Moment(*row).stamp

    def history(self, kind: Kind, ident: int, limit: int = 100) -> list[Happening]:
        """What happened to an object, latest first."""
        return self._happenings("WHERE kind = ? AND id = ? ORDER BY seq DESC LIMIT ?", str(kind), ident, limit)

    def changes_since(self, instant: datetime) -> list[Happening]:
        """What was read after an instant and differed from the copy, in the order it was written."""
        return self._happenings("WHERE at > ? ORDER BY seq", to_micros(instant))

    def moved_since(self, seq: int, members: Collection[str]) -> tuple[frozenset[tuple[Kind, int]], int]:
        """The objects of which one of these members changed after a line of the history; and the latest line's `seq`.

        A history that was trimmed to nothing begins anew: then all of it counts.
        """
        last = self._db.rows("SELECT coalesce(max(seq), 0) FROM history")[0][0]
        rows = self._db.rows(
            "SELECT kind, id, members FROM history WHERE seq > ? AND change = 'changed'", (seq if seq <= last else 0,)
        )
        moved = [(kind, ident) for kind, ident, said in rows if not _DIFFERING.decode(said).keys().isdisjoint(members)]
        return frozenset((Kind(kind), ident) for kind, ident in moved), last

    def added_since(self, kind: Kind, seq: int) -> frozenset[int]:
        """The objects of a kind that came into the copy after a line of the history (see `moved_since`)."""
        return self._ids("SELECT id FROM history WHERE seq > ? AND kind = ? AND change = 'added'", seq, str(kind))

    def fact(self, name: str) -> Any:
        """The JSON value kept under a name, or None."""
        return read_fact(self._db, name)

    def close(self) -> None:
        """Close, with the write-ahead log put into the file."""
        self._db.close()

    # Inside

    def _ids(self, sql: str, *values: Any) -> frozenset[int]:
        return frozenset(ident for (ident,) in self._db.rows(sql, values))

    def _bookings(self, where: str, values: list[Any]) -> list[Booking]:
        sql = "SELECT id, raw FROM booking JOIN body USING (oid) WHERE " + where + " ORDER BY arrival, id"  # noqa: S608 (fixed text)
        return cast("list[Booking]", [value for _, value in _values(Kind.BOOKING, self._db.rows(sql, values))])

    def _listed(self, what: str) -> Stamp | None:
        row = self._db.row("SELECT asked, server FROM listing WHERE what = ?", (what,))
        return None if row is None else Moment(*row).stamp

    def _happenings(self, rest: str, *values: Any) -> list[Happening]:
        sql = "SELECT seq, kind, id, at, origin, change, members FROM history " + rest  # noqa: S608 (fixed text)
        return [
            Happening(
                seq,
                Kind(kind),
                ident,
                from_micros(at),
                origin,
                change,
                {name: tuple(pair) for name, pair in JSON.decode(members).items()} if members else {},
            )
            for seq, kind, ident, at, origin, change, members in self._db.rows(sql, values)
        ]


def listing_name(kind: Kind, parent: int | None) -> str:
    """The name under which the time of a complete list is kept."""
    return str(kind) if parent is None else f"{kind}/{parent}"


def links_name(booking: int) -> str:
    """The same for the list of a booking's folios."""
    return f"folios of booking/{booking}"


def as_json(ids: Iterable[int]) -> str:
    """Ids as one value that SQL takes apart with json_each, however many there are."""
    return "[" + ",".join(map(str, ids)) + "]"


def _between(first: date, last: date, statuses: Collection[str]) -> tuple[str, list[Any]]:
    where, values = "departure >= ? AND arrival <= ?", [first.isoformat(), last.isoformat()]
    if statuses:
        where += f" AND status IN ({', '.join('?' * len(statuses))})"
    return where, [*values, *statuses]


def _stamps(rows: list[Row]) -> dict[int, Stamp]:
    return {ident: Moment(asked, server).stamp for ident, asked, server in rows}


def _values(kind: Kind, rows: Iterable[Row]) -> Iterator[tuple[int, Value]]:
    for ident, raw in rows:
        value = _decode(kind, ident, raw)
        if value is not None:
            yield ident, value


def _decode(kind: Kind, ident: int, raw: bytes) -> Value | None:
    """The typed object. A later release may refuse what an earlier one took: it is missing until read again."""
    try:
        return _DECODERS[kind].decode(raw)
    except msgspec.ValidationError:
        log.warning("the copy's %s %s can't be read any more and is left out", kind, ident)
        return None
