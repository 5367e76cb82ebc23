"""What people wrote: saved filters, intents, notes, the manual log, seen marks. Never deleted by the program itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import msgspec

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.store.connection import BUSY_MS, Database
from clockdesk.store.facts import JSON, read_fact, write_facts
from clockdesk.store.files import Place, set_aside
from clockdesk.store.instants import from_micros, maybe_instant, to_micros
from clockdesk.store.schema_desk import DESK

if TYPE_CHECKING:
    from datetime import datetime

    from clockdesk.store.connection import Row


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A named predicate in its text form. `id` 0 = not saved yet; pinned ones are counted on screen."""

    kind: Kind
    name: str
    predicate: str
    pinned: bool = False
    position: int = 0
    id: int = 0


class IntentState(StrEnum):
    """How far a write has come. `unknown`: it may or may not have happened, and is to be looked up."""

    OPEN = "open"
    DONE = "done"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Intent:
    """A write to the service, noted before it is sent (design, section 3).

    `members`: as sent; `seen`: what the person saw of them; `base_version`: the `lock_version` seen, if any;
    `author`: name and initials of who did it, empty where nobody was chosen.
    """

    id: int
    kind: Kind
    object_id: int
    members: dict[str, Any]
    seen: dict[str, Any]
    base_version: int | None
    state: IntentState
    created: datetime
    finished: datetime | None = None
    note: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class ShiftNote:
    """What a member of staff wanted of the time clock, when they wanted it, and what became of it.

    `account` is the time clock's; `intention` in or out; `state` and `words` are `office.shift_log`'s.
    """

    id: int
    account: str
    person: str
    initials: str
    intention: str
    intended: datetime
    state: str
    finished: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A note somebody keeps here about an object."""

    id: int
    kind: Kind
    object_id: int
    text: str
    written: datetime


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the manual log kept while offline. `outcome` says what became of it once `settled`."""

    id: int
    what: str
    written: datetime
    members: dict[str, Any] = field(default_factory=dict)
    settled: datetime | None = None
    outcome: str = ""


