import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from clockdesk.domain.freshness import Freshness, Trust
from clockdesk.domain.kinds import Kind
from clockdesk.office.attention import Need, matters
from clockdesk.ui.models.columns import Role
from clockdesk.ui.screens.room_filter import RoomFilter
from clockdesk.ui.screens.today import ARRIVALS, OWING, TodayPage
from tests.support.desk import NOW, TABLES, desk
from tests.support.screens import click, column, quiet, says, settled, signals, started, swept_up

LIVE = Freshness(Trust.LIVE, checked=NOW)


@pytest.fixture
async def at_desk():
    swept_up()
    async with desk(rooms=40, bookings=200) as made:
        started(made.engine)
        yield made


@pytest.fixture
async def page(at_desk, look, qtbot):
    made = TodayPage(look, at_desk.tasks, at_desk.office)
    qtbot.addWidget(made)
    made.resize(1192, 760)
    made.show()
    await settled()
    return made


async def test_the_counts_are_those_of_the_day(page, at_desk):
    counts = at_desk.office.counts()
    assert counts.arrivals
    assert counts.in_house
    assert counts.dirty
    assert page.counts["arrivals"].value == f"{counts.arrivals} of {counts.arrivals + counts.arrived}"
    assert page.counts["departures"].value == f"{counts.departures} of {counts.departures + counts.departed}"
    assert page.counts["in_house"].value == str(counts.in_house)
    assert page.counts["occupied"].value == f"{counts.occupied} of {counts.rooms}"
    assert page.counts["dirty"].value == str(counts.dirty)
    assert page.counts["closed"].value == str(counts.out_of_service)
    assert [button.value[-3:] for button in page.balances if not button.isHidden()] == [
        balance.currency for balance in counts.balances
    ]


async def test_each_count_opens_the_list_behind_it(page):
    wanted = signals(page.list_wanted)
    for key in page.counts:
        page.counts[key].click()
    page.balances[0].click()
    assert wanted == [
        ("bookings", ARRIVALS),
        ("bookings", "status = checked_in and departure <= today"),
        ("bookings", "status = checked_in"),
        ("rooms", RoomFilter(stays=frozenset({"occupied"}))),
        ("rooms", RoomFilter(statuses=frozenset({"checked_out"}))),
        ("rooms", RoomFilter(stays=frozenset({"out_of_service"}))),
        ("bookings", OWING),
    ]


async def test_the_lists_behind_the_counts_hold_as_many(page, at_desk):
    counts, live = at_desk.office.counts(), at_desk.office.live
    assert len(live(Kind.BOOKING, ARRIVALS)) == counts.arrivals
    assert len(live(Kind.BOOKING, OWING)) == counts.owing
    dirty = RoomFilter(statuses=frozenset({"checked_out"}))
    lines = [at_desk.office.house.line(Kind.ROOM, ident) for ident in at_desk.office.house.ids(Kind.ROOM)]
    assert sum(dirty.matches(line) for line in lines) == counts.dirty


async def test_each_list_opens_on_its_own_screen(page):
    wanted = signals(page.list_wanted)
    for each in (page.arrivals, page.in_house, page.departures):
        each.whole_wanted.emit()
    assert [text for _, text in wanted] == [
        ARRIVALS,
        "status = checked_in",
        "status = checked_in and departure <= today",
    ]


async def test_the_three_lists(page, at_desk):
    house = at_desk.office.house
    assert len(column(page.arrivals.table, "guest")) == at_desk.office.counts().arrivals
    assert len(column(page.in_house.table, "guest")) == at_desk.office.counts().in_house
    assert len(column(page.departures.table, "guest")) == at_desk.office.counts().departures
    rooms = [room for room in column(page.in_house.table, "room") if room.isdecimal()]
    assert rooms == sorted(rooms, key=int)
    for row, ident in enumerate(page.departures.model.ids):
        line = house.line(Kind.BOOKING, ident)
        assert bool(column(page.departures.table, "balance")[row]) == bool(line.balance)


async def test_who_should_have_come_stands_first(page, at_desk):
    lines = [at_desk.office.house.line(Kind.BOOKING, ident) for ident in page.arrivals.model.ids]
    late = [line.overdue for line in lines]
    assert any(late)
    assert late == sorted(late, reverse=True)
    times = [line.arrival_time or "99" for line in lines if not line.overdue]
    assert times == sorted(times)


