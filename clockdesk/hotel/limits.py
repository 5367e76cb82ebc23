"""What the service limits: calls a second per API user, rights per endpoint, and the firewall's ban (facts, 2)."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NOBODY = ""
"""Whom a call without an Authorization header is counted for until its nonce is used by somebody."""
BAN_SECONDS = 2 * 3600.0


@dataclass(slots=True)
class ApiUser:
    """An API user: name, key, and the rights it has not got (names such as `pms_api_bookings_index`)."""

    name: str
    key: str
    missing: set[str] = field(default_factory=set)


class RateLimit:
    """At most `rate` calls in any `window` seconds per API user.

    A challenge carries no user. It is counted when somebody uses its nonce, at the time it was asked for; until then it
    counts for the nameless, who have one allowance together.
    """

    def __init__(self, rate: int, now: Callable[[], float], *, window: float = 1.0) -> None:
        """`now` is a monotonic clock in seconds."""
        self.rate = rate
        self.window = window
        self.count_challenges = True
        self._now = now
        self._starts: dict[str, deque[float]] = defaultdict(deque)
        self._challenges: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=64))

    def allow(self, user: str, *, nonce: str | None = None) -> bool:
        """Count a call of `user`; False when it is one too many (then it is not counted)."""
        now = self._now()
        starts = self._starts[user]
        if nonce is not None and self.count_challenges and self._challenges.get(nonce):
            starts.append(self._challenges[nonce].popleft())
        while starts and starts[0] <= now - self.window:
            starts.popleft()
        if sum(at > now - self.window for at in starts) >= self.rate:
            return False
        starts.append(now)
        return True

    def challenged(self, nonce: str) -> None:
        """Remember that a nameless call was answered with this nonce."""
        self._challenges[nonce].append(self._now())
        while len(self._challenges) > 64:
            self._challenges.pop(next(iter(self._challenges)))


class Ban:
    """The firewall's ban: everything from here gets 403 until it runs out or is lifted."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` is a monotonic clock in seconds."""
        self._now = now
        self._until: float | None = None

    def put(self, seconds: float = BAN_SECONDS) -> None:
        """Ban for this long."""
        self._until = self._now() + seconds

    def lift(self) -> None:
        """End the ban now."""
        self._until = None

    @property
    def holds(self) -> bool:
        """Whether calls are refused now."""
        return self._until is not None and self._now() < self._until


class Stats:
    """What was asked of the hotel, for tests and for `GET /control/stats`."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` is a monotonic clock in seconds."""
        self._now = now
        self._recent: deque[float] = deque()
        self.reset()

    def reset(self) -> None:
        """Forget all counts."""
        self._recent.clear()
        self.calls = 0
        self.busiest_second = 0
        self.uri_mismatches = 0
        self.by_endpoint: Counter[str] = Counter()
        self.by_status: Counter[int] = Counter()
        self.polls: Counter[str] = Counter()
        self.events: Counter[str] = Counter()

    def started(self) -> None:
        """A call arrived."""
        now = self._now()
        self.calls += 1
        self._recent.append(now)
        while self._recent[0] <= now - 1.0:
            self._recent.popleft()
        self.busiest_second = max(self.busiest_second, len(self._recent))

    def as_json(self) -> dict[str, object]:
        """The counts as one JSON object."""
        return {
            "calls": self.calls,
            "by_endpoint": dict(sorted(self.by_endpoint.items())),
            "by_status": {str(status): count for status, count in sorted(self.by_status.items())},
            "rejected_401": self.by_status[401],
            "rejected_429": self.by_status[429],
            "not_modified": self.by_status[304],
            "busiest_second": self.busiest_second,
            "uri_mismatches": self.uri_mismatches,
            "polls": dict(sorted(self.polls.items())),
            "events": dict(sorted(self.events.items())),
        }
