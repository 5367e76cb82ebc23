"""One booking in the drawer: the copy at once, the service's word when it comes, errors in place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from clockdesk.domain.kinds import Kind
from clockdesk.ui.screens.bookings import BookingsPage
from tests.support.desk import connected_desk, desk
from tests.support.engine import engine_on, until
from tests.support.hotel import Hotel
from tests.support.pages import cells, collected_in_this_thread, on_screen, said, shown

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


@pytest.fixture
def hotel():
    with Hotel(rooms=12, bookings=40) as running:
        yield running


async def test_the_copy_is_shown_at_once_and_the_error_told_in_place(it, page):
    house = it.office.house
    ident = next(b.id for b in house.bookings.values() if b.status == "checked_in" and b.active_notes)
    booking = house.bookings[ident]
    page.open(ident)
    text = said(page.drawer)
    assert f"Booking {booking.number}" in text
    assert booking.guest_name in text
    assert house.room_name(booking.room_id) in text
    assert booking.active_notes[0]["text"] in text
    for guest in it.office.booking_guests(ident):
        assert guest.guest.full_name in text
    assert page.drawer.folio_table.isVisible()
    assert set(page.drawer.folios.ids) == set(house.folios_of(ident))
    assert "reading now" in text
    await it.quiet()
    text = said(page.drawer)
    assert page.drawer.error.isVisible()
    assert "No connection to 127.0.0.1" in text
    assert "You see the copy of 14:02:10." in text
    assert "; not confirmed since" in text
    assert booking.guest_name in text


async def test_what_needs_a_person_stands_first(it, page):
    ident = next(
        b.id for b in it.office.house.bookings.values() if b.status == "expected" and b.arrival == it.office.today
    )
    room = it.office.house.bookings[ident].room_id
    if room is None:
        pytest.fail("the made hotel has no room for this arrival")
    await it.change(Kind.ROOM, room, housekeeping_status="checked_out")
    page.open(ident)
    assert " · dirty" in said(page.drawer)
    await it.change(Kind.BOOKING, ident, arrival="2026-11-19")
    assert "should have arrived before today" in said(page.drawer)
    await it.quiet()


async def test_a_booking_that_leaves_the_copy_leaves_the_drawer_with_a_word(it, page):
    ident = page.model.id_at(0)
    page.open(ident)
    it.tick()
    await it.apply(gone=[(Kind.BOOKING, ident)])
    assert ident not in shown(page)
    await it.quiet()
    assert "it may have been removed at the hotel" in said(page.drawer)


async def test_a_change_shows_in_place_and_keeps_where_one_looks(it, page):
    ident = it.some(Kind.BOOKING, status="checked_in")
    page.open(ident)
    await it.quiet()
    scroll = page.drawer._scroll.verticalScrollBar()
    scroll.setValue(scroll.maximum())
    place = scroll.value()
    await it.change(Kind.BOOKING, ident, reference_number=it.office.house.bookings[ident].reference_number, adults=7)
    assert "7 adults" in said(page.drawer)
    assert scroll.value() == place


async def test_the_drawer_reads_anew_what_it_shows(hotel, look):
    async with engine_on(hotel) as engine:
        await engine.office.load()
        await engine.sync.once()
        ident = next(b.id for b in engine.office.house.bookings.values() if b.status == "checked_in")
        hotel.happen("change_booking", booking_id=ident, reference_number="NEW-REF-77")
        page: Any = BookingsPage(look, engine.tasks, engine.office)
        with on_screen(page):
            page.open(ident)
            assert "NEW-REF-77" not in said(page.drawer)
            await until(lambda: page.drawer.fresh)
            text = said(page.drawer)
            assert "NEW-REF-77" in text
            assert "not confirmed" not in text
            guests = [row for row in hotel.truth("booking_guests") if row["booking_id"] == ident]
            assert guests
            assert all(row["guest"]["last_name"] in text for row in guests)
            folios = {row["id"] for row in hotel.truth("folios") if row["payer_id"] == ident}
            assert set(page.drawer.folios.ids) == folios
            hotel.reset_stats()
            page.open(ident)
            assert hotel.stats()["calls"] == 0


async def test_an_error_is_told_and_mended_by_trying_again(hotel, look):
    async with connected_desk(hotel) as engine:
        ident = next(b.id for b in engine.office.house.bookings.values() if b.status == "checked_in")
        hotel.fault(always_500={"table": "bookings", "id": ident})
        page: Any = BookingsPage(look, engine.tasks, engine.office)
        with on_screen(page):
            page.open(ident)
            await until(page.drawer.error.isVisible)
            assert said(page.drawer.error).count("ry later") == 1
            hotel.clear_faults()
            QTest.mouseClick(page.drawer.error.button, Qt.MouseButton.LeftButton)
            await until(lambda: page.drawer.fresh)
            assert not page.drawer.error.isVisible()


async def test_walking_along_the_list_costs_no_calls_resting_does(hotel, look):
    async with engine_on(hotel) as engine:
        await engine.office.load()
        await engine.sync.once()
        page: Any = BookingsPage(look, engine.tasks, engine.office)
        with on_screen(page):
            page.open(page.model.id_at(0))
            await until(lambda: page.drawer.fresh)
            hotel.reset_stats()
            for _ in range(8):
                QTest.keyClick(page.table, Qt.Key.Key_Down)
            assert page.drawer.ident == page.model.id_at(8)
            await until(lambda: page.drawer.fresh)
            asked = [path for path in hotel.stats()["by_endpoint"] if path.startswith("pms_api/bookings")]
            assert hotel.stats()["calls"] < 8, asked


async def test_a_folio_of_the_booking_is_opened_by_key(it, page):
    ident = next(b.id for b in it.office.house.bookings.values() if it.office.house.folios_of(b.id))
    heard: list[int] = []
    page.folio_wanted.connect(heard.append)
    page.open(ident)
    table = page.drawer.folio_table
    table.setFocus()
    table.choose(page.drawer.folios.id_at(0))
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert heard == [page.drawer.folios.id_at(0)]
    assert cells(page.drawer.folios, 0)[-1] == "14:02"
    await it.quiet()


async def test_new_bookings_and_check_ins_appear_without_a_touch(hotel, look):
    async with connected_desk(hotel) as engine:
        page: Any = BookingsPage(look, engine.tasks, engine.office)
        with on_screen(page):
            made = hotel.happen("new_booking")["id"]
            await until(lambda: made in shown(page))
            arrived = hotel.happen("check_in")["id"]
            await until(lambda: page.model.line_at(page.model.row_of(arrived)).status == "checked_in")
            row = page.model.row_of(arrived)
            assert cells(page.model, row)[1] == "In house"


async def test_the_hotel_is_asked_for_what_the_copy_has_not(hotel, look):
    async with connected_desk(hotel) as engine:
        page: Any = BookingsPage(look, engine.tasks, engine.office)
        with on_screen(page):
            page.show_filter("arrival > today+20")
            assert page.empty.isVisible()
            last = (engine.office.today + timedelta(days=20)).isoformat()
            later = {row["id"] for row in hotel.truth("bookings") if row["arrival"] > last}
            assert later
            QTest.mouseClick(page.empty.button, Qt.MouseButton.LeftButton)
            await until(page.banner.isVisible)
            assert f"The hotel knows {len(later)} more that may match." in said(page.banner)
            reads = "1 read" if len(later) == 1 else f"{len(later)} reads"
            assert f"takes {reads}, about 1 s;" in said(page.banner)
            QTest.mouseClick(page.banner.button, Qt.MouseButton.LeftButton)
            await until(lambda: shown(page) == later)
            page.ask()
            await until(lambda: "knows no other" in said(page.banner))


async def test_a_question_that_fails_is_told_in_place(it, page):
    page.show_filter("status = canceled and arrival > today")
    page.ask()
    assert page.query.ask_button.text() == "Asking …"
    await it.quiet()
    assert "No connection" in said(page.banner)
    assert page.query.ask_button.text() == "Ask the hotel"
    assert page.query.ask_button.isEnabled()
    page.show_filter("status = no_show")
    assert not page.banner.isVisible()


async def test_guests_are_kept_right_while_they_are_shown(hotel, look):
    async with connected_desk(hotel) as engine:
        ident = next(b.id for b in engine.office.house.bookings.values() if b.status == "checked_in")
        page: Any = BookingsPage(look, engine.tasks, engine.office)
        with on_screen(page):
            page.open(ident)
            await until(lambda: page.drawer.fresh)
            hotel.happen("add_guest", booking_id=ident, first_name="Zsófia", last_name="Újvári")
            await until(lambda: "Újvári, Zsófia" in said(page.drawer))


async def test_nothing_is_watched_any_longer_once_the_drawer_is_closed_or_the_page_gone(it, page):
    watched = it.engine.sync.hints._watched
    page.open(page.model.id_at(0))
    assert list(watched) == [(Kind.BOOKING_GUEST, page.model.id_at(0))]
    page.open(page.model.id_at(1))
    assert list(watched) == [(Kind.BOOKING_GUEST, page.model.id_at(1))]
    assert page.close_drawer()
    assert not page.close_drawer()
    assert not watched
    page.open(page.model.id_at(1))
    page.retire()
    assert not watched
    await it.quiet()


async def test_an_answer_that_comes_late_changes_nothing(it, page):
    page.open(page.model.id_at(0))
    page.close_drawer()
    await it.quiet()
    assert page.drawer.ident is None
    assert not page.drawer.error.isVisible()
    page.open(page.model.id_at(1))
    page.open(page.model.id_at(2))
    await it.quiet()
    assert page.drawer.ident == page.model.id_at(2)