async def test_a_check_in_moves_the_guest_from_one_list_to_the_other(page, at_desk):
    arrivals = page.counts["arrivals"].value
    ident = await at_desk.happens("check_in")
    await settled()
    assert ident not in page.arrivals.model.ids
    assert ident in page.in_house.model.ids
    row = page.in_house.model.row_of(ident)
    assert page.in_house.model.index(row, 1).data(Role.GLOW) == 1.0
    left, total = (int(part) for part in arrivals.split(" of "))
    assert page.counts["arrivals"].value == f"{left - 1} of {total}"


async def test_what_needs_a_person_stands_first(page, at_desk):
    office = at_desk.office
    expected = matters(office.house, office.house.ids(Kind.BOOKING))
    assert expected
    assert list(page.panel.model.ids) == [matter.id for matter in expected]
    assert column(page.panel.table, "why") == [matter.reason for matter in expected]
    assert page.panel.count == len(expected)


async def test_a_need_can_be_looked_at_alone(page):
    need = next(need for need, button in page.panel.buttons.items() if button.count)
    button = page.panel.buttons[need]
    button.click()
    assert len(page.panel.model.ids) == button.count
    button.click()
    assert len(page.panel.model.ids) == page.panel.count


async def test_a_need_that_is_over_does_not_leave_an_empty_list(page, at_desk):
    office = at_desk.office
    page.panel.buttons[Need.LEAVES_LATE].click()
    while page.panel.buttons[Need.LEAVES_LATE].count:
        late = page.panel.model.ids[0]
        await at_desk.happens("check_out", booking_id=late)
        await settled()
    assert not page.panel.buttons[Need.LEAVES_LATE].isChecked()
    assert len(page.panel.model.ids) == page.panel.count == len(matters(office.house, office.house.ids(Kind.BOOKING)))


async def test_attention_is_told_to_the_rail(page, at_desk):
    told = signals(page.attention)
    before = page.panel.count
    dirty = next(
        line.room_id
        for line in (at_desk.office.house.line(Kind.BOOKING, ident) for ident in page.arrivals.model.ids)
        if line.housekeeping == "" and not line.overdue
    )
    await at_desk.happens("housekeeping", room_id=dirty, status="checked_out")
    await settled()
    assert page.panel.count > before
    assert told[-1] == (page.panel.count,)


async def test_the_verb_goes_to_what_mends_it(page, at_desk):
    rooms, folios = signals(page.room_wanted), signals(page.folio_wanted)
    at = next(at for at, each in enumerate(page.panel.model.columns) if each.key == "mend")
    matter = {matter.id: matter for matter in matters(at_desk.office.house, page.panel.model.ids)}
    seen = set()
    for ident in page.panel.model.ids:
        kind, target = matter[ident].mend
        if kind in seen:
            continue
        seen.add(kind)
        page.panel.table.choose(ident)
        click(page.panel.table, page.panel.model.row_of(ident), at)
        told = {Kind.ROOM: rooms, Kind.FOLIO: folios}.get(kind)
        if told is None:
            assert page.drawer.isVisible()
            assert page.drawer.ident == target
        else:
            assert told[-1] == (target,)
    assert seen == {Kind.ROOM, Kind.FOLIO, Kind.BOOKING}
    await quiet(page, at_desk.tasks)


async def test_enter_mends_and_a_click_elsewhere_opens_the_booking(page, at_desk):
    first = page.panel.model.ids[0]
    page.panel.table.choose(first)
    rooms, folios = signals(page.room_wanted), signals(page.folio_wanted)
    QTest.keyClick(page.panel.table, Qt.Key.Key_Return)
    target = matters(at_desk.office.house, [first])[0].mend[1]
    assert (target,) in rooms + folios or page.drawer.ident == target
    page.close_drawer()
    click(page.panel.table, 1, 1)
    assert page.drawer.isVisible()
    assert page.drawer.ident == page.panel.model.ids[1]
    await quiet(page, at_desk.tasks)


async def test_a_row_opens_in_the_drawer_and_the_drawer_follows(page, at_desk):
    click(page.departures.table, 0, 1)
    assert page.drawer.isVisible()
    assert page.drawer.ident == page.departures.model.ids[0]
    QTest.keyClick(page.departures.table, Qt.Key.Key_Down)
    assert page.drawer.ident == page.departures.model.ids[1]
    page.in_house.table.choose(page.in_house.model.ids[3])
    assert page.drawer.ident == page.departures.model.ids[1]
    page.drawer.close_button.click()
    assert not page.drawer.isVisible()
    QTest.keyClick(page.departures.table, Qt.Key.Key_Down)
    assert not page.drawer.isVisible()
    await quiet(page, at_desk.tasks)


