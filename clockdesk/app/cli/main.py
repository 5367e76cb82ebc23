"""Reads the command line and hands it to a command."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from clockdesk import __version__
from clockdesk.app.cli import doctor, query, sync
from clockdesk.app.cli.shared import connection_options
from clockdesk.domain.errors import KnownError, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

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
  clockdesk query bookings 'arrival >= today and arrival <= today+3' --show-request --url ...
      only show what would be asked of the service

exit status: 0 done; 1 the service or the data said no; 2 wrong usage
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="clockdesk", description=ABOUT, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=f"ClockDesk {__version__}")
    top.add_argument("--demo", action="store_true", help="open the window on an embedded hotel")
    top.add_argument(
        "--rate-limit",
        type=int,
        default=25,
        metavar="N",
        help="calls a second of the demo (default 25; a real hotel allows 5)",
    )
    top.add_argument(
        "--speed", type=float, default=60, metavar="N", help="how busy the demo hotel is (default 60; 1 = real life)"
    )
    top.add_argument("--seed", type=int, default=7, metavar="N", help="which demo hotel (default 7)")
    top.add_argument("--store", metavar="DIR", help="keep settings and copy below DIR instead of the system's folders")
    top.add_argument(
        "--offscreen-seconds", type=float, metavar="N", help="with --demo: run N seconds, say what happened, end"
    )
    top.add_argument(
        "--screens", metavar="DIR", help="with --offscreen-seconds: write a picture of every screen to DIR"
    )
    top.add_argument("--verbose", action="store_true", help="log to standard error")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    hotel = commands.add_parser("hotel", help="run the embedded hotel alone", add_help=False)
    hotel.add_argument("rest", nargs=argparse.REMAINDER)
    shared = connection_options()
    sync.add_to(commands, shared)
    query.add_to(commands, shared)
    doctor.add_to(commands, shared)
    screenshots = commands.add_parser("screenshots", help="draw every screen, light and dark, from demo data")
    screenshots.add_argument("directory", metavar="DIR")
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run; returns the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["hotel"]:  # its options are its own
        from clockdesk.hotel.__main__ import main as hotel  # noqa: PLC0415

        return hotel(words[1:])
    options = parser().parse_args(words)
    try:
        return _run(options)
    except UserError as error:
        print(f"clockdesk: {error}", file=sys.stderr)
        return 2
    except KnownError as error:
        print(f"clockdesk: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(options: argparse.Namespace) -> int:
    commands = {"sync": sync.run, "query": query.run, "doctor": doctor.run}
    if options.command in commands:
        return asyncio.run(commands[options.command](options))
    from clockdesk.app import window  # noqa: PLC0415 (headless commands start without Qt)

    if options.command == "screenshots":
        return window.screenshots(options)
    return window.open_window(options)
