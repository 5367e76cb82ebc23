"""The shift clock while line, gateway and service misbehave: one shift, and a sentence that is true."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from typing_extensions import override

from clockdesk.app.clock import SystemClock
from clockdesk.domain.errors import ErrorCode
from clockdesk.domain.shift import Intention, Standing
from clockdesk.office.shift_clocking import Ending
from clockdesk.store.thread import open_store
from tests.support.desk import NOW
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.timeclock import WELL_IN, WELL_OUT, acted, asked, elsewhere, is_in, shifts_of, workstation

hotel = running_hotel(rooms=2, bookings=2)

SHORT = 0.4
"""Seconds a test's client waits for an answer."""


class Hasty(SystemClock):
    """The real time, but a wait is over at once; `asked` tells what was not waited."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.ahead = 0.0

    @override
    def monotonic(self) -> float:
        return super().monotonic() + self.ahead

    @override
    def now(self) -> dt.datetime:
        return super().now() + dt.timedelta(seconds=self.ahead)

    @override
    async def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)
        self.ahead += max(0.0, seconds)
        await super().sleep(0)


@pytest.mark.parametrize(
    "fault",
    [
        {"clock_slow_answer": {"seconds": 30, "method": "POST", "calls": 1}},
        {"clock_cut_answer": {"method": "POST", "calls": 1}},
        {"clock_late_502": {"method": "POST", "calls": 1}},
    ],
)
async def test_no_answer_after_it_acted(hotel, fault):
    """Looked up, found done, not sent again."""
    before = shifts_of(hotel, WELL_OUT)
    hotel.fault(**fault)
    async with workstation(hotel, read=SHORT) as at:
        said: list[str] = []
        at.desk.subscribe(lambda: said.append(at.shift.sentence))
        outcome = await at.shift.clock(Intention.IN)
        assert outcome.ending is Ending.DONE
        assert outcome.sentence.startswith("Clocked in at ")
        assert "Checking what happened..." in said
        assert at.states == ["done"]
    assert acted(hotel) == {"in": 1}
    assert shifts_of(hotel, WELL_OUT) == before + 1


@pytest.mark.parametrize(
    "fault",
    [
        {"clock_slow": {"seconds": 2, "method": "POST", "calls": 1}},
        {"clock_cut_line": {"method": "POST", "calls": 1}},
        {"clock_html_502": {"method": "POST", "calls": 1}},
        {"clock_500": {"method": "POST", "calls": 1}},
    ],
)
async def test_no_answer_before_it_acted(hotel, fault):
    """Looked up, found not done, sent once more with the same intention; what comes late finds it done."""
    before = shifts_of(hotel, WELL_OUT)
    hotel.fault(**fault)
    async with workstation(hotel, read=SHORT) as at:
        outcome = await at.shift.clock(Intention.IN)
        assert outcome.ending is Ending.DONE
    calls = 1 if "clock_cut_line" in fault else 2  # a cut call was not even counted
    await until(lambda: asked(hotel)["clock"] == calls)  # a slow one wakes up long after its caller left
    assert set(acted(hotel)) == {"in"}
    assert shifts_of(hotel, WELL_OUT) == before + 1


async def test_never_more_than_two_calls(hotel):
    hotel.fault(clock_html_502={"method": "POST"})
    async with workstation(hotel) as at:
        outcome = await at.shift.clock(Intention.IN)
        assert outcome.ending is Ending.NOT_RECORDED
        assert outcome.retry
        assert at.states == ["not recorded"]
    assert asked(hotel)["clock"] == 2
    assert not is_in(hotel, WELL_OUT)


async def test_no_answer_and_no_look_is_settled_when_the_time_clock_answers_again(hotel):
    hotel.fault(clock_cut_answer={"method": "POST", "calls": 1})
    async with workstation(hotel) as at:
        await at.shift.look()
        at.shift.read_current = second_fails(at.shift, hotel)
        outcome = await at.shift.clock(Intention.IN)
        assert outcome.ending is Ending.UNKNOWN
        assert outcome.sentence.startswith("It is not known whether clocking in was recorded.")
        assert at.states == ["unknown"]
        assert [note.state for note in at.desk.log.for_manager] == ["unknown"]
        hotel.clear_faults()
        await at.shift.look()
        assert at.states == ["done"]
        assert "was recorded after all" in at.shift.sentence
    assert asked(hotel)["clock"] == 1


def second_fails(shift, hotel):
    real, count = shift.read_current, [0]

    async def read():
        count[0] += 1
        if count[0] == 2:
            hotel.fault(clock_html_502=True)
        return await real()

    return read


async def test_an_unknown_wish_that_did_not_happen(hotel):
    async with workstation(hotel) as at:
        await at.shift.look()
        at.shift.read_current = second_fails(at.shift, hotel)
        hotel.fault(clock_cut_line={"method": "POST"})
        assert (await at.shift.clock(Intention.IN)).ending is Ending.UNKNOWN
        hotel.clear_faults()
        await at.shift.look()
        assert at.states == ["not recorded"]
        assert "was NOT recorded" in at.shift.sentence
        assert len(at.desk.log.for_manager) == 1


async def test_a_wish_of_a_session_that_broke_off_is_looked_up(hotel, tmp_path):
    key = bytes(32)
    store = open_store(tmp_path, key, at=NOW)
    async with workstation(hotel, store=store) as at:
        await at.desk.log.begin(at.shift.person, Intention.IN, at.shift._clock.now())
    await store.close()
    elsewhere(hotel, WELL_OUT, "in")  # the call had left and was recorded
    store = open_store(tmp_path, key, at=NOW)
    async with workstation(hotel, store=store) as at:
        assert at.states == ["open"]
        await at.shift.look()
        assert at.states == ["done"]
    await store.close()


async def test_offline(hotel, tmp_path):
    store = open_store(tmp_path, bytes(32), at=NOW)
    async with workstation(hotel, WELL_IN, store=store) as at:
        await at.shift.look()
        hotel.fault(refuse_clock=True)
        outcome = await at.shift.clock(Intention.OUT)
        assert outcome.ending is Ending.NOT_RECORDED
        assert outcome.retry
        assert outcome.sentence.startswith("NOT recorded - no connection.")
        assert "noted here for the manager" in outcome.sentence
        assert at.shift.words.startswith("In since "), "the last known state stays"
        assert "no connection" in at.shift.age_words
        [note] = at.desk.log.for_manager
        assert (note.person, note.initials, note.intention) == ("Georgi Ivanov", "GI", "out")
        assert note.intended == outcome.intended
    await store.close()
    assert asked(hotel).get("clock", 0) == 0
    store = open_store(tmp_path, bytes(32), at=NOW)
    hotel.clear_faults()
    async with workstation(hotel, WELL_IN, store=store) as at:  # the next day: the note is still there
        [note] = at.desk.log.for_manager
        await at.desk.log.corrected(note.id, at.desk.person)
        assert at.desk.log.for_manager == ()
        assert (await at.shift.clock(Intention.OUT)).ending is Ending.DONE
        assert at.states == ["corrected", "done"]
    await store.close()


async def test_nothing_is_queued_while_offline(hotel):
    hotel.fault(refuse_clock=True)
    async with workstation(hotel) as at:
        await at.shift.clock(Intention.IN)
        hotel.clear_faults()
        await at.shift.look()
        assert at.shift.state.standing is Standing.OUT
        assert at.shift.trouble is None
    assert "clock" not in asked(hotel)


async def test_too_many_calls_is_waited_for_once(hotel):
    hotel.fault(clock_429={"method": "POST", "calls": 1, "seconds": 7})
    clock = Hasty()
    async with workstation(hotel, clock=clock) as at:
        said: list[str] = []
        at.desk.subscribe(lambda: said.append(at.shift.sentence))
        outcome = await at.shift.clock(Intention.IN)
        assert outcome.ending is Ending.DONE
        assert "The time clock is busy, trying again in 7 s." in said
        assert [round(seconds) for seconds in clock.asked if seconds > 1] == [7]
    assert asked(hotel)["clock"] == 2
    assert acted(hotel) == {"in": 1}


async def test_too_many_calls_again_is_given_up(hotel):
    hotel.fault(clock_429={"method": "POST", "seconds": 7})
    async with workstation(hotel, clock=Hasty()) as at:
        outcome = await at.shift.clock(Intention.IN)
        assert outcome.ending is Ending.NOT_RECORDED
        assert outcome.error.code is ErrorCode.LIMITED
        assert outcome.error.until is not None
        assert outcome.sentence.startswith("NOT recorded - the time clock is busy.")
    assert asked(hotel)["clock"] == 2, "a clock call is never looped"


async def test_a_long_wait_is_not_waited_for(hotel):
    hotel.fault(clock_429={"seconds": 900})
    clock = Hasty()
    async with workstation(hotel, clock=clock) as at:
        outcome = await at.shift.clock(Intention.IN)
        assert outcome.error.code is ErrorCode.LIMITED
        assert not [seconds for seconds in clock.asked if seconds > 1]
    assert "clock" not in asked(hotel)


async def test_a_failure_inside_a_2xx_is_looked_after(hotel):
    hotel.fault(clock_failure={"method": "POST"})
    async with workstation(hotel) as at:
        outcome = await at.shift.clock(Intention.IN)
        assert outcome.ending is Ending.DONE, "the service had recorded it all the same"
    assert asked(hotel)["clock"] == 1


async def test_closing_in_the_middle_of_a_call_leaves_it_to_the_next_start(hotel, tmp_path):
    store = open_store(tmp_path, bytes(32), at=NOW)
    hotel.fault(clock_slow_answer={"seconds": 30, "method": "POST"})
    async with workstation(hotel, store=store) as at:
        press = at.tasks.spawn(at.shift.clock(Intention.IN), "press", awaited=True)
        await until(lambda: is_in(hotel, WELL_OUT))
    assert (await press).ending is Ending.UNKNOWN
    await store.close()
    hotel.clear_faults()
    store = open_store(tmp_path, bytes(32), at=NOW)
    async with workstation(hotel, store=store) as at:
        assert at.states == ["unknown"]
        await at.shift.look()
        assert at.states == ["done"]
    await store.close()
    assert acted(hotel) == {"in": 1}


ANY_FAULT = ("cut_line", "cut_answer", "html_502", "late_502", "500", "429", "rubbish", "failure")


@pytest.mark.parametrize("seed", range(40))
async def test_whatever_goes_wrong_the_sentence_is_true(hotel, seed):
    """Any mixture of faults on the next calls; then what was said is compared with what the time clock holds."""
    dice = random.Random(seed)
    login, intention = dice.choice([(WELL_OUT, Intention.IN), (WELL_IN, Intention.OUT)])
    at_first, shifts = is_in(hotel, login), shifts_of(hotel, login)
    for name in dice.sample(ANY_FAULT, dice.randint(1, 4)):
        when = dice.choice([{"method": "POST"}, {"path": "/clock/current"}])
        hotel.fault(**{f"clock_{name}": when | {"calls": dice.randint(1, 2), "seconds": 3}})
    async with workstation(hotel, login, clock=Hasty()) as at:
        outcome = await at.shift.clock(intention)
        now, added = is_in(hotel, login), shifts_of(hotel, login) - shifts
        happened = now != at_first
        assert added == (happened and intention is Intention.IN)
        if outcome.ending is not Ending.UNKNOWN:
            assert happened == (outcome.ending in {Ending.DONE, Ending.ALREADY}), outcome.sentence
        assert asked(hotel).get("clock", 0) <= 4
        assert set(acted(hotel)) <= {intention}
        hotel.clear_faults()
        await at.shift.look()
        settled = "done" if happened else "not recorded"
        assert at.states == ["already so" if outcome.ending is Ending.ALREADY else settled]
