"""What staff wanted of the time clock, and who did what: kept, and added to the files of earlier versions."""

from __future__ import annotations

import dataclasses

from clockdesk.domain.kinds import Kind
from clockdesk.store.connection import Database
from clockdesk.store.desk import ShiftNote, open_desk
from clockdesk.store.files import Place
from clockdesk.store.schema_desk import DESK, first
from tests.store.builders import KEY, NOON, at

WISH = ShiftNote(0, "acc-1", "Maria Petrova", "MP", "in", at(1), "open")


def test_wishes_come_back(tmp_path):
    place = Place(tmp_path / "desk.db", KEY)
    desk = open_desk(place, at=NOON)
    one = desk.add_shift_note(WISH)
    two = desk.add_shift_note(dataclasses.replace(WISH, intention="out", intended=at(2)))
    desk.settle_shift_note(one.id, "done", "Clocked in.", at=at(3))
    desk.close()
    desk = open_desk(place, at=NOON)
    done = dataclasses.replace(one, state="done", words="Clocked in.", finished=at(3))
    assert desk.shift_notes() == [done, two]
    desk.close()


def test_an_intent_has_its_author(tmp_path):
    desk = open_desk(Place(tmp_path / "desk.db", KEY), at=NOON)
    desk.author = "Maria Petrova (MP)"
    made = desk.open_intent(Kind.ROOM, 4, {}, at=NOON)
    assert made.author == "Maria Petrova (MP)"
    desk.author = ""
    assert desk.intents() == [made]
    desk.close()


def test_a_file_of_the_first_version_is_carried_over(tmp_path):
    place = Place(tmp_path / "desk.db", KEY)
    old = Database(dataclasses.replace(DESK, migrations=(first,)), place)
    with old.transaction():
        old.run(
            "INSERT INTO intent (kind, object_id, members, seen, state, created, note) "
            "VALUES ('room', 4, '{}', '{}', 'open', 0, '')"
        )
    old.close()
    desk = open_desk(place, at=NOON)
    assert desk.notice == ""
    assert [(one.object_id, one.author) for one in desk.intents()] == [(4, "")]
    assert desk.shift_notes() == []
    assert desk.add_shift_note(WISH).id == 1
    desk.close()
