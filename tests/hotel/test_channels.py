"""The broker: cursors, backlog, idle answers, wrappers. Through its own object; over HTTP in test_http_channels."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from clockdesk.hotel.channels import EVENTS, Channels, Style


class Now:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 21, 10, 0, 0, 400_000, UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def now():
    return Now()


def broker(now, **style) -> Channels:
    return Channels(936, 7, now, Style(**({"idle_seconds": 0.05} | style)))


def cursor(answer) -> dict[str, str]:
    return {"if-modified-since": answer.headers["last-modified"], "if-none-match": answer.headers["etag"]}


async def walk(channels: Channels, headers: dict[str, str]) -> list[int]:
    """Bookings of all answers until the channel is idle, echoing the cursor each time."""
    seen = []
    while (answer := await channels.poll("booking_new", headers)).status == 200:
        seen.append(json.loads(answer.body)["booking_id"])
        headers = cursor(answer)
    assert answer.status == 304
    return seen


def publish(channels: Channels, *ids: int) -> None:
    for one in ids:
        channels.publish("booking_new", {"booking_id": one})


def test_an_address_per_event_and_no_other(now):
    channels = broker(now)
    assert len(EVENTS) == 18
    path = channels.path("folio_close")
    assert path.endswith("-936-folio_close")
    assert channels.event_at(path) == "folio_close"
    assert channels.event_at(path.replace("-936-", "-937-")) is None
    assert channels.event_at(channels.path("folio_open")) is None


async def test_both_cursor_headers_walk_a_burst_without_loss(now):
    channels = broker(now)
    publish(channels, 1)
    waiting = asyncio.ensure_future(channels.poll("booking_new", {}))  # noqa: TID251
    await asyncio.sleep(0)
    publish(channels, 2, 3, 4)
    now.at += timedelta(seconds=1)
    publish(channels, 5, 6)
    first = await waiting
    assert json.loads(first.body) == {"booking_id": 2}
    assert first.headers["last-modified"] == "Sat, 21 Nov 2026 10:00:00 GMT"
    assert first.headers["etag"] == "1"
    assert await walk(channels, cursor(first)) == [3, 4, 5, 6]


async def test_without_a_cursor_what_came_between_is_lost(now):
    channels = broker(now)
    publish(channels, 1, 2, 3)
    assert (await channels.poll("booking_new", {})).status == 304


async def test_half_a_cursor_is_refused(now):
    channels = broker(now)
    publish(channels, 1)
    answer = await channels.poll("booking_new", {"if-modified-since": "Sat, 21 Nov 2026 10:00:00 GMT"})
    assert (answer.status, answer.body) == (400, b"Message ID invalid\n")


async def test_oldest_replays_what_is_stored(now):
    channels = broker(now, first="oldest")
    publish(channels, 1, 2, 3)
    assert await walk(channels, {}) == [1, 2, 3]


async def test_a_cursor_older_than_the_backlog_silently_goes_on_at_its_start(now):
    channels = broker(now, first="oldest", backlog=3)
    publish(channels, 1)
    first = await channels.poll("booking_new", {})
    publish(channels, 2, 3, 4, 5)
    assert await walk(channels, cursor(first)) == [3, 4, 5]


async def test_idle_echoes_the_cursor(now):
    channels = broker(now)
    bare = await channels.poll("booking_new", {})
    assert (bare.status, bare.headers) == (304, {})
    sent = {"if-modified-since": "Sat, 21 Nov 2026 10:00:00 GMT", "if-none-match": "4"}
    idle = await channels.poll("booking_new", sent)
    assert idle.headers == {"last-modified": sent["if-modified-since"], "etag": "4"}
    assert (await broker(now, idle_status=408).poll("booking_new", {})).status == 408


async def test_a_poll_waits_for_its_own_event_only(now):
    channels = broker(now, idle_seconds=5)
    waiting = asyncio.ensure_future(channels.poll("booking_new", {}))  # noqa: TID251
    await asyncio.sleep(0)
    assert channels.open_polls == {"booking_new": 1}
    channels.publish("folio_close", {"folio_id": 9})
    await asyncio.sleep(0.01)
    assert not waiting.done()
    publish(channels, 8)
    assert json.loads((await waiting).body) == {"booking_id": 8}
    assert channels.open_polls == {}


async def test_a_restart_cuts_polls_and_forgets(now):
    channels = broker(now, idle_seconds=5, first="oldest")
    publish(channels, 1)
    last = cursor(await channels.poll("booking_new", {}))
    waiting = asyncio.ensure_future(channels.poll("booking_new", last))  # noqa: TID251
    await asyncio.sleep(0)
    channels.restart()
    assert (await waiting).status == 0
    channels.style.idle_seconds = 0.05
    assert (await channels.poll("booking_new", {})).status == 304
    publish(channels, 2)
    assert await walk(channels, last) == [2]


async def test_push_stream_puts_all_that_is_pending_in_one_body(now):
    channels = broker(now, push_stream=True)
    idle = await channels.poll("booking_new", {})
    assert idle.status == 304
    assert idle.headers == {"last-modified": "Sat, 21 Nov 2026 10:00:00 GMT", "etag": "W/0"}
    publish(channels, 1, 2)
    answer = await channels.poll("booking_new", cursor(idle))
    assert answer.body == b'{"booking_id":1}{"booking_id":2}'
    assert answer.headers["etag"] == "W/2"
    idle = await channels.poll("booking_new", cursor(answer))
    assert idle.status == 304
    publish(channels, 3)
    assert (await channels.poll("booking_new", cursor(idle))).body == b'{"booking_id":3}'


async def test_push_stream_takes_half_a_cursor_as_the_end_of_that_second(now):
    channels = broker(now, push_stream=True)
    publish(channels, 1)
    now.at += timedelta(seconds=1)
    publish(channels, 2)
    answer = await channels.poll("booking_new", {"if-modified-since": "Sat, 21 Nov 2026 10:00:00 GMT"})
    assert answer.body == b'{"booking_id":2}'


async def test_wrappers(now):
    channels = broker(now, first="oldest", body="sns")
    channels.publish("fiscal_request", {"folio_id": 5})
    wrapped = json.loads((await channels.poll("fiscal_request", {})).body)
    assert wrapped["Subject"] == "folio_fiscalize"
    assert json.loads(wrapped["Message"]) == {"folio_id": 5}
    assert wrapped["Timestamp"] == "2026-11-21T10:00:00.400Z"
    channels.style.change({"body": "list"})
    publish(channels, 1)
    assert (await channels.poll("booking_new", {})).body == b'[{"booking_id":1}]'
    with pytest.raises(ValueError, match="colour"):
        channels.style.change({"colour": 1})
