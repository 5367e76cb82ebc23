"""A live list after any changes equals the list made anew."""

import datetime as dt
import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate import Context
from clockdesk.domain.predicate_text import parse
from clockdesk.domain.records import Record, Stamp
from clockdesk.domain.values import Booking
from clockdesk.office.house import House
from clockdesk.office.lists import LiveList, by_room

TODAY = dt.date(2026, 11, 21)
STAMP = Stamp(dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC))
CONTEXT = Context(TODAY, dt.UTC)

STATUSES = st.sampled_from(["expected", "checked_in", "canceled", None])
CHANGES = st.lists(
    st.tuples(
        st.integers(1, 12), STATUSES, st.integers(-2, 2), st.sampled_from(["", "14:00", "09:30", None]), st.booleans()
    ),
    max_size=40,
)


def record(ident, status, days, time):
    raw = json.dumps(
        {"id": ident, "status": status, "arrival": str(TODAY + dt.timedelta(days)), "arrival_time": time}
    ).encode()
    return Record(Kind.BOOKING, ident, msgspec.json.decode(raw, type=Booking), raw, STAMP)


@given(CHANGES, st.booleans())
def test_following_changes_is_as_good_as_starting_over(changes, descending):
    house = House(TODAY)
    predicate = parse("status = expected and arrival <= today", ENTITIES[Kind.BOOKING])

    def make():
        key = lambda line: line.arrival_time or None  # noqa: E731
        return LiveList(house, Kind.BOOKING, lambda: CONTEXT, predicate, key, descending=descending)

    live = make()
    shown: list[list[int]] = []
    live.listen(lambda ids, _changed: shown.append(ids))
    for ident, status, days, time, gone in changes:
        if gone:
            house._forget(Kind.BOOKING, ident)
            house._lines.pop((Kind.BOOKING, ident), None)
        else:
            house._take_in(Kind.BOOKING, [record(ident, status, days, time)])
        live.follow([ident])
        assert live.ids == make().ids
    assert shown[-1:] in ([], [live.ids])


def test_rooms_sort_as_people_count():
    names = ["1010", "101A", "99", "A10", "101", "A2", ""]
    assert sorted(names, key=by_room) == ["", "99", "101", "101A", "1010", "A2", "A10"]
