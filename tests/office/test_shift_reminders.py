"""When somebody is reminded, and of what."""

from __future__ import annotations

import datetime as dt

import pytest

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.shift import ShiftRow, ShiftState, Standing
from clockdesk.office.shift_reminders import Habits, Occasion, closing, due
from tests.support.timeclock import ZONE

HABITS = Habits(usual_start=dt.time(8), hours=10)
OUT = ShiftState(Standing.OUT)
OFFLINE = KnownError(ErrorCode.OFFLINE, "No connection.")


def at(hour, minute=0, day=21):
    """An instant on the hotel's clock."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(dt.UTC)


def out(read, offset=dt.timedelta()):
    """Out, as it was read then."""
    return ShiftState(Standing.OUT, read=read, offset=offset)


def row(start, end=None):
    return ShiftRow("1", start, end, end is not None)


@pytest.mark.parametrize(
    ("now", "reminded"),
    [(at(7, 59), False), (at(8), True), (at(11, 59), True), (at(12), False), (at(3), False)],
)
def test_not_in_at_the_usual_time(now, reminded):
    found = due(HABITS, "Maria", out(now), (), now, ZONE)
    assert (found is not None) == reminded
    if found is not None:
        assert found.occasion is Occasion.NOT_IN
        assert found.sentence == "Maria is not clocked in yet; the usual time is 08:00."


@pytest.mark.parametrize("start", [at(7, 40), at(5), at(8, 30)])
def test_who_was_in_already_today_is_left_alone(start):
    assert due(HABITS, "Maria", out(at(10)), (row(start, at(9)),), at(10), ZONE) is None


def test_yesterdays_shift_does_not_count():
    found = due(HABITS, "Maria", out(at(8, 5)), (row(at(8, day=20), at(16, day=20)),), at(8, 5), ZONE)
    assert found.key == "not_in:2026-11-21"


def test_a_night_shift_s_usual_time_was_yesterday():
    night = Habits(usual_start=dt.time(22, 30))
    found = due(night, "Maria", out(at(1, 0, day=22)), (), at(1, 0, day=22), ZONE)
    assert found.key == "not_in:2026-11-21"
    assert due(night, "Maria", out(at(1, 0, day=22)), (row(at(22, 20), at(23)),), at(1, 0, day=22), ZONE) is None


def test_still_in_after_hours():
    state = ShiftState(Standing.IN, at(8), read=at(8))
    assert due(HABITS, "Maria", state, (), at(17, 59), ZONE) is None
    found = due(HABITS, "Maria", state, (), at(18), ZONE)
    assert (found.occasion, found.sentence) == (
        Occasion.STILL_IN,
        "Maria has been clocked in for 10 h 00 min. Still at work?",
    )
    assert due(HABITS, "Maria", state, (), at(19), ZONE).key == found.key
    later = ShiftState(Standing.IN, at(9), read=at(9))
    assert due(HABITS, "Maria", later, (), at(20), ZONE).key != found.key


def test_the_service_s_clock_counts():
    fast = out(at(8, 30), dt.timedelta(hours=-1))
    assert due(HABITS, "Maria", fast, (), at(8, 30), ZONE) is None


def test_nobody_is_reminded_without_knowing_or_wanting():
    unknown = ShiftState(Standing.UNKNOWN)
    assert due(HABITS, "Maria", unknown, (), at(9), ZONE) is None
    assert due(Habits(), "Maria", out(at(9)), (), at(9), ZONE) is None
    assert due(Habits(), "Maria", ShiftState(Standing.IN, at(8)), (), at(23), ZONE) is None


def test_an_old_reading_says_of_nobody_that_they_are_not_in():
    assert due(HABITS, "Maria", out(at(9)), (), at(9, 3), ZONE) is not None
    assert due(HABITS, "Maria", out(at(9)), (), at(9, 4), ZONE) is None
    assert due(HABITS, "Maria", OUT, (), at(9), ZONE) is None


def test_closing():
    state = ShiftState(Standing.IN, at(8), read=at(16))
    assert closing("Maria", state, at(16, 2), ZONE).sentence == (
        "Maria is still clocked in (8 h 02 min). Clock out before ClockDesk closes?"
    )
    assert closing("Maria", state, at(16, 10), ZONE).sentence.startswith(
        "Maria is still clocked in (8 h 10 min), as of 16:00. Clock out"
    )
    assert closing("Maria", OUT, at(16), ZONE) is None
    assert closing("Maria", ShiftState(Standing.UNKNOWN), at(16), ZONE) is None


def test_closing_with_an_old_reading_says_why_it_is_old():
    state = ShiftState(Standing.IN, at(8), read=at(11, 2))
    found = closing("Maria", state, at(12), ZONE, OFFLINE)
    assert found.sentence.startswith("Maria is still clocked in (4 h 00 min), as of 11:02: no connection. Clock out")
