"""`clockdesk doctor`: is the line there, is the sign-in right, are the channels answered, is the copy sound.

It asks the root once and lets the channels poll for a moment; rights are told from what earlier calls met. It never
probes endpoints by guess: every refused call looks suspicious to the service's firewall (its introduction, "WAF").
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clockdesk.api.channels import Channels, channel_addresses
from clockdesk.api.gate import Lane
from clockdesk.app.cli.shared import opened, say
from clockdesk.app.clock import SystemClock
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.domain.words import next_step
from clockdesk.domain.zones import zone_of
from clockdesk.sync.rights import read_rights

if TYPE_CHECKING:
    import argparse

    from clockdesk.app.engine import Engine

LISTEN = 2.0
"""Seconds the channels get to refuse; one that is held open is one that works."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    fine: bool
    words: str


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    commands.add_parser("doctor", parents=[shared], help="check line, TLS, sign-in, channels, copy and rights")


async def run(options: argparse.Namespace) -> int:
    """Look at everything; exit 1 when something is wrong."""
    findings: list[Finding] = []
    async with opened(options) as engine:
        findings.append(await _copy(engine))
        root, line = await _line(engine)
        findings += line
        if root is not None:
            findings.append(await _channels(engine, root))
        findings.append(await _rights(engine))
    for finding in findings:
        facts = {"what": finding.what, "fine": finding.fine, "words": finding.words}
        say(options, facts, f"{'ok ' if finding.fine else 'BAD'}  {finding.what}: {finding.words}")
    return 0 if all(finding.fine for finding in findings) else 1


async def _copy(engine: Engine) -> Finding:
    rooms, bookings, owed = await engine.store.read(
        lambda mirror: (mirror.count(Kind.ROOM), mirror.count(Kind.BOOKING), len(mirror.owed()))
    )
    swept = await engine.store.read(lambda mirror: mirror.cursor(Kind.BOOKING))
    when = f"last swept up to {swept}" if swept else "never synchronised"
    return Finding("copy", fine=True, words=f"opens; {rooms} rooms, {bookings} bookings, {owed} owed, {when}")


async def _line(engine: Engine) -> tuple[bytes | None, list[Finding]]:
    """The root, and what came of asking for it: line and TLS, then sign-in."""
    secure = (
        "plain http on this machine" if engine.line.base.is_loopback else "TLS, checked by the system's trust store"
    )
    try:
        reading = await engine.service.account(lane=Lane.PERSON)
    except KnownError as error:
        words = f"{error} {next_step(error.code)}".strip()
        if error.code in {ErrorCode.OFFLINE, ErrorCode.TIMED_OUT, ErrorCode.TLS}:
            return None, [Finding("line", fine=False, words=words)]
        line = Finding("line", fine=True, words=f"answers ({secure})")
        if error.code is ErrorCode.NO_RIGHT:
            found = "signed in; no right to the account's own page, so no live messages"
            return None, [line, Finding("sign-in", fine=True, words=found)]
        return None, [line, Finding("sign-in", fine=False, words=words)]
    account = engine.sync.account_of(reading.value)
    zone = account.time_zone or ""
    known = "" if zone_of(zone) else f"; its time zone {zone!r} is not known, dates follow UTC"
    return reading.value.raw, [
        Finding("line", fine=True, words=f"answers ({secure})"),
        Finding("sign-in", fine=True, words=f"signed in to {account.name or 'the account'}{known}"),
    ]


async def _channels(engine: Engine, root: bytes) -> Finding:
    addresses = channel_addresses(root)
    if not addresses:
        return Finding(
            "channels", fine=True, words="the account names none; changes are found by asking every few seconds"
        )
    channels = Channels(
        engine.line,
        addresses,
        SystemClock(),
        engine.tasks,
        on_hint=lambda _hint, _published: None,
        on_state=lambda: None,
    )
    channels.start()
    await asyncio.sleep(LISTEN)
    trouble = channels.trouble
    await channels.stop()
    if trouble:
        return Finding(
            "channels", fine=False, words=f"{trouble}. Changes are found by asking every few seconds instead."
        )
    return Finding("channels", fine=True, words=f"{len(addresses)} are listened to")


async def _rights(engine: Engine) -> Finding:
    missing = await read_rights(engine.store)
    if not missing:
        return Finding("rights", fine=True, words="none was refused so far")
    names = ", ".join(sorted(set(missing.values())))
    return Finding("rights", fine=False, words=f"refused so far: {names}. Ask Clock's support to grant them.")
