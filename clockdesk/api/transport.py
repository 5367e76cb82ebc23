"""The way to one account: gate, sign-in, connection. The only module that knows httpx.

Inside one send, in this order: slot by lane, sign, send; so sign-in rounds and repetitions count against the limit.
A request runs in its own task and is never cancelled once it has left: cancelling poisons httpx's pool (measured:
after about 500 cancelled requests every call fails), and the call is paid for. Design, section 4.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from clockdesk.api.auth import Next, SignIn, checked_credentials, safe_target
from clockdesk.api.call import UNPROVING, BrokenError, Call
from clockdesk.api.door import CONNECTIONS, AccountDoor
from clockdesk.api.environment import NO_ADDRESS, check_certificates
from clockdesk.api.errors import bad_answer, is_firewall, no_line, refusal, unknown_outcome
from clockdesk.api.later import Later
from clockdesk.api.polls import Polls
from clockdesk.api.route import Route
from clockdesk.api.tally import endpoint
from clockdesk.api.wire import (
    Answer,
    CountingBackend,
    Passage,
    Patience,
    no_cookies,
    passage,
    quiet_libraries,
    seconds_of,
)
from clockdesk.domain.errors import ErrorCode, KnownError

if TYPE_CHECKING:
    import ssl

    import httpx

    from clockdesk.api.address import BaseUrl
    from clockdesk.api.environment import Proxy
    from clockdesk.api.gate import Gate, Lane, Start
    from clockdesk.domain.clock import Clock
    from clockdesk.domain.tasks import Tasks

    Target: TypeAlias = httpx.URL
    """What is asked; those who hand one on need not know httpx."""

log = logging.getLogger(__name__)

sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
"""httpx has a command line, which loads click and rich: 80 ms of a first call (measured). It does without."""

MOST_POLLS = 64
_HEADERS = {"Accept": "application/json", "User-Agent": "ClockDesk"}


@dataclass(frozen=True, slots=True)
class _Kit:
    """What a line needs httpx for. A write has a connection of its own."""

    tls: ssl.SSLContext
    reads: Client
    writes: Client


class Line:
    """One account's line to the service."""

    def __init__(
        self,
        base: BaseUrl,
        user: str,
        key: str,
        gate: Gate,
        clock: Clock,
        tasks: Tasks,
        *,
        patience: Patience | None = None,
        tls: ssl.SSLContext | None = None,
        route: Route | None = None,
    ) -> None:
        """Connects to nothing yet. Raises UserError for a user name or key that no header can carry.

        `route`: proxy and trusted certificates, the system's by default; `tls` instead of the route's own.
        """
        quiet_libraries()
        self.base = base
        self.gate = gate
        self._clock, self._tasks = clock, tasks
        self._patience = patience or Patience()
        self._route = route or Route()
        self._tls = tls or (self._route.tls() if self._route.ca_file else None)  # such a file is told of now
        self._kit = Later(self._make_kit)
        self._running: dict[asyncio.Task[Answer], Call] = {}
        self._polls: list[Polls] = []
        self._door = AccountDoor(SignIn(*checked_credentials(user, key)), gate)

    def prepare(self) -> None:
        """Load httpx and make the clients, which the first call does otherwise: 60 ms. Blocks; fit for a thread.

        Others may make it, use the line or close it meanwhile.
        """
        with contextlib.suppress(KnownError):  # told by the first call, to whoever waits for it
            self._kit.get()

    def _make_kit(self) -> _Kit:
        tls, origin = self._tls or self._route.tls(), self.base.origin
        reads = Client(self._route, origin, tls, self._patience, keep_for=15.0)
        return _Kit(tls, reads, Client(self._route, origin, tls, self._patience, keep_for=None))

    def _client_for_polls(self, origin: str) -> Client:
        return Client(self._route, origin, self._kit.get().tls, self._patience, keep_for=30.0, most=MOST_POLLS)

    def sign_in(self, user: str, key: str) -> None:
        """New credentials; calls go on if they had stopped. Raises UserError as the constructor does."""
        self._door.sign_in = SignIn(*checked_credentials(user, key))
        self.gate.look()

    @property
    def signed_out(self) -> bool:
        """Whether the key was refused; no call is made until there is a new one."""
        return self._door.sign_in.signed_out

    @property
    def serial(self) -> bool:
        """Whether the server was seen to want one call at a time."""
        return self._door.sign_in.serial

    async def get(self, path: str, query: bytes = b"", *, lane: Lane, api: str = "pms_api") -> Answer:
        """Read `path` below the account (empty: the root). `query` goes on the wire byte for byte.

        Raises KnownError; ValueError for a query that the sign-in can't carry (see `safe_target`).
        """
        return await self._call(Call("GET", path, self._url(api, path, query), None, lane))

    async def put(self, path: str, body: bytes, *, lane: Lane, api: str = "pms_api") -> Answer:
        """Write a JSON body. Sent once, on a connection made for it: an idle one may be dead, and then nobody knows.

        Raises KnownError, UNKNOWN_OUTCOME among them: then look up what happened before anything else.
        """
        return await self._call(Call("PUT", path, self._url(api, path, b""), body, lane))

    def open_polls(self) -> Polls:
        """A client of its own for long polls; `close` closes it too if its owner has not."""
        polls = Polls(self._clock, self._patience, self._client_for_polls)
        self._polls.append(polls)
        return polls

    async def close(self) -> None:
        """Stop: what waits is dropped, sent writes get their last moments, the rest is cut with its connections."""
        self._door.closed = True
        kit = self._kit.close()
        for polls in self._polls:
            await polls.close()
        for task, call in self._running.items():
            if call.waiting:
                task.cancel()
        if writes := [task for task, call in self._running.items() if call.method != "GET" and not call.waiting]:
            await asyncio.wait(writes, timeout=self._patience.last_writes)
        rest = list(self._running)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        if kit is not None:
            await kit.reads.aclose()
            await kit.writes.aclose()

    # One call

    async def _call(self, call: Call) -> Answer:
        self._door.refuse_if_closed()
        task = self._tasks.spawn(self._run(call), f"{call.method} {endpoint(call.path)}", awaited=True)
        self._running[task] = call
        task.add_done_callback(self._running.pop)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if self._door.closed and task.cancelled() and caller is not None and not caller.cancelling():
                if call.left and call.method != "GET":
                    raise unknown_outcome() from None
                self._door.refuse_if_closed()
            if call.waiting:  # nothing has left: its place is free again
                task.cancel()
            raise

    async def _run(self, call: Call) -> Answer:
        try:
            while True:
                start = await self._door.turn(call)
                try:
                    answer = await self._round(call, start)
                except BrokenError as broken:
                    if call.method != "GET" or call.repeated or not broken.again:
                        raise broken.error from None
                    call.repeated = call.again = True
                    self._door.release(call)
                    continue
                finally:
                    start.tried()  # no effect once it has left
                if self._is_final(call, answer):
                    return answer
        finally:
            self._door.release(call)

    async def _round(self, call: Call, start: Start) -> Answer:
        assert call.held is not None  # noqa: S101 (`_turn` saw to it)
        sign_in, turn = call.held
        kit = self._kit.get()
        client = kit.reads if call.method == "GET" and not call.repeated else kit.writes
        way = Passage(self._clock, lambda: self._left(call, start))
        headers = {} if call.body is None else {b"Content-Type": b"application/json"}
        if (signature := sign_in.header(turn, call.method, call.url.raw_path)) is not None:
            headers[b"Authorization"] = signature.encode()
        request = client.request(
            call.method, call.url, content=call.body, headers=headers, extensions={"trace": way.trace}
        )
        began = self._clock.monotonic()
        outcome = "cancelled"
        try:
            response, body = await client.exchange(request, way, self._clock, self._patience)
            outcome = str(response.status_code)
        except KnownError as error:
            outcome = error.code
            if call.method != "GET" and way.sent:
                raise BrokenError(unknown_outcome(), again=False) from None
            raise BrokenError(error, again=way.broke_idle and error.code is ErrorCode.OFFLINE) from None
        finally:
            spent = round((self._clock.monotonic() - began) * 1000)
            log.info("%s %s %s %d ms", call.method, call.url.path, outcome, spent)
        call.left = False
        self.gate.tally.answered(response.status_code)
        stamp = way.stamp(response.headers.get("date"))
        return Answer(response.status_code, dict(response.headers.items()), body, stamp, call.path)

    def _left(self, call: Call, start: Start) -> None:
        call.left = True
        self.gate.tally.called(call.path)
        start.sent()

    def _is_final(self, call: Call, answer: Answer) -> bool:
        """Whether this is the answer (True) or the request is to be sent again (False). Raises what it means."""
        assert call.held is not None  # noqa: S101 (the round held it)
        sign_in, turn = call.held
        if answer.status == 401:  # noqa: PLR2004
            challenges = [answer.headers.get("www-authenticate", "")]
            verdict = sign_in.refused(turn, challenges, self._clock.monotonic(), crowd=self._door.crowd)
            call.tries, call.again = turn.tries, True
            if verdict is Next.AGAIN_IN_TURN:
                self._door.release(call)
            return False
        if answer.status == 429:  # noqa: PLR2004
            call.limited += 1
            call.again = True
            if not sign_in.is_prover(turn):
                self._door.release(call)
            self.gate.too_many(call.limited, seconds_of(answer.headers.get("retry-after")))
            return False
        if is_firewall(answer.status, answer.body):
            raise self.gate.block()
        if answer.status not in UNPROVING:
            sign_in.accepted(turn)
        self._door.release(call)
        if 200 <= answer.status < 300:  # noqa: PLR2004
            return True
        raise refusal(call.method, answer.status, answer.body, answer.stamp)

    def _url(self, api: str, path: str, query: bytes) -> Target:
        import httpx  # noqa: PLC0415 (50 ms: a start asks nobody before Today is painted, see `prepare`)

        url = httpx.URL("/".join(part for part in (self.base.for_api(api), path.strip("/")) if part))
        safe_target(url.raw_path)
        return url.copy_with(query=safe_target(query)) if query else url


