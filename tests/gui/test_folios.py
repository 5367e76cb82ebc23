"""The screen of folios: filter, list, one folio with its lines; events and money move it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import format_money
from clockdesk.domain.predicate import Relative
from clockdesk.office.forms import Days
from clockdesk.ui.screens.bookings import BookingsPage
from clockdesk.ui.screens.folios import FoliosPage
from tests.support.desk import connected_desk, desk
from tests.support.engine import engine_on, until
from tests.support.hotel import Hotel
from tests.support.pages import cells, collected_in_this_thread, focused, on_screen, pills, said, shown

__all__ = ["collected_in_this_thread"]


@pytest.fixture
async def it():
    async with desk() as made:
        yield made


@pytest.fixture
async def page(it, look):
    made = FoliosPage(look, it.tasks, it.office)
    with on_screen(made):
        yield made


@pytest.fixture
def hotel():
    with Hotel(rooms=12, bookings=40) as running:
        yield running


def expected(it, fits):
    return {ident for ident, folio in it.office.house.folios.items() if fits(folio)}


async def test_every_folio_is_listed_open_ones_first(it, page):
    assert shown(page) == set(it.office.house.folios)
    states = [page.model.line_at(row).state for row in range(page.model.rowCount())]
    order = ["open", "closed", "voided"]
    assert states == sorted(states, key=order.index)
    assert set(states) == set(order)


@pytest.mark.parametrize("states", [{"open"}, {"closed"}, {"voided"}, {"open", "closed"}, {"open", "voided"}])
async def test_states_filter_and_the_text_says_how(it, page, states):
    page.fields.state.choose(states)
    assert shown(page) == expected(it, lambda folio: folio.state in states)
    text = page.query.text.text()
    page.show_filter("")
    page.show_filter(text)
    assert page.fields.state.chosen == states
    assert not pills(page)


async def test_deposits_numbers_closing_dates_and_text_filter(it, page):
    page.fields.deposit.setFocus()
    QTest.keyClick(page.fields.deposit, Qt.Key.Key_Down)
    assert shown(page) == expected(it, lambda folio: folio.deposit)
    assert page.query.text.text() == "deposit = true"
    QTest.keyClick(page.fields.deposit, Qt.Key.Key_Down)
    assert shown(page) == expected(it, lambda folio: not folio.deposit)
    page.show_filter("")
    some = next(folio for folio in it.office.house.folios.values() if folio.close_date)
    QTest.keyClicks(page.fields.number, some.number)
    QTest.keyClick(page.fields.number, Qt.Key.Key_Return)
    assert some.id in shown(page)
    assert page.query.request.text() == f"GET folios?number.matches=%25{some.number}%25"
    page.show_filter("")
    page.fields.closed.set_days(Days(some.close_date, some.close_date))
    assert shown(page) == expected(it, lambda folio: folio.close_date == some.close_date)
    page.show_filter("")
    page.fields.closed.set_days(Days(Relative(-6), Relative(0)))
    assert page.query.text.text() == "close_date >= today-6 and close_date <= today"
    page.show_filter("")
    page.focus_search()
    QTest.keyClicks(page.panel.search, some.invoice_number)
    QTest.keyClick(page.panel.search, Qt.Key.Key_Return)
    assert shown(page) == {some.id}
    assert "part checked here" in page.query.request.text()


async def test_a_folio_shows_its_lines_its_balance_and_its_age(it, page):
    office = it.office
    ident = next(f for f in office.house.folios if office.charges(f) and office.credit_items(f))
    page.open(ident)
    folio, drawer = office.house.folios[ident], page.drawer
    text = said(drawer)
    assert f"Folio {folio.number}" in text
    assert format_money(folio.balance) in text
    assert set(drawer.charges.ids) == {line.id for line in office.charges(ident)}
    assert set(drawer.payments.ids) == {line.id for line in office.credit_items(ident)}
    assert set(drawer.taxes.ids) == {line.id for line in office.folio_taxes(ident)}
    for table in (drawer.charge_table, drawer.payment_table, drawer.tax_table):
        assert table.isVisible()
        assert table.verticalScrollBar().maximum() == 0
    charge = office.charges(ident)[0]
    row = cells(drawer.charges, drawer.charges.row_of(charge.id))
    assert row[1] == charge.print_text
    await it.quiet()
    assert "You see the copy of 14:02:10." in said(drawer)


async def test_void_lines_are_struck_and_told_in_words(it, page):
    office = it.office
    ident = next(f for f in office.house.folios if any(line.voided_at for line in office.charges(f)))
    page.open(ident)
    table, model = page.drawer.charge_table, page.drawer.charges
    void = next(line for line in office.charges(ident) if line.voided_at)
    row = model.row_of(void.id)
    assert table._struck(model.line_at(row))
    assert model.index(row, 1).data(Qt.ItemDataRole.ToolTipRole).startswith("<qt>Void")
    await it.quiet()
    picture = table.viewport().grab().toImage()
    middle = int((table.rowViewportPosition(row) + table.rowHeight(row) // 2) * picture.devicePixelRatio())
    across = {picture.pixelColor(x, middle).name() for x in range(20, picture.width() - 20)}
    assert across == {page._look.theme.text.muted.name()}


async def test_a_folio_without_lines_says_whether_anybody_looked(it, page):
    ident = it.some(Kind.FOLIO, state="open")
    for kind in (Kind.CHARGE, Kind.CREDIT_ITEM, Kind.FOLIO_TAX):
        lines = {Kind.CHARGE: it.office.charges, Kind.CREDIT_ITEM: it.office.credit_items}.get(
            kind, it.office.folio_taxes
        )(ident)
        await it.apply(gone=[(kind, line.id) for line in lines])
    page.open(ident)
    assert "reading now" in said(page.drawer)
    await it.quiet()
    assert "No charges in the copy" in said(page.drawer)
    assert "No payments in the copy" in said(page.drawer)


async def test_the_booking_that_pays_is_one_press_away(it, page):
    ident = next(f.id for f in it.office.house.folios.values() if f.payer_type == "Booking")
    heard: list[int] = []
    page.booking_wanted.connect(heard.append)
    page.open(ident)
    button = page.drawer._actions.findChildren(type(page.query.ask_button))[0]
    assert button.text() == "Open booking"
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert heard == [it.office.house.folios[ident].payer_id]
    await it.quiet()


async def test_escape_closes_the_drawer_from_within_it(it, page):
    page.open(page.model.id_at(0))
    page.drawer.charge_table.setFocus()
    QTest.keyClick(page.drawer.charge_table, Qt.Key.Key_Escape)
    assert page.drawer.isHidden()
    assert focused(page) is page.table
    await it.quiet()


async def test_yen_and_dinars_have_their_own_decimals(it, page):
    texts = ["".join(cells(page.model, row)) for row in range(page.model.rowCount())]
    yen = [f for f in it.office.house.folios.values() if f.currency == "JPY"]
    for folio in yen:
        text = texts[page.model.row_of(folio.id)]
        assert format_money(folio.balance) in text
        assert "." not in format_money(folio.balance)


async def test_a_folio_reads_its_lines_anew_and_says_when_there_are_none(hotel, look):
    async with engine_on(hotel) as engine:
        await engine.office.load()
        await engine.sync.once()
        page: Any = FoliosPage(look, engine.tasks, engine.office)
        ident = page.model.id_at(0)
        with on_screen(page):
            page.open(ident)
            assert page.drawer.charges.rowCount() == 0
            await until(lambda: page.drawer.fresh)
            for table, model in (("charges", page.drawer.charges), ("credit_items", page.drawer.payments)):
                truth = {row["id"] for row in hotel.truth(table) if row["folio_id"] == ident}
                assert set(model.ids) == truth
                if not truth:
                    assert {"charges": "No charges", "credit_items": "No payments"}[table] in said(page.drawer)
            assert "not confirmed" not in said(page.drawer)


async def test_a_folio_that_is_closed_shows_it_by_itself(hotel, look):
    async with connected_desk(hotel) as engine:
        page: Any = FoliosPage(look, engine.tasks, engine.office)
        with on_screen(page):
            done = hotel.happen("close_folio")["id"]
            await until(lambda: page.model.line_at(page.model.row_of(done)).state == "closed")
            assert cells(page.model, page.model.row_of(done))[1] == "Closed"


async def test_a_charge_posted_elsewhere_comes_into_the_open_folio_without_an_event(hotel, look):
    async with connected_desk(hotel) as engine:
        page: Any = FoliosPage(look, engine.tasks, engine.office)
        with on_screen(page):
            ident = next(f.id for f in engine.office.house.folios.values() if f.state == "open")
            page.open(ident)
            await until(lambda: page.drawer.fresh)
            await until(lambda: engine.store.reader.fact("ledger"))
            had = set(page.drawer.charges.ids)
            hotel.happen("charge", folio_id=ident)
            await until(lambda: set(page.drawer.charges.ids) > had)
            balance = page.model.line_at(page.model.row_of(ident)).balance
            assert format_money(balance) in said(page.drawer)


async def test_a_missing_right_to_folios_is_told_where_they_would_be(hotel, look):
    right = "base_api_folios_index"
    hotel.fault(forget_right=right)
    try:
        async with connected_desk(hotel) as engine:
            folios: Any = FoliosPage(look, engine.tasks, engine.office)
            bookings: Any = BookingsPage(look, engine.tasks, engine.office)
            with on_screen(folios), on_screen(bookings):
                await until(folios.banner.isVisible)
                assert "The API user may not read folios." in said(folios.banner)
                assert right in said(folios.banner)
                assert "No folios can be shown" in said(folios.table)
                assert not folios.query.ask_button.isEnabled()
                assert not bookings.banner.isVisible()
                bookings.open(next(b.id for b in engine.office.house.bookings.values() if b.status == "checked_in"))
                await until(lambda: bookings.drawer.fresh)
                assert "The API user may not read folios." in said(bookings.drawer)
                assert not bookings.model.is_stale(0)
    finally:
        hotel.fault(restore_right=right)
