"""An office takes the copy in: Today at once, everything else told when it is there, and nothing twice."""

from __future__ import annotations

import datetime as dt

from clockdesk.domain.kinds import Kind
from clockdesk.office.office import Office
from tests.support.desk import desk


def office_on(engine):
    """A second office on the same copy, empty."""
    first = engine.office
    return Office(
        engine.store, engine.sync, engine.service, first.actions, first.filters, engine.sync.standing.clock,
        engine.changes, engine.freshness, first.counters,
    )  # fmt: skip


async def test_today_is_right_before_the_rest_is_there():
    async with desk(rooms=24, bookings=300) as it:
        office = office_on(it.engine)
        await office.load_today()
        assert office.counts() == it.office.counts()
        assert office.arrivals().ids == it.office.arrivals().ids != []
        assert len(office.live(Kind.BOOKING)) < len(it.office.live(Kind.BOOKING))


async def test_lists_made_before_the_copy_came_in_end_as_lists_made_after():
    async with desk(rooms=24, bookings=300) as it:
        office = office_on(it.engine)
        early = [office.arrivals(), office.live(Kind.BOOKING), office.live(Kind.FOLIO, "state = open")]
        told: list[list[list[int]]] = [[], [], []]
        for live, heard in zip(early, told, strict=True):
            live.listen(lambda ids, _changed, heard=heard: heard.append(ids))
        touched = []
        office.on_touched(lambda kind, ids: touched.append((kind, ids)))
        await office.load()
        assert [heard[-1] for heard in told] == [live.ids for live in early]
        late = [it.office.arrivals(), it.office.live(Kind.BOOKING), it.office.live(Kind.FOLIO, "state = open")]
        assert [live.ids for live in early] == [live.ids for live in late]
        for kind in (Kind.BOOKING, Kind.ROOM, Kind.FOLIO):
            assert touched[-3:].count((kind, frozenset(office.house.ids(kind)))) == 1


async def test_the_day_is_the_one_of_the_zone_that_became_known():
    async with desk(rooms=24, bookings=60) as it:
        it.clock.at = it.clock.at.replace(hour=23)  # already tomorrow in Sofia
        it.engine.sync.zone, zone = dt.UTC, it.engine.sync.zone
        office = office_on(it.engine)
        it.engine.sync.zone = zone
        await office.load_today()
        assert office.house.today == office.today == it.clock.at.date() + dt.timedelta(1)


async def test_today_is_taken_in_once():
    async with desk(rooms=24, bookings=60) as it:
        office = office_on(it.engine)
        live, heard = office.arrivals(), []
        live.listen(lambda ids, _changed: heard.append(ids))
        await office.load_today()
        await office.load_today()
        assert heard == [live.ids]
