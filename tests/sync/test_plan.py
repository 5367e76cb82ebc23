"""Plans are data: which calls for which dirty objects."""

from hypothesis import given
from hypothesis import strategies as st

from clockdesk.domain.kinds import Kind
from clockdesk.sync.plan import SIMPLY_READ, Narrow, ReadOne, ReadRoomDay, ReadRooms, cold_plan, plan

TARGETS = st.lists(
    st.tuples(st.sampled_from([Kind.BOOKING, Kind.ROOM, Kind.FOLIO, Kind.CHARGE]), st.integers(1, 40)), unique=True
)


def test_several_rooms_are_one_call_and_one_room_is_itself():
    assert plan([(Kind.ROOM, 3)]) == [ReadOne((Kind.ROOM, 3))]
    assert plan([(Kind.BOOKING, 9), (Kind.ROOM, 3), (Kind.ROOM, 1)]) == [ReadOne((Kind.BOOKING, 9)), ReadRooms((1, 3))]


def test_many_bookings_the_copy_does_not_know_are_narrowed_first_and_few_are_read():
    strangers = [(Kind.BOOKING, ident) for ident in range(SIMPLY_READ + 1)]
    known = (Kind.BOOKING, 90)
    narrow = Narrow(tuple(ident for _, ident in strangers))
    assert plan([known, *strangers], frozenset(strangers)) == [ReadOne(known), narrow]
    assert plan(strangers[1:], frozenset(strangers)) == [ReadOne(target) for target in strangers[1:]]


@given(TARGETS)
def test_a_plan_answers_for_everything_once_and_costs_least(targets):
    steps = plan(targets)
    answered = [target for step in steps for target in step.targets]
    assert sorted(answered) == sorted(targets)
    rooms = sum(kind is Kind.ROOM for kind, _ in targets)
    assert len(steps) == len(targets) - max(0, rooms - 1)


def test_the_cold_plan_reads_room_by_room_only_where_that_is_cheaper():
    rooms = [1, 2, 3]
    many, few = list(range(100, 106)), list(range(100, 104))
    assert cold_plan(many, rooms, 1, "2026-11-21") == [ReadRoomDay(room, "2026-11-21") for room in rooms]
    assert cold_plan(few, rooms, 1, "2026-11-21") == [ReadOne((Kind.BOOKING, ident)) for ident in few]
    assert cold_plan(many, rooms, None, "2026-11-21")[0] == ReadOne((Kind.BOOKING, 100))
