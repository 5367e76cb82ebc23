"""`clockdesk doctor`: is the line there, is the sign-in right, are the channels answered, is the copy sound.

It asks the root once and lets the channels poll for a moment; rights are told from what earlier calls met. It never
probes endpoints by guess: every refused call looks suspicious to the service's firewall (its introduction, "WAF").
"""

from __future__ import annotations

import asyncio
import datetime as dt
from argparse import RawDescriptionHelpFormatter
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clockdesk.api.channels import Channels, channel_addresses
from clockdesk.api.gate import Lane
from clockdesk.app.cli.shared import ABOUT_KEYS, access, opened, say, sentence
from clockdesk.app.clock import SystemClock
from clockdesk.app.engine import open_engine
from clockdesk.app.options import options_here
from clockdesk.app.places import places
from clockdesk.app.updates import RELEASE_KEY
from clockdesk.domain.dates import moment_text
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.domain.tasks import Tasks
from clockdesk.domain.zones import zone_of
from clockdesk.store.thread import Use, has_store
from clockdesk.sync.rights import read_rights
from clockdesk.sync.trust import BROKEN_LINE

if TYPE_CHECKING:
    import argparse

    from clockdesk.app.cli.shared import Access
    from clockdesk.app.engine import Engine
    from clockdesk.app.options import Options

NO_RELEASE_KEY = (
    "nobody is asked: `update_feed` is set, but there is no key to judge its answer by. This build brings none; "
    "your IT can name one as `update_key` in the settings for the whole computer."
)

LISTEN = 2.0
"""Seconds the channels get to refuse; one that is held open is one that works."""

