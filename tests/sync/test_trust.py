"""The one state of the account, from what is known."""

import datetime as dt

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.freshness import Freshness, Trust
from clockdesk.domain.kinds import Kind
from clockdesk.domain.records import ChangeSet
from clockdesk.sync.hub import Hub
from clockdesk.sync.trust import Standing


class StoppedClock:
    def __init__(self):
        self.time = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)

    def now(self):
        return self.time

    def monotonic(self):
        return 0.0

    async def sleep(self, seconds):
        raise AssertionError("nothing here sleeps")


def standing():
    told: list[Freshness] = []
    hub: Hub[Freshness] = Hub()
    hub.subscribe(told.append)
    return Standing(StoppedClock(), hub), told


def test_it_becomes_live_after_the_first_sweep_and_says_so_once():
    state, told = standing()
    state.started = True
    state.swept()
    state.news()
    assert [news.trust for news in told] == [Trust.LIVE]
    assert told[0].checked == state.clock.now()


def test_a_broken_line_is_offline_since_then_and_live_only_after_a_sweep():
    state, told = standing()
    back = []
    state.on_back = lambda: back.append(True)
    state.started = True
    state.swept()
    broke_at = state.clock.now()
    state.line_broke(KnownError(ErrorCode.OFFLINE, "No connection."))
    state.clock.time += dt.timedelta(minutes=1)
    state.line_broke(KnownError(ErrorCode.OFFLINE, "No connection."))
    assert told[-1].trust == Trust.OFFLINE
    assert told[-1].since == broke_at
    state.line_answers()
    assert told[-1].trust == Trust.CATCHING_UP
    assert back == [True]
    state.swept()
    assert told[-1].trust == Trust.LIVE


def test_each_refusal_has_its_state():
    for code, trust in (
        (ErrorCode.SIGNED_OUT, Trust.SIGNED_OUT),
        (ErrorCode.BLOCKED, Trust.BLOCKED),
        (ErrorCode.LIMITED, Trust.LIMITED),
        (ErrorCode.TIMED_OUT, Trust.OFFLINE),
        (ErrorCode.DISK, Trust.DELAYED),
    ):
        state, told = standing()
        state.line_broke(KnownError(code, "words"), state.clock.now())
        assert told[-1].trust is trust
        assert told[-1].cause == "words"


def test_channels_down_is_delayed_and_a_missing_right_is_told():
    state, told = standing()
    state.started = True
    state.channels("booking_new does not answer")
    assert told[-1].trust == Trust.DELAYED
    state.channels("")
    state.rights_missing[Kind.FOLIO] = "base_api_folios_index"
    state.news()
    assert told[-1].trust == Trust.NO_RIGHT
    assert "folios" in told[-1].cause


def test_work_left_is_counted():
    state, told = standing()
    state.started = True
    state.reading(12, 2.4)
    assert (told[-1].trust, told[-1].left, told[-1].seconds_left) == (Trust.CATCHING_UP, 12, 2.4)


def rooms(count: int) -> ChangeSet:
    return ChangeSet(Kind.ROOM, changed=frozenset(range(count)))


def test_what_changed_while_the_line_was_down_is_counted_until_it_was_seen():
    state, told = standing()
    state.started = True
    state.swept()
    state.changed(rooms(5))
    state.line_broke(KnownError(ErrorCode.OFFLINE, "No connection."))
    state.line_answers()
    state.swept()
    state.reading(20, 4)
    state.changed(rooms(20))
    state.changed(rooms(2))
    state.reading(0, 0)
    state.changed(rooms(30))
    state.news()
    assert (told[-1].trust, told[-1].missed) == (Trust.LIVE, 20)
    state.seen()
    assert told[-1].missed == 0


def test_what_was_removed_and_what_is_no_screens_is_not_missed():
    state, _ = standing()
    state.started = True
    state.line_broke(KnownError(ErrorCode.OFFLINE, "No connection."))
    state.changed(ChangeSet(Kind.BOOKING, frozenset({1}), frozenset({2, 3})))
    state.changed(ChangeSet(Kind.BOOKING, changed=frozenset({2}), removed=frozenset({3})))
    state.changed(ChangeSet(Kind.CHARGE, added=frozenset({9})))
    assert state.missed == {(Kind.BOOKING, 1), (Kind.BOOKING, 2)}


def test_what_is_read_for_the_first_time_was_not_missed():
    for known in (False, True):
        state, _ = standing()
        state.known = known
        state.line_broke(KnownError(ErrorCode.OFFLINE, "No connection."))
        state.changed(rooms(3))
        assert bool(state.missed) is known


def test_a_kind_without_its_right_has_a_state_of_its_own():
    state, _ = standing()
    state.started = True
    state.swept()
    state.rights_missing["guest"] = "pms_api_guests_index"
    state.news()
    assert state.last.trust == Trust.LIVE
    assert state.of(Kind.GUEST).trust == Trust.NO_RIGHT
    assert state.of(Kind.ROOM).trust == Trust.LIVE


def test_an_answering_line_does_not_hide_a_full_disk():
    state, _ = standing()
    state.started = True
    state.swept()
    state.line_broke(KnownError(ErrorCode.DISK, "The disk is full."))
    state.line_answers()
    assert (state.last.trust, state.last.cause) == (Trust.DELAYED, "The disk is full.")
    state.swept()
    assert state.last.trust is Trust.LIVE


def test_after_a_sleep_nothing_is_confirmed_and_what_changes_was_missed():
    state, told = standing()
    state.started = True
    state.swept()
    slept_at = state.clock.now()
    state.clock.time += dt.timedelta(hours=3)
    state.slept(slept_at)
    assert (told[-1].trust, told[-1].since) == (Trust.CATCHING_UP, slept_at)
    state.changed(ChangeSet(Kind.BOOKING, changed=frozenset({7})))
    state.swept(state.sleeps)
    state.reading(0, 0)
    assert (told[-1].trust, told[-1].missed, told[-1].checked) == (Trust.LIVE, 1, state.clock.now())


def test_a_sweep_that_was_slept_through_confirms_nothing():
    state, told = standing()
    state.started = True
    before = state.sleeps
    state.slept(state.clock.now())
    state.swept(before)
    state.reading(0, 0)
    assert told[-1].trust == Trust.CATCHING_UP
    state.swept(state.sleeps)
    assert told[-1].trust == Trust.LIVE


def test_a_start_tells_since_when_the_copy_is_not_confirmed():
    state, _ = standing()
    assert (state.last.trust, state.last.since) == (Trust.STARTING, state.clock.now())
