"""Which answer wins, whatever the order in which answers arrive."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from clockdesk.domain.kinds import Kind
from clockdesk.store.batch import Batch, Gone
from tests.store.builders import at, booking, charge, content, memory, record, stamp

B = Kind.BOOKING


def applied(*batches: Batch):
    mirror = memory()
    for batch in batches:
        mirror.apply(batch)
    found = content(mirror)
    mirror.close()
    return found


def winner(*records):
    """The JSON that is held after these arrived in this order, and in the opposite one."""
    [there] = {applied(*(Batch(records=[r]) for r in order))[B, 1][0] for order in (records, records[::-1])}
    return there


def test_the_higher_lock_version_wins_even_when_asked_for_earlier():
    old = booking(1, asked=9, lock_version=4, updated_at=at(8))
    new = booking(1, asked=1, lock_version=5, updated_at=at(2))
    assert winner(old, new) == new.raw


def test_without_lock_version_the_later_updated_at_wins():
    old, new = booking(1, asked=9, updated_at=at(1)), booking(1, asked=1, updated_at=at(1.001))
    assert winner(old, new) == new.raw


def test_updated_at_is_compared_as_an_instant():
    old = booking(1, asked=9, updated_at="2026-11-21T13:30:00+02:00")
    new = booking(1, asked=1, updated_at="2026-11-21T12:00:00Z")
    assert winner(old, new) == new.raw


def test_at_a_tie_the_answer_asked_for_later_wins():
    same = {"lock_version": 4, "updated_at": at(1)}
    old = booking(1, asked=1, balance={"cents": 100, "currency": "EUR"}, **same)
    new = booking(1, asked=2, balance={"cents": 0, "currency": "EUR"}, **same)
    assert winner(old, new) == new.raw


def test_a_member_that_one_answer_lacks_decides_nothing():
    old, new = booking(1, asked=1, lock_version=4, updated_at=at(1)), booking(1, asked=2, updated_at=at(1))
    assert winner(old, new) == new.raw


def test_a_clock_set_back_does_not_freeze_the_copy():
    """Held: read while this computer's clock was an hour ahead. The service's own clock shows what is later."""
    old = booking(1, asked=3600, server=0, number="old")
    new = booking(1, asked=200, server=200, number="new")
    assert winner(old, new) == new.raw


def test_a_slow_answer_is_not_taken_for_a_later_one():
    old = booking(1, asked=0, server=60, number="old")  # a minute on the way
    new = booking(1, asked=5, server=5, number="new")
    assert winner(old, new) == new.raw


# Any order ends the same

moments = st.integers(0, 6)


@st.composite
def answers(draw):
    """Answers about two bookings, each of which has, or lacks, the members that order them."""
    records = []
    for ident in (1, 2):
        has_lock, has_updated, has_server = draw(st.tuples(st.booleans(), st.booleans(), st.booleans()))
        for number in range(draw(st.integers(0, 4))):
            asked = draw(moments)
            members: dict[str, Any] = {"number": f"{draw(st.integers(0, 2))}"}
            if has_lock:
                members["lock_version"] = draw(st.integers(0, 2))
            if has_updated:
                members["updated_at"] = at(draw(moments))
            records.append(booking(ident, asked, server=asked + number if has_server else None, **members))
    return records


@settings(max_examples=120, deadline=None)
@given(answers().flatmap(lambda found: st.tuples(st.just(found), st.permutations(found), st.integers(1, 3))))
def test_any_order_of_the_same_answers_ends_in_the_same_copy(case):
    given_order, other_order, together = case
    one = applied(*(Batch(records=[r]) for r in given_order))
    other = applied(*(Batch(records=other_order[i : i + together]) for i in range(0, len(other_order), together)))
    assert one == other


@st.composite
def lives(draw):
    """What was asked, and answered, about a folio's charge and a booking while they came and went at the service."""
    pieces = []
    present = True
    for asked in range(draw(st.integers(1, 6))):
        present = draw(st.booleans())
        match draw(st.sampled_from(["booking", "charge", "list"])):
            case "booking" if present:
                pieces.append(Batch(records=[booking(1, asked, lock_version=asked, number=f"{asked}")]))
            case "booking":
                pieces.append(Batch(gone=[Gone(B, 1, stamp(asked))]))
            case "charge" if present:
                pieces.append(Batch(records=[charge(7, 3, asked, text=f"{asked}")]))
            case "charge":
                pieces.append(Batch(gone=[Gone(Kind.FOLIO, 3, stamp(asked))]))
            case _:
                listed = [charge(7, 3, asked, text=f"{asked}")] if present else []
                whole = {(Kind.CHARGE, 3): frozenset(c.id for c in listed)}
                pieces.append(Batch(records=listed, whole=whole, stamp=stamp(asked)))
    return pieces


