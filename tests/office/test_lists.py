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


TEXTS = st.text(alphabet="abé ", max_size=3)
FILTERS = st.one_of(
    st.just(""),
    TEXTS.map(lambda word: f'text ~ "{word}"'),
    st.tuples(TEXTS, st.sampled_from(["expected", "checked_in"])).map(
        lambda two: f'text ~ "{two[0]}" and status = {two[1]}'
    ),
    st.sampled_from(["arrival <= today", "arrival <= today and status = expected", "not status = expected"]),
)
ACTS = st.lists(st.one_of(FILTERS, st.tuples(st.integers(1, 9), STATUSES, st.integers(-2, 2), TEXTS, st.booleans())))


@given(ACTS, st.booleans())
def test_filtering_again_and_again_is_as_good_as_starting_over(acts, descending):
    house = House(TODAY)
    context = Context(TODAY, dt.UTC, text_of=house.text_of(Kind.BOOKING))

    def make(predicate):
        key = lambda line: line.guest or None  # noqa: E731
        return LiveList(house, Kind.BOOKING, lambda: context, predicate, key, descending=descending)

    live = make(parse("", ENTITIES[Kind.BOOKING]))
    shown: list[list[int]] = []
    live.listen(lambda ids, _changed: shown.append(ids))
    for act in acts:
        match act:
            case str():
                live.filter(parse(act, ENTITIES[Kind.BOOKING]))
                assert shown[-1] == live.ids
            case ident, _, _, _, True:
                house._forget(Kind.BOOKING, ident)
                house._lines.pop((Kind.BOOKING, ident), None)
                live.follow([ident])
            case ident, status, days, name, _:
                house._take_in(Kind.BOOKING, [guest(ident, status, days, name)])
                live.follow([ident])
        assert live.ids == make(live.predicate).ids


def guest(ident, status, days, name):
    raw = json.dumps(
        {"id": ident, "status": status, "arrival": str(TODAY + dt.timedelta(days)), "guest_last_name": name}
    ).encode()
    return Record(Kind.BOOKING, ident, msgspec.json.decode(raw, type=Booking), raw, STAMP)


def test_rows_taken_in_are_told_at_the_end():
    house = House(TODAY)
    live = LiveList(house, Kind.BOOKING, lambda: CONTEXT, parse("status = expected", ENTITIES[Kind.BOOKING]))
    shown: list[tuple[list[int], frozenset[int]]] = []
    live.listen(lambda ids, changed: shown.append((ids, changed)))
    for ident, status in ((3, "expected"), (1, "expected"), (2, "canceled")):
        house._take_in(Kind.BOOKING, [record(ident, status, 0, "")])
        live.take_in([ident])
    assert shown == []
    live.tell()
    assert shown == [([1, 3], frozenset())]