async def test_nothing_is_clipped_beside_the_drawer(page, at_desk):
    whole = {key for key, button in page.counts.items() if button.isVisible()}
    page.open(page.departures.model.ids[0])
    await settled()
    for button in [*page.counts.values(), *page.balances]:
        assert button.isHidden() or button.width() >= button.sizeHint().width()
    for key in ("arrivals", "departures", "in_house", "dirty"):
        assert page.counts[key].isVisible()
    assert not page.counts["occupied"].isVisible()
    await quiet(page, at_desk.tasks)
    assert {key for key, button in page.counts.items() if button.isVisible()} == whole
    for button in page.panel.buttons.values():
        assert button.isHidden() or button.height() == button.sizeHint().height()


async def test_on_a_small_screen_the_list_that_was_worked_in_stays(page, at_desk):
    page.resize(936, 660)
    await settled()
    lists = (page.arrivals, page.in_house, page.departures)
    assert all(each.isVisible() for each in lists)
    click(page.departures.table, 0, 1)
    await settled()
    assert [each.isVisible() for each in lists] == [False, False, True]
    assert page.drawer.ident == page.departures.model.ids[0]
    await quiet(page, at_desk.tasks)
    assert all(each.isVisible() for each in lists)


async def test_without_anything_to_do_it_says_so(look, qtbot):
    swept_up()
    async with desk(rooms=4, bookings=0) as idle:
        started(idle.engine)
        page = TodayPage(look, idle.tasks, idle.office)
        qtbot.addWidget(page)
        page.show()
        await settled()
        assert page.panel.count == 0
        assert not page.panel.table.isVisible()
        assert page.panel._title.text() == "Nothing needs a person now"
        assert page.arrivals._empty._title.text() == "Everybody has arrived"
        assert page.counts["in_house"].value == "0"
        assert page.balances[0].value == "0"


async def test_before_the_first_answer_nothing_is_claimed(look, qtbot):
    swept_up()
    async with desk(rooms=4, bookings=0, without=TABLES) as empty:
        says(empty.engine, Freshness(Trust.STARTING))
        page = TodayPage(look, empty.tasks, empty.office)
        qtbot.addWidget(page)
        page.show()
        await settled()
        assert page.counts["in_house"].value == "–"
        assert page.counts["dirty"].value == "–"
        assert page.balances[0].value == "–"
        assert page.arrivals._empty._title.text() == "Reading from the hotel"
        started(empty.engine)
        await settled()
        assert page.counts["in_house"].value == "0"
        assert page.arrivals._empty._title.text() == "Everybody has arrived"


async def test_rows_look_stale_when_the_line_broke(page, at_desk):
    first = page.arrivals.model.index(0, 0)
    assert not first.data(Role.STALE)
    says(at_desk.engine, Freshness(Trust.OFFLINE, since=NOW + dt.timedelta(seconds=5), checked=NOW))
    assert first.data(Role.STALE)
    assert page.panel.model.index(0, 0).data(Role.STALE)
    says(at_desk.engine, LIVE)
    assert not first.data(Role.STALE)


async def test_a_new_day_counts_anew(page, at_desk):
    assert "Sat 21 Nov" in page._day.text()
    expected = [b for b in at_desk.office.house.bookings.values() if b.status == "expected"]
    at_desk.clock.at += dt.timedelta(days=1)
    assert at_desk.office.new_day()
    page.new_day()
    await settled()
    assert "Sun 22 Nov" in page._day.text()
    due = sum(b.arrival <= dt.date(2026, 11, 22) for b in expected)
    assert page.counts["arrivals"].value == f"{due} of {due}"


async def test_a_page_that_is_gone_listens_no_more(look, at_desk):
    page = TodayPage(look, at_desk.tasks, at_desk.office)
    lists = len(at_desk.office._lists)
    page.deleteLater()
    await settled()
    assert len(at_desk.office._lists) == lists - 3
    await at_desk.happens("check_in")


async def test_everything_can_be_reached_and_has_a_name(page):
    for button in [*page.counts.values(), *page.balances, *page.panel.buttons.values()]:
        assert button.accessibleName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert {table.accessibleName() for table in (page.arrivals.table, page.in_house.table, page.departures.table)} == {
        "Arrivals",
        "In house",
        "Departures",
    }
    assert page.counts["dirty"].accessibleName() == f"Dirty rooms: {page.counts['dirty'].value}"
    page.activateWindow()
    page.focus_search()
    assert page.panel.table.hasFocus()
