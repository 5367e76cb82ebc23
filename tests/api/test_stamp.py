"""When an answer was true: never later than it was."""

import datetime as dt

import pytest

from clockdesk.api.wire import LONGEST, SKEW, Passage, stamp_of

ASKED = dt.datetime(2026, 11, 21, 10, 0, 0, tzinfo=dt.UTC)
DATE = "Sat, 21 Nov 2026 10:00:30 GMT"
SAID = dt.datetime(2026, 11, 21, 10, 0, 30, tzinfo=dt.UTC)


class TwoClocks:
    """What both say after so many seconds each."""

    def __init__(self):
        self.wall, self.ran = ASKED, 0.0

    def now(self):
        return self.wall

    def monotonic(self):
        return self.ran

    async def sleep(self, seconds):
        """Nobody sleeps here."""


@pytest.mark.parametrize(
    ("wall", "ran", "taken_off"),
    [
        (0, 0, 0),
        (7, 7, 7),
        (-3600, 12, 12),  # this computer's clock was set back meanwhile
        (3600, 12, LONGEST.total_seconds()),  # set ahead
        (40, 2, 40),  # asleep
    ],
)
def test_the_time_it_took_is_taken_off_a_date_that_may_be_that_of_its_leaving(wall, ran, taken_off):
    clock = TwoClocks()
    way = Passage(clock)
    clock.wall, clock.ran = ASKED + dt.timedelta(seconds=wall), ran
    stamp = way.stamp(DATE)
    assert stamp.asked == ASKED
    assert stamp.server == SAID - SKEW - dt.timedelta(seconds=taken_off)


@pytest.mark.parametrize("date", [None, "", "soon", "Sat, 41 Nov 2026 10:00:07 GMT"])
def test_without_a_proper_date_nothing_is_said_of_the_server(date):
    assert stamp_of(ASKED, dt.timedelta(), date).server is None
