"""The desk's schema, step by step. A released step is never edited: a change is a new step at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.store.connection import Role

if TYPE_CHECKING:
    from clockdesk.store.connection import Database

_FIRST = (
    """CREATE TABLE saved_filter (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        predicate TEXT NOT NULL,
        pinned INTEGER NOT NULL,
        position INTEGER NOT NULL,
        UNIQUE (kind, name)
    ) STRICT""",
    """CREATE TABLE intent (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        object_id INTEGER NOT NULL,
        members TEXT NOT NULL,
        seen TEXT NOT NULL,
        base_version INTEGER,
        state TEXT NOT NULL CHECK (state IN ('open', 'done', 'unknown', 'failed')),
        created INTEGER NOT NULL,
        finished INTEGER,
        note TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX intent_state ON intent (state, id)",
    """CREATE TABLE note (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        object_id INTEGER NOT NULL,
        text TEXT NOT NULL,
        written INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX note_object ON note (kind, object_id, id)",
    """CREATE TABLE log_line (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        what TEXT NOT NULL,
        members TEXT NOT NULL,
        written INTEGER NOT NULL,
        settled INTEGER,
        outcome TEXT NOT NULL
    ) STRICT""",
    "CREATE TABLE seen (what TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
)

_SECOND = (
    "ALTER TABLE intent ADD COLUMN author TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE shift_note (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account TEXT NOT NULL,
        person TEXT NOT NULL,
        initials TEXT NOT NULL,
        intention TEXT NOT NULL,
        intended INTEGER NOT NULL,
        state TEXT NOT NULL,
        finished INTEGER,
        words TEXT NOT NULL
    ) STRICT""",
)


def first(database: Database) -> None:
    """Everything the first release needs."""
    for statement in _FIRST:
        database.run(statement)


def second(database: Database) -> None:
    """Who did it: an author for every intent, and what staff wanted of the time clock."""
    for statement in _SECOND:
        database.run(statement)


DESK = Role(
    words="The file with your filters, notes and manual log",
    repair="Have it set aside under a dated name (it is never deleted) and start a new one.",
    synchronous="FULL",  # what a person wrote survives a power cut
    migrations=(first, second),
)
