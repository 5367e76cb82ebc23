"""A press whose outcome nobody was told: settled by what the time clock tells later, or left open."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from clockdesk.api.timeclock import Shifts, TimeClock
from clockdesk.domain.shift import Intention, Person, ShiftRow, ShiftState, Standing
from clockdesk.domain.tasks import Tasks
from clockdesk.office.shift import Shift, ShiftTypes
from clockdesk.office.shift_log import ShiftLog
from clockdesk.office.shift_settle import was_recorded
from tests.api.clocks import HandClock
from tests.support.scripted import Reply, Scripted
from tests.support.timeclock import ZONE

PERSON = Person("Maria Petrova", "MP", "acc-1")
CANT_TELL = "ClockDesk can't tell whether clocking in at 12:00 was recorded; look in the CMS."
"""HandClock begins at 12:00 of the hotel."""
NOON = dt.datetime(2026, 11, 21, 10, 0, tzinfo=dt.UTC)


def at(hour, minute=0):
    """An instant by the service's clock, UTC."""
    return dt.datetime(2026, 11, 21, hour, minute, tzinfo=dt.UTC)


def ended(start, end):
    return {
        "id": str(start),
        "startTime": start.isoformat(),
        "endTime": end.isoformat(),
        "completed": True,
    }


def answers(rows, current="Not Clocked In", status=200):
    """A time clock that tells this; `status` is of the newest shifts."""

    def answer(asked):
        data = [] if asked.path.endswith("types") else rows if "latest" in asked.path else current
        return Reply(status if "latest" in asked.path else 200, json.dumps({"success": True, "data": data}).encode())

    return answer


async def settled(answer, *, looks=1):
    """State and sentence of a wish of 12:00 to clock in, after a look two hours later; and what was asked."""
    clock, tasks = HandClock(), Tasks()
    async with Scripted(answer) as server:
        time_clock = TimeClock(server.url, "a-key", clock, tasks)
        log = ShiftLog(None, clock)
        shift = Shift(PERSON, time_clock, ShiftTypes(time_clock), log, clock, tasks, lambda: ZONE)
        await log.begin(PERSON, Intention.IN, clock.now())
        clock.seconds += 7200
        try:
            for _ in range(looks):
                await shift.look()
        finally:
            await time_clock.close()
            await tasks.stop()
    [note] = log.notes
    return note.state, shift.sentence, [note.state for note in log.for_manager], len(server.asked_for("latest"))


async def test_a_row_that_can_not_be_read_may_have_been_it():
    rows = [ended(at(8), at(9)), {"id": 2, "startTime": "this morning", "completed": "perhaps"}]
    state, sentence, for_manager, _ = await settled(answers(rows))
    assert (state, sentence) == ("unknown", CANT_TELL)
    assert for_manager == ["unknown"]


async def test_three_rows_that_all_began_later_hide_it():
    rows = [ended(at(10, minute), at(10, minute + 9)) for minute in (10, 20, 30)]
    state, sentence, _, asked = await settled(answers(rows), looks=3)
    assert (state, sentence) == ("unknown", CANT_TELL)
    assert asked == 1, "it is not looked up every minute from now on"


async def test_three_rows_that_reach_back_far_enough_tell():
    rows = [ended(at(9, 55 - minute), at(9, 58 - minute)) for minute in (0, 20, 40)]
    state, sentence, _, _ = await settled(answers([*rows[1:], ended(at(11), at(11, 30))]))
    assert state == "not recorded"
    assert "was NOT recorded" in sentence


async def test_newest_shifts_that_are_not_told_leave_it_to_the_state():
    refused = await settled(answers([], status=404), looks=3)
    assert refused[:2] == ("unknown", CANT_TELL)
    assert refused[3] == 1
    now_in = {"id": 1, "startTime": at(10, 1).isoformat(), "endTime": None, "completed": False}
    assert (await settled(answers([], now_in, 404)))[0] == "done"
    before = now_in | {"startTime": at(7).isoformat()}
    assert (await settled(answers([], before, 403)))[0] == "not recorded"


async def test_newest_shifts_that_fail_are_asked_again():
    state, _, _, asked = await settled(answers([], status=500), looks=2)
    assert (state, asked) == ("open", 2)


IN_BEFORE = ShiftState(Standing.IN, at(7))
OUT = ShiftState(Standing.OUT)


@pytest.mark.parametrize(
    ("state", "told", "recorded"),
    [
        (OUT, Shifts((ShiftRow("1", at(7), at(10, 4), completed=True),)), True),
        (OUT, Shifts((ShiftRow("1", at(7), at(10, 6), completed=True),)), False),
        (OUT, Shifts((ShiftRow("1", at(7), None, completed=True),)), None),
        (OUT, Shifts((ShiftRow("1", None, at(12), completed=True),)), None),
        (OUT, Shifts(()), False),
        (OUT, Shifts((), skipped=1), None),
        (OUT, None, None),
        (IN_BEFORE, Shifts((), skipped=1), False),
        (IN_BEFORE, None, False),
        (ShiftState(Standing.IN, at(11)), None, None),
    ],
)
def test_clocking_out_at_ten(state, told, recorded):
    assert was_recorded(Intention.OUT, NOON, state, told) is recorded
