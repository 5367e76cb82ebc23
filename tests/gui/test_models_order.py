from hypothesis import given
from hypothesis import strategies as st

from clockdesk.ui.models.order import runs, steps

ids = st.lists(st.integers(0, 40), unique=True, max_size=30)


def walk(old, few):
    now = list(old)
    for first, last in few.removals:
        del now[first : last + 1]
    for row, to in few.moves:
        now.insert(to, now.pop(row))
    for first, fresh in few.insertions:
        now[first:first] = fresh
    return now


@given(ids, ids)
def test_the_steps_lead_from_one_order_to_the_other(old, new):
    few = steps(old, new, limit=100)
    assert few is not None
    assert walk(old, few) == new


def test_moving_one_row_takes_one_step():
    few = steps(range(1000), [*range(1, 1000), 0], limit=1)
    assert few is not None
    assert few.moves == ((0, 999),)
    few = steps([*range(1, 1000), 0], range(1000), limit=1)
    assert few is not None
    assert few.moves == ((999, 0),)


def test_neighbours_come_and_go_in_one_step():
    few = steps([1, 2, 3, 4, 5], [1, 5, 6, 7], limit=2)
    assert few is not None
    assert few.removals == ((1, 3),)
    assert few.insertions == ((2, (6, 7)),)
    assert few.moves == ()


def test_too_many_steps_are_refused():
    assert steps(range(0, 100, 1), range(0, 100, 2), limit=10) is None
    assert steps(range(100), list(reversed(range(100))), limit=10) is None
    assert steps(range(0, 100, 2), range(100), limit=10) is None


def test_runs_are_stretches_without_a_gap():
    assert runs([]) == []
    assert runs([3]) == [(3, 3)]
    assert runs([1, 2, 3, 7, 9, 10]) == [(1, 3), (7, 7), (9, 10)]
