"""The line below HTTP: listening on loopback, cutting connections, refusing new ones."""

from __future__ import annotations

import asyncio
import functools
import socket
from typing import TYPE_CHECKING, Any, Final, cast

from typing_extensions import override
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK: Final = "127.0.0.1"
_TRANSPORT: Final = "hotel.transport"


class _Protocol(H11Protocol):
    """uvicorn's HTTP, with the connection itself within the application's reach, so that it can cut it."""

    def __init__(self, config: Config, state: ServerState, listening: Callable[[], bool]) -> None:
        super().__init__(config, state, {})
        self._listening = listening

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if not self._listening():
            transport.abort()  # let in a moment before the port closed
        self.app = cast("Any", functools.partial(_with_transport, self.app, transport))


async def _with_transport(
    app: ASGIApp, transport: asyncio.Transport, scope: Scope, receive: Receive, send: Send
) -> None:
    scope[_TRANSPORT] = transport
    await app(scope, receive, send)


async def until_gone(receive: Receive) -> None:
    """Wait until the other side has closed the connection, or we have."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def cut(scope: Scope, receive: Receive) -> None:
    """Close the connection without a byte of an answer."""
    scope[_TRANSPORT].abort()
    await until_gone(receive)


async def send_half(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Promise the whole body, send half of it, close."""
    half = bytes(response.body)[: len(response.body) // 2]
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": half, "more_body": True})
    scope[_TRANSPORT].close()
    await until_gone(receive)


class Listener:
    """One port of the hotel. It keeps its number while nobody listens on it."""

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        """Port 0: any free one."""
        self._config = Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=75,
        )
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        self.port = port

    async def open(self) -> None:
        """Listen."""
        if self._server is not None:
            return
        if not self._config.loaded:
            self._config.load()
        # With the protocol named, asyncio sets TCP_NODELAY on what it accepts; without, each answer waited 40 ms for an
        # acknowledgement (measured: 44 ms a request against 1.5).
        taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((LOOPBACK, self.port))
        except OSError:
            taken.close()
            raise
        self.port = taken.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, sock=taken, backlog=256)

    def _protocol(self) -> asyncio.Protocol:
        return _Protocol(self._config, self._state, lambda: self._server is not None)

    async def close(self) -> None:
        """Listen no more and cut what is open; new connections are refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.cut_all()
        if self._state.tasks:
            await asyncio.wait(self._state.tasks, timeout=2)
        for _ in range(5):  # turns of the loop until a connection just let in has been cut too (asyncio: 4)
            await asyncio.sleep(0)

    def cut_all(self) -> None:
        """Cut every open connection."""
        for connection in list(self._state.connections):
            cast("H11Protocol", connection).transport.abort()
