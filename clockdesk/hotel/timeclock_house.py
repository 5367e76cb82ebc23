"""The staff and their shifts, as the time clock keeps them: a small community with every kind of member."""

from __future__ import annotations

import hashlib
import random
import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from clockdesk.hotel.clock import HotelClock

PLUS: Final = 3
TIERS: Final = ("Free", "Starter", "Standard", "Plus", "Pro", "SonoranOne")
_STAFF: Final[tuple[tuple[str, str, dict[str, bool]], ...]] = (
    ("maria.petrova", "Maria Petrova", {}),
    ("georgi.ivanov", "Georgi Ivanov", {}),
    ("elena.d", "Elena Dimitrova", {}),
    ("nikolay", "Nikolay Stoyanov", {}),
    ("sofia.k", "Sofia Koleva", {}),
    ("old.hand", "Petar Vasilev", {"archived": True}),
    ("unruly", "Ivan Kostov", {"banned": True}),
    ("left.us", "Desislava Todorova", {"sysStatus": False}),
    ("newcomer", "Kalina Marinova", {"comStatus": False}),
)
_IN_NOW: Final = ("georgi.ivanov", "sofia.k")
_TYPES: Final = ({"id": "front-desk", "label": "Front desk"}, {"id": "back-office", "label": "Back office"})


def clock_key(seed: int) -> str:
    """The API key of the demo community: follows from the seed, looks like the documented sample."""
    return str(uuid.UUID(hashlib.sha256(f"the time clock, {seed}".encode()).hexdigest()[:32]))


@dataclass(slots=True)
class Member:
    """An account, with the members the service shows (time clock facts, 7.2)."""

    accId: str  # noqa: N815  the service's own names
    uniqueId: int  # noqa: N815
    accName: str  # noqa: N815
    comName: str  # noqa: N815
    activeApiIds: list[str] = field(default_factory=list)  # noqa: N815
    discordId: str | None = None  # noqa: N815
    sysStatus: bool = True  # noqa: N815
    comStatus: bool = True  # noqa: N815
    archived: bool = False
    banned: bool = False
    teamspeakId: str | None = None  # noqa: N815


@dataclass(slots=True)
class Row:
    """One shift; `number` is the id where ids are numbers."""

    ident: str
    number: int
    start: datetime
    end: datetime | None = None
    type: str | None = None


class TimeClockHouse:
    """The community's members and their shifts."""

    def __init__(self, seed: int, clock: HotelClock) -> None:
        """The same seed gives the same people; shifts lie around the hotel's now."""
        self._clock = clock
        self._rng = random.Random(seed)
        self._number = 7000
        self.id, self.uuid, self.name = "CMS-1000", self._uuid(), "Grand Hotel Demo"
        self.level = PLUS
        self.types: list[dict[str, str]] = [dict(_TYPES[0])]
        self.members: dict[str, Member] = {}
        self.rows: dict[str, list[Row]] = {}
        for place, (login, name, odd) in enumerate(_STAFF, 1):
            self.add(login, name, unique=place, discord=str(430_000_000_000_000_000 + place), **odd)
        for login in _IN_NOW:
            self._come_in_earlier(self.by_login(login).accId)

    def add(self, login: str, name: str, *, unique: int, discord: str | None = None, **odd: Any) -> Member:
        """One more member, with some shifts of the last days when they may clock."""
        member = Member(self._uuid(), unique, login, name, [f"{login}@hotel"], discord, **odd)
        self.members[member.accId] = member
        self.rows[member.accId] = []
        if not odd:
            self._remember(member.accId)
        return member

    def by_login(self, login: str) -> Member:
        """The member of this login. StopIteration when there is none."""
        return next(one for one in self.members.values() if one.accName == login)

    def find(self, member: str, value: str) -> list[Member]:
        """Whom a search by one identifier finds; logins whatever their case."""
        wanted = value.casefold()
        match member:
            case "accountId" | "accId":
                return [one for one in self.members.values() if one.accId == value]
            case "username":
                return [one for one in self.members.values() if wanted in one.accName.casefold()]
            case "apiId":
                return [one for one in self.members.values() if value in one.activeApiIds]
            case "discord":
                return [one for one in self.members.values() if one.discordId == value]
        return [one for one in self.members.values() if str(one.uniqueId) == value]

    def current(self, account: str) -> Row | None:
        """The open shift, if any."""
        return next((row for row in reversed(self.rows[account]) if row.end is None), None)

    def latest(self, account: str, count: int = 3) -> list[Row]:
        """The newest shifts, newest first."""
        return sorted(self.rows[account], key=lambda row: row.start, reverse=True)[:count]

    def clock(self, account: str, intention: str | None, kind: str | None = None, *, force: str = "") -> Row | None:
        """Clock somebody; None when nothing needed to be written. Without an intention it toggles (facts, 2.7)."""
        held = self.current(account)
        wanted = force or intention or ("out" if held else "in")
        now = self._clock.now()
        if wanted == "in":
            if held is not None and not force:
                return None
            if held is not None:
                held.end = now
            row = self._row(now, None, kind)
            self.rows[account].append(row)
            return row
        if held is None:
            return None
        held.end = now
        return held

    def member_json(self, member: Member) -> dict[str, Any]:
        """An account as a search shows it."""
        return asdict(member)

    def _remember(self, account: str) -> None:
        today = self._clock.midnight(self._clock.today())
        for days in range(self._rng.randint(4, 6), 0, -1):
            start = today - timedelta(days=days) + timedelta(hours=8, minutes=self._rng.randint(-9, 4))
            end = start + timedelta(hours=8, minutes=self._rng.randint(-3, 21))
            self.rows[account].append(self._row(start, end, self.types[0]["id"] if self.types else None))

    def _come_in_earlier(self, account: str) -> None:
        now = self._clock.now()
        start = self._clock.midnight(self._clock.today()) + timedelta(hours=7, minutes=58)
        if not timedelta(minutes=10) < now - start < timedelta(hours=12):
            start = now - timedelta(hours=2, minutes=self._rng.randint(0, 50))
        self.rows[account].append(self._row(start, None, self.types[0]["id"]))

    def _row(self, start: datetime, end: datetime | None, kind: str | None) -> Row:
        self._number += 1
        return Row(self._uuid(), self._number, start, end, kind)

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))
