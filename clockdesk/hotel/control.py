"""The second port: the broker's channels and the control endpoint, through which tests and trainers run the hotel.

POST /control/happen {"what": "check_in", "booking_id": 17}    make something happen now
GET  /control/happen                                           what can happen
POST /control/faults {"slow": 2, "storm_429": 10}              switch faults on and off (see `faults`)
DELETE /control/faults                                         all faults off
GET  /control/faults                                           which faults there are, and which are on
GET  /control/truth?table=bookings[&id=17]                     the whole truth of a table, as the API would show it
GET  /control/clock                                            the time clock's people, shifts and calls
POST /control/clock {"account": "...", "intention": "in"}      somebody clocks in or out elsewhere
GET  /control/stats, POST /control/stats                       what was asked of the hotel; POST counts from zero again
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response

from clockdesk.hotel import answers, wire
from clockdesk.hotel.faults import ACTIONS, ANSWER_FAULTS, BROKER_FAULTS, CLOCK_FAULTS, CLOCK_SWITCHES, SWITCHES
from clockdesk.hotel.world import Refused

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from clockdesk.hotel.server import Server

_LOOPBACK: Final = {"127.0.0.1", "::1", "localhost"}


class Desk:
    """The ASGI application of the second port."""

    def __init__(self, server: Server) -> None:
        """`server` is the hotel it speaks for."""
        self._server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One call: a long poll or a control call."""
        request = Request(scope, receive)
        path = request.scope["path"]
        if path.startswith("/sub/"):
            return await self._poll(request, scope, receive, send)
        response = await self._control(request, path)
        return await response(scope, receive, send)

    # --- channels ----------------------------------------------------------------------------------------------------

    async def _poll(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        server = self._server
        event = server.channels.event_at(request.scope["path"])
        about = {"event": event, "path": request.scope["path"], "method": request.method}
        if server.faults.take("refuse_channels", **about):
            return await wire.cut(scope, receive)
        if event is None or request.method != "GET":
            return await answers.not_found()(scope, receive, send)
        server.stats.polls[event] += 1
        if server.faults.take("silent_channels", **about):
            return await wire.until_gone(receive)
        found = await self._while_connected(event, request, receive)
        if found is None:
            return None
        if found.status == 0:
            return await wire.cut(scope, receive)
        response = Response(found.body, found.status, found.headers)
        response.headers["date"] = server.world.clock.http_date()
        return await response(scope, receive, send)

    async def _while_connected(self, event: str, request: Request, receive: Receive) -> Any:
        """The poll's answer; None when the client has gone away before there was one."""
        async with asyncio.TaskGroup() as both:
            poll = both.create_task(self._server.channels.poll(event, dict(request.headers)))
            gone = both.create_task(wire.until_gone(receive))
            await asyncio.wait({poll, gone}, return_when=asyncio.FIRST_COMPLETED)
            answered = poll.done()
            poll.cancel()
            gone.cancel()
        return poll.result() if answered else None

    # --- control -----------------------------------------------------------------------------------------------------

    async def _control(self, request: Request, path: str) -> Response:
        if request.url.hostname not in _LOOPBACK or (request.client and request.client.host not in _LOOPBACK):
            return answers.error(403, "the control endpoint is for this machine only")
        try:
            return await self._do(request.method, path.rstrip("/"), request)
        except Refused as problem:
            return answers.error(problem.status, problem.text)
        except (ValueError, TypeError, KeyError, LookupError) as problem:
            return answers.error(400, f"{type(problem).__name__}: {problem}")

    async def _do(self, method: str, path: str, request: Request) -> Response:
        server = self._server
        match method, path:
            case "POST", "/control/happen":
                members = await _body(request)
                return answers.as_json(server.world.happen(members.pop("what"), **members))
            case "GET", "/control/happen":
                return answers.as_json(server.world.happenings.names())
            case "POST", "/control/faults":
                for name, value in (await _body(request)).items():
                    await server.fault(name, value)
                return answers.as_json(server.faults.as_json())
            case "DELETE", "/control/faults":
                await server.clear_faults()
                return answers.as_json([])
            case "GET", "/control/faults":
                known = ANSWER_FAULTS | BROKER_FAULTS | SWITCHES | ACTIONS | CLOCK_FAULTS | CLOCK_SWITCHES
                return answers.as_json({"on": server.faults.as_json(), "known": known})
            case "GET", "/control/truth":
                wanted = request.query_params.get("id")
                return answers.as_json(server.truth(request.query_params["table"], int(wanted) if wanted else None))
            case "GET" | "POST", "/control/clock":
                clock = server.timeclock
                return answers.as_json(clock.truth() if method == "GET" else clock.elsewhere(**await _body(request)))
            case "GET" | "POST", "/control/stats":
                return self._stats(reset=method == "POST")
        return answers.not_found()

    def _stats(self, *, reset: bool) -> Response:
        server = self._server
        if reset:
            server.stats.reset()
            return answers.as_json({})
        return answers.as_json(server.stats.as_json() | {"open_polls": server.channels.open_polls})


async def _body(request: Request) -> dict[str, Any]:
    members = json.loads(await request.body() or b"{}")
    if not isinstance(members, dict):
        raise TypeError("a JSON object is wanted")
    return members
