"""JSON values by name; both files keep some."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clockdesk.store.connection import Database

JSON: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)
"""Reads any JSON; numbers with a fraction become Decimal."""


def read_fact(database: Database, name: str) -> Any:
    """The value kept under a name, or None."""
    row = database.row("SELECT value FROM fact WHERE name = ?", (name,))
    return None if row is None else JSON.decode(row[0])


def write_facts(database: Database, facts: Mapping[str, Any]) -> None:
    """Keep values by name; None forgets one."""
    kept = [(str(name), msgspec.json.encode(value).decode()) for name, value in facts.items() if value is not None]
    database.many("DELETE FROM fact WHERE name = ?", [(str(name),) for name, value in facts.items() if value is None])
    database.many("INSERT INTO fact VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", kept)
