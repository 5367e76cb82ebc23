"""One encrypted SQLite connection: opening, transactions, migrations, and the words for what can go wrong.

Cipher and key: SQLite3 Multiple Ciphers' ChaCha20-Poly1305 with a raw key, so opening costs no key derivation and every
page is authenticated. Settings: engineering notes, section 10.7.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import apsw

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.store.files import Place, made_with, make_room, note_damage, write_check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Row = tuple[Any, ...]
MINIMUM_SQLITE = (3, 51, 0)
BUSY_MS = 5_000
"""How long a connection waits for another process before it says so."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a database is for. `words` names it in sentences, `repair` is the next step when it can't be read."""

    words: str
    repair: str
    synchronous: str
    migrations: Sequence[Callable[[Database], None]]


class Database:
    """A connection and its transactions. Every failure of the file leaves here as a KnownError; the rest are bugs.

    Use from one thread at a time.
    """

    def __init__(self, role: Role, place: Place, *, busy_ms: int = BUSY_MS, read_only: bool = False) -> None:
        """Open, making or migrating the file as needed.

        Raises KnownError: STORE_WRONG_KEY, STORE_CORRUPT, STORE_LOCKED, STORE_TOO_NEW, DISK.
        """
        check_library()
        self.role = role
        self.place = place
        self._read_only = read_only
        with self._words():
            fresh = place.path is not None and make_room(place.path)
            if fresh and place.path is not None and place.key is not None:
                write_check(place.path, place.key)
            self._connection = _connect(place)
        try:
            with self._words():
                self._set_up(busy_ms)
            self._migrate()
            with self._words():
                if not fresh and place.path is not None and place.key is not None:
                    write_check(place.path, place.key)
                self._connection.execute(f"PRAGMA query_only = {int(read_only)}")
        except BaseException:
            self._connection.close()
            raise

    def second(self, *, busy_ms: int) -> Database:
        """Another connection to the same database, for reading only."""
        return Database(self.role, self.place, busy_ms=busy_ms, read_only=True)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        with self._words():
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row of a query, or None."""
        rows = self.rows(sql, values)
        return rows[0] if rows else None

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement (or several without values); returns how many rows the last one changed."""
        with self._words():
            self._connection.execute(sql, values)
            return self._connection.changes()

    def insert(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one INSERT; returns the row's id."""
        with self._words():
            self._connection.execute(sql, values)
            return self._connection.last_insert_rowid()

    def many(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of values."""
        with self._words():
            self._connection.executemany(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what follows or none of it."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # a full disk has rolled back already
                self.run("ROLLBACK")
            raise

    def check(self) -> None:
        """Read every page. Raises KnownError (STORE_CORRUPT)."""
        if self.rows("PRAGMA quick_check(1)") != [("ok",)]:
            raise self._corrupt()

    def close(self) -> None:
        """Empty the write-ahead log into the file, if nothing is in the way, and close.

        Where something is, the log stays beside the file and is read at the next start: nothing is lost.
        """
        if not self._read_only:
            with suppress(KnownError):
                self.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    def _set_up(self, busy_ms: int) -> None:
        connection = self._connection
        connection.set_busy_timeout(busy_ms)
        if self.place.key is not None:
            connection.execute("PRAGMA cipher = 'chacha20'")
            connection.execute(f"PRAGMA key = 'raw:{self.place.key.hex()}'")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # the first page that needs the key
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        for setting in (
            f"synchronous = {self.role.synchronous}",
            "foreign_keys = ON",
            "temp_store = MEMORY",  # sorting never spills names to disk in the clear
            "journal_size_limit = 16777216",
        ):
            connection.execute(f"PRAGMA {setting}").fetchall()

    def _migrate(self) -> None:
        steps = self.role.migrations
        if self._version() == len(steps):
            return
        with self.transaction():
            version = self._version()  # another process may have been faster
            if version > len(steps):
                raise KnownError(
                    ErrorCode.STORE_TOO_NEW,
                    f"{self.role.words} was written by a newer ClockDesk: update this one, or use another folder.",
                )
            for step in steps[version:]:
                step(self)
            self.run(f"PRAGMA user_version = {len(steps)}")

    def _version(self) -> int:
        [(version,)] = self.rows("PRAGMA user_version")
        return int(version)

    @contextmanager
    def _words(self) -> Iterator[None]:
        """Turn what SQLite and the file system say into a sentence with a next step."""
        try:
            yield
        except (apsw.BusyError, apsw.LockedError) as error:
            raise KnownError(
                ErrorCode.STORE_LOCKED,
                f"{self.role.words} is in use by another program: close the other ClockDesk (or the backup or virus "
                "scan that holds the file) and try again.",
            ) from error
        except apsw.FullError as error:
            raise KnownError(ErrorCode.DISK, self._disk("The disk is full: free some space")) from error
        except apsw.NotADBError as error:
            raise self._unreadable() from error
        except apsw.CorruptError as error:
            if self.place.path is not None:
                note_damage(self.place.path)
            raise self._corrupt() from error
        except (apsw.ReadOnlyError, apsw.CantOpenError, apsw.PermissionsError, apsw.IOError, OSError) as error:
            where = "" if self.place.path is None else f" in {self.place.path.parent}"
            raise KnownError(
                ErrorCode.DISK,
                self._disk(f"Files{where} can't be written: check free space and the rights of the folder"),
                detail=str(error),
            ) from error

    def _disk(self, cause: str) -> str:
        return f"{cause}. {self.role.words} stays as it was and can still be read; nothing is half written."

    def _corrupt(self) -> KnownError:
        return KnownError(ErrorCode.STORE_CORRUPT, f"{self.role.words} is damaged. {self.role.repair}")

    def _unreadable(self) -> KnownError:
        place = self.place
        if place.path is not None and place.key is not None and made_with(place.path, place.key):
            return self._corrupt()
        return KnownError(
            ErrorCode.STORE_WRONG_KEY,
            f"{self.role.words} was written with another key: sign in with the key it was made with, or have it set "
            "aside and start a new one.",
        )


def check_library() -> None:
    """Raises RuntimeError unless SQLite is recent and the encrypting build; the plain one ignores keys silently."""
    found = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
    if found < MINIMUM_SQLITE or not getattr(apsw, "mc_version", ""):
        msg = f"needs apsw-sqlite3mc with SQLite {'.'.join(map(str, MINIMUM_SQLITE))} or later, found {found}"
        raise RuntimeError(msg)


def _connect(place: Place) -> apsw.Connection:
    if place.path is not None:
        return apsw.Connection(str(place.path))
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
    return apsw.Connection(f"file:/{place.memory}?vfs=memdb", flags=flags)  # the slash makes it shared in this process
