"""`clockdesk query`: read the copy, ask the service, or only show what would be asked."""

from __future__ import annotations

import datetime as dt
import json
import sys
from argparse import RawDescriptionHelpFormatter
from typing import TYPE_CHECKING

import msgspec

from clockdesk.api.gate import Lane
from clockdesk.api.query import to_query
from clockdesk.app.cli.shared import opened, say
from clockdesk.app.clock import SystemClock
from clockdesk.domain.dates import hotel_today
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate import Context, compile_matcher
from clockdesk.domain.predicate_text import parse

if TYPE_CHECKING:
    import argparse

    from clockdesk.app.engine import Engine
    from clockdesk.domain.predicate import Predicate

KINDS = {
    "bookings": Kind.BOOKING,
    "rooms": Kind.ROOM,
    "room_types": Kind.ROOM_TYPE,
    "folios": Kind.FOLIO,
    "guests": Kind.GUEST,
}
EPILOG = """\
predicates:
  status = expected and arrival = today
  arrival >= today and arrival <= today+3 and (adults > 2 or children > 0)
  room_type_id in [1, 2] and not housekeeping_status = ""
  guest_last_name like "Sm%" or text ~ "smith"
  close_date is null and voided_at is null
operators: = != < <= > >= like, not like, matches_any [..], in [..], not in [..], is null, is not null, text ~ "..."
values: words, "quoted text", numbers, 2026-11-21, today, today+3, 2026-11-21T10:00Z, true, false
An empty predicate means all.
"""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    query = commands.add_parser(
        "query", parents=[shared], help="read the copy, or ask the service with a predicate",
        epilog=EPILOG, formatter_class=RawDescriptionHelpFormatter,
    )  # fmt: skip
    query.add_argument("what", choices=sorted(KINDS))
    query.add_argument("predicate", nargs="?", default="", help="which ones (default: all)")
    how = query.add_mutually_exclusive_group()
    how.add_argument("--raw", action="store_true", help="each as the service's own JSON")
    how.add_argument("--server", action="store_true", help="ask the service instead of the copy; prints ids")
    how.add_argument("--show-request", action="store_true", help="print the query strings; send nothing")


async def run(options: argparse.Namespace) -> int:
    """Answer the question."""
    kind = KINDS[options.what]
    predicate = parse(options.predicate, ENTITIES[kind])
    if options.show_request:
        return _show(options, kind, predicate)
    async with opened(options) as engine:
        await engine.sync.remember()  # the hotel's zone, so that `today` is the hotel's
        if options.server:
            return await _ask(options, engine, kind, predicate)
        return await _read(options, engine, kind, predicate)


def _show(options: argparse.Namespace, kind: Kind, predicate: Predicate) -> int:
    """Nothing is opened or sent, so `today` is this computer's."""
    zone = dt.UTC
    plan = to_query(predicate, ENTITIES[kind], Context(hotel_today(SystemClock().now(), zone), zone))
    for query in plan.requests:
        text = query.decode("ascii")
        say(options, {"query": text}, text)
    for reason in plan.unsent:
        print(f"clockdesk: not sent: {reason}", file=sys.stderr)
    return 0


async def _ask(options: argparse.Namespace, engine: Engine, kind: Kind, predicate: Predicate) -> int:
    plan = to_query(predicate, ENTITIES[kind], engine.office.context(kind))
    if plan.unsent:
        raise KnownError(ErrorCode.REFUSED, f"This can't be asked of the service: {'; '.join(plan.unsent)}")
    ids: dict[int, None] = {}
    for query in plan.requests:
        ids.update(dict.fromkeys(await _ids(engine, kind, query)))
    for ident in ids:
        say(options, {"id": ident}, str(ident))
    return 0


async def _ids(engine: Engine, kind: Kind, query: bytes) -> tuple[int, ...]:
    if kind is Kind.ROOM_TYPE:  # its list gives whole objects, and nothing else asks it for ids
        reading = await engine.service.room_types(query, lane=Lane.PERSON)
        return tuple(record.id for record in reading.value)
    ask = {
        Kind.BOOKING: engine.service.booking_ids,
        Kind.FOLIO: engine.service.folio_ids,
        Kind.GUEST: engine.service.guest_ids,
        Kind.ROOM: engine.service.room_ids,
    }[kind]
    return (await ask(query, lane=Lane.PERSON)).value


async def _read(options: argparse.Namespace, engine: Engine, kind: Kind, predicate: Predicate) -> int:
    await engine.office.load()
    matches = compile_matcher(predicate, ENTITIES[kind], engine.office.context(kind))
    found = 0
    async for records in engine.store.slices(kind):
        for record in records:
            if not matches(record.value):
                continue
            found += 1
            if options.raw:
                print(record.raw.decode("utf-8"))
            else:
                facts = {name: value for name, value in msgspec.to_builtins(record.value).items() if value is not None}
                say(
                    options,
                    facts,
                    " ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in facts.items()),
                )
    if not options.json and not options.raw:
        print(f"{found} {options.what}", file=sys.stderr)
    return 0