@settings(max_examples=150, deadline=None)
@given(lives().flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_any_order_of_answers_and_absences_ends_as_the_service_did(case):
    in_time, any_order = case
    assert applied(*in_time) == applied(*any_order)


# Absence


def test_a_late_older_answer_does_not_bring_back_what_is_gone():
    assert (
        applied(Batch(records=[booking(1, 1)]), Batch(gone=[Gone(B, 1, stamp(3))]), Batch(records=[booking(1, 2)]))
        == {}
    )


def test_nor_when_it_was_never_held():
    assert applied(Batch(gone=[Gone(B, 1, stamp(3))]), Batch(records=[booking(1, 2)])) == {}


def test_an_older_absence_takes_nothing_from_a_newer_one():
    newer, older = Batch(gone=[Gone(B, 1, stamp(4))]), Batch(gone=[Gone(B, 1, stamp(1))])
    assert applied(newer, older, Batch(records=[booking(1, 2)])) == {}


def test_a_newer_answer_brings_it_back():
    back = booking(1, 4)
    assert applied(Batch(gone=[Gone(B, 1, stamp(3))]), Batch(records=[back])) == {(B, 1): (back.raw, back.stamp)}


def test_a_404_asked_before_a_newer_read_does_not_win():
    kept = booking(1, 4)
    assert applied(Batch(records=[kept]), Batch(gone=[Gone(B, 1, stamp(3))])) == {(B, 1): (kept.raw, kept.stamp)}


@pytest.mark.parametrize("first", [True, False])
def test_an_answer_and_an_absence_of_one_request_end_as_absence(first):
    batches = [Batch(records=[booking(1, 3)]), Batch(gone=[Gone(B, 1, stamp(3))])]
    assert applied(*(batches if first else batches[::-1])) == {}


def test_parts_go_with_their_whole_and_do_not_come_back_without_it():
    folio = record(Kind.FOLIO, 3, 1)
    gone = Batch(gone=[Gone(Kind.FOLIO, 3, stamp(5))])
    assert applied(Batch(records=[folio, charge(7, 3, 1)]), gone, Batch(records=[charge(8, 3, 4)])) == {}


def test_a_part_read_later_than_the_absence_of_its_whole_stays():
    late = charge(7, 3, 6)
    assert set(applied(Batch(records=[late]), Batch(gone=[Gone(Kind.FOLIO, 3, stamp(5))]))) == {(Kind.CHARGE, 7)}


def test_a_complete_list_removes_what_it_does_not_name():
    whole = Batch(records=[charge(1, 3, 5)], whole={(Kind.CHARGE, 3): frozenset({1})}, stamp=stamp(5))
    held = Batch(records=[charge(1, 3, 1), charge(2, 3, 1), charge(4, 9, 1)])
    assert set(applied(held, whole)) == {(Kind.CHARGE, 1), (Kind.CHARGE, 4)}


def test_a_complete_list_leaves_what_was_read_later():
    whole = Batch(whole={(Kind.CHARGE, 3): frozenset()}, stamp=stamp(5))
    assert set(applied(Batch(records=[charge(1, 3, 6)]), whole)) == {(Kind.CHARGE, 1)}


def test_a_complete_list_keeps_out_what_it_did_not_name():
    whole = Batch(whole={(Kind.CHARGE, 3): frozenset()}, stamp=stamp(5))
    assert applied(whole, Batch(records=[charge(1, 3, 4)])) == {}
    assert set(applied(whole, Batch(records=[charge(1, 3, 6)]))) == {(Kind.CHARGE, 1)}


def test_a_complete_list_of_all_rooms():
    rooms = Batch(records=[record(Kind.ROOM, 1, 1), record(Kind.ROOM, 2, 1)])
    every_room: dict[tuple[Kind, int | None], frozenset[int]] = {(Kind.ROOM, None): frozenset({2})}
    whole = Batch(records=[record(Kind.ROOM, 2, 5)], whole=every_room, stamp=stamp(5))
    assert set(applied(rooms, whole)) == {(Kind.ROOM, 2)}


def test_a_complete_list_needs_the_time_it_was_asked_for():
    with pytest.raises(ValueError, match="stamp"):
        Batch(whole={(Kind.CHARGE, 3): frozenset()})
    with pytest.raises(ValueError, match="stamp"):
        Batch(links={3: frozenset()})
