"""Plans are data: which calls for which dirty objects, and whether any other plan would take fewer."""

import datetime as dt
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import clockdesk.sync.plan as planning
from clockdesk.api.gate import Lane
from clockdesk.domain.kinds import Kind
from clockdesk.sync.plan import PIECE, SIMPLY_READ, Narrow, ReadOne, ReadRoomDay, ReadRooms, cold_plan, plan
from clockdesk.sync.reads import carry_out
from clockdesk.sync.scope import HELD, Questions
from tests.support.engine import engine_on
from tests.support.hotel import Hotel

FEW_TARGETS = st.lists(
    st.tuples(st.sampled_from([Kind.BOOKING, Kind.ROOM, Kind.FOLIO, Kind.CHARGE]), st.integers(1, 40)),
    unique=True,
    max_size=9,
).filter(lambda targets: sum(kind is Kind.ROOM for kind, _ in targets) <= 5)
QUESTIONS = Questions(dt.date(2026, 11, 21), dt.UTC)
ASKED_LOOSE = 1
SMALL_PIECE = 21
"""Bytes: three rooms with a number below ten, two with a higher one."""


def shared_out(rooms):
    """Every way to share out the rooms among calls."""
    if not rooms:
        yield []
        return
    first, *others = rooms
    for size in range(len(others) + 1):
        for company in itertools.combinations(others, size):
            for rest in shared_out([room for room in others if room not in company]):
                yield [(first, *company), *rest]


def ways_to_read(rooms):
    """Every single step that reads these rooms."""
    yield ReadRooms(rooms)
    yield ReadRooms(wanted=rooms)
    if len(rooms) == 1:
        yield ReadOne((Kind.ROOM, *rooms))


def cheapest(targets):
    """The calls of the cheapest of all plans."""
    rooms = [ident for kind, ident in targets if kind is Kind.ROOM]
    shares = shared_out(rooms)
    best = min(sum(min(step.cost for step in ways_to_read(group)) for group in groups) for groups in shares)
    return best + sum(ReadOne(target).cost for target in targets if target[0] is not Kind.ROOM)


@pytest.fixture
def _small_pieces(monkeypatch):
    monkeypatch.setattr(planning, "PIECE", SMALL_PIECE)


def test_several_rooms_are_one_call_and_one_room_is_itself():
    assert plan([(Kind.ROOM, 3)]) == [ReadOne((Kind.ROOM, 3))]
    assert plan([(Kind.BOOKING, 9), (Kind.ROOM, 3), (Kind.ROOM, 1)]) == [ReadOne((Kind.BOOKING, 9)), ReadRooms((1, 3))]


def test_many_bookings_the_copy_does_not_know_are_narrowed_first_and_few_are_read():
    strangers = [(Kind.BOOKING, ident) for ident in range(SIMPLY_READ + 1)]
    known = (Kind.BOOKING, 90)
    narrow = Narrow(tuple(ident for _, ident in strangers))
    assert plan([known, *strangers], frozenset(strangers)) == [ReadOne(known), narrow]
    assert plan(strangers[1:], frozenset(strangers)) == [ReadOne(target) for target in strangers[1:]]


@pytest.mark.usefixtures("_small_pieces")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FEW_TARGETS)
def test_a_plan_answers_for_everything_once_and_no_other_takes_fewer_calls(targets):
    steps = plan(targets)
    answered = [target for step in steps for target in step.targets]
    assert sorted(answered) == sorted(targets)
    assert sum(step.cost for step in steps) == cheapest(targets)


@pytest.mark.usefixtures("_small_pieces")
def test_more_rooms_than_one_request_can_name_are_one_call_all_the_same():
    rooms = [(Kind.ROOM, ident) for ident in (1, 2, 3, 4)]
    assert plan(rooms[:3]) == [ReadRooms((1, 2, 3))]
    (step,) = plan(rooms)
    assert (step.ids, step.targets, step.cost) == ((), tuple(rooms), 1)
    assert ReadRooms((1, 2, 3, 4)).cost == 2


@pytest.mark.parametrize("first", [1, 10**5, 10**8])
@pytest.mark.parametrize("number", [2, 200, 700])
def test_the_costs_are_those_of_the_requests(first, number):
    ids = tuple(range(first, first + number))
    assert ReadRooms(ids).cost == len(QUESTIONS.among(Kind.ROOM, "id", ids))
    assert Narrow(ids).cost == len(QUESTIONS.among(Kind.BOOKING, "id", ids, HELD))


def test_the_costs_at_the_edge_of_a_request():
    """Ids of eight bytes, `&id[]=17`, but for the sign before the first."""
    most = (PIECE + 1) // 8
    for number, cost in ((most - 1, 1), (most + 1, 2)):
        ids = tuple(itertools.islice(itertools.cycle(range(10, 100)), number))
        assert ReadRooms(ids).cost == cost


def test_strangers_are_read_or_asked_about_so_that_the_worst_case_is_the_least_bad():
    """How many of them belong into the copy is not known: what counts is how many calls a plan may take too many."""
    for number in range(1, 30):
        strangers = [(Kind.BOOKING, ident) for ident in range(number)]
        reading = sum(ReadOne(target).cost for target in strangers)
        asking = Narrow(tuple(ident for _, ident in strangers)).cost
        best = {belong: min(reading, asking + belong) for belong in range(number + 1)}
        too_many = {
            ReadOne: max(reading - calls for calls in best.values()),
            Narrow: max(asking + belong - calls for belong, calls in best.items()),
        }
        chosen = type(plan(strangers, frozenset(strangers))[0])
        assert too_many[chosen] == min(too_many.values()), number


async def test_the_whole_list_settles_those_for_whose_sake_it_was_read():
    with Hotel(rooms=6, bookings=5) as hotel:
        async with engine_on(hotel) as engine:
            rooms = sorted(row["id"] for row in hotel.truth("rooms"))
            step = ReadRooms(wanted=tuple(rooms[:2]))
            batch = await carry_out(step, engine.service, QUESTIONS, Lane.EVENT, "event")
            assert sorted(record.id for record in batch.records) == rooms
            assert sorted(batch.settled) == [(Kind.ROOM, room) for room in rooms[:2]]


def test_the_cold_plan_reads_room_by_room_only_where_that_is_cheaper():
    rooms = [1, 2, 3]
    many, few = list(range(100, 106)), list(range(100, 104))
    assert cold_plan(many, rooms, 1, "2026-11-21") == [ReadRoomDay(room, "2026-11-21") for room in rooms]
    assert cold_plan(few, rooms, 1, "2026-11-21") == [ReadOne((Kind.BOOKING, ident)) for ident in few]
    assert cold_plan(many, rooms, None, "2026-11-21")[0] == ReadOne((Kind.BOOKING, 100))


def test_the_cold_plan_takes_the_fewest_calls():
    """Room by room, those without a room are read singly afterwards; one call has counted them."""
    for bookings, rooms, loose in itertools.product(range(12), range(1, 5), range(4)):
        if loose > bookings:
            continue
        steps = cold_plan(range(bookings), range(rooms), loose, "2026-11-21")
        by_room = any(isinstance(step, ReadRoomDay) for step in steps)
        cost = sum(step.cost for step in steps) + (loose + ASKED_LOOSE if by_room else 0)
        assert cost == min(bookings, rooms + loose + ASKED_LOOSE)
