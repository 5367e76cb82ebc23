"""The time clock's client: what goes on the wire, what comes back, and how often."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging

import pytest

from clockdesk.api.timeclock import TimeClock
from clockdesk.api.timeclock_gate import KEPT_FOR_PERSON, Class, TimeClockGate
from clockdesk.api.wire import Patience
from clockdesk.app.clock import SystemClock
from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.domain.shift import FindBy, Intention, Standing
from clockdesk.domain.tasks import Tasks
from tests.api.clocks import HandClock
from tests.support.hotel import running_hotel
from tests.support.scripted import Reply, Scripted
from tests.support.timeclock import WELL_IN, WELL_OUT, account_of, acted, asked, time_clock_on

hotel = running_hotel(rooms=2, bookings=2)

KEY = "11111111-2222-3333-4444-555555555555"
ROW = {"id": 1, "startTime": "2026-11-21T07:58:00.000Z", "endTime": None, "completed": False, "notes": []}


def enveloped(data, **more):
    return json.dumps(
        {"success": True, "data": data, "meta": {"timestamp": "2026-11-21T10:00:00.000Z"}} | more
    ).encode()


@pytest.fixture
async def scripted_clock():
    """`make(server)`: a client of a scripted server."""
    tasks, made = Tasks(), []

    def make(server, **patience) -> TimeClock:
        made.append(TimeClock(server.url, KEY, SystemClock(), tasks, patience=Patience(**patience)))
        return made[-1]

    yield make
    for one in made:
        await one.close()
    assert tasks.names == []


async def error_of(call) -> KnownError:
    with pytest.raises(KnownError) as caught:
        await call
    return caught.value


# What goes on the wire


async def test_a_clock_call_as_the_service_wants_it(scripted_clock):
    async with Scripted(lambda _: Reply(201, enveloped(ROW))) as server:
        answer = await scripted_clock(server).clock("acc-1", Intention.IN, "patrol")
    [call] = server.asked
    assert (call.method, call.target) == ("POST", "/v2/community/accounts/acc-1/clock")
    assert json.loads(call.body) == {"accId": "acc-1", "intention": "in", "type": "patrol"}
    assert call.headers["authorization"] == f"Bearer {KEY}"
    assert call.headers["content-type"] == "application/json"
    assert call.headers["accept"] == "application/json"
    assert answer.row.id == "1"


async def test_without_a_type_none_is_sent_and_never_a_force_flag(scripted_clock):
    async with Scripted(lambda _: Reply(body=enveloped(True))) as server:
        assert (await scripted_clock(server).clock("a", Intention.OUT)).row is None
    assert json.loads(server.asked[0].body) == {"accId": "a", "intention": "out"}


async def test_reads_go_by_path_and_by_one_identifier(scripted_clock):
    async with Scripted(lambda _: Reply(body=enveloped(None))) as server:
        client = scripted_clock(server)
        await client.current("a/../b?c")
        await client.latest("a")
        await client.search(FindBy.DISCORD, " 4 3&0 ")
    targets = [call.target for call in server.asked]
    assert targets[0] == "/v2/community/accounts/a%2F..%2Fb%3Fc/clock/current"
    assert targets[1:] == [
        "/v2/community/accounts/a/activity/latest?type=clockin",
        "/v2/community/accounts/search?discord=4%203%260",
    ]
    assert all("content-type" not in call.headers for call in server.asked)


async def test_a_proxy_below_a_path(scripted_clock):
    async with Scripted(lambda _: Reply(body=enveloped(None))) as server:
        server.url += "/clock"
        await scripted_clock(server).current("a")
    assert server.asked[0].target == "/clock/v2/community/accounts/a/clock/current"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_the_key_follows_no_redirect(scripted_clock, status):
    async with (
        Scripted(lambda _: Reply(body=enveloped(ROW))) as elsewhere,
        Scripted(lambda _: Reply(status, b"", {"Location": f"{elsewhere.url}/v2/community"})) as server,
    ):
        client = scripted_clock(server)
        assert (await error_of(client.current("a"))).code is ErrorCode.BAD_ANSWER
        assert (await error_of(client.clock("a", Intention.IN))).code is ErrorCode.BAD_ANSWER
    assert elsewhere.asked == []


async def test_the_key_and_the_person_stay_out_of_the_log(scripted_clock, caplog):
    with caplog.at_level(logging.DEBUG):
        async with Scripted(lambda _: Reply(401, b'{"detail": "bad key"}')) as server:
            await error_of(scripted_clock(server).current("acc-secret"))
    assert KEY not in caplog.text
    assert "acc-secret" not in "".join(r.getMessage() for r in caplog.records if r.name.startswith("clockdesk"))


# What comes back


async def test_the_service_s_clock_is_told_from_ours(scripted_clock):
    there = SystemClock().now() - dt.timedelta(minutes=7)
    meta = {"timestamp": there.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    async with Scripted(lambda _: Reply(body=enveloped("Not Clocked In", meta=meta))) as server:
        state = await scripted_clock(server).current("a")
    assert abs(state.offset + dt.timedelta(minutes=7)) < dt.timedelta(seconds=5)


@pytest.mark.parametrize("meta", [None, {}, {"timestamp": "now"}, "x"])
async def test_no_clock_told_is_no_correction(scripted_clock, meta):
    async with Scripted(lambda _: Reply(body=enveloped(None, meta=meta))) as server:
        assert (await scripted_clock(server).current("a")).offset == dt.timedelta()


async def test_an_empty_success_is_out(scripted_clock):
    async with Scripted(lambda _: Reply(204, b"")) as server:
        assert (await scripted_clock(server).current("a")).standing is Standing.OUT


@pytest.mark.parametrize(
    ("status", "body", "code", "words"),
    [
        (401, b'{"detail":"Unauthorized","traceId":"t-1"}', ErrorCode.SIGNED_OUT, "Unauthorized. Trace t-1"),
        (400, b'{"detail":"INVALID API KEY"}', ErrorCode.SIGNED_OUT, "INVALID API KEY"),
        (400, b'{"message":"INVALID COMMUNITY ID"}', ErrorCode.SIGNED_OUT, "INVALID COMMUNITY ID"),
        (400, b"INVALID API KEY", ErrorCode.SIGNED_OUT, "INVALID API KEY"),
        (400, b'"API IS NOT ENABLED FOR THIS COMMUNITY"', ErrorCode.NO_RIGHT, "API IS NOT ENABLED FOR THIS COMMUNITY"),
        (403, b'{"title":"Forbidden","detail":"needs Plus"}', ErrorCode.NO_RIGHT, "needs Plus"),
        (403, b"<html>blocked</html>", ErrorCode.BLOCKED, ""),
        (404, b'{"detail":"NO ACCOUNT FOUND"}', ErrorCode.NOT_FOUND, "NO ACCOUNT FOUND"),
        (400, b'{"detail":"X NOT LINKED TO AN ACCOUNT HERE"}', ErrorCode.NOT_FOUND, "X NOT LINKED TO AN ACCOUNT HERE"),
        (422, b'{"error":"type is odd"}', ErrorCode.REFUSED, "type is odd"),
        (502, b"<html>Bad Gateway</html>", ErrorCode.SERVER_ERROR, ""),
        (500, b'{"detail":"boom","requestId":"r"}', ErrorCode.SERVER_ERROR, "boom. Trace r"),
        (200, b'{"success":false,"reason":"nope"}', ErrorCode.REFUSED, "nope"),
        (200, b'{"success":false,"reason":"INVALID API KEY"}', ErrorCode.SIGNED_OUT, "INVALID API KEY"),
        (200, b"<html>sign in to this Wi-Fi</html>", ErrorCode.BAD_ANSWER, "no envelope"),
        (200, b"[]", ErrorCode.BAD_ANSWER, "no envelope"),
        (200, b"\xff\xfe", ErrorCode.BAD_ANSWER, "no envelope"),
    ],
)
async def test_what_a_read_may_be_refused_with(scripted_clock, status, body, code, words):
    async with Scripted(lambda _: Reply(status, body)) as server:
        error = await error_of(scripted_clock(server).current("a"))
    assert (error.code, error.detail, error.status) == (code, words, status)
    assert str(error).endswith(".")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500, b"{}"),
        Reply(502, b"<html>"),
        Reply(408, b""),
        Reply(200, b"<html>"),
        Reply(200, b'{"success":true,"data":"thanks"}'),
        Reply(200, b'{"success":true,"data":false}'),
        Reply(204, b""),
        Reply(silent=True),
        Reply(201, enveloped(ROW), cut=20),
        Reply(raw=b"", close=True),
    ],
)
async def test_a_clock_call_without_a_clear_answer_is_of_unknown_outcome(scripted_clock, reply):
    async with Scripted(lambda _: reply) as server:
        error = await error_of(scripted_clock(server, read=0.2).clock("a", Intention.IN))
        assert error.code is ErrorCode.UNKNOWN_OUTCOME
        assert len(server.asked) == 1, "sent once"


async def test_a_clock_call_that_never_left_is_offline(scripted_clock):
    async with Scripted(lambda _: Reply()) as server:
        client = scripted_clock(server)
    assert (await error_of(client.clock("a", Intention.IN))).code is ErrorCode.OFFLINE


async def test_the_trace_comes_from_a_header_first(scripted_clock):
    headers = {"X-Kong-Request-Id": "kong-7", "Content-Type": "text/html"}
    async with Scripted(lambda _: Reply(502, b"<html>", headers)) as server:
        assert (await error_of(scripted_clock(server).current("a"))).detail == "Trace kong-7"


async def test_a_caller_may_leave_the_call_goes_on(scripted_clock):
    answered = asyncio.Event()

    async def slowly(_):
        await asyncio.sleep(0.1)
        answered.set()
        return Reply(body=enveloped(ROW))

    async with Scripted(slowly) as server:
        client = scripted_clock(server)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.03):
                await client.clock("a", Intention.IN)
        await asyncio.wait_for(answered.wait(), 2)
        assert server.connections == 1
        await client.close()


# How often


async def test_each_class_has_its_own_minute():
    clock = HandClock()
    gate = TimeClockGate(clock)
    for _ in range(Class.CLOCK.value):
        gate[Class.CLOCK].take(urgent=True)
    with pytest.raises(KnownError) as caught:
        gate[Class.CLOCK].take(urgent=True)
    assert caught.value.code is ErrorCode.LIMITED
    assert caught.value.until == clock.now() + dt.timedelta(seconds=60)
    gate[Class.ACCOUNT].take(urgent=True)
    await clock.advance(60)
    gate[Class.CLOCK].take(urgent=True)


async def test_some_calls_are_kept_for_a_person_who_waits():
    gate = TimeClockGate(HandClock())
    for _ in range(Class.ACCOUNT.value - KEPT_FOR_PERSON):
        gate[Class.ACCOUNT].take(urgent=False)
    with pytest.raises(KnownError):
        gate[Class.ACCOUNT].take(urgent=False)
    for _ in range(KEPT_FOR_PERSON):
        gate[Class.ACCOUNT].take(urgent=True)
    with pytest.raises(KnownError):
        gate[Class.ACCOUNT].take(urgent=True)


async def test_too_many_stops_its_class_for_as_long_as_it_says(scripted_clock):
    def kong(call):
        body = b'{"message":"API rate limit exceeded","request_id":"k"}'
        return Reply(429, body, {"Retry-After": "30"}) if "current" in call.target else Reply(body=enveloped([]))

    async with Scripted(kong) as server:
        client = scripted_clock(server)
        first = await error_of(client.current("a"))
        assert (first.code, first.detail) == (ErrorCode.LIMITED, "API rate limit exceeded. Trace k")
        assert first.until is not None
        assert 25 < (first.until - SystemClock().now()).total_seconds() <= 30
        assert (await error_of(client.current("a"))).code is ErrorCode.LIMITED
        assert len(server.asked) == 1, "the second never left"
        await client.shift_types()
    assert len(server.asked) == 2


async def test_the_service_s_own_limit(hotel):
    async with time_clock_on(hotel) as client:
        account = account_of(hotel, WELL_OUT)
        for _ in range(Class.COMMUNITY.value):
            await client.shift_types()
        client.gate[Class.COMMUNITY]._started.clear()  # another desk with the same key
        error = await error_of(client.shift_types())
        assert (error.code, error.status) == (ErrorCode.LIMITED, 429)
        assert (await client.current(account)).standing is Standing.OUT


# Against the embedded hotel


async def test_whose_key_it_is(hotel):
    async with time_clock_on(hotel) as client:
        found = await client.community()
        assert (found.id, found.name, found.plan) == ("CMS-1000", "Grand Hotel Demo", "Plus")
        assert [one.id for one in await client.shift_types()] == ["front-desk"]


async def test_who_somebody_is(hotel):
    async with time_clock_on(hotel) as client:
        account = account_of(hotel, WELL_OUT)
        for by, text in (
            (FindBy.USERNAME, "MARIA.petrova"),
            (FindBy.API_ID, "maria.petrova@hotel"),
            (FindBy.UNIQUE_ID, "1"),
            (FindBy.DISCORD, "430000000000000001"),
        ):
            [found] = await client.search(by, text)
            assert (found.account, found.refusal) == (account, "")
        assert await client.search(FindBy.USERNAME, "nobody") == ()
        assert (await client.account(account)).community_name == "Maria Petrova"
        assert (await error_of(client.account("nobody"))).code is ErrorCode.NOT_FOUND
        for by, text in ((FindBy.UNIQUE_ID, "one"), (FindBy.USERNAME, "  ")):
            with pytest.raises(UserError):
                await client.search(by, text)


@pytest.mark.parametrize("ids", ["uuid", "number"])
@pytest.mark.parametrize("times", ["iso", "v1"])
@pytest.mark.parametrize("out_as", ["text", "null", "empty", "object", "list", "current"])
async def test_every_way_the_service_may_say_it(hotel, ids, times, out_as):
    hotel.fault(clock_ids=ids, clock_times=times, clock_out_as=out_as)
    async with time_clock_on(hotel) as client:
        assert (await client.current(account_of(hotel, WELL_OUT))).standing is Standing.OUT
        state = await client.current(account_of(hotel, WELL_IN))
        assert state.standing is Standing.IN
        shifts = await client.latest(account_of(hotel, WELL_IN))
        assert len(shifts.rows) == 3
        assert shifts.rows[0].start == state.since


async def test_in_and_out_and_once_more(hotel):
    async with time_clock_on(hotel) as client:
        account = account_of(hotel, WELL_OUT)
        assert (await client.clock(account, Intention.IN)).row.open
        assert (await client.clock(account, Intention.IN)).row is None, "was already so"
        assert not (await client.clock(account, Intention.OUT)).row.open
        assert (await client.clock(account, Intention.OUT)).row is None
    assert acted(hotel) == {"in": 2, "out": 2}
    assert asked(hotel) == {"clock": 4}


async def test_a_plan_that_is_refused_hides_no_community(scripted_clock):
    def answer(asked):
        if asked.path.endswith("sub-version"):
            return Reply(404, b'{"message":"no such call"}')
        return Reply(body=enveloped({"id": "CMS-1", "name": "Grand Hotel"}))

    async with Scripted(answer) as server:
        community = await scripted_clock(server).community()
    assert (community.name, community.level) == ("Grand Hotel", None)


@pytest.mark.parametrize("body", [b'{"success":true}', b'{"success":true,"meta":{}}'])
async def test_an_envelope_without_data_says_nothing(scripted_clock, body):
    async with Scripted(lambda _: Reply(body=body)) as server:
        client = scripted_clock(server)
        assert (await client.current("a")).standing is Standing.UNKNOWN
        for asking in (client.latest("a"), client.shift_types(), client.search(FindBy.USERNAME, "m")):
            assert (await error_of(asking)).code is ErrorCode.BAD_ANSWER
        assert (await error_of(client.clock("a", Intention.OUT))).code is ErrorCode.UNKNOWN_OUTCOME


async def test_a_204_says_that_there_is_nothing(scripted_clock):
    async with Scripted(lambda _: Reply(204, b"")) as server:
        client = scripted_clock(server)
        assert (await client.current("a")).standing is Standing.OUT
        assert await client.shift_types() == ()
