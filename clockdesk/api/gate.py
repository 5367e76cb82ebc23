"""The gate: who may call next, and how often. One per host and API user, whatever the number of accounts.

Design, section 4 "Gate". The service allows 5 calls a second per API user (its introduction, "API rate limit").
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections import deque
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from clockdesk.api.tally import Counters, Tally
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.domain.clock import Clock

log = logging.getLogger(__name__)

WINDOW = 1.05
"""Seconds in which no more than the limit may start: a second and a margin for the way to the server."""

STARVED = 30.0
"""Seconds after which background work goes once ahead of everybody."""

PAUSE = 0.5
"""Seconds by which each further "too many requests" lengthens the pause (service's introduction)."""

RETRIES = 8
"""How often one request is repeated after "too many requests"."""

RECOVERY = 10.0
"""Seconds without a "too many requests" after which a fifth of the limit is tried again."""

BLOCK = 7200.0
"""Seconds for which the service's firewall bans a caller (service's introduction, "WAF")."""

_LONGEST_PAUSE = 60.0
_BLOCKED = (
    "The service's firewall has stopped this computer, so ClockDesk has stopped calling. "
    "It goes on by itself after two hours, or when you say that the ban is lifted."
)


class Lane(IntEnum):
    """Who waits for a call, most urgent first."""

    PERSON = 0
    SCREEN = 1
    EVENT = 2
    BACKGROUND = 3


class Door(Protocol):
    """What a caller needs besides its turn (a connection, a finished sign-in). Shared by all callers of one line."""

    def enter(self, lane: Lane) -> object | None:
        """A pass when a call may start now, else None. Raises KnownError when none will ever start."""

    def give_back(self, entered: object) -> None:
        """The pass was not used: its caller had gone."""


class Start:
    """A turn that was granted.

    It counts as starting until one of the three methods is called (only the first call counts), so that the limit
    holds for the moments at which requests really leave, however long their connections take to make.
    """

    __slots__ = ("_gate", "entered")

    def __init__(self, gate: Gate, entered: object | None) -> None:
        """`entered` is the door's pass."""
        self._gate: Gate | None = gate
        self.entered = entered

    def sent(self) -> None:
        """The request leaves now."""
        self._end(counts=True, was_sent=True)

    def tried(self) -> None:
        """No connection came about. It counts against the limit, but it was no call."""
        self._end(counts=True, was_sent=False)

    def unused(self) -> None:
        """Nothing was tried: the turn goes to somebody else."""
        self._end(counts=False, was_sent=False)

    def _end(self, *, counts: bool, was_sent: bool) -> None:
        if self._gate is not None:
            gate, self._gate = self._gate, None
            gate.left(counts=counts, was_sent=was_sent)


class _Waiter:
    __slots__ = ("door", "future", "lane", "since")

    def __init__(self, lane: Lane, door: Door | None, since: float) -> None:
        self.lane, self.door, self.since = lane, door, since
        self.future: asyncio.Future[Start] = asyncio.get_running_loop().create_future()


class Gate:
    """At most `rate` requests leave in any 1.05 s, the most urgent caller first."""

    def __init__(
        self,
        clock: Clock,
        rate: int = 5,
        *,
        on_change: Callable[[dt.datetime | None], None] | None = None,
    ) -> None:
        """`on_change` is told `blocked_until` whenever it changes, so that it can outlive the program."""
        self.on_change = on_change
        self._clock = clock
        self._rate = self._allowed = max(1, rate)
        self._sent: deque[float] = deque()
        self._leaving = 0
        self._ahead: deque[_Waiter] = deque()
        self._lanes: tuple[dict[Door | None, deque[_Waiter]], ...] = tuple({} for _ in Lane)
        self._background_served = float("-inf")
        self._paused_until = self._changed_rate = float("-inf")
        self._ban: tuple[float, dt.datetime] | None = None
        self._timer: tuple[float, asyncio.Task[None]] | None = None
        self._tasks = Tasks()
        self.tally = Tally()

    # Turns

    async def slot(
        self, lane: Lane, *, challenge: bool = False, door: Door | None = None, again: bool = False
    ) -> Start:
        """Wait for the turn; the caller must then say on the start it gets what became of it.

        A challenge round goes ahead of all lanes and past the door (it holds its pass already); `again` goes ahead
        within its lane. Raises KnownError(BLOCKED) while the firewall's ban holds, and whatever the door raises.
        Cancelling gives the place free.
        """
        self._refuse_if_banned()
        waiter = _Waiter(lane, None if challenge else door, self._clock.monotonic())
        line = self._ahead if challenge else self._lanes[lane].setdefault(door, deque())
        if again and not challenge:
            line.appendleft(waiter)
        else:
            line.append(waiter)
        self.look()
        try:
            return await waiter.future
        except asyncio.CancelledError:
            self._forget(waiter, line)
            raise

    def look(self) -> None:
        """Give every turn that can be given now. Call it when a door may have opened."""
        self._recover()
        while self._is_waited_for():
            due = self._due()
            if due > self._clock.monotonic():
                self._wake_at(due)
                return
            if not self._serve_one():
                break
        self._stop_timer()

    def left(self, *, counts: bool, was_sent: bool) -> None:
        """A granted request leaves now, or never (see `Start`)."""
        self._leaving -= 1
        now = self._clock.monotonic()
        if counts:
            self._sent.append(now)
        if was_sent:
            self.tally.started(now)
        self.look()

    def _due(self) -> float:
        """The moment from which one more request may leave; infinity while those granted have yet to leave."""
        now = self._clock.monotonic()
        while self._sent and self._sent[0] + WINDOW <= now:
            self._sent.popleft()
        too_many = self._leaving + len(self._sent) - self._allowed
        if too_many < 0:
            return self._paused_until
        if too_many >= len(self._sent):
            return float("inf")
        return max(self._paused_until, self._sent[too_many] + WINDOW)

    def _serve_one(self) -> bool:
        """Grant one turn (or hand one waiter its door's error). False when no door lets anybody in."""
        for line in self._order():
            waiter = line[0]
            try:
                entered = None if waiter.door is None else waiter.door.enter(waiter.lane)
            except KnownError as error:
                line.popleft()
                waiter.future.set_exception(error)
                return True
            if waiter.door is None or entered is not None:
                line.popleft()
                self._leaving += 1
                if waiter.lane is Lane.BACKGROUND:
                    self._background_served = self._clock.monotonic()
                waiter.future.set_result(Start(self, entered))
                return True
        return False

    def _is_waited_for(self) -> bool:
        """Whether anybody is still there; callers that have gone and empty lines are dropped."""
        for lane in self._lanes:
            for door, line in list(lane.items()):
                _drop_gone(line)
                if not line:
                    del lane[door]
        _drop_gone(self._ahead)
        return bool(self._ahead) or any(self._lanes)

    def _order(self) -> list[deque[_Waiter]]:
        """Whose turn it is, most urgent first."""
        lines = [line for lane in self._lanes for line in sorted(lane.values(), key=_waiting_since)]
        background = self._lanes[Lane.BACKGROUND].values()
        oldest = min(map(_waiting_since, background), default=float("inf"))
        if self._clock.monotonic() - max(oldest, self._background_served) >= STARVED:
            lines = [*background, *lines]
        return [self._ahead, *lines] if self._ahead else lines

    def _forget(self, waiter: _Waiter, line: deque[_Waiter]) -> None:
        """The caller was cancelled while it waited, or after its turn was granted and before it noticed."""
        if waiter in line:
            line.remove(waiter)
        if waiter.future.cancelled() or waiter.future.exception() is not None:
            self.look()
            return
        start = waiter.future.result()
        if waiter.door is not None and start.entered is not None:
            waiter.door.give_back(start.entered)
        start.unused()

    # The timer

    def _wake_at(self, due: float) -> None:
        if due == float("inf"):
            return
        if self._timer is not None:
            if self._timer[0] <= due:
                return
            self._timer[1].cancel()
        self._timer = (due, self._tasks.spawn(self._wake(due), "gate timer"))

    async def _wake(self, due: float) -> None:
        await self._clock.sleep(due - self._clock.monotonic())
        self._timer = None
        self.look()  # reads the clock again: a timer may come early

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer[1].cancel()
            self._timer = None

    # What the service answers

    def too_many(self, retry: int, retry_after: float = 0.0) -> None:
        """The service said 429 to a request that would now be sent for the `retry`-th time again.

        All calls pause n x 500 ms (or the server's own `retry_after` seconds, up to a minute), and the limit is
        halved; it recovers slowly, so that several workstations with one API user come to share it.
        Raises KnownError(LIMITED) after the eighth.
        """
        now = self._clock.monotonic()
        pause = max(PAUSE * min(retry, RETRIES), min(retry_after, _LONGEST_PAUSE))
        if now >= self._paused_until:  # answers of one burst count once
            self._allowed = max(1, self._allowed // 2)
        self._changed_rate = now
        self._paused_until = max(self._paused_until, now + pause)
        if retry > RETRIES:
            raise KnownError(
                ErrorCode.LIMITED,
                "The service says that it gets too many calls from this API user. Wait a minute, "
                "and see which other programs use the same API user.",
                status=429,
                until=self._clock.now() + dt.timedelta(seconds=pause),
            )

    def _recover(self) -> None:
        now = self._clock.monotonic()
        if self._allowed < self._rate and now - self._changed_rate >= RECOVERY:
            self._allowed = min(self._rate, self._allowed + max(1, self._rate // 5))
            self._changed_rate = now

    # The firewall's ban

    @property
    def blocked_until(self) -> dt.datetime | None:
        """When the firewall's ban is over (UTC), None when there is none (any more)."""
        if self._ban is None or self._clock.monotonic() >= self._ban[0]:
            return None
        return self._ban[1]

    def block(self) -> KnownError:
        """The firewall turned us away: stop every call for two hours. Returns the error for the caller."""
        log.warning("the service's firewall refused a call: no further calls for two hours")
        until = self._clock.now() + dt.timedelta(seconds=BLOCK)
        self._start_ban(BLOCK, until)
        return self._banned(until)

    def restore(self, blocked_until: dt.datetime | None) -> None:
        """Take over a ban from before a restart. A wall clock that was set back can't make it longer than two hours."""
        if blocked_until is not None:
            left = (blocked_until - self._clock.now()).total_seconds()
            if left > 0:
                self._start_ban(min(left, BLOCK), blocked_until)

    def lift(self) -> None:
        """The person says that the ban is lifted (or it is over)."""
        if self._ban is not None:
            self._ban = None
            self._tell()

    def _start_ban(self, seconds: float, until: dt.datetime) -> None:
        opens = self._clock.monotonic() + seconds
        if self._ban is None or opens > self._ban[0]:
            self._ban = (opens, until)
            self._tell()
        for line in (self._ahead, *(line for lane in self._lanes for line in lane.values())):
            _drop_gone(line)
            while line:
                line.popleft().future.set_exception(self._banned(until))
        self.look()

    def _refuse_if_banned(self) -> None:
        if (until := self.blocked_until) is not None:
            raise self._banned(until)
        self.lift()

    @staticmethod
    def _banned(until: dt.datetime) -> KnownError:
        return KnownError(ErrorCode.BLOCKED, _BLOCKED, detail=until.isoformat(), status=403, until=until)

    def _tell(self) -> None:
        if self.on_change is not None:
            self.on_change(None if self._ban is None else self._ban[1])

    # What is shown

    def snapshot(self) -> Counters:
        """The counters as they are now."""
        self._recover()
        return self.tally.counters(self._clock.monotonic(), self._allowed)


def _waiting_since(line: deque[_Waiter]) -> float:
    return line[0].since


def _drop_gone(line: deque[_Waiter]) -> None:
    while line and line[0].future.done():
        line.popleft()
