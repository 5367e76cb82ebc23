"""The message channels against nginx with nchan: nothing lost, nothing twice, and trouble that is told and ends."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import functools

import pytest

from clockdesk.app.clock import SystemClock
from clockdesk.domain.kinds import EventName
from tests.servers.daemon import until

pytestmark = pytest.mark.servers("nginx-light", "libnginx-mod-nchan", "libnginx-mod-http-lua")

EVENT = EventName.BOOKING_UPDATE
BURST = list(range(1, 201))


async def waits(broker, *events):
    """Until each channel has a poll waiting. A first poll that comes later gets nothing of what came before."""
    await until(lambda: all(map(broker.waiting, events)), "a poll on each channel")


async def arrives(following, number):
    """Until the message of this number is the latest."""
    await until(lambda: following.ids[-1:] == [number], f"message {number}")


async def first_messages(broker, following):
    """Messages until one reaches us: by it the channel has its cursor.

    nchan gives none with an idle answer; without one, what is published between two polls is lost (a sweep finds it).
    """
    number = 0
    while not following.ids:
        number += 1
        await broker.publish(EVENT, number)
        with contextlib.suppress(AssertionError):
            await until(lambda: following.ids, "a message", patience=0.5)
    await arrives(following, number)
    return list(following.ids)


async def a_new_second():
    """nchan's cursor starts anew with each second, and a restarted broker knows of none before."""
    now = SystemClock().now()
    await until(lambda: SystemClock().now().replace(microsecond=0) > now, "the next second")


@pytest.mark.parametrize("style", ["newest", "oldest", "joined"])
async def test_a_burst_arrives_whole_and_in_order(broker, follow, style):
    following = follow({EVENT: broker.address(EVENT, style)})
    await waits(broker, EVENT)
    await broker.publish(EVENT, *BURST)
    await arrives(following, BURST[-1])
    assert following.ids == BURST
    state = following.channels.states[EVENT]
    assert (state.ok, state.messages, state.gaps) == (True, 200, 0)
    assert len(broker.polls(EVENT)) <= len(BURST) + 2, "no hot loop"


async def test_messages_that_waited_come_in_one_answer(broker, follow):
    following = follow({EVENT: broker.address(EVENT, "joined")})
    await waits(broker, EVENT)
    broker.publish_at_once(EVENT, *BURST)
    await arrives(following, BURST[-1])
    assert following.ids == BURST
    assert len(broker.polls(EVENT)) < 20


async def test_the_first_poll_may_replay_what_the_broker_kept(broker, follow):
    before = SystemClock().now()
    await broker.publish(EVENT, *range(1, 31))
    following = follow({EVENT: broker.address(EVENT, "oldest")})
    await arrives(following, 30)
    await broker.publish(EVENT, 31)
    await arrives(following, 31)
    assert following.ids == list(range(1, 32))
    for _, published in following.hints:
        assert before - dt.timedelta(seconds=1) <= published <= SystemClock().now()


async def test_the_first_poll_may_wait_for_the_next_message(broker, follow):
    await broker.publish(EVENT, *range(1, 31))
    following = follow({EVENT: broker.address(EVENT, "newest")})
    await waits(broker, EVENT)
    await broker.publish(EVENT, 31, 32)
    await arrives(following, 32)
    assert following.ids == [31, 32]


async def test_eighteen_channels_at_once_do_not_mix(broker, follow):
    following = follow(broker.root("oldest"))
    await asyncio.gather(*(broker.publish(event, *range(1, 21)) for event in EventName))
    await until(lambda: following.has(18 * 20), "all messages")
    for event in EventName:
        assert [hint.id for hint, _ in following.hints if hint.event is event] == list(range(1, 21))
    assert following.channels.trouble == ""


@pytest.mark.parametrize("style", ["failing", "forbidden", "nobody"])
async def test_one_channel_that_fails_holds_up_no_other(broker, follow, style):
    odd = "http://127.0.0.1:9/sub/booking_update" if style == "nobody" else broker.address(EVENT, style)
    following = follow(broker.root("oldest", **{EVENT: odd}))
    others = [event for event in EventName if event is not EVENT]
    await until(lambda: following.channels.trouble, "trouble")
    for number in (1, 2, 3):
        await asyncio.gather(*(broker.publish(event, number) for event in others))
        await until(functools.partial(following.has, number * len(others)), "messages on all others")
    states = following.channels.states
    assert states.pop(EVENT).ok is False
    assert {(state.ok, state.messages) for state in states.values()} == {(True, 3)}
    assert following.channels.trouble.startswith("1 of 18 ")
    assert len(broker.polls(EVENT)) < 10, "it is asked again and again, but not at once"


@pytest.mark.parametrize(("style", "status"), [("idle", 304), ("native", 408)])
async def test_an_idle_answer_is_asked_again_and_no_trouble(broker, follow, style, status):
    following = follow({EVENT: broker.address(EVENT, style)})
    await until(lambda: len(broker.polls(EVENT)) >= 2, "two idle answers")
    assert {poll.status for poll in broker.polls(EVENT)} == {status}
    first = await first_messages(broker, following)
    number = len(broker.polls(EVENT))
    await until(lambda: len(broker.polls(EVENT)) >= number + 2, "idle again, now with a cursor")
    await broker.publish(EVENT, 1000, 1001)
    await arrives(following, 1001)
    assert following.ids == [*first, 1000, 1001]
    state = following.channels.states[EVENT]
    assert (state.ok, state.gaps, following.channels.trouble) == (True, 0, "")


