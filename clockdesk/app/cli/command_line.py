"""Reads the command line: the window's own options here, the commands only when there is one."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from clockdesk import __version__
from clockdesk.app.cli.shared import FASTEST, number, sentence, tell
from clockdesk.app.links import SCHEME, parse_link
from clockdesk.domain.errors import KnownError, UserError

if TYPE_CHECKING:
    from collections.abc import Callable

DEMO = {"rate_limit": 25, "speed": 60.0, "seed": 7}
"""What the demo's hotel is like unless somebody says otherwise."""


def understand(words: list[str]) -> Callable[[], int]:
    """What does it, loaded and ready. Ends the program with exit status 2 for options that make no sense together."""
    link = words.pop() if words and words[-1].startswith(SCHEME) else None
    options = _read(words)
    if link is not None and options.command:
        _wrong(f"a link belongs to the window, not to `{options.command}`")
    return partial(_telling, _loaded(options, link))


def _telling(work: Callable[[], int]) -> int:
    """Do it; what goes wrong is told in a sentence."""
    try:
        return work()
    except UserError as error:
        tell(str(error))
        return 2
    except KnownError as error:
        tell(sentence(error))
        return 1
    except BrokenPipeError:  # whoever read the results has seen enough; nothing may be written at the end either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _loaded(options: argparse.Namespace, link: str | None) -> Callable[[], int]:
    """The command, or the window."""
    if options.command and options.command != "screenshots":
        from clockdesk.app.cli import commands  # noqa: PLC0415

        return partial(commands.run, options)
    try:
        options.link = None if link is None else parse_link(link)
    except UserError as error:
        return partial(_refuse, error)
    if not _can_draw(options):
        return _no_display
    try:
        from clockdesk.app.qt_imports import without_a_look  # noqa: PLC0415 (headless commands start without Qt)

        without_a_look()
        from clockdesk.app import window  # noqa: PLC0415
    except ImportError as error:
        if error.name and error.name.startswith("clockdesk"):
            raise
        return partial(_no_window, str(error))
    if options.command == "screenshots":
        from clockdesk.app.showing import screenshots  # noqa: PLC0415

        return partial(screenshots, options)
    return partial(window.open_window, options)


def _refuse(error: UserError) -> int:
    raise error


def _no_display() -> int:
    tell(
        "There is no display to open a window on. Use `clockdesk sync`, `query` or `doctor`, or "
        "`clockdesk --demo --offscreen-seconds 20 --screens DIR` for pictures."
    )
    return 1


def _no_window(why: str) -> int:
    tell(
        f"The window can't start: {why}. Run `python3 installers/bootstrap.py demo` once, which installs what is "
        "missing; `clockdesk sync`, `query` and `doctor` work without it."
    )
    return 1


def window_parser() -> argparse.ArgumentParser:
    """The options of a window, of which there may be nothing else. It raises ArgumentError."""
    top = argparse.ArgumentParser(prog="clockdesk", allow_abbrev=False, add_help=False, exit_on_error=False)
    top.set_defaults(command=None)
    add_window_options(top)
    return top


def add_window_options(top: argparse.ArgumentParser) -> None:
    """Add them."""
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


def _parsed(words: list[str]) -> argparse.Namespace:
    try:
        options, more = window_parser().parse_known_args(words)
    except argparse.ArgumentError:
        more = words
    if more:  # a command, a question, or a mistake that is to be told by who knows the whole of it
        from clockdesk.app.cli import commands  # noqa: PLC0415 (a window needs none of the six)

        return commands.whole_parser().parse_args(words)
    return options


def _wrong(words: str) -> NoReturn:
    """End the program with exit status 2 and the usage."""
    from clockdesk.app.cli import commands  # noqa: PLC0415

    commands.whole_parser().error(words)


def _read(words: list[str]) -> argparse.Namespace:
    """The options; ends the program with exit status 2 when they make no sense together."""
    options = _parsed(words)
    given = [f"--{name.replace('_', '-')}" for name in DEMO if name in options]
    given += [] if options.offscreen_seconds is None else ["--offscreen-seconds"]
    if options.self_check:
        _wrong("--self-check comes first, and only --json goes with it")
    if options.command == "hotel":
        _wrong("the options of `hotel` come after that word: clockdesk hotel --help")
    if options.command and (options.demo or given):
        _wrong(f"{(given or ['--demo'])[0]} belongs to the window, not to `{options.command}`")
    if given and not options.demo:
        _wrong(f"{given[0]} goes with --demo")
    if options.screens and options.offscreen_seconds is None:
        _wrong("--screens goes with --offscreen-seconds")
    for directory in (options.screens, getattr(options, "directory", None)):
        if directory and Path(directory).exists() and not Path(directory).is_dir():
            _wrong(f"{directory} is no folder")
    for name, default in DEMO.items():
        setattr(options, name, getattr(options, name, default))
    return options


def _can_draw(options: argparse.Namespace) -> bool:
    """Pictures need no display. A window does, and without one Qt would end the program without a word of ours."""
    if not sys.platform.startswith("linux") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY"))):
        return True
    if options.command == "screenshots" or options.offscreen_seconds is not None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return "QT_QPA_PLATFORM" in os.environ
