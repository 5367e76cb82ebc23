"""The hotel's calendar across zones and clock changes, and the short forms of dates and times."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockdesk.domain.dates import (
    day_text,
    hotel_today,
    moment_text,
    next_midnight,
    nights,
    stay_text,
    time_text,
    weekday_text,
)
from clockdesk.domain.zones import RAILS_ZONES

SOFIA = ZoneInfo("Europe/Sofia")
TODAY = date(2026, 11, 21)
zones = st.sampled_from(sorted(RAILS_ZONES.values())).map(ZoneInfo)
instants = st.datetimes(datetime(2010, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


def utc(*parts: int) -> datetime:
    return datetime(*parts).replace(tzinfo=UTC)  # type: ignore[arg-type]


def test_today_is_the_hotels_date_and_not_the_machines():
    assert hotel_today(utc(2001, 12, 31, 22), ZoneInfo("Etc/GMT-3")) == date(2002, 1, 1)  # the service's own example
    assert hotel_today(utc(2026, 11, 21, 21, 59), SOFIA) == date(2026, 11, 21)
    assert hotel_today(utc(2026, 11, 21, 22), SOFIA) == date(2026, 11, 22)
    assert hotel_today(utc(2026, 11, 21, 22), ZoneInfo("America/New_York")) == date(2026, 11, 21)


def test_a_time_without_a_zone_has_no_date():
    with pytest.raises(ValueError, match="without a zone"):
        hotel_today(datetime(2026, 11, 21, 22), SOFIA)


@pytest.mark.parametrize(
    ("zone", "now", "midnight"),
    [
        ("Europe/Sofia", utc(2026, 11, 21, 12), utc(2026, 11, 21, 22)),
        ("Europe/Sofia", utc(2026, 11, 21, 22), utc(2026, 11, 22, 22)),  # at midnight, the next one
        ("Europe/Sofia", utc(2026, 10, 24, 21), utc(2026, 10, 25, 22)),  # a day of 25 hours
        ("Europe/Sofia", utc(2026, 3, 28, 22), utc(2026, 3, 29, 21)),  # a day of 23 hours
        ("Asia/Beirut", utc(2026, 3, 28, 12), utc(2026, 3, 28, 22)),  # midnight itself is skipped: 01:00 comes first
        ("America/Havana", utc(2026, 10, 31, 12), utc(2026, 11, 1, 4)),  # midnight comes twice: the first one
        ("Pacific/Apia", utc(2011, 12, 30, 0), utc(2011, 12, 30, 10)),  # a whole day is skipped
    ],
)
def test_the_next_midnight(zone, now, midnight):
    assert next_midnight(now, ZoneInfo(zone)) == midnight


@settings(deadline=None)
@given(instants, zones)
def test_midnight_is_where_the_date_changes(now, zone):
    midnight = next_midnight(now, zone)
    assert now < midnight <= now + timedelta(hours=26)
    assert midnight.tzinfo is UTC
    assert hotel_today(midnight, zone) > hotel_today(now, zone)
    assert hotel_today(midnight - timedelta(microseconds=1), zone) == hotel_today(now, zone)


def test_nights_of_a_stay():
    assert nights(date(2026, 2, 27), date(2026, 3, 2)) == 3
    assert nights(TODAY, TODAY) == 0
    assert nights(TODAY, None) is None
    assert nights(None, TODAY) is None


def test_short_dates():
    assert day_text(date(2026, 1, 5)) == "5 Jan"
    assert day_text(TODAY, TODAY) == "21 Nov"
    assert day_text(date(2027, 12, 1), TODAY) == "1 Dec 2027"
    assert weekday_text(TODAY) == "Sat 21 Nov"
    assert weekday_text(date(2027, 1, 1), TODAY) == "Fri 1 Jan 2027"


def test_stays():
    assert stay_text(TODAY, date(2026, 11, 24)) == "21–24 Nov"
    assert stay_text(date(2026, 11, 28), date(2026, 12, 2)) == "28 Nov – 2 Dec"
    assert stay_text(date(2026, 12, 30), date(2027, 1, 2), TODAY) == "30 Dec – 2 Jan 2027"
    assert stay_text(TODAY, TODAY) == "21 Nov"
    assert stay_text(TODAY, None) == "21 Nov – ?"
    assert stay_text(None, None) == "? – ?"


def test_times_are_the_hotels():
    instant = utc(2026, 11, 21, 12, 2, 10)
    assert time_text(instant, SOFIA) == "14:02"
    assert time_text(instant, SOFIA, seconds=True) == "14:02:10"
    assert moment_text(instant, SOFIA) == "14:02"
    assert moment_text(instant, SOFIA, TODAY) == "14:02"
    assert moment_text(instant, SOFIA, date(2026, 11, 22)) == "21 Nov 14:02"
    assert moment_text(utc(2026, 11, 21, 22, 5), SOFIA, TODAY, seconds=True) == "22 Nov 00:05:00"
