import asyncio
import datetime as dt
import json
import logging

import pytest

from clockdesk.api.address import BaseUrl
from clockdesk.api.gate import Gate, Lane
from clockdesk.api.transport import Line
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.tasks import Tasks
from tests.api.clocks import HandClock, HastyClock
from tests.api.conftest import KEY, USER
from tests.support.scripted import Asked, DigestDoor, Reply, Scripted
from tests.support.serving import Serving


def ok(asked: Asked) -> Reply:
    return Reply(body=json.dumps({"path": asked.path}).encode())


async def code_of(call) -> ErrorCode:
    with pytest.raises(KnownError) as caught:
        await call
    return caught.value.code


# The question and the answer


async def test_an_answer_and_its_stamp(lines):
    async with Scripted(lambda _: Reply(headers={"Date": "Sat, 21 Nov 2026 10:00:07 GMT", "X-Odd": "1"})) as server:
        before = lines.clock.now()
        answer = await lines.to(server).get("bookings/17", lane=Lane.PERSON)
    assert (answer.status, answer.body, answer.headers["x-odd"], answer.path) == (200, b"{}", "1", "bookings/17")
    after = lines.clock.now()
    floored = dt.datetime(2026, 11, 21, 10, 0, 5, tzinfo=dt.UTC)  # and the time the answer took is taken off too
    assert floored - (after - before) <= answer.stamp.server <= floored
    assert before <= answer.stamp.asked <= after
    (asked,) = server.asked
    assert asked.target == "/pms_api/111/222/bookings/17"
    assert asked.headers["accept"] == "application/json"


@pytest.mark.parametrize("date", ["", "yesterday", "Sat, 41 Nov 2026 10:00:07 GMT"])
async def test_an_answer_without_a_proper_date(lines, date):
    async with Scripted(lambda _: Reply(headers={"Date": date})) as server:
        assert (await lines.to(server).get("", lane=Lane.PERSON)).stamp.server is None
    assert server.asked[0].target == "/pms_api/111/222"


@pytest.mark.parametrize(
    "query",
    [
        b"close_date.eq&voided_at.eq",
        b"invoice_number[]=456&invoice_number[]=457",
        b"name.matches=%25smith%25&a=%2B%2C%27%23%2f",
        b"a=||^{}`~!*()$;:@/?",
        b"bookable_type.eq=Pms::RoomType&x=",
    ],
)
async def test_the_query_goes_out_byte_for_byte(lines, query):
    door = DigestDoor({USER: KEY})
    async with Scripted(door.guard(ok)) as server:
        await lines.to(server).get("folios", query, lane=Lane.PERSON, api="base_api")
    assert server.asked[-1].target.encode() == b"/base_api/111/222/folios?" + query
    assert door.refused == 1, "the signed target is the one on the wire"


async def test_what_breaks_a_signature_is_encoded_or_refused(lines):
    door = DigestDoor({USER: KEY})
    async with Scripted(door.guard(ok)) as server:
        line = lines.to(server)
        await line.get("bookings", b'number="a\\b"', lane=Lane.PERSON)
        assert server.asked[-1].query == "number=%22a%5Cb%22"
        with pytest.raises(ValueError, match="percent-encoded"):
            await line.get("bookings", b"number=1,2", lane=Lane.PERSON)
    assert len(server.asked) == 2


async def test_a_redirect_is_not_followed(lines):
    def answer(asked: Asked) -> Reply:
        return Reply(302, headers={"Location": "/elsewhere"})

    async with Scripted(answer) as server:
        assert await code_of(lines.to(server).get("rooms", lane=Lane.PERSON)) is ErrorCode.BAD_ANSWER
    assert len(server.asked) == 1


async def test_no_cookie_is_sent_back(lines):
    async with Scripted(lambda _: Reply(headers={"Set-Cookie": "session=1; Path=/"})) as server:
        line = lines.to(server)
        await line.get("rooms", lane=Lane.PERSON)
        await line.get("rooms", lane=Lane.PERSON)
    assert not any("cookie" in asked.headers for asked in server.asked)


# What the service says no with


