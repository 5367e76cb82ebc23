import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from clockdesk.domain.freshness import Freshness, Trust
from clockdesk.domain.kinds import Kind
from clockdesk.ui.models.columns import Role
from clockdesk.ui.screens.room_filter import OTHER, OUT_OF_SERVICE, RoomFilter
from clockdesk.ui.screens.rooms import RoomsPage
from tests.support.desk import NOW, TABLES, desk
from tests.support.screens import click, quiet, says, settled, signals, started, swept_up

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
async def at_desk():
    swept_up()
    async with desk(rooms=32, bookings=90) as made:
        started(made.engine)
        yield made


@pytest.fixture
async def page(at_desk, look, qtbot):
    made = RoomsPage(look, at_desk.tasks, at_desk.office)
    qtbot.addWidget(made)
    made.resize(1192, 760)
    made.show()
    made.activateWindow()
    await settled()
    return made


def lines(page):
    return [page._line(ident) for ident in page.model.ids]


def spoken(page, room):
    return page.model.index(page.model.row_of(room), 0).data()


async def test_the_board_goes_floor_by_floor_and_room_by_room(page, at_desk):
    names = [line.name for line in lines(page)]
    assert len(names) == 32
    assert names == sorted(names, key=int)
    heads = [head.word for head in page.board._places().heads]
    assert heads == sorted({f"Floor {line.floor}" for line in lines(page)})


async def test_rooms_without_a_floor_stand_last(page, at_desk):
    await at_desk.change(Kind.ROOM, page.model.ids[0], floor=None)
    await settled()
    assert [head.word for head in page.board._places().heads][-1] == "Other rooms"


async def test_a_tile_says_all_there_is_to_say(page, at_desk):
    ident = at_desk.some(Kind.ROOM, housekeeping_status="checked_out")
    words = spoken(page, ident)
    line = page._line(ident)
    assert words.startswith(f"Room {line.name}, Dirty")
    assert ("occupied" in words) == line.occupied
    assert line.room_type in words


async def test_the_legend_counts_and_filters(page):
    legend = page.legend.buttons
    assert sum(legend[code].count for code in ("", "inspect", "progress", "checked_out")) == 32
    assert legend[OTHER].isHidden()
    legend["checked_out"].click()
    assert {line.housekeeping for line in lines(page)} == {"checked_out"}
    assert len(lines(page)) == legend["checked_out"].count
    legend["inspect"].click()
    assert {line.housekeeping for line in lines(page)} == {"checked_out", "inspect"}
    legend["checked_out"].click()
    legend["inspect"].click()
    assert len(lines(page)) == 32


async def test_rooms_out_of_service_alone(page):
    page.legend.buttons[OUT_OF_SERVICE].click()
    assert lines(page)
    assert all(line.out_of_service for line in lines(page))
    assert page.stays.chosen == {OUT_OF_SERVICE}


async def test_a_status_nobody_knows_is_counted_and_shown_as_it_is(page, at_desk):
    room = page.model.ids[3]
    await at_desk.change(Kind.ROOM, room, housekeeping_status="linen_only")
    await settled()
    assert page.legend.buttons[OTHER].count == 1
    assert not page.legend.buttons[OTHER].isHidden()
    assert "linen_only" in spoken(page, room)
    page.legend.buttons[OTHER].click()
    assert list(page.model.ids) == [room]


@pytest.mark.parametrize(
    ("stay", "holds"),
    [
        ("occupied", lambda line: line.occupied),
        ("vacant", lambda line: not line.occupied),
        ("arriving", lambda line: line.arriving),
        ("departing", lambda line: line.departing),
    ],
)
async def test_filter_by_what_goes_on(page, stay, holds):
    expected = [line.id for line in lines(page) if holds(line)]
    assert expected
    page.stays.choose({stay})
    assert list(page.model.ids) == expected


async def test_filter_by_type_sector_and_text(page):
    whole = lines(page)
    page.types.choose({whole[0].room_type})
    assert {line.room_type for line in lines(page)} == {whole[0].room_type}
    page.sectors.choose({lines(page)[0].sector})
    assert len({line.sector for line in lines(page)}) == 1
    page.bar.reset_button.click()
    assert len(lines(page)) == 32
    guest = next(line for line in whole if line.guests and line.guests[0].isascii())
    page.search.setText(guest.guests[0][:5].lower())
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert guest.id in page.model.ids
    assert len(lines(page)) < 32
    page.search.setText("20")
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert all(line.name.startswith("20") for line in lines(page))


async def test_nothing_matches_says_so_and_offers_a_way_out(page):
    page.show_filter(RoomFilter(text="no such room"))
    assert page.empty.isVisible()
    assert page.empty.button.text() == "Clear filters"
    page.empty.button.click()
    assert len(lines(page)) == 32


