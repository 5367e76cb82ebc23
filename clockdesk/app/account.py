"""One account in the window, with all that runs for it, from its opening to its end."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from clockdesk.app import settings as settings_file
from clockdesk.app.downtime import RunningDowntime
from clockdesk.app.engine import open_engine
from clockdesk.app.sweeping import Sweeping
from clockdesk.app.workstation import ask_for_zone, lock_here, updates_here
from clockdesk.domain.errors import KnownError
from clockdesk.domain.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from clockdesk.api.address import BaseUrl
    from clockdesk.api.gate import Gate
    from clockdesk.app.demo import DemoHotel
    from clockdesk.app.doorbell import Doorbell
    from clockdesk.app.engine import Engine
    from clockdesk.app.keys import SecretStore
    from clockdesk.app.links import Link
    from clockdesk.app.options import Options
    from clockdesk.app.places import Places
    from clockdesk.app.settings import AccountSettings
    from clockdesk.app.time_clock import RunningTimeClock
    from clockdesk.domain.clock import Clock
    from clockdesk.office.persons import ClockKeeping
    from clockdesk.office.shift_desk import ShiftDesk
    from clockdesk.ui.screens.main_window import MainWindow
    from clockdesk.ui.theme.look import Look

PAINTED = 0.02
"""Seconds in which Today comes to the screen, before anything goes on that it does not need."""


@dataclass(frozen=True, slots=True)
class Station:
    """What is there whatever account is shown. `tasks` are the program's; `on_bug` hears of faults nobody caught."""

    at: Places
    secrets: SecretStore
    clock: Clock
    tasks: Tasks
    on_bug: Callable[[BaseException], None]
    options: Options
    window: MainWindow
    look: Look


