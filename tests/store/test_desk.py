"""What people wrote comes back, and is never lost."""

from __future__ import annotations

import pytest

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.store.desk import Intent, IntentState, LogLine, Note, SavedFilter, open_desk
from clockdesk.store.files import Place
from tests.store.builders import KEY, NOON, at

OTHER_KEY = bytes(32)


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path / "desk.db", KEY)


@pytest.fixture
def desk(place):
    desk = open_desk(place, at=NOON)
    yield desk
    desk.close()


def filled(place):
    desk = open_desk(place, at=NOON)
    desk.save_filter(SavedFilter(Kind.BOOKING, "Groups", "block_id is not null"))
    for number in range(300):
        desk.add_note(Kind.BOOKING, number, "x" * 500, at=NOON)
    desk.close()


def test_saved_filters(desk):
    late = desk.save_filter(SavedFilter(Kind.ROOM, "Dirty", 'housekeeping_status = "checked_out"', position=2))
    early = desk.save_filter(SavedFilter(Kind.BOOKING, "Dirty", "status = expected", pinned=True, position=1))
    assert desk.filters() == [early, late]
    moved = desk.save_filter(SavedFilter(Kind.BOOKING, "Expected", "status = expected", position=3, id=early.id))
    assert desk.filters() == [late, moved]
    again = desk.save_filter(SavedFilter(Kind.ROOM, "Dirty", "floor = 2", position=9))
    assert desk.filters() == [moved, again], "of two with one name the last stays"
    desk.delete_filter(again.id)
    assert desk.filters() == [moved]


def test_intents(desk):
    first = desk.open_intent(
        Kind.ROOM, 4, {"housekeeping_status": ""}, at=at(1), seen={"housekeeping_status": "inspect"}
    )
    second = desk.open_intent(Kind.BOOKING, 5, {"note": "x"}, at=at(2), base_version=8)
    assert desk.intents(IntentState.OPEN) == [first, second]
    desk.finish_intent(first.id, IntentState.UNKNOWN, at=at(3), note="timed_out")
    assert desk.intents(IntentState.OPEN) == [second]
    assert desk.intents() == [
        Intent(first.id, Kind.ROOM, 4, {"housekeeping_status": ""}, {"housekeeping_status": "inspect"}, None,
               IntentState.UNKNOWN, at(1), at(3), "timed_out"),
        Intent(second.id, Kind.BOOKING, 5, {"note": "x"}, {}, 8, IntentState.OPEN, at(2)),
    ]  # fmt: skip


def test_notes(desk):
    note = desk.add_note(Kind.BOOKING, 5, "Allergic to feathers", at=at(1))
    desk.add_note(Kind.BOOKING, 6, "Late", at=at(1))
    assert desk.notes(Kind.BOOKING, 5) == [Note(note.id, Kind.BOOKING, 5, "Allergic to feathers", at(1))]
    desk.delete_note(note.id)
    assert desk.notes(Kind.BOOKING, 5) == []


def test_manual_log(desk):
    line = desk.write_log("arrived", {"booking": 5, "room": "101"}, at=at(1))
    desk.settle_log(line.id, "applied", at=at(9))
    other = desk.write_log("paid", {"cash": "12.50"}, at=at(2))
    assert desk.log_lines() == [
        LogLine(line.id, "arrived", at(1), {"booking": 5, "room": "101"}, at(9), "applied"),
        other,
    ]


def test_seen_marks_and_facts(desk):
    assert (desk.seen("outage 7"), desk.fact("blocked_until")) == (None, None)
    desk.mark_seen("outage 7", at(1))
    desk.mark_seen("outage 7", at(2))
    desk.set_fact("blocked_until", at(9).isoformat())
    assert (desk.seen("outage 7"), desk.fact("blocked_until")) == (at(2), at(9).isoformat())
    desk.set_fact("blocked_until", None)
    assert desk.fact("blocked_until") is None


def test_everything_is_there_after_the_next_start(place):
    filled(place)
    desk = open_desk(place, at=NOON)
    assert desk.notice == ""
    assert [f.name for f in desk.filters()] == ["Groups"]
    assert len(desk.notes(Kind.BOOKING, 299)) == 1
    assert desk._db.rows("PRAGMA synchronous") == [(2,)], "FULL: what a person wrote survives a power cut"
    desk.close()


def test_a_damaged_file_is_set_aside_under_its_date(place):
    filled(place)
    damaged = place.path.read_bytes()[:-5000]
    place.path.write_bytes(damaged)
    desk = open_desk(place, at=NOON)
    aside = place.path.with_name("desk.unreadable-20261121-120000.db")
    assert aside.read_bytes() == damaged
    assert aside.name in desk.notice
    assert desk.notice.endswith("a new one was started.")
    assert desk.filters() == []
    desk.save_filter(SavedFilter(Kind.ROOM, "New", "floor = 1"))
    desk.close()
    place.path.write_bytes(b"again" * 2000)
    open_desk(place, at=NOON).close()
    assert aside.read_bytes() == damaged, "an earlier one is never overwritten"
    assert place.path.with_name("desk.unreadable-20261121-120000-2.db").read_bytes() == b"again" * 2000


def test_damage_in_the_middle_is_found_at_the_start(place):
    filled(place)
    whole = bytearray(place.path.read_bytes())
    whole[25 * 4096 + 7] ^= 0xFF
    place.path.write_bytes(bytes(whole))
    desk = open_desk(place, at=NOON)
    assert "could not be read" in desk.notice
    desk.close()


def test_another_key_is_not_taken_for_damage(place):
    filled(place)
    with pytest.raises(KnownError) as caught:
        open_desk(Place(place.path, OTHER_KEY), at=NOON)
    assert caught.value.code is ErrorCode.STORE_WRONG_KEY
    assert "set aside" in str(caught.value)
    desk = open_desk(place, at=NOON)
    assert [f.name for f in desk.filters()] == ["Groups"]
    desk.close()


def test_another_key_with_a_persons_consent(place):
    filled(place)
    desk = open_desk(Place(place.path, OTHER_KEY), at=NOON, replace_wrong_key=True)
    assert desk.filters() == []
    desk.close()
    aside = Place(place.path.with_name("desk.unreadable-20261121-120000.db"), KEY)
    old = open_desk(aside, at=NOON)
    assert [f.name for f in old.filters()] == ["Groups"], "with its own key it can still be opened"
    old.close()


def test_a_newer_or_locked_file_is_left_where_it_is(place):
    filled(place)
    desk = open_desk(place, at=NOON)
    desk._db.run("PRAGMA user_version = 99")
    desk.close()
    with pytest.raises(KnownError) as caught:
        open_desk(place, at=NOON)
    assert caught.value.code is ErrorCode.STORE_TOO_NEW
    assert {path.name for path in place.path.parent.iterdir()} == {"desk.db", "desk.db.check"}


def test_in_memory(tmp_path):
    desk = open_desk(Place(), at=NOON)
    desk.save_filter(SavedFilter(Kind.ROOM, "New", "floor = 1"))
    assert len(desk.filters()) == 1
    desk.close()
