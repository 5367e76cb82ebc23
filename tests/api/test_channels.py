import asyncio
import contextlib
import datetime as dt
import itertools
import socket
import ssl

import pytest

from clockdesk.api.channels import Channels
from clockdesk.api.gate import Gate, Lane
from clockdesk.domain.kinds import EventName, Hint
from clockdesk.domain.tasks import Tasks
from tests.api.clocks import HandClock, HastyClock
from tests.api.conftest import KEY, USER
from tests.support.scripted import DigestDoor, Reply, Scripted
from tests.support.serving import Serving

NEW, UPDATE, ROOM = EventName.BOOKING_NEW, EventName.BOOKING_UPDATE, EventName.HOUSEKEEPING_CHANGED
SHORT = -14.9
"""With the margin of 15 s: polls that are asked again after 0.1 s."""


class Follower:
    """Channels to a scripted broker, and what they told."""

    def __init__(self, lines, server, events=(NEW,), clock=None, hold=30.0, url=None, line=None):
        self.line = line or lines.to(server)
        self.clock = clock or lines.clock
        self.hints: list[Hint] = []
        self.published: list[dt.datetime | None] = []
        self.troubles: list[str] = []
        addresses = {event: f"{url or server.url}/sub/u-1-{event}" for event in events}
        self.channels = Channels(
            self.line, addresses, self.clock, lines.tasks,
            on_hint=self.take, on_state=lambda: self.troubles.append(self.channels.trouble),
            hold=hold, jitter=lambda: 1.0,
        )  # fmt: skip

    def take(self, hint, published):
        self.hints.append(hint)
        self.published.append(published)

    @property
    def ids(self) -> list[int]:
        return [hint.id for hint in self.hints]

    async def __aenter__(self):
        self.channels.start()
        return self

    async def __aexit__(self, *_):
        await self.channels.stop()


async def wait_for(true) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