class RunningAccount:
    """Opened once, closed once. `engine` is None until the copy is open."""

    def __init__(self, station: Station, demo: DemoHotel | None = None) -> None:
        """Nothing is opened yet. A `demo` keeps nothing and is found by no other start."""
        self._station, self._demo = station, demo
        self.engine: Engine | None = None
        self.doorbell: Doorbell | None = None
        self.downtime: RunningDowntime | None = None
        self.time_clock: RunningTimeClock | None = None
        self._starting: asyncio.Task[None] | None = None

    async def open(
        self,
        account: AccountSettings,
        key: str,
        folder: Path | None,
        copy_key: bytes | None,
        notice: str,
        *,
        anew: bool = False,
        link: Link | None = None,
    ) -> None:
        """Open the copy, show it, begin to keep it true. Raises as `open_engine` does.

        `folder` None keeps nothing; `notice` is shown where the copy itself has nothing to say; `anew` sets files aside
        that were made with another key; `link` is what is shown first.
        """
        station, window = self._station, self._station.window
        self.engine = engine = await open_engine(
            account, key, folder, copy_key, station.clock, Tasks(station.on_bug),
            replace_wrong_key=anew, route=station.options.route,
        )  # fmt: skip
        await engine.sync.remember()
        await engine.office.load_today()  # so that the screens are made with rows, and nobody sees them empty first
        self.downtime = downtime = RunningDowntime(engine, folder, station.clock)
        window.lock.follow(await lock_here(engine, key, station.options, station.at, station.clock, self._shift_desk))
        told = (*(engine.store.notices or (notice,)), station.options.problem)
        window.show_office(engine.office, " ".join(filter(None, told)), downtime.parts)
        window.show()
        await asyncio.sleep(PAINTED)
        from clockdesk.app.visitors import Visitors  # noqa: PLC0415 (Qt's network is loaded with it)

        visitors = Visitors(window, engine)
        if self._demo is None:
            self.doorbell = visitors.open_door(folder or station.at.logs, station.tasks)
        await engine.office.load()
        visitors.show_first(link)
        await downtime.start()
        await asyncio.to_thread(engine.line.prepare)
        Sweeping.settle()
        engine.start()
        engine.tasks.spawn(updates_here(engine, station.options, station.clock, window).run(), "look for updates")
        self._starting = station.tasks.spawn(self._start_time_clock(engine, downtime), "start the shift clock")
        station.tasks.spawn(self._ask_zone_once(engine), "ask for the time zone")
        station.tasks.spawn(engine.office.actions.look_up_open_intents(), "look up open intents")

    # what the window asks of it

    def gate_of(self, base: BaseUrl, user: str) -> Gate | None:
        """The gate in use, for a connection test that goes to the same host with the same user."""
        engine = self.engine
        same = engine is not None and (engine.line.base.host, engine.account.user) == (base.host, user)
        return engine.gate if engine is not None and same else None

    def lift_ban(self) -> None:
        """The person says the firewall's ban is lifted: calls may go out again, and one looks whether it is so."""
        if self.engine is not None:
            self.engine.gate.lift()
            self._station.tasks.spawn(self._look_again(self.engine), "look whether the ban is lifted")

    @staticmethod
    async def _look_again(engine: Engine) -> None:
        with suppress(KnownError):  # the badge tells
            await engine.sync.sweep_now()

    # what begins when Today is there

    async def _start_time_clock(self, engine: Engine, downtime: RunningDowntime) -> None:
        """The shift clock of this workstation, whatever hotel it shows; the demo has one of its own."""
        from clockdesk.app.time_clock import FileKeeping, RunningTimeClock, demo_keeping  # noqa: PLC0415 (see show_shifts)
        from clockdesk.ui.screens.shift_look import ShiftPlace  # noqa: PLC0415

        station, demo = self._station, self._demo
        keeping: ClockKeeping = FileKeeping(station.at.settings, station.secrets, station.options)
        if demo is not None:
            keeping = await demo_keeping(demo.time_clock, demo.time_clock_key, station.clock, engine.tasks)
        running = RunningTimeClock(
            keeping, engine.store, station.clock, engine.tasks, lambda: engine.office.zone, station.options.route
        )
        self.time_clock = running
        as_of = downtime.parts.as_of
        station.window.show_shifts(ShiftPlace(running.desk, station.clock, lambda: engine.office.zone, as_of))
        await running.start()  # a keyring may take its time: the window is whole before

    def _shift_desk(self) -> ShiftDesk | None:
        return self.time_clock.desk if self.time_clock is not None else None

    async def _ask_zone_once(self, engine: Engine) -> None:
        """When the account's zone is not known: ask, keep the answer with the account, and begin anew with it."""
        account = await ask_for_zone(engine, self._station.look, self._station.window)
        if account is None or engine.closed:
            return
        if self._demo is None:
            settings = self._station.at.settings
            settings_file.save(settings, settings_file.load(settings).with_zone(account.name, account.time_zone))
        engine.sync.use_zone(ZoneInfo(account.time_zone))
        engine.office.new_day()

    # its end

    def leave_window(self) -> None:
        """The window asks nothing of it any more, and other starts do not find it. A second call does nothing."""
        if self.doorbell is not None:  # else it would answer that the account is open already
            self.doorbell.close()
            self.doorbell.deleteLater()  # in its own time: one who has just asked may still be hanging up
            self.doorbell = None
        self._station.window.front.follow(None)
        self._station.window.lock.follow(None)

    async def close(self) -> None:
        """Let calls that were sent have their last moments, side by side, then close the files.

        One that was cut short goes on with a second call.
        """
        self.leave_window()
        await asyncio.gather(self._close_time_clock(), self._hang_up())
        if self.downtime is not None:
            await self.downtime.close()
        if self.engine is not None:
            await self.engine.close()

    async def _close_time_clock(self) -> None:
        """Look no more; a clock call that has left gets its time. The notes are kept while the copy is still open."""
        if self._starting is not None:  # still at the keyring
            self._starting.cancel()
            await asyncio.wait([self._starting])
        if self.time_clock is not None:
            time_clock, self.time_clock = self.time_clock, None
            await time_clock.close()

    async def _hang_up(self) -> None:
        if self.engine is not None:
            await self.engine.hang_up()