class Desk:
    """The desk's file. Every method may raise KnownError (DISK, STORE_LOCKED, STORE_CORRUPT).

    `notice`: a sentence for the person when the file was unreadable and has been set aside; else "".
    `author`: who is at this workstation; every intent noted from now on is theirs.
    """

    def __init__(self, database: Database, notice: str = "") -> None:
        self._db = database
        self.notice = notice
        self.author = ""

    # Saved filters

    def filters(self) -> list[SavedFilter]:
        """Every saved filter, in the order people gave them."""
        rows = self._db.rows(
            "SELECT kind, name, predicate, pinned, position, id FROM saved_filter ORDER BY position, id"
        )
        return [
            SavedFilter(Kind(k), name, text, bool(pinned), place, ident) for k, name, text, pinned, place, ident in rows
        ]

    def save_filter(self, saved: SavedFilter) -> SavedFilter:
        """Keep a filter: a new one, or (with its id) a changed one. Of two with one name the last stays."""
        row = (str(saved.kind), saved.name, saved.predicate, int(saved.pinned), saved.position)
        with self._db.transaction():
            self._db.run("DELETE FROM saved_filter WHERE kind = ? AND name = ? AND id <> ?", (*row[:2], saved.id))
            if saved.id:
                self._db.run("INSERT OR REPLACE INTO saved_filter VALUES (?, ?, ?, ?, ?, ?)", (saved.id, *row))
                return saved
            ident = self._db.insert(
                "INSERT INTO saved_filter (kind, name, predicate, pinned, position) VALUES (?, ?, ?, ?, ?)", row
            )
            return replace(saved, id=ident)

    def delete_filter(self, ident: int) -> None:
        """Forget a filter because a person said so."""
        with self._db.transaction():
            self._db.run("DELETE FROM saved_filter WHERE id = ?", (ident,))

    # Intents

    def open_intent(
        self,
        kind: Kind,
        object_id: int,
        members: dict[str, Any],
        *,
        at: datetime,
        seen: dict[str, Any] | None = None,
        base_version: int | None = None,
    ) -> Intent:
        """Note a write that is about to be sent. When this returns, the note survives a power cut."""
        intent = Intent(0, kind, object_id, members, seen or {}, base_version, IntentState.OPEN, at, author=self.author)
        with self._db.transaction():
            ident = self._db.insert(
                "INSERT INTO intent (kind, object_id, members, seen, base_version, state, created, author, note) "
                "VALUES (?, ?, ?, ?, ?, 'open', ?, ?, '')",
                (str(kind), object_id, _text(members), _text(intent.seen), base_version, to_micros(at), self.author),
            )
        return replace(intent, id=ident)

    def finish_intent(self, ident: int, state: IntentState, *, at: datetime, note: str = "") -> None:
        """Note what became of a write."""
        with self._db.transaction():
            self._db.run(
                "UPDATE intent SET state = ?, finished = ?, note = ? WHERE id = ?",
                (str(state), to_micros(at), note, ident),
            )

    def intents(self, *states: IntentState) -> list[Intent]:
        """Intents in one of the states (none given: all), oldest first."""
        wanted = states or tuple(IntentState)
        rows = self._db.rows(
            "SELECT id, kind, object_id, members, seen, base_version, state, created, finished, note, author "
            "FROM intent "
            "WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id",
            (_text([str(state) for state in wanted]),),
        )
        return [_intent(row) for row in rows]

    # Notes and the manual log

    def add_note(self, kind: Kind, object_id: int, text: str, *, at: datetime) -> Note:
        """Keep a note about an object."""
        with self._db.transaction():
            ident = self._db.insert(
                "INSERT INTO note (kind, object_id, text, written) VALUES (?, ?, ?, ?)",
                (str(kind), object_id, text, to_micros(at)),
            )
        return Note(ident, kind, object_id, text, at)

    def notes(self, kind: Kind, object_id: int) -> list[Note]:
        """The notes about an object, oldest first."""
        rows = self._db.rows(
            "SELECT id, text, written FROM note WHERE kind = ? AND object_id = ? ORDER BY id", (str(kind), object_id)
        )
        return [Note(ident, kind, object_id, text, from_micros(written)) for ident, text, written in rows]

    def delete_note(self, ident: int) -> None:
        """Forget a note because a person said so."""
        with self._db.transaction():
            self._db.run("DELETE FROM note WHERE id = ?", (ident,))

    def write_log(self, what: str, members: dict[str, Any], *, at: datetime) -> LogLine:
        """Add a line to the manual log."""
        with self._db.transaction():
            ident = self._db.insert(
                "INSERT INTO log_line (what, members, written, outcome) VALUES (?, ?, ?, '')",
                (what, _text(members), to_micros(at)),
            )
        return LogLine(ident, what, at, members)

    def settle_log(self, ident: int, outcome: str, *, at: datetime) -> None:
        """Note what became of a line."""
        with self._db.transaction():
            self._db.run("UPDATE log_line SET settled = ?, outcome = ? WHERE id = ?", (to_micros(at), outcome, ident))

    def log_lines(self) -> list[LogLine]:
        """The manual log, oldest first."""
        rows = self._db.rows("SELECT id, what, written, members, settled, outcome FROM log_line ORDER BY id")
        return [
            LogLine(ident, what, from_micros(written), JSON.decode(members), maybe_instant(settled), outcome)
            for ident, what, written, members, settled, outcome in rows
        ]

    # The time clock

    def add_shift_note(self, note: ShiftNote) -> ShiftNote:
        """Keep what somebody wants of the time clock. When this returns, it survives a power cut."""
        with self._db.transaction():
            ident = self._db.insert(
                "INSERT INTO shift_note (account, person, initials, intention, intended, state, words) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    *(note.account, note.person, note.initials, note.intention),
                    *(to_micros(note.intended), note.state, note.words),
                ),
            )
        return replace(note, id=ident)

    def settle_shift_note(self, ident: int, state: str, words: str, *, at: datetime) -> None:
        """Note what became of it."""
        with self._db.transaction():
            self._db.run(
                "UPDATE shift_note SET state = ?, words = ?, finished = ? WHERE id = ?",
                (state, words, to_micros(at), ident),
            )

    def shift_notes(self) -> list[ShiftNote]:
        """All of them, oldest first."""
        rows = self._db.rows(
            "SELECT id, account, person, initials, intention, intended, state, finished, words "
            "FROM shift_note ORDER BY id"
        )
        return [
            ShiftNote(ident, account, person, initials, wanted, from_micros(at), state, maybe_instant(ended), words)
            for ident, account, person, initials, wanted, at, state, ended, words in rows
        ]

    # Marks and facts

    def mark_seen(self, what: str, at: datetime) -> None:
        """Note that a person has seen something (the news of an outage, a hint)."""
        with self._db.transaction():
            self._db.run("INSERT OR REPLACE INTO seen VALUES (?, ?)", (what, to_micros(at)))

    def seen(self, what: str) -> datetime | None:
        """When a person saw it, or None."""
        row = self._db.row("SELECT at FROM seen WHERE what = ?", (what,))
        return None if row is None else from_micros(row[0])

    def fact(self, name: str) -> Any:
        """The JSON value kept under a name, or None: what must outlive a rebuilt copy (blocked until, rights met)."""
        return read_fact(self._db, name)

    def set_fact(self, name: str, value: Any) -> None:
        """Keep a JSON value under a name; None forgets it."""
        with self._db.transaction():
            write_facts(self._db, {name: value})

    def close(self) -> None:
        """Finish the write-ahead log and close."""
        self._db.close()


