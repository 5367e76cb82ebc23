"""The time clock's side of the embedded hotel: the second service staff meet, on a port of its own.

What happens to a call, in this order: the line, the gateway (its page, its limits), the key, the plan, the endpoint.
Sources: time clock facts, sections 1 to 9. It is strict where the facts are silent, so that a client that forgets the
intention, the content type or the one identifier is caught here.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import time
import uuid
from collections import Counter, deque
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response

from clockdesk.hotel import answers, wire
from clockdesk.hotel.clock import stamp
from clockdesk.hotel.timeclock_house import PLUS, TIERS, TimeClockHouse

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from clockdesk.hotel.clock import HotelClock
    from clockdesk.hotel.faults import Faults
    from clockdesk.hotel.timeclock_house import Row

LIMITS: Final = {"clock": 22, "account": 27, "community": 13}
"""Calls a minute by class of endpoint (time clock facts, 9)."""
IDENTIFIERS: Final = ("accountId", "accId", "apiId", "username", "discord", "uniqueId")
BODY: Final = frozenset({"accId", "intention", "type", "forceClockIn", "forceClockOut"})
NOT_IN: Final = "Not Clocked In"
OUT_AS: Final[dict[str, Any]] = {"text": NOT_IN, "null": None, "empty": "", "object": {}, "list": []}
_ACCOUNT: Final = re.compile(r"/v2/community/accounts/([^/]+)(/clock/current|/activity/latest|/clock)?")
_COMMUNITY: Final = {
    "/v2/community": "community",
    "/v2/community/lookup": "lookup",
    "/v2/community/sub-version": "sub-version",
    "/v2/community/clockin-types": "clockin-types",
}
_NAMES: Final = {None: "account", "/clock/current": "current", "/activity/latest": "latest", "/clock": "clock"}
_PACIFIC: Final = timezone(-timedelta(hours=8))


class Refusal(Exception):  # noqa: N818  the trade's word
    """What the service does not do, and why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class TimeClock:
    """The ASGI application of the time clock's port."""

    def __init__(self, seed: int, key: str, clock: HotelClock, faults: Faults) -> None:
        """Its people follow from `seed`; only `key` opens it."""
        self.house = TimeClockHouse(seed, clock)
        self.key = key
        self._clock, self._faults = clock, faults
        self._calls: dict[str, deque[float]] = {name: deque() for name in LIMITS}
        self.asked: Counter[str] = Counter()
        self.acted: Counter[str] = Counter()
        self.stopping = asyncio.Event()
        self.restore()

    def restore(self) -> None:
        """Every switch as at first."""
        self.wrong_key: int | str = 401
        self.out_as = "text"
        self.ids = "uuid"
        self.times = "iso"
        self.house.level = PLUS

    def switch(self, name: str, value: Any) -> None:
        """Turn one of the switches (see `faults`). ValueError for a value it has not got."""
        match name:
            case "clock_wrong_key" if value == 401 or isinstance(value, str):
                self.wrong_key = value
            case "clock_plan" if isinstance(value, int):
                self.house.level = value
            case "clock_types" if isinstance(value, list):
                self.house.types = [{"id": str(one), "label": str(one).replace("-", " ").title()} for one in value]
            case "clock_out_as" if value in {*OUT_AS, "current"}:
                self.out_as = value
            case "clock_ids" if value in {"uuid", "number"}:
                self.ids = value
            case "clock_times" if value in {"iso", "v1"}:
                self.times = value
            case _:
                raise ValueError(f"{name} has no {value!r}")

    def elsewhere(self, account: str, intention: str | None = None) -> dict[str, Any]:
        """Somebody clocks in or out on the web, in Discord, in the game: not through any desk. KeyError: nobody."""
        self.house.clock(account, intention)
        held = self.house.current(account)
        return {"account": account, "current": None if held is None else self._row(held)}

    def truth(self) -> dict[str, Any]:
        """Everybody and every shift."""
        return {
            "accounts": [self.house.member_json(one) for one in self.house.members.values()],
            "rows": {account: [self._row(row) for row in rows] for account, rows in self.house.rows.items()},
            "asked": dict(self.asked),
            "acted": dict(self.acted),
        }

    # --- one call ----------------------------------------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One call."""
        request = Request(scope, receive)
        about = {"path": scope["path"], "method": request.method}
        body = await request.body()
        if self._faults.take("clock_cut_line", **about):
            return await wire.cut(scope, receive)
        if slow := self._faults.take("clock_slow", **about):
            await self._pause(slow.seconds)
        response = self._answer(request, body, about)
        if slow := self._faults.take("clock_slow_answer", **about):
            await self._pause(slow.seconds)
        if self._faults.take("clock_cut_answer", **about):
            return await wire.cut(scope, receive)
        if self._faults.take("clock_late_502", **about):
            response = answers.bad_gateway()
        response.headers["date"] = self._clock.http_date()
        return await response(scope, receive, send)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.stopping.wait()
        except TimeoutError:
            return

    def _answer(self, request: Request, body: bytes, about: dict[str, object]) -> Response:
        path: str = request.scope["path"]
        name, kind, account = _route(request.method, path)
        self.asked[name] += 1
        if self._faults.take("clock_html_502", **about):
            return answers.bad_gateway()
        if limited := self._faults.take("clock_429", **about):
            return _too_many(limited.seconds)
        if kind and (wait := self._over(kind)):
            return _too_many(wait)
        try:
            self._sign_in(request)
            self._fail(about)
            data = self._do(request, name, account, body)
        except Refusal as refusal:
            return _problem(refusal, path)
        if self._faults.take("clock_failure", **about):
            return answers.as_json({"success": False, "reason": "SOMETHING WENT WRONG"})
        if self._faults.take("clock_rubbish", **about):
            data = {"startTime": "this morning", "completed": "perhaps"}
        meta = {"timestamp": stamp(self._clock.now()), "path": path}
        return answers.as_json({"success": True, "data": data, "meta": meta}, 201 if name == "clock" else 200)

    def _fail(self, about: dict[str, object]) -> None:
        if self._faults.take("clock_500", **about):
            raise Refusal(500, "Internal Server Error")

    def _over(self, kind: str) -> float:
        """Count a call; when it is one too many (then it is not counted), the seconds until the next may come."""
        now, calls = time.monotonic(), self._calls[kind]
        while calls and calls[0] <= now - 60:
            calls.popleft()
        if len(calls) >= LIMITS[kind]:
            return calls[0] + 60 - now
        calls.append(now)
        return 0.0

    def forget_calls(self) -> None:
        """A new minute begins."""
        for calls in self._calls.values():
            calls.clear()

    def _sign_in(self, request: Request) -> None:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme == "Bearer" and key == self.key:
            return
        if isinstance(self.wrong_key, str):
            raise Refusal(400, self.wrong_key)
        raise Refusal(401, "Unauthorized")

    # --- endpoints ---------------------------------------------------------------------------------------------------

    def _do(self, request: Request, name: str, account: str, body: bytes) -> Any:
        match name:
            case "community" | "lookup":
                return self._community()
            case "sub-version":
                return {"subVersion": self.house.level, "tier": TIERS[self.house.level]}
            case "clockin-types":
                return self.house.types
            case "":
                raise Refusal(404, f"Cannot {request.method} {request.scope['path']}")
        if self.house.level < PLUS:
            raise Refusal(403, "This endpoint requires the Plus subscription or higher.")
        if name == "search":
            return self._search(request)
        if account not in self.house.members:
            raise Refusal(404, "NO ACCOUNT FOUND UNDER GIVEN PARAMETERS IN THIS COMMUNITY")
        return self._of_account(request, name, account, body)

    def _of_account(self, request: Request, name: str, account: str, body: bytes) -> Any:
        match name:
            case "current":
                held = self.house.current(account)
                return self._nothing(account) if held is None else self._row(held)
            case "latest":
                if request.query_params.get("type") != "clockin":
                    raise Refusal(400, "type must be one of the following values: clockin, activity")
                return [self._row(row) for row in self.house.latest(account)]
            case "clock":
                return self._clock_account(request, account, body)
        shown = self.house.member_json(self.house.members[account])
        return shown | {"clockData": {"data": [self._row(row) for row in self.house.rows[account]]}}

    def _community(self) -> dict[str, Any]:
        house = self.house
        return {
            "id": house.id,
            "uuid": house.uuid,
            "name": house.name,
            "subVersion": house.level,
            "tier": TIERS[house.level],
            "servers": 0,
        }

    def _search(self, request: Request) -> dict[str, Any]:
        given = [(name, value) for name, value in request.query_params.multi_items() if value]
        if len(given) != 1 or given[0][0] not in IDENTIFIERS:
            raise Refusal(400, "Provide exactly one identifier.")
        items = [self.house.member_json(one) for one in self.house.find(*given[0])]
        return {"items": items, "total": len(items)}

    def _clock_account(self, request: Request, account: str, body: bytes) -> Any:
        sent = _body(request, body)
        if odd := set(sent) - BODY:
            raise Refusal(400, f"property {min(odd)} should not exist")
        if sent.get("accId", account) != account:
            raise Refusal(400, "accId must match the account in the path")
        intention, kind = sent.get("intention"), sent.get("type")
        if intention not in {None, "in", "out"}:
            raise Refusal(400, "intention must be one of the following values: in, out")
        if kind is not None and kind not in {one["id"] for one in self.house.types}:
            raise Refusal(400, "INVALID CLOCK IN TYPE")
        force = "in" if sent.get("forceClockIn") else "out" if sent.get("forceClockOut") else ""
        self.acted[(force and "forced") or intention or "toggled"] += 1
        row = self.house.clock(account, intention, kind, force=force)
        return True if row is None else self._row(row)

    def _nothing(self, account: str) -> Any:
        return {"accId": account, "current": None} if self.out_as == "current" else OUT_AS[self.out_as]

    def _row(self, row: Row) -> dict[str, Any]:
        return {
            "id": row.ident if self.ids == "uuid" else row.number,
            "startTime": self._time(row.start),
            "endTime": None if row.end is None else self._time(row.end),
            "completed": row.end is not None,
            "notes": [],
            **({"type": row.type} if row.type else {}),
        }

    def _time(self, moment: datetime) -> str:
        if self.times == "iso":
            return stamp(moment)
        there = moment.astimezone(UTC).astimezone(_PACIFIC)
        return f"{there:%Y-%m-%d %H:%M:%S}.{there.microsecond // 1000:03d} -0800"


