import asyncio
import contextlib
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockdesk.api.gate import Gate, Lane
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.tasks import Tasks
from tests.api.clocks import HandClock, settle


class Callers:
    """Callers at a gate; `starts` holds (name, second) of each that left."""

    def __init__(self, gate: Gate, clock: HandClock) -> None:
        self.gate, self.clock, self.tasks = gate, clock, Tasks()
        self.starts: list[tuple[str, float]] = []

    def call(self, name: str, lane: Lane = Lane.SCREEN, **how) -> asyncio.Task[None]:
        async def run() -> None:
            start = await self.gate.slot(lane, **how)
            start.sent()
            self.starts.append((name, self.clock.seconds))

        return self.tasks.spawn(run(), name, awaited=True)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.starts]


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def gate(clock):
    return Gate(clock)


@pytest.fixture
def callers(gate, clock):
    return Callers(gate, clock)


def most_in_window(times: list[float], window: float) -> int:
    return max((sum(1 for other in times if at <= other < at + window - 1e-9) for at in times), default=0)


async def test_the_sixth_call_waits_for_the_window(callers, clock):
    for number in range(6):
        callers.call(str(number))
    await settle()
    assert callers.names == ["0", "1", "2", "3", "4"]
    await clock.advance(1.049)
    assert len(callers.starts) == 5
    await clock.advance(0.002)
    assert callers.starts[5] == ("5", pytest.approx(1001.05))


@settings(max_examples=60, deadline=None)
@given(
    arrivals=st.lists(
        st.tuples(st.floats(0, 3), st.sampled_from(Lane), st.floats(0, 0.4), st.sampled_from("scut")),
        min_size=1,
        max_size=40,
    ),
    early=st.sampled_from([1.0, 0.95, 0.6]),
)
def test_never_more_than_the_limit_in_any_window(arrivals, early):
    """Whatever the arrivals, the time a connection takes, early timers and callers that go away."""

    async def run() -> list[float]:
        clock = HandClock(early)
        gate, tasks = Gate(clock), Tasks()
        left: list[float] = []

        async def call(after: float, lane: Lane, connecting: float, fate: str) -> None:
            await clock.sleep(after)
            start = await gate.slot(lane)
            await clock.sleep(connecting)
            if fate == "u":
                start.unused()
            else:
                start.sent() if fate == "s" else start.tried()
                left.append(clock.seconds)

        running = [tasks.spawn(call(*arrival), "call", awaited=True) for arrival in arrivals]
        for task, arrival in zip(running, arrivals, strict=True):
            if arrival[3] == "c":
                await clock.advance(0.07)
                task.cancel()
        await clock.advance(60)
        await asyncio.gather(*running, return_exceptions=True)
        assert all(task.done() for task in running)
        return left

    times = asyncio.run(run())
    assert most_in_window(times, 1.05) <= 5


async def test_the_most_urgent_goes_first(callers, clock):
    for number in range(5):
        callers.call(f"first {number}")
    for name, lane in (("b", Lane.BACKGROUND), ("e", Lane.EVENT), ("s", Lane.SCREEN), ("p", Lane.PERSON)):
        callers.call(name, lane)
    callers.call("challenge", Lane.BACKGROUND, challenge=True)
    await clock.advance(3)
    assert callers.names[5:] == ["challenge", "p", "s", "e", "b"]


async def test_a_lane_is_first_come_first_served_and_a_repetition_goes_ahead(callers, clock):
    for number in range(5):
        callers.call(f"first {number}")
    await settle()
    callers.call("a")
    callers.call("b")
    await settle()
    callers.call("repeated", again=True)
    await clock.advance(3)
    assert callers.names[5:] == ["repeated", "a", "b"]


