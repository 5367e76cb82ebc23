"""The time clock's endpoints, typed: one call each, none repeated, none cached, none queued.

A call runs in its own task and is never cancelled once it has left. The key goes to the one origin it was given for:
redirects are not followed. Sources: time clock facts, sections 1, 2, 4 to 9.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

import msgspec

from clockdesk.api.single import Single
from clockdesk.api.timeclock_address import clock_base, clock_key
from clockdesk.api.timeclock_decode import (
    candidates_of,
    community_of,
    instant,
    level_of,
    row_of,
    rows_of,
    state_told,
    types_of,
)
from clockdesk.api.timeclock_errors import is_not_passed_on, json_of, problem, unclear, unreadable
from clockdesk.api.timeclock_gate import Class, TimeClockGate, wait_told
from clockdesk.api.wire import Answer, Passage, Patience
from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.domain.shift import Candidate, Community, FindBy, Intention, ShiftRow, ShiftState, ShiftType

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from clockdesk.api.route import Route
    from clockdesk.domain.clock import Clock
    from clockdesk.domain.tasks import Tasks

log = logging.getLogger(__name__)
T = TypeVar("T")

LARGEST = 4 * 2**20
"""Bytes an answer of the time clock may have."""
_TOO_MANY = 429
_CLOSING = "ClockDesk is closing the time clock's line."


@dataclass(frozen=True, slots=True)
class Shifts:
    """The newest shifts, newest first; `skipped`: rows that could not be read."""

    rows: tuple[ShiftRow, ...]
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Clocked:
    """The answer to a clock call: the saved row, or None for "was already so"; and how the service's clock differs."""

    row: ShiftRow | None
    read: datetime
    offset: timedelta