async def test_the_cursor_goes_back_byte_for_byte_and_credentials_never(broker, follow):
    following = follow({EVENT: broker.address(EVENT, "idle")})
    await first_messages(broker, following)
    for burst in (range(1000, 1011), range(2000, 2011)):
        await broker.publish(EVENT, *burst)
        await arrives(following, burst[-1])
        await until(lambda: broker.polls(EVENT)[-1].status == 304, "an idle answer")
    polls = broker.polls(EVENT)
    cursor = ("", "")
    for poll in polls:
        assert (poll.if_modified_since, poll.if_none_match) == cursor
        assert (poll.authorization, poll.cookie) == ("", "")
        cursor = (poll.last_modified or cursor[0], poll.etag or cursor[1])
    assert len({poll.etag for poll in polls}) >= 5, "a cursor of two parts that both matter"


@pytest.mark.parametrize("style", ["newest", "oldest"])
async def test_an_overflow_while_we_were_away_ends_in_what_is_left(broker, follow, style):
    following = follow({EVENT: broker.address(EVENT, style)})
    await waits(broker, EVENT)
    await broker.publish(EVENT, 1, 2, 3, buffer="/small")
    await arrives(following, 3)
    await following.channels.stop()
    await broker.publish(EVENT, *range(4, 44), buffer="/small")
    following.channels.start()
    await arrives(following, 43)
    await broker.publish(EVENT, 44, buffer="/small")
    await arrives(following, 44)
    assert following.ids == [1, 2, 3, *range(39, 45)], "five were kept"


@pytest.mark.parametrize("style", ["newest", "oldest", "joined"])
async def test_a_burst_too_large_for_the_broker_ends_in_its_last_message(broker, follow, style):
    following = follow({EVENT: broker.address(EVENT, style)})
    await waits(broker, EVENT)
    broker.publish_at_once(EVENT, *BURST, buffer="/small")
    await arrives(following, BURST[-1])
    assert following.ids == sorted(set(following.ids)), "in order, none twice"
    assert len(following.ids) < 20, "the broker did lose most"
    await broker.publish(EVENT, 201, buffer="/small")
    await arrives(following, 201)


async def test_another_brokers_cursor_is_survived(broker, follow):
    """The service may change its broker under us: push-stream's cursor, sent to nchan."""
    await broker.publish(EVENT, 1)
    following = follow({EVENT: broker.address(EVENT, "newest")})
    await following.channels.stop()
    [channel] = following.channels._channels.values()
    channel.cursor = {"If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT", "If-None-Match": "W/x,,"}
    following.channels.start()
    await waits(broker, EVENT)
    await broker.publish(EVENT, 2)
    await arrives(following, 2)
    assert [poll.status for poll in broker.polls(EVENT)] == [400, 200]
    assert following.sweeps == 1


# nchan answers its last polls with 410 when it is stopped in order; at a power cut the connections just end. After
# either a message comes at once: nchan 1.3.6 falls over old cursors on a channel without any (its issues 676, 720).
ENDS = pytest.mark.parametrize("at_once", [False, True], ids=["stopped", "power cut"])


@ENDS
async def test_a_restart_of_the_broker_is_told_and_followed_by_a_sweep(own_broker, follow, at_once):
    broker, events = own_broker, [EVENT, EventName.FOLIO_CLOSE]
    following = follow({event: broker.address(event, "oldest") for event in events})
    await asyncio.gather(*(broker.publish(event, 1, 2) for event in events))
    await until(lambda: following.has(4), "the first messages")
    await waits(broker, *events)
    broker.nginx.stop(at_once=at_once)
    await until(lambda: following.channels.trouble.startswith("No message channel answers."), "trouble")
    assert following.sweeps == 0
    await a_new_second()
    broker.nginx.start()
    await asyncio.gather(*(broker.publish(event, 3) for event in events))
    await until(lambda: not following.channels.trouble, "no trouble any more")
    assert following.sweeps == 1
    assert {state.gaps for state in following.channels.states.values()} == {1}
    await asyncio.gather(*(broker.publish(event, 4) for event in events))
    await until(lambda: following.has(8), "all messages")
    for event in events:
        assert [hint.id for hint, _ in following.hints if hint.event is event] == [1, 2, 3, 4]


@ENDS
async def test_a_restart_too_quick_to_be_refused_is_told_too(own_broker, follow, at_once):
    """The broker is back before a poll could be refused. It has forgotten its messages all the same."""
    broker = own_broker
    following = follow({EVENT: broker.address(EVENT, "oldest")})
    await broker.publish(EVENT, 1)
    await arrives(following, 1)
    await waits(broker, EVENT)
    await a_new_second()
    broker.nginx.stop(at_once=at_once)
    broker.nginx.start()
    broker.publish_at_once(EVENT, 2)
    await until(lambda: following.sweeps, "a sweep")
    await arrives(following, 2)
    assert following.ids == [1, 2]
    state = following.channels.states[EVENT]
    assert (state.ok, state.gaps, following.sweeps) == (True, 1, 1)


@ENDS
async def test_trouble_ends_without_a_message_too(own_broker, follow, at_once):
    broker = own_broker
    following = follow({EVENT: broker.address(EVENT, "idle")})
    await until(lambda: following.channels.states[EVENT].ok, "an idle answer")
    broker.nginx.stop(at_once=at_once)
    await until(lambda: following.channels.trouble, "trouble")
    broker.nginx.start()
    await until(lambda: not following.channels.trouble, "no trouble any more")
    assert (following.sweeps, following.ids) == (1, [])