def open_desk(
    place: Place, *, at: datetime, replace_wrong_key: bool = False, mend: bool = True, busy_ms: int = BUSY_MS
) -> Desk:
    """Open the desk's file, making it when there is none.

    A damaged file is set aside under a dated name and a new one started; `notice` then says so. One made with another
    key may belong to somebody who mistyped: it is set aside only with `replace_wrong_key`, when a person has agreed.
    Without `mend` (somebody else may have the file open) nothing is set aside.
    Raises KnownError: STORE_WRONG_KEY, STORE_LOCKED, STORE_TOO_NEW, DISK; without `mend` STORE_CORRUPT too.
    """
    unreadable = {ErrorCode.STORE_CORRUPT} | ({ErrorCode.STORE_WRONG_KEY} if replace_wrong_key else set())
    try:
        return Desk(_open_checked(place, busy_ms))
    except KnownError as error:
        if place.path is None or error.code not in unreadable or not mend:
            raise
        try:
            aside = set_aside(place.path, at)
        except OSError as failure:
            raise KnownError(
                ErrorCode.DISK, f"{error} It can't be moved out of the way: check the rights of {place.path.parent}."
            ) from failure
        notice = (
            f"{DESK.words} could not be read. It is kept as {aside.name} in {aside.parent}, and a new one was started."
        )
        return Desk(_open_checked(place, busy_ms), notice)


def _open_checked(place: Place, busy_ms: int) -> Database:
    database = Database(DESK, place, busy_ms=busy_ms)
    try:
        database.check()  # small enough to read whole, and damage is to be found before anything is added
    except BaseException:
        database.close()
        raise
    return database


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _intent(row: Row) -> Intent:
    ident, kind, object_id, members, seen, base_version, state, created, finished, note, author = row
    return Intent(
        ident,
        Kind(kind),
        object_id,
        JSON.decode(members),
        JSON.decode(seen),
        base_version,
        IntentState(state),
        from_micros(created),
        maybe_instant(finished),
        note,
        author,
    )
