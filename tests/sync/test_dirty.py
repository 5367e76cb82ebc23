"""What is dirty: urgency, order, and which marks an answer settles."""

import datetime as dt

from clockdesk.api.gate import Lane
from clockdesk.domain.kinds import Kind
from clockdesk.sync.dirty import Dirty

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(seconds=1)
A, B, C = (Kind.BOOKING, 1), (Kind.BOOKING, 2), (Kind.ROOM, 1)


def test_the_most_urgent_goes_first_and_equals_in_their_order():
    dirty = Dirty()
    for target, lane in ((A, Lane.BACKGROUND), (B, Lane.EVENT), (C, Lane.EVENT)):
        dirty.mark(target, lane, NOON)
    assert list(dirty.take(2)) == [B, C]
    assert list(dirty.take(9)) == [A]
    assert len(dirty) == 0


def test_a_second_mark_only_makes_it_more_urgent():
    dirty = Dirty()
    dirty.mark(A, Lane.EVENT, NOON)
    dirty.mark(A, Lane.BACKGROUND, LATER)
    assert dirty.urgent is Lane.EVENT
    assert len(dirty) == 1


def test_an_answer_settles_what_was_marked_before_it_was_asked_for():
    dirty = Dirty()
    dirty.mark(A, Lane.EVENT, NOON)
    dirty.mark(B, Lane.EVENT, LATER)
    assert dirty.seen(A, NOON)
    assert not dirty.seen(B, NOON)
    assert B in dirty
    assert A not in dirty


def test_an_older_answer_does_not_settle_what_is_being_read_again():
    dirty = Dirty()
    dirty.mark(A, Lane.EVENT, LATER)
    assert list(dirty.take(1)) == [A]
    assert not dirty.seen(A, NOON)
    assert dirty.seen(A, LATER)
    assert dirty.seen(A, NOON)


async def test_waiting_ends_when_something_is_dirty():
    dirty = Dirty()
    dirty.mark(A, Lane.EVENT, NOON)
    await dirty.some()
    dirty.drop(A)
    assert not dirty.targets


def test_what_is_read_together_is_taken_together():
    dirty = Dirty()
    rooms = [(Kind.ROOM, ident) for ident in range(9)]
    dirty.mark(A, Lane.EVENT, NOON)
    for room in rooms:
        dirty.mark(room, Lane.EVENT, NOON)
    dirty.mark(B, Lane.EVENT, NOON)
    assert list(dirty.take(1, frozenset(rooms))) == [A]
    assert list(dirty.take(1, frozenset(rooms))) == rooms
    assert dirty.targets == (B,)
