"""Records as the service would give them, for the store's tests."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import msgspec

from clockdesk.domain.kinds import Kind
from clockdesk.domain.records import Record, Stamp
from clockdesk.domain.value_types import VALUE_TYPES
from clockdesk.store.files import Place
from clockdesk.store.mirror import Mirror, open_mirror

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 21)
KEY = bytes(range(32))


def at(seconds: float = 0) -> dt.datetime:
    """So many seconds after noon."""
    return NOON + dt.timedelta(seconds=seconds)


def stamp(seconds: float = 0, server: float | None = None) -> Stamp:
    """Asked so many seconds after noon, by this computer's clock; `server` by the service's."""
    return Stamp(at(seconds), None if server is None else at(server))


def record(
    kind: Kind, ident: int, asked: float = 0, *, server: float | None = None, parent: int | None = None, **members: Any
) -> Record:
    """An object read at `asked` seconds after noon."""
    name = "family_id" if kind is Kind.GUEST else "id"
    raw = json.dumps({name: ident, **members}, ensure_ascii=False, default=str).encode()
    value = msgspec.json.decode(raw, type=VALUE_TYPES[kind])
    return Record(kind, ident, value, raw, stamp(asked, server), parent)


def booking(ident: int, asked: float = 0, **members: Any) -> Record:
    """A booking read at `asked` seconds after noon."""
    return record(Kind.BOOKING, ident, asked, **members)


def charge(ident: int, folio: int, asked: float = 0, **members: Any) -> Record:
    """A charge of a folio."""
    return record(Kind.CHARGE, ident, asked, parent=folio, folio_id=folio, **members)


def memory() -> Mirror:
    """An empty mirror in memory."""
    return open_mirror(Place())


def content(mirror: Mirror) -> dict[tuple[Kind, int], tuple[bytes, Stamp]]:
    """All that a mirror holds."""
    found = {}
    for kind in Kind:
        for ident in mirror.ids(kind):
            held = mirror.record(kind, ident)
            assert held is not None
            found[kind, ident] = held.raw, held.stamp
    return found
