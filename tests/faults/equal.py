"""What "the copy equals the server" means, derived from the table of detectors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from clockdesk.domain.kinds import Kind
from clockdesk.office.house import HELD, House
from clockdesk.sync.detectors import MEMBERS
from tests.support.truth import TABLES, in_scope

if TYPE_CHECKING:
    from collections.abc import Collection

    from clockdesk.app.engine import Engine
    from clockdesk.store.mirror_reads import MirrorReader
    from clockdesk.sync.detectors import Member
    from tests.support.hotel import Hotel

Rows = dict[int, dict[str, Any]]


def truth(hotel: Hotel) -> dict[Kind, Rows]:
    """Everything, as the service would show it."""
    return {kind: {row["id"]: row for row in hotel.truth(table)} for kind, table in TABLES.items()}


async def copy(engine: Engine) -> dict[Kind, Rows]:
    """Everything the copy holds."""

    def read(mirror: MirrorReader) -> dict[Kind, Rows]:
        return {
            kind: {ident: json.loads(raw) for part in mirror.iter_raw(kind) for ident, raw in part} for kind in TABLES
        }

    return await engine.store.read(read)


def due(hotel: Hotel, there: dict[Kind, Rows]) -> dict[Kind, set[int]]:
    """The ids the copy must hold: what today and the window need, and the folios of Today's guests."""
    today = str(hotel.world.clock.today())
    movements = {
        row["id"]
        for row in there[Kind.BOOKING].values()
        if row["status"] == "checked_in"
        or (row["status"] == "expected" and row["arrival"] <= today)
        or (row["status"] == "checked_out" and row["departure"] == today)
    }
    folios = {
        row["id"]
        for row in there[Kind.FOLIO].values()
        if row["payer_type"] == "Booking" and row["payer_id"] in movements
    }
    return {
        Kind.ROOM: set(there[Kind.ROOM]),
        Kind.ROOM_TYPE: set(there[Kind.ROOM_TYPE]),
        Kind.BOOKING: in_scope(hotel) | movements,
        Kind.FOLIO: folios,
    }


async def denied(engine: Engine, ids: dict[Kind, set[int]]) -> set[tuple[Kind, int]]:
    """Objects the service said did not exist, and which it has."""

    def look(mirror: MirrorReader) -> set[tuple[Kind, int]]:
        return {(kind, ident) for kind in ids for ident in ids[kind] if mirror.gone(kind, ident) is not None}

    return await engine.store.read(look)


async def unequal(engine: Engine, hotel: Hotel, members: Collection[Member], *, forgive: bool = False) -> list[str]:
    """What differs in these members, in words; empty = the copy equals the server.

    `forgive`: objects the service has denied (404) need not be back yet, nor the folios of such bookings.
    """
    there, here = truth(hotel), await copy(engine)
    must = due(hotel, there)
    forgiven = await denied(engine, must) if forgive else set()
    forgiven |= {
        (Kind.FOLIO, ident)
        for ident in must[Kind.FOLIO]
        if (Kind.BOOKING, there[Kind.FOLIO][ident]["payer_id"]) in forgiven
    }
    found: list[str] = []
    for kind in TABLES:
        names = sorted(member for of, member in members if of is kind and member != "id")
        if (kind, "id") in members:
            lacking = must[kind] - here[kind].keys()
            found += [f"{kind} {ident} is missing" for ident in sorted(lacking) if (kind, ident) not in forgiven]
            found += [f"{kind} {ident} is gone" for ident in sorted(here[kind].keys() - there[kind].keys())]
        for ident in sorted(here[kind].keys() & there[kind].keys()):
            mine, theirs = here[kind][ident], there[kind][ident]
            found += [
                f"{kind} {ident} {name}: {mine.get(name)!r} is {theirs.get(name)!r}"
                for name in names
                if mine.get(name) != theirs.get(name)
            ]
    return found


async def unlike(engine: Engine) -> list[str]:
    """Which lines and numbers on the screens differ from what one would see who took the copy into memory just now."""
    office = engine.office
    office.new_day()
    anew = House(office.today)
    await anew.load(engine.store)
    found = []
    for kind in HELD:
        mine, theirs = set(office.house.ids(kind)), set(anew.ids(kind))
        found += [f"{kind} {ident} is not in memory" for ident in sorted(theirs - mine)]
        found += [f"{kind} {ident} is in memory alone" for ident in sorted(mine - theirs)]
        if kind in SHOWN:
            lines = [(office.house.line(kind, ident), anew.line(kind, ident)) for ident in sorted(mine & theirs)]
            found += [f"{kind} shown as {shown} is {line}" for shown, line in lines if shown != line]
    return found


SHOWN = (Kind.BOOKING, Kind.ROOM, Kind.FOLIO)
"""The kinds that have lines of their own."""

ALL_MEMBERS = frozenset(MEMBERS)