async def test_background_starves_for_thirty_seconds_at_most(callers, clock):
    for number in range(5):
        callers.call(f"first {number}")
    await settle()
    started = clock.seconds
    callers.call("waits", Lane.BACKGROUND)
    callers.call("waits too", Lane.BACKGROUND)
    for _ in range(70):
        for _ in range(6):
            callers.call("screen")
        await clock.advance(1.05)
    served = {name: at - started for name, at in callers.starts if name.startswith("waits")}
    assert 30 <= served["waits"] < 32
    assert served["waits"] + 30 <= served["waits too"] < 64


async def test_a_caller_that_goes_away_frees_its_place(callers, clock):
    for number in range(5):
        callers.call(f"first {number}")
    gone = callers.call("gone", Lane.PERSON)
    await settle()
    gone.cancel()
    callers.call("stays", Lane.BACKGROUND)
    await clock.advance(1.06)
    assert callers.names[5:] == ["stays"]


async def test_a_turn_granted_to_a_caller_just_gone_is_given_on(gate, callers, clock):
    """Cancelled after the grant, before it woke: the pass goes back to the door and the turn to the next."""
    door = CountingDoor(room=0)
    task = callers.call("gone", door=door)
    await settle()
    door.room = 1
    gate.look()
    assert door.inside == 1
    task.cancel()
    await settle()
    assert door.inside == 0
    for number in range(5):
        callers.call(str(number))
    await settle()
    assert callers.names == ["0", "1", "2", "3", "4"]


class CountingDoor:
    def __init__(self, room: int = 1) -> None:
        self.room, self.inside = room, 0
        self.error: KnownError | None = None

    def enter(self, lane):
        if self.error:
            raise self.error
        if self.inside >= self.room:
            return None
        self.inside += 1
        return self

    def give_back(self, entered):
        self.inside -= 1


async def test_a_closed_door_holds_up_nobody_else(gate, callers, clock):
    full = CountingDoor(room=0)
    callers.call("waits at the door", Lane.PERSON, door=full)
    callers.call("other account", Lane.BACKGROUND)
    await settle()
    assert callers.names == ["other account"]
    full.room = 1
    gate.look()
    await settle()
    assert callers.names == ["other account", "waits at the door"]


async def test_what_the_door_says_no_with_reaches_every_waiter(gate, callers):
    door = CountingDoor(room=0)
    waiting = [callers.call(str(number), door=door) for number in range(8)]
    await settle()
    door.error = KnownError(ErrorCode.SIGNED_OUT, "no")
    gate.look()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [isinstance(result, KnownError) and result.code for result in results] == [ErrorCode.SIGNED_OUT] * 8
    assert gate.snapshot().total == 0


async def test_a_slow_connection_keeps_its_place_in_the_window(gate, callers, clock):
    """Five turns granted, their requests leave 2 s later: the sixth waits for 1.05 s after that."""
    slow = [await gate.slot(Lane.SCREEN) for _ in range(5)]
    callers.call("sixth")
    await clock.advance(2)
    assert not callers.starts
    for start in slow:
        start.sent()
    await clock.advance(1.04)
    assert not callers.starts
    await clock.advance(0.02)
    assert callers.names == ["sixth"]


async def test_too_many_pauses_everybody_and_halves_the_limit(gate, callers, clock):
    gate.too_many(1)
    for number in range(5):
        callers.call(str(number))
    await clock.advance(0.49)
    assert not callers.starts
    await clock.advance(0.02)
    assert len(callers.starts) == 2, "half of five"
    gate.too_many(3)
    await clock.advance(1.49)
    assert len(callers.starts) == 2
    await clock.advance(0.02)
    assert len(callers.starts) == 3
    assert gate.snapshot().allowed == 1
    await clock.advance(41)
    assert gate.snapshot().allowed == 2, "one more after each ten quiet seconds, counted when it is used"
    for _ in range(3):
        await clock.advance(10)
        gate.look()
    assert gate.snapshot().allowed == 5


async def test_answers_of_one_burst_halve_once(gate):
    for _ in range(4):
        gate.too_many(1)
    assert gate.snapshot().allowed == 2


