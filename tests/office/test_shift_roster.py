"""The back office: who is in now, the last shifts as rows, and CSV that no spreadsheet takes for a formula."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io

from typing_extensions import override

from clockdesk.domain.errors import ErrorCode
from clockdesk.domain.shift import Person, Standing
from clockdesk.office.sheets import AsOf
from clockdesk.office.shift_roster import Roster
from tests.api.clocks import HastyClock
from tests.support.desk import NOW
from tests.support.hotel import running_hotel
from tests.support.timeclock import WELL_IN, WELL_OUT, ZONE, account_of, asked, elsewhere, time_clock_on, workstation

hotel = running_hotel(rooms=2, bookings=2)


async def test_who_is_in_now(hotel):
    async with workstation(hotel) as at:
        heard: list[int] = []
        at.desk.roster.subscribe(lambda: heard.append(len(at.desk.roster.people_in)))
        await at.desk.read_roster()
        assert [entry.person.initials for entry in at.desk.roster.people_in] == ["GI"]
        elsewhere(hotel, WELL_OUT, "in")
        await at.desk.read_roster()
        assert [entry.person.initials for entry in at.desk.roster.people_in] == ["GI", "MP"], "the longest first"
        assert heard[0] == 0
        assert heard[-1] == 2


async def test_two_readings_at_once_are_one(hotel):
    async with workstation(hotel) as at:
        await asyncio.gather(at.desk.read_roster(), at.desk.read_roster())
        assert not at.desk.roster.reading
    assert asked(hotel)["latest"] == 2


async def test_the_last_shifts(hotel):
    async with workstation(hotel) as at:
        await at.desk.read_roster()
        rows = at.desk.roster.rows()
        assert len(rows) == 6
        assert rows[0].shift.open
        starts = [row.shift.start for row in rows if row.shift.start]
        assert starts == sorted(starts, reverse=True)
        days = sorted({row.day for row in rows if row.day}, reverse=True)
        assert {row.day for row in at.desk.roster.rows(since=days[1])} == set(days[:2])


async def test_csv(hotel):
    hotel.fault(clock_types=["=1+1"])
    hotel.ask(
        lambda server: server.timeclock.house.clock(server.timeclock.house.by_login(WELL_OUT).accId, "in", "=1+1")
    )
    async with time_clock_on(hotel) as client:
        roster = Roster(client, HastyClock(), lambda: ZONE)
        await roster.read([Person("@Maria", "=MP", account_of(hotel, WELL_OUT))])
        text = roster.csv(AsOf("Grand Hotel", ZONE, NOW)).decode("utf-8-sig")
    [heads, first, *_] = list(csv.reader(io.StringIO(text)))
    assert heads[:9] == ["person", "initials", "day", "start", "end", "length", "type", "state", "note"]
    assert first[:2] == ["'@Maria", "'=MP"]
    assert first[6:9] == ["'=1+1", "in now", "The time clock tells the three newest shifts of a person."]
    assert dt.datetime.fromisoformat(first[3]).tzinfo is not None


async def test_somebody_who_can_not_be_read_keeps_what_was_known(hotel):
    async with workstation(hotel) as at:
        await at.desk.read_roster()
        hotel.fault(clock_html_502={"path": account_of(hotel, WELL_IN)})
        await at.desk.read_roster()
        maria, georgi = at.desk.roster.entries
        assert maria.trouble is None
        assert georgi.trouble.code is ErrorCode.SERVER_ERROR
        assert georgi.state.standing is Standing.IN
        assert len(georgi.shifts) == 3


async def test_more_people_than_a_minute_s_calls(hotel):
    """It waits for the minute instead of giving up, and leaves some calls to whoever presses the button."""
    account = account_of(hotel, WELL_OUT)

    class Minutes(HastyClock):
        """A wait is over at once, for the service too."""

        @override
        async def sleep(self, seconds: float) -> None:
            hotel.ask(lambda server: server.timeclock.forget_calls())
            await super().sleep(seconds)

    clock = Minutes()
    people = [Person(f"P{n}", f"P{n}", account) for n in range(14)]
    async with time_clock_on(hotel, clock=clock) as client:
        roster = Roster(client, clock, lambda: ZONE)
        entries = await roster.read(people)
    assert not [entry for entry in entries if entry.trouble]
    assert sum(clock.asked) > 30
    assert asked(hotel)["latest"] == 14
