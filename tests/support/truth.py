"""The hotel's truth beside the copy, compared as the service's own JSON."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from clockdesk.domain.kinds import Kind

if TYPE_CHECKING:
    from clockdesk.app.engine import Engine
    from tests.support.hotel import Hotel

TABLES = {Kind.ROOM: "rooms", Kind.ROOM_TYPE: "room_types", Kind.BOOKING: "bookings", Kind.FOLIO: "folios"}


async def held(engine: Engine, kind: Kind) -> dict[int, dict[str, Any]]:
    """Everything the copy holds of a kind, by id."""
    return {record.id: json.loads(record.raw) async for part in engine.store.slices(kind) for record in part}


async def differences(engine: Engine, hotel: Hotel) -> list[tuple[Kind, int]]:
    """What the copy holds differently from the hotel, and what it should hold and does not."""
    found: list[tuple[Kind, int]] = []
    for kind, table in TABLES.items():
        truth = {row["id"]: row for row in hotel.truth(table)}
        mine = await held(engine, kind)
        found += [(kind, ident) for ident, row in mine.items() if truth.get(ident) != row]
        if kind is Kind.BOOKING:
            found += [(kind, ident) for ident in in_scope(hotel) - set(mine)]
        elif kind is not Kind.FOLIO:
            found += [(kind, ident) for ident in set(truth) - set(mine)]
    return found


def in_scope(hotel: Hotel) -> set[int]:
    """Ids of the bookings the copy must hold, worked out from the hotel's rows without the client's code."""
    today = hotel.world.clock.today()
    first, last = str(today - dt.timedelta(days=1)), str(today + dt.timedelta(days=14))
    wanted: set[int] = set()
    for row in hotel.truth("bookings"):
        stays = row["arrival"] <= last and row["departure"] >= first and row["status"] not in ("canceled", "no_show")
        late = row["status"] == "checked_in" or (row["status"] == "expected" and row["arrival"] <= str(today))
        if stays or late:
            wanted.add(row["id"])
    return wanted


def todays(hotel: Hotel) -> list[dict[str, Any]]:
    """The bookings in house."""
    return [row for row in hotel.truth("bookings") if row["status"] == "checked_in"]
