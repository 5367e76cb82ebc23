"""The program's beginning: as little as possible is loaded before it is known what is wanted."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run; returns the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    _leave_no_core()
    try:
        with _nothing_collected():
            work = _wanted(words)
        return work()
    except KeyboardInterrupt:
        return INTERRUPTED


def _wanted(words: list[str]) -> Callable[[], int]:
    """What does it, loaded and ready."""
    if words[:1] == ["hotel"]:  # its options are its own
        from clockdesk.hotel.__main__ import main as hotel  # noqa: PLC0415

        return partial(hotel, words[1:])
    if words[:1] == ["--self-check"]:
        from clockdesk.app.self_check import main as self_check  # noqa: PLC0415

        return partial(self_check, words[1:])
    from clockdesk.app.cli.command_line import understand  # noqa: PLC0415 (loaded while nothing is collected)

    return understand(words)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Loading modules makes no garbage: looking for some took a tenth of the start."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def _leave_no_core() -> None:
    """A process that crashes leaves no picture of its memory behind: the keys are in there."""
    try:
        import resource  # noqa: PLC0415 (not on Windows, which keeps none by itself)
    except ImportError:
        return
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