async def test_a_longer_pause_that_the_server_asks_for_is_kept(gate, callers, clock):
    gate.too_many(1, retry_after=7)
    callers.call("a")
    await clock.advance(6.9)
    assert not callers.starts
    await clock.advance(0.2)
    assert callers.names == ["a"]


async def test_the_ninth_too_many_is_an_error(gate, clock):
    for retry in range(1, 9):
        gate.too_many(retry)
    with pytest.raises(KnownError) as caught:
        gate.too_many(9)
    assert caught.value.code is ErrorCode.LIMITED
    assert caught.value.until == clock.now() + dt.timedelta(seconds=4)


@pytest.mark.logs("firewall")
async def test_a_ban_stops_everybody_for_two_hours(gate, callers, clock):
    told: list[dt.datetime | None] = []
    gate.on_change = told.append
    for number in range(5):
        callers.call(str(number))
    waiting = callers.call("waits")
    await settle()
    error = gate.block()
    assert error.code is ErrorCode.BLOCKED
    assert error.until == gate.blocked_until == clock.now() + dt.timedelta(hours=2)
    with pytest.raises(KnownError, match="firewall"):
        await waiting
    for lane in Lane:
        with pytest.raises(KnownError):
            await gate.slot(lane)
    with pytest.raises(KnownError):
        await gate.slot(Lane.PERSON, challenge=True)
    await clock.advance(7199)
    with pytest.raises(KnownError):
        await gate.slot(Lane.PERSON)
    await clock.advance(1)
    assert gate.blocked_until is None
    (await gate.slot(Lane.PERSON)).sent()
    assert told == [error.until, None]


@pytest.mark.logs("firewall")
async def test_a_person_may_lift_the_ban(gate):
    gate.block()
    gate.lift()
    assert gate.blocked_until is None
    (await gate.slot(Lane.PERSON)).sent()


@pytest.mark.logs("firewall")
async def test_a_ban_outlives_the_program(clock):
    before = Gate(clock)
    before.block()
    saved = before.blocked_until
    await clock.advance(3600)
    after = Gate(clock)
    after.restore(saved)
    assert after.blocked_until == saved
    await clock.advance(3599)
    with pytest.raises(KnownError):
        await after.slot(Lane.PERSON)
    await clock.advance(1)
    (await after.slot(Lane.PERSON)).sent()


async def test_a_ban_that_is_over_is_not_restored(gate, clock):
    gate.restore(clock.now() - dt.timedelta(seconds=1))
    gate.restore(None)
    assert gate.blocked_until is None


async def test_a_wall_clock_set_back_does_not_lengthen_a_ban_for_ever(gate, clock):
    gate.restore(clock.now() + dt.timedelta(days=3))
    await clock.advance(7200)
    assert gate.blocked_until is None


async def test_the_counters(gate, callers, clock):
    for number in range(5):
        callers.call(str(number))
    await clock.advance(0.5)
    gate.tally.called("bookings/17")
    gate.tally.called("bookings/18")
    gate.tally.called("rooms/4/2026-11-21/bookings")
    gate.tally.called("")
    gate.tally.answered(401)
    gate.tally.answered(429)
    gate.tally.answered(429)
    shown = gate.snapshot()
    assert shown.by_endpoint == {"bookings/{id}": 2, "rooms/{id}/{date}/bookings": 1, "root": 1}
    assert (shown.total, shown.last_second, shown.busiest_second) == (5, 5, 5)
    assert (shown.unauthorized_401, shown.limited_429, shown.allowed) == (1, 2, 5)
    await clock.advance(1)
    assert (gate.snapshot().last_second, gate.snapshot().busiest_second) == (0, 5)


async def test_nothing_is_left_running(gate, callers, clock):
    waiting = [callers.call(str(number)) for number in range(9)]
    await settle()
    for task in waiting:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*waiting, return_exceptions=True)
    await settle()
    assert len(gate._tasks) == 0
