"""Counts after any changes equal counts made anew; who entered and who left is told once."""

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
from clockdesk.office.counting import Counting
from clockdesk.office.house import House
from clockdesk.office.saved import NamedFilter

TODAY = dt.date(2026, 11, 21)
STAMP = Stamp(dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC))
TEXTS = ["status = expected and arrival = today", "adults > 2 or children > 0", "not status = checked_in", ""]


def named(ident, text):
    return NamedFilter(ident, f"filter {ident}", Kind.BOOKING, text, parse(text, ENTITIES[Kind.BOOKING]))


def record(ident, status, days, adults):
    members = {"id": ident, "status": status, "arrival": str(TODAY + dt.timedelta(days)), "adults": adults}
    raw = json.dumps(members).encode()
    return Record(Kind.BOOKING, ident, msgspec.json.decode(raw, type=Booking), raw, STAMP)


CHANGES = st.lists(
    st.tuples(
        st.integers(1, 9),
        st.sampled_from(["expected", "checked_in", None]),
        st.integers(-1, 1),
        st.integers(1, 4),
        st.booleans(),
    ),
    max_size=30,
)


def counting_over(house, today=TODAY):
    counting = Counting(house, lambda _kind: Context(today, dt.UTC))
    counting.choose(named(number, text) for number, text in enumerate(TEXTS))
    return counting


@given(CHANGES)
def test_counts_follow_every_change(changes):
    house = House(TODAY)
    counting = counting_over(house)
    inside: dict[int, set[int]] = {number: set() for number in range(len(TEXTS))}

    def hear(passage):
        known = inside[passage.filter.id]
        assert not passage.entered & known
        assert passage.left <= known
        inside[passage.filter.id] = (known | passage.entered) - passage.left

    counting.listen(hear)
    for ident, status, days, adults, gone in changes:
        if gone:
            house._forget(Kind.BOOKING, ident)
        else:
            house._take_in(Kind.BOOKING, [record(ident, status, days, adults)])
        counting.follow(Kind.BOOKING, [ident])
        anew = counting_over(house)
        for number in range(len(TEXTS)):
            assert counting.count(number) == anew.count(number) == len(inside[number])


def test_a_new_day_is_counted_anew():
    house = House(TODAY)
    house._take_in(Kind.BOOKING, [record(1, "expected", 1, 2)])
    day = [TODAY]
    counting = Counting(house, lambda _kind: Context(day[0], dt.UTC))
    counting.choose([named(1, TEXTS[0])])
    assert counting.count(1) == 0
    day[0] = TODAY + dt.timedelta(days=1)
    counting.start_over(new_day=True)
    assert counting.count(1) == 1


def test_only_the_chosen_are_counted_and_a_text_nobody_understands_is_not():
    counting = counting_over(House(TODAY))
    counting.choose([named(0, TEXTS[0]), NamedFilter(7, "old", Kind.BOOKING, "gone = 1", None)])
    assert counting.count(0) == 0
    assert counting.count(1) is None
    assert counting.count(7) is None
