"""One press of the shift clock's button, against the embedded hotel's time clock: what happened is what is said."""

from __future__ import annotations

import asyncio

import pytest

from clockdesk.domain.errors import ErrorCode, UserError
from clockdesk.domain.shift import Intention, Standing
from clockdesk.office.shift_clocking import Ending
from tests.api.clocks import HandClock
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.timeclock import WELL_IN, WELL_OUT, acted, asked, elsewhere, is_in, shifts_of, workstation

hotel = running_hotel(rooms=2, bookings=2)


async def test_clock_in(hotel):
    before = shifts_of(hotel, WELL_OUT)
    async with workstation(hotel) as at:
        assert (await at.shift.look()).standing is Standing.OUT
        assert (at.shift.words, at.shift.next_intention) == ("Out", Intention.IN)
        outcome = await at.shift.clock(Intention.IN)
        assert outcome.ending is Ending.DONE
        assert outcome.sentence.startswith("Clocked in at ")
        assert at.shift.sentence == outcome.sentence
        assert at.shift.words.startswith("In since ")
        assert at.shift.words.endswith("(0 min)")
        assert at.shift.next_intention is Intention.OUT
        await until(lambda: at.shift.last_shifts and at.shift.last_shifts[0].open)
        assert at.states == ["done"]
    assert is_in(hotel, WELL_OUT)
    assert shifts_of(hotel, WELL_OUT) == before + 1
    assert acted(hotel) == {"in": 1}


async def test_clock_out(hotel):
    async with workstation(hotel, WELL_IN) as at:
        outcome = await at.shift.clock(Intention.OUT)
        assert outcome.ending is Ending.DONE
        assert outcome.sentence.startswith("Clocked out at ")
        assert " after " in outcome.sentence
        assert at.shift.words == "Out"
        await until(lambda: at.shift.last_shifts)
        assert not at.shift.last_shifts[0].open
    assert not is_in(hotel, WELL_IN)
    assert acted(hotel) == {"out": 1}


async def test_a_double_click_is_one_call(hotel):
    hotel.fault(clock_slow={"seconds": 0.2, "method": "POST"})
    async with workstation(hotel) as at:
        both = await asyncio.gather(at.shift.clock(Intention.IN), at.shift.clock(Intention.IN))
        assert both[0] is both[1]
        assert both[0].ending is Ending.DONE
        assert at.states == ["done"]
    assert asked(hotel)["clock"] == 1


async def test_a_change_from_elsewhere_is_seen_before_anything_is_sent(hotel):
    async with workstation(hotel) as at:
        await at.shift.look()
        elsewhere(hotel, WELL_OUT, "in")
        outcome = await at.shift.clock(Intention.IN)
        assert outcome.ending is Ending.ALREADY
        assert outcome.sentence.startswith("Already clocked in, since ")
        assert at.shift.state.standing is Standing.IN
        assert at.states == ["already so"]
    assert "clock" not in asked(hotel)


async def test_a_change_from_elsewhere_between_look_and_call_is_no_second_shift(hotel):
    """The service answers `true`: no new row was needed."""
    before = shifts_of(hotel, WELL_OUT)
    async with workstation(hotel) as at:
        hotel.fault(clock_slow={"seconds": 0.3, "method": "POST", "calls": 1})
        press = at.tasks.spawn(at.shift.clock(Intention.IN), "press", awaited=True)
        await until(lambda: asked(hotel).get("current"))
        await asyncio.sleep(0.1)
        elsewhere(hotel, WELL_OUT, "in")
        outcome = await press
        assert outcome.ending is Ending.ALREADY
        assert at.shift.state.standing is Standing.IN
    assert shifts_of(hotel, WELL_OUT) == before + 1
    assert asked(hotel)["current"] == 2


async def test_a_change_from_elsewhere_is_shown_at_the_next_look(hotel):
    async with workstation(hotel) as at:
        await at.shift.look()
        assert at.shift.last_shifts
        elsewhere(hotel, WELL_OUT, "in")
        await at.shift.look()
        assert at.shift.words.startswith("In since ")
        assert at.shift.last_shifts[0].open


async def test_no_shift_types_one_several(hotel):
    hotel.fault(clock_types=[])
    async with workstation(hotel) as at:
        assert (await at.shift.clock(Intention.IN)).ending is Ending.DONE
        assert at.shift.state.type == ""
        await at.shift.clock(Intention.OUT)
    hotel.fault(clock_types=["night-audit"])
    async with workstation(hotel) as at:
        await at.shift.clock(Intention.IN)
        assert at.shift.state.type == "night-audit"
        await at.shift.clock(Intention.OUT)
    hotel.fault(clock_types=["front-desk", "night-audit"])
    async with workstation(hotel) as at:
        with pytest.raises(UserError, match="Choose the kind of shift"):
            await at.shift.clock(Intention.IN)
        assert not at.shift.is_busy
        assert at.states == []
        assert [one.label for one in at.shift.types] == ["Front Desk", "Night Audit"]
        with pytest.raises(UserError, match="no longer there"):
            await at.shift.clock(Intention.IN, "gardening")
        await at.shift.clock(Intention.IN, "front-desk")
        assert at.shift.state.type == "front-desk"
        assert (await at.shift.clock(Intention.OUT)).ending is Ending.DONE


