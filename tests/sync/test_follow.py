"""What a change drags along, worked out before it is written."""

import datetime as dt
import json
from dataclasses import replace

import msgspec
import pytest

from clockdesk.domain.kinds import Kind
from clockdesk.domain.records import Record, Stamp
from clockdesk.domain.value_types import VALUE_TYPES
from clockdesk.store.batch import Batch
from clockdesk.store.files import Place
from clockdesk.store.mirror import open_mirror
from clockdesk.sync.follow import STRANGERS, followers

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


def at(minutes):
    return NOON + dt.timedelta(minutes=minutes)


def record(kind, read, **members):
    raw = json.dumps(members).encode()
    value = msgspec.json.decode(raw, type=VALUE_TYPES[kind])
    return Record(kind, members["id"], value, raw, Stamp(at(read), at(read)))


def booking(ident, *, read=0, balance=0, touched=-60):
    euros = {"cents": balance, "currency": "EUR"}
    return record(Kind.BOOKING, read, id=ident, balance=euros, updated_at=at(touched).isoformat())


def folio(ident, payer, *, read=0, balance=0, made=-60, payer_type="Booking", **more):
    euros = {"cents": balance, "currency": "EUR"}
    created = at(made).isoformat()
    return record(
        Kind.FOLIO, read, id=ident, payer_id=payer, payer_type=payer_type, balance=euros, created_at=created, **more
    )


def dragged(records, mirror):
    return {target for target, _ in followers(records, mirror)}


@pytest.fixture
def mirror():
    made = open_mirror(Place())
    made.apply(Batch(records=[booking(1), booking(2), folio(11, 1), folio(12, 1), folio(13, 2)]))
    yield made
    made.close()


def test_a_folios_money_moves_its_booking_and_anything_else_does_not(mirror):
    assert dragged([folio(11, 1, read=5, balance=9)], mirror) == {(Kind.BOOKING, 1)}
    assert dragged([folio(11, 1, read=5, name="Extras")], mirror) == frozenset()
    assert dragged([folio(11, 1, read=5, close_date="2026-11-21")], mirror) == {(Kind.BOOKING, 1)}


def test_a_folio_that_changes_hands_moves_both_bookings(mirror):
    assert dragged([folio(11, 2, read=5)], mirror) == {(Kind.BOOKING, 1), (Kind.BOOKING, 2)}
    assert dragged([folio(11, 7, read=5, payer_type="Company")], mirror) == {(Kind.BOOKING, 1)}


def test_a_folio_seen_for_the_first_time_moves_its_booking_only_when_it_is_younger_than_the_bookings_copy(mirror):
    assert dragged([folio(14, 1, read=5, made=3)], mirror) == {(Kind.BOOKING, 1)}
    assert dragged([folio(14, 1, read=5, made=-3)], mirror) == frozenset()
    assert dragged([folio(14, 99, read=5, made=3)], mirror) == frozenset()


def test_the_first_folio_of_a_booking_moves_it_unless_both_tell_the_same_balance(mirror):
    mirror.apply(Batch(records=[booking(3, balance=9)]))
    assert dragged([folio(31, 3, read=5, made=3, balance=9)], mirror) == frozenset(), "a new booking with its folio"
    assert dragged([folio(31, 3, read=5, made=3, balance=8)], mirror) == {(Kind.BOOKING, 3)}
    assert dragged([folio(14, 1, read=5, made=3)], mirror) == {(Kind.BOOKING, 1)}, "it has others"
    untold = record(Kind.FOLIO, 5, id=31, payer_id=3, payer_type="Booking", created_at=at(3).isoformat())
    mirror.apply(Batch(records=[record(Kind.BOOKING, 1, id=3)]))
    assert dragged([untold], mirror) == {(Kind.BOOKING, 3)}, "what is not told may be anything"


def test_two_first_folios_at_once_move_their_booking_though_each_tells_its_balance(mirror):
    mirror.apply(Batch(records=[booking(3, balance=9)]))
    both = [folio(31, 3, read=5, made=3, balance=9), folio(32, 3, read=5, made=4, balance=9)]
    assert dragged(both, mirror) == {(Kind.BOOKING, 3)}, "9 was told before the second one was made"


@pytest.mark.logs("can't be read any more")
def test_a_booking_whose_copy_can_t_be_read_any_more_is_moved(mirror):
    of_an_earlier_release = b'{"id": 3, "balance": "nine"}'
    mirror.apply(Batch(records=[replace(booking(3, balance=9), raw=of_an_earlier_release)]))
    assert dragged([folio(31, 3, read=5, made=3, balance=9)], mirror) == {(Kind.BOOKING, 3)}


@pytest.mark.parametrize("read_before", [[], [folio(14, 1, read=4, made=-3)]], ids=["never", "by an event"])
def test_a_stranger_on_the_ledger_moves_its_booking_when_it_is_read(mirror, read_before):
    mirror.apply(Batch(records=read_before, facts={STRANGERS: [14]}))
    assert dragged([folio(14, 1, read=5, made=-3)], mirror) == {(Kind.BOOKING, 1)}
    mirror.apply(Batch(facts={STRANGERS: []}))
    assert dragged([folio(14, 1, read=6, made=-3)], mirror) == frozenset()


def test_a_booking_that_was_touched_moves_its_folios_with_its_money(mirror):
    assert dragged([booking(1, read=5, balance=9, touched=3)], mirror) == {(Kind.FOLIO, 11), (Kind.FOLIO, 12)}
    assert dragged([booking(1, read=5, balance=9)], mirror) == frozenset(), "the ledger finds that"
    assert dragged([booking(1, read=5, touched=3)], mirror) == frozenset()


def test_a_folio_read_after_the_booking_was_touched_is_current(mirror):
    mirror.apply(Batch(records=[folio(11, 1, read=4)]))
    assert dragged([booking(1, read=5, balance=9, touched=3)], mirror) == {(Kind.FOLIO, 12)}


def test_a_booking_that_comes_after_its_folios(mirror):
    mirror.apply(Batch(records=[folio(21, 3)]))
    assert dragged([booking(3, read=5, touched=3)], mirror) == {(Kind.FOLIO, 21)}
    assert dragged([booking(3, read=5, touched=-3)], mirror) == frozenset()


def test_other_kinds_drag_nothing_along(mirror):
    assert dragged([record(Kind.ROOM, 5, id=7)], mirror) == frozenset()


def test_each_is_told_with_what_drags_it(mirror):
    pairs = followers([booking(1, read=5, balance=9, touched=3)], mirror)
    assert {cause for _, cause in pairs} == {(Kind.BOOKING, 1)}
    pairs = followers([folio(11, 1, read=5, balance=9)], mirror)
    assert pairs == {((Kind.BOOKING, 1), (Kind.FOLIO, 11))}