async def test_a_filter_from_another_screen_is_shown_in_the_fields(page):
    page.show_filter(RoomFilter(statuses=frozenset({"checked_out"}), stays=frozenset({"vacant"})))
    assert page.legend.buttons["checked_out"].isChecked()
    assert page.stays.chosen == {"vacant"}
    assert all(line.housekeeping == "checked_out" and not line.occupied for line in lines(page))
    assert page.bar.reset_button.isVisible()


async def test_a_change_glows_and_keeps_selection_and_place(page, at_desk):
    page.resize(900, 400)
    await settled()
    page.board.setFocus()
    page.board.choose(page.model.ids[20:22])
    page.board.verticalScrollBar().setValue(120)
    chosen = page.board.chosen_ids
    room = page.model.ids[25]
    await at_desk.happens("housekeeping", room_id=room, status="inspect")
    await settled()
    assert page._line(room).housekeeping == "inspect"
    assert page.model.index(25, 0).data(Role.GLOW) == 1.0
    assert page.model.index(24, 0).data(Role.GLOW) == 0.0
    assert page.board.chosen_ids == chosen
    assert page.board.verticalScrollBar().value() == 120
    assert page.legend.buttons["inspect"].count == sum(line.housekeeping == "inspect" for line in lines(page))


async def test_choosing_with_mouse_and_keys(page):
    click(page.board, 1)
    click(page.board, 3, keys=CONTROL)
    assert page.board.chosen_ids == (page.model.ids[1], page.model.ids[3])
    click(page.board, 6, keys=SHIFT)
    assert page.board.chosen_ids == (page.model.ids[1], *page.model.ids[3:7])
    assert page.foot.words.text() == "5 rooms chosen"
    assert not page.foot.open_button.isEnabled()
    page.board.setFocus()
    QTest.keyClick(page.board, Qt.Key.Key_Home)
    QTest.keyClick(page.board, Qt.Key.Key_Right)
    assert page.board.chosen_ids == (page.model.ids[1],)
    QTest.keyClick(page.board, Qt.Key.Key_Down, SHIFT)
    assert len(page.board.chosen_ids) > 1
    QTest.keyClick(page.board, Qt.Key.Key_A, CONTROL)
    assert len(page.board.chosen_ids) == 32


async def test_the_foot_is_idle_until_a_room_is_chosen(page):
    assert not any(button.isEnabled() for button in page.foot.buttons.values())
    click(page.board, 0)
    assert page.foot.words.text() == f"Room {lines(page)[0].name}"
    assert all(button.isEnabled() for button in page.foot.buttons.values())


@pytest.mark.parametrize(("width", "opens", "short"), [(1192, True, False), (790, False, False), (500, False, True)])
async def test_the_foot_never_clips(page, width, opens, short):
    page.resize(width, 600)
    await settled()
    assert page.foot.open_button.isVisible() is opens
    for button in page.foot.buttons.values():
        assert button.width() >= button.sizeHint().width()
        assert (button.sizeHint().width() == button.width_for(short=True)) is short
    assert not page.foot.words.elided


async def test_letters_begin_a_search_unless_they_set_a_status(page):
    page.board.setFocus()
    QTest.keyClick(page.board, Qt.Key.Key_M)
    assert page.search.text() == "m"
    page.search.clear()
    page.board.setFocus()
    page.board.choose(())
    QTest.keyClick(page.board, Qt.Key.Key_C)
    assert page.search.text() == "c"
    page.search.clear()


async def test_escape_is_no_search(page):
    page.board.setFocus()
    click(page.board, 0)
    QTest.keyClick(page.board, Qt.Key.Key_Escape)
    assert page.search.text() == ""


async def test_the_menu_shows_the_keys(page):
    menu = page.menu_for(page.model.ids[:1])
    assert [action.text() for action in menu.actions() if action.text()] == [
        "Open room\tEnter",
        "Clean\tC",
        "Inspect\tI",
        "In progress\tP",
        "Dirty\tD",
    ]
    assert len(page.menu_for(page.model.ids[:2]).actions()) == 4


async def test_the_drawer_tells_a_room(page, at_desk):
    line = next(line for line in lines(page) if line.occupied and line.departing)
    page.board.setFocus()
    page.board.choose((line.id,))
    QTest.keyClick(page.board, Qt.Key.Key_Return)
    assert page.drawer.isVisible()
    assert page.drawer.room == line.id
    assert page.drawer._title.text() == f"Room {line.name}"
    assert page.drawer.choice.buttons[line.housekeeping].isChecked()
    assert len(page.drawer.inside.buttons) == len(line.guests)
    assert "leaves today" in page.drawer.inside.buttons[0].accessibleName()
    wanted = signals(page.booking_wanted)
    page.drawer.inside.buttons[0].click()
    assert wanted == [(line.bookings[0],)]
    assert "housekeeping tasks" in page.drawer._note.text()


