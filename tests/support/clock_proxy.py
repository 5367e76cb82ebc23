"""The proxy that the set-up advises: it holds the key, and passes on search, current and clock alone."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import httpx

from tests.support.scripted import Reply, Scripted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.support.hotel import Hotel
    from tests.support.scripted import Asked

_PASSED_ON = re.compile(r"/v2/community/accounts/(search|[^/]+/clock(/current)?)")


@contextlib.asynccontextmanager
async def clock_proxy(hotel: Hotel, refusal: int = 404) -> AsyncIterator[Scripted]:
    """In front of the embedded hotel's time clock; everything else is answered with `refusal`."""
    base, key = hotel.ask(lambda server: (server.clock_base, server.timeclock.key))
    async with httpx.AsyncClient(base_url=base) as line:

        async def answer(asked: Asked) -> Reply:
            if not _PASSED_ON.fullmatch(asked.path):
                return Reply(refusal, b'{"message": "no such call here"}')
            headers = {"Authorization": f"Bearer {key}", "Content-Type": asked.headers.get("content-type", "")}
            told = await line.request(asked.method, asked.target, headers=headers, content=asked.body)
            return Reply(told.status_code, told.content, {"Content-Type": told.headers["content-type"]})

        async with Scripted(answer) as server:
            yield server
