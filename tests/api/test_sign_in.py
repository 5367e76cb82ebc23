"""The sign-in over real sockets: how many 401s it costs, and that a right key is never called wrong."""

import asyncio

import pytest

from clockdesk.api.address import BaseUrl
from clockdesk.api.auth import Turn
from clockdesk.api.gate import Gate, Lane
from clockdesk.api.transport import Line
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.tasks import Tasks
from tests.api.clocks import HastyClock
from tests.api.conftest import KEY, USER
from tests.support.scripted import DigestDoor, Reply, Scripted


async def slowly(asked):
    await asyncio.sleep(0.005)
    return Reply()


async def many(line, number, lane=Lane.SCREEN):
    return await asyncio.gather(*(line.get(f"bookings/{n}", lane=lane) for n in range(number)))


async def test_forty_cold_calls_cost_one_401(lines):
    door = DigestDoor({USER: KEY})
    async with Scripted(door.guard(slowly)) as server:
        line = lines.to(server)
        answers = await many(line, 40)
        assert {answer.status for answer in answers} == {200}
        assert door.refused == 1
        assert len(server.asked) == 41
        shown = line.gate.snapshot()
        assert (shown.total, shown.unauthorized_401) == (41, 1)
        assert shown.by_endpoint == {"bookings/{id}": 41}
    assert sorted(count for _, count in door.counts) == list(range(1, 41))


