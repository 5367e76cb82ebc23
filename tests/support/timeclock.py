"""The shift clock of a workstation on the embedded hotel's time clock: real HTTP, a real desk.db when one is given."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from clockdesk.api.timeclock import TimeClock
from clockdesk.api.wire import Patience
from clockdesk.app.clock import SystemClock
from clockdesk.app.time_clock import MemoryKeeping
from clockdesk.domain.shift import Person
from clockdesk.domain.tasks import Tasks
from clockdesk.office.persons import ClockSettings
from clockdesk.office.shift_desk import ShiftDesk
from clockdesk.office.shift_log import ShiftLog

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from clockdesk.domain.clock import Clock
    from clockdesk.office.shift import Shift
    from clockdesk.store.thread import StoreThread
    from tests.support.hotel import Hotel

ZONE = ZoneInfo("Europe/Sofia")
WELL_OUT, WELL_IN = "maria.petrova", "georgi.ivanov"
"""Somebody who is out at first, and somebody who is in."""


def account_of(hotel: Hotel, login: str) -> str:
    return hotel.ask(lambda server: server.timeclock.house.by_login(login).accId)


def elsewhere(hotel: Hotel, login: str, intention: str) -> None:
    """Somebody clocks on the web."""
    account = account_of(hotel, login)
    hotel.ask(lambda server: server.timeclock.elsewhere(account, intention))


def asked(hotel: Hotel) -> dict[str, int]:
    """How often each endpoint was called."""
    return hotel.ask(lambda server: dict(server.timeclock.asked))


def acted(hotel: Hotel) -> dict[str, int]:
    """What clock calls wanted: in, out, and (never) toggled or forced."""
    return hotel.ask(lambda server: dict(server.timeclock.acted))


def shifts_of(hotel: Hotel, login: str) -> int:
    account = account_of(hotel, login)
    return hotel.ask(lambda server: len(server.timeclock.house.rows[account]))


def is_in(hotel: Hotel, login: str) -> bool:
    account = account_of(hotel, login)
    return hotel.ask(lambda server: server.timeclock.house.current(account) is not None)


@contextlib.asynccontextmanager
async def time_clock_on(
    hotel: Hotel, *, key: str = "", clock: Clock | None = None, base: str = "", read: float = 5.0
) -> AsyncIterator[TimeClock]:
    """The typed client. `read`: seconds it waits for an answer."""
    tasks = Tasks()
    patience = Patience(read=read, connect=2.0)
    made = TimeClock(
        base or hotel.ask(lambda server: server.clock_base),
        key or hotel.ask(lambda server: server.timeclock.key),
        clock or SystemClock(),
        tasks,
        patience=patience,
    )
    try:
        yield made
    finally:
        await made.close()
        assert tasks.names == [], "a task was left behind"


class Workstation:
    """A shift desk and its parts."""

    def __init__(self, desk: ShiftDesk, tasks: Tasks, keeping: MemoryKeeping) -> None:
        self.desk, self.tasks, self.keeping = desk, tasks, keeping

    @property
    def shift(self) -> Shift:
        assert self.desk.shift is not None
        return self.desk.shift

    @property
    def somebody(self) -> str:
        """Initials of whom the panel shows; empty when there is no shift to show."""
        return "" if self.desk.shift is None else self.desk.shift.person.initials

    @property
    def states(self) -> list[str]:
        """What became of every wish."""
        return [note.state for note in self.desk.log.notes]


@contextlib.asynccontextmanager
async def workstation(
    hotel: Hotel,
    login: str = WELL_OUT,
    *,
    key: str = "",
    clock: Clock | None = None,
    store: StoreThread | None = None,
    read: float = 5.0,
) -> AsyncIterator[Workstation]:
    """A workstation that is set up, with two people; the one of `login` is chosen. Not shown."""
    tasks, time = Tasks(), clock or SystemClock()
    address = hotel.ask(lambda server: server.clock_base)
    key = key or hotel.ask(lambda server: server.timeclock.key)
    people = tuple(
        Person(name, initials, account_of(hotel, who))
        for name, initials, who in (("Maria Petrova", "MP", WELL_OUT), ("Georgi Ivanov", "GI", WELL_IN))
    )
    settings = ClockSettings(address, "CMS-1000", people, account_of(hotel, login))
    keeping = MemoryKeeping(settings, key)
    patience = Patience(read=read, connect=2.0, last_writes=0.2)

    def connect(base: str, secret: str) -> TimeClock:
        return TimeClock(base, secret, time, tasks, patience=patience)

    desk = ShiftDesk(keeping, connect, ShiftLog(store, time), time, tasks, lambda: ZONE)
    await desk.open()
    try:
        yield Workstation(desk, tasks, keeping)
    finally:
        await desk.close()
        await tasks.stop()
