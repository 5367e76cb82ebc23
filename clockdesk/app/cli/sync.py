"""`clockdesk sync`: bring the copy up to date once, or keep it so and print each change."""

from __future__ import annotations

import asyncio
import json
from argparse import RawDescriptionHelpFormatter
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from clockdesk.app.cli.shared import ABOUT_KEYS, access, opened, put, say, tell
from clockdesk.app.cli.summary import happenings, sync_once
from clockdesk.app.handover import SYNC, WATCH, ask_window, hear_window
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.words import freshness_words
from clockdesk.store.files import is_damaged
from clockdesk.store.thread import MIRROR_FILE, Use

if TYPE_CHECKING:
    import argparse

    from clockdesk.app.cli.shared import Access
    from clockdesk.app.engine import Engine
    from clockdesk.domain.freshness import Freshness, Trust
    from clockdesk.domain.records import ChangeSet

__all__ = ["add_to", "run", "sync_once"]

WINDOW_PATIENCE = 600.0
"""Seconds a window gets to synchronise: its first reading of a large hotel takes minutes."""

ENDS_WATCH = frozenset({ErrorCode.SIGNED_OUT, ErrorCode.STORE_CORRUPT})
"""What waiting does not mend."""

ABOUT = """\
Bring the copy of the hotel up to date without a window: room types, rooms, the bookings of yesterday to two weeks
ahead, the folios of today's guests; and whatever changed since the last time.

--once ends with one line of JSON on standard output:

  {"state": "complete|partial|signed_out|offline", "rooms": 120, "bookings": 410, "folios": 96, "owed": 0,
   "calls": 530, "calls_by_endpoint": {...}, "rejected_429": 0, "seconds": 106.1}

  complete    the copy is as the hotel is; anything else ends with exit status 1 and a "reason"
  partial     something could not be read: objects owed, a missing right, an answer that made no sense
  signed_out  the service does not accept user and key
  offline     there was no way to the service

--watch stays, listens to the service's message channels and prints each change as it lands; end it with Ctrl-C.
Where a ClockDesk window keeps this copy already, the window does the work and tells.
"""
EXAMPLES = """\
examples:
  clockdesk sync --once --url https://sky-eu1.clock-software.com/11111/22222 --user desk --key-file key.txt --store copy
  pass clock/desk | clockdesk sync --once --url ... --user desk --key-file - --store copy
  clockdesk sync --watch --account 11111-22222 --json
"""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    sync = commands.add_parser(
        "sync", parents=[shared], help="bring the copy up to date without a window", description=ABOUT,
        epilog=f"{EXAMPLES}\n{ABOUT_KEYS}", formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    how = sync.add_mutually_exclusive_group(required=True)
    how.add_argument("--once", action="store_true", help="once, without message channels; ends with a summary")
    how.add_argument("--watch", action="store_true", help="open the channels and print each change as it lands")


async def run(options: argparse.Namespace) -> int:
    """Synchronise. Beside a running window on the same copy, the window does it."""
    wanted = await access(options)
    if options.watch:
        return await _watch(options, wanted)
    summary = await ask_window(wanted.folder, SYNC, WINDOW_PATIENCE)
    if summary is not None:
        tell("a window keeps this copy, so it did the work")
    else:
        summary = await _alone(wanted)
    return _finish(options, summary)


async def _alone(wanted: Access) -> dict[str, Any]:
    """Here. When the copy turns out to be damaged on the way, once more with a new one."""
    summary = await _attempt(wanted)
    if summary is None or is_damaged(wanted.folder / MIRROR_FILE):
        summary = await _attempt(wanted)
    if summary is None:
        text = "The copy of the hotel is damaged again and again: check the disk, or give another folder with --store."
        raise KnownError(ErrorCode.DISK, text)
    return summary


async def _attempt(wanted: Access) -> dict[str, Any] | None:
    """The summary; None when the copy was too damaged to tell anything. The next opening sets it aside."""
    try:
        async with opened(wanted, Use.KEEP) as engine:
            return await sync_once(engine)
    except KnownError as error:
        if error.code is not ErrorCode.STORE_CORRUPT:
            raise
        return None


def _finish(options: argparse.Namespace, summary: dict[str, Any]) -> int:
    """The summary as the last line, the words beside it; the exit status."""
    if not options.json:
        told = ", ".join(f"{summary.get(what, 0)} {what}" for what in ("rooms", "bookings", "folios", "owed"))
        tell(f"{summary['state']}: {told}; {summary.get('calls', 0)} calls in {summary.get('seconds', 0)} s")
    if summary.get("reason"):
        tell(summary["reason"])
    put(json.dumps(summary, ensure_ascii=False))
    return 0 if summary["state"] == "complete" else 1


async def _watch(options: argparse.Namespace, wanted: Access) -> int:
    """Print changes until interrupted; raises KnownError for what waiting does not mend."""
    through_window = False
    async with aclosing(hear_window(wanted.folder, WATCH)) as heard:
        async for news in heard:
            if through_window:
                _print_change(options, news)
            else:  # its first word only says that it listens
                through_window = True
                tell("a window keeps this copy; its changes follow")
    if through_window:
        text = "The window was closed, so nothing keeps the copy true any more. Start `clockdesk sync --watch` again."
        raise KnownError(ErrorCode.OFFLINE, text)
    async with opened(wanted, Use.KEEP) as engine:
        await _watch_here(options, engine)
    return 0


async def _watch_here(options: argparse.Namespace, engine: Engine) -> None:
    """Keep the copy true and print, until something ends it; raises that."""
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    trust: Trust | None = None

    def end(error: Exception) -> None:
        if not ended.done():
            ended.set_exception(error)

    def on_change(change: ChangeSet) -> None:
        try:
            for news in happenings(change):
                _print_change(options, news)
        except (OSError, KnownError) as error:  # nobody reads any more
            end(error)

    def on_freshness(now: Freshness) -> None:
        nonlocal trust
        if now.trust is not trust:
            trust = now.trust
            tell(freshness_words(now, engine.office.zone, engine.office.today))
        broken = engine.sync.standing.broken
        if broken is not None and broken.code in ENDS_WATCH:
            end(broken)

    engine.changes.subscribe(on_change)
    engine.freshness.subscribe(on_freshness)
    running = engine.start()
    await asyncio.wait({ended, running}, return_when=asyncio.FIRST_COMPLETED)
    await (ended if ended.done() else running)


def _print_change(options: argparse.Namespace, news: dict[str, Any]) -> None:
    say(options, news, f"{news.get('kind')} {news.get('id')} {news.get('change')} ({news.get('origin')})")