async def test_a_row_nobody_can_read_is_unknown_and_nothing_is_sent(hotel):
    hotel.fault(clock_rubbish={"path": "/clock/current"})
    async with workstation(hotel) as at:
        await at.shift.look()
        assert at.shift.words == "Unknown: the time clock's row can't be read"
        assert at.shift.next_intention is None
        outcome = await at.shift.clock(Intention.IN)
        assert outcome.ending is Ending.NOT_RECORDED
        assert "CMS itself" in outcome.sentence
    assert "clock" not in asked(hotel)


async def test_a_rubbish_answer_to_the_call_is_looked_up(hotel):
    hotel.fault(clock_rubbish={"method": "POST", "calls": 1})
    async with workstation(hotel) as at:
        assert (await at.shift.clock(Intention.IN)).ending is Ending.DONE
    assert asked(hotel)["clock"] == 1


async def test_plan_too_low(hotel):
    hotel.fault(clock_plan=1)
    async with workstation(hotel) as at:
        outcome = await at.shift.clock(Intention.IN)
        assert outcome.ending is Ending.NOT_RECORDED
        assert outcome.error.code is ErrorCode.NO_RIGHT
        assert "plan" in outcome.sentence
        assert "Plus subscription" in outcome.error.detail
        assert "Trace " in outcome.error.detail
        assert at.shift.state.standing is Standing.UNKNOWN
    assert "clock" not in asked(hotel)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        (401, ErrorCode.SIGNED_OUT),
        ("INVALID API KEY", ErrorCode.SIGNED_OUT),
        ("INVALID COMMUNITY ID", ErrorCode.SIGNED_OUT),
        ("API IS NOT ENABLED FOR THIS COMMUNITY", ErrorCode.NO_RIGHT),
        ("CLOCKIN IS NOT ENABLED FOR THIS COMMUNITY", ErrorCode.NO_RIGHT),
    ],
)
async def test_a_wrong_key(hotel, how, code):
    hotel.fault(clock_wrong_key=how)
    async with workstation(hotel, key="somebody-elses") as at:
        outcome = await at.shift.clock(Intention.IN)
        assert (outcome.ending, outcome.error.code) == (Ending.NOT_RECORDED, code)
        assert outcome.sentence.startswith("NOT recorded - ")
        assert "somebody-elses" not in outcome.sentence + outcome.error.detail
        assert at.states == ["not recorded"]
    assert not is_in(hotel, WELL_OUT)


async def test_listeners_hear_of_the_press_and_leave(hotel):
    async with workstation(hotel) as at:
        seen: list[tuple[bool, str]] = []
        leave = at.desk.subscribe(lambda: seen.append((at.shift.is_busy, at.shift.sentence)))
        await at.shift.clock(Intention.IN)
        assert (True, "Clocking in...") in seen
        assert seen[-1][0] is False
        leave()
        count = len(seen)
        await at.shift.look()
        assert len(seen) == count


async def test_without_the_kinds_of_shift_nobody_is_clocked_in_without_one(hotel):
    hotel.fault(clock_types=["front-desk", "night-audit"], clock_500={"path": "/clockin-types"})
    async with workstation(hotel) as at:
        outcome = await at.shift.clock(Intention.IN)
        assert outcome.ending is Ending.NOT_RECORDED
        assert outcome.retry
        assert outcome.sentence == "NOT recorded: the kinds of shift can't be read. Try again."
        assert at.states == ["not recorded"]
        assert acted(hotel) == {}
        hotel.fault(clock_500=False)
        with pytest.raises(UserError, match="Choose the kind of shift"):
            await at.shift.clock(Intention.IN)
        assert (await at.shift.clock(Intention.IN, "night-audit")).ending is Ending.DONE


async def test_clocking_out_needs_no_kinds(hotel):
    hotel.fault(clock_500={"path": "/clockin-types"})
    async with workstation(hotel, WELL_IN) as at:
        assert (await at.shift.clock(Intention.OUT)).ending is Ending.DONE
        hotel.fault(clock_types=["front-desk"])
        assert (await at.shift.clock(Intention.IN, "front-desk")).ending is Ending.DONE, "the person said which"


async def test_the_kinds_of_shift_are_read_again_after_a_day(hotel):
    clock = HandClock()
    async with workstation(hotel, clock=clock) as at:
        await at.shift.look()
        hotel.fault(clock_types=["night-audit", "front-desk"])
        clock.seconds += 86_000
        await at.shift.look()
        assert [one.id for one in at.shift.types] == ["front-desk"]
        clock.seconds += 500
        hotel.fault(clock_500={"path": "/clockin-types"})
        await at.shift.look()
        assert [one.id for one in at.shift.types] == ["front-desk"], "old ones are better than none"
        hotel.fault(clock_500=False)
        await at.shift.look()
        assert [one.id for one in at.shift.types] == ["night-audit", "front-desk"]


async def test_the_kinds_of_shift_are_read_again_after_a_refusal(hotel):
    async with workstation(hotel) as at:
        await at.shift.look()
        hotel.fault(clock_types=["night-audit"])
        outcome = await at.shift.clock(Intention.IN)
        assert (outcome.ending, outcome.error.code) == (Ending.NOT_RECORDED, ErrorCode.REFUSED)
        hotel.fault(clock_500={"path": "/clockin-types", "calls": 1})
        assert "kinds of shift can't be read" in (await at.shift.clock(Intention.IN)).sentence
        assert (await at.shift.clock(Intention.IN)).ending is Ending.DONE
        assert at.shift.state.type == "night-audit"