ABOUT = """\
Check what ClockDesk needs, one line each: the copy on this computer, the line to the service and its TLS, the sign-in,
the message channels, the rights that earlier calls were refused, and whether a feed is asked for updates. It makes two
calls, the sign-in and the account's own page, and listens to the channels for a moment; it never tries endpoints by
guess.
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    fine: bool
    words: str


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    commands.add_parser(
        "doctor", parents=[shared], help="check line, TLS, sign-in, channels, copy and rights", description=ABOUT,
        epilog=ABOUT_KEYS, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip


async def run(options: argparse.Namespace) -> int:
    """Look at everything; exit 1 when something is wrong."""
    fine = True

    def found(finding: Finding) -> None:
        nonlocal fine
        fine = fine and finding.fine
        facts = {"what": finding.what, "fine": finding.fine, "words": finding.words}
        say(options, facts, f"{'ok ' if finding.fine else 'BAD'}  {finding.what}: {finding.words}")

    wanted = await access(options)
    async with AsyncExitStack() as stack:
        engine, copy = await _engine(stack, wanted)
        found(copy)
        root, findings = await _line(engine)
        for finding in findings:
            found(finding)
        if root is not None:
            found(await _channels(engine, root))
        found(await _rights(engine))
    found(_updates(options_here(places(Path(options.store) if options.account and options.store else None))))
    return 0 if fine else 1


async def _engine(stack: AsyncExitStack, wanted: Access) -> tuple[Engine, Finding]:
    """An engine on the copy if it can be opened, else on an empty one in memory, so that the rest can be checked."""
    if not has_store(wanted.folder):
        finding = Finding("copy", fine=True, words=f"none in {wanted.folder} yet; `clockdesk sync --once` makes it")
    else:
        try:
            engine = await stack.enter_async_context(opened(wanted, Use.BESIDE))
            return engine, await _copy(engine)
        except KnownError as error:
            finding = Finding("copy", fine=False, words=sentence(error))
    engine = await open_engine(wanted.account, wanted.key, None, None, SystemClock(), Tasks(), route=wanted.route)
    stack.push_async_callback(engine.close)
    return engine, finding


async def _copy(engine: Engine) -> Finding:
    rooms, bookings, folios, owed = await engine.store.read(
        lambda mirror: (*(mirror.count(kind) for kind in (Kind.ROOM, Kind.BOOKING, Kind.FOLIO)), len(mirror.owed()))
    )
    await engine.sync.remember()
    swept = await engine.store.read(lambda mirror: mirror.cursor(Kind.BOOKING))
    when = f"as the hotel was at {_moment(engine, swept)}" if swept else "never synchronised"
    return Finding(
        "copy", fine=True, words=f"opens; {rooms} rooms, {bookings} bookings, {folios} folios, {owed} owed, {when}"
    )


def _moment(engine: Engine, instant: str) -> str:
    return moment_text(dt.datetime.fromisoformat(instant), engine.office.zone, engine.office.today, seconds=True)


async def _line(engine: Engine) -> tuple[bytes | None, list[Finding]]:
    """The root, and what came of asking for it: line and TLS, then sign-in."""
    base = engine.line.base
    secure = "plain http on this machine" if base.is_loopback else "TLS, checked by the system's trust store"
    line = Finding("line", fine=True, words=f"{base.host} answers ({secure})")
    try:
        reading = await engine.service.account(lane=Lane.PERSON)
    except KnownError as error:
        return _refused(line, error)
    account = engine.sync.account_of(reading.value)
    zone = account.time_zone or ""
    known = "" if zone_of(zone) else f"; its time zone {zone!r} is not known, dates follow UTC"
    words = f"signed in to {account.name or 'the account'}{known}"
    return reading.value.raw, [line, Finding("sign-in", fine=True, words=words)]


def _refused(line: Finding, error: KnownError) -> tuple[bytes | None, list[Finding]]:
    """What an error in the place of the root says about the line and the sign-in."""
    if error.code in BROKEN_LINE or error.code in {ErrorCode.BAD_ANSWER, ErrorCode.SERVER_ERROR, ErrorCode.BLOCKED}:
        return None, [replace(line, fine=False, words=sentence(error))]
    if error.code is ErrorCode.NO_RIGHT:
        words = "signed in; no right to the account's own page, so no live messages and dates follow UTC"
        return b"", [line, Finding("sign-in", fine=True, words=words)]
    return None, [line, Finding("sign-in", fine=False, words=sentence(error))]


async def _channels(engine: Engine, root: bytes) -> Finding:
    addresses = channel_addresses(root) if root else {}
    if not addresses:
        return Finding(
            "channels", fine=True, words="the account names none; changes are found by asking every few seconds"
        )
    channels = Channels(engine.line, addresses, SystemClock(), engine.tasks, on_hint=lambda _hint, _published: None)
    channels.start()
    try:
        await asyncio.sleep(LISTEN)
        trouble = channels.trouble
    finally:
        await channels.stop()
    if trouble:
        return Finding(
            "channels", fine=False, words=f"{trouble} Changes are found by asking every few seconds instead."
        )
    return Finding("channels", fine=True, words=f"{len(addresses)} are listened to")


async def _rights(engine: Engine) -> Finding:
    missing = await read_rights(engine.store)
    if not missing:
        return Finding("rights", fine=True, words="none was refused so far")
    names = ", ".join(sorted(set(missing.values())))
    words = f"refused so far: {names}. Ask Clock's support to grant them; each is tried again after a day."
    return Finding("rights", fine=False, words=words)


def _updates(here: Options) -> Finding:
    """Whether a feed is asked for a newer version; nothing is asked now."""
    if here.problem:
        return Finding("updates", fine=False, words=f"nobody is asked. {here.problem}")
    if not here.update_feed:
        return Finding("updates", fine=True, words="nobody is asked: no `update_feed` is set")
    if not (here.update_key or RELEASE_KEY):
        return Finding("updates", fine=False, words=NO_RELEASE_KEY)
    whose = "the key your IT named" if here.update_key else "this build's key"
    return Finding("updates", fine=True, words=f"the feed is asked once a day at most and needs a signature of {whose}")
