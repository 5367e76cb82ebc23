"""The REST half: what happens to one call between the socket and its endpoint.

In this order: firewall, path, sign-in, rate limit, right, endpoint. So it is with a Rails service behind a firewall;
what the facts do not know (does a challenge count?) is an option.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from clockdesk.hotel import answers, wire
from clockdesk.hotel.digest import DENIED, Digest, Verdict
from clockdesk.hotel.endpoints import Call, ContractError, NotFoundError, Route, find_route
from clockdesk.hotel.filters import FilterError
from clockdesk.hotel.limits import NOBODY, ApiUser, Ban, RateLimit, Stats
from clockdesk.hotel.params import BadQueryError, read_query
from clockdesk.hotel.world import Refused, World

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import Receive, Scope, Send

    from clockdesk.hotel.faults import Faults

_PATH: Final = re.compile(r"/(pms_api|base_api)/(\d+)/(\d+)(?:\.json)?((?:/[^/]+?)*?)(?:\.json)?/?")
_NONCE: Final = re.compile(r'nonce="([^"]+)"')


class Service:
    """The ASGI application of the API's port."""

    def __init__(
        self,
        world: World,
        *,
        digest: Digest,
        users: Mapping[str, ApiUser],
        limit: RateLimit,
        ban: Ban,
        stats: Stats,
        faults: Faults,
        root_extra: Callable[[], dict[str, Any]],
        account: tuple[int, int],
    ) -> None:
        """`root_extra`: members of the root answer about channels. `account`: the ids of subscription and account."""
        self._world = world
        self._digest = digest
        self._users = users
        self._limit = limit
        self._ban = ban
        self._stats = stats
        self._faults = faults
        self._root_extra = root_extra
        self._account = tuple(str(part) for part in account)
        self.stopping = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One call."""
        self._stats.started()
        request = Request(scope, receive)
        about = {"path": scope["path"], "method": request.method}
        if self._faults.take("cut_line", **about):
            return await wire.cut(scope, receive)
        if slow := self._faults.take("slow", **about):
            await self._pause(slow.seconds)
        response = await self._answer(request, about)
        response.headers["date"] = self._world.clock.http_date()
        self._stats.by_status[response.status_code] += 1
        if self._faults.take("cut_answer", **about):
            return await wire.cut(scope, receive)
        if response.body and self._faults.take("half_body", **about):
            return await wire.send_half(response, scope, receive, send)
        return await response(scope, receive, send)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.stopping.wait()
        except TimeoutError:
            return

    async def _answer(self, request: Request, about: dict[str, object]) -> Response:
        if self._ban.holds:
            return answers.banned()
        if self._faults.take("html_502", **about):
            return answers.bad_gateway()
        match = _PATH.fullmatch(request.scope["path"])
        found = find_route(request.method, match[1], match[4]) if match else None
        if match is None or found is None:
            return answers.not_found()
        route, ids = found
        self._stats.by_endpoint[route.name] += 1
        storm = self._faults.take("storm_429", **about) is not None
        user = self._sign_in(request, storm=storm)
        if isinstance(user, Response):
            return user
        if route.right in user.missing:
            return answers.error(403, f"The User doesn't have {route.right} right")
        if (match[2], match[3]) != self._account:
            return answers.not_found()
        about |= {"table": route.table, "id": int(ids[0]) if ids else None}
        if self._faults.take("missing", **about):
            return answers.not_found()
        if self._faults.take("always_500", **about):
            return answers.error(500, "undefined method `cents' for nil:NilClass")
        response = await self._ask(request, route, ids)
        if response.status_code == 200 and self._faults.take("wrong_json", **about):
            return answers.not_json()
        return answers.with_etag(response, request.headers.get("if-none-match")) if route.method == "GET" else response

    def _sign_in(self, request: Request, *, storm: bool) -> ApiUser | Response:
        """The user of the call, or the 401 or 429 it gets."""
        keys = {name: user.key for name, user in self._users.items()}
        verdict = self._digest.check(request.method, request.headers.get("authorization"), keys)
        if verdict.uri is not None and verdict.uri != _target(request):
            self._stats.uri_mismatches += 1
        if storm or not self._within_limit(verdict):
            return PlainTextResponse("Retry later\n", 429)
        if verdict.user is not None:
            return self._users[verdict.user]
        challenge = self._digest.challenge(stale=verdict.stale)
        if verdict.claimed not in self._users and (nonce := _NONCE.search(challenge)):
            self._limit.challenged(nonce[1])
        return PlainTextResponse(DENIED, 401, {"www-authenticate": challenge})

    def _within_limit(self, verdict: Verdict) -> bool:
        who = verdict.claimed if verdict.claimed in self._users and verdict.claimed else NOBODY
        if verdict.user is None and not self._limit.count_challenges:
            return True
        return self._limit.allow(who, nonce=verdict.nonce if verdict.user else None)

    async def _ask(self, request: Request, route: Route, ids: tuple[str, ...]) -> Response:
        body = await request.body()
        if not _takes_json(request):
            return Response(status_code=406)
        try:
            call = Call(
                self._world,
                ids,
                read_query(request.scope["query_string"]),
                _members(route, request, body),
                self._root_extra() if route.table == "account" else {},
            )
            return answers.as_json(route.answer(call))
        except NotFoundError:
            return answers.not_found()
        except (ContractError, BadQueryError) as problem:
            return answers.error(400, str(problem))
        except FilterError as problem:
            return answers.error(500, str(problem))
        except Refused as problem:
            if problem.status == 404:
                return answers.not_found()
            return answers.error(problem.status, problem.text)


def _target(request: Request) -> str:
    """The request line's target, as far as ASGI keeps it (a bare trailing `?` is lost)."""
    query: bytes = request.scope["query_string"]
    path: bytes = request.scope["raw_path"]
    return (path + b"?" + query if query else path).decode("latin-1")


def _takes_json(request: Request) -> bool:
    """JSON is chosen by the suffix or by the Accept header (facts, section 1)."""
    wanted = request.headers.get("accept", "*/*")
    return request.scope["path"].endswith(".json") or any(
        kind in wanted for kind in ("application/json", "application/*", "*/*")
    )


def _members(route: Route, request: Request, body: bytes) -> dict[str, Any]:
    """The members a write sends: wrapped, or flat as Rails' own wrapping allows (facts, section 4).

    Raises:
        ContractError: no JSON, or nothing in it.
    """
    if not route.wrapper:
        return {}
    sent: object = None
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            sent = json.loads(body)
        except ValueError as problem:
            raise ContractError("Error occurred while parsing request parameters") from problem
    members = sent.get(route.wrapper, sent) if isinstance(sent, dict) else None
    if not isinstance(members, dict) or not members:
        raise ContractError(f"param is missing or the value is empty: {route.wrapper}")
    return members
