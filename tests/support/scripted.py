"""A small HTTP/1.1 server on loopback that answers exactly what a test tells it to, the odd things included.

It shares no code with the client: it has its own request parser and its own digest arithmetic.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.support.serving import Serving

if TYPE_CHECKING:
    import ssl


@dataclass(frozen=True)
class Asked:
    """A request as it came: the target raw, header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int
    at: float

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


@dataclass
class Reply:
    """What to answer. `raw` replaces the whole answer; `cut` closes the connection after that many body bytes.

    `reset` breaks the connection after the answer as a failing line does; `silent` never answers.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    raw: bytes | None = None
    cut: int | None = None
    close: bool = False
    silent: bool = False
    reset: bool = False

    @property
    def bytes(self) -> bytes:
        if self.raw is not None:
            return self.raw
        length = {} if self.status in {204, 304} else {"Content-Length": str(len(self.body))}
        lines = [f"HTTP/1.1 {self.status} Said so"]
        lines += [
            f"{name}: {value}" for name, value in ({"Content-Type": "application/json"} | length | self.headers).items()
        ]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        body = self.body if length else b""
        return head + (body if self.cut is None else body[: self.cut])


Script = Callable[[Asked], Reply | Awaitable[Reply]]


class Scripted:
    """`async with Scripted(answer) as server:` - `server.url` is its origin, `server.asked` all it was asked."""

    def __init__(self, answer: Script, tls: ssl.SSLContext | None = None) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.raw_heads: list[bytes] = []
        self.connections = 0
        self._serving = Serving(self._serve, tls)

    async def __aenter__(self) -> Scripted:
        await self._serving.__aenter__()
        self.port, self.url = self._serving.port, self._serving.url
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._serving.__aexit__()

    def hang_up(self) -> None:
        """Close every connection from this side."""
        self._serving.hang_up()

    def asked_for(self, part: str) -> list[Asked]:
        return [asked for asked in self.asked if part in asked.target]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        while (asked := await self._read(reader, number)) is not None:
            self.asked.append(asked)
            reply = self.answer(asked)
            if not isinstance(reply, Reply):
                reply = await reply
            if reply.wait:
                await asyncio.sleep(reply.wait)
            if reply.silent:
                await reader.read()
                break
            writer.write(reply.bytes)
            await writer.drain()
            if reply.reset:
                await asyncio.sleep(0.02)
                line = writer.get_extra_info("socket")
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
                break
            if reply.close or reply.cut is not None:
                break

    async def _read(self, reader: asyncio.StreamReader, connection: int) -> Asked | None:
        try:
            raw = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return None
        self.raw_heads.append(raw)
        try:
            head = raw.decode("utf-8")
        except UnicodeDecodeError:
            head = raw.decode("latin-1")
        first, *rest = head.strip().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Asked(method, target, headers, body, connection, time.monotonic())


class DigestDoor:
    """A sign-in before a script, as Rails does it: nonces live `lifetime` seconds, no `stale`, `nc` not checked.

    `ordered` refuses a `nc` that does not rise by one (Apache with `AuthDigestNcCheck On`); `one_time` takes each
    nonce once (Apache with `AuthDigestNonceLifetime 0`).
    """

    def __init__(
        self,
        users: dict[str, str],
        lifetime: float = 300.0,
        *,
        ordered: bool = False,
        one_time: bool = False,
        algorithm: str = "MD5",
        realm: str = "API",
        delay: float = 0.0,
    ) -> None:
        self.users, self.lifetime, self.ordered, self.one_time = users, lifetime, ordered, one_time
        self.algorithm, self.realm, self.delay = algorithm, realm, delay
        self.nonces: dict[str, list[float]] = {}
        self.refused = 0
        self.counts: list[tuple[str, int]] = []

    def guard(self, inner: Script) -> Script:
        async def answer(asked: Asked) -> Reply:
            known = self._knows(asked)
            if self.delay:
                await asyncio.sleep(self.delay)
            if known:
                reply = inner(asked)
                return reply if isinstance(reply, Reply) else await reply
            self.refused += 1
            nonce = f"{len(self.nonces)}:{time.monotonic()}"
            self.nonces[nonce] = [time.monotonic(), 0]
            challenge = (
                f'Digest realm="{self.realm}", qop="auth", algorithm={self.algorithm}, nonce="{nonce}", opaque="0f"'
            )
            return Reply(
                401, b"HTTP Digest: Access denied.\n", {"WWW-Authenticate": challenge, "Content-Type": "text/plain"}
            )

        return answer

    def _knows(self, asked: Asked) -> bool:
        header = asked.headers.get("authorization", "")
        # as Rails: split at every comma, apostrophes and quotation marks dropped
        parts = {
            name.strip(): re.sub(r"['\"]", "", value)
            for name, _, value in (piece.partition("=") for piece in header.removeprefix("Digest ").split(","))
        }
        nonce = parts.get("nonce", "")
        if nonce not in self.nonces or parts.get("uri") != asked.target or parts.get("opaque") != "0f":
            return False
        born, used = self.nonces[nonce]
        self.nonces[nonce][1] += 1
        count = int(parts["nc"], 16)
        self.counts.append((nonce, count))
        if time.monotonic() - born > self.lifetime or (self.one_time and used):
            return False
        if self.ordered and count != used + 1:
            return False
        return parts["response"] == self._response(asked, parts)

    def _response(self, asked: Asked, parts: dict[str, str]) -> str:
        digest = hashlib.sha256 if self.algorithm.startswith("SHA-256") else hashlib.md5

        def h(text: str) -> str:
            return digest(text.encode()).hexdigest()

        key = self.users.get(parts["username"], "\0")
        secret = h(f"{parts['username']}:{self.realm}:{key}")
        if self.algorithm.lower().endswith("-sess"):
            secret = h(f"{secret}:{parts['nonce']}:{parts['cnonce']}")
        request = h(f"{asked.method}:{parts['uri']}")
        return h(f"{secret}:{parts['nonce']}:{parts['nc']}:{parts['cnonce']}:{parts['qop']}:{request}")
