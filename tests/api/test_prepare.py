"""A line that is got ready in a thread while others use it, or close it."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from contextlib import suppress

import pytest

from clockdesk.api import transport
from clockdesk.api.gate import Lane
from clockdesk.domain.errors import ErrorCode, KnownError
from tests.support.scripted import Reply, Scripted

PATIENCE = 10.0


def making(monkeypatch, meanwhile):
    """The clients that are made from now on, weakly; `meanwhile` runs while each of them is being made."""
    made: list[weakref.ref[transport.Client]] = []

    class Slow(transport.Client):
        def __init__(self, *args, **kwargs):
            made.append(weakref.ref(self))
            meanwhile()
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(transport, "Client", Slow)
    return made


async def test_two_that_get_it_ready_at_once_make_it_once(lines, monkeypatch):
    both = threading.Barrier(2)

    def meet():
        with suppress(threading.BrokenBarrierError):  # as it should be: nobody else is making anything
            both.wait(0.3)

    made = making(monkeypatch, meet)
    async with Scripted(lambda _: Reply(body=b"[]")) as server:
        line = lines.to(server)
        await asyncio.gather(*(asyncio.to_thread(line.prepare) for _ in range(2)))
        assert len(made) == 2, "one for reads, one for writes"
        assert (await line.get("rooms", lane=Lane.PERSON)).status == 200
        assert (await line.put("rooms/1", b"{}", lane=Lane.PERSON)).status == 200
    assert len(made) == 2


async def test_a_line_closed_while_it_is_got_ready_keeps_nothing(lines, monkeypatch):
    began, go_on = threading.Event(), threading.Event()

    def stay():
        began.set()
        assert go_on.wait(PATIENCE)

    made = making(monkeypatch, stay)
    async with Scripted(lambda _: Reply(body=b"[]")) as server:
        line = lines.to(server)
        preparing = asyncio.gather(asyncio.to_thread(line.prepare))
        assert await asyncio.to_thread(began.wait, PATIENCE)
        await line.close()
        go_on.set()
        await preparing
        gc.collect()
        assert made
        assert [ref() for ref in made] == [None] * len(made), "a closed line holds clients that nobody closes"
        with pytest.raises(KnownError) as caught:
            await line.get("rooms", lane=Lane.PERSON)
    assert caught.value.code is ErrorCode.OFFLINE
    assert server.asked == []


async def test_a_closed_line_is_not_got_ready(lines, monkeypatch):
    made = making(monkeypatch, lambda: None)
    async with Scripted(lambda _: Reply(body=b"[]")) as server:
        line = lines.to(server)
        await line.close()
        line.prepare()
    assert made == []
