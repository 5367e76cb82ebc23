"""`clockdesk query`: read the copy, ask the service, or only show what would be asked."""

from __future__ import annotations

import datetime as dt
from argparse import RawDescriptionHelpFormatter
from typing import TYPE_CHECKING

import msgspec

from clockdesk.api.gate import Lane
from clockdesk.api.query import to_query
from clockdesk.app.cli.rows import row
from clockdesk.app.cli.shared import ABOUT_KEYS, access, opened, put, say, tell
from clockdesk.app.clock import SystemClock
from clockdesk.domain.dates import hotel_today, moment_text
from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate import Context, PredicateError, compile_matcher, depends_on_today
from clockdesk.domain.predicate_text import parse
from clockdesk.store.batch import Batch
from clockdesk.store.thread import Use

if TYPE_CHECKING:
    import argparse

    from clockdesk.app.engine import Engine
    from clockdesk.domain.predicate import Predicate
    from clockdesk.office.saved import NamedFilter

KINDS = {
    "bookings": Kind.BOOKING,
    "rooms": Kind.ROOM,
    "room_types": Kind.ROOM_TYPE,
    "folios": Kind.FOLIO,
    "guests": Kind.GUEST,
}

ABOUT = """\
Read the copy that `clockdesk sync` or the window keeps, also while they run: nothing is asked of the service and
nothing is written. Or, with --server, ask the service and print the ids; --show-request prints the query strings.
"""
EPILOG = """\
predicates:
  status = expected and arrival = today
  arrival >= today and arrival <= today+3 and (adults > 2 or children > 0)
  room_type_id in [1, 2] and not housekeeping_status = ""
  guest_last_name like "Sm%" or text ~ "smith"
  close_date is null and voided_at is null
operators: = != < <= > >= like, not like, matches_any [..], in [..], not in [..], is null, is not null, text ~ "..."
joined by: and, or, not, ( )
values: words, "quoted text", numbers, 2026-11-21, today, today+3, 2026-11-21T10:00Z, true, false
An empty predicate means all. A field that does not exist is answered with those that do.

examples:
  clockdesk query bookings 'status = checked_in' --account 11111-22222
  clockdesk query folios 'close_date is null' --raw --store copy --url ... --user desk --key-file key.txt
  clockdesk query bookings 'updated_at >= 2026-11-21T10:00Z' --server --account 11111-22222 --json
  clockdesk query bookings 'arrival >= today and arrival <= today+3' --show-request
  clockdesk query --saved 'VIP arrivals' --account 11111-22222
"""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    query = commands.add_parser(
        "query", parents=[shared], help="read the copy, or ask the service with a predicate", description=ABOUT,
        epilog=f"{EPILOG}\n{ABOUT_KEYS}", formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    query.add_argument(
        "what", nargs="?", choices=list(KINDS), metavar="WHAT",
        help="which kind of object: %(choices)s (may be left out with --saved)",
    )  # fmt: skip
    query.add_argument("predicate", nargs="?", default="", metavar="PREDICATE", help="which ones (default: all)")
    query.add_argument("--saved", metavar="NAME", help="the filter that was saved in the window under this name")
    how = query.add_mutually_exclusive_group()
    how.add_argument("--raw", action="store_true", help="each as the service's own JSON, one a line")
    how.add_argument("--server", action="store_true", help="ask the service instead of the copy; prints ids")
    how.add_argument(
        "--show-request", action="store_true", help="print the query strings; nothing is sent, no hotel need be named"
    )


async def run(options: argparse.Namespace) -> int:
    """Answer the question."""
    if options.saved is not None:
        return await _run_saved(options)
    if options.what is None:
        raise UserError(f"WHAT is missing. Say which kind of object: {', '.join(KINDS)} (or give --saved NAME).")
    kind = KINDS[options.what]
    predicate = _understood(options.predicate, kind)
    if options.show_request:
        return _show(options, kind, predicate, _here())
    wanted = await access(options)
    if options.server:
        _require_sendable(kind, predicate)
    async with opened(wanted, Use.BESIDE if options.server else Use.READ) as engine:
        return await _answer(options, engine, kind, predicate)


async def _answer(options: argparse.Namespace, engine: Engine, kind: Kind, predicate: Predicate) -> int:
    await engine.sync.remember()  # the hotel's zone, so that `today` is the hotel's
    if options.server:
        return await _ask(options, engine, kind, predicate)
    return await _read(options, engine, kind, predicate)


async def _run_saved(options: argparse.Namespace) -> int:
    """The same with a filter that staff saved: its text is in desk.db, beside the copy."""
    if options.predicate:
        raise UserError("Give a predicate or --saved NAME, not both.")
    wanted = await access(options)
    async with opened(wanted, Use.BESIDE if options.server else Use.READ) as engine:
        saved = _saved_one(await engine.office.filters.load(), options)
        predicate = _understood(saved.text, saved.kind)
        options.what = next(what for what, kind in KINDS.items() if kind is saved.kind)
        if options.show_request:
            await engine.sync.remember()  # here the hotel is known, and its today is meant
            return _show(options, saved.kind, predicate, engine.office.context(saved.kind))
        if options.server:
            _require_sendable(saved.kind, predicate)
        return await _answer(options, engine, saved.kind, predicate)


def _saved_one(filters: tuple[NamedFilter, ...], options: argparse.Namespace) -> NamedFilter:
    """The saved filter of this name. Raises UserError that names those there are."""
    own = [each for each in filters if options.what is None or each.kind is KINDS[options.what]]
    found = [each for each in own if each.name == options.saved]
    if len(found) == 1:
        return found[0]
    if found:
        kinds = " or ".join(what for what, kind in KINDS.items() if any(each.kind is kind for each in found))
        raise UserError(f"There are several filters called “{options.saved}”: say {kinds} before --saved.")
    known = ", ".join(f"“{each.name}” ({ENTITIES[each.kind].name})" for each in own) or "none yet"
    raise UserError(f"There is no saved filter called “{options.saved}” here. Saved: {known}.")


def _understood(text: str, kind: Kind) -> Predicate:
    """The predicate; raises UserError that shows the place."""
    try:
        return parse(text, ENTITIES[kind])
    except PredicateError as error:
        if error.position is None or not text.isprintable():
            raise
        raise UserError(f"{error}\n  {text}\n  {' ' * error.position}^") from error


def _here() -> Context:
    """`today` where no hotel is known: this computer's."""
    now = SystemClock().now().astimezone()
    zone = now.tzinfo
    assert zone is not None  # noqa: S101 (`astimezone` gives one)
    return Context(hotel_today(now, zone), zone)


def _show(options: argparse.Namespace, kind: Kind, predicate: Predicate, context: Context) -> int:
    plan = to_query(predicate, ENTITIES[kind], context)
    for query in plan.requests:
        text = query.decode("ascii")
        say(options, {"query": text}, text)
    if not plan.requests:
        tell("no request: nothing can match")
    for reason in plan.unsent:
        tell(f"not sent, checked here afterwards: {reason}")
    return 0


def _require_sendable(kind: Kind, predicate: Predicate) -> None:
    """Raises KnownError with the reasons when the service can't be asked all of it."""
    if unsent := to_query(predicate, ENTITIES[kind], _here()).unsent:
        text = f"The service can't be asked this: {'; '.join(unsent)}. Leave that part out, or ask the copy."
        raise KnownError(ErrorCode.REFUSED, text)


async def _ask(options: argparse.Namespace, engine: Engine, kind: Kind, predicate: Predicate) -> int:
    if engine.sync.account is None and depends_on_today(predicate):
        await _learn_zone(engine)
    plan = to_query(predicate, ENTITIES[kind], engine.office.context(kind))
    ids: dict[int, None] = {}
    for query in plan.requests:
        ids.update(dict.fromkeys(await _ids(engine, kind, query)))
    for ident in ids:
        say(options, {"id": ident}, str(ident))
    return 0


async def _learn_zone(engine: Engine) -> None:
    """One call for the hotel's zone, where the copy does not know it yet: whose today is meant?"""
    try:
        reading = await engine.service.account(lane=Lane.PERSON)
    except KnownError as error:
        if error.code is not ErrorCode.NO_RIGHT:
            raise
        tell("the hotel's time zone is not known (no right to the account's page): today is that of UTC")
        return
    await engine.store.apply(Batch(records=(reading.value,), origin="start"))
    await engine.sync.remember()


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
                put(msgspec.json.format(record.raw, indent=-1).decode("utf-8"))
            elif options.json:
                facts = msgspec.to_builtins(record.value)
                say(options, {name: value for name, value in facts.items() if value is not None}, "")
            else:
                put(row(kind, record.value, engine.office.house))
    swept = await engine.store.read(lambda mirror: mirror.cursor(Kind.BOOKING))
    if swept:
        office = engine.office
        when = moment_text(dt.datetime.fromisoformat(swept), office.zone, office.today, seconds=True)
        age = f"as the hotel was at {when} ({office.zone})"
    else:
        age = "but this copy was never synchronised: see `clockdesk sync`"
    tell(f"{found} {options.what.replace('_', ' ')}, {age}")
    return 0
