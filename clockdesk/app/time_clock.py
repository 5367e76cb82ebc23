"""Puts the shift clock of this workstation together, and keeps its settings (one TOML table) and its key (keyring)."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from clockdesk.api.timeclock import TimeClock
from clockdesk.app import settings as settings_file
from clockdesk.app.options import Options, refuse_locked
from clockdesk.domain.errors import KnownError
from clockdesk.domain.shift import FindBy, Person
from clockdesk.office.persons import ClockSettings
from clockdesk.office.shift_desk import ShiftDesk
from clockdesk.office.shift_log import ShiftLog
from clockdesk.office.shift_reminders import Habits

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo
    from pathlib import Path

    from clockdesk.api.route import Route
    from clockdesk.app.keys import SecretStore
    from clockdesk.domain.clock import Clock
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.persons import ClockKeeping
    from clockdesk.store.thread import StoreThread

DEMO_PEOPLE = (
    ("Maria Petrova", "MP", "maria.petrova"),
    ("Georgi Ivanov", "GI", "georgi.ivanov"),
    ("Elena Dimitrova", "ED", "elena.d"),
    ("Sofia Koleva", "SK", "sofia.k"),
)
"""Who works in the demo's hotel: name, initials, login."""
_DEMO_HABITS = Habits(usual_start=time(8), hours=10)


class _Person(msgspec.Struct):
    name: str
    initials: str
    account: str


class _Table(msgspec.Struct, omit_defaults=True):
    """The table `[time_clock]` of the settings file."""

    address: str = ""
    community: str = ""
    person: str = ""
    usual_start: time | None = None
    remind_after_hours: Annotated[int, msgspec.Meta(ge=0, le=99)] = 0
    persons: list[_Person] = []


class FileKeeping:
    """The settings file and the system's keyring."""

    def __init__(self, path: Path, secrets: SecretStore, options: Options | None = None) -> None:
        """`path` is the settings file's; `options` may hold IT's own address for everybody."""
        self._path, self._secrets, self._options = path, secrets, options or Options()

    async def load(self) -> ClockSettings:
        """What is kept. Raises DamagedSettingsError, KnownError(DISK)."""
        table = self._table(settings_file.load(self._path))
        persons = tuple(Person(one.name, one.initials, one.account) for one in table.persons)
        habits = Habits(table.usual_start, table.remind_after_hours)
        by_it = "time_clock" in self._options.locked
        address = self._options.time_clock if by_it else table.address or self._options.time_clock
        return ClockSettings(address, table.community, persons, table.person, habits, by_it)

    async def save(self, settings: ClockSettings) -> None:
        """Keep it, with what a newer version wrote beside it. Raises KnownError.

        The key of an address that stands there no more goes first: afterwards nothing would know that there is one.
        """
        if settings.address and settings.address != self._options.time_clock:
            refuse_locked(self._options, "time_clock")
        file = settings_file.load(self._path)
        before = file.time_clock.get("address")
        if isinstance(before, str) and before not in {"", settings.address}:
            await self.forget_key(before)
        habits = settings.habits
        table: dict[str, Any] = {
            "address": settings.address,
            "community": settings.community,
            "person": settings.chosen,
            "usual_start": f"{habits.usual_start:%H:%M}" if habits.usual_start is not None else "",
            "remind_after_hours": habits.hours,
            "persons": [
                {"name": one.name, "initials": one.initials, "account": one.account} for one in settings.persons
            ],
        }
        settings_file.save(self._path, replace(file, time_clock=file.time_clock | table))

    async def key(self, address: str) -> str | None:
        """The key of this address. Raises KnownError(KEYRING)."""
        return await self._secrets.read(key_name(address))

    async def keep_key(self, address: str, key: str) -> None:
        """Keep the key. Raises KnownError(KEYRING)."""
        await self._secrets.write(key_name(address), key)

    async def forget_key(self, address: str) -> None:
        """Remove the key. Raises KnownError(KEYRING)."""
        await self._secrets.forget(key_name(address))

    def _table(self, file: settings_file.Settings) -> _Table:
        kept = dict(file.time_clock)
        usual = kept.get("usual_start")
        if isinstance(usual, str):  # the file says `08:00`
            kept["usual_start"] = f"{usual}:00" if usual else None
        try:
            return msgspec.convert(kept, _Table)
        except msgspec.ValidationError as error:
            raise settings_file.damaged(self._path, "holds something of a wrong kind", error) from error


class MemoryKeeping:
    """For the demo: nothing outlives the program."""

    def __init__(self, settings: ClockSettings, key: str) -> None:
        """With this to begin with."""
        self._settings = settings
        self._keys = {settings.address: key} if key else {}

    async def load(self) -> ClockSettings:
        """What there is."""
        return self._settings

    async def save(self, settings: ClockSettings) -> None:
        """Until the program ends."""
        self._settings = settings

    async def key(self, address: str) -> str | None:
        """The key of this address."""
        return self._keys.get(address)

    async def keep_key(self, address: str, key: str) -> None:
        """Until the program ends."""
        self._keys[address] = key

    async def forget_key(self, address: str) -> None:
        """Remove it."""
        self._keys.pop(address, None)


def key_name(address: str) -> str:
    """How the keyring calls the key of a time clock."""
    return f"timeclock:{address}"


class RunningTimeClock:
    """The shift clock of a running program. `desk` is for the panel."""

    def __init__(
        self,
        keeping: ClockKeeping,
        store: StoreThread | None,
        clock: Clock,
        tasks: Tasks,
        zone: Callable[[], tzinfo],
        route: Route | None = None,
    ) -> None:
        """`store` keeps notes and authors (None: in memory); `tasks` outlive a panel. Nothing is read yet."""

        def connect(address: str, key: str) -> TimeClock:
            return TimeClock(address, key, clock, tasks, route=route)

        self.desk = ShiftDesk(keeping, connect, ShiftLog(store, clock), clock, tasks, zone)

    async def start(self) -> None:
        """Read settings, key and notes; never raises (see `ShiftDesk.problem`)."""
        await self.desk.open()

    async def close(self) -> None:
        """Before the store is closed."""
        await self.desk.close()


async def demo_keeping(address: str, key: str, clock: Clock, tasks: Tasks) -> MemoryKeeping:
    """The demo hotel's time clock, set up, with its people; Maria is at the desk."""
    time_clock = TimeClock(address, key, clock, tasks)
    persons = []
    try:
        for name, initials, login in DEMO_PEOPLE:
            [found] = await time_clock.search(FindBy.USERNAME, login)
            persons.append(Person(name, initials, found.account))
    except (KnownError, ValueError):  # a demo without its time clock is one that is not set up
        return MemoryKeeping(ClockSettings(), "")
    finally:
        await time_clock.close()
    settings = ClockSettings(time_clock.base, "CMS-1000", tuple(persons), persons[0].account, _DEMO_HABITS)
    return MemoryKeeping(settings, key)
