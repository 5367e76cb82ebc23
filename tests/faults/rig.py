"""A small hotel, a whole engine on a folder, the path between them, and everything that can go wrong with the three."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path as Folder
from typing import TYPE_CHECKING, Any, TypeVar

from typing_extensions import override

from clockdesk.app.clock import SystemClock
from clockdesk.app.engine import open_engine
from clockdesk.domain.errors import KnownError
from clockdesk.domain.tasks import Tasks
from clockdesk.hotel.core import Refused
from clockdesk.sync.detectors import settled
from clockdesk.sync.worker import Pace
from tests.faults.equal import unequal, unlike
from tests.faults.path import Path
from tests.support.engine import STORE_KEY, account_of, until
from tests.support.hotel import Hotel

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import TracebackType

    from clockdesk.app.engine import Engine
    from clockdesk.domain.freshness import Freshness
    from clockdesk.domain.kinds import Kind

T = TypeVar("T")
HASTE = 50.0
"""How much faster the program's seconds pass: back-offs, pauses after 429 and collecting take next to no real time."""

NEVER = 36_000.0
PACE = Pace(
    sweep=2.0,
    sweep_without_channels=1.0,
    after_events=0.5,
    whole_rooms=NEVER,
    ledger=3.0,
    line_probe=0.02,
    line_probe_most=0.05,
    census=NEVER,
)
"""In hurried seconds (but waiting for the line, which is waited for in real ones)."""

ON_DEMAND = replace(PACE, sweep=NEVER, sweep_without_channels=NEVER, after_events=NEVER, ledger=NEVER)
"""Nothing is asked unless somebody presses F5."""

RIGHTS = (
    "pms_api_accounts_show",
    "pms_api_bookings_index",
    "pms_api_bookings_show",
    "pms_api_rooms_index",
    "pms_api_rooms_show",
    "pms_api_room_types_index",
    "pms_api_room_bookings_index",
    "pms_api_guests_index",
    "base_api_folios_index",
    "base_api_folios_show",
    "base_api_folio_ledger_show",
)


class HurriedClock(SystemClock):
    """Seconds pass `haste` times as fast; the wall clock goes as it goes, `ahead` of the world."""

    haste = HASTE

    def __init__(self) -> None:
        self.ahead = dt.timedelta()
        self.passed = 0.0
        self._began = time.monotonic()

    @override
    def monotonic(self) -> float:
        return 1000.0 + self.passed + (time.monotonic() - self._began) * self.haste

    @override
    def now(self) -> dt.datetime:
        return super().now() + self.ahead

    @override
    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / self.haste)


