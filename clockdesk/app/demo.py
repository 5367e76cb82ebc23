"""The embedded hotel as a child process of the demo: started, asked where it is, ended with the program."""

from __future__ import annotations

import asyncio
import json
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clockdesk.app.places import this_program
from clockdesk.domain.errors import ErrorCode, KnownError

if TYPE_CHECKING:
    from collections.abc import Sequence

READY = 60.0
"""Seconds the hotel gets to furnish its rooms."""


@dataclass(slots=True)
class DemoHotel:
    """A running embedded hotel."""

    process: subprocess.Popen[str]
    url: str
    user: str
    key: str
    control: str
    time_clock: str = ""
    time_clock_key: str = field(default="", repr=False)

    def close(self) -> None:
        """End it."""
        _end(self.process)


async def start_hotel(options: Sequence[str]) -> DemoHotel:
    """Start the hotel and wait until it answers. Raises KnownError when it does not.

    A plain child process read in a thread: Qt's loop has no child watcher on every system.
    """
    process = await asyncio.to_thread(_spawn, options)
    try:
        async with asyncio.timeout(READY):
            line = await asyncio.to_thread(process.stdout.readline if process.stdout else str)
        told = json.loads(line)
        names = ("url", "user", "key", "control", "time_clock", "time_clock_key")
        return DemoHotel(process, *(told[name] for name in names))
    except (TimeoutError, ValueError, KeyError) as error:
        process.kill()
        await asyncio.to_thread(_end, process)
        words = "The embedded hotel did not start; run `clockdesk hotel` to see why."
        raise KnownError(ErrorCode.OFFLINE, words) from error


def _spawn(options: Sequence[str]) -> subprocess.Popen[str]:
    """With its standard input tied to us: a program that is killed leaves no hotel behind."""
    command = [*this_program(), "hotel", "--port", "0", "--until-stdin-closes", *options]
    unseen = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows a console would open
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, creationflags=unseen)  # noqa: S603 (our own)


def _end(process: subprocess.Popen[str]) -> None:
    """Its standard input closed, it ends by itself; one that does not is killed."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
    try:
        process.wait(3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
