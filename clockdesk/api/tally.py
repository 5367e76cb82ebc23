"""Counts calls as they leave and as they are answered, for the status bar, `sync --once` and the doctor."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def endpoint(path: str) -> str:
    """An endpoint's path with its ids and dates named.

    `rooms/7/2026-11-21/bookings` -> `rooms/{id}/{date}/bookings`. The account's root is `root`.
    """
    steps = (
        "{date}" if _DATE.fullmatch(step) else "{id}" if step.isdigit() else step for step in path.split("/") if step
    )
    return "/".join(steps) or "root"


@dataclass(frozen=True, slots=True)
class Counters:
    """Calls since the start: `total` counts every request that left, sign-in rounds and repetitions included.

    `busiest_second` is the most that left in any one second, `last_second` those of the last one, `allowed` the
    limit in force now (lower than the account's after a "too many requests").
    """

    total: int = 0
    by_endpoint: Mapping[str, int] = field(default_factory=dict)
    unauthorized_401: int = 0
    limited_429: int = 0
    busiest_second: int = 0
    last_second: int = 0
    allowed: int = 0


class Tally:
    """The running counts."""

    def __init__(self) -> None:
        self._endpoints: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()
        self._recent: deque[float] = deque()
        self._total = self._busiest = 0

    def started(self, at: float) -> None:
        """A request leaves at this monotonic second."""
        self._total += 1
        self._recent.append(at)
        self._expire(at)
        self._busiest = max(self._busiest, len(self._recent))

    def called(self, path: str) -> None:
        """A request to this endpoint leaves."""
        self._endpoints[endpoint(path)] += 1

    def answered(self, status: int) -> None:
        """An answer with this status came."""
        self._statuses[status] += 1

    def counters(self, now: float, allowed: int) -> Counters:
        """All counts at this monotonic second."""
        self._expire(now)
        return Counters(
            total=self._total,
            by_endpoint=dict(self._endpoints),
            unauthorized_401=self._statuses[401],
            limited_429=self._statuses[429],
            busiest_second=self._busiest,
            last_second=len(self._recent),
            allowed=allowed,
        )

    def _expire(self, now: float) -> None:
        while self._recent and self._recent[0] <= now - 1.0:
            self._recent.popleft()
