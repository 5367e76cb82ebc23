"""How many calls it takes, counted at the hotel: the limit as sent, fair shares, storms, warm starts."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from clockdesk.api.gate import WINDOW, Lane
from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import EventName, Hint, Kind
from clockdesk.sync.detectors import MEMBERS, settled
from clockdesk.sync.worker import Pace
from tests.faults.equal import ALL_MEMBERS, copy, unequal
from tests.faults.rig import HurriedClock, Rig, away_from_midnight
from tests.support.engine import ShiftedClock, engine_on, until
from tests.support.hotel import Hotel

if TYPE_CHECKING:
    import datetime as dt

    from clockdesk.app.engine import Engine


class EarlyClock(ShiftedClock):
    """Its sleepers wake up to a twentieth early, as Qt's do; its wall clock jumps."""

    @override
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds * 0.95)


def most_in(times: list[float], window: float) -> int:
    return max(sum(at <= other < at + window for other in times) for at in times)


async def test_never_more_than_five_calls_leave_in_the_window_through_early_timers_and_clock_jumps():
    """What leaves is counted where it leaves; on the way a loaded machine may bunch calls, so once in three is enough
    for the hotel's own count."""
    with Hotel(rooms=6, bookings=25) as hotel:
        away_from_midnight(hotel)
        clock = EarlyClock()
        async with engine_on(hotel, rate=5, clock=clock) as engine:
            left = watched(engine)
            bookings = [row["id"] for row in hotel.truth("bookings")]
            busiest = []
            for jump in (3600, -7200, 0.5):
                hotel.reset_stats()
                clock.ahead *= 0
                reads = [engine.service.booking(ident, lane=Lane.BACKGROUND) for ident in bookings[:12]]
                reading = asyncio.gather(*reads)
                while not reading.done():
                    clock.ahead += jump * clock.ahead.resolution * 1_000_000
                    await asyncio.sleep(0.1)
                await reading
                busiest.append(hotel.stats()["busiest_second"])
            assert len(left) == 36 + 1
            assert most_in(left, WINDOW) == 5
            assert min(busiest) <= 5
            assert hotel.stats()["rejected_429"] == 0


def watched(engine: Engine) -> list[float]:
    """The moments at which calls leave from now on."""
    left: list[float] = []
    count = engine.gate.tally.started

    def started(at: float) -> None:
        left.append(at)
        count(at)

    engine.gate.tally.started = started
    return left


@pytest.mark.logs("too many")
async def test_three_clients_of_one_api_user_share_its_limit_fairly():
    """All three have more to read than the limit allows. Ten seconds pass in one, here and at the hotel.

    Judged once they have found their shares, and over two minutes: a client that was turned away waits ten seconds for
    each further call a second, so a quarter of a minute may be one's luck.
    """
    seconds = 240.0

    class Faster(HurriedClock):
        haste = 10.0

    with Hotel(rooms=6, bookings=25, rate_limit=5, rate_window=1 / Faster.haste) as hotel:
        async with contextlib.AsyncExitStack() as clients:
            engines = [await clients.enter_async_context(engine_on(hotel, rate=5, clock=Faster())) for _ in range(3)]
            bookings = [row["id"] for row in hotel.truth("bookings")]
            answered = [0, 0, 0]

            async def read_on(client: int) -> None:
                while True:
                    for ident in bookings:
                        await engines[client].service.booking(ident, lane=Lane.BACKGROUND)
                        answered[client] += 1

            work = [engines[client].tasks.spawn(read_on(client), "work") for client in range(3) for _ in range(3)]
            await asyncio.sleep(seconds / Faster.haste / 2)
            first = list(answered)
            await asyncio.sleep(seconds / Faster.haste / 2)
            for each in work:
                each.cancel()
            await asyncio.gather(*work, return_exceptions=True)
        second = [whole - half for whole, half in zip(answered, first, strict=True)]
        assert sum(answered) > 5 * seconds * 0.5, answered
        assert min(second) >= sum(second) * 0.2, (second, answered)
        assert max(second) <= sum(second) * 0.5, (second, answered)


