"""What a batch writes, what it reports as changed, and what can be read back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.domain.records import ChangeSet, Record
from clockdesk.domain.values import Booking, Guest
from clockdesk.store.batch import Batch, Gone, Owed
from tests.store.builders import DAY, at, booking, charge, content, record, stamp

B = Kind.BOOKING


def changes(kind, *, added=(), changed=(), removed=(), confirmed=(), origin=""):
    return ChangeSet(kind, frozenset(added), frozenset(changed), frozenset(removed), origin, frozenset(confirmed))


def day(offset):
    return DAY + dt.timedelta(days=offset)


def owed(mirror):
    return [(o.kind, o.id, o.since, o.tries, o.error, o.lane) for o in mirror.owed()]


# What is reported


def test_only_real_changes_are_reported(mirror):
    assert mirror.apply(Batch(records=[booking(1, 1), booking(2, 1)], origin="event")) == (
        changes(B, added=[1, 2], origin="event"),
    )
    assert mirror.apply(Batch(records=[booking(1, 2), booking(2, 2, number="7")], origin="sweep")) == (
        changes(B, changed=[2], confirmed=[1], origin="sweep"),
    )
    assert mirror.apply(Batch(gone=[Gone(B, 2, stamp(3)), Gone(B, 99, stamp(3))])) == (changes(B, removed=[2]),)
    assert mirror.apply(Batch(records=[booking(1, 0, number="older")])) == ()
    assert mirror.apply(Batch()) == ()


def test_kinds_are_reported_apart(mirror):
    found = mirror.apply(Batch(records=[charge(5, 3), record(Kind.FOLIO, 3), booking(1)]))
    assert {change.kind: change.added for change in found} == {Kind.CHARGE: {5}, Kind.FOLIO: {3}, B: {1}}


def test_an_equal_answer_moves_the_time_it_was_confirmed(mirror):
    mirror.apply(Batch(records=[booking(1, 1, server=1)]))
    assert mirror.apply(Batch(records=[booking(1, 5, server=4)])) == (changes(B, confirmed=[1]),)
    assert mirror.read_at(B) == {1: stamp(5, 4)}
    assert mirror.apply(Batch(records=[booking(1, 3, server=3)])) == ()
    assert mirror.read_at(B) == {1: stamp(5, 4)}, "an older confirmation takes nothing back"


def test_the_same_members_in_another_order_are_no_change(mirror):
    mirror.apply(Batch(records=[booking(1, 1, number="7", status="expected")], origin="open"))
    other = booking(1, 2, status="expected", number="7")
    assert mirror.apply(Batch(records=[other])) == (changes(B, confirmed=[1]),)
    assert mirror.raw(B, 1) == other.raw
    assert len(mirror.history(B, 1)) == 1


def test_a_balance_that_moves_without_a_new_version_is_a_change(mirror):
    same = {"lock_version": 4, "updated_at": at(0)}
    mirror.apply(Batch(records=[booking(1, 1, balance={"cents": 100, "currency": "EUR"}, **same)]))
    assert mirror.apply(Batch(records=[booking(1, 2, balance={"cents": 0, "currency": "EUR"}, **same)])) == (
        changes(B, changed=[1]),
    )


def test_several_answers_about_one_object_in_one_batch(mirror):
    newest = booking(1, 3, number="c")
    assert mirror.apply(Batch(records=[booking(1, 2, number="b"), newest, booking(1, 1, number="a")])) == (
        changes(B, added=[1]),
    )
    assert mirror.raw(B, 1) == newest.raw


def test_read_and_gone_in_one_batch_is_nothing(mirror):
    assert mirror.apply(Batch(records=[booking(1, 1)], gone=[Gone(B, 1, stamp(2))])) == ()
    assert mirror.ids(B) == frozenset()
    assert mirror.gone(B, 1) == stamp(2)


def test_nothing_of_a_batch_is_written_when_a_part_of_it_fails(mirror):
    mirror.apply(Batch(records=[booking(1, 1)], cursors={"booking": "a"}, owed=[Owed(B, 9, at())]))
    before = content(mirror)
    with pytest.raises(TypeError):
        mirror.apply(
            Batch(records=[booking(1, 2, number="x"), booking(2)], settled=[(B, 9)], cursors={"booking": object()})  # type: ignore[arg-type]
        )
    assert content(mirror) == before
    assert mirror.cursor("booking") == "a"
    assert [o.id for o in mirror.owed()] == [9]


def test_wipe_forgets_all_and_reports_it(mirror):
    mirror.apply(
        Batch(
            records=[booking(1), charge(2, 3)],
            cursors={"a": "b"},
            owed=[Owed(B, 5, at())],
            facts={"f": 1},
            origin="open",
        )
    )
    removed = {change.kind: change.removed for change in mirror.wipe()}
    assert removed == {B: {1}, Kind.CHARGE: {2}}
    assert (content(mirror), mirror.owed(), mirror.cursor("a"), mirror.fact("f"), mirror.changes_since(at(-9))) == (
        {}, [], None, None, []
    )  # fmt: skip


def test_whose_money_moved_after_a_line_of_the_history(mirror):
    cents: list[Any] = [{"balance": {"cents": amount, "currency": "EUR"}} for amount in (100, 250)]
    mirror.apply(Batch(records=[booking(1, **cents[0]), booking(2, **cents[0])]))
    nothing, before = mirror.moved_since(0, {"balance"})
    assert nothing == frozenset(), "what is new has not moved"
    mirror.apply(Batch(records=[booking(1, 5, **cents[1]), booking(2, 5, **cents[0], adults=3)]))
    assert mirror.moved_since(before, {"balance"}) == ({(B, 1)}, before + 2)
    assert mirror.moved_since(before + 2, {"balance"}) == (frozenset(), before + 2)
    assert mirror.added_since(B, before) == frozenset()
    assert mirror.moved_since(before + 99, {"balance"})[0] == {(B, 1)}, "a history that began anew"


# Reading back


def test_objects_come_back_as_they_were_given(mirror):
    given = booking(
        2**63 - 1, 1, server=0, guest_last_name="Ødegård \0 '); DROP", arrival=DAY, unknown={"kept": [1.50]}
    )
    mirror.apply(Batch(records=[given, booking(-5)]))
    assert mirror.record(B, given.id) == given
    assert mirror.get(B, given.id) == given.value
    assert mirror.raw(B, given.id) == given.raw
    assert mirror.get_many(B, [given.id, 12]) == {given.id: given.value}
    assert mirror.records(B, [given.id, -5, 12]) == [booking(-5), given]
    assert (mirror.get(B, 1), mirror.record(B, 1), mirror.raw(B, 1)) == (None, None, None)
    assert mirror.get(Kind.ROOM, given.id) is None


@pytest.mark.parametrize("chunk", [1, 2, 3, 500])
def test_values_come_in_chunks_by_id(mirror, chunk):
    ids = [-(2**63), 0, 7, 9, 2**63 - 1]
    mirror.apply(Batch(records=[booking(ident) for ident in reversed(ids)] + [record(Kind.ROOM, 8)]))
    chunks = list(mirror.iter_values(B, chunk))
    assert [value.id for values in chunks for value in values] == ids
    assert max(map(len, chunks)) == min(chunk, len(ids))
    assert [value.id for value in mirror.values(B)] == ids
    assert (mirror.count(B), mirror.ids(B)) == (5, frozenset(ids))


def test_a_guest_is_kept_by_family_id(mirror):
    mirror.apply(Batch(records=[record(Kind.GUEST, 17, last_name="Ng")]))
    guest = mirror.get(Kind.GUEST, 17)
    assert isinstance(guest, Guest)
    assert guest.last_name == "Ng"


@pytest.mark.logs("the copy's booking 1 can't be read any more")
def test_a_row_that_this_release_can_not_read_is_left_out(mirror):
    mirror.apply(Batch(records=[Record(B, 1, Booking(id=1), b'{"id":1,"arrival":5}', stamp()), booking(2)]))
    assert [value.id for value in mirror.values(B)] == [2]
    assert mirror.get(B, 1) is None
    assert mirror.record(B, 1) is None
    assert mirror.raw(B, 1) is not None


def test_stamps_of_some_objects(mirror):
    mirror.apply(Batch(records=[booking(1, 1), booking(2, 2, server=9), booking(3, 3)]))
    assert mirror.stamps(B, [1, 2, 77]) == {1: stamp(1), 2: stamp(2, 9)}


def test_children_and_when_they_were_listed(mirror):
    assert mirror.listed(Kind.CHARGE, 3) is None
    mirror.apply(
        Batch(
            records=[charge(2, 3), charge(1, 3), charge(5, 4)],
            whole={(Kind.CHARGE, 3): frozenset({1, 2})},
            stamp=stamp(0, 7),
        )
    )
    assert [value.id for value in mirror.children(Kind.CHARGE, 3)] == [1, 2]
    assert mirror.listed(Kind.CHARGE, 3) == stamp(0, 7)
    assert mirror.listed(Kind.CHARGE, 4) is None


def test_an_older_list_changes_nothing(mirror):
    newer = Batch(records=[charge(1, 3, 5)], whole={(Kind.CHARGE, 3): frozenset({1})}, stamp=stamp(5))
    mirror.apply(newer)
    assert mirror.apply(Batch(whole={(Kind.CHARGE, 3): frozenset()}, stamp=stamp(4))) == ()
    assert mirror.listed(Kind.CHARGE, 3) == stamp(5)


def test_parents_are_taken_from_the_object_where_the_reader_gave_none(mirror):
    mirror.apply(Batch(records=[record(Kind.FOLIO_TAX, 1, folio_id=3), record(Kind.BOOKING_GUEST, 2, booking_id=8)]))
    assert [value.id for value in mirror.children(Kind.FOLIO_TAX, 3)] == [1]
    assert [value.id for value in mirror.children(Kind.BOOKING_GUEST, 8)] == [2]


# A booking's folios and guests


def links(asked, **folios):
    return Batch(links={1: frozenset(folios.values())}, stamp=stamp(asked), origin="open")


def test_the_folios_of_a_booking(mirror):
    mirror.apply(Batch(records=[booking(1)]))
    assert mirror.folios_listed(1) is None
    assert mirror.apply(links(1)) == (changes(B, changed=[1], origin="open"),), "none, and that is news"
    assert mirror.apply(links(2)) == ()
    assert mirror.apply(links(3, a=30, b=20)) == (changes(B, changed=[1], origin="open"),)
    assert mirror.apply(links(2, a=99)) == ()
    assert mirror.folios_of(1) == (20, 30)
    assert mirror.folios_listed(1) == stamp(3)
    assert mirror.bookings_of_folio(20) == {1}
    mirror.apply(Batch(records=[record(Kind.FOLIO, 20)], gone=[Gone(Kind.FOLIO, 20, stamp(9))]))
    assert mirror.folios_of(1) == (30,)
    mirror.apply(Batch(gone=[Gone(B, 1, stamp(9))]))
    assert mirror.folios_of(1) == ()


def test_payers(mirror):
    def folio(ident, payer, payer_type):
        return record(Kind.FOLIO, ident, payer_id=payer, payer_type=payer_type)

    mirror.apply(
        Batch(records=[folio(1, 10, "Booking"), folio(2, 11, "Company"), folio(3, 12, "Booking"), folio(4, None, None)])
    )
    assert mirror.payers([1, 2, 4, 99]) == {1: 10}
    assert mirror.folio_payers() == {10, 12}


def test_folios_by_state(mirror):
    states: dict[int, dict[str, Any]] = {1: {}, 2: {"close_date": DAY}, 3: {"close_date": DAY, "voided_at": at()}}
    mirror.apply(Batch(records=[record(Kind.FOLIO, ident, 1, **members) for ident, members in states.items()]))
    assert [mirror.folio_ids(state) for state in ("open", "closed", "voided")] == [{1}, {2}, {3}]
    mirror.apply(Batch(records=[record(Kind.FOLIO, 1, 2, close_date=DAY)]))
    assert mirror.folio_ids("open") == frozenset()


def test_bookings_of_guests(mirror):
    mirror.apply(
        Batch(
            records=[
                booking(1, 1, main_booking_guest={"guest_id": 70}, booking_guests=[{"guest_id": 70}, {"guest_id": 71}]),
                booking(2, 1, main_booking_guest={"guest_id": 71}),
                record(Kind.BOOKING_GUEST, 5, 1, booking_id=3, guest_id=70),
            ]
        )
    )
    assert mirror.bookings_of_guests([70]) == {1, 3}
    assert mirror.bookings_of_guests([71, 72]) == {1, 2}
    mirror.apply(Batch(records=[booking(1, 2, main_booking_guest={"guest_id": 72})], gone=[Gone(B, 2, stamp(2))]))
    assert mirror.bookings_of_guests([71]) == frozenset()
    assert mirror.bookings_of_guests([72]) == {1}


# By typed columns


def test_bookings_between_two_days(mirror):
    stays = {1: (-3, -1), 2: (-2, 0), 3: (0, 2), 4: (1, 1), 5: (2, 5), 6: (-9, 9)}
    mirror.apply(
        Batch(records=[booking(i, arrival=day(a), departure=day(d), status="expected") for i, (a, d) in stays.items()]
              + [booking(7, arrival=DAY, departure=day(1), status="canceled"), booking(8)])
    )  # fmt: skip
    assert mirror.booking_ids_between(DAY, day(1)) == {2, 3, 4, 6, 7}
    assert mirror.booking_ids_between(DAY, day(1), ["expected", "checked_in"]) == {2, 3, 4, 6}
    assert [found.id for found in mirror.bookings_between(DAY, day(1), ["expected"])] == [6, 2, 3, 4]


def test_movements_are_todays_bookings(mirror):
    given = {
        1: ("checked_in", -400, -1),
        2: ("expected", -2, 1),
        3: ("expected", 0, 1),
        4: ("expected", 1, 2),
        5: ("checked_out", -1, 0),
        6: ("checked_out", -2, -1),
        7: ("canceled", 0, 1),
        8: ("no_show", 0, 1),
    }
    mirror.apply(
        Batch(records=[booking(i, status=s, arrival=day(a), departure=day(d)) for i, (s, a, d) in given.items()])
    )
    assert {found.id for found in mirror.movements(DAY)} == {1, 2, 3, 5}


def test_columns_follow_the_object(mirror):
    mirror.apply(Batch(records=[booking(1, 1, status="expected", arrival=DAY, departure=day(1))]))
    mirror.apply(Batch(records=[booking(1, 2, status="expected", arrival=day(5), departure=day(6))]))
    assert mirror.booking_ids_between(DAY, day(1)) == frozenset()
    assert mirror.booking_ids_between(day(5), day(5)) == {1}
    mirror.apply(Batch(gone=[Gone(B, 1, stamp(3))]))
    assert mirror.booking_ids_between(day(5), day(5)) == frozenset()


def test_bookings_by_text(mirror):
    people: dict[int, dict[str, Any]] = {
        1: {"guest_last_name": "STRAẞE"},
        2: {"guest_first_name": "Ana\0María"},
        3: {"reference_number": "EXT_1%"},
    }
    mirror.apply(Batch(records=[booking(ident, **members) for ident, members in people.items()]))
    assert mirror.bookings_with_text("strasse") == {1}
    assert mirror.bookings_with_text("MARIA") == {2}
    assert mirror.bookings_with_text("_1%") == {3}
    assert mirror.bookings_with_text("x_1") == frozenset()


# Owed, cursors, facts


def test_what_is_owed_adds_up(mirror):
    mirror.apply(Batch(owed=[Owed(B, 1, at(5), 1, "server_error", lane=2), Owed(Kind.ROOM, 1, at(6))]))
    mirror.apply(Batch(owed=[Owed(B, 1, at(9))]))
    assert owed(mirror) == [(B, 1, at(5), 1, "server_error", 2), (Kind.ROOM, 1, at(6), 0, "", None)]
    mirror.apply(Batch(owed=[Owed(B, 1, at(1), 1, ErrorCode.BAD_ANSWER)]))
    assert owed(mirror)[0] == (B, 1, at(1), 2, "bad_answer", 2)
    mirror.apply(Batch(settled=[(B, 1), (B, 404)]))
    assert owed(mirror) == [(Kind.ROOM, 1, at(6), 0, "", None)]


def test_what_is_settled_and_owed_in_one_batch_stays_owed(mirror):
    mirror.apply(Batch(settled=[(B, 1)], owed=[Owed(B, 1, at())]))
    assert [o.id for o in mirror.owed()] == [1]


def test_cursors(mirror):
    assert mirror.cursor("booking") is None
    mirror.apply(Batch(cursors={Kind.BOOKING: "a", "room": "b"}))
    mirror.apply(Batch(cursors={"booking": "c"}))
    assert (mirror.cursor(Kind.BOOKING), mirror.cursor("room")) == ("c", "b")


def test_facts(mirror):
    mirror.apply(Batch(facts={"ledger": {"items": [1, 2.50, None]}, "other": 1}))
    assert mirror.fact("ledger") == {"items": [1, Decimal("2.5"), None]}
    mirror.apply(Batch(facts={"ledger": None, "other": 2}))
    assert (mirror.fact("ledger"), mirror.fact("other")) == (None, 2)


# History


def test_history_says_what_changed(mirror):
    mirror.apply(Batch(records=[charge(1, 3, 1, text="Minibar", price_cents=500)], origin="open"))
    mirror.apply(Batch(records=[charge(1, 3, 2, text="Minibar", price_cents=450, qty=1.50)], origin="sweep"))
    mirror.apply(Batch(gone=[Gone(Kind.CHARGE, 1, stamp(3))], origin="event"))
    removed, changed, added = mirror.history(Kind.CHARGE, 1)
    assert (added.change, added.origin, added.at, added.members) == ("added", "open", at(1), {})
    assert (changed.change, changed.origin, changed.at) == ("changed", "sweep", at(2))
    assert changed.members == {"price_cents": (500, 450), "qty": (None, Decimal("1.5"))}
    assert (removed.change, removed.at, removed.members["price_cents"]) == ("removed", at(3), (450, None))
    assert len(mirror.history(Kind.CHARGE, 1, limit=2)) == 2


def test_a_confirmation_and_a_first_look_are_no_history(mirror):
    mirror.apply(Batch(records=[booking(1, 1)], origin="cold"))
    mirror.apply(Batch(records=[booking(1, 2)], origin="sweep"))
    assert mirror.changes_since(at(-1)) == []


def test_changes_since_an_instant(mirror):
    mirror.apply(Batch(records=[booking(1, 1), record(Kind.ROOM, 4, 5)]))
    mirror.apply(Batch(records=[booking(1, 9, number="x")]))
    assert [(h.kind, h.id, h.change) for h in mirror.changes_since(at(1))] == [
        (Kind.ROOM, 4, "added"),
        (B, 1, "changed"),
    ]


def test_history_is_kept_for_a_time_only(mirror):
    mirror.apply(Batch(records=[booking(1, 1), booking(2, 5)], gone=[Gone(B, 3, stamp(1)), Gone(B, 4, stamp(5))]))
    assert mirror.trim_history(at(4)) == 1
    assert [h.id for h in mirror.changes_since(at(-9))] == [2]
    assert (mirror.gone(B, 3), mirror.gone(B, 4)) == (None, stamp(5))
    assert mirror.ids(B) == {1, 2}


def test_errors_name_no_guest(mirror):
    mirror._db.run("PRAGMA max_page_count = 40")
    with pytest.raises(KnownError) as caught:
        mirror.apply(Batch(records=[booking(i, guest_last_name="Nachtigall", note="x" * 3000) for i in range(100)]))
    assert "achtigall" not in str(caught.value) + caught.value.detail


# A clock that was wrong


def test_nothing_was_asked_for_in_the_future(mirror):
    """The clock was two hours ahead, and is right now: the `Date` of an answer says when it was, or else it is now."""
    ahead = 7200
    mirror.apply(Batch(records=[booking(1, ahead, server=5), booking(2, ahead), booking(3, 5)]))
    mirror.apply(Batch(gone=[Gone(B, 4, stamp(ahead))]))
    assert mirror.not_after(at(60)) == (changes(B, confirmed=[1, 2], origin="start"),)
    stamps = mirror.stamps(B, [1, 2, 3])
    assert [stamps[ident].asked for ident in (1, 2, 3)] == [at(5), at(60), at(5)]
    assert mirror.gone(B, 4).asked == at(60)
    assert mirror.not_after(at(60)) == ()
    mirror.apply(Batch(records=[booking(2, 61, number="7"), booking(4, 61)]))
    assert mirror.get(B, 2).number == "7"
    assert mirror.get(B, 4) is not None
