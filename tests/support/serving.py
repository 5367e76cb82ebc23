"""A TCP server of one test: loopback, a free port, and with the test every connection ends."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable

ROUNDS = 5
"""Turns of the loop from a connection taken off the queue to the first step of its handler (asyncio: 4)."""


class Serving:
    """`async with Serving(handle) as server:`; `handle` has a connection for itself, which ends when it returns."""

    def __init__(
        self,
        handle: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._handle, self._tls = handle, tls
        self._handlers: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Serving:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Whoever is being let in just now is let in first: asyncio forgets a connection that no handler has yet."""
        self._server.close()
        await _rounds()
        self.hang_up()
        handlers = list(self._handlers)
        for handler in handlers:
            handler.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)
        await _rounds()

    def hang_up(self) -> None:
        """Break every connection from this side, what is still to be sent included."""
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handler = asyncio.current_task()
        assert handler is not None
        self._handlers.add(handler)
        self._writers.add(writer)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._handle(reader, writer)
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()
            self._writers.discard(writer)
            self._handlers.discard(handler)


async def _rounds() -> None:
    for _ in range(ROUNDS):
        await asyncio.sleep(0)