class Rig:
    """Use as an asynchronous context manager; the engine runs when it is entered."""

    def __init__(
        self,
        *,
        seed: int = 7,
        rooms: int = 6,
        bookings: int = 25,
        pace: Pace = PACE,
        rate: int = 1000,
        haste: float = HASTE,
        **options: Any,
    ) -> None:
        self.hotel = Hotel(rooms=rooms, bookings=bookings, seed=seed, idle_seconds=30 / haste, **options)
        self.clock = HurriedClock()
        self.clock.haste = haste
        self.rate = rate
        self.pace = pace
        self.hotel_ahead = dt.timedelta()
        self.told: list[tuple[str, dict[str, Any]]] = []
        """Every event the hotel meant to send."""
        self.engine: Engine
        self.path: Path
        self._folder = tempfile.TemporaryDirectory(prefix="clockdesk-faults-")
        self._lives = 1
        self._left: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Rig:
        self.hotel.start()
        self.hotel.ask(self._listen)
        away_from_midnight(self.hotel)
        self.right_clock()
        self.path = Path(self.hotel.port, lambda: SystemClock().now() + self.hotel_ahead)
        await self.path.open()
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.path.release()
        await self.engine.close()
        for person in self._left:
            person.cancel()
        await asyncio.gather(*self._left, return_exceptions=True)
        await self.path.close()
        self.hotel.stop()
        self._folder.cleanup()

    def _listen(self, server: Any) -> None:
        server.world.subscribe(lambda name, payload, _delay: self.told.append((name, dict(payload))))

    @property
    def home(self) -> Folder:
        """Where the program keeps its files in this life."""
        return Folder(self._folder.name) / str(self._lives)

    async def open(self, on_state: Callable[[Freshness], None] | None = None) -> None:
        """Start the program on its folder."""
        account = account_of(self.hotel, rate=self.rate)
        account = replace(account, url=account.url.replace(str(self.hotel.port), str(self.path.port)))
        self.engine = await open_engine(account, self.hotel.key, self.home, STORE_KEY, self.clock, Tasks(), self.pace)
        if on_state is not None:
            self.engine.freshness.subscribe(on_state)
        await self.engine.office.load()
        self.engine.start()

    # What happens

    def happen(self, what: str, **args: Any) -> dict[str, Any] | None:
        """Something happens in the hotel; None when it can't."""
        try:
            return self.hotel.happen(what, **args)
        except Refused:
            return None

    def must(self, what: str, **args: Any) -> int:
        """Something happens; the id of the object it touched."""
        ident: int = self.hotel.happen(what, **args)["id"]
        return ident

    def never_undone(self, *happenings: str) -> None:
        """Until the ledger has been looked at twice these are refused, also by the hotel's own day.

        What a first start reads between its first two looks is not read again for the sake of a charge that was posted
        and voided in that moment (see `clockdesk.sync.ledger`).
        """
        engine = self.engine

        def guard(server: Any) -> None:
            happen = server.world.happen

            def unless(what: str, **args: Any) -> Any:
                if what in happenings and engine.sync.ledger_looks < 2:
                    raise Refused(400, f"{what} comes later")
                return happen(what, **args)

            server.world.happen = unless

        self.hotel.ask(guard)

    def move(self, booking: int, days: int, nights: int) -> None:
        """A booking's stay is laid anew, from so many days from now."""
        first = self.hotel.world.clock.today() + dt.timedelta(days=days)
        last = first + dt.timedelta(days=nights)
        self.happen("change_booking", booking_id=booking, arrival=str(first), departure=str(last))

    async def f5(self) -> None:
        """A person presses F5 and does not wait for it."""

        async def press() -> None:
            with contextlib.suppress(KnownError):
                await self.engine.office.sweep_now()

        self.person(press())
        await self.live()

    async def live(self, seconds: float = 0.03) -> None:
        """Let the program run for so many real seconds."""
        await asyncio.sleep(seconds)

    async def started(self) -> None:
        """Until the first start is done."""
        standing, gate = self.engine.sync.standing, self.engine.gate

        def is_back() -> bool:
            if gate.blocked_until is not None:
                gate.lift()  # an answer of before was still under way
            self.type_key()
            return standing.started and standing.broken is None

        try:
            await until(is_back, 60)
        except TimeoutError:
            raise AssertionError(f"never back: started {standing.started}, {standing.broken!r}") from None
        await self.quiet()

    async def quiet(self) -> None:
        """Until everything known to be dirty is read."""
        async with asyncio.timeout(60):
            await self.engine.sync.reader.quiet()

    async def rest(self) -> None:
        """All is read, and from now on nothing is asked unless an event comes or somebody presses F5."""
        await self.started()
        self.pace = self.engine.sync.pace = ON_DEMAND
        await self.sweeps(2)

    async def long_after(self) -> None:
        """So long after the last change that no sweep names it again (each begins a few seconds before the last).

        And not so long that the machine would seem to have slept.
        """
        for _ in range(2):
            await self.sweeps(1)
            self.pass_time(6)

    async def restart(self) -> None:
        """The program is closed and started again."""
        await self.engine.close()
        await self.open()

    async def kill(self) -> None:
        """The program ends between two writes, whatever it was about to do, and starts again on what it had written.

        A write is whole or has not been (test_crash shows it with SIGKILL), so this is every moment there is.
        """
        last, self._lives = self.home, self._lives + 1
        self.home.mkdir()

        def what_is_written() -> None:
            for name in ("mirror.db", "mirror.db-wal", "desk.db", "desk.db-wal"):
                if (last / name).exists():
                    shutil.copyfile(last / name, self.home / name)

        await self.engine.store.run(what_is_written)
        self.path.release()
        await self.engine.close()
        await self.open()

    def suspend(self, hours: float) -> None:
        """The machine sleeps: time passes for everyone, but not for its monotonic clock."""
        by = dt.timedelta(hours=hours)
        self.path.slept.append(self.hotel.ask(lambda server: server.world.clock.now()))
        self.path.release()
        self.hotel.ask(lambda server: server.world.clock.advance(by))
        away_from_midnight(self.hotel)
        wrong = self.clock.ahead - self.hotel_ahead
        self.right_clock()
        self.clock.ahead += wrong

    def pass_time(self, seconds: float) -> None:
        """So many seconds go by for everyone and everything."""
        self.clock.passed += seconds
        self.hotel.ask(lambda server: server.world.clock.advance(dt.timedelta(seconds=seconds)))
        self.right_clock()

    def wrong_clock(self, seconds: float) -> None:
        """The machine's wall clock is set, and not to the right time."""
        self.clock.ahead += dt.timedelta(seconds=seconds)

    def right_clock(self) -> None:
        """It is set right."""
        self.hotel_ahead = self.hotel.ask(lambda server: server.world.clock.now()) - SystemClock().now()
        self.clock.ahead = self.hotel_ahead

    def leave(self, kind: Kind, ident: int) -> asyncio.Task[Any]:
        """A person opens something; `cancel` the task to have them leave before the answer."""

        async def look() -> None:
            with contextlib.suppress(KnownError):
                await self.engine.sync.want([(kind, ident)])

        return self.person(look())

    def person(self, deed: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Somebody does this, and may be made to leave (`cancel`)."""
        task = asyncio.get_running_loop().create_task(deed)
        self._left.add(task)
        task.add_done_callback(self._left.discard)
        return task

    async def lift(self) -> None:
        """A person says that the firewall's ban is over."""
        self.engine.gate.lift()

    def publish(self, name: str, payload: dict[str, Any]) -> None:
        """The broker gets a message out of turn."""
        self.hotel.ask(lambda server: server.channels.publish(name, payload))

    # The end

    def calm(self) -> None:
        """All faults end. What was lost stays lost."""
        self.path.release()
        self.hotel.clear_faults()
        self.hotel.fault(restore_right=list(RIGHTS), rate_limit=1000, refuse_api=False)
        self.hotel.fault(channels={"first": "newest", "body": "bare", "push_stream": False, "backlog": 100})
        self.right_clock()
        self.engine.gate.lift()
        self.type_key()

    def type_key(self) -> None:
        """A person types the key again, should it look wrong.

        Nonces that die before their first use (three times, or of a key never seen to work) look like a wrong key. That
        this is rare is the sign-in's own test.
        """
        if self.engine.line.signed_out:
            self.engine.line.sign_in(self.hotel.user, self.hotel.key)

    async def sweeps(self, times: int) -> None:
        """Exactly so many whole sweeps, each with all it named read."""
        for _ in range(times):
            await self._sweep()
            await self.quiet()

    async def _sweep(self) -> None:
        """F5; a call that a fault had struck before the calm may still fail it."""
        for _ in range(5):
            try:
                await self.engine.office.sweep_now()
            except KnownError as error:
                trouble = error
                self.engine.gate.lift()
                self.type_key()
            else:
                return
        raise trouble

    async def check(self, *, now: bool = True) -> None:
        """The faults have ended: two sweeps, and then each detector once; what it answers for must be equal then.

        `now`: end them first.
        """
        if now:
            self.calm()
            self.pass_time(10)
        await self.started()
        pace = replace(ON_DEMAND, sweep=1.0, sweep_without_channels=1.0)
        self.engine.sync.pace = pace
        await self.sweeps(2)
        await self._equal(pace, "two sweeps", forgive=True)
        for detector, times in (("ledger", 2), ("whole_rooms", 1), ("census", 1)):
            self.engine.sync.pace = pace = replace(pace, **{detector: 0.0})
            await self.sweeps(times)
            await self._equal(pace, detector, forgive=detector != "census")
        await self.sweeps(1)  # the payer of a folio that moved in the last look is owed until the next sweep
        owed = await self.engine.store.read(lambda mirror: mirror.owed())
        assert not owed, f"still owed: {owed}"

    async def _equal(self, pace: Pace, after: str, *, forgive: bool) -> None:
        wrong = await unequal(self.engine, self.hotel, settled(pace, 2.0), forgive=forgive)
        assert not wrong, f"after {after}: " + "; ".join(wrong)
        for _ in range(40):  # the worker goes on, and what it writes is on the screens a moment later
            if not (wrong := await unlike(self.engine)):
                break
            await asyncio.sleep(0.05)
        assert not wrong, f"shown after {after}: " + "; ".join(wrong)


def away_from_midnight(hotel: Hotel) -> None:
    """A test that crosses midnight by accident would say so only once a day."""
    late = hotel.ask(lambda server: server.world.clock.local().time()) > dt.time(23, 30)
    if late:
        hotel.ask(lambda server: server.world.clock.advance(dt.timedelta(hours=1)))