@pytest.mark.parametrize("algorithm", ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess"])
async def test_each_algorithm(lines, algorithm):
    door = DigestDoor({USER: KEY}, algorithm=algorithm)
    async with Scripted(door.guard(slowly)) as server:
        await many(lines.to(server), 3)
    assert door.refused == 1


async def test_a_user_and_a_key_outside_ascii(lines):
    door = DigestDoor({"jürgen": "schlüssel"}, realm="Größe")
    async with Scripted(door.guard(slowly)) as server:
        assert (await lines.to(server, user="jürgen", key="schlüssel").get("", lane=Lane.PERSON)).status == 200


async def test_a_nonce_that_expires_with_ten_calls_under_way(lines):
    door = DigestDoor({USER: KEY}, delay=0.02)
    async with Scripted(door.guard(slowly)) as server:
        line = lines.to(server)
        await many(line, 4)
        door.nonces.clear()
        answers = await many(line, 10)
        assert {answer.status for answer in answers} == {200}
        assert door.refused == 1 + 10, "ten were under way when it happened; nobody was refused twice"
        await many(line, 10)
        assert door.refused == 11
        assert not line.signed_out


async def test_a_wrong_key_costs_two_requests_whoever_else_waits(lines):
    door = DigestDoor({USER: KEY})
    async with Scripted(door.guard(slowly)) as server:
        line = lines.to(server, key="wrong")
        results = await asyncio.gather(
            *(line.get("rooms", lane=Lane.SCREEN) for _ in range(20)), return_exceptions=True
        )
        assert {isinstance(result, KnownError) and result.code for result in results} == {ErrorCode.SIGNED_OUT}
        with pytest.raises(KnownError, match="key"):
            await line.get("rooms", lane=Lane.PERSON)
        assert line.signed_out
        assert len(server.asked) == 2
        line.sign_in(USER, KEY)
        assert not line.signed_out
        assert (await line.get("rooms", lane=Lane.PERSON)).status == 200
        assert len(server.asked) == 4


async def test_an_unknown_user_is_a_wrong_key_too(lines):
    door = DigestDoor({USER: KEY})
    async with Scripted(door.guard(slowly)) as server:
        with pytest.raises(KnownError) as caught:
            await lines.to(server, user="nobody").get("rooms", lane=Lane.PERSON)
        assert caught.value.code is ErrorCode.SIGNED_OUT
        assert len(server.asked) == 2


async def test_a_key_taken_away_in_the_middle(lines):
    door = DigestDoor({USER: KEY})
    async with Scripted(door.guard(slowly)) as server:
        line = lines.to(server)
        await many(line, 3)
        door.users.clear()
        results = await asyncio.gather(*(line.get("rooms", lane=Lane.SCREEN) for _ in range(6)), return_exceptions=True)
        assert {isinstance(result, KnownError) and result.code for result in results} == {ErrorCode.SIGNED_OUT}
        assert len(server.asked) <= 4 + 6 + 2


@pytest.mark.parametrize("kind", [{"ordered": True}, {"one_time": True}])
async def test_a_server_that_wants_order_ends_in_one_call_at_a_time(lines, kind):
    """Apache with its nonce-count check, or with one-time nonces; the requests arrive in any order."""
    door = DigestDoor({USER: KEY}, **kind)

    async def shuffled(asked):
        await asyncio.sleep(0.002 * (len(server.asked) % 5))
        return Reply()

    async with Scripted(door.guard(shuffled)) as server:
        line = lines.to(server)
        line._door.sign_in.serial = False
        swap_arrivals(server, door)
        for _ in range(4):
            answers = await many(line, 10)
            assert {answer.status for answer in answers} == {200}
        assert line.serial
        before = door.refused
        await many(line, 10)
        assert door.refused - before == (10 if "one_time" in kind else 0)


def swap_arrivals(server, door):
    """Let every third request reach the door after the ones behind it."""
    inner = server.answer

    async def late(asked):
        if len(server.asked) % 3 == 0:
            await asyncio.sleep(0.01)
        return await inner(asked)

    server.answer = late


async def test_the_sign_in_is_proven_by_an_answer_and_not_by_a_gateway(lines):
    """A 502 to the first signed request says nothing of the nonce; the next call starts over, and no key is wrong."""
    door = DigestDoor({USER: KEY})
    replies = iter([Reply(502), Reply(), Reply()])
    async with Scripted(door.guard(lambda _: next(replies))) as server:
        line = lines.to(server)
        with pytest.raises(KnownError) as caught:
            await line.get("rooms", lane=Lane.PERSON)
        assert caught.value.code is ErrorCode.SERVER_ERROR
        door.nonces.clear()
        assert (await line.get("rooms", lane=Lane.PERSON)).status == 200
        assert door.refused == 2
    assert [("authorization" in asked.headers) for asked in server.asked] == [False, True, False, True]


async def test_a_429_to_the_first_signed_request_costs_no_second_challenge():
    door = DigestDoor({USER: KEY})
    replies = iter([Reply(429), Reply(429), Reply()])
    clock = HastyClock()
    async with Scripted(door.guard(lambda _: next(replies))) as server:
        line = Line(BaseUrl.parse(f"{server.url}/1/2"), USER, KEY, Gate(clock), clock, Tasks())
        assert (await line.get("rooms", lane=Lane.PERSON)).status == 200
        await line.close()
        assert (door.refused, len(server.asked)) == (1, 4)


async def test_a_nonce_that_dies_between_the_turn_and_the_sending_is_not_used(lines):
    """The turn was granted while the nonce was good; until its caller woke, another call had it refused."""
    door = DigestDoor({USER: KEY})
    async with Scripted(door.guard(slowly)) as server:
        line = lines.to(server)
        await line.get("rooms", lane=Lane.PERSON)
        sign_in, slot = line._door.sign_in, line.gate.slot
        at_renewal = []

        def renewed() -> None:
            at_renewal.append(len(server.asked))
            sign_in._challenge.worked, sign_in._prover = True, None
            line.gate.look()

        async def slot_that_takes_long(*args, **how):
            start = await slot(*args, **how)
            if not at_renewal and sign_in._prover is None:
                sign_in._challenge.worked, sign_in._prover = False, Turn()
                asyncio.get_running_loop().call_later(0.03, renewed)
            return start

        line.gate.slot = slot_that_takes_long
        assert (await line.get("rooms", lane=Lane.PERSON)).status == 200
        assert at_renewal == [2], "nothing was sent meanwhile"
        assert len(server.asked) == 3


async def test_a_caller_that_leaves_while_it_signs_in_leaves_the_place_to_the_next(lines):
    door = DigestDoor({USER: KEY}, delay=0.03)
    async with Scripted(door.guard(slowly)) as server:
        line = lines.to(server)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await line.get("rooms", lane=Lane.SCREEN)
        assert (await line.get("bookings", lane=Lane.SCREEN)).status == 200
        assert door.refused == 1, "the abandoned call went on and proved the sign-in"


async def test_an_open_server_needs_no_sign_in(lines):
    async with Scripted(slowly) as server:
        line = lines.to(server)
        await many(line, 5)
    assert not any("authorization" in asked.headers for asked in server.asked)
