"""How often the time clock may be asked: a documented number of calls a minute for each class of endpoint.

The numbers are counted per key, so all desks with one key share them (time clock facts, 9). Nobody queues here: whoever
is refused is told until when, and decides whether to wait.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from enum import Enum
from typing import TYPE_CHECKING

from clockdesk.api.wire import http_date
from clockdesk.domain.errors import ErrorCode, KnownError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clockdesk.domain.clock import Clock

MINUTE = 60.0
KEPT_FOR_PERSON = 6
"""Calls of a minute that only a person who waits may use."""
UNTOLD = 60.0
"""Seconds to wait after a "too many requests" that does not say how long (time clock facts, 14)."""
LONGEST = 3600.0
_EPOCH = 1e8
"""From here on a reset header is a moment, not a span of seconds."""


class Class(Enum):
    """Endpoints that share a limit; the value is the documented calls a minute (time clock facts, 9)."""

    CLOCK = 22
    ACCOUNT = 27
    COMMUNITY = 13


class Allowance:
    """The calls of one class in the last minute, and the pause the service asked for."""

    def __init__(self, clock: Clock, limit: int) -> None:
        self._clock, self._limit = clock, limit
        self._started: deque[float] = deque()
        self._paused_until = float("-inf")

    def take(self, *, urgent: bool) -> None:
        """Count a call that leaves now. Raises KnownError(LIMITED) with `until` when it may not."""
        now = self._clock.monotonic()
        while self._started and self._started[0] + MINUTE <= now:
            self._started.popleft()
        allowed = self._limit if urgent else self._limit - KEPT_FOR_PERSON
        wait = self._paused_until - now
        if len(self._started) >= allowed:
            wait = max(wait, self._started[len(self._started) - allowed] + MINUTE - now)
        if wait > 0:
            raise self.limited(wait)
        self._started.append(now)

    def pause(self, seconds: float) -> KnownError:
        """The service said "too many requests": no call for so long. Returns the error for the caller."""
        seconds = min(max(seconds, 1.0), LONGEST)
        self._paused_until = max(self._paused_until, self._clock.monotonic() + seconds)
        return self.limited(seconds, status=429)

    def limited(self, seconds: float, *, status: int | None = None) -> KnownError:
        """The error for a call that has to wait."""
        until = self._clock.now() + dt.timedelta(seconds=seconds)
        words = "The time clock is busy: too many calls with this key in the last minute."
        return KnownError(ErrorCode.LIMITED, words, status=status, until=until)


class TimeClockGate:
    """The allowances of one key."""

    def __init__(self, clock: Clock) -> None:
        """All unused."""
        self._allowances = {one: Allowance(clock, one.value) for one in Class}

    def __getitem__(self, one: Class) -> Allowance:
        """The allowance of a class."""
        return self._allowances[one]


def wait_told(headers: Mapping[str, str], now: dt.datetime) -> float:
    """How many seconds an answer asks to wait: `Retry-After` (seconds or a date), else a reset header, else a minute.

    Header names in lower case (time clock facts, 9). A date is compared with the answer's own `Date`.
    """
    if (told := headers.get("retry-after", "").strip()) and (wait := _seconds(told, headers, now)) is not None:
        return wait
    for name in ("ratelimit-reset", "x-ratelimit-reset"):
        if (told := headers.get(name, "").strip()) and (wait := _seconds(told, headers, now)) is not None:
            return wait
    return UNTOLD


def _seconds(told: str, headers: Mapping[str, str], now: dt.datetime) -> float | None:
    there = http_date(headers.get("date", "")) or now
    if told.isascii() and told.isdigit():
        number = float(told[:12])
        return max(0.0, number - there.timestamp()) if number >= _EPOCH else number
    moment = http_date(told)
    return None if moment is None else max(0.0, (moment - there).total_seconds())
