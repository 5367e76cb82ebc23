"""The network changes under an open program: another route, another port of the hotel's line, or every socket is reset.

A relay stands for the network: for the API and for the message channels, each with an address that stays. What it does
to old connections is what networks do: break them, or forget them without a word.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

import pytest

from clockdesk.api.channels import Channels
from clockdesk.api.wire import Patience
from clockdesk.app.clock import SystemClock
from clockdesk.app.engine import open_engine
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import Kind
from clockdesk.domain.tasks import Tasks
from clockdesk.office.actions import Ending
from tests.support.engine import QUICK, account_of, until
from tests.support.hotel import running_hotel
from tests.support.serving import Serving

RATE = 5
CHANNELS = 18
QUIET = 0.3
"""Seconds the hotel holds a poll."""

hotel = running_hotel(rooms=4, bookings=4, idle_seconds=QUIET)


class Network:
    """One address that stays the same; what is behind it changes."""

    def __init__(self, target):
        """`target`: the port that connections made from now on lead to; None: nobody is reached."""
        self.target, self.withheld = target, asyncio.Event()
        self._age, self._dead_before = 0, 0
        self._withholding = False
        self._serving = Serving(self._carry)

    async def __aenter__(self):
        await self._serving.__aenter__()
        self.port = self._serving.port
        return self

    async def __aexit__(self, *error):
        await self._serving.__aexit__(*error)

    def reset(self):
        """Break every connection at once."""
        self._serving.hang_up()

    def forget(self):
        """Carry nothing more over the connections there are, and tell neither side."""
        self._age += 1
        self._dead_before = self._age

    def withhold(self):
        """The answer to the next PUT does not come back; `withheld` is set once the hotel has given it."""
        self._withholding = True

    async def _carry(self, reader, writer):
        if self.target is None:
            return
        age, kept = self._age, asyncio.Event()
        back, there = await asyncio.open_connection("127.0.0.1", self.target)

        async def pump(source, sink, *, answers):
            while data := await source.read(65_536):
                if not answers and self._withholding and data.startswith(b"PUT "):
                    self._withholding = False
                    kept.set()
                if age < self._dead_before or (answers and kept.is_set()):
                    self.withheld.set()
                    await asyncio.Event().wait()
                sink.write(data)
                await sink.drain()
            if age < self._dead_before:
                await asyncio.Event().wait()

        ways = [asyncio.gather(pump(reader, there, answers=False)), asyncio.gather(pump(back, writer, answers=True))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            there.transport.abort()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)


class Desk:
    """A program whose calls and polls go through networks of their own."""

    def __init__(self, hotel, engine, api, broker):
        self.hotel, self.engine, self.api, self.broker = hotel, engine, api, broker
        self.clock = SystemClock()

    @property
    def trust(self):
        return self.engine.office.freshness.trust

    def is_live(self, since=0.0):
        """Live, and every channel has answered since then."""
        channels = self.engine.sync.listening.channels
        states = list(channels.states.values()) if channels is not None else []
        heard = [state for state in states if state.ok and state.answered is not None and state.answered >= since]
        return self.trust is Trust.LIVE and len(heard) == CHANNELS

    def warning(self, room):
        return self.engine.office.house.value(Kind.ROOM, room).housekeeping_warning

    async def is_back(self, room, words):
        """Live, with every channel open, and knows what happened while the network changed."""
        await until(lambda: self.warning(room) == words)
        now = self.clock.monotonic()
        await until(lambda: self.is_live(now))
        await self.engine.sync.reader.quiet()

    def calls_were_within_the_limit(self):
        stats = self.hotel.stats()
        assert stats["busiest_second"] <= RATE + 1, "the gate is the one of before (one may arrive late and bunched)"
        assert (stats["rejected_429"], stats["rejected_401"]) == (0, 0), "and so is the sign-in"


@pytest.fixture
def soon(monkeypatch):
    """What is never answered is given up after a second or so, in the place of half a minute."""
    monkeypatch.setattr("clockdesk.api.transport.Patience", lambda: Patience(read=1.0))
    monkeypatch.setattr("clockdesk.sync.listening.Channels", partial(Channels, hold=2 * QUIET))
    monkeypatch.setattr("clockdesk.api.channels.MARGIN", 2 * QUIET)


@pytest.fixture
async def desk(hotel, soon):
    async with Network(hotel.port) as api, Network(urlsplit(hotel.control).port) as broker:
        port = broker.port

        def through_the_network(server):
            server.channel = lambda event: f"http://127.0.0.1:{port}{server.channels.path(event)}"

        hotel.ask(through_the_network)
        account = account_of(hotel, rate=RATE)
        account = replace(account, url=account.url.replace(str(hotel.port), str(api.port)))
        engine = await open_engine(account, hotel.key, None, None, SystemClock(), Tasks(), QUICK)
        await engine.office.load()
        engine.start()
        made = Desk(hotel, engine, api, broker)
        try:
            await until(made.is_live)
            await engine.sync.reader.quiet()
            hotel.reset_stats()
            yield made
        finally:
            await engine.close()


def room_and_another(hotel):
    first, second = hotel.truth("rooms")[:2]
    return first["id"], second["id"]


async def test_every_socket_is_reset_at_once(desk, hotel):
    mine, theirs = room_and_another(hotel)
    desk.api.withhold()
    write = asyncio.gather(desk.engine.office.actions.set_room_warning(mine, "Leaking tap", seen=None))
    await desk.api.withheld.wait()
    desk.api.reset()
    desk.broker.reset()
    hotel.happen("housekeeping", room_id=theirs, warning="Wet floor")
    [outcome] = await write
    assert outcome.ending is Ending.DONE, "looked up, for nobody knew"
    await desk.is_back(theirs, "Wet floor")
    assert desk.warning(mine) == "Leaking tap"
    assert hotel.stats()["by_endpoint"]["PUT pms_api/rooms/{id}"] == 1, "a write is never sent twice"
    desk.calls_were_within_the_limit()


async def test_the_address_is_reached_by_another_route_after_a_time_without(desk, hotel):
    _, theirs = room_and_another(hotel)
    seen = []
    desk.engine.freshness.subscribe(lambda news: seen.append(news.trust))
    async with Network(hotel.port) as other, Network(urlsplit(hotel.control).port) as others:
        desk.api.target = desk.broker.target = None
        desk.api.reset()
        desk.broker.reset()
        await until(lambda: desk.trust is Trust.OFFLINE)
        hotel.happen("housekeeping", room_id=theirs, warning="Wet floor")
        assert desk.warning(theirs) != "Wet floor"
        desk.api.target, desk.broker.target = other.port, others.port
        await desk.is_back(theirs, "Wet floor")
        assert seen[-1] is Trust.LIVE
        desk.calls_were_within_the_limit()


async def test_old_connections_die_without_a_word(desk, hotel):
    _, theirs = room_and_another(hotel)
    desk.api.forget()
    desk.broker.forget()
    hotel.happen("housekeeping", room_id=theirs, warning="Wet floor")
    await desk.is_back(theirs, "Wet floor")
    desk.calls_were_within_the_limit()


@pytest.mark.logs("the service's firewall refused a call")
async def test_a_stop_of_the_firewall_outlasts_the_network(desk, hotel):
    hotel.fault(ban=True)
    with contextlib.suppress(KnownError):
        await desk.engine.office.sweep_now()
    await until(lambda: desk.trust is Trust.BLOCKED)
    until_when = desk.engine.gate.blocked_until
    hotel.fault(ban=False)
    hotel.reset_stats()
    desk.api.reset()
    desk.broker.reset()
    with pytest.raises(KnownError) as caught:
        await desk.engine.office.sweep_now()
    assert caught.value.code is ErrorCode.BLOCKED
    assert desk.engine.gate.blocked_until == until_when
    assert hotel.stats()["calls"] == 0
