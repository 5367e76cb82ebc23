"""What one exchange with a server leaves behind: the answer, when it was true, and how far the request got."""

from __future__ import annotations

import datetime as dt
import logging
import ssl
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clockdesk.domain.records import Stamp

if TYPE_CHECKING:
    import http.cookiejar
    from collections.abc import Callable, Mapping

    from clockdesk.domain.clock import Clock

SKEW = dt.timedelta(seconds=2)
"""Taken off the `Date` header: it is floored to the second, and clocks of a cluster differ."""

LONGEST = dt.timedelta(seconds=120)
"""No request lasts longer (see `Patience.whole`)."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds; `whole` is for an answer that trickles in. `largest` is in bytes.

    `last_writes`: what a sent write gets when its line is closed; the program's whole end has one second more.
    """

    connect: float = 5.0
    read: float = 30.0
    write: float = 10.0
    pool: float = 60.0
    whole: float = LONGEST.total_seconds()
    largest: int = 16 * 2**20
    last_writes: float = 2.0

    def each(self, read: float = 0.0) -> tuple[float, float, float, float]:
        """For one step of an exchange each, in httpx's order; `read`: for an answer that is waited for longer."""
        return self.connect, read or self.read, self.write, self.pool


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. Header names are in lower case; `path` is relative to the account, without the query."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    stamp: Stamp
    path: str


@dataclass(frozen=True, slots=True)
class PollAnswer:
    """What a message channel answered; header values are kept byte for byte (as Latin-1 text)."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def stamp_of(asked: dt.datetime, took: dt.timedelta, date_header: str | None) -> Stamp:
    """When an answer was true that took so long; a missing or unreadable `Date` header leaves `server` empty.

    `Date` may be stamped when the answer leaves (a proxy's is), long after it was worked out: so the time it took is
    taken off too; but never more than a request lasts, because this computer's clock may have been set meanwhile.
    """
    server = http_date(date_header)
    if server is None:
        return Stamp(asked)
    return Stamp(asked, server - SKEW - min(took, LONGEST))


def http_date(header: str | None) -> dt.datetime | None:
    """The instant in a header, in UTC; None for none, and for one that no server means."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 (this and what is imported below: for a first call)

    try:
        at = parsedate_to_datetime(header) if header else None
    except (ValueError, OverflowError):  # the standard library takes a year of thirty digits for a number
        return None
    if at is None or at.tzinfo is None or not 1970 <= at.year < dt.MAXYEAR:  # noqa: PLR2004 (the web's own time)
        return None
    return at.astimezone(dt.UTC)


def seconds_of(header: str | None) -> float:
    """A `Retry-After` in seconds; 0 when there is none or it is a date."""
    return float(header) if header and header.isascii() and header.isdigit() and len(header) < 6 else 0.0  # noqa: PLR2004


class Passage:
    """How far one request got, seen from the connection."""

    def __init__(self, clock: Clock, on_sent: Callable[[], None] | None = None) -> None:
        """`on_sent` is called once, right before the request's first byte leaves."""
        self.until = float("inf")
        """By when, on the monotonic clock, the whole answer must be here."""
        self.fresh = False
        self.asked_proxy = False
        self.through = False
        """Whether the proxy that was asked has opened the way."""
        self.sent = False
        self.received = 0
        self.asked, self._since = clock.now(), clock.monotonic()
        self._clock, self._on_sent = clock, on_sent

    async def trace(self, name: str, info: Mapping[str, Any]) -> None:
        """The callback of httpx's `trace` extension."""
        if name == "connection.connect_tcp.started":
            self.fresh = True
        elif name == "proxy.start_tls.started":
            self.through = True
        elif name == "http11.send_request_headers.started":
            if info["request"].method == b"CONNECT":
                self.asked_proxy = True
                return
            self.sent = True
            self.asked, self._since = self._clock.now(), self._clock.monotonic()
            if self._on_sent is not None:
                self._on_sent()

    def stamp(self, date_header: str | None) -> Stamp:
        """When the answer that is whole now was true.

        How long it took is the longer of what both clocks say: the wall clock may have been set back meanwhile, and the
        other one stands still while the computer sleeps.
        """
        ran = dt.timedelta(seconds=self._clock.monotonic() - self._since)
        return stamp_of(self.asked, max(self._clock.now() - self.asked, ran), date_header)

    def patience(self, timeout: float | None) -> float:
        """Seconds one read may wait: `timeout`, but not past the end of the whole exchange."""
        left = max(0.0, self.until - self._clock.monotonic())
        return left if timeout is None else min(timeout, left)

    @property
    def broke_idle(self) -> bool:
        """Whether a failure was that of a connection gone dead while idle: re-used, and not one byte of an answer."""
        return self.sent and not self.fresh and not self.received


passage: ContextVar[Passage | None] = ContextVar("passage", default=None)
"""The exchange of the current task, for `CountingBackend`."""


class CountingBackend:
    """Tells the passage of each byte that arrives.

    WORKAROUND httpx 0.28.1: nothing public says whether a broken connection had begun to answer ("Server disconnected
    without sending a response" is also said after half a status line). A test fails if an upgrade undoes this.
    """

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def connect_tcp(self, *args: Any, **kwargs: Any) -> CountingStream:
        """As httpcore's backend."""
        return CountingStream(await self._inner.connect_tcp(*args, **kwargs))

    async def sleep(self, seconds: float) -> None:
        """As httpcore's backend."""
        await self._inner.sleep(seconds)


class CountingStream:
    """A connection that counts what it reads for the exchange of the current task, and reads no longer than it may.

    httpx limits each read alone: heads or bodies that come byte by byte would be waited for without an end.
    """

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.write = inner.write
        self.aclose = inner.aclose
        self.get_extra_info = inner.get_extra_info

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 (httpcore's signature)
        """As httpcore's stream."""
        current = passage.get()
        if current is None:
            plain: bytes = await self._inner.read(max_bytes, timeout)
            return plain
        data: bytes = await self._inner.read(max_bytes, current.patience(timeout))
        current.received += len(data)
        return data

    async def start_tls(self, *args: Any, **kwargs: Any) -> CountingStream:
        """As httpcore's stream."""
        return CountingStream(await self._inner.start_tls(*args, **kwargs))


def make_tls() -> ssl.SSLContext:
    """A TLS context on the system's trust store. Costs about 20 ms: make one and pass it on."""
    import truststore  # noqa: PLC0415

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def no_cookies() -> http.cookiejar.CookieJar:
    """A jar that takes none: no answer of the service may change the next request."""
    import http.cookiejar  # noqa: PLC0415

    return http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))


def quiet_libraries() -> None:
    """Keep httpx and httpcore still: they log whole URLs (a guest search is in there) and headers (the sign-in)."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