class Client:
    """Connections to one origin, by its route; with `keep_for` None each request gets one of its own."""

    def __init__(
        self,
        route: Route,
        origin: str,
        tls: ssl.SSLContext,
        patience: Patience,
        *,
        keep_for: float | None,
        most: int = CONNECTIONS,
    ) -> None:
        """Connects to nothing yet. Raises KnownError for a setting of this computer that can't be used."""
        import httpx  # noqa: PLC0415

        self.proxy = route.proxy_for(origin)
        if origin.startswith("https:"):
            check_certificates()
        limits = httpx.Limits(
            max_connections=most, max_keepalive_connections=0 if keep_for is None else most, keepalive_expiry=keep_for
        )
        transport = httpx.AsyncHTTPTransport(verify=tls, limits=limits, proxy=_hop(self.proxy, tls), trust_env=False)
        pool = transport._pool  # noqa: SLF001 (see CountingBackend)
        pool._network_backend = CountingBackend(pool._network_backend)  # type: ignore[assignment]  # noqa: SLF001
        self._http = httpx.AsyncClient(
            transport=transport, timeout=patience.each(), headers=_HEADERS, cookies=no_cookies()
        )
        self.aclose = self._http.aclose

    def request(self, method: str, url: str | Target, **more: Any) -> httpx.Request:
        """What `exchange` sends. Raises ValueError for an address that can't be asked."""
        import httpx  # noqa: PLC0415

        try:
            return self._http.build_request(method, url, **more)
        except httpx.InvalidURL as error:
            raise ValueError(str(error)) from None

    async def exchange(
        self, request: httpx.Request, way: Passage, clock: Clock, patience: Patience, *, cut: bool = False
    ) -> tuple[httpx.Response, bytes]:
        """Send and read the whole body, within bounds; `cut`: of one that is too large, what fits into them.

        Raises KnownError for everything the line can do to us.
        """
        import httpx  # noqa: PLC0415

        passage.set(way)
        until = way.until = clock.monotonic() + patience.whole
        body = bytearray()
        try:
            response = await self._http.send(request, stream=True)
            try:
                if "," in response.headers.get("content-encoding", ""):  # a thousandfold each: it has no end
                    raise bad_answer("The server's answer is packed more than once, which no service does.")
                async with contextlib.aclosing(response.aiter_bytes()) as pieces:  # type: ignore[type-var]
                    async for piece in pieces:
                        body += piece
                        if len(body) > patience.largest:
                            if cut:
                                break
                            raise bad_answer("The server's answer is too large to be an answer of the service.")
                        if clock.monotonic() > until:
                            raise KnownError(ErrorCode.TIMED_OUT, "The server's answer came too slowly. Try again.")
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            raise self._broken(error, request.url.raw_host.decode("ascii"), way) from None
        return response, bytes(body[: patience.largest])

    def _broken(self, error: httpx.HTTPError, host: str, way: Passage) -> KnownError:
        """What ended an exchange: the proxy until it has opened the way, the line to `host` from then on."""
        import httpx  # noqa: PLC0415

        timed_out = isinstance(error, httpx.TimeoutException)
        if self.proxy is not None and way.fresh and not (way.through or way.sent):
            status = str(error)[:3] if isinstance(error, httpx.ProxyError) else ""
            closed = self.proxy.closed(error, status, asked=way.asked_proxy, timed_out=timed_out)
            if closed is not None:
                return closed
        garbled = isinstance(error, httpx.DecodingError) or (
            isinstance(error, httpx.RemoteProtocolError) and way.received > 0
        )
        return no_line(error, host, timed_out=timed_out, garbled=garbled, sent=way.sent)


def _hop(proxy: Proxy | None, tls: ssl.SSLContext) -> httpx.Proxy | None:
    """The proxy as httpx wants it. Raises KnownError for an address that it can't read."""
    import httpx  # noqa: PLC0415

    if proxy is None:
        return None
    try:
        return httpx.Proxy(proxy.url, ssl_context=tls if proxy.url.startswith("https:") else None)
    except (httpx.InvalidURL, ValueError):
        raise proxy.unusable(NO_ADDRESS) from None