class TimeClock:
    """One community's time clock, opened with its key.

    Every method raises KnownError: LIMITED with `until` when the gate or the service says "too many" (then nothing
    happened), SIGNED_OUT for a refused key, NO_RIGHT for a plan or right, OFFLINE, TIMED_OUT, TLS, SERVER_ERROR,
    BAD_ANSWER; `detail` holds the service's own words and its trace number.
    """

    def __init__(
        self,
        base: str,
        key: str,
        clock: Clock,
        tasks: Tasks,
        *,
        gate: TimeClockGate | None = None,
        patience: Patience | None = None,
        tls: ssl.SSLContext | None = None,
        route: Route | None = None,
    ) -> None:
        """Connects to nothing yet; `route` as a `Line`'s. Raises UserError for an address or key that can't be."""
        self.base = clock_base(base)
        self._authorization = f"Bearer {clock_key(key)}"
        self._clock, self._tasks = clock, tasks
        self.gate = gate or TimeClockGate(clock)
        self._patience = patience or Patience(largest=LARGEST)
        parts = urlsplit(self.base)
        self._single = Single(f"{parts.scheme}://{parts.netloc}", clock, self._patience, tls, route)
        self._running: dict[asyncio.Task[Answer], str] = {}
        self._closed = False

    # What there is

    async def community(self) -> Community:
        """Whose key this is, and its plan; the cheapest check of a key (time clock facts, 6.1)."""
        answer = await self._get(Class.COMMUNITY, "community", urgent=True)
        found = self._read(answer, community_of, "no community")
        if found.level is not None:
            return found
        try:
            told = await self._get(Class.COMMUNITY, "community/sub-version", urgent=True)
        except KnownError as error:
            if is_not_passed_on(error):  # whose key it is has been told all the same
                return found
            raise
        return Community(found.id, found.name, level_of(_data(told)), found.uuid)

    async def shift_types(self) -> tuple[ShiftType, ...]:
        """The configured kinds of shift; empty when there are none (time clock facts, 5)."""
        answer = await self._get(Class.COMMUNITY, "community/clockin-types", urgent=True)
        return self._read(answer, types_of, "no list of shift types")

    async def search(self, by: FindBy, text: str) -> tuple[Candidate, ...]:
        """Accounts by exactly one identifier; none found is an empty tuple (time clock facts, 7).

        How the service compares user names is not documented, so a person confirms one. Raises UserError too.
        """
        text = text.strip()
        if not text:
            raise UserError("Type what to look for first.")
        if by is FindBy.UNIQUE_ID and not (text.isascii() and text.isdigit()):
            raise UserError("The unique id is a number; the Discord command /cmsid shows it.")
        query = f"{by.value}={quote(text, safe='')}"
        try:
            answer = await self._get(Class.ACCOUNT, "community/accounts/search", query, urgent=True)
        except KnownError as error:
            if error.code is ErrorCode.NOT_FOUND:
                return ()
            raise
        return self._read(answer, candidates_of, "no list of accounts")

    async def account(self, account: str) -> Candidate:
        """One account, to see whether it is still there. Raises KnownError(NOT_FOUND) (time clock facts, 4.5)."""
        answer = await self._get(Class.ACCOUNT, _account(account), urgent=True)
        found = self._read(answer, lambda data: candidates_of([data]), "no account")
        if not found:
            raise unreadable(answer, "no account")
        return found[0]

    # The clock

    async def current(self, account: str, *, urgent: bool = True) -> ShiftState:
        """How somebody stands now; a shape nobody documented is UNKNOWN, never OUT. `urgent`: a person waits."""
        answer = await self._get(Class.ACCOUNT, f"{_account(account)}/clock/current", urgent=urgent)
        envelope = _envelope(answer)
        if envelope is None:
            raise unreadable(answer, "no envelope")
        return state_told(envelope, read=self._clock.now(), offset=self._offset(envelope, answer))

    async def latest(self, account: str, *, urgent: bool = False) -> Shifts:
        """The three newest shifts (time clock facts, 4.4)."""
        path = f"{_account(account)}/activity/latest"
        answer = await self._get(Class.ACCOUNT, path, "type=clockin", urgent=urgent)
        rows, skipped = self._read(answer, rows_of, "no list of shifts")
        return Shifts(rows, skipped)

    async def clock(self, account: str, intention: Intention, shift_type: str = "") -> Clocked:
        """Clock somebody in or out, once. The intention always goes with it: without it the service toggles (2.7).

        Raises KnownError as all do, and UNKNOWN_OUTCOME when the call left and no clear answer came: then look at
        `current` before anything else.
        """
        body = {"accId": account, "intention": intention.value} | ({"type": shift_type} if shift_type else {})
        path = f"{_account(account)}/clock"
        answer = await self._ask("POST", Class.CLOCK, path, "", msgspec.json.encode(body), urgent=True)
        envelope = _envelope(answer)
        if envelope is None:
            raise unclear(answer)
        offset, data = self._offset(envelope, answer), envelope.get("data")
        if data is True:
            return Clocked(None, self._clock.now(), offset)
        row = row_of(data)
        if row is None:
            raise unclear(answer)
        return Clocked(row, self._clock.now(), offset)

    async def close(self) -> None:
        """Stop: clock calls that have left get their last moments, the rest is cut."""
        self._closed = True
        if writes := [task for task, method in self._running.items() if method != "GET"]:
            await asyncio.wait(writes, timeout=self._patience.last_writes)
        rest = list(self._running)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await self._single.close()

    # One call

    async def _get(self, one: Class, path: str, query: str = "", *, urgent: bool) -> Answer:
        return await self._ask("GET", one, path, query, None, urgent=urgent)

    async def _ask(self, method: str, one: Class, path: str, query: str, body: bytes | None, *, urgent: bool) -> Answer:
        """Through the gate, out, and judged. Raises KnownError."""
        if self._closed:
            raise KnownError(ErrorCode.OFFLINE, _CLOSING)
        self.gate[one].take(urgent=urgent)
        url = f"{self.base}/v2/{path}{f'?{query}' if query else ''}"
        task = self._tasks.spawn(self._exchange(method, one, url, body), f"time clock {method}", awaited=True)
        self._running[task] = method
        task.add_done_callback(self._running.pop)
        try:
            answer = await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled() and not _is_cancelled():  # `close` cut it, nobody cancelled the caller
                raise (unclear() if method != "GET" else KnownError(ErrorCode.OFFLINE, _CLOSING)) from None
            raise
        if answer.status == _TOO_MANY:
            limited = self.gate[one].pause(wait_told(answer.headers, self._clock.now()))
            told = problem(method, answer)
            limited.detail, limited.stamp = told.detail if told else "", answer.stamp
            raise limited
        if (error := problem(method, answer)) is not None:
            raise error
        return answer

    async def _exchange(self, method: str, one: Class, url: str, body: bytes | None) -> Answer:
        headers = {"Authorization": self._authorization, "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        way = Passage(self._clock)
        began, outcome = self._clock.monotonic(), "cancelled"
        try:
            answer = await self._single.send(method, url, headers, body, way)
            outcome = str(answer.status)
        except KnownError as error:
            outcome = error.code
            if method != "GET" and way.sent:
                raise unclear() from None
            raise
        finally:  # no path: it names a person
            spent = round((self._clock.monotonic() - began) * 1000)
            log.info("time clock %s %s %s %d ms", method, one.name.lower(), outcome, spent)
        return answer

    # Its clock and its words

    def _offset(self, envelope: dict[str, Any], answer: Answer) -> timedelta:
        """The service's clock less ours: `meta.timestamp` was written between asking and now (time clock facts, 1.9).

        None told: no correction.
        """
        meta = envelope.get("meta")
        there = instant(meta.get("timestamp")) if isinstance(meta, dict) else None
        if there is None:
            return timedelta()
        took = max(timedelta(), self._clock.now() - answer.stamp.asked)
        return there - (answer.stamp.asked + took / 2)

    @staticmethod
    def _read(answer: Answer, reader: Callable[[Any], T | None], otherwise: str) -> T:
        envelope = _envelope(answer)
        if envelope is None:
            raise unreadable(answer, "no envelope")
        if "data" not in envelope:
            raise unreadable(answer, "no data")
        found = reader(envelope["data"])
        if found is None:
            raise unreadable(answer, otherwise)
        return found


def _is_cancelled() -> bool:
    caller = asyncio.current_task()
    return caller is not None and caller.cancelling() > 0


def _account(account: str) -> str:
    return f"community/accounts/{quote(account, safe='')}"


def _envelope(answer: Answer) -> dict[str, Any] | None:
    """The envelope of a 2xx; a 204 has none and means "nothing" (time clock facts, 1.9 and 1.10).

    One without `data` says nothing: that is not the same as "nothing".
    """
    if answer.status == 204 and not answer.body:  # noqa: PLR2004
        return {"data": None}
    said = json_of(answer.body)
    return said if isinstance(said, dict) and ("data" in said or said.get("success") is True) else None


def _data(answer: Answer) -> Any:
    envelope = _envelope(answer)
    return None if envelope is None else envelope.get("data")
