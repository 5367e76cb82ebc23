"""Saved filters as a person uses them: saved, pinned, told of, on the table, the board, Today and in the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate_text import parse
from clockdesk.ui.screens.room_filter import OTHER, OUT_OF_SERVICE, STAYS, RoomFilter
from clockdesk.ui.widgets.pill import Pill
from tests.support.desk import desk
from tests.support.engine import until
from tests.support.front import front
from tests.support.pages import POPUPS, collected_in_this_thread
from tests.support.screens import settled

__all__ = ["collected_in_this_thread"]
pytestmark = POPUPS
LEFT = Qt.MouseButton.LeftButton
ARRIVALS = "status = expected and arrival = today"


@pytest.fixture
async def it():
    async with desk() as made:
        yield made


async def keep(it, name, text, kind=Kind.BOOKING, *, pinned=False, told=False):
    filters = it.office.filters
    await filters.save(kind, name, parse(text, ENTITIES[kind]))
    one = next(each for each in filters.known if (each.kind, each.name) == (kind, name))
    await filters.pin(one, pinned=pinned)
    await filters.tell(one, told=told)
    return next(each for each in filters.known if each.id == one.id)


def arrivals(it):
    bookings = it.office.house.bookings.values()
    return sum(b.status == "expected" and b.arrival == it.office.today for b in bookings)


def place_of(page, ident):
    return page.table.rowViewportPosition(page.model.row_of(ident))


def keys(widget, *which):
    for key in which:
        QTest.keyClick(widget, key)


async def test_saved_pinned_and_told_of_with_the_keyboard_alone(it, look):
    async with front(it, look) as window:
        page = window.bookings
        window.goto("bookings")
        page.show_filter(ARRIVALS)
        page.saved.setFocus()
        keys(page.saved, Qt.Key.Key_Return)
        panel = page.saved.panel
        assert panel.focusWidget() is panel.name
        QTest.keyClicks(panel.name, "Arrivals")
        keys(panel.name, Qt.Key.Key_Return)
        await until(lambda: len(panel.lines) == 1)
        assert not page.pinned.isVisible()
        keys(panel.name, Qt.Key.Key_Up)
        line = panel.lines[0]
        assert panel.focusWidget() is line.row
        keys(line.row, Qt.Key.Key_Right)
        assert panel.focusWidget() is line.pin
        keys(line.pin, Qt.Key.Key_Return)
        await until(lambda: line.named.pinned)
        assert panel.focusWidget() is line.pin
        expected = arrivals(it)
        assert line.row.count == expected > 0
        assert line.row.accessibleName() == f"Arrivals: {expected}"
        keys(line.pin, Qt.Key.Key_Right)
        assert panel.focusWidget() is line.bell
        keys(line.bell, Qt.Key.Key_Space)
        await until(lambda: line.named.told)
        panel.close()
        [chip] = page.pinned.chips.values()
        assert chip.isVisible()
        assert chip.isChecked()
        assert (chip.name, chip.count) == ("Arrivals", expected)
        [bell] = page.pinned.bells.values()
        assert bell.isChecked()


async def test_the_count_moves_with_each_event_and_resets_nothing(it, look):
    one = await keep(it, "Arrivals", ARRIVALS, pinned=True)
    async with front(it, look) as window:
        window.goto("bookings")
        chips = [window.today.pinned.chips[one.id], window.bookings.pinned.chips[one.id]]
        before = chips[0].count
        chosen = window.bookings.model.ids[30]
        window.bookings.table.choose(chosen)
        place = place_of(window.bookings, chosen)
        await it.happens("new_booking", arrival=it.office.today.isoformat())
        assert [chip.count for chip in chips] == [before + 1] * 2
        await it.happens("check_in")
        assert [chip.count for chip in chips] == [before] * 2
        assert window.bookings.table.chosen_id == chosen
        assert abs(place_of(window.bookings, chosen) - place) <= 2 * look.size.row
        assert len(window.bookings.model.ids) == 121
        assert chips[1] is window.bookings.pinned.chips[one.id]
        assert all(chip.moved == "" for chip in chips)


async def test_pressing_a_chip_on_today_shows_the_rows_behind_it(it, look):
    one = await keep(it, "Owing folios", "balance > 0", Kind.FOLIO, pinned=True)
    async with front(it, look) as window:
        chip = window.today.pinned.chips[one.id]
        QTest.mouseClick(chip, LEFT)
        assert window.rail.here == "folios"
        assert len(window.folios.model.ids) == chip.count > 0
        assert window.folios.saved.accessibleName() == "Saved filters: Owing folios"
        assert window.folios.pinned.chips[one.id].isChecked()
        assert one.id not in window.bookings.pinned.chips


async def test_a_bell_pressed_in_place_tells_who_entered_and_show_goes_there(it, look):
    one = await keep(it, "Arrivals", ARRIVALS, pinned=True)
    async with front(it, look) as window:
        window.passages.soon.setInterval(0)
        bell, chip = window.today.pinned.bells[one.id], window.today.pinned.chips[one.id]
        await it.happens("new_booking", arrival=it.office.today.isoformat())
        await settled()
        assert not window.passages.isVisible()
        QTest.mouseClick(bell, LEFT)
        await until(lambda: it.office.filters.known[0].told)
        new = await it.happens("new_booking", arrival=it.office.today.isoformat(), guest_last_name="Unsaid")
        await until(window.passages.isVisible)
        number = it.office.house.bookings[new].number
        assert window.passages.accessibleName().startswith(f"“Arrivals”: booking {number}")
        assert "Unsaid" not in window.passages.accessibleName()
        assert (chip.moved, window.rail.here) == ("+1", "today")
        assert chip.accessibleName().endswith("1 entered")
        QTest.mouseClick(window.passages.button, LEFT)
        assert window.rail.here == "bookings"
        assert new in window.bookings.model.ids
        assert len(window.bookings.model.ids) == chip.count
        assert chip.moved == ""
        keys(bell, Qt.Key.Key_Space)
        await until(lambda: not it.office.filters.known[0].told)


async def test_a_storm_is_one_notice(it, look):
    await keep(it, "Arrivals", ARRIVALS, told=True)
    await keep(it, "All", "", told=True)
    async with front(it, look) as window:
        window.passages.soon.setInterval(600_000)
        for _ in range(6):
            await it.happens("new_booking", arrival=it.office.today.isoformat())
        window.passages.soon.stop()
        window.passages.soon.timeout.emit()
        assert window.passages.accessibleName() == (
            f"“Arrivals”: 6 entered; {arrivals(it)} now. 1 other filter changed too"
        )


async def test_a_filter_of_bookings_on_the_board_shows_their_rooms(it, look):
    one = await keep(it, "In house", "status = checked_in", pinned=True)
    async with front(it, look) as window:
        page = window.rooms
        window.goto("rooms")
        page.legend.buttons["checked_out"].click()
        panel = page.saved.open_panel()
        assert panel.lines[0].row.accessibleName().startswith("In house: ") or panel.lines[0].row.count is not None
        keys(panel.lines[0].row, Qt.Key.Key_Return)
        occupied = {b.room_id for b in it.office.house.bookings.values() if b.status == "checked_in"} - {None}
        assert set(page.model.ids) == occupied
        assert not page.legend.buttons["checked_out"].isChecked()
        moved = await it.happens("check_in")
        occupied.add(it.office.house.bookings[moved].room_id)
        assert set(page.model.ids) == occupied
        page.legend.buttons["inspect"].click()
        assert set(page.model.ids) < occupied
        page.legend.buttons["inspect"].click()
        [pill] = [pill for pill in page.findChildren(Pill) if pill.isVisible()]
        assert pill.accessibleName().startswith("Rooms of: In house")
        again = page.saved.open_panel()
        assert not again.name.isEnabled()
        again.close()
        keys(pill, Qt.Key.Key_Delete)
        assert len(page.model.ids) == 24
        assert one.id not in page.pinned.chips


async def test_what_the_board_shows_is_saved_and_shown_again(it, look):
    async with front(it, look) as window:
        page = window.rooms
        window.goto("rooms")
        page.legend.buttons["checked_out"].click()
        page.stays.choose({"vacant"})
        wanted = set(page.model.ids)
        panel = page.saved.open_panel()
        QTest.keyClicks(panel.name, "To clean")
        QTest.mouseClick(panel.save_button, LEFT)
        await until(lambda: panel.lines)
        QTest.mouseClick(panel.lines[0].pin, LEFT)
        await until(lambda: page.pinned.chips)
        panel.close()
        [chip] = page.pinned.chips.values()
        assert chip.count == len(wanted) > 0
        assert chip.isChecked()
        QTest.mouseClick(page.bar.reset_button, LEFT)
        assert len(page.model.ids) == 24
        assert not chip.isChecked()
        QTest.mouseClick(chip, LEFT)
        assert set(page.model.ids) == wanted
        assert chip.isChecked()
        assert page.saved.accessibleName() == "Saved filters: To clean"
        room = next(iter(wanted))
        await it.change(Kind.ROOM, room, housekeeping_status="")
        assert set(page.model.ids) == wanted - {room}
        assert chip.count == len(wanted) - 1
        page.open(room)
        assert len(page.model.ids) == 24
        page.close_drawer()
        page.search.setFocus()
        QTest.keyClicks(page.search, "101")
        await until(lambda: len(page.model.ids) < 24)
        panel = page.saved.open_panel()
        assert not panel.name.isEnabled()
        assert "search" in panel.name.placeholderText()
        panel.close()


@pytest.mark.parametrize("statuses", [(), ("checked_out",), ("", OTHER)])
@pytest.mark.parametrize("stay", ["", *STAYS])
async def test_a_board_filter_kept_as_a_predicate_shows_the_same_rooms(it, statuses, stay):
    wanted = RoomFilter(statuses=frozenset(statuses), stays=frozenset({stay} - {""}))
    shown = it.office.live(Kind.ROOM, wanted.predicate())
    lines = [it.office.house.line(Kind.ROOM, ident) for ident in it.office.house.rooms]
    assert set(shown.ids) == {line.id for line in lines if wanted.matches(line)}
    if not statuses and stay and stay != OUT_OF_SERVICE:
        assert shown.ids
    it.office.release(shown)


async def test_chips_are_reached_by_tab(it, look):
    one = await keep(it, "Arrivals", ARRIVALS, pinned=True)
    async with front(it, look) as window:
        window.goto("bookings")
        page = window.bookings
        page.query.ask_button.setFocus()
        reached = []
        for _ in range(4):
            QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
            reached.append(window.focusWidget())
        assert page.pinned.chips[one.id] in reached
        assert page.pinned.bells[one.id] in reached