@pytest.mark.parametrize(
    ("status", "body", "code", "detail"),
    [
        (400, b'{"error":"RestApi::Contract\\nfrom.filled?"}', ErrorCode.REFUSED, "RestApi::Contract\nfrom.filled?"),
        (422, b'{"error":"Your trial period has expired."}', ErrorCode.EXPIRED, "Your trial period has expired."),
        (422, b'{"error":"No such room"}', ErrorCode.REFUSED, "No such room"),
        (403, b'{"error":"The User doesn\'t have pms_api_rates_show right"}', ErrorCode.NO_RIGHT, "pms_api_rates_show"),
        (403, b'{"error":"The User doesn\'t have right: \'Folio: Close\'"}', ErrorCode.NO_RIGHT, "Folio: Close"),
        (404, b"<html>no</html>", ErrorCode.NOT_FOUND, ""),
        (500, b'{"error":"Attempted to update a stale object: Booking"}', ErrorCode.STALE, None),
        (500, b'{"error":"column does not exist"}', ErrorCode.SERVER_ERROR, "column does not exist"),
        (503, b"", ErrorCode.SERVER_ERROR, ""),
        (408, b"", ErrorCode.TIMED_OUT, ""),
        (418, b"\xff", ErrorCode.REFUSED, ""),
    ],
)  # fmt: skip
async def test_each_status_means_one_thing(lines, status, body, code, detail):
    async with Scripted(lambda _: Reply(status, body)) as server:
        with pytest.raises(KnownError) as caught:
            await lines.to(server).get("rooms", lane=Lane.PERSON)
    error = caught.value
    assert (error.code, error.status) == (code, status)
    assert error.stamp is not None
    assert detail is None or error.detail == detail
    assert str(error).endswith(".")
    assert len(server.asked) == 1, "nothing of this is repeated"


async def test_a_missing_right_stops_nothing_else(lines):
    def answer(asked: Asked) -> Reply:
        return Reply(403, b'{"error":"The User doesn\'t have x right"}') if "rooms" in asked.path else Reply()

    async with Scripted(answer) as server:
        line = lines.to(server)
        assert await code_of(line.get("rooms", lane=Lane.PERSON)) is ErrorCode.NO_RIGHT
        assert (await line.get("bookings", lane=Lane.PERSON)).status == 200


@pytest.mark.logs("firewall")
@pytest.mark.parametrize("body", [b"", b"<html>Forbidden</html>", b'{"message":"Forbidden"}', b"[]"])
async def test_the_firewall_stops_every_call(lines, body):
    async with Scripted(lambda _: Reply(403, body)) as server:
        line = lines.to(server)
        assert await code_of(line.get("rooms", lane=Lane.PERSON)) is ErrorCode.BLOCKED
        assert await code_of(line.get("bookings", lane=Lane.PERSON)) is ErrorCode.BLOCKED
        assert await code_of(line.put("bookings/1", b"{}", lane=Lane.PERSON)) is ErrorCode.BLOCKED
        assert len(server.asked) == 1
        line.gate.lift()
        server.answer = ok
        assert (await line.get("rooms", lane=Lane.PERSON)).status == 200


async def test_too_many_is_tried_again_after_a_pause():
    clock = HandClock()
    answers = iter([429, 429, 200])
    async with Scripted(lambda _: Reply(next(answers))) as server:
        line = Line(BaseUrl.parse(f"{server.url}/1/2"), USER, KEY, Gate(clock, 25), clock, tasks := Tasks())
        call = tasks.spawn(line.get("rooms", lane=Lane.PERSON), "call", awaited=True)
        for pause, asked in ((0.5, 1), (1.0, 2)):
            await wait_for(lambda asked=asked: clock._sleepers and len(server.asked) == asked)
            await clock.advance(pause - 0.1)
            await asyncio.sleep(0.02)
            assert len(server.asked) == asked
            await clock.advance(0.15)
        assert (await call).status == 200
        shown = line.gate.snapshot()
        assert (shown.total, shown.limited_429, shown.by_endpoint) == (3, 2, {"rooms": 3})
        await line.close()


async def wait_for(true) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def test_the_ninth_too_many_is_given_up():
    clock = HastyClock()
    async with Scripted(lambda _: Reply(429)) as server:
        line = Line(BaseUrl.parse(f"{server.url}/1/2"), USER, KEY, Gate(clock), clock, Tasks())
        assert await code_of(line.get("rooms", lane=Lane.PERSON)) is ErrorCode.LIMITED
        assert len(server.asked) == 9
        assert clock.skipped > 0.5 * sum(range(1, 9)) - 1
        await line.close()


