"""The path between the program and the hotel: carries each call as it is, and can hold an answer back on the way.

A held answer is an old one: it was worked out before it was held. The hotel's own fault `slow` waits before it looks.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import TYPE_CHECKING

from tests.support.serving import Serving

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable


@dataclass(eq=False)
class Held:
    """Answers that are kept back: the next `calls` of paths that contain `part`, until `release`."""

    part: str
    calls: int
    at: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let them arrive."""
        self.go.set()


class Path:
    """A relay on loopback for calls without a body in chunks (which is what the hotel speaks)."""

    def __init__(self, port: int, now: Callable[[], dt.datetime]) -> None:
        """`port` is the hotel's; `now` its clock, for `late_dates`."""
        self.late_dates = False
        """Whether `Date` is stamped when an answer is sent on (as nginx does), not when it was worked out."""
        self.asked: list[tuple[float, str]] = []
        """When (monotonic) each call passed, and to which path."""
        self.slept: list[dt.datetime] = []
        """The hotel's time at each moment the machine went to sleep: what was on its way had left the hotel by then."""
        self.port = 0
        self._target, self._now = port, now
        self._held: list[Held] = []
        self._serving = Serving(self._carry)

    async def open(self) -> None:
        await self._serving.__aenter__()
        self.port = self._serving.port

    async def close(self) -> None:
        self.release()
        await self._serving.__aexit__()

    def hold(self, part: str, calls: int = 1) -> Held:
        """Keep back the answers of the next calls to such a path."""
        held = Held(part, calls)
        self._held.append(held)
        return held

    def release(self) -> None:
        """Hold nothing any more."""
        held, self._held = self._held, []
        for one in held:
            one.release()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream, down = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                down.write(head + await reader.readexactly(_length(head)))
                path = head.split(b" ", 2)[1].decode("ascii")
                self.asked.append((time.monotonic(), path))
                await self._answer(path, len(self.slept), upstream, writer)
        finally:
            down.close()
            with contextlib.suppress(OSError):
                await down.wait_closed()

    async def _answer(
        self, path: str, slept: int, upstream: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = await upstream.readuntil(b"\r\n\r\n")
        try:
            body = await upstream.readexactly(_length(head))
        except asyncio.IncompleteReadError as cut:
            writer.write(head + cut.partial)
            await writer.drain()
            raise
        held = next((one for one in self._held if one.calls > 0 and one.part in path), None)
        if held is not None:
            held.calls -= 1
            held.at.set()
            await held.go.wait()
        writer.write(self._dated(head, slept) + body)
        await writer.drain()

    def _dated(self, head: bytes, slept: int) -> bytes:
        """`slept`: how often the machine had slept when the call passed."""
        if not self.late_dates:
            return head
        sent = self.slept[slept] if slept < len(self.slept) else self._now()
        date = b"date: " + format_datetime(sent.replace(microsecond=0), usegmt=True).encode()
        lines = [date if line.lower().startswith(b"date:") else line for line in head.split(b"\r\n")]
        return b"\r\n".join(lines)


def _length(head: bytes) -> int:
    if head.startswith((b"HTTP/1.1 304", b"HTTP/1.1 204")):
        return 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
