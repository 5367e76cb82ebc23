"""Reads the command line and hands it to a command."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clockdesk import __version__
from clockdesk.app.cli import clock, doctor, forget, pack, query, sync
from clockdesk.app.cli.shared import FASTEST, connection_options, number, sentence, set_up, tell
from clockdesk.app.links import SCHEME, parse_link
from clockdesk.domain.errors import KnownError, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

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

DEMO = {"rate_limit": 25, "speed": 60.0, "seed": 7}
"""What the demo's hotel is like unless somebody says otherwise."""

INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="clockdesk", description=ABOUT, epilog=EXAMPLES, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    top.add_argument("--version", action="version", version=f"ClockDesk {__version__}")
    top.add_argument(
        "--store", metavar="DIR", help="keep settings and copies below DIR instead of the system's folders"
    )
    top.add_argument("--verbose", action="store_true", help="log every call to standard error")
    top.add_argument(
        "--self-check", action="store_true",
        help="look whether this installation has all it needs (it has a --help of its own)",
    )  # fmt: skip
    demo = top.add_argument_group("the demo")
    demo.add_argument("--demo", action="store_true", help="open the window on an embedded hotel")
    demo.add_argument(
        "--rate-limit", type=number(1, FASTEST), metavar="N", default=argparse.SUPPRESS,
        help=f"calls a second (default {DEMO['rate_limit']}; a real hotel allows 5)",
    )  # fmt: skip
    demo.add_argument(
        "--speed", type=float, metavar="N", default=argparse.SUPPRESS,
        help=f"how busy the hotel is (default {DEMO['speed']:.0f}; 1 = real life)",
    )  # fmt: skip
    demo.add_argument(
        "--seed", type=int, metavar="N", default=argparse.SUPPRESS, help=f"which hotel (default {DEMO['seed']})"
    )
    demo.add_argument("--offscreen-seconds", type=float, metavar="N", help="run N seconds, say what happened, end")
    demo.add_argument(
        "--screens", metavar="DIR", help="with --offscreen-seconds: write a picture of every screen to DIR"
    )
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


def main(argv: Sequence[str] | None = None) -> int:
    """Run; returns the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    _leave_no_core()
    if words[:1] == ["hotel"]:  # its options are its own
        from clockdesk.hotel.__main__ import main as hotel  # noqa: PLC0415

        return hotel(words[1:])
    if words[:1] == ["--self-check"]:
        from clockdesk.app.self_check import main as self_check  # noqa: PLC0415

        return self_check(words[1:])
    link = words.pop() if words and words[-1].startswith(SCHEME) else None
    options = _read(words)
    if link is not None and options.command:
        parser().error(f"a link belongs to the window, not to `{options.command}`")
    try:
        options.link = None if link is None else parse_link(link)
        return _run(options)
    except UserError as error:
        tell(str(error))
        return 2
    except KnownError as error:
        tell(sentence(error))
        return 1
    except BrokenPipeError:  # whoever read the results has seen enough; nothing may be written at the end either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _interrupted(options)


def _leave_no_core() -> None:
    """A process that crashes leaves no picture of its memory behind: the keys are in there."""
    try:
        import resource  # noqa: PLC0415 (not on Windows, which keeps none by itself)
    except ImportError:
        return
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _read(words: list[str]) -> argparse.Namespace:
    """The options; ends the program with exit status 2 when they make no sense together."""
    top = parser()
    options = top.parse_args(words)
    given = [f"--{name.replace('_', '-')}" for name in DEMO if name in options]
    given += [] if options.offscreen_seconds is None else ["--offscreen-seconds"]
    if options.self_check:
        top.error("--self-check comes first, and only --json goes with it")
    if options.command == "hotel":
        top.error("the options of `hotel` come after that word: clockdesk hotel --help")
    if options.command and (options.demo or given):
        top.error(f"{(given or ['--demo'])[0]} belongs to the window, not to `{options.command}`")
    if given and not options.demo:
        top.error(f"{given[0]} goes with --demo")
    if options.screens and options.offscreen_seconds is None:
        top.error("--screens goes with --offscreen-seconds")
    for directory in (options.screens, getattr(options, "directory", None)):
        if directory and Path(directory).exists() and not Path(directory).is_dir():
            top.error(f"{directory} is no folder")
    for name, default in DEMO.items():
        setattr(options, name, getattr(options, name, default))
    return options


def _run(options: argparse.Namespace) -> int:
    commands: dict[str, Callable[[argparse.Namespace], Coroutine[Any, Any, int]]]
    commands = {
        "sync": sync.run,
        "query": query.run,
        "doctor": doctor.run,
        "pack": pack.run,
        "clock": clock.run,
        "forget": forget.run,
    }
    if options.command in commands:
        set_up(options)
        return asyncio.run(_until_told(commands[options.command](options)))
    if not _can_draw(options):
        tell(
            "There is no display to open a window on. Use `clockdesk sync`, `query` or `doctor`, or "
            "`clockdesk --demo --offscreen-seconds 20 --screens DIR` for pictures."
        )
        return 1
    try:
        from clockdesk.app import window  # noqa: PLC0415 (headless commands start without Qt)
    except ImportError as error:
        if error.name and error.name.startswith("clockdesk"):
            raise
        tell(
            f"The window can't start: {error}. Run `python3 installers/bootstrap.py demo` once, which installs what is "
            "missing; `clockdesk sync`, `query` and `doctor` work without it."
        )
        return 1
    return window.screenshots(options) if options.command == "screenshots" else window.open_window(options)


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


def _can_draw(options: argparse.Namespace) -> bool:
    """Pictures need no display. A window does, and without one Qt would end the program without a word of ours."""
    if not sys.platform.startswith("linux") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY"))):
        return True
    if options.command == "screenshots" or options.offscreen_seconds is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return "QT_QPA_PLATFORM" in os.environ
