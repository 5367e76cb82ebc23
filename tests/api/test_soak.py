"""httpx's pool dies after some 500 cancelled requests (measured); ours are abandoned, never cancelled."""

import asyncio
import contextlib
import random
from collections import Counter

from clockdesk.api.gate import Lane
from clockdesk.domain.errors import ErrorCode, KnownError
from tests.api.conftest import KEY, USER
from tests.support.scripted import DigestDoor, Reply, Scripted

ABANDONED = 2000
CALLERS = 14
"""As many as there are connections for them: so that most requests have left when they are abandoned."""


async def test_two_thousand_abandoned_requests_and_the_line_still_works(lines):
    chance = random.Random(7)
    door = DigestDoor({USER: KEY})
    ends: Counter[str] = Counter()

    async def answer(asked):
        # every twentieth outlasts the client's own time-out
        await asyncio.sleep(0.6 if asked.query.endswith("slow") else chance.random() * 0.02)
        return Reply(body=b"[1,2,3]")

    async with Scripted(door.guard(answer)) as server:
        line = lines.to(server, read=0.25)

        async def abandoned(number):
            slow = number % 20 == 0
            try:
                async with asyncio.timeout(chance.random() * (1.0 if slow else 0.02)):
                    await line.get("bookings", b"id.gt=1&slow" if slow else b"id.gt=1", lane=Lane.SCREEN)
                ends["answered"] += 1
            except TimeoutError:
                ends["left"] += 1
            except KnownError as error:
                ends[error.code] += 1

        async def caller(number):
            while ends["left"] + ends[ErrorCode.TIMED_OUT] < ABANDONED:
                await abandoned(number)
                number += CALLERS + 1
                while len(line._running) >= CALLERS:  # noqa: ASYNC110 (until a connection is free)
                    await asyncio.sleep(0.001)

        await line.get("", lane=Lane.PERSON)
        await asyncio.gather(*(caller(first) for first in range(CALLERS)))
        left_on_the_way = len(server.asked) - ends["answered"] - ends[ErrorCode.TIMED_OUT]
        assert left_on_the_way > 1000, ends
        assert ends[ErrorCode.TIMED_OUT] > 10, ends
        assert ends.keys() == {"answered", "left", ErrorCode.TIMED_OUT}
        statuses = [(await line.get(f"bookings/{n}", lane=Lane.PERSON)).status for n in range(20)]
        assert statuses == [200] * 20
        together = await asyncio.gather(*(line.get(f"rooms/{n}", lane=Lane.SCREEN) for n in range(20)))
        assert [answer.status for answer in together] == [200] * 20
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                while lines.tasks.names:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        assert lines.tasks.names == []
        assert line._door._under_way == 0
        assert line.gate._leaving == 0
