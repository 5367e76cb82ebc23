"""The running hotel: the world, its API on one port, its broker and control on another, and its day."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from clockdesk.hotel import filters
from clockdesk.hotel.channels import EVENTS, Channels, Style
from clockdesk.hotel.control import Desk
from clockdesk.hotel.day import Day
from clockdesk.hotel.digest import Digest
from clockdesk.hotel.faults import ANSWER_FAULTS, BROKER_FAULTS, CLOCK_FAULTS, CLOCK_SWITCHES, Faults
from clockdesk.hotel.limits import BAN_SECONDS, ApiUser, Ban, RateLimit, Stats
from clockdesk.hotel.schema import ACCOUNT_ID, COLUMNS, SUBSCRIPTION_ID
from clockdesk.hotel.service import Service
from clockdesk.hotel.timeclock import TimeClock
from clockdesk.hotel.timeclock_house import clock_key
from clockdesk.hotel.wire import LOOPBACK, Listener
from clockdesk.hotel.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from pathlib import Path

DEMO_USER: Final = "clockdesk_demo"


def demo_key(seed: int) -> str:
    """The API key of the demo user: follows from the seed, looks like a real one."""
    return hashlib.sha256(f"the demo hotel, {seed}".encode()).hexdigest()[:32]


@dataclass(slots=True)
class Options:
    """How to set up a hotel.

    `speed`: how busy the day is (0: nothing happens by itself). `users`: API user -> key; empty: the demo user.
    `missing`: rights a user has not got. `count_challenges`: whether a 401 counts for the rate limit.
    `channels_member`: the member of the root answer that names the channels (undocumented); dots nest it deeper.
    `clock_port`, `clock_key`: the time clock's port and key (empty: follows from the seed).
    """

    port: int = 0
    clock_port: int = 0
    clock_key: str = ""
    rooms: int = 120
    bookings: int = 3000
    seed: int = 7
    speed: float = 60.0
    today: date | None = None
    rate_limit: int = 5
    rate_window: float = 1.0
    count_challenges: bool = True
    users: dict[str, str] = field(default_factory=dict)
    missing: dict[str, set[str]] = field(default_factory=dict)
    nonce_seconds: int = 300
    strict_nc: bool = False
    channels: Style = field(default_factory=Style)
    channels_member: str = "message_channels.pull"
    data_dir: Path | None = None


class Server:
    """One hotel on three loopback ports: API, broker and control, time clock.

    All of it runs in the loop that starts it, the world too.
    """

    def __init__(self, options: Options) -> None:
        """Build the hotel's world; nothing listens yet."""
        self.options = options
        self.world = World(
            rooms=options.rooms,
            bookings=options.bookings,
            seed=options.seed,
            today=options.today,
            data_dir=options.data_dir,
        )
        filters.install(self.world.db)
        named = options.users or {DEMO_USER: demo_key(options.seed)}
        self.users = {name: ApiUser(name, key, set(options.missing.get(name, ()))) for name, key in named.items()}
        self.faults = Faults()
        self.ban = Ban(time.monotonic)
        self.stats = Stats(time.monotonic)
        self.limit = RateLimit(options.rate_limit, time.monotonic, window=options.rate_window)
        self.limit.count_challenges = options.count_challenges
        self.digest = Digest(f"secret of {options.seed}", self._seconds, nonce_seconds=options.nonce_seconds)
        self.digest.strict_nc = options.strict_nc
        self.channels = Channels(ACCOUNT_ID, options.seed, self.world.clock.now, options.channels)
        self._service = Service(
            self.world,
            digest=self.digest,
            users=self.users,
            limit=self.limit,
            ban=self.ban,
            stats=self.stats,
            faults=self.faults,
            root_extra=self._addresses,
            account=(SUBSCRIPTION_ID, ACCOUNT_ID),
        )
        self._api = Listener(self._service, options.port)
        self._second = Listener(Desk(self))
        key = options.clock_key or clock_key(options.seed)
        self.timeclock = TimeClock(options.seed, key, self.world.clock, self.faults)
        self._third = Listener(self.timeclock, options.clock_port)
        self.world.subscribe(self._event)

    # --- addresses ---------------------------------------------------------------------------------------------------

    @property
    def base(self) -> str:
        """The base URL without the api type: `http://127.0.0.1:{port}/{subscription}/{account}`."""
        return f"http://{LOOPBACK}:{self._api.port}/{SUBSCRIPTION_ID}/{ACCOUNT_ID}"

    @property
    def control(self) -> str:
        """The URL of the control endpoint."""
        return f"http://{LOOPBACK}:{self._second.port}/control"

    @property
    def port(self) -> int:
        """The API's port."""
        return self._api.port

    @property
    def clock_base(self) -> str:
        """The time clock's base URL."""
        return f"http://{LOOPBACK}:{self._third.port}"

    def channel(self, event: str) -> str:
        """The address of an event's channel."""
        return f"http://{LOOPBACK}:{self._second.port}{self.channels.path(event)}"

    def _addresses(self) -> dict[str, Any]:
        if self.faults.take("no_channels"):
            return {}
        found: Any = {event: self.channel(event) for event in EVENTS}
        for member in reversed(self.options.channels_member.split(".")):
            found = {member: found}
        addresses: dict[str, Any] = found
        return addresses

    def _seconds(self) -> float:
        now: datetime = self.world.clock.now()
        return now.timestamp()

    # --- life --------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen on all ports. OSError when the asked one is taken."""
        try:
            await self._second.open()
            await self._api.open()
            await self._third.open()
        except OSError:
            await self.close()
            raise

    async def run(self, stop: asyncio.Event) -> None:
        """Let the hotel's day go by until `stop` is set, then close."""
        try:
            await Day(self.world, self.options.speed).run(stop)
        finally:
            await self.close()

    async def close(self) -> None:
        """Cut every connection, listen no more, let the world go."""
        self._service.stopping.set()
        self.timeclock.stopping.set()
        await self._api.close()
        await self._third.close()
        await self._second.close()
        self.world.close()

    # --- events ------------------------------------------------------------------------------------------------------

    def _event(self, name: str, payload: Mapping[str, Any], delay: float) -> None:
        if delay <= 0:
            self._publish(name, payload)
        else:
            asyncio.get_running_loop().call_later(delay, self._publish, name, payload)

    def _publish(self, name: str, payload: Mapping[str, Any]) -> None:
        self.stats.events[name] += 1
        if self.faults.take("drop_events", event=name):
            return
        times = 2 if self.faults.take("double_events", event=name) else 1
        for _ in range(times):
            self.channels.publish(name, payload)

    # --- faults and truth --------------------------------------------------------------------------------------------

    async def fault(self, name: str, value: Any) -> None:
        """Switch a fault on or off, or do one of the actions (see `faults`). ValueError for an unknown one."""
        if name in ANSWER_FAULTS | BROKER_FAULTS | CLOCK_FAULTS:
            self.faults.put(name, value)
        elif name == "refuse_clock":
            await (self._third.close() if value else self._third.open())
        elif name in CLOCK_SWITCHES:
            self.timeclock.switch(name, value)
        elif name == "refuse_api":
            await (self._api.close() if value else self._api.open())
        elif name == "strict_nc":
            self.digest.strict_nc = bool(value)
        elif name == "channels":
            self.channels.style.change(value)
        elif name == "rate_limit":
            self.limit.rate = int(value)
        elif value:
            self._act(name, value)
        elif name == "ban":
            self.ban.lift()

    def _act(self, name: str, value: Any) -> None:
        match name:
            case "expire_nonces":
                self.digest.expire()
            case "restart_broker":
                self.channels.restart()
            case "ban":
                self.ban.put(BAN_SECONDS if value is True else float(value))
            case "forget_right" | "restore_right":
                self._rights(value, missing=name == "forget_right")
            case _:
                raise ValueError(f"no fault is called {name}")

    def _rights(self, value: Any, *, missing: bool) -> None:
        user = value.get("user") if isinstance(value, dict) else None
        rights = value["right"] if isinstance(value, dict) else value
        for one in self.users.values():
            if user in {None, one.name}:
                changed = {rights} if isinstance(rights, str) else set(rights)
                one.missing = one.missing | changed if missing else one.missing - changed

    async def clear_faults(self) -> None:
        """All faults off, the ban lifted, the line restored."""
        self.faults.clear()
        self.ban.lift()
        self.digest.strict_nc = self.options.strict_nc
        self.timeclock.restore()
        await self._api.open()
        await self._third.open()

    def truth(self, table: str, key: int | None = None) -> list[dict[str, Any]]:
        """Every object of a table (or the one of this id) as the API would show it. KeyError for an unknown table."""
        if table not in COLUMNS:
            raise KeyError(table)
        found = self.world.db.execute(
            f'SELECT id FROM "{table}" WHERE ? IS NULL OR id = ? ORDER BY id',  # noqa: S608  the name is checked
            (key, key),
        )
        return list(self.world.render_many(table, [row[0] for row in found]))
