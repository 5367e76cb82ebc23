"""Writes over real HTTP: done, already so, met by another edit, cut before and after the server acted."""

from functools import partial

import pytest

from clockdesk.app.cli.sync import sync_once
from clockdesk.domain.errors import ErrorCode
from clockdesk.domain.kinds import Kind
from clockdesk.office.actions import Ending
from clockdesk.store.desk import IntentState
from tests.support.engine import engine_on
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=12, bookings=40)


def a_room(hotel):
    return next(row for row in hotel.truth("rooms") if row["housekeeping_status"] != "inspect")


def status_of(hotel, room):
    return hotel.truth("rooms", room)[0]["housekeeping_status"]


async def test_a_status_is_written_and_the_copy_shows_it(hotel):
    room = a_room(hotel)
    async with engine_on(hotel) as engine:
        await sync_once(engine)
        act = engine.office.actions.set_housekeeping
        outcome = await act(room["id"], "inspect", seen=room["housekeeping_status"])
        assert outcome.ending is Ending.DONE
        assert status_of(hotel, room["id"]) == "inspect"
        assert engine.store.reader.get(Kind.ROOM, room["id"]).housekeeping_status == "inspect"
        again = await act(room["id"], "inspect", seen=room["housekeeping_status"])
        assert again.ending is Ending.ALREADY
        assert [intent.state for intent in engine.store.desk.intents()] == [IntentState.DONE]


async def test_somebody_else_was_quicker_both_sides_are_shown_and_nothing_is_sent(hotel):
    room = a_room(hotel)
    async with engine_on(hotel) as engine:
        hotel.happen("housekeeping", room_id=room["id"], status="progress")
        seen = "checked_out" if room["housekeeping_status"] != "checked_out" else ""
        outcome = await engine.office.actions.set_housekeeping(room["id"], "inspect", seen=seen)
        assert outcome.ending is Ending.CONFLICT
        assert [(d.theirs, d.mine) for d in outcome.differences] == [("progress", "inspect")]
        assert status_of(hotel, room["id"]) == "progress"
        assert engine.store.desk.intents() == []


async def test_the_server_acted_but_its_answer_was_lost_the_truth_is_told(hotel):
    room = a_room(hotel)
    async with engine_on(hotel) as engine:
        hotel.fault(cut_answer={"method": "PUT", "calls": 1})
        outcome = await engine.office.actions.set_housekeeping(room["id"], "inspect", seen=room["housekeeping_status"])
        assert outcome.ending is Ending.DONE
        assert status_of(hotel, room["id"]) == "inspect"
        assert hotel.stats()["by_endpoint"]["pms_api/rooms/{id}"] == 3


async def test_the_line_was_cut_before_the_server_acted_it_says_so_and_does_not_send_again(hotel):
    room = a_room(hotel)
    async with engine_on(hotel) as engine:
        hotel.fault(cut_line={"method": "PUT"})
        outcome = await engine.office.actions.set_housekeeping(room["id"], "inspect", seen=room["housekeeping_status"])
        assert outcome.ending is Ending.FAILED
        assert outcome.error is not None
        assert status_of(hotel, room["id"]) == room["housekeeping_status"]


async def test_an_outcome_that_stays_unknown_is_looked_up_at_the_next_start(hotel, tmp_path):
    room = a_room(hotel)
    async with engine_on(hotel, tmp_path) as engine:
        fresh = engine.office.actions._fresh
        hotel.fault(cut_answer={"method": "PUT", "calls": 1})
        calls = []

        async def fresh_then_line_gone(kind, ident):
            calls.append(kind)
            if len(calls) > 1:
                hotel.fault(cut_line=True)
            return await fresh(kind, ident)

        engine.office.actions._fresh = fresh_then_line_gone
        outcome = await engine.office.actions.set_housekeeping(room["id"], "inspect", seen=room["housekeeping_status"])
        assert outcome.ending is Ending.UNKNOWN
    hotel.clear_faults()
    async with engine_on(hotel, tmp_path) as engine:
        ended = await engine.office.actions.look_up_open_intents()
        assert ended == [(Kind.ROOM, room["id"], Ending.DONE)]
        assert await engine.office.actions.look_up_open_intents() == []


async def test_an_intent_left_open_by_a_crash_is_looked_up_and_never_sent_again(hotel, tmp_path):
    room = a_room(hotel)
    async with engine_on(hotel, tmp_path) as engine:
        desk = engine.store.desk
        now = engine.office._clock.now()
        await engine.store.run(
            partial(desk.open_intent, Kind.ROOM, room["id"], {"housekeeping_status": "inspect"}, at=now)
        )
    async with engine_on(hotel, tmp_path) as engine:
        assert await engine.office.actions.look_up_open_intents() == [(Kind.ROOM, room["id"], Ending.FAILED)]
        assert status_of(hotel, room["id"]) == room["housekeeping_status"]


async def test_a_missing_right_is_told_and_the_intent_is_closed(hotel):
    hotel.fault(forget_right="pms_api_rooms_update")
    room = a_room(hotel)
    async with engine_on(hotel) as engine:
        outcome = await engine.office.actions.set_housekeeping(room["id"], "inspect", seen=room["housekeeping_status"])
        assert outcome.ending is Ending.FAILED
        assert outcome.error.code is ErrorCode.NO_RIGHT
        assert [intent.state for intent in engine.store.desk.intents()] == [IntentState.FAILED]


@pytest.mark.parametrize("members", [{"guest_city": "Plovdiv"}, {"arrival_time": "22:30", "guest_city": "Ruse"}])
async def test_only_the_changed_members_of_a_booking_are_sent(hotel, members):
    row = next(row for row in hotel.truth("bookings") if row["status"] == "expected")
    async with engine_on(hotel) as engine:
        seen = {member: row[member] for member in members}
        outcome = await engine.office.actions.change_booking(row["id"], members, seen=seen)
        assert outcome.ending is Ending.DONE
        now = hotel.truth("bookings", row["id"])[0]
        assert {member: now[member] for member in members} == members
        assert now["guest_last_name"] == row["guest_last_name"]