# What the line does to us


async def test_no_server_no_name_no_answer(lines):
    async with Scripted(ok) as server:
        gone = lines.to(server)
        late = lines.to(server, read=0.05)
        server.answer = lambda _: Reply(silent=True)
        assert await code_of(late.get("rooms", lane=Lane.PERSON)) is ErrorCode.TIMED_OUT
        assert len(server.asked) == 1, "a time-out is not repeated"
    assert await code_of(gone.get("rooms", lane=Lane.PERSON)) is ErrorCode.OFFLINE
    assert gone.gate.snapshot().total == 0


async def test_an_unknown_name_says_check_the_address(lines, monkeypatch):
    import socket

    def nowhere(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    async with Scripted(ok) as server:
        line = lines.to(server)
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", nowhere)
    line.base = BaseUrl.parse("https://sky-xx9.clock-software.com/1/2")
    with pytest.raises(KnownError, match="address") as caught:
        await line.get("rooms", lane=Lane.PERSON)
    assert caught.value.code is ErrorCode.OFFLINE


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b'{"id": 17, "name": "half', cut=10),
        Reply(raw=b"SSH-2.0-OpenSSH_9.2\r\n", close=True),
        Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Le", close=True),
        Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", close=True),
        Reply(body=b"not gzip", headers={"Content-Encoding": "gzip"}),
        Reply(body=b"x" * 5000),
    ],
)
async def test_a_cut_garbled_or_endless_answer(lines, reply):
    async with Scripted(lambda _: reply) as server:
        line = lines.to(server, largest=4000)
        assert await code_of(line.get("rooms", lane=Lane.PERSON)) is ErrorCode.BAD_ANSWER
        server.answer = ok
        assert (await line.get("rooms", lane=Lane.PERSON)).status == 200


async def test_an_answer_that_trickles_for_ever_ends(lines):
    async def drip(asked: Asked) -> Reply:
        return Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b"x" * 100)

    async with Scripted(drip) as server:
        line = lines.to(server, whole=0.0)
        assert await code_of(line.get("rooms", lane=Lane.PERSON)) is ErrorCode.TIMED_OUT


async def test_an_untrusted_certificate(lines, tls_server_context):
    async with Scripted(ok, tls_server_context) as server:
        with pytest.raises(KnownError, match="not safe") as caught:
            await lines.to(server).get("rooms", lane=Lane.PERSON)
    assert caught.value.code is ErrorCode.TLS
    assert server.asked == []


async def test_plain_http_where_https_was_expected(lines):
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    async with Serving(answer) as plain:
        base = BaseUrl.parse(f"https://127.0.0.1:{plain.port}/1/2")
        line = Line(base, USER, KEY, Gate(lines.clock), lines.clock, lines.tasks)
        assert await code_of(line.get("rooms", lane=Lane.PERSON)) is ErrorCode.TLS
        await line.close()


# Repeating


async def test_a_read_on_an_idle_connection_gone_dead_is_sent_once_more(lines):
    """The server closes the connection at the moment the second request arrives on it."""
    seen: list[int] = []

    def answer(asked: Asked) -> Reply:
        seen.append(asked.connection)
        return Reply(raw=b"", close=True) if len(seen) == 2 else Reply()

    async with Scripted(answer) as server:
        line = lines.to(server)
        await line.get("rooms", lane=Lane.PERSON)
        assert (await line.get("rooms", lane=Lane.PERSON)).status == 200
    assert seen == [1, 1, 2]
    assert line.gate.snapshot().total == 3, "the repetition counts against the limit"


async def test_it_is_sent_once_more_and_not_twice(lines):
    async with Scripted(ok) as server:
        line = lines.to(server)
        await line.get("rooms", lane=Lane.PERSON)
        server.answer = lambda _: Reply(raw=b"", close=True)
        assert await code_of(line.get("rooms", lane=Lane.PERSON)) is ErrorCode.OFFLINE
    assert len(server.asked) == 3