def _route(method: str, path: str) -> tuple[str, str, str]:
    """Name of the endpoint, its class, and the account; an empty name for none."""
    if method == "GET" and path in _COMMUNITY:
        return _COMMUNITY[path], "community", ""
    if method == "GET" and path == "/v2/community/accounts/search":
        return "search", "account", ""
    found = _ACCOUNT.fullmatch(path)
    name = _NAMES.get(found[2], "") if found else ""
    if found is None or (method == "POST") != (name == "clock") or method not in {"GET", "POST"}:
        return "", "", ""
    return name, "clock" if name == "clock" else "account", found[1]


def _body(request: Request, body: bytes) -> dict[str, Any]:
    """The JSON object sent. Without the JSON content type nothing would be read, and the call would toggle."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refusal(415, "Content-Type must be application/json")
    try:
        sent = json.loads(body)
    except ValueError:
        raise Refusal(400, "Unexpected token in JSON") from None
    if not isinstance(sent, dict):
        raise Refusal(400, "the body must be an object")
    return sent


def _problem(refusal: Refusal, path: str) -> Response:
    """The service's own error (time clock facts, 8.2)."""
    trace = uuid.uuid4().hex
    members = {
        "type": f"https://httpstatuses.com/{refusal.status}",
        "title": "Bad Request" if refusal.status == 400 else "Error",
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": path,
        "traceId": trace,
    }
    headers = {"x-trace-id": trace}
    return Response(json.dumps(members), refusal.status, headers, media_type="application/problem+json")


def _too_many(seconds: float) -> Response:
    """The gateway's 429: another shape (time clock facts, 8.8)."""
    members = {"message": "API rate limit exceeded", "request_id": uuid.uuid4().hex}
    headers = {"retry-after": str(max(1, math.ceil(seconds)))} if seconds > 0 else {}
    return Response(json.dumps(members), 429, headers, media_type="application/json; charset=utf-8")
