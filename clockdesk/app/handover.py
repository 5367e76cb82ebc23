"""Asking the window that runs on a copy, from another start of the program or from a headless command. No Qt here.

A local socket inside the copy's folder (on Windows a named pipe named after it); one JSON object a line each way. The
window's side is `app.doorbell`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import socket
import sys
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clockdesk.app.threads import in_daemon
from clockdesk.domain.errors import ErrorCode, KnownError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

SOCKET = "window"
LONGEST_PATH = 95
"""Bytes of a path that every system takes as a socket's name (Linux 107, macOS 103), with room for Qt's own ending."""

SILENT = "The ClockDesk window on this copy is open but does not answer. Close it and try again."

_PIECE = 65_536

RAISE, SYNC, WATCH = "raise", "sync", "watch"
"""What may be wished: to come to the front, to synchronise now and tell how it went, to tell every change."""

OPEN = "open "
"""Followed by a link: to come to the front and show what it names."""


def doorbell_of(folder: Path) -> str:
    """Where the window of this copy listens. A folder whose path is too long gets a socket in the temporary folder."""
    mark = hashlib.blake2b(os.fsencode(folder.resolve()), digest_size=10).hexdigest()
    if sys.platform == "win32":
        return f"clockdesk-{mark}"
    path = folder.resolve() / SOCKET
    return str(path if len(os.fsencode(path)) <= LONGEST_PATH else Path("/tmp") / f"clockdesk-{os.getuid()}-{mark}")  # noqa: S108 (every start must find it, whatever TMPDIR says; `_Ring.say` checks whose it is)


async def ask_window(folder: Path, wish: str, seconds: float) -> dict[str, Any] | None:
    """Hand a wish to the window of this copy and wait for its answer; None when no window runs.

    Raises KnownError with the window's own words when it could not do it, and TIMED_OUT after `seconds`.
    """
    try:
        async with asyncio.timeout(seconds), contextlib.aclosing(hear_window(folder, wish)) as answers:
            async for answer in answers:
                return answer
    except TimeoutError:
        raise KnownError(ErrorCode.TIMED_OUT, SILENT) from None
    return None


async def hear_window(folder: Path, wish: str) -> AsyncGenerator[dict[str, Any]]:
    """The answers of the window of this copy until it ends; none at all when no window runs.

    Raises KnownError with the window's own words when it could not do it.
    """
    ring = _Ring(doorbell_of(folder))
    try:
        if not await in_daemon(lambda: ring.say(wish), "doorbell"):
            return
        while line := await in_daemon(ring.line, "doorbell"):
            yield _answer(line)
    finally:
        ring.hang_up()


class _Ring:
    """A connection to a window. `say` and `line` block: use a thread; `hang_up` from any."""

    def __init__(self, name: str) -> None:
        """Not connected yet."""
        self._name, self._heard = name, bytearray()
        self._pipe: FileIO | None = None
        self._connection = None if sys.platform == "win32" else socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def say(self, wish: str) -> bool:
        """Whether a window was there to hear it."""
        line = json.dumps({"do": wish}).encode() + b"\n"
        try:
            if self._connection is None:
                self._pipe = FileIO(rf"\\.\pipe\{self._name}", "r+")
                self._pipe.write(line)
            elif Path(self._name).stat().st_uid == os.getuid():
                self._connection.connect(self._name)
                self._connection.sendall(line)
            else:
                return False
        except OSError:
            return False
        return True

    def line(self) -> bytes:
        """The next line; empty at the end."""
        while b"\n" not in self._heard:
            try:
                more = self._more()
            except (OSError, ValueError):
                more = b""
            if not more:
                return b""
            self._heard += more
        line, _, rest = bytes(self._heard).partition(b"\n")
        self._heard[:] = rest
        return line

    def hang_up(self) -> None:
        """End it; a reader that waits is woken."""
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)
            self._connection.close()

    def _more(self) -> bytes:
        if self._connection is not None:
            return self._connection.recv(_PIECE)
        return (self._pipe.read(_PIECE) if self._pipe is not None else None) or b""


def _answer(line: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(line)
    except (ValueError, RecursionError):
        decoded = None
    if not isinstance(decoded, dict):
        raise KnownError(ErrorCode.BAD_ANSWER, "The open window gave no sensible answer. Close it and try again.")
    if "error" in decoded:
        try:
            code = ErrorCode(decoded["error"])
        except ValueError:
            code = ErrorCode.BAD_ANSWER
        raise KnownError(
            code, str(decoded.get("words") or "The open window could not do this. Close it and try again.")
        )
    return decoded