@pytest.mark.parametrize("raw", [b"H", b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"])
async def test_a_begun_answer_is_not_asked_for_again(lines, raw):
    async with Scripted(ok) as server:
        line = lines.to(server)
        await line.get("rooms", lane=Lane.PERSON)
        server.answer = lambda _: Reply(raw=raw, close=True)
        assert await code_of(line.get("rooms", lane=Lane.PERSON)) is ErrorCode.BAD_ANSWER
    assert len(server.asked) == 2


async def test_an_answer_begun_when_the_line_breaks_is_not_asked_for_again(lines):
    async with Scripted(ok) as server:
        line = lines.to(server)
        await line.get("rooms", lane=Lane.PERSON)
        server.answer = lambda _: Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Len", reset=True)
        assert await code_of(line.get("rooms", lane=Lane.PERSON)) is ErrorCode.OFFLINE
    assert len(server.asked) == 2


async def test_a_read_on_a_new_connection_is_not_repeated(lines):
    async with Scripted(lambda _: Reply(raw=b"", close=True)) as server:
        assert await code_of(lines.to(server).get("rooms", lane=Lane.PERSON)) is ErrorCode.OFFLINE
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(raw=b"", close=True),
        Reply(raw=b"HTTP/1.1 2", close=True),
        Reply(silent=True),
        Reply(500, b'{"error":"boom"}'),
        Reply(502),
        Reply(408),
        Reply(200, b'{"id": 1}', cut=3),
    ],
)
async def test_a_write_is_never_repeated_and_its_outcome_is_unknown(lines, reply):
    async with Scripted(ok) as server:
        line = lines.to(server, read=0.1)
        await line.get("rooms", lane=Lane.PERSON)
        server.answer = lambda _: reply
        assert await code_of(line.put("bookings/1", b'{"booking":{}}', lane=Lane.PERSON)) is ErrorCode.UNKNOWN_OUTCOME
    assert [asked.method for asked in server.asked] == ["GET", "PUT"]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(500, b'{"error":"Attempted to update a stale object: Booking"}'), ErrorCode.STALE),
        (Reply(400, b'{"error":"no"}'), ErrorCode.REFUSED),
        (Reply(404), ErrorCode.NOT_FOUND),
    ],
)
async def test_a_write_that_was_refused_is_known_not_to_have_happened(lines, reply, code):
    async with Scripted(lambda _: reply) as server:
        assert await code_of(lines.to(server).put("bookings/1", b"{}", lane=Lane.PERSON)) is code


async def test_a_write_that_never_left_is_known_not_to_have_happened(lines):
    async with Scripted(ok) as server:
        line = lines.to(server)
    assert await code_of(line.put("bookings/1", b"{}", lane=Lane.PERSON)) is ErrorCode.OFFLINE


async def test_a_write_uses_no_idle_connection(lines):
    async with Scripted(ok) as server:
        line = lines.to(server)
        for _ in range(2):
            await line.get("rooms", lane=Lane.PERSON)
            await line.put("bookings/1", b"{}", lane=Lane.PERSON)
    assert [asked.connection for asked in server.asked] == [1, 2, 1, 3]
    assert server.asked[1].headers["content-type"] == "application/json"


# Leaving and closing


async def test_a_caller_may_leave_and_the_request_goes_on(lines):
    release = asyncio.Event()

    async def answer(asked: Asked) -> Reply:
        await release.wait()
        return Reply()

    async with Scripted(answer) as server:
        line = lines.to(server)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await line.get("rooms", lane=Lane.PERSON)
        assert lines.tasks.names == ["GET rooms"]
        release.set()
        await wait_for(lambda: not lines.tasks.names)
        assert (await line.get("rooms", lane=Lane.PERSON)).status == 200
    assert server.connections == 1, "its connection came back whole"


async def test_a_caller_that_leaves_before_its_turn_sends_nothing(lines):
    clock = HandClock()
    async with Scripted(ok) as server:
        line = lines.to(server, gate=Gate(clock, rate=1))
        await line.get("rooms", lane=Lane.PERSON)
        waiting = lines.tasks.spawn(line.get("bookings", lane=Lane.PERSON), "caller", awaited=True)
        await wait_for(lambda: clock._sleepers)
        waiting.cancel()
        await wait_for(lambda: not lines.tasks.names)
        await clock.advance(5)
        (await line.gate.slot(Lane.BACKGROUND)).sent()
    assert len(server.asked) == 1


