"""Writing the copy: one transaction for each batch; an answer older than what is held never wins."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from clockdesk.domain.folios import Charge, CreditItem, FolioTax
from clockdesk.domain.kinds import Kind
from clockdesk.domain.values import BookingGuest
from clockdesk.store.changes import Changes
from clockdesk.store.columns import write_columns
from clockdesk.store.connection import BUSY_MS, Database
from clockdesk.store.facts import write_facts
from clockdesk.store.history import difference
from clockdesk.store.instants import to_micros
from clockdesk.store.mirror_reads import MirrorReader, as_json, links_name, listing_name
from clockdesk.store.order import Moment, Version
from clockdesk.store.retention import forget_departed
from clockdesk.store.schema_mirror import MIRROR, NOTES, TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from clockdesk.domain.records import ChangeSet, Record
    from clockdesk.store.batch import Batch, Owed
    from clockdesk.store.files import Place

PARENTS = {
    Kind.CHARGE: Kind.FOLIO,
    Kind.CREDIT_ITEM: Kind.FOLIO,
    Kind.FOLIO_TAX: Kind.FOLIO,
    Kind.BOOKING_GUEST: Kind.BOOKING,
}
"""What an object is a part of, and is gone with."""

FIRST_LOOK = "cold"
"""The origin whose additions are no happening: the copy sees the hotel for the first time."""


@dataclass(frozen=True, slots=True)
class _Held:
    oid: int
    ident: int
    version: Version


class Mirror(MirrorReader):
    """The copy, for reading and writing. Use from one thread at a time (see `thread.StoreThread`)."""

    def reader(self, *, busy_ms: int = 250) -> MirrorReader:
        """A second, read-only connection, for another thread's small reads."""
        return MirrorReader(self._db.second(busy_ms=busy_ms))

    def apply(self, batch: Batch) -> tuple[ChangeSet, ...]:
        """Write all of a batch or nothing of it; returns what really changed, by kind.

        An answer older than what is held is refused; one with the same JSON only moves the time it was confirmed, and
        is told as that.
        Raises KnownError (DISK, STORE_LOCKED, STORE_CORRUPT); the copy is then as before.
        """
        with self._db.transaction():
            work = _Work(self._db, batch.origin)
            for kind, records in _by_kind(batch.records):
                work.put(kind, records)
            for gone in batch.gone:
                work.bury(gone.kind, [gone.id], Moment.of(gone.stamp))
            if batch.stamp is not None:
                for (kind, parent), ids in batch.whole.items():
                    work.list_children(kind, parent, ids, Moment.of(batch.stamp))
                for booking, folios in batch.links.items():
                    work.link(booking, folios, Moment.of(batch.stamp))
            work.settle(batch.settled, batch.owed)
            self._db.many(
                "INSERT INTO cursor VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                [(str(name), value) for name, value in batch.cursors.items()],
            )
            write_facts(self._db, batch.facts)
        return work.changes.sets(batch.origin)

    def not_after(self, now: datetime) -> tuple[ChangeSet, ...]:
        """Nothing was asked for in the future: the wall clock was wrong then, and has been set back. What was, by kind.

        Such a stamp would refuse every answer until its time comes. The `Date` of its answer says better when it was.
        """
        limit = to_micros(now)
        changes = Changes()
        with self._db.transaction():
            for kind, ident in self._db.rows("SELECT kind, id FROM object WHERE asked > ?", (limit,)):
                changes.confirmed(Kind(kind), ident)
            for table in ("object", "tombstone", "listing"):
                self._db.run(f"UPDATE {table} SET asked = min(coalesce(server, ?1), ?1) WHERE asked > ?1", (limit,))  # noqa: S608 (fixed names)
        return changes.sets("start")

    def trim_history(self, older_than: datetime) -> int:
        """Forget what happened, and what was gone, before an instant; returns how many lines of history went."""
        with self._db.transaction():
            self._db.run("DELETE FROM tombstone WHERE asked < ?", (to_micros(older_than),))
            return self._db.run("DELETE FROM history WHERE at < ?", (to_micros(older_than),))

    def forget_departed(self, day: date, read_before: datetime) -> tuple[ChangeSet, ...]:
        """Drop the data of guests who departed before `day` (see `retention.forget_departed`); what that removed."""
        return forget_departed(self._db, day, read_before)

    def wipe(self) -> tuple[ChangeSet, ...]:
        """Forget everything; returns what that removed."""
        changes = Changes()
        with self._db.transaction():
            for kind, ident in self._db.rows("SELECT kind, id FROM object"):
                changes.removed(Kind(kind), ident)
            for table in (*TABLES, *NOTES):
                self._db.run(f"DELETE FROM {table}")  # noqa: S608 (fixed names)
        return changes.sets("wipe")