async def storm(rig: Rig, events: int, over: float) -> dict[tuple[Kind, int], list[float]]:
    """So many events of 30 rooms and 30 bookings in so many seconds; when each object changed."""
    rooms = [row["id"] for row in rig.hotel.truth("rooms")][:30]
    bookings = [row["id"] for row in rig.hotel.truth("bookings") if row["status"] == "expected"][:30]
    assert (len(rooms), len(bookings)) == (30, 30)
    changed: dict[tuple[Kind, int], list[float]] = {}
    began = time.monotonic()
    for number in range(events):
        if number % 2:
            room = rooms[number // 2 % 30]
            rig.must("housekeeping", room_id=room)
            target = (Kind.ROOM, room)
        else:
            booking = bookings[number // 2 % 30]
            rig.hotel.world.put_booking(booking, {"arrival_time": f"{number % 24}:{number % 60:02}"})
            target = (Kind.BOOKING, booking)
        changed.setdefault(target, []).append(time.monotonic())
        await asyncio.sleep(max(0.0, began + over * (number + 1) / events - time.monotonic()))
    return changed


def reads_of(asked: list[tuple[float, str]]) -> list[tuple[float, list[tuple[Kind, int]]]]:
    """Calls that read objects, and which: one booking, one room, or several rooms by their ids."""
    found: list[tuple[float, list[tuple[Kind, int]]]] = []
    for at, path in asked:
        name, _, query = path.partition("?")
        *_, table, ident = name.rsplit("/", 2)
        if ident.isdigit() and table in {"bookings", "rooms"}:
            found.append((at, [(Kind.BOOKING if table == "bookings" else Kind.ROOM, int(ident))]))
        elif ident == "rooms" and query.startswith("id"):
            found.append((at, [(Kind.ROOM, int(room)) for room in re.findall(r"id\[\]=(\d+)", query)]))
    return found


def told_of(engine: Engine) -> dict[tuple[Kind, int], list[float]]:
    """When events about each object come in, from now on."""
    told: dict[tuple[Kind, int], list[float]] = {}
    take = engine.sync.hints.take

    async def noted(hint: Hint, published: dt.datetime | None = None, *, came: float | None = None) -> bool:
        is_news = await take(hint, published, came=came)
        if is_news and hint.event.kind is not None:
            told.setdefault((hint.event.kind, hint.id), []).append(time.monotonic())
        return is_news

    engine.sync.hints.take = noted
    return told


def needless(
    read: list[tuple[float, tuple[Kind, int]]], told: dict[tuple[Kind, int], list[float]]
) -> list[tuple[float, tuple[Kind, int]]]:
    """The reads of an object of which nothing was told since it was read before.

    Judged by the events, not by the changes: an event comes in after its change, and a read between the two has to be
    repeated, because the copy can't know that it was in time.
    """
    last: dict[tuple[Kind, int], float] = {}
    found: list[tuple[float, tuple[Kind, int]]] = []
    for at, target in read:
        if target in last and not any(last[target] < came <= at for came in told.get(target, ())):
            found.append((at, target))
        last[target] = at
    return found


@pytest.mark.parametrize("over", [1.0, 10.0])
async def test_a_storm_costs_a_read_an_object_and_one_more_for_each_that_changed_after_its_read(over):
    """25 calls a second at the hotel and in the account, as in the demo; real seconds."""
    async with Rig(rooms=40, bookings=160, rate=25, haste=1.0, channels={"backlog": 500}) as rig:
        await rig.rest()
        rig.engine.sync.pace = replace(rig.engine.sync.pace, after_events=2.0)
        left = watched(rig.engine)
        rig.path.asked.clear()
        told = told_of(rig.engine)
        changed = await storm(rig, 500, over)
        await until(lambda: rig.engine.sync.received.events >= 500, 60)
        await until(lambda: not rig.engine.sync.reader.left, 60)
        await asyncio.sleep(4)  # the check after the job
        await rig.quiet()
        assert await unequal(rig.engine, rig.hotel, ALL_MEMBERS) == []
        reads = reads_of(rig.path.asked)
        read = [(at, target) for at, targets in reads for target in targets]
        again = sum(any(at < change for change in changed[target]) for at, target in read)
        assert len(reads) <= len(changed) + again + 10, (len(reads), len(changed), again)
        wasted = needless(read, told)
        assert len(wasted) <= 10, (len(wasted), len(read))
        assert most_in(left, WINDOW) <= 25, "counted where they leave: a loaded machine may bunch them on the way"


async def test_bookings_of_a_travel_agency_for_next_year_are_asked_about_and_not_read():
    async with Rig(rooms=20, rate=20, haste=1.0) as rig:
        await rig.rest()
        today = rig.hotel.world.clock.today()
        rig.path.asked.clear()
        far = [rig.must("new_booking", arrival=str(today.replace(year=today.year + 1))) for _ in range(30)]
        near = [rig.must("new_booking", arrival=str(today)) for _ in range(3)]
        await until(lambda: all(rig.engine.store.reader.get(Kind.BOOKING, ident) for ident in near))
        await rig.quiet()
        read = {ident for _, targets in reads_of(rig.path.asked) for kind, ident in targets if kind is Kind.BOOKING}
        assert read >= set(near)
        assert len(read & set(far)) <= 12, "those of the first moments, when they seemed to be few"
        await rig.sweeps(1)  # their folios have no event
        assert await unequal(rig.engine, rig.hotel, ALL_MEMBERS) == []


async def test_rooms_that_changed_are_read_by_the_question_what_changed():
    async with Rig(rooms=20) as rig:
        await rig.rest()
        await rig.long_after()
        rig.hotel.fault(drop_events=True)
        for room in rig.hotel.truth("rooms")[:8]:
            rig.must("housekeeping", room_id=room["id"])
        rig.path.asked.clear()
        await rig.sweeps(1)
        assert len([path for _, path in rig.path.asked if "/rooms" in path]) == 1
        assert await unequal(rig.engine, rig.hotel, ALL_MEMBERS) == []


async def test_bookings_just_read_are_proven_current_by_their_versions():
    """Eight changed a moment ago and were read at once: no bound on time tells, so near, which came first."""
    async with Rig(bookings=120) as rig:
        await rig.rest()
        await rig.long_after()
        held = (await copy(rig.engine))[Kind.BOOKING]
        coming = {ident: booking["lock_version"] for ident, booking in held.items() if booking["status"] == "expected"}
        commonest, _ = Counter(coming.values()).most_common(1)[0]
        bookings = [ident for ident, version in coming.items() if version == commonest][:8]
        assert len(bookings) == 8, "one changed alone would be read: a list costs as much"
        rig.hotel.fault(drop_events=True)
        for booking in bookings:
            rig.hotel.world.put_booking(booking, {"arrival_time": "23:55"})
            await rig.engine.sync.hint(Hint(EventName.BOOKING_UPDATE, booking))
        await until(
            lambda: {rig.engine.store.reader.get(Kind.BOOKING, ident).arrival_time for ident in bookings} == {"23:55"}
        )
        await rig.quiet()
        rig.path.asked.clear()
        await rig.sweeps(1)
        asked = [path for _, path in rig.path.asked if "/bookings" in path]
        assert len(asked) <= 4, "what changed; what changed since a bound; one list for a version among them"
        assert not reads_of(rig.path.asked)
        rig.hotel.world.put_booking(bookings[3], {"arrival_time": "01:05"})
        await rig.sweeps(1)
        assert await unequal(rig.engine, rig.hotel, ALL_MEMBERS) == []


async def test_a_warm_start_with_a_replayed_backlog_costs_eight_calls_at_most():
    async with Rig(rooms=20, bookings=120, channels={"first": "oldest"}) as rig:
        await rig.rest()
        for _ in range(40):
            rig.must("housekeeping")
            rig.happen("change_booking")
            rig.happen("guest_update")
        await rig.sweeps(2)
        rig.pass_time(10)
        await rig.sweeps(1)
        await rig.engine.close()
        rig.pass_time(600)
        rig.hotel.reset_stats()
        calls: list[int] = []
        await rig.open(
            on_state=lambda news: calls.append(rig.hotel.stats()["calls"]) if news.trust is Trust.LIVE else None
        )
        await until(lambda: calls)
        assert calls[0] <= 8
        await until(lambda: rig.engine.sync.received.events >= 80)
        await rig.quiet()
        reads = {path: count for path, count in rig.hotel.stats()["by_endpoint"].items() if "{id}" in path}
        assert reads == {}, "a backlog is older than the sweep"


THROUGH_FAULTS = ("check_in", "change_booking", "guest_update", "housekeeping", "charge", "new_booking")
IN_SILENCE = ("change_booking", "out_of_service", "guest_update", "check_out", "charge", "new_booking", "cancel")


SEEDS = [3, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(20, 32))]


@pytest.mark.logs("sweep failed", "too many")
@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", SEEDS)
async def test_the_copy_comes_right_by_itself_at_the_programs_own_pace(seed):
    """Nobody presses F5 and no event tells: each member is right when its detector's time and two sweeps have passed.

    The product's own pace and rate, thirty times as fast (its waits are real ones, so they are cut short as well).
    """
    haste, rate = 30.0, 5
    own = Pace()
    pace = replace(own, rethink=own.rethink / haste, line_probe=own.line_probe / haste)
    async with Rig(seed=seed, rooms=30, bookings=60, pace=pace, rate=rate, haste=haste) as rig:
        await rig.started()
        await until(lambda: rig.engine.sync.ledger_looks >= 2, 60)
        rig.hotel.fault(drop_events=True)
        rig.hotel.fault(cut_line=3, html_502=2, storm_429=2)
        for what in THROUGH_FAULTS:
            rig.must(what)
        standing = rig.engine.sync.standing
        await until(lambda: len(rig.hotel.ask(lambda server: server.faults.as_json())) == 1, 60)
        await until(lambda: standing.broken is None and standing.confirmed and not standing.left, 60)
        for what in IN_SILENCE:  # no line comes back that would be a reason to look
            rig.must(what)
        rig.calm()
        calm = rig.clock.monotonic()
        wrong = await unequal(rig.engine, rig.hotel, ALL_MEMBERS)
        changed = {" ".join(words.split()[:2]) for words in wrong}
        assert len(changed) >= 5, "lost, and not yet noticed"
        for longest in sorted({watch.longest(own) for watch in MEMBERS.values() if watch.longest is not None}):
            due = calm + len(changed) / rate + 2 * own.sweep + longest
            while wrong := await unequal(rig.engine, rig.hotel, settled(own, longest)):
                assert rig.clock.monotonic() < due, (longest, wrong)
                await rig.live(0.2)


@pytest.mark.timeout(180)
async def test_balances_are_right_within_two_minutes_at_the_programs_own_pace():
    """Of an in-house guest, of one who is due out and of an open folio whose guest has yet to come; no event tells."""
    haste = 6.0
    pace = replace(Pace(), rethink=Pace().rethink / haste)
    async with Rig(rooms=20, bookings=60, pace=pace, rate=5, haste=haste) as rig:
        await rig.started()
        await until(lambda: rig.engine.sync.ledger_looks >= 2, 60)
        await rig.quiet()
        today = str(rig.hotel.world.clock.today())
        payers = {row["payer_id"]: row["id"] for row in rig.hotel.truth("folios") if not row["close_date"]}
        bookings = [row for row in rig.hotel.truth("bookings") if row["id"] in payers]
        staying = [row for row in bookings if row["status"] == "checked_in"]
        due_out = next(row["id"] for row in staying if row["departure"] <= today)
        in_house = next(row["id"] for row in staying if row["departure"] > today)
        coming = next(row["id"] for row in bookings if row["status"] == "expected")
        rig.must("charge", folio_id=payers[in_house], cents=1900)
        rig.must("payment", folio_id=payers[due_out], cents=700)
        rig.must("charge", folio_id=payers[coming], cents=300)
        changed = rig.clock.monotonic()
        money = {(Kind.BOOKING, "balance"), (Kind.FOLIO, "balance"), (Kind.FOLIO, "value")}
        assert len(await unequal(rig.engine, rig.hotel, money)) >= 5, "not yet noticed"
        while wrong := await unequal(rig.engine, rig.hotel, money):
            assert rig.clock.monotonic() < changed + 120, wrong
            await rig.live(0.2)
