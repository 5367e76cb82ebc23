"""Rate limit, ban and counts by a clock of their own; faults and what they match."""

from __future__ import annotations

import pytest

from clockdesk.hotel.faults import Faults
from clockdesk.hotel.limits import NOBODY, Ban, RateLimit, Stats


class Now:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def now():
    return Now()


def test_five_in_any_second(now):
    limit = RateLimit(5, now)
    for step in (0.0, 0.3, 0.3, 0.0, 0.3):
        now.at += step
        assert limit.allow("a")
    assert not limit.allow("a")
    assert limit.allow("b")
    now.at = 100.95
    assert not limit.allow("a")
    now.at = 101.0
    assert limit.allow("a")
    assert not limit.allow("a")


def test_a_challenge_is_counted_for_whoever_uses_its_nonce(now):
    limit = RateLimit(2, now)
    assert limit.allow(NOBODY)
    limit.challenged("n1")
    now.at += 0.2
    assert limit.allow("a", nonce="n1")
    assert not limit.allow("a", nonce="n1")
    now.at = 101.0
    assert limit.allow("a", nonce="n1")


def test_challenges_need_not_count(now):
    limit = RateLimit(1, now)
    limit.count_challenges = False
    limit.challenged("n1")
    assert limit.allow("a", nonce="n1")


def test_the_nameless_have_one_allowance_together(now):
    limit = RateLimit(2, now)
    assert limit.allow(NOBODY)
    assert limit.allow(NOBODY)
    assert not limit.allow(NOBODY)
    assert limit.allow("a")


def test_a_ban_runs_out(now):
    ban = Ban(now)
    seen = [ban.holds]
    ban.put()
    for step in (7199, 1):
        now.at += step
        seen.append(ban.holds)
    assert seen == [False, True, False]
    ban.put(10)
    ban.lift()
    assert not ban.holds


def test_the_busiest_second(now):
    stats = Stats(now)
    for step in (0, 0.4, 0.4, 0.4, 5, 0):
        now.at += step
        stats.started()
    assert stats.calls == 6
    assert stats.busiest_second == 3
    stats.reset()
    stats.started()
    assert stats.busiest_second == 1


def test_faults_for_some_calls_for_ever_and_for_none():
    faults = Faults()
    assert faults.take("html_502", path="/x") is None
    faults.put("html_502", 2)
    assert [faults.take("html_502", path="/x") is not None for _ in range(3)] == [True, True, False]
    faults.put("html_502", value=True)
    assert all(faults.take("html_502", path="/x") for _ in range(5))
    faults.put("html_502", value=False)
    assert faults.take("html_502", path="/x") is None


def test_faults_that_mean_some_calls_only():
    faults = Faults()
    faults.put("always_500", [{"table": "bookings", "id": 7}, {"table": "rooms", "calls": 1}])
    assert faults.take("always_500", table="bookings", id=7)
    assert not faults.take("always_500", table="bookings", id=8)
    assert faults.take("always_500", table="rooms", id=8)
    assert not faults.take("always_500", table="rooms", id=8)
    faults.put("slow", {"seconds": 2, "path": "/bookings", "method": "PUT"})
    assert not faults.take("slow", path="/a/bookings/1", method="GET")
    slow = faults.take("slow", path="/a/bookings/1", method="PUT")
    assert slow is not None
    assert slow.seconds == 2
    faults.put("slow", 3)
    assert len(faults.as_json()) == 3
    faults.clear()
    assert faults.as_json() == []


@pytest.mark.parametrize(("name", "value"), [("rain", True), ("slow", {"colour": 1}), ("slow", "much")])
def test_faults_that_make_no_sense(name, value):
    with pytest.raises((ValueError, TypeError)):
        Faults().put(name, value)
