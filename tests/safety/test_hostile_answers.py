"""Answers made to harm: bombs, depths, endless and trickling ones. Each ends in a sentence, and soon."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import itertools
import json

import pytest

from clockdesk.api import decode
from clockdesk.api.bounds import DEEPEST
from clockdesk.api.channels import channel_addresses
from clockdesk.api.decode import MOST_WRONG
from clockdesk.api.gate import Lane
from clockdesk.api.service import Service
from clockdesk.api.timeclock import LARGEST
from clockdesk.api.wire import Answer
from clockdesk.app.clock import SystemClock
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.domain.records import Stamp
from clockdesk.domain.shift import Intention
from clockdesk.store.batch import Batch
from clockdesk.store.thread import open_store
from tests.safety.streams import OK, Stream, endless
from tests.support.scripted import Reply, Scripted

SOON = 30.0
"""Seconds after which a test is given up: nothing here waits for a time-out of that length."""

DEEP = b"[" * 100_000 + b"]" * 100_000
DIGITS = b"9" * 100_000
PACKED = {"Content-Encoding": "gzip"}
BAD, LATE = ErrorCode.BAD_ANSWER, ErrorCode.TIMED_OUT


async def refused(call) -> KnownError:
    """The error a call ends with, soon, and with a sentence in it."""
    with pytest.raises(KnownError) as caught:
        async with asyncio.timeout(SOON):
            await call
    assert len(str(caught.value).split()) >= 4
    return caught.value


BOMBS = {
    "deep": Reply(body=DEEP),
    "deep in an unknown member": Reply(body=b'{"id": 1, "new": ' + DEEP + b"}"),
    "deep in a loose member": Reply(body=b'{"id": 1, "active_notes": ' + DEEP + b"}"),
    "just too deep": Reply(body=b'{"id": 1, "new": ' + b"[" * DEEPEST + b"]" * DEEPEST + b"}"),
    "huge id": Reply(body=b'{"id": ' + DIGITS + b"}"),
    "huge exponent": Reply(body=b'{"id": 1e999999999}'),
    "a number without an end": Reply(body=b'{"id": 1, "new": ' + DIGITS + b"}"),
    "no text": Reply(body=b'{"id": 1, "new": "\xff\xfe"}'),
    "an escape in the open": Reply(body=b'{"id": 1, "new": "\x1b[2J"}'),
    "a gigabyte in a megabyte": Reply(body=gzip.compress(bytes(200 * 2**20), 1), headers=PACKED),
    "half a surrogate": Reply(body=b'{"id": 1, "guest_last_name": "\\ud800"}'),
}


@pytest.mark.parametrize("reply", BOMBS.values(), ids=BOMBS.keys())
async def test_a_bomb_is_a_sentence_and_the_line_goes_on(lines, reply):
    async with Scripted(lambda _: reply) as server:
        service = Service(lines.to(server))
        assert (await refused(service.booking(1, lane=Lane.PERSON))).code is BAD
        server.answer = lambda _: Reply(body=b'{"id": 1}')
        assert (await service.booking(1, lane=Lane.PERSON)).id == 1


@pytest.mark.logs("firewall")
@pytest.mark.parametrize("status", [400, 403, 404, 422, 500, 503])
@pytest.mark.parametrize(
    "body", [DEEP, b'{"error": ' + DEEP + b"}", b'{"error": "\xff"}', b'{"error": ' + DIGITS + b"}"]
)
async def test_a_refusal_that_is_a_bomb_is_a_refusal(lines, status, body):
    async with Scripted(lambda _: Reply(status, body)) as server:
        line = lines.to(server)
        error = await refused(line.get("rooms", lane=Lane.PERSON))
        assert error.status == status or error.code is ErrorCode.BLOCKED
        assert len(error.detail) < 600


async def test_what_is_packed_twice_is_not_unpacked(lines):
    twice = gzip.compress(gzip.compress(bytes(50 * 2**20), 9), 9)
    assert len(twice) < 2000, "one packet"
    async with Scripted(lambda _: Reply(body=twice, headers={"Content-Encoding": "gzip, gzip"})) as server:
        error = await refused(lines.to(server).get("rooms", lane=Lane.PERSON))
    assert "packed more than once" in str(error)


async def test_a_list_of_a_million_wrong_objects_is_not_worked_through(lines, caplog):
    body = b"[" + b'{"id":"x"},' * 300_000 + b'{"id":1}]'
    async with Scripted(lambda _: Reply(body=body)) as server:
        assert (await refused(Service(lines.to(server)).rooms(lane=Lane.PERSON))).code is BAD
    assert len([one for one in caplog.records if "left out" in one.getMessage()]) <= MOST_WRONG
    caplog.clear()


async def test_an_endless_answer_is_left_where_it_is_too_large(lines, time_clocks):
    async with Stream(endless(b"[" + b"0," * 2**15)) as server:
        assert "too large" in str(await refused(lines.to(server).get("rooms", lane=Lane.PERSON)))
        assert 16 * 2**20 <= server.sent < 40 * 2**20, "what lay in the system's buffers, and no more"
    async with Stream(endless(b" " * 2**16)) as server:
        assert "too large" in str(await refused(time_clocks(server).current("a")))
        assert LARGEST <= server.sent < 25 * 2**20


async def test_an_endless_message_is_cut_at_a_megabyte(lines):
    async with Scripted(lambda _: Reply()) as nobody, Stream(endless(b'{"booking_id": 7}')) as server:
        polls = lines.to(nobody).open_polls()
        answer = await polls.poll(f"{server.url}/sub/x-booking_new", {}, 5)
        assert answer is not None
        assert len(answer.body) == 2**20
        assert server.sent < 20 * 2**20


def trickle(begin: bytes, byte: bytes):
    return lambda: itertools.chain([begin], itertools.repeat(byte))


SLOW = {
    "status line": (b"HTTP/1.1 200 O", b"K"),
    "heads": (OK, b"X-A: b\r\n"),
    "one head": (OK + b"X-A: ", b"b"),
    "continue for ever": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": (OK + b"Content-Length: 9000\r\n\r\n[", b"1"),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n1\r\n"),
    "empty lines": (b"", b"\r\n"),
}


@pytest.mark.parametrize(("begin", "byte"), SLOW.values(), ids=SLOW.keys())
async def test_an_answer_that_trickles_has_a_deadline(lines, time_clocks, begin, byte):
    """Each byte comes well within the time-out of one read (30 s): only the deadline of the whole ends this."""
    async with Stream(trickle(begin, byte), pause=0.02) as server:
        assert (await refused(lines.to(server, whole=0.3).get("rooms", lane=Lane.PERSON))).code in {LATE, BAD}
        assert (await refused(time_clocks(server, whole=0.3).current("a"))).code in {LATE, BAD}
        write = time_clocks(server, whole=0.3).clock("a", Intention.IN)
        assert (await refused(write)).code is ErrorCode.UNKNOWN_OUTCOME
        with contextlib.suppress(KnownError):  # 1xx for ever is garbled
            async with asyncio.timeout(SOON):
                await lines.to(server, whole=0.1).open_polls().poll(f"{server.url}/sub/x-booking_new", {}, 0.2)


TIME_CLOCK_BOMBS = {
    "deep": DEEP,
    "deep inside": b'{"success": true, "data": ' + DEEP + b"}",
    "huge number": b'{"success": true, "data": ' + DIGITS + b"}",
    "no text": b'{"success": true, "data": "\xff"}',
    "half a surrogate": b'{"success": true, "data": "\\ud800"}',
}


@pytest.mark.parametrize("status", [200, 400, 429, 500])
@pytest.mark.parametrize("body", TIME_CLOCK_BOMBS.values(), ids=TIME_CLOCK_BOMBS.keys())
async def test_a_time_clock_that_sends_bombs(time_clocks, status, body):
    async with Scripted(lambda _: Reply(status, body)) as server:
        client = time_clocks(server)
        for ask in (client.latest("a"), client.community(), client.shift_types()):
            await refused(ask)
        assert (await refused(client.clock("a", Intention.OUT))).code in {
            ErrorCode.UNKNOWN_OUTCOME, ErrorCode.REFUSED, ErrorCode.LIMITED,
        }  # fmt: skip


def test_numbers_of_a_gigabyte_are_no_numbers():
    stamp = Stamp(SystemClock().now())
    for number in (b"1e999999999", b'"1e999999999"', b'"-1E+99999"', b'"1e-999999"', b'"0e999999999"', b'"NaN"'):
        answer = Answer(200, {}, b'{"id": 1, "qty": ' + number + b"}", stamp, "charges/1")
        with pytest.raises(KnownError):
            decode.one(Kind.CHARGE, answer)


ODD_ADDRESSES = [
    "http://[x/sub/a-booking_new",
    "//[::1/sub/a-booking_new",
    "http://h\uff0fx/sub/a-booking_new",
    "http://h:99999999/sub/a-booking_new",
    "http://h:0/sub/a-booking_new",
    "http://user:pw@h/sub/a-booking_new",
    "http:///sub/a-booking_new",
    "http://\x00/sub/a-booking_new",
    f"http://{'a' * 64}.example/sub/a-booking_new",
    "http://h/sub/\u202ea-booking_new",
]


@pytest.mark.parametrize("url", ODD_ADDRESSES)
def test_an_address_no_server_can_have_is_no_channel(url):
    good = "https://broker.example/sub/a-booking_update"
    assert list(channel_addresses(json.dumps({"a": url, "b": good}).encode()).values()) == [good]
    assert channel_addresses(json.dumps({"booking_new": url.replace("-booking_new", "")}).encode()) == {}


@pytest.mark.parametrize("root", [DEEP, b'{"a": ' * 900 + b"1" + b"}" * 900, b'["' + b"x" * 2**21 + b'"]'])
def test_a_root_that_is_a_bomb_names_no_channels(root):
    assert channel_addresses(root) == {}


@pytest.mark.parametrize(
    "url",
    [
        "http://[x/a",
        "http://h:99999999/",
        f"http://{'a' * 70}.example/",
        "http://xn--.invalid/",
        "http://a..b/",
        "http://\x00/",
    ],
)
async def test_a_channel_that_can_not_be_asked_is_a_sentence(lines, url, monkeypatch):
    async with Scripted(lambda _: Reply()) as server:
        await refused(lines.to(server).open_polls().poll(url, {}, 1))


async def test_a_channel_gets_no_key_and_follows_no_redirect(lines):
    async with (
        Scripted(lambda _: Reply()) as elsewhere,
        Scripted(lambda _: Reply(307, b"", {"Location": f"{elsewhere.url}/x", "Set-Cookie": "a=b"})) as server,
    ):
        polls = lines.to(server).open_polls()
        for _ in range(2):
            answer = await polls.poll(f"{server.url}/sub/x-booking_new", {}, 5)
            assert answer is not None
            assert answer.status == 307
    assert elsewhere.asked == []
    assert not [name for asked in server.asked for name in asked.headers if name in {"authorization", "cookie"}]


async def test_a_time_clock_with_an_untrusted_certificate_gets_no_key(time_clocks, tls_server_context):
    async with Scripted(lambda _: Reply(), tls_server_context) as server:
        assert (await refused(time_clocks(server).current("a"))).code is ErrorCode.TLS
    assert server.asked == []


async def test_whatever_may_be_stored_can_be_read_again(lines, tmp_path):
    """What the door lets in is kept with its unknown members: the deepest of them, and the longest text."""
    deep = b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1)
    name = "<b>\u202e" + "x" * 65_536
    body = b'{"id": 1, "guest_last_name": ' + json.dumps(name).encode() + b', "new": ' + deep + b"}"
    store = open_store(tmp_path, bytes(32), at=SystemClock().now())
    async with Scripted(lambda _: Reply(body=body)) as server:
        service = Service(lines.to(server))
        record = await service.booking(1, lane=Lane.PERSON)
        await store.apply(Batch(records=(record,), origin="test"))
        server.answer = lambda _: Reply(body=body.replace(b"[]", b"[1]"))
        await store.apply(Batch(records=(await service.booking(1, lane=Lane.PERSON),), origin="test"))
    held = await store.read(lambda mirror: mirror.get(record.kind, 1))
    assert held.guest_last_name == name
    [line] = await store.read(lambda mirror: mirror.history(record.kind, 1, 1))
    assert "new" in line.members
    await store.close()
