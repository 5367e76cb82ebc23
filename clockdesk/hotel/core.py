"""What every part of the running hotel stands on: the tables, the clock, the dice and the events."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from clockdesk.hotel.schema import COLUMNS

if TYPE_CHECKING:
    import random
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator

    from clockdesk.hotel.clock import HotelClock
    from clockdesk.hotel.house import House

Row = dict[str, Any]


class Refused(Exception):  # noqa: N818  the trade's word: the hotel refuses
    """The hotel does not do what was asked.

    Attributes:
        status: the HTTP status of the answer.
        text: the text of its single `error` member (facts, section 10).
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text}")
        self.status = status
        self.text = text


class Core:
    """Tables, clock, dice and events of one hotel."""

    def __init__(
        self, db: sqlite3.Connection, clock: HotelClock, house: House, phrases: dict[str, Any], rng: random.Random
    ) -> None:
        self.db = db
        self.clock = clock
        self.house = house
        self.phrases = phrases
        self.rng = rng
        self._listeners: list[Callable[[str, dict[str, object], float], None]] = []
        self._held: list[tuple[str, dict[str, object], float]] = []
        self._depth = 0

    def listen(self, listener: Callable[[str, dict[str, object], float], None]) -> None:
        """Call `listener(event name, payload, delay in seconds)` for every event from now on."""
        self._listeners.append(listener)

    def emit(self, event: str, payload: dict[str, object], delay: float = 0.0) -> None:
        """Tell the listeners when the work at hand is done; `delay` is how much later the service sends it."""
        self._held.append((event, payload, delay))
        if not self._depth:
            self._tell()

    def _tell(self) -> None:
        while self._held:
            event = self._held.pop(0)
            for listener in list(self._listeners):
                listener(*event)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """A piece of work as one: refused or failed, it leaves no trace in the tables and sends no event."""
        mark, self._depth = len(self._held), self._depth + 1
        self.db.execute("SAVEPOINT work")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK TO work")
            del self._held[mark:]
            raise
        finally:
            self.db.execute("RELEASE work")
            self._depth -= 1
        if not self._depth:
            self._tell()

    def rows(self, sql: str, *values: object) -> list[Row]:
        """The rows of a query as dicts."""
        cursor = self.db.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def one(self, sql: str, *values: object) -> Any:
        """The first value of the first row, or None."""
        row = self.db.execute(sql, values).fetchone()
        return None if row is None else row[0]

    def ids(self, sql: str, *values: object) -> list[int]:
        """The first column of a query."""
        return [row[0] for row in self.db.execute(sql, values)]

    def row(self, table: str, key: int) -> Row:
        """The columns of one object. Refused 404 when there is none."""
        found = self.rows(f"SELECT * FROM {table} WHERE id = ?", key) if table in COLUMNS else []  # noqa: S608
        if not found:
            raise Refused(404, f"Couldn't find {table} with id {key}")
        return found[0]

    def more(self, table: str, key: int) -> dict[str, Any]:
        """The members of an object that are no columns."""
        text = self.one(f"SELECT members FROM {table}_more WHERE id = ?", key)  # noqa: S608  names are ours
        loaded: dict[str, Any] = json.loads(text) if text else {}
        return loaded

    def set_more(self, table: str, key: int, members: dict[str, Any]) -> None:
        """Store the members of an object that are no columns."""
        text = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
        self.db.execute(f"INSERT OR REPLACE INTO {table}_more (id, members) VALUES (?, ?)", (key, text))  # noqa: S608

    def next_id(self, table: str) -> int:
        """An id for a new object: a little above the highest."""
        highest: int | None = self.one(f"SELECT max(id) FROM {table}")  # noqa: S608  names are ours
        return (highest or 100_000) + 1 + self.rng.randrange(9)

    def insert(self, table: str, values: Row) -> int:
        """Add a row; returns its id."""
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        self.db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))  # noqa: S608
        key: int = values["id"]
        return key

    def set(self, table: str, key: int, values: Row) -> None:
        """Change columns of a row and nothing else (no stamp, no event)."""
        if values:
            names = ", ".join(f"{name} = ?" for name in values)
            self.db.execute(f"UPDATE {table} SET {names} WHERE id = ?", (*values.values(), key))  # noqa: S608

    def touch(self, table: str, key: int, values: Row) -> str:
        """Change columns and stamp the row: `updated_at`, and for a booking `lock_version` + 1. Returns the stamp."""
        at = self.clock.stamp()
        self.set(table, key, values | {"updated_at": at})
        if table == "bookings":
            self.db.execute("UPDATE bookings SET lock_version = lock_version + 1 WHERE id = ?", (key,))
        return at

    def pick(self, choices: Iterable[int]) -> int | None:
        """One of them by the hotel's dice; None when there is none."""
        among = list(choices)
        return among[self.rng.randrange(len(among))] if among else None

    def currency_of(self, booking: int) -> str:
        """The currency a booking is priced in."""
        code: str = self.one(
            "SELECT coalesce(manual_currency, ?) FROM bookings WHERE id = ?", self.house.currency, booking
        )
        return code