def message(number: int, **headers: str) -> Reply:
    return Reply(
        body=b'{"booking_id":%d}' % number, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def script(*replies: Reply):
    """These answers, then silence."""
    left = itertools.chain(replies, itertools.repeat(Reply(silent=True)))
    return lambda _: next(left)


async def test_the_cursor_goes_back_byte_for_byte(lines):
    odd = "W/\"1 \xe9='x',"
    first = {"Last_Modified": "Sat, 21 Nov 2026 10:00:07 GMT", "Etag": odd}
    async with (
        Scripted(script(message(1, **first), message(2, Last_Modified="yesterday", Etag="0"))) as server,
        Follower(lines, server) as follower,
    ):
        await wait_for(lambda: len(server.asked) == 3)
    sent = [(asked.headers.get("if-modified-since"), asked.headers.get("if-none-match")) for asked in server.asked]
    assert sent[0] == (None, None)
    assert sent[1][0] == "Sat, 21 Nov 2026 10:00:07 GMT"
    assert sent[2] == ("yesterday", "0")
    assert server.raw_heads[1].count(b"If-None-Match: " + odd.encode("latin-1") + b"\r\n") == 1
    assert follower.ids == [1, 2]
    assert follower.published == [dt.datetime(2026, 11, 21, 10, 0, 7, tzinfo=dt.UTC), None]


async def test_an_idle_answer_may_move_the_cursor_and_an_empty_one_keeps_it(lines):
    replies = (
        message(1, Last_Modified="a", Etag="1"),
        Reply(304),
        Reply(304, headers={"Last-Modified": "b", "Etag": "2"}),
        Reply(304, headers={"Last-Modified": "c"}),
        Reply(408, b""),
    )
    async with Scripted(script(*replies)) as server, Follower(lines, server, clock=HastyClock()) as follower:
        await wait_for(lambda: len(server.asked) == 6)
        assert follower.channels.trouble == ""
    sent = [(asked.headers.get("if-modified-since"), asked.headers.get("if-none-match")) for asked in server.asked]
    assert sent == [(None, None), ("a", "1"), ("a", "1"), ("b", "2"), ("b", "2"), ("b", "2")]


async def test_a_poll_that_times_out_is_asked_again_at_once(lines):
    async with Scripted(lambda _: Reply(silent=True)) as server, Follower(lines, server, hold=SHORT) as follower:
        await wait_for(lambda: len(server.asked) == 3)
        assert follower.channels.states[NEW].ok is None
        assert len(follower.troubles) >= 2, "each time somebody may want to call it silent"
        assert set(follower.troubles) == {""}


async def test_messages_in_one_body_and_twice_the_same(lines):
    replies = (
        Reply(body=b'{"booking_id":1}{"booking_id":2}{"booking_id":2}', headers={"Last-Modified": "a", "Etag": "1"}),
        Reply(body=b'{"Subject":"booking_new","Message":"{\\"booking_id\\":3}"}'),
        Reply(body=b'[{"booking_id":4}]'),
    )
    async with Scripted(script(*replies)) as server, Follower(lines, server) as follower:
        await wait_for(lambda: len(server.asked) == 4)
        state = follower.channels.states[NEW]
    assert follower.ids == [1, 2, 2, 3, 4]
    assert state.messages == 5
    assert state.answered == state.brought is not None


@pytest.mark.logs("ignored 1 pieces")
async def test_rubbish_is_logged_without_its_text(lines, caplog):
    async with (
        Scripted(script(Reply(body=b"Mr Grzegorz"), message(2))) as server,
        Follower(lines, server) as follower,
    ):
        await wait_for(lambda: follower.ids == [2])
    assert "Grzegorz" not in caplog.text


async def test_no_channel_blocks_another(lines):
    served = itertools.count(1)

    def answer(asked):
        if asked.path.endswith("new"):
            return Reply(500)
        if asked.path.endswith("update"):
            return Reply(silent=True)
        number = next(served)
        return Reply(body=b'{"room_id":%d}' % number) if number < 20 else Reply(silent=True)

    async with Scripted(answer) as server, Follower(lines, server, (NEW, UPDATE, ROOM)) as follower:
        await wait_for(lambda: len(follower.hints) == 19)
        states = follower.channels.states
    assert (states[NEW].ok, states[UPDATE].ok, states[ROOM].ok) == (False, None, True)
    assert states[NEW].trouble == "The message channel answered 500."
    assert follower.channels.trouble == "1 of 3 message channels do not answer. The message channel answered 500."
    assert {hint.event for hint in follower.hints} == {ROOM}


async def test_a_failing_channel_backs_off_to_thirty_seconds_and_comes_back(lines):
    clock = HastyClock()
    statuses = (500, 404, 403, 302, 500, 503, 418)
    replies = script(*(Reply(status) for status in statuses), message(7))
    async with Scripted(replies) as server, Follower(lines, server, clock=clock) as follower:
        await wait_for(lambda: follower.ids)
        await wait_for(lambda: len(server.asked) == 9)
        state = follower.channels.states[NEW]
    assert clock.asked == [1, 2, 4, 8, 16, 30, 30]
    assert (state.ok, state.gaps, state.trouble) == (True, 1, "")
    assert follower.troubles == ["No message channel answers. The message channel answered 500.", ""]


async def test_a_poll_that_is_held_again_ends_the_trouble_before_it_is_answered(lines):
    replies = script(Reply(500))
    async with Scripted(replies) as server, Follower(lines, server, clock=HastyClock()) as follower:
        follower.channels._held = 0.05
        await wait_for(lambda: follower.troubles[-1:] == [""])
        state = follower.channels.states[NEW]
    assert (state.ok, state.gaps, state.answered) == (True, 1, None)


async def test_jitter_shortens_the_wait_by_half_at_most(lines):
    clock = HandClock()
    async with Scripted(lambda _: Reply(500)) as server, Follower(lines, server, clock=clock) as follower:
        follower.channels._jitter = lambda: 0.0
        await wait_for(lambda: clock._sleepers)
        assert clock.asked == [0.5]


async def test_a_broker_that_is_not_there(lines):
    async with Scripted(lambda _: Reply()) as server:
        follower = Follower(lines, server)
    async with follower:
        await wait_for(lambda: follower.channels.trouble)
    assert "No connection to 127.0.0.1" in follower.channels.trouble


async def test_a_cursor_the_broker_does_not_know_any_more_is_dropped(lines):
    """nchan answers 400 to a cursor of another life: without this the channel would be dead for ever."""
    clock = HandClock()
    replies = script(message(1, Last_Modified="a", Etag="1"), Reply(400, b"Message ID invalid"), message(2))
    async with Scripted(replies) as server, Follower(lines, server, clock=clock) as follower:
        await wait_for(lambda: clock._sleepers)
        await clock.advance(1)
        await wait_for(lambda: follower.ids == [1, 2])
        assert follower.channels.states[NEW].gaps >= 1
    assert "if-none-match" not in server.asked[2].headers


async def test_a_broker_that_answers_the_same_for_ever_is_not_hammered(lines):
    clock = HandClock()
    async with Scripted(lambda _: message(1)) as server, Follower(lines, server, clock=clock) as follower:
        await wait_for(lambda: clock._sleepers)
        count = len(server.asked)
        await asyncio.sleep(0.03)
        assert len(server.asked) == count <= 4
        assert set(follower.ids) == {1}
        await clock.advance(1.01)
        await wait_for(lambda: len(server.asked) == count + 1)


async def test_a_poll_that_was_cut_is_told_as_a_gap(lines):
    """A broker that restarts cuts the polls and forgets its messages: whoever keeps a copy must hear of it."""
    replies = [message(1), Reply(raw=b"", close=True), message(2)]
    async with (
        Scripted(script(*replies)) as server,
        Follower(lines, server, clock=HastyClock()) as follower,
    ):
        await wait_for(lambda: follower.ids == [1, 2])
        assert follower.channels.states[NEW].gaps == 1
        await wait_for(lambda: len(follower.troubles) == 3)
    assert follower.troubles[0] == follower.troubles[2] == ""
    assert "was cut" in follower.troubles[1]


async def test_no_credentials_and_no_turn_of_the_gate(lines):
    """The line is signed in and its gate is shut; the polls go on."""
    door = DigestDoor({USER: KEY})
    async with Scripted(door.guard(lambda _: Reply())) as service, Scripted(script(message(1))) as broker:
        line = lines.to(service, gate=Gate(HandClock(), rate=2))
        await line.get("", lane=Lane.PERSON)
        async with Follower(lines, broker, line=line):
            await wait_for(lambda: len(broker.asked) == 2)
        assert line.gate.snapshot().total == 2
    assert not any({"authorization", "cookie"} & asked.headers.keys() for asked in broker.asked)


@pytest.fixture
async def broker_name(monkeypatch):
    """A host that is not loopback by its name and is by its address."""

    async def here(host, port, **how):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", here)
    return "mbroker.test"


@contextlib.asynccontextmanager
async def one_port(tls_port, plain_port):
    """A port behind which TLS and plain connections part ways."""

    async def pump(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)

    async def part(reader, writer):
        first = await reader.read(1)
        back_reader, back = await asyncio.open_connection("127.0.0.1", tls_port if first == b"\x16" else plain_port)
        back.write(first)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await asyncio.wait(
                {tasks.spawn(pump(reader, back), "to"), tasks.spawn(pump(back_reader, writer), "fro")},
                return_when=asyncio.FIRST_COMPLETED,
            )
        back.close()

    tasks = Tasks()
    async with Serving(part) as front:
        yield front.port
        await tasks.stop()


def trusting() -> ssl.SSLContext:
    """Takes any certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def test_plain_http_where_https_is_not_answered(lines, broker_name):
    greetings = []

    async def answer(reader, writer):
        first = await reader.read(1)
        greetings.append(first)
        if first == b"G":
            await reader.readuntil(b"\r\n\r\n")
            body = b'{"booking_id":5}' if greetings.count(b"G") == 1 else b""
            status = b"200 OK" if body else b"304 Not Modified"
            writer.write(
                b"HTTP/1.1 " + status + b"\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body
            )
            await writer.drain()
            if greetings.count(b"G") > 2:
                await reader.read()

    async with Serving(answer) as broker, Scripted(lambda _: Reply()) as service:
        url = f"http://{broker_name}:{broker.port}"
        async with Follower(lines, service, url=url) as follower:
            await wait_for(lambda: len(greetings) >= 3)
    assert follower.ids == [5]
    assert greetings[:3] == [b"\x16", b"G", b"G"], "https first; then the one that answered"


async def test_https_where_it_is_answered_and_never_less_afterwards(lines, broker_name, tls_server_context):
    async with Scripted(script(message(1)), tls_server_context) as broker, Scripted(lambda _: Reply()) as service:
        url = f"http://{broker_name}:{broker.port}"
        follower = Follower(lines, service, url=url)
        follower.line._tls = trusting()
        async with follower:
            await wait_for(lambda: len(broker.asked) == 2)
            assert follower.ids == [1]
            host = f"{broker_name}:{broker.port}"
            assert follower.channels._ways(f"{url}/x", host) == (f"https://{host}/x",)


async def test_http_after_an_https_that_is_accepted_and_never_answered(lines, broker_name, tls_server_context):
    """A firewall that takes the connection and forgets it: a poll would look idle for ever."""
    async with (
        Scripted(lambda _: Reply(silent=True), tls_server_context) as mute,
        Scripted(script(message(1))) as plain,
        Scripted(lambda _: Reply()) as service,
        one_port(mute.port, plain.port) as port,
    ):
        follower = Follower(lines, service, url=f"http://{broker_name}:{port}", hold=SHORT)
        follower.line._tls = trusting()
        async with follower:
            await wait_for(lambda: follower.ids == [1])
    assert len(mute.asked) == 1


async def test_a_poll_that_is_still_connecting_is_not_held(lines, broker_name, monkeypatch):
    """A firewall drops every packet: https and then http hang until connecting gives up, and neither is a sign of life.

    Ten times as fast: connecting gets half a second for five, together longer than one poll must be out to be held.
    """
    clock = HastyClock()
    never = asyncio.Event()
    tries: list[int] = []

    async def dropped(host, port, **how):
        tries.append(port)
        await never.wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", dropped)
    async with Scripted(lambda _: Reply()) as service:
        line = lines.to(service, connect=0.5)
        async with Follower(lines, service, clock=clock, url=f"http://{broker_name}:81", line=line) as follower:
            follower.channels._held = 0.8
            await wait_for(lambda: len(clock.asked) == 4)
            state = follower.channels.states[NEW]
    assert clock.asked == [1, 2, 4, 8]
    assert (state.ok, state.gaps, len(follower.troubles)) == (False, 0, 1), "told once, and not as mended meanwhile"
    assert len(tries) >= 8, "both ways each time"


async def test_each_step_of_a_secure_connection_has_its_own_patience(lines, broker_name, monkeypatch):
    """The address is found late, then TLS is never answered: longer than one step may take, and not held either."""
    clock = HastyClock()

    async def late(host, port, **how):
        await asyncio.sleep(0.4)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", late)
    async with socket_that_says_nothing() as port, Scripted(lambda _: Reply()) as service:
        line = lines.to(service, connect=0.5)
        async with Follower(lines, service, clock=clock, url=f"https://{broker_name}:{port}", line=line) as follower:
            follower.channels._held = 0.6
            await wait_for(lambda: len(clock.asked) == 3)
    assert clock.asked == [1, 2, 4]
    assert len(follower.troubles) == 1


@contextlib.asynccontextmanager
async def socket_that_says_nothing():
    """A port that takes connections; its clients hear nothing."""

    async def listen(reader, writer):
        await reader.read()

    async with Serving(listen) as server:
        yield server.port


async def test_a_poll_held_and_then_cut_again_and_again_is_asked_ever_more_slowly(lines):
    """Held is no answer: the waits go on growing, and the trouble is told anew each time."""
    clock = HastyClock()
    cut = Reply(raw=b"", close=True, wait=0.2)
    async with Scripted(lambda _: cut) as server, Follower(lines, server, clock=clock) as follower:
        follower.channels._held = 0.05
        await wait_for(lambda: len(clock.asked) == 4)
        assert "" in follower.troubles
    assert clock.asked == [1, 2, 4, 8]


async def test_starting_twice_is_a_bug_and_stopping_leaves_nothing(lines):
    async with Scripted(script()) as server, Follower(lines, server, tuple(EventName)) as follower:
        await wait_for(lambda: len(server.asked) == 18)
        with pytest.raises(RuntimeError):
            follower.channels.start()
        await follower.channels.stop()
        assert not [name for name in lines.tasks.names if name.startswith("channel")]
        follower.channels.start()
        await wait_for(lambda: len(server.asked) == 36)
    assert server.connections == 36, "one connection for each channel, new ones after a stop"


async def test_a_line_that_closes_first_leaves_the_channels_in_peace(lines):
    clock = HandClock()
    async with Scripted(script()) as server, Follower(lines, server, clock=clock) as follower:
        await wait_for(lambda: server.asked)
        await follower.line.close()
        await wait_for(lambda: clock._sleepers)
        await clock.advance(2)
        assert len(server.asked) == 1
        assert "closing" in follower.channels.trouble or "cut" in follower.channels.trouble
