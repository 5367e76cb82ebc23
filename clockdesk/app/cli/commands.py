"""The commands of the command line: the window's options and theirs together, and how they are run."""

from __future__ import annotations

import argparse
import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from clockdesk.app.cli import clock, doctor, forget, pack, query, sync
from clockdesk.app.cli.command_line import add_window_options
from clockdesk.app.cli.main import INTERRUPTED
from clockdesk.app.cli.shared import connection_options, set_up, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

ABOUT = """\
ClockDesk, the front desk of a Clock PMS+ hotel.

Without a command it opens the window. `--demo` opens it on an embedded hotel that needs no account: nothing is
asked of anybody outside this computer.
"""

EXAMPLES = """\
examples:
  clockdesk --demo
      try it: a hotel of 120 rooms that lives by itself
  clockdesk hotel --port 8080 --speed 60
      only the embedded hotel; its address, user and key are printed as one line of JSON
  clockdesk sync --once --url https://sky-eu1.clock-software.com/11111/22222 --user desk --key-file key.txt --store copy
      bring a copy up to date without a window
  clockdesk query bookings 'status = expected and arrival = today' --store copy --key-file key.txt --url ... --user desk
      read the copy
  clockdesk query bookings 'arrival >= today and arrival <= today+3' --show-request
      only show what would be asked of the service
  clockdesk doctor --account 11111-22222
      check line, sign-in, channels and copy
  clockdesk pack packs --account 11111-22222
      write what a front desk needs on paper when the line is down
  clockdesk clock in --person MP
      clock somebody in (or `status`, `out`), as the window does

`clockdesk COMMAND --help` says more. Without a display, `sync`, `query`, `doctor`, `pack`, `clock`
and `forget` work.
exit status: 0 done; 1 the service or the data said no (one sentence says why); 2 wrong usage
"""


def whole_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="clockdesk", description=ABOUT, epilog=EXAMPLES, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add_window_options(top)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    commands.add_parser("hotel", help="run the embedded hotel alone", add_help=False)
    shared = connection_options()
    sync.add_to(commands, shared)
    query.add_to(commands, shared)
    doctor.add_to(commands, shared)
    pack.add_to(commands, shared)
    clock.add_to(commands)
    forget.add_to(commands)
    screenshots = commands.add_parser(
        "screenshots", help="draw every screen, light and dark, from demo data", allow_abbrev=False,
        description="Start the embedded hotel, open every screen on it and write each as a PNG, light and dark.",
    )  # fmt: skip
    screenshots.add_argument("directory", metavar="DIR", help="where the pictures go; made when it is not there")
    return top


def run(options: argparse.Namespace) -> int:
    """Run the command that the options name."""
    commands: dict[str, Callable[[argparse.Namespace], Coroutine[Any, Any, int]]] = {
        "sync": sync.run,
        "query": query.run,
        "doctor": doctor.run,
        "pack": pack.run,
        "clock": clock.run,
        "forget": forget.run,
    }
    set_up(options)
    try:
        return asyncio.run(_until_told(commands[options.command](options)))
    except KeyboardInterrupt:
        return _interrupted(options)


async def _until_told(work: Coroutine[Any, Any, int]) -> int:
    """Do it; a service manager's SIGTERM ends it as tidily as Ctrl-C does."""
    with suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, signal.raise_signal, signal.SIGINT)
    return await work


def _interrupted(options: argparse.Namespace) -> int:
    if options.command == "sync" and options.watch:
        return 0  # the way to end it
    if options.command == "sync":
        tell("interrupted; what was read is kept, and the next synchronisation goes on from there")
    return INTERRUPTED
