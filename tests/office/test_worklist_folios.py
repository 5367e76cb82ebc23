"""Money of the manual log: every folio of its booking is looked at in Clock, also one that the copy does not hold."""

from __future__ import annotations

import datetime as dt

import pytest

from clockdesk.app.cli.sync import sync_once
from clockdesk.app.clock import SystemClock
from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import Money
from clockdesk.office.log_check import Verdict
from clockdesk.office.log_entry import Entry, What
from clockdesk.office.manual_log import ManualLog
from clockdesk.office.worklist import Worklist
from tests.support.engine import engine_on
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=16, bookings=70)

ON_IT = "A payment of 80.00 EUR is on it since"


class Till:
    """An engine, and a line of 80 EUR for a booking written before the payments of a test."""

    def __init__(self, engine, hotel):
        self.engine, self.hotel, self.office = engine, hotel, engine.office
        self.log = ManualLog(engine.store, SystemClock())
        self.list = Worklist(self.log, engine.office, engine.sync.want, SystemClock(), engine.tasks)

    async def wrote(self, booking):
        at = SystemClock().now() - dt.timedelta(seconds=1)
        entry = Entry(what=What.MONEY, by="AB", happened=at, booking=booking, amount=Money(8000, "EUR"), method="cash")
        return (await self.log.write(entry)).id

    async def found(self, line):
        found = await self.list.check(line)
        assert found.verdict in {Verdict.BY_HAND, Verdict.UNCHECKED}
        assert (found.plan, found.verb) == (None, "")
        return found

    def held(self, booking):
        return self.office.house.folios_of(booking)


@pytest.fixture
async def it(hotel):
    async with engine_on(hotel) as engine:
        await sync_once(engine)
        await engine.office.load()
        yield Till(engine, hotel)


def in_euro(booking):
    return booking.balance is not None and booking.balance.currency == "EUR"


def next_week(it):
    """A booking that is expected later, which has a folio the copy does not hold."""
    soon = it.office.today + dt.timedelta(days=2)
    bookings = it.office.house.bookings.values()
    booking = next(b.id for b in bookings if b.status == "expected" and b.arrival >= soon and in_euro(b))
    return booking, it.hotel.happen("new_folio", booking_id=booking, currency="EUR")["id"]


def staying(it):
    """A guest in house whose folios the copy holds, all open."""
    house = it.office.house
    return next(
        b.id
        for b in house.bookings.values()
        if b.status == "checked_in"
        and in_euro(b)
        and (folios := house.folios_of(b.id))
        and all(house.folios[folio].state == "open" for folio in folios)
    )


async def test_a_payment_on_a_folio_that_the_copy_does_not_hold_is_pointed_out(it):
    booking, folio = next_week(it)
    assert not it.held(booking)
    line = await it.wrote(booking)
    it.hotel.happen("payment", folio_id=folio, cents=8000)
    found = await it.found(line)
    assert folio in it.held(booking)
    assert f"{it.office.house.folios[folio].number or folio})." in found.says
    assert ON_IT in found.says
    assert "compare before posting" in found.step


async def test_a_folio_beside_those_that_the_copy_holds_is_looked_at(it):
    booking = staying(it)
    line = await it.wrote(booking)
    other = it.hotel.happen("new_folio", booking_id=booking, currency="EUR")["id"]
    assert other not in it.held(booking)
    it.hotel.happen("payment", folio_id=other, cents=8000)
    found = await it.found(line)
    assert ON_IT in found.says
    assert other in it.held(booking)


async def test_a_payment_on_a_folio_that_was_closed_since_is_pointed_out(it):
    """Paid at a check-out: the copy may know of the closing before anybody has looked at the payment."""
    booking = staying(it)
    line = await it.wrote(booking)
    folio = it.hotel.happen("new_folio", booking_id=booking, currency="EUR")["id"]
    it.hotel.happen("payment", folio_id=folio, cents=8000)
    it.hotel.happen("close_folio", folio_id=folio)
    await it.engine.sync.want([(Kind.FOLIO, folio)])
    assert it.office.house.folios[folio].state == "closed"
    assert ON_IT in (await it.found(line)).says


async def test_a_booking_whose_folios_are_all_void_has_no_open_one(it):
    booking, _ = next_week(it)
    line = await it.wrote(booking)
    for row in it.hotel.truth("folios"):
        if (row["payer_type"], row["payer_id"], row["voided_at"]) == ("Booking", booking, None):
            it.hotel.happen("void_folio", folio_id=row["id"])
    found = await it.found(line)
    assert "(no open folio)" in found.says
    assert found.step.startswith("Post 80.00 EUR (cash) on Clock's own screen")


@pytest.mark.parametrize(
    "right", ["pms_api_booking_folios_index", "base_api_folios_show", "base_api_credit_items_index"]
)
async def test_without_the_right_it_is_said_that_nobody_looked(it, right):
    booking, folio = next_week(it)
    line = await it.wrote(booking)
    it.hotel.happen("payment", folio_id=folio, cents=8000)
    it.hotel.fault(forget_right=right)
    for _ in range(2):  # found out, then known
        found = await it.found(line)
        assert "This API user may not read all of its folios and payments" in found.says
        assert "no open folio" not in found.says
        assert found.step.startswith("See on Clock's own screen whether 80.00 EUR (cash) is posted already")


async def test_a_list_that_has_no_answer_leaves_the_line_unchecked(it):
    booking, _ = next_week(it)
    line = await it.wrote(booking)
    it.hotel.fault(always_500={"path": f"/bookings/{booking}/folios"})
    found = await it.found(line)
    assert found.verdict is Verdict.UNCHECKED


async def test_a_booking_that_clock_does_not_give_any_more_has_no_folios_to_ask_for(it):
    found = await it.found(await it.wrote(1))
    assert "names no booking that Clock has" in found.says
