"""Forgets guests who left long ago: their bookings, what hangs on these, and what the history says of them.

The service still has all of it, and a person who asks for such a booking gets it read again. So nothing here is marked
as gone, and nothing people wrote (desk.db) is touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.domain.kinds import Kind
from clockdesk.store.changes import Changes
from clockdesk.store.instants import to_micros
from clockdesk.store.mirror_reads import as_json, links_name, listing_name

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from clockdesk.domain.records import ChangeSet
    from clockdesk.store.connection import Database

ORIGIN = "retention"
KEEP_DEPARTED = 30
"""Days for which the copy keeps a guest who left, unless the account's settings say otherwise."""

_LEFT = "SELECT id FROM booking WHERE departure < ?1 AND status IS NOT 'checked_in'"
_THEIR_FOLIOS = (
    "SELECT id FROM (SELECT id FROM folio WHERE payer_type = 'Booking'"
    "  AND payer_id IN (SELECT value FROM json_each(?1))"
    " UNION SELECT folio_id FROM booking_folio WHERE booking_id IN (SELECT value FROM json_each(?1))) AS theirs"
    " WHERE NOT EXISTS (SELECT 1 FROM booking_folio AS l JOIN booking AS b ON b.id = l.booking_id"
    "  WHERE l.folio_id = theirs.id AND b.id NOT IN (SELECT value FROM json_each(?1)))"
    " AND NOT EXISTS (SELECT 1 FROM folio AS f JOIN booking AS b ON b.id = f.payer_id AND f.payer_type = 'Booking'"
    "  WHERE f.id = theirs.id AND b.id NOT IN (SELECT value FROM json_each(?1)))"
)
_THEIR_GUESTS = (
    "SELECT guest_id FROM guest_stay WHERE booking_id IN (SELECT value FROM json_each(?1))"
    " EXCEPT SELECT guest_id FROM guest_stay WHERE booking_id NOT IN (SELECT value FROM json_each(?1))"
)
_STRAY_GUESTS = (
    "SELECT id FROM object WHERE kind = 'guest' AND asked < ?1 AND id NOT IN (SELECT guest_id FROM guest_stay)"
)
_PARTS = {
    Kind.BOOKING: (Kind.BOOKING_GUEST,),
    Kind.FOLIO: (Kind.CHARGE, Kind.CREDIT_ITEM, Kind.FOLIO_TAX),
    Kind.GUEST: (),
}


def forget_departed(database: Database, day: date, read_before: datetime) -> tuple[ChangeSet, ...]:
    """Drop bookings that departed before `day`, with their folios and guests, and guests of no booking not read since.

    Guests in house stay, whatever their dates; so do a folio and a guest that another booking still needs. Returns what
    that removed. Raises KnownError; the copy is then as before.
    """
    changes = Changes()
    with database.transaction():
        left = [ident for (ident,) in database.rows(_LEFT, (day.isoformat(),))]
        named = (as_json(left),)
        folios = [ident for (ident,) in database.rows(_THEIR_FOLIOS, named)]
        guests = {ident for (ident,) in database.rows(_THEIR_GUESTS, named)}
        for kind, ids in ((Kind.BOOKING, left), (Kind.FOLIO, folios)):
            _forget(database, kind, ids, changes)
        guests |= {ident for (ident,) in database.rows(_STRAY_GUESTS, (to_micros(read_before),))}
        _forget(database, Kind.GUEST, guests, changes)
        database.run("DELETE FROM booking_folio WHERE booking_id IN (SELECT value FROM json_each(?))", named)
    return changes.sets(ORIGIN)


def _forget(database: Database, kind: Kind, ids: Collection[int], changes: Changes) -> None:
    for part in _PARTS[kind]:
        rows = database.rows(
            "SELECT id FROM object WHERE kind = ? AND parent IN (SELECT value FROM json_each(?))",
            (str(part), as_json(ids)),
        )
        _drop(database, part, [ident for (ident,) in rows], changes)
        database.many("DELETE FROM listing WHERE what = ?", [(listing_name(part, ident),) for ident in ids])
    if kind is Kind.BOOKING:
        database.many("DELETE FROM listing WHERE what = ?", [(links_name(ident),) for ident in ids])
    _drop(database, kind, ids, changes)


def _drop(database: Database, kind: Kind, ids: Collection[int], changes: Changes) -> None:
    held = database.rows(
        "SELECT id FROM object WHERE kind = ? AND id IN (SELECT value FROM json_each(?))", (str(kind), as_json(ids))
    )
    for (ident,) in held:
        changes.removed(kind, ident)
    for table in ("object", "history", "owed"):
        database.many(f"DELETE FROM {table} WHERE kind = ? AND id = ?", [(str(kind), ident) for ident in ids])  # noqa: S608 (fixed names)
