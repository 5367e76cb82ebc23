"""A server that goes on for ever: slowly, byte by byte, or as fast as it is taken; it counts what it got rid of."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.support.serving import Serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def endless(piece: bytes, megabytes: int = 100) -> Callable[[], Iterable[bytes]]:
    """An answer of so many megabytes, as fast as it is taken."""

    def pieces() -> Iterable[bytes]:
        yield OK + b"Content-Length: %d\r\n\r\n" % (megabytes * 2**20)
        for _ in range(megabytes * 2**20 // len(piece)):
            yield piece

    return pieces


class Stream:
    """`async with Stream(pieces, pause) as server:`; `server.url`, and `server.sent` bytes it could get rid of."""

    def __init__(self, pieces: Callable[[], Iterable[bytes]], pause: float = 0.0) -> None:
        self.pieces, self.pause, self.sent, self.asked = pieces, pause, 0, 0

    async def __aenter__(self) -> Stream:
        self._serving = await Serving(self._serve).__aenter__()
        self.url = self._serving.url
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._serving.__aexit__()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        for piece in self.pieces():
            writer.write(piece)
            await writer.drain()
            self.sent += len(piece)
            if self.pause:
                await asyncio.sleep(self.pause)
        writer.transport.abort()
