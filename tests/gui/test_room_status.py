"""Statuses and remarks set on the board: real PUTs to the embedded hotel, and what the board says when one fails."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from clockdesk.domain.kinds import Kind
from clockdesk.ui.screens.rooms import RoomsPage
from clockdesk.ui.widgets.dialogs import Question
from tests.support.engine import engine_on, until
from tests.support.hotel import Hotel
from tests.support.screens import click, settled, swept_up

RIGHT = "pms_api_rooms_update"


class Board:
    """The rooms page on a hotel whose copy was read once and does not follow."""

    def __init__(self, hotel, engine, page):
        self.hotel, self.engine, self.page = hotel, engine, page

    def some(self, status, count=1):
        ids = [
            ident
            for ident in self.page.model.ids
            if self.engine.office.house.line(Kind.ROOM, ident).housekeeping == status
        ]
        assert len(ids) >= count
        return ids[:count]

    def name(self, room):
        return self.engine.office.house.room_name(room)

    def truth(self, room, member="housekeeping_status"):
        return self.hotel.truth("rooms", room)[0][member]

    def puts(self):
        return sum(n for name, n in self.hotel.stats()["by_endpoint"].items() if name.startswith("PUT"))

    @property
    def said(self):
        return self.page.toast._words.text() if self.page.toast.isVisible() else ""

    @property
    def complaint(self):
        banner = self.page.banner
        return f"{banner._sentence.text()} {banner._step.text()}" if banner.isVisible() else ""

    async def ended(self):
        await until(lambda: not any("room" in name for name in self.engine.tasks.names))
        await settled()

    async def question(self):
        def open_one():
            return [w for w in QApplication.topLevelWidgets() if isinstance(w, Question) and w.isVisible()]

        await until(open_one)
        return open_one()[0]


@asynccontextmanager
async def board(look):
    swept_up()
    with Hotel(rooms=24, bookings=30) as hotel:
        async with engine_on(hotel) as engine:
            await engine.office.load()
            await engine.sync.once()
            page = RoomsPage(look, engine.tasks, engine.office)
            page.resize(1192, 760)
            page.show()
            page.activateWindow()
            await settled()
            hotel.reset_stats()
            try:
                yield Board(hotel, engine, page)
            finally:
                delete(page)


async def test_a_key_sets_the_status_of_the_chosen_room(look):
    async with board(look) as it:
        (room,) = it.some("checked_out")
        it.page.board.setFocus()
        it.page.board.choose((room,))
        QTest.keyClick(it.page.board, Qt.Key.Key_I)
        await it.ended()
        assert it.truth(room) == "inspect"
        assert it.puts() == 1
        assert it.engine.office.house.line(Kind.ROOM, room).housekeeping == "inspect"
        assert it.said == f"Room {it.name(room)} is now Inspect."
        assert it.page.board.chosen_ids == (room,)


async def test_a_change_can_be_undone(look):
    async with board(look) as it:
        (room,) = it.some("checked_out")
        it.page.setting.set((room,), "")
        await it.ended()
        assert it.page.toast.button.text() == "Undo"
        it.page.toast.button.click()
        await it.ended()
        assert it.truth(room) == "checked_out"
        assert it.said == f"Room {it.name(room)} is now Dirty."


async def test_undo_never_speaks_of_an_earlier_change(look):
    async with board(look) as it:
        first, second = it.some("checked_out", 2)
        it.page.setting.set((first,), "")
        await it.ended()
        it.hotel.fault(forget_right=RIGHT)
        it.page.setting.set((second,), "")
        assert not it.page.toast.isVisible()
        await it.ended()
        assert not it.page.toast.isVisible()
        assert it.page.banner.isVisible()


async def test_many_rooms_with_one_press(look):
    async with board(look) as it:
        rooms = it.some("checked_out", 3)
        it.page.board.choose(rooms)
        it.page.foot.buttons["progress"].click()
        await it.ended()
        assert [it.truth(room) for room in rooms] == ["progress"] * 3
        assert it.puts() == 3
        assert it.said == "3 rooms are now In progress."
        assert it.page.foot.words.text() == "3 rooms chosen"


async def test_the_drawer_sets_it_and_marks_it_when_the_hotel_has_it(look):
    async with board(look) as it:
        (room,) = it.some("checked_out")
        it.page.open(room)
        buttons = it.page.drawer.choice.buttons
        buttons[""].click()
        assert buttons["checked_out"].isChecked()
        assert not buttons[""].isChecked()
        await it.ended()
        assert it.truth(room) == ""
        assert buttons[""].isChecked()


async def test_the_menu_sets_it(look):
    async with board(look) as it:
        (room,) = it.some("checked_out")
        menu = it.page.menu_for((room,))
        next(action for action in menu.actions() if action.text() == "Clean\tC").trigger()
        await it.ended()
        assert it.truth(room) == ""


async def test_what_it_has_already_is_not_sent(look):
    async with board(look) as it:
        (room,) = it.some("checked_out")
        it.page.setting.set((room,), "checked_out")
        await it.ended()
        assert it.puts() == 0
        assert it.said == f"Room {it.name(room)} is Dirty already."
        assert not it.page.toast.button.isVisible()


async def test_pressing_twice_is_no_conflict_with_oneself(look):
    async with board(look) as it:
        (room,) = it.some("checked_out")
        it.page.setting.set((room,), "progress")
        it.page.setting.set((room,), "inspect")
        await it.ended()
        assert it.truth(room) == "inspect"
        assert it.said == f"Room {it.name(room)} is now Inspect."


@pytest.mark.parametrize(("key", "becomes"), [("over", ""), ("", "progress")])
async def test_a_conflict_shows_both_sides_and_lets_the_person_choose(look, key, becomes):
    async with board(look) as it:
        (room,) = it.some("checked_out")
        it.hotel.happen("housekeeping", room_id=room, status="progress")
        it.page.setting.set((room,), "")
        question = await it.question()
        text = question.accessibleDescription()
        assert f"Room {it.name(room)}: you saw Dirty, it is In progress now." in text
        assert it.truth(room) == "progress"
        question.buttons[key].click()
        await it.ended()
        assert it.truth(room) == becomes
        assert it.engine.office.house.line(Kind.ROOM, room).housekeeping == becomes
        assert it.said == ("Left as it is." if not key else f"Room {it.name(room)} is now Clean.")


async def test_among_many_only_the_changed_one_is_asked_about(look):
    async with board(look) as it:
        rooms = it.some("checked_out", 3)
        it.hotel.happen("housekeeping", room_id=rooms[1], status="inspect")
        it.page.setting.set(rooms, "")
        question = await it.question()
        assert question.windowTitle() == f"Room {it.name(rooms[1])} was changed meanwhile"
        question.buttons[""].click()
        await it.ended()
        assert [it.truth(room) for room in rooms] == ["", "inspect", ""]
        assert it.said == "2 rooms are now Clean."


async def test_a_missing_right_is_told_and_can_be_tried_again(look):
    async with board(look) as it:
        (room,) = it.some("checked_out")
        it.hotel.fault(forget_right=RIGHT)
        it.page.setting.set((room,), "")
        await it.ended()
        assert it.complaint.startswith(f"Room {it.name(room)} did not become Clean.")
        assert "Ask the hotel's administrator" in it.complaint
        assert it.truth(room) == "checked_out"
        it.hotel.fault(restore_right=RIGHT)
        it.page.banner.button.click()
        assert it.page.banner.isHidden()
        await it.ended()
        assert it.truth(room) == ""
        assert it.said == f"Room {it.name(room)} is now Clean."


async def test_each_failed_room_is_named_and_only_those_are_tried_again(look):
    async with board(look) as it:
        rooms = it.some("checked_out", 3)
        it.hotel.fault(always_500={"table": "rooms", "id": rooms[1]})
        it.page.setting.set(rooms, "")
        await it.ended()
        assert it.complaint.startswith(f"2 of 3 rooms are now Clean. {it.name(rooms[1])}: ")
        it.hotel.clear_faults()
        it.hotel.reset_stats()
        it.page.banner.button.click()
        await it.ended()
        assert it.puts() == 1
        assert [it.truth(room) for room in rooms] == ["", "", ""]


async def test_without_a_line_nothing_is_claimed(look):
    async with board(look) as it:
        (room,) = it.some("checked_out")
        it.hotel.fault(refuse_api=True)
        it.page.setting.set((room,), "")
        await it.ended()
        assert it.complaint.startswith(f"Room {it.name(room)} did not become Clean.")
        assert it.engine.office.house.line(Kind.ROOM, room).housekeeping == "checked_out"
        it.hotel.fault(refuse_api=False)
        assert it.truth(room) == "checked_out"


async def test_an_answer_that_is_lost_is_looked_up(look):
    async with board(look) as it:
        (room,) = it.some("checked_out")
        it.hotel.fault(cut_answer={"method": "PUT", "calls": 1})
        it.page.setting.set((room,), "")
        await it.ended()
        assert it.truth(room) == ""
        assert it.puts() == 1
        assert it.said == f"Room {it.name(room)} is now Clean."


async def test_the_foot_tells_how_far_it_is(look):
    async with board(look) as it:
        rooms = it.some("checked_out", 3)
        seen = []
        it.page.setting.progressed.connect(lambda *_: seen.append(it.page.foot.words.text()))
        it.page.setting.set(rooms, "")
        await it.ended()
        assert seen == ["Setting 3 rooms: 1 done", "Setting 3 rooms: 2 done", "Choose rooms to set their status"]


# The remark


async def test_a_remark_is_written(look):
    async with board(look) as it:
        (room,) = it.some("checked_out")
        it.page.open(room)
        remark = it.page.drawer.remark
        assert not remark.save_button.isVisible()
        remark.box.setFocus()
        remark.box.selectAll()
        QTest.keyClicks(remark.box, "Lamp broken")
        assert remark.save_button.isVisible()
        QTest.keyClick(remark.box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: not remark.save_button.isVisible())
        assert it.truth(room, "housekeeping_warning") == "Lamp broken"
        assert it.engine.office.house.line(Kind.ROOM, room).warning == "Lamp broken"
        assert it.puts() == 1


async def test_a_first_remark_is_no_conflict(look):
    async with board(look) as it:
        room = next(line.id for line in it.page._lines() if it.truth(line.id, "housekeeping_warning") is None)
        it.page.open(room)
        it.page.drawer.remark.box.setPlainText("Cot wanted")
        it.page.drawer.remark.save()
        await until(lambda: not it.page.drawer.remark.save_button.isVisible())
        assert it.truth(room, "housekeeping_warning") == "Cot wanted"


async def test_what_was_typed_survives_other_rooms_and_other_people(look):
    async with board(look) as it:
        first, second = it.some("checked_out", 2)
        it.page.open(first)
        remark = it.page.drawer.remark
        before = remark.text
        remark.box.setPlainText("Half a sentence")
        click(it.page.board, it.page.model.row_of(second))
        assert remark.text != "Half a sentence"
        it.page.open(first)
        assert remark.text == "Half a sentence"
        remark.show_room(first, "Somebody's words")
        assert remark.text == "Half a sentence"
        assert "Somebody's words" in remark.note.text()
        assert remark.save_button.text() == "Save mine"
        remark.discard_button.click()
        assert remark.text == "Somebody's words"
        remark.show_room(first, before)
        assert remark.text == before


async def test_a_remark_that_met_another_one_is_not_written_over(look):
    async with board(look) as it:
        (room,) = it.some("checked_out")
        it.page.open(room)
        remark = it.page.drawer.remark
        it.hotel.ask(lambda server: server.world.desk.put_room(room, {"housekeeping_warning": "Theirs"}))
        remark.box.setPlainText("Mine")
        remark.save()
        await until(lambda: remark.note.text().startswith("Somebody else"))
        assert it.truth(room, "housekeeping_warning") == "Theirs"
        assert remark.text == "Mine"
        await until(remark.save_button.isEnabled)
        remark.save_button.click()
        await until(lambda: not remark.save_button.isVisible())
        assert it.truth(room, "housekeeping_warning") == "Mine"


async def test_a_remark_that_cannot_be_sent_stays_in_the_box(look):
    async with board(look) as it:
        (room,) = it.some("checked_out")
        it.page.open(room)
        remark = it.page.drawer.remark
        it.hotel.fault(forget_right=RIGHT)
        remark.box.setPlainText("Mine")
        remark.save()
        await until(lambda: "administrator" in remark.note.text())
        await asyncio.sleep(0)
        assert remark.text == "Mine"
        assert remark.save_button.isVisible()
        assert it.truth(room, "housekeeping_warning") != "Mine"
