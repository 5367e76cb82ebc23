"""After an outage, over real HTTP: each line is compared with the hotel; nothing but a room's status moves alone."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt

import pytest

from clockdesk.app.cli.sync import sync_once
from clockdesk.app.clock import SystemClock
from clockdesk.domain.errors import UserError
from clockdesk.domain.kinds import Kind
from clockdesk.office.log_check import Verdict
from clockdesk.office.log_draft import Draft, read_draft
from clockdesk.office.log_entry import Entry, What
from clockdesk.office.manual_log import Ended, ManualLog
from clockdesk.office.worklist import Worklist
from tests.support.engine import engine_on, until
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=16, bookings=70)


class Desk:
    """An engine with its manual log and worklist."""

    def __init__(self, engine, hotel):
        self.engine, self.hotel, self.office = engine, hotel, engine.office
        self.clock = SystemClock()
        self.log = ManualLog(engine.store, self.clock)
        self.list = Worklist(self.log, engine.office, engine.sync.want, self.clock, engine.tasks)

    async def write(self, **fields):
        draft = Draft(**({"by": "AB"} | fields))
        return await self.log.write(read_draft(draft, self.office.house, self.clock.now(), self.office.zone))

    async def finding(self, **fields):
        line = await self.write(**fields)
        found = await self.list.check(line.id)
        assert found == self.list.finding(line.id)
        return found

    def truth(self, kind, ident):
        return self.hotel.truth(kind, ident)[0]


@pytest.fixture
async def it(hotel):
    async with engine_on(hotel) as engine:
        await sync_once(engine)
        await engine.office.load()
        yield Desk(engine, hotel)


def expected(it):
    """An arrival of today whose assigned room is empty."""
    house, today = it.office.house, it.office.today
    taken = {b.room_id for b in house.bookings.values() if b.status == "checked_in"}
    return next(
        b
        for b in house.bookings.values()
        if b.status == "expected" and b.arrival <= today and b.room_id is not None and b.room_id not in taken
    )


def staying(it, fits=lambda _booking: True):
    house = it.office.house
    return next(b for b in house.bookings.values() if b.status == "checked_in" and fits(b))


def dirty_room(it):
    return next(room for room in it.office.house.rooms.values() if room.housekeeping_status == "checked_out")


# Arrivals


async def test_an_arrival_is_checked_in_by_a_person(it):
    booking = expected(it)
    found = await it.finding(what=What.ARRIVED, booking=booking.id)
    assert found.verdict is Verdict.READY
    room = it.office.house.room_name(booking.room_id)
    assert found.says == f"Clock still expects the guest, with room {room}."
    assert found.verb == "Check in"
    assert it.truth("bookings", booking.id)["status"] == "expected"
    assert await it.list.apply(found, "CD") == "Done: the line is settled."
    assert it.truth("bookings", booking.id)["status"] == "checked_in"
    [line] = it.log.lines
    assert line.ended is Ended.APPLIED
    assert line.outcome.startswith("CD, ")
    assert f"Check in, room {room}" in line.outcome


async def test_the_room_that_was_given_wins_when_a_person_says_so(it):
    booking = expected(it)
    house = it.office.house
    taken = {b.room_id for b in house.bookings.values() if b.status in {"checked_in", "expected"}}
    kind = house.rooms[booking.room_id].room_type_id
    other = next(r for r in house.rooms.values() if r.id not in taken and not r.room_status_allocations)
    found = await it.finding(what=What.ARRIVED, booking=booking.id, room=other.name)
    assert found.verdict is Verdict.READY
    assert ("another room type" in found.step) is (other.room_type_id != kind)
    await it.list.apply(found, "CD")
    assert it.truth("bookings", booking.id)["arrival_room_id"] == other.id
    assert it.truth("bookings", booking.id)["status"] == "checked_in"


async def test_somebody_else_checked_the_guest_in_meanwhile(it):
    booking = expected(it)
    it.hotel.happen("check_in", booking_id=booking.id, room_id=booking.room_id)
    found = await it.finding(what=What.ARRIVED, booking=booking.id)
    assert found.verdict is Verdict.ALREADY
    assert found.plan is None
    await it.list.tick_off(found.line, "CD")
    assert it.log.lines[0].ended is Ended.ALREADY


async def test_in_house_in_another_room_is_said_and_not_mended(it):
    guest = staying(it)
    other = next(room for room in it.office.house.rooms.values() if room.id != guest.room_id)
    found = await it.finding(what=What.ARRIVED, booking=guest.id, room=other.name)
    assert found.verdict is Verdict.DIFFERS
    assert f"the log says room {other.name}" in found.says
    assert found.verb == ""


async def test_two_guests_in_one_room_are_a_matter_for_a_person(it):
    booking, guest = expected(it), staying(it, lambda b: b.room_id is not None)
    room = it.office.house.room_name(guest.room_id)
    found = await it.finding(what=What.ARRIVED, booking=booking.id, room=room)
    assert found.verdict is Verdict.DIFFERS
    assert guest.guest_name in found.says
    assert "Two desks" in found.step
    assert found.plan is None


async def test_a_canceled_booking_is_not_checked_in(it):
    booking = expected(it)
    it.hotel.happen("cancel", booking_id=booking.id)
    found = await it.finding(what=What.ARRIVED, booking=booking.id)
    assert found.verdict is Verdict.DIFFERS
    assert "Canceled" in found.says
    assert found.plan is None


async def test_a_walk_in_is_entered_by_hand(it):
    room = next(iter(it.office.house.rooms.values()))
    found = await it.finding(what=What.ARRIVED, guest="Ann Walker", room=room.name)
    assert found.verdict is Verdict.BY_HAND
    await it.list.tick_off(found.line, "CD", "booking 99 made")
    assert it.log.lines[0].ended is Ended.ENTERED
    assert it.log.lines[0].outcome.endswith(": booking 99 made")


async def test_an_edit_between_check_and_click_is_met_not_overwritten(it):
    booking = expected(it)
    found = await it.finding(what=What.ARRIVED, booking=booking.id)
    it.hotel.happen("cancel", booking_id=booking.id)
    words = await it.list.apply(found, "CD")
    assert "nothing was sent" in words
    assert it.truth("bookings", booking.id)["status"] == "canceled"
    assert it.log.lines[0].open
    assert it.list.finding(found.line).verdict is Verdict.DIFFERS


async def test_an_answer_that_never_came_is_looked_up_not_repeated(it):
    booking = expected(it)
    found = await it.finding(what=What.ARRIVED, booking=booking.id)
    it.hotel.fault(cut_answer={"method": "PUT", "calls": 1})
    assert await it.list.apply(found, "CD") == "Done: the line is settled."
    assert it.truth("bookings", booking.id)["status"] == "checked_in"


# Departures


async def test_a_departure_with_a_balance_waits_for_the_money(it):
    guest = staying(it, lambda b: b.balance and b.balance.minor > 0)
    found = await it.finding(what=What.DEPARTED, booking=guest.id)
    assert found.verdict is Verdict.DIFFERS
    assert "the balance is" in found.says
    assert found.plan is None


async def test_a_departure_without_a_balance(it):
    paid = staying(it, lambda b: b.balance is not None and not b.balance)
    found = await it.finding(what=What.DEPARTED, booking=paid.id)
    assert found.verdict is Verdict.READY
    await it.list.apply(found, "CD")
    assert it.truth("bookings", paid.id)["status"] == "checked_out"
    again = await it.finding(what=What.DEPARTED, booking=paid.id)
    assert again.verdict is Verdict.ALREADY


# Money


async def test_money_is_never_posted_only_said_where(it):
    guest = staying(it, lambda b: b.balance and b.balance.minor > 0 and b.balance.currency == "EUR")
    payments = len(it.hotel.truth("credit_items"))
    found = await it.finding(what=What.MONEY, booking=guest.id, amount="80", currency="EUR", method="cash")
    assert found.verdict is Verdict.BY_HAND
    assert found.plan is None
    assert found.verb == ""
    assert f"for booking {guest.number}" in found.says
    assert "Post 80.00 EUR (cash) on Clock's own screen" in found.step
    assert len(it.hotel.truth("credit_items")) == payments
    await it.list.tick_off(found.line, "CD", "receipt 55")
    assert it.log.lines[0].outcome.endswith("receipt 55")


async def test_a_payment_that_somebody_has_posted_already_is_pointed_out(it):
    guest = staying(it, lambda b: b.balance and b.balance.minor > 0 and b.balance.currency == "EUR")
    line = await it.write(what=What.MONEY, booking=guest.id, amount="80", currency="EUR", method="cash")
    before = {item["id"] for item in it.hotel.truth("credit_items")}
    it.hotel.happen("payment", booking_id=guest.id, cents=8000)
    [posted] = [item for item in it.hotel.truth("credit_items") if item["id"] not in before]
    assert abs(posted["value_cents"]) == 8000
    found = await it.list.check(line.id)
    assert "A payment of 80.00 EUR is on it since" in found.says
    assert "compare before posting" in found.step


async def test_money_without_a_booking(it):
    found = await it.finding(what=What.MONEY, text="bar", amount="5", currency="EUR", method="cash")
    assert found.verdict is Verdict.BY_HAND
    assert "names no booking" in found.says


# Rooms


async def test_a_room_still_as_it_was_seen_is_set_by_itself_after_the_outage(it):
    room = dirty_room(it)
    line = await it.write(what=What.ROOM_STATUS, room=room.name, status="")
    assert await it.list.apply_room_statuses() == 1
    assert it.truth("rooms", room.id)["housekeeping_status"] == ""
    settled = it.log.line(line.id)
    assert settled.ended is Ended.ALONE
    assert settled.outcome.endswith("set to Clean")


async def test_a_room_that_is_otherwise_now_stays_for_a_person(it):
    room = dirty_room(it)
    line = await it.write(what=What.ROOM_STATUS, room=room.name, status="")
    it.hotel.happen("housekeeping", room_id=room.id, status="inspect")
    assert await it.list.apply_room_statuses() == 0
    assert it.truth("rooms", room.id)["housekeeping_status"] == "inspect"
    found = it.list.finding(line.id)
    assert found.verdict is Verdict.DIFFERS
    assert found.says == "Clock has the room as Inspect; when this was written, the screen said Dirty."
    assert found.verb == "Set to Clean"
    await it.list.apply(found, "CD")
    assert it.truth("rooms", room.id)["housekeeping_status"] == ""


async def test_a_room_that_was_set_anew_to_the_same_stays_for_a_person(it):
    room = dirty_room(it)
    line = await it.write(what=What.ROOM_STATUS, room=room.name, status="")
    it.hotel.happen("housekeeping", room_id=room.id, status="inspect")
    it.hotel.happen("housekeeping", room_id=room.id, status="checked_out")
    assert await it.list.apply_room_statuses() == 0
    assert "set anew at" in it.list.finding(line.id).says
    assert it.truth("rooms", room.id)["housekeeping_status"] == "checked_out"


async def test_a_room_that_is_so_already_is_ticked_off(it):
    room = dirty_room(it)
    line = await it.write(what=What.ROOM_STATUS, room=room.name, status="")
    it.hotel.happen("housekeeping", room_id=room.id, status="")
    assert await it.list.apply_room_statuses() == 0
    assert it.log.line(line.id).ended is Ended.ALREADY


async def test_only_the_last_word_about_a_room_is_sent(it):
    room = dirty_room(it)
    first = await it.write(what=What.ROOM_STATUS, room=room.name, status="progress")
    last = await it.write(what=What.ROOM_STATUS, room=room.name, status="inspect")
    assert (await it.list.check(first.id)).says == "A later line says that the room is Inspect."
    assert await it.list.apply_room_statuses() == 1
    assert it.truth("rooms", room.id)["housekeeping_status"] == "inspect"
    assert it.log.line(first.id).ended is Ended.OVERTAKEN
    assert it.log.line(last.id).ended is Ended.ALONE


async def test_nothing_else_is_ever_applied_by_itself(it):
    booking, guest = expected(it), staying(it, lambda b: b.balance and b.balance.minor > 0)
    paid = staying(it, lambda b: b.balance is not None and not b.balance)
    await it.write(what=What.ARRIVED, booking=booking.id)
    await it.write(what=What.DEPARTED, booking=paid.id)
    await it.write(what=What.MONEY, booking=guest.id, amount="80", currency="EUR", method="cash")
    await it.write(what=What.NOTE, text="x")
    assert await it.list.apply_room_statuses() == 0
    await it.list.check_all()
    assert it.truth("bookings", booking.id)["status"] == "expected"
    assert it.truth("bookings", paid.id)["status"] == "checked_in"
    assert len(it.log.open_lines) == 4
    assert it.engine.store.desk.intents() == []


async def test_it_happens_when_the_line_comes_back_and_only_then(hotel):
    async with engine_on(hotel) as engine:
        desk = Desk(engine, hotel)
        await engine.office.load()
        end = desk.list.follow()
        engine.start()
        await until(lambda: engine.sync.standing.started and not engine.sync.reader.left)
        room = dirty_room(desk)
        hotel.fault(cut_line=True)
        with contextlib.suppress(Exception):
            await engine.office.sweep_now()
        await until(lambda: not desk.list.can_check)
        line = await desk.write(what=What.ROOM_STATUS, room=room.name, status="inspect")
        assert (await desk.list.check(line.id)).verdict is Verdict.UNCHECKED
        hotel.fault(cut_line=False)
        await until(lambda: not desk.log.line(line.id).open)
        assert desk.log.line(line.id).ended is Ended.ALONE
        assert desk.truth("rooms", room.id)["housekeeping_status"] == "inspect"
        later = await desk.write(what=What.ROOM_STATUS, room=room.name, status="")
        await asyncio.sleep(0.1)
        assert desk.log.line(later.id).open
        end()


# A person's part


async def test_initials_and_a_reason_are_asked_for(it):
    room = dirty_room(it)
    found = await it.finding(what=What.ROOM_STATUS, room=room.name, status="")
    for refused in (it.list.apply(found, " "), it.list.tick_off(found.line, ""), it.list.dismiss(found.line, "", "x"),
                    it.list.dismiss(found.line, "AB", " ")):  # fmt: skip
        with pytest.raises(UserError):
            await refused
    assert it.log.lines[0].open
    assert it.truth("rooms", room.id)["housekeeping_status"] == "checked_out"
    await it.list.dismiss(found.line, "AB", "written twice")
    assert (it.log.lines[0].ended, it.log.lines[0].outcome[-13:]) == (Ended.DISMISSED, "written twice")


async def test_a_settled_line_is_left_alone(it):
    room = dirty_room(it)
    found = await it.finding(what=What.ROOM_STATUS, room=room.name, status="")
    await it.list.dismiss(found.line, "AB", "written twice")
    assert await it.list.apply(found, "AB") == "This line is settled already."
    assert await it.list.check(found.line) is None
    await it.list.tick_off(found.line, "AB")
    await it.list.dismiss(found.line, "AB", "again")
    assert it.log.lines[0].outcome.endswith("written twice")
    assert it.truth("rooms", room.id)["housekeeping_status"] == "checked_out"


async def test_what_the_service_does_not_give_any_more(it):
    entry = Entry(what=What.ARRIVED, by="A", happened=it.clock.now(), booking=1, guest="X", seen="expected")
    line = await it.log.write(entry)
    found = await it.list.check(line.id)
    assert found.verdict is Verdict.DIFFERS
    assert "no such booking" in found.says
    nowhere = Entry(what=What.ROOM_STATUS, by="A", happened=it.clock.now(), room=1, room_name="1", status="", seen="")
    line = await it.log.write(nowhere)
    assert "no such room" in (await it.list.check(line.id)).says


async def test_a_time_in_the_past_counts(it):
    """Typed in from paper after the outage: what happened before the room was set in Clock does not undo it."""
    room = dirty_room(it)
    it.hotel.happen("housekeeping", room_id=room.id, status="inspect")
    it.hotel.happen("housekeeping", room_id=room.id, status="checked_out")
    earlier = it.clock.now() - dt.timedelta(hours=1)
    entry = Entry(what=What.ROOM_STATUS, by="A", happened=earlier, room=room.id, room_name=room.name or "", status="",
                  seen="checked_out")  # fmt: skip
    line = await it.log.write(entry)
    assert await it.list.apply_room_statuses() == 0
    assert it.list.finding(line.id).verdict is Verdict.DIFFERS
    assert it.office.house.value(Kind.ROOM, room.id).housekeeping_status == "checked_out"
