"""`clockdesk hotel` and `python -m clockdesk.hotel`: run an embedded hotel until told to stop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import threading
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clockdesk.hotel.channels import Style
from clockdesk.hotel.server import DEMO_USER, Options, Server, demo_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ABOUT: Final = """\
Run a hotel on this machine that speaks the hotel service's protocol: for demos, training and tests. It listens on
127.0.0.1 only. When it is ready it prints one line of JSON on standard output:

  {"url": "http://127.0.0.1:41234/8130/16449", "user": "clockdesk_demo", "key": "...", "control": ..., "port": 41234,
   "time_clock": "http://127.0.0.1:41236", "time_clock_key": "..."}

`url` is the base address without the api type. `time_clock` is the staff's time clock: another service on a port of
its own, with its own key. The same seed, date and sizes always give the same hotel.
"""
_MORE: Final = """\
control endpoint (no sign-in, this machine only):
  POST   {control}/happen   {"what": "check_in", "booking_id": 17}   make something happen now
  GET    {control}/happen                                            what can happen
  POST   {control}/faults   {"slow": 2, "storm_429": 10}             switch faults on and off
  GET    {control}/faults                                            which faults there are, and which are on
  DELETE {control}/faults                                            all faults off
  GET    {control}/truth?table=bookings                              everything the hotel knows of a table
  GET    {control}/clock                                             the time clock's people, shifts and calls
  POST   {control}/clock    {"account": "...", "intention": "in"}    somebody clocks in or out elsewhere
  GET    {control}/stats                                             what was asked of the hotel

examples:
  clockdesk hotel                                     a busy hotel of 120 rooms, today
  clockdesk hotel --port 8080 --speed 0               nothing happens by itself
  clockdesk hotel --user desk=secret1 --user night=secret2 --without night=pms_api_rooms_update
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    options, until_stdin_closes = _read(sys.argv[1:] if argv is None else argv)
    try:
        return asyncio.run(_run(options, until_stdin_closes=until_stdin_closes))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(f"The hotel could not start: {error}", file=sys.stderr)  # noqa: T201
        return 1


def _read(argv: Sequence[str]) -> tuple[Options, bool]:
    parser = _parser()
    given = parser.parse_args(argv)
    users = dict(_pair(parser, "--user", text) for text in given.user)
    if given.key_file:
        if len(users) > 1 or any(users.values()):
            parser.error("--key-file goes with one --user NAME (without a key), or with none")
        users = {next(iter(users), DEMO_USER): _key_from(parser, given.key_file)}
    missing: dict[str, set[str]] = {}
    for text in given.without:
        name, right = _pair(parser, "--without", text)
        missing.setdefault(name, set()).add(right)
    options = Options(
        port=given.port,
        clock_port=given.clock_port,
        rooms=given.rooms,
        bookings=given.bookings,
        seed=given.seed,
        speed=given.speed,
        today=given.date,
        rate_limit=given.rate_limit,
        users={name: key or demo_key(given.seed) for name, key in users.items()},
        missing=missing,
        channels=Style(first=given.channel_first, body=given.channel_body, push_stream=given.push_stream),
        data_dir=given.data_dir,
    )
    return options, given.until_stdin_closes


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="clockdesk hotel", description=_ABOUT, epilog=_MORE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    size = parser.add_argument_group("the hotel")
    size.add_argument("--rooms", type=_count(1), default=120, metavar="N", help="rooms (default 120)")
    size.add_argument("--bookings", type=_count(0), default=3000, metavar="N", help="bookings (default 3000)")
    size.add_argument("--seed", type=int, default=7, metavar="N", help="which hotel (default 7)")
    size.add_argument("--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="its date (default: today)")
    size.add_argument(
        "--speed",
        type=float,
        default=60.0,
        metavar="X",
        help="how much happens: 60 (default) is a lively demo, 1 a real day, 0 nothing by itself",
    )
    size.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        help="where the hotel's names and texts are (default: the installed ones)",
    )
    line = parser.add_argument_group("the line")
    line.add_argument("--port", type=_count(0), default=0, metavar="N", help="port of the API (default: any free one)")
    line.add_argument(
        "--clock-port", type=_count(0), default=0, metavar="N", help="port of the time clock (default: any free one)"
    )
    line.add_argument(
        "--rate-limit", type=_count(1), default=5, metavar="N", help="calls a second per user (default 5)"
    )
    line.add_argument(
        "--user",
        action="append",
        default=[],
        metavar="NAME[=KEY]",
        help=f"an API user, may be repeated (default {DEMO_USER}; a key not given follows from the seed)",
    )
    line.add_argument("--key-file", metavar="FILE", help="read the user's key from a file (- is standard input)")
    line.add_argument("--without", action="append", default=[], metavar="NAME=RIGHT", help="a right a user has not got")
    line.add_argument(
        "--channel-first", choices=("newest", "oldest"), default="newest", help="what a poll without a cursor gets"
    )
    line.add_argument(
        "--channel-body", choices=("bare", "sns", "list"), default="bare", help="how a message is wrapped"
    )
    line.add_argument("--push-stream", action="store_true", help="several messages in one answer, without a separator")
    line.add_argument(
        "--until-stdin-closes", action="store_true", help="stop when standard input ends (for a parent process)"
    )
    return parser


def _count(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"must be at least {least}")
        return int(text)

    return number


def _pair(parser: argparse.ArgumentParser, option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or (option == "--without" and not (equals and value)):
        parser.error(f"{option} {text}: a name{'=RIGHT' if option == '--without' else ''} is wanted")
    return name, value


def _key_from(parser: argparse.ArgumentParser, file: str) -> str:
    try:
        key = sys.stdin.readline() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        parser.error(f"--key-file {file}: {error.strerror}")
    if not key.strip():
        parser.error(f"--key-file {file}: it is empty")
    return key.strip()


async def _run(options: Options, *, until_stdin_closes: bool) -> int:
    server = Server(options)
    await server.start()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C arrives as KeyboardInterrupt
            loop.add_signal_handler(name, stop.set)
    if until_stdin_closes:
        threading.Thread(target=_watch_stdin, args=(loop, stop), daemon=True).start()
    print(json.dumps(_ready_line(server)), flush=True)  # noqa: T201
    await server.run(stop)
    return 0


def _ready_line(server: Server) -> dict[str, object]:
    user = next(iter(server.users.values()))
    return {
        "url": server.base,
        "user": user.name,
        "key": user.key,
        "control": server.control,
        "port": server.port,
        "time_clock": server.clock_base,
        "time_clock_key": server.timeclock.key,
    }


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Wait for the parent to go. On the bare descriptor: a buffered reader held at exit aborts the interpreter."""
    while os.read(0, 4096):
        pass
    with contextlib.suppress(RuntimeError):  # the loop has ended already
        loop.call_soon_threadsafe(stop.set)


if __name__ == "__main__":
    raise SystemExit(main())
