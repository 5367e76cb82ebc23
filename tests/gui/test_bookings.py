"""The screen of bookings: filter, text, list, drawer, by mouse and keys, over a real office."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate import Relative
from clockdesk.office.forms import Days
from clockdesk.ui.models.columns import Role
from clockdesk.ui.screens.bookings import BookingsPage
from clockdesk.ui.widgets.labels import Paragraph
from tests.support.desk import desk
from tests.support.engine import until
from tests.support.pages import POPUPS, collected_in_this_thread, focused, on_screen, pills, said, shown

__all__ = ["collected_in_this_thread"]


@pytest.fixture
async def it():
    async with desk() as made:
        yield made


@pytest.fixture
async def page(it, look):
    made = BookingsPage(look, it.tasks, it.office)
    with on_screen(made):
        yield made


def guests(page):
    return [page.model.cell(row, 0).text for row in range(page.model.rowCount())]


def expected(it, fits):
    return {ident for ident, booking in it.office.house.bookings.items() if fits(booking)}


async def test_every_booking_of_the_copy_is_listed_those_of_the_day_first(it, page):
    assert shown(page) == set(it.office.house.bookings)
    statuses = [page.model.line_at(row).status for row in range(page.model.rowCount())]
    active = [status in {"expected", "checked_in"} for status in statuses]
    assert active == sorted(active, reverse=True)
    assert "120 in all" in said(page.panel)


async def test_the_search_filters_as_one_types_and_escape_gives_all_back(it, page):
    someone = next(iter(it.office.house.bookings.values()))
    page.focus_search()
    QTest.keyClicks(page.panel.search, someone.number)
    await until(lambda: len(shown(page)) < 120)
    assert someone.id in shown(page)
    assert page.query.text.text() == f'text ~ "{someone.number}"'
    assert "main_guest_free_text_search=" in page.query.request.text()
    QTest.keyClick(page.panel.search, Qt.Key.Key_Escape)
    assert len(shown(page)) == 120


async def test_fields_and_text_say_the_same(it, page):
    page.fields.status.choose({"expected"})
    page.fields.arrival.set_days(Days(Relative(0), Relative(3)))
    today = it.office.today
    assert shown(page) == expected(
        it, lambda b: b.status == "expected" and today <= b.arrival <= today + timedelta(days=3)
    )
    assert page.query.text.text() == "status = expected and arrival >= today and arrival <= today+3"
    assert page.query.request.text() == (
        "GET bookings?status.eq=expected&arrival.gteq=2026-11-21&arrival.lteq=2026-11-24"
    )
    page.query.text.setFocus()
    page.query.text.selectAll()
    QTest.keyClicks(page.query.text, "status = no_show or status = canceled")
    QTest.keyClick(page.query.text, Qt.Key.Key_Return)
    assert shown(page) == expected(it, lambda b: b.status in {"no_show", "canceled"})
    assert page.fields.status.chosen == frozenset()
    assert [pill.accessibleName().split(".")[0] for pill in pills(page)] == ["status = no_show or status = canceled"]


async def test_a_condition_that_no_field_shows_stays_until_its_pill_is_pressed(it, page):
    page.show_filter("adults > 1 and status = expected and nights < 3")
    assert page.fields.status.chosen == {"expected"}
    assert len(pills(page)) == 2
    page.fields.status.choose({"expected", "checked_in"})
    assert page.query.text.text() == "status in [expected, checked_in] and adults > 1 and nights < 3"
    QTest.mouseClick(pills(page)[0], Qt.MouseButton.LeftButton)
    assert page.query.text.text() == "status in [expected, checked_in] and nights < 3"
    pills(page)[0].setFocus()
    QTest.keyClick(pills(page)[0], Qt.Key.Key_Delete)
    assert page.query.text.text() == "status in [expected, checked_in]"
    QTest.mouseClick(page.panel.bar.reset_button, Qt.MouseButton.LeftButton)
    assert page.query.text.text() == ""
    assert len(shown(page)) == 120


async def test_a_wrong_text_is_told_in_place_with_its_position_and_changes_nothing(page):
    page.show_filter("status = expected")
    before = shown(page)
    page.query.text.setFocus()
    page.query.text.selectAll()
    QTest.keyClicks(page.query.text, "status = expcted")
    QTest.keyClick(page.query.text, Qt.Key.Key_Return)
    assert page.query.error.isVisible()
    assert page.query.error.text().startswith('At character 10: found "expcted"')
    assert page.query.text.selectedText() == "expcted"
    assert shown(page) == before
    QTest.keyClick(page.query.text, Qt.Key.Key_Escape)
    assert not page.query.error.isVisible()
    assert page.query.text.text() == "status = expected"


async def test_a_text_that_pauses_is_read_by_itself(page):
    page.query.text.setFocus()
    QTest.keyClicks(page.query.text, "status = canceled")
    await until(lambda: page.fields.status.chosen == {"canceled"})
    assert page.query.text.text() == "status = canceled"


async def test_somebody_who_types_keeps_their_own_spelling(page):
    page.query.text.setFocus()
    QTest.keyClicks(page.query.text, "status in [canceled]")
    QTest.keyClick(page.query.text, Qt.Key.Key_Return)
    assert page.fields.status.chosen == {"canceled"}
    assert page.query.text.text() == "status in [canceled]"


async def test_the_request_can_be_copied_and_says_what_it_leaves_out(page):
    page.show_filter("status = expected and balance > 0")
    assert page.query.request.text() == "GET bookings?status.eq=expected  (part checked here)"
    assert "balance" in page.query.request.toolTip()
    QTest.mouseClick(page.query.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "status.eq=expected"
    page.show_filter("id in []")
    assert page.query.request.text() == "none: nothing can match"
    assert not page.query.copy_button.isEnabled()
    assert not page.query.ask_button.isEnabled()


async def test_rooms_are_typed_by_number_and_room_types_chosen_by_name(it, page):
    room = next(room for room in it.office.house.rooms.values() if room.name == "101")
    page.fields.room.setFocus()
    QTest.keyClicks(page.fields.room, "101, 102")
    QTest.keyClick(page.fields.room, Qt.Key.Key_Return)
    assert page.query.text.text() == "room in [101, 102]"
    assert shown(page) == expected(it, lambda b: it.office.house.room_name(b.room_id) in {"101", "102"})
    page.show_filter("")
    QTest.keyClicks(page.fields.room, "9999")
    QTest.keyClick(page.fields.room, Qt.Key.Key_Return)
    assert page.fields.room.property("bad") == "true"
    assert page.fields.room.accessibleDescription() == "There is no room 9999 here."
    assert len(shown(page)) == 120
    page.fields.room_type.choose({str(room.room_type_id)})
    assert shown(page) == expected(it, lambda b: b.arrival_room_type_id == room.room_type_id)
    assert page.fields.room_type.summary == it.office.house.room_types[room.room_type_id].name


async def test_reference_updated_and_owing_filter(it, page):
    booking = next(b for b in it.office.house.bookings.values() if b.reference_number)
    page.fields.reference.setFocus()
    QTest.keyClicks(page.fields.reference, booking.reference_number[1:-1].lower())
    QTest.keyClick(page.fields.reference, Qt.Key.Key_Return)
    assert booking.id in shown(page)
    assert len(shown(page)) < 120
    page.show_filter("")
    page.fields.updated.set_days(Days(Relative(-1)))
    assert page.query.text.text() == "updated_at >= today-1"
    page.show_filter("")
    QTest.mouseClick(page.fields.owing, Qt.MouseButton.LeftButton)
    assert shown(page) == expected(it, lambda b: b.balance is not None and b.balance.minor > 0)


async def test_a_filter_that_matches_nothing_says_so_in_words(page):
    page.show_filter("text ~ nobody-of-that-name")
    assert page.empty.isVisible()
    assert page.empty.accessibleName().startswith("No bookings match")
    assert page.empty.button.text() == "Ask the hotel"
    for width in (1280, 800):
        page.resize(width, 800)
        await asyncio.sleep(0)
        cut = [
            label
            for label in page.empty.findChildren(Paragraph)
            if label.height() < label.heightForWidth(label.width())
        ]
        assert not cut


@POPUPS
async def test_filters_are_saved_applied_mended_and_forgotten(it, page):
    page.show_filter("status = expected and arrival = today")
    panel = page.saved.open_panel()
    panel.name.setFocus()
    QTest.keyClicks(panel.name, "Today's <arrivals>")
    QTest.keyClick(panel.name, Qt.Key.Key_Return)
    await until(lambda: len(page.saved.all) == 1)
    assert [line.row.accessibleName() for line in panel.lines] == ["Today's <arrivals>"]
    panel.close()
    page.show_filter("")
    panel = page.saved.open_panel()
    assert not panel.name.isEnabled()
    QTest.keyClick(panel.lines[0].row, Qt.Key.Key_Return)
    assert page.query.text.text() == "status = expected and arrival = today"
    assert page.saved.accessibleName() == "Saved filters: Today's <arrivals>"
    await until(lambda: not isValid(panel))
    again = page.saved.open_panel()
    QTest.mouseClick(again.lines[0].cross, Qt.MouseButton.LeftButton)
    await until(lambda: page.saved.all == ())
    assert again.lines == []
    again.close()


@POPUPS
async def test_a_saved_text_that_is_no_longer_understood_is_offered_for_mending(it, page):
    from clockdesk.store.desk import SavedFilter

    broken = SavedFilter(Kind.BOOKING, "Old one", "colour = green")
    await it.engine.store.run(it.engine.store.desk.save_filter, broken)
    page.saved.load()
    await until(lambda: page.saved.all)
    panel = page.saved.open_panel()
    QTest.mouseClick(panel.lines[0].row, Qt.MouseButton.LeftButton)
    assert page.query.text.text() == "colour = green"
    assert "colour" in page.query.error.text()
    assert len(shown(page)) == 120


@POPUPS
async def test_days_are_chosen_in_their_panel_by_keyboard(page):
    page.fields.arrival.setFocus()
    QTest.keyClick(page.fields.arrival, Qt.Key.Key_Down)
    panel = page.fields.arrival.findChild(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    QTest.keyClicks(panel.start, "t")
    QTest.keyClick(panel.start, Qt.Key.Key_Tab)
    QTest.keyClicks(panel.end, "+3")
    QTest.keyClick(panel.end, Qt.Key.Key_Return)
    assert page.query.text.text() == "arrival >= today and arrival <= today+3"
    assert not panel.isVisible()
    assert page.fields.arrival.accessibleName() == "Arrival: today to today +3"


async def test_arrows_walk_enter_opens_and_escape_closes(it, page):
    page.focus_search()
    QTest.keyClick(page.panel.search, Qt.Key.Key_Down)
    assert focused(page) is page.table
    first = page.table.chosen_id
    assert first == page.model.id_at(0)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert page.drawer.isVisible()
    assert page.drawer.ident == first
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert page.drawer.ident == page.model.id_at(1)
    QTest.keyClick(page.table, Qt.Key.Key_Escape)
    assert page.drawer.isHidden()
    assert focused(page) is page.table
    await it.quiet()


async def test_slash_and_control_f_reach_the_search_from_anywhere(page):
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Slash)
    assert focused(page) is page.panel.search
    page.fields.status.setFocus()
    QTest.keyClick(page.fields.status, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert focused(page) is page.panel.search
    page.query.text.setFocus()
    QTest.keyClick(page.query.text, Qt.Key.Key_Slash)
    assert page.query.text.text() == "/"
    page.table.setFocus()
    QTest.keyClicks(page.table, "m")
    assert page.panel.search.text() == "m"


async def test_tab_goes_through_everything_as_one_reads(page):
    page.show_filter("status = expected and adults > 0")
    page.focus_search()
    reached = []
    for _ in range(40):
        QTest.keyClick(focused(page), Qt.Key.Key_Tab)
        reached.append(focused(page))
    wanted = [
        page.fields.status, page.fields.arrival, page.fields.departure, page.fields.room_type, page.fields.room,
        page.fields.reference, page.fields.updated, page.fields.owing, *pills(page), page.panel.bar.reset_button,
        page.saved, page.query.text, page.query.copy_button, page.query.ask_button, page.table, page.panel.search,
    ]  # fmt: skip
    assert [widget for widget in reached if widget in wanted][: len(wanted)] == wanted


async def test_a_changed_booking_glows_moves_and_keeps_the_place(it, page):
    page.show_filter("status in [expected, checked_in]")
    page.table.verticalScrollBar().setValue(200)
    kept = page.model.id_at(20)
    page.table.choose(kept)
    moved = next(ident for ident in page.model.ids if page.model.row_of(ident) < 5)
    scrolled = page.table.verticalScrollBar().value()
    for row in range(page.model.rowCount()):
        page.model.cell(row, 0)
    await it.change(Kind.BOOKING, moved, guest_last_name="Changed", guest_first_name="Name")
    row = page.model.row_of(moved)
    assert page.model.index(row, 0).data() == "Changed, Name"
    assert page.model.index(row, 0).data(Role.GLOW) > 0
    assert page.model.index(row, 1).data(Role.GLOW) == 0
    assert page.table.chosen_id == kept
    assert page.table.verticalScrollBar().value() == scrolled
    await it.change(Kind.BOOKING, moved, status="canceled")
    assert page.model.row_of(moved) is None


async def test_what_is_typed_and_opened_survives_an_event(it, page):
    page.query.text.setFocus()
    QTest.keyClicks(page.query.text, "status = che")
    panel_text = page.query.text.text()
    await it.happens("new_booking")
    assert page.query.text.text() == panel_text
    assert focused(page) is page.query.text
    assert len(shown(page)) == 121


async def test_hostile_names_are_plain_text_and_break_nothing(it, page):
    names = guests(page)
    nasty = [name for name in names if "<" in name or "\u202e" in name or "\n" in name]
    assert any("<" in name for name in nasty)
    assert not any("\u202e" in name or "\n" in name for name in names)
    for row in range(page.model.rowCount()):
        if "<" in names[row]:
            page.open(page.model.id_at(row))
            assert names[row] in said(page.drawer)
    await it.quiet()


async def test_rows_look_stale_only_when_nothing_confirmed_them_since_the_line_broke(it, page):
    row = page.model.row_of(page.model.id_at(0))
    assert not page.model.is_stale(row)
    it.tick(300)
    it.line_broke()
    assert page.model.is_stale(row)
    it.tick(300)
    await it.change(Kind.BOOKING, page.model.id_at(0), guest_last_name="Fresh")
    assert not page.model.is_stale(0)
    assert page.model.is_stale(1)
    it.is_live()
    assert not page.model.is_stale(1)
    it.tick()
    it.channels_broke()
    assert page.model.is_stale(1)
    it.tick()
    it.engine.sync.standing.swept()
    assert it.office.freshness.trust is Trust.DELAYED
    assert not page.model.is_stale(1)


async def test_narrow_lists_drop_columns_and_never_scroll_sideways(it, page):
    page.resize(960, 700)
    page.open(page.model.id_at(0))
    await until(lambda: page.table.viewport().width() < 600)
    assert page.table.horizontalScrollBar().maximum() == 0
    sections = {column.key: at for at, column in enumerate(page.model.columns)}
    assert page.table.isColumnHidden(sections["reference"])
    assert not page.table.isColumnHidden(sections["room"])
    await it.quiet()


async def test_the_next_day_is_told_by_new_day(it, page):
    page.show_filter("status = expected and arrival = today")
    before = shown(page)
    it.clock.at += timedelta(days=1)
    assert it.office.new_day()
    page.new_day()
    assert shown(page) != before
    assert "2026-11-22" in page.query.request.text()


async def test_a_retired_page_hears_nothing_more(it, page):
    page.retire()
    await it.happens("new_booking")
    assert len(shown(page)) == 120