async def test_two_connections_are_kept_for_a_waiting_person(lines):
    release = asyncio.Event()

    async def answer(asked: Asked) -> Reply:
        await release.wait()
        return Reply()

    async with Scripted(ok) as server:
        line = lines.to(server)
        await line.get("", lane=Lane.PERSON)
        server.answer = answer
        calls = [lines.tasks.spawn(line.get("bookings", lane=Lane.SCREEN), "s", awaited=True) for _ in range(20)]
        await wait_for(lambda: len(server.asked) == 15)
        calls += [lines.tasks.spawn(line.get("rooms", lane=Lane.PERSON), "p", awaited=True) for _ in range(3)]
        await wait_for(lambda: len(server.asked) == 17)
        await asyncio.sleep(0.05)
        assert len(server.asked) == 17
        assert len(server.asked_for("rooms")) == 2
        release.set()
        await asyncio.gather(*calls)
    assert server.connections <= 16


async def test_closing_lets_a_sent_write_finish_and_cuts_the_rest(lines):
    release = asyncio.Event()

    async def answer(asked: Asked) -> Reply:
        if asked.method == "PUT":
            await release.wait()
            return Reply()
        return Reply(silent=True)

    clock = HandClock()
    async with Scripted(answer) as server:
        line = lines.to(server, gate=Gate(clock, rate=2))
        read = lines.tasks.spawn(line.get("rooms", lane=Lane.PERSON), "r", awaited=True)
        await wait_for(lambda: len(server.asked) == 1)
        line._door.sign_in._open = True  # the read above has not answered: let the write go beside it
        write = lines.tasks.spawn(line.put("bookings/1", b"{}", lane=Lane.PERSON), "w", awaited=True)
        await wait_for(lambda: len(server.asked) == 2)
        waits = lines.tasks.spawn(line.get("bookings", lane=Lane.PERSON), "q", awaited=True)
        await asyncio.sleep(0)
        closing = lines.tasks.spawn(line.close(), "close", awaited=True)
        await asyncio.sleep(0.02)
        release.set()
        await closing
        assert (await write).status == 200
        for call in (read, waits):
            assert await code_of(call) is ErrorCode.OFFLINE
        assert await code_of(line.get("rooms", lane=Lane.PERSON)) is ErrorCode.OFFLINE


async def test_closing_waits_no_longer_than_promised_for_a_write(lines):
    async with Scripted(lambda _: Reply(silent=True)) as server:
        line = lines.to(server, last_writes=0.05)
        write = lines.tasks.spawn(line.put("bookings/1", b"{}", lane=Lane.PERSON), "w", awaited=True)
        await wait_for(lambda: len(server.asked) == 1)
        async with asyncio.timeout(3):
            await line.close()
        assert await code_of(write) is ErrorCode.UNKNOWN_OUTCOME


# Logs


async def test_every_request_is_logged_and_no_secret_is(lines, caplog):
    caplog.set_level(logging.DEBUG)
    door = DigestDoor({USER: KEY})
    answers = {"PUT": Reply(400, b'{"error":"Mr Grzegorz may not"}'), "GET": Reply(body=b'{"guest":"Grzegorz"}')}
    async with Scripted(door.guard(lambda asked: answers[asked.method])) as server:
        line = lines.to(server)
        await line.get("guests/search", b"free_text_search=Grzegorz", lane=Lane.PERSON)
        await code_of(line.put("bookings/17", b'{"booking":{"guest_last_name":"Grzegorz"}}', lane=Lane.PERSON))
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("clockdesk")]
    requests = [text for text in ours if text.startswith(("GET", "PUT"))]
    assert [text.rsplit(" ", 2)[0] for text in requests] == [
        "GET /pms_api/111/222/guests/search 401",
        "GET /pms_api/111/222/guests/search 200",
        "PUT /pms_api/111/222/bookings/17 400",
    ]
    everything = "\n".join(record.getMessage() for record in caplog.records)
    for secret in ("Grzegorz", KEY, "response=", "Digest ", "free_text"):
        assert secret not in everything
