"""The mirror's schema, step by step. A released step is never edited: a change is a new step at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.store.connection import Role

if TYPE_CHECKING:
    from clockdesk.store.connection import Database

_FIRST = (
    # What orders and dates each object; small rows, so that looking at all of them never touches the JSON.
    """CREATE TABLE object (
        oid INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        id INTEGER NOT NULL,
        parent INTEGER,
        lock_version INTEGER,
        updated_at INTEGER,
        asked INTEGER NOT NULL,
        server INTEGER,
        UNIQUE (kind, id)
    ) STRICT""",
    "CREATE INDEX object_parent ON object (kind, parent) WHERE parent IS NOT NULL",
    """CREATE TABLE body (
        oid INTEGER PRIMARY KEY REFERENCES object ON DELETE CASCADE,
        raw BLOB NOT NULL
    ) STRICT""",
    # Typed columns, for the kinds that are looked up by content.
    """CREATE TABLE booking (
        oid INTEGER PRIMARY KEY REFERENCES object ON DELETE CASCADE,
        id INTEGER NOT NULL UNIQUE,
        number TEXT,
        status TEXT,
        arrival TEXT,
        departure TEXT,
        room_id INTEGER,
        arrival_room_type_id INTEGER,
        lock_version INTEGER,
        updated_at INTEGER,
        haystack TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX booking_stay ON booking (departure, arrival, status, id)",
    "CREATE INDEX booking_status ON booking (status, arrival, departure, id)",
    """CREATE TABLE folio (
        oid INTEGER PRIMARY KEY REFERENCES object ON DELETE CASCADE,
        id INTEGER NOT NULL UNIQUE,
        number TEXT,
        state TEXT NOT NULL,
        deposit INTEGER,
        close_date TEXT,
        payer_type TEXT,
        payer_id INTEGER
    ) STRICT""",
    "CREATE INDEX folio_state ON folio (state, id)",
    "CREATE INDEX folio_payer ON folio (payer_id, payer_type) WHERE payer_id IS NOT NULL",
    """CREATE TABLE guest_stay (
        oid INTEGER NOT NULL REFERENCES object ON DELETE CASCADE,
        guest_id INTEGER NOT NULL,
        booking_id INTEGER NOT NULL,
        PRIMARY KEY (oid, guest_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX guest_stay_guest ON guest_stay (guest_id, booking_id)",
    """CREATE TABLE booking_folio (
        booking_id INTEGER NOT NULL, folio_id INTEGER NOT NULL, PRIMARY KEY (booking_id, folio_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX booking_folio_folio ON booking_folio (folio_id, booking_id)",
    # When something was last listed completely, and what is known not to exist.
    "CREATE TABLE listing (what TEXT PRIMARY KEY, asked INTEGER NOT NULL, server INTEGER) STRICT, WITHOUT ROWID",
    """CREATE TABLE tombstone (
        kind TEXT NOT NULL, id INTEGER NOT NULL, asked INTEGER NOT NULL, server INTEGER, PRIMARY KEY (kind, id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE owed (
        kind TEXT NOT NULL, id INTEGER NOT NULL, since INTEGER NOT NULL, tries INTEGER NOT NULL, error TEXT NOT NULL,
        lane INTEGER, PRIMARY KEY (kind, id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE cursor (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE history (
        seq INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        id INTEGER NOT NULL,
        at INTEGER NOT NULL,
        origin TEXT NOT NULL,
        change TEXT NOT NULL CHECK (change IN ('added', 'changed', 'removed')),
        members BLOB
    ) STRICT""",
    "CREATE INDEX history_object ON history (kind, id, seq)",
    "CREATE INDEX history_at ON history (at)",
)

TABLES = ("history", "guest_stay", "booking", "folio", "body", "object", "booking_folio", "listing", "tombstone")
NOTES = ("owed", "cursor", "fact")


def first(database: Database) -> None:
    """Everything the first release needs."""
    for statement in _FIRST:
        database.run(statement)


MIRROR = Role(
    words="The copy of the hotel on this computer",
    repair="Have it set aside and read again from the service: nothing you wrote is in it.",
    synchronous="NORMAL",  # after a power cut the last batches may be missing; their cursors are then missing too
    migrations=(first,),
)
