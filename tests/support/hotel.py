"""The embedded hotel in a thread of the test process: real HTTP on loopback, a small world, started in a moment."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pytest

from clockdesk.hotel.channels import Style
from clockdesk.hotel.server import DEMO_USER, Options, Server, demo_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from types import TracebackType

    from clockdesk.hotel.world import World

T = TypeVar("T")


class Hotel:
    """A running hotel. Use as a context manager; all methods may be called from any thread."""

    def __init__(
        self,
        *,
        rooms: int = 12,
        bookings: int = 40,
        seed: int = 7,
        speed: float = 0.0,
        today: date | None = None,
        rate_limit: int = 1000,
        idle_seconds: float = 30.0,
        channels: dict[str, Any] | None = None,
        **more: Any,
    ) -> None:
        """A small quiet world without a rate limit worth speaking of.

        `speed=0`: nothing happens by itself. `channels`: members of `clockdesk.hotel.channels.Style`. `more`: other
        members of `clockdesk.hotel.server.Options`: `users`, `missing`, `nonce_seconds`, `strict_nc` ...
        """
        style = Style(idle_seconds=idle_seconds)
        style.change(channels or {})
        self.options = Options(
            rooms=rooms,
            bookings=bookings,
            seed=seed,
            speed=speed,
            today=today,
            rate_limit=rate_limit,
            channels=style,
            **more,
        )
        self.user, self.key = next(iter(self.options.users.items()), (DEMO_USER, demo_key(seed)))
        self._thread = threading.Thread(target=self._live, name="hotel", daemon=True)
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._server: Server | None = None

    # --- life -----------------------------------------------------------------------------------------------

    def start(self) -> Hotel:
        """Start it and wait until it listens."""
        self._thread.start()
        self._ready.wait(30)
        if self._failure is not None:
            raise self._failure
        return self

    def stop(self) -> None:
        """Close it; does nothing when it is not running."""
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        if self._failure is not None:
            raise self._failure

    def __enter__(self) -> Hotel:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _live(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001  handed to the test's own thread
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._server = Server(self.options)
        await self._server.start()
        self._ready.set()
        await self._server.run(self._stop)

    # --- addresses ------------------------------------------------------------------------------------------

    @property
    def server(self) -> Server:
        """The server itself: to be touched inside `ask` only."""
        assert self._server is not None
        return self._server

    @property
    def base(self) -> str:
        """The base URL without the api type."""
        return self.server.base

    @property
    def control(self) -> str:
        """The URL of the control endpoint."""
        return self.server.control

    @property
    def port(self) -> int:
        """The API's port."""
        return self.server.port

    # --- the hotel's own hands ------------------------------------------------------------------------------

    def ask(self, question: Callable[[Server], T]) -> T:
        """Call `question(server)` in the hotel's loop and give back its answer."""

        async def call() -> T:
            return question(self.server)

        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(30)

    @property
    def world(self) -> World:
        """The world; every method call on it runs in the hotel's loop."""
        return cast("World", _Remote(self))

    def happen(self, what: str, **args: Any) -> dict[str, Any]:
        """Make something happen now; what came of it."""
        return dict(self.ask(lambda server: server.world.happen(what, **args)))

    def fault(self, **faults: Any) -> None:
        """Switch faults on or off: `hotel.fault(slow=2, html_502=False)` (all: `clockdesk.hotel.faults`)."""
        assert self._loop is not None
        for name, value in faults.items():
            asyncio.run_coroutine_threadsafe(self.server.fault(name, value), self._loop).result(30)

    def clear_faults(self) -> None:
        """All faults off, the ban lifted, the line restored."""
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(self.server.clear_faults(), self._loop).result(30)

    def truth(self, table: str, key: int | None = None) -> list[dict[str, Any]]:
        """Every object of a table (or the one of this id) as the API would show it."""
        return self.ask(lambda server: server.truth(table, key))

    def stats(self) -> dict[str, Any]:
        """What was asked of the hotel so far (see `clockdesk.hotel.limits.Stats`)."""
        return self.ask(lambda server: server.stats.as_json() | {"open_polls": server.channels.open_polls})

    def reset_stats(self) -> None:
        """Count from zero again."""
        self.ask(lambda server: server.stats.reset())

    def channel(self, event: str) -> str:
        """The URL of an event's channel."""
        return self.ask(lambda server: server.channel(event))


class _Remote:
    """Stands for the world in another thread."""

    def __init__(self, hotel: Hotel) -> None:
        self._hotel = hotel

    def __getattr__(self, name: str) -> Any:
        found = self._hotel.ask(lambda server: getattr(server.world, name))
        if not callable(found):
            return found
        return lambda *args, **named: self._hotel.ask(lambda _: found(*args, **named))


def running_hotel(*, scope: str = "function", **options: Any) -> Any:
    """A fixture: `hotel = running_hotel(rooms=6)` at the top of a test module gives its tests `hotel`, running."""

    @pytest.fixture(scope=cast("Any", scope))
    def hotel() -> Iterator[Hotel]:
        with Hotel(**options) as running:
            yield running

    return hotel