def open_mirror(place: Place, *, busy_ms: int = BUSY_MS, read_only: bool = False) -> Mirror:
    """Open the copy, making it when there is none.

    Raises KnownError. On STORE_CORRUPT and STORE_WRONG_KEY the caller may `files.discard` the file and open again.
    """
    return Mirror(Database(MIRROR, place, busy_ms=busy_ms, read_only=read_only))


class _Work:
    """One transaction on the copy, and what it changed."""

    def __init__(self, database: Database, origin: str) -> None:
        self._db = database
        self._origin = origin
        self.changes = Changes()

    def put(self, kind: Kind, records: Sequence[Record]) -> None:
        """Write the records of one kind that are newer than what is held."""
        held = {row.ident: row for row in self._held(kind, {record.id for record in records})}
        newest: dict[int, tuple[Record, Version]] = {}
        for record in self._not_buried(kind, records, held):
            version = Version.of(record)
            best = newest[record.id][1] if record.id in newest else None
            if best is None and record.id in held:
                best = held[record.id].version
            if best is None or version.newer(best):
                newest[record.id] = record, version
        fresh = [pair for ident, pair in newest.items() if ident not in held]
        self._insert(kind, fresh)
        self._update(kind, [(held[ident], *pair) for ident, pair in newest.items() if ident in held])

    def bury(self, kind: Kind, ids: Collection[int], moment: Moment) -> None:
        """Remove what did not exist at a moment, with its parts, unless it was read later; and remember that."""
        held = [row for row in self._held(kind, ids) if not row.version.moment.after(moment)]
        self._remove(kind, held, moment)
        for part, whole in PARENTS.items():
            if whole is kind:
                parts = [row for ident in ids for row in self._held_under(part, ident)]
                self._remove(part, [row for row in parts if not row.version.moment.after(moment)], moment)
        self._mark_gone(kind, ids, moment)

    def list_children(self, kind: Kind, parent: int | None, ids: frozenset[int], moment: Moment) -> None:
        """Remove those of a complete list's kind and parent that it does not name, unless they were read later."""
        if not self._note_listing(listing_name(kind, parent), moment):
            return
        if parent is None:
            held = self._db.rows("SELECT id FROM object WHERE kind = ?", (str(kind),))
        else:
            held = self._db.rows("SELECT id FROM object WHERE kind = ? AND parent = ?", (str(kind), parent))
        self.bury(kind, [ident for (ident,) in held if ident not in ids], moment)

    def link(self, booking: int, folios: frozenset[int], moment: Moment) -> None:
        """Keep which folios a booking has; a booking whose folios differ has changed."""
        first = self._db.row("SELECT 1 FROM listing WHERE what = ?", (links_name(booking),)) is None
        if not self._note_listing(links_name(booking), moment):
            return
        before = {
            folio for (folio,) in self._db.rows("SELECT folio_id FROM booking_folio WHERE booking_id = ?", (booking,))
        }
        if before == folios and not first:
            return
        self._db.run("DELETE FROM booking_folio WHERE booking_id = ?", (booking,))
        self._db.many("INSERT INTO booking_folio VALUES (?, ?)", [(booking, folio) for folio in folios])
        if self._db.row("SELECT 1 FROM object WHERE kind = ? AND id = ?", (str(Kind.BOOKING), booking)) is not None:
            self.changes.changed(Kind.BOOKING, booking)

    def settle(self, settled: Iterable[tuple[Kind, int]], owed: Iterable[Owed]) -> None:
        """Strike out what was read, then write down what is owed."""
        self._db.many("DELETE FROM owed WHERE kind = ? AND id = ?", [(str(kind), ident) for kind, ident in settled])
        self._db.many(
            "INSERT INTO owed VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
            "since = min(since, excluded.since), tries = tries + excluded.tries, "
            "error = iif(excluded.error = '', error, excluded.error), lane = coalesce(excluded.lane, lane)",
            [(str(o.kind), o.id, to_micros(o.since), o.tries, str(o.error), o.lane) for o in owed],
        )

    # What is held

    def _held(self, kind: Kind, ids: Iterable[int]) -> list[_Held]:
        return self._read("kind = ? AND id IN (SELECT value FROM json_each(?))", str(kind), as_json(ids))

    def _held_under(self, kind: Kind, parent: int) -> list[_Held]:
        return self._read("kind = ? AND parent = ?", str(kind), parent)

    def _read(self, where: str, *values: Any) -> list[_Held]:
        rows = self._db.rows(
            "SELECT oid, id, lock_version, updated_at, asked, server, raw "
            "FROM object JOIN body USING (oid) WHERE " + where,
            values,
        )
        return [
            _Held(oid, ident, Version(lock_version, updated_at, Moment(asked, server), raw))
            for oid, ident, lock_version, updated_at, asked, server, raw in rows
        ]

    def _not_buried(self, kind: Kind, records: Sequence[Record], held: dict[int, _Held]) -> Iterator[Record]:
        """The records that were asked for after their object, and what it is a part of, was last known not to exist."""
        graves = self._graves(kind, {record.id for record in records})
        parents = {parent for record in records if (parent := _parent(record)) is not None}
        whole = PARENTS.get(kind)
        parent_graves = {} if whole is None or not parents else self._graves(whole, parents)
        lists = {parent: self._listing(listing_name(kind, parent)) for parent in parents}
        for record in records:
            moment = Moment.of(record.stamp)
            parent = _parent(record)
            bounds = [graves.get(record.id), None if parent is None else parent_graves.get(parent)]
            if any(bound is not None and not moment.after(bound) for bound in bounds):
                continue
            listed = None if parent is None else lists[parent]
            if listed is not None and record.id not in held and listed.after(moment):
                continue  # a later complete list did not name it
            yield record

    def _graves(self, kind: Kind, ids: Iterable[int]) -> dict[int, Moment]:
        rows = self._db.rows(
            "SELECT id, asked, server FROM tombstone WHERE kind = ? AND id IN (SELECT value FROM json_each(?))",
            (str(kind), as_json(ids)),
        )
        return {ident: Moment(asked, server) for ident, asked, server in rows}

    def _listing(self, what: str) -> Moment | None:
        row = self._db.row("SELECT asked, server FROM listing WHERE what = ?", (what,))
        return None if row is None else Moment(*row)

    def _note_listing(self, what: str, moment: Moment) -> bool:
        """Remember when something was listed completely; False when a later list is known."""
        before = self._listing(what)
        if before is not None and before.after(moment):
            return False
        self._db.run("INSERT OR REPLACE INTO listing VALUES (?, ?, ?)", (what, *moment))
        return True

    # What is written

    def _insert(self, kind: Kind, fresh: Sequence[tuple[Record, Version]]) -> None:
        [(top,)] = self._db.rows("SELECT coalesce(max(oid), 0) FROM object")
        numbered = [(top + number, record, version) for number, (record, version) in enumerate(fresh, 1)]
        self._db.many(
            "INSERT INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (oid, str(kind), record.id, _parent(record), version.lock_version, version.updated_at, *version.moment)
                for oid, record, version in numbered
            ],
        )
        self._db.many("INSERT INTO body VALUES (?, ?)", [(oid, record.raw) for oid, record, _ in numbered])
        write_columns(self._db, [(oid, record) for oid, record, _ in numbered])
        for record, _ in fresh:
            self.changes.added(kind, record.id)
        if self._origin != FIRST_LOOK:
            self._tell(kind, [(record.id, version.moment, "added", None) for record, version in fresh])

    def _update(self, kind: Kind, newer: Sequence[tuple[_Held, Record, Version]]) -> None:
        self._db.many(
            "UPDATE object SET parent = coalesce(?, parent), lock_version = ?, updated_at = ?, asked = ?, server = ? "
            "WHERE oid = ?",
            [(_parent(r), v.lock_version, v.updated_at, *v.moment, held.oid) for held, r, v in newer],
        )
        other = [row for row in newer if row[0].version.raw != row[1].raw]
        self._db.many("UPDATE body SET raw = ? WHERE oid = ?", [(record.raw, held.oid) for held, record, _ in other])
        write_columns(self._db, [(held.oid, record) for held, record, _ in other])
        lines = []
        for _, record, _ in newer:
            self.changes.confirmed(kind, record.id)
        for held, record, version in other:
            members = difference(held.version.raw, record.raw)
            if members is not None:  # else the same members in another order
                self.changes.changed(kind, record.id)
                lines.append((record.id, version.moment, "changed", members))
        self._tell(kind, lines)

    def _remove(self, kind: Kind, doomed: Sequence[_Held], moment: Moment) -> None:
        self._db.many("DELETE FROM object WHERE oid = ?", [(row.oid,) for row in doomed])
        for row in doomed:
            self.changes.removed(kind, row.ident)
        self._tell(kind, [(row.ident, moment, "removed", difference(row.version.raw, b"{}")) for row in doomed])
        self._mark_gone(kind, [row.ident for row in doomed], moment)
        if kind is Kind.BOOKING:
            self._db.many("DELETE FROM booking_folio WHERE booking_id = ?", [(row.ident,) for row in doomed])
        elif kind is Kind.FOLIO:
            self._db.many("DELETE FROM booking_folio WHERE folio_id = ?", [(row.ident,) for row in doomed])

    def _mark_gone(self, kind: Kind, ids: Collection[int], moment: Moment) -> None:
        known = self._graves(kind, ids)
        later = [ident for ident in ids if ident not in known or moment.after(known[ident])]
        self._db.many(
            "INSERT OR REPLACE INTO tombstone VALUES (?, ?, ?, ?)", [(str(kind), ident, *moment) for ident in later]
        )

    def _tell(self, kind: Kind, lines: Iterable[tuple[int, Moment, str, bytes | None]]) -> None:
        self._db.many(
            "INSERT INTO history (kind, id, at, origin, change, members) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (str(kind), ident, moment.asked, self._origin, change, members)
                for ident, moment, change, members in lines
            ],
        )


def _by_kind(records: Iterable[Record]) -> Iterator[tuple[Kind, list[Record]]]:
    """Records grouped by kind, wholes before their parts, else in the order given."""
    for kind, group in groupby(sorted(records, key=lambda r: (r.kind in PARENTS, r.kind)), key=lambda r: r.kind):
        yield kind, list(group)


def _parent(record: Record) -> int | None:
    """What the record is a part of: as the reader said, else as the object itself does."""
    if record.parent is not None:
        return record.parent
    match record.value:
        case Charge(folio_id=parent) | CreditItem(folio_id=parent) | FolioTax(folio_id=parent):
            return parent
        case BookingGuest(booking_id=parent):
            return parent
        case _:
            return None
