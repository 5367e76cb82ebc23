"""httpx's pool dies after some 500 cancelled requests (measured); ours are abandoned, never cancelled."""

import asyncio
import contextlib
import random

from clockdesk.api.gate import Lane
from tests.api.conftest import KEY, USER
from tests.support.scripted import DigestDoor, Reply, Scripted

ABANDONED = 2000


async def test_two_thousand_abandoned_requests_and_the_line_still_works(lines):
    chance = random.Random(7)
    door = DigestDoor({USER: KEY})
    ends = {"answered": 0, "left": 0, "timed out": 0}

    async def answer(asked):
        # every tenth outlasts the client's own time-out
        await asyncio.sleep(0.3 if asked.query.endswith("slow") else chance.random() * 0.01)
        return Reply(body=b"[1,2,3]")

    async with Scripted(door.guard(answer)) as server:
        line = lines.to(server, read=0.06)

        async def abandoned(number):
            query = b"id.gt=1&slow" if number % 10 == 0 else b"id.gt=1"
            try:
                async with asyncio.timeout(chance.random() * (0.2 if number % 10 == 0 else 0.02)):
                    await line.get("bookings", query, lane=Lane.SCREEN)
                ends["answered"] += 1
            except TimeoutError:
                ends["left"] += 1
            except Exception:  # noqa: BLE001 (its own time-out, as intended)
                ends["timed out"] += 1

        await line.get("", lane=Lane.PERSON)
        for begin in range(0, ABANDONED, 50):
            await asyncio.gather(*(abandoned(number) for number in range(begin, begin + 50)))
        assert ends["left"] > 300, ends
        assert ends["timed out"] > 20, ends
        statuses = [(await line.get(f"bookings/{n}", lane=Lane.PERSON)).status for n in range(20)]
        assert statuses == [200] * 20
        together = await asyncio.gather(*(line.get(f"rooms/{n}", lane=Lane.SCREEN) for n in range(20)))
        assert [answer.status for answer in together] == [200] * 20
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                while lines.tasks.names:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        assert lines.tasks.names == []
        assert line._under_way == 0
        assert line.gate._leaving == 0