async def test_the_drawer_tells_who_comes(page, at_desk):
    line = next(line for line in lines(page) if line.arriving)
    page.open(line.id)
    coming = [button.accessibleName() for button in page.drawer.coming.buttons]
    assert coming
    guests = [b.guest_name for b in at_desk.office.house.bookings.values() if b.room_id == line.id]
    assert all(any(name.startswith(guest) for guest in guests) for name in coming)


async def test_the_drawer_follows_the_selection_and_the_hotel(page, at_desk):
    page.open(page.model.ids[2])
    click(page.board, 5)
    assert page.drawer.room == page.model.ids[5]
    room = page.model.ids[5]
    await at_desk.happens("housekeeping", room_id=room, status="progress")
    await settled()
    assert page.drawer.choice.buttons["progress"].isChecked()
    await at_desk.change(Kind.ROOM, room, housekeeping_warning="Lamp broken")
    assert page.drawer.remark.text == "Lamp broken"
    await at_desk.apply(gone=[(Kind.ROOM, room)])
    assert not page.drawer.isVisible()


async def test_an_out_of_service_room_says_until_when(page):
    line = next(line for line in lines(page) if line.out_of_service)
    page.open(line.id)
    texts = [label.text() for label in page.drawer._values]
    assert any(text.startswith("until ") for text in texts)


async def test_opening_a_hidden_room_takes_the_filter_away(page):
    hidden = next(line.id for line in lines(page) if line.housekeeping == "")
    page.legend.buttons["checked_out"].click()
    page.open(hidden)
    assert page.drawer.room == hidden
    assert page.board.chosen_ids == (hidden,)
    assert not page.legend.buttons["checked_out"].isChecked()


async def test_closing_gives_the_board_the_focus_back(page):
    page.open(page.model.ids[0])
    page.drawer.remark.box.setFocus()
    QTest.keyClick(page.drawer.remark.box, Qt.Key.Key_Escape)
    assert not page.drawer.isVisible()
    assert page.board.hasFocus()


async def test_a_hotel_that_tells_no_status_gets_the_note(page, at_desk):
    assert not page.note.isVisible()
    for ident in list(page.model.ids):
        await at_desk.change(Kind.ROOM, ident, housekeeping_status=None)
    await settled()
    assert page.note.isVisible()
    assert "housekeeping tasks" in page.note.text()
    assert "Not told" in spoken(page, page.model.ids[0])


async def test_tiles_look_stale_while_the_line_is_down(page, at_desk):
    at_desk.tick(5)
    says(at_desk.engine, Freshness(Trust.OFFLINE, since=at_desk.clock.now(), checked=NOW))
    assert "not up to date" in spoken(page, page.model.ids[0])
    says(at_desk.engine, Freshness(Trust.LIVE, checked=at_desk.clock.now()))
    assert "not up to date" not in spoken(page, page.model.ids[0])


async def test_no_rooms_says_why(look, qtbot):
    swept_up()
    async with desk(rooms=4, bookings=0, without=TABLES) as empty:
        says(empty.engine, Freshness(Trust.STARTING))
        page = RoomsPage(look, empty.tasks, empty.office)
        qtbot.addWidget(page)
        page.show()
        await settled()
        assert page.empty._title.text() == "Reading the rooms"
        empty.engine.sync.standing.rights_missing[Kind.ROOM] = "pms_api_rooms_index"
        started(empty.engine)
        assert page.empty._title.text() == "The API user may not read rooms"
        empty.engine.sync.standing.rights_missing.clear()
        started(empty.engine)
        assert page.empty._title.text() == "No rooms"


async def test_a_page_that_is_gone_listens_no_more(look, at_desk):
    page = RoomsPage(look, at_desk.tasks, at_desk.office)
    lists = len(at_desk.office._lists)
    page.deleteLater()
    await settled()
    assert len(at_desk.office._lists) == lists - 1
    await at_desk.happens("housekeeping")


async def test_everything_has_a_name(page, at_desk):
    assert page.board.accessibleName() == "Rooms by floor"
    for button in [*page.legend.buttons.values(), *page.foot.buttons.values(), *page.drawer.choice.buttons.values()]:
        assert button.accessibleName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert page.drawer.remark.box.accessibleName() == "Remark for housekeeping"
    await quiet(page, at_desk.tasks)
