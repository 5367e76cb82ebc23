"""A member of staff, their shift as the time clock has it, and the rows of past shifts. No I/O.

The time clock stamps every shift by its own clock; nothing of ours can be backdated (time clock facts, 2.14).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from clockdesk.domain.errors import UserError

LONGEST_NAME = 80
LONGEST_INITIALS = 6


class Intention(StrEnum):
    """What a person wants of the clock. The value is what the service is sent (time clock facts, 2.6)."""

    IN = "in"
    OUT = "out"


class Standing(StrEnum):
    """Whether somebody is clocked in. What can't be read is UNKNOWN, never OUT (time clock facts, 4.3)."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


class FindBy(StrEnum):
    """By what an account is searched. The value is the query's name (time clock facts, 7.1)."""

    USERNAME = "username"
    API_ID = "apiId"
    DISCORD = "discord"
    UNIQUE_ID = "uniqueId"
    ACCOUNT_ID = "accId"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff of this workstation. `account` is the time clock's account id, opaque."""

    name: str
    initials: str
    account: str

    @classmethod
    def of(cls, name: str, initials: str, account: str) -> Person:
        """From what was typed. Raises UserError naming what is missing or too long."""
        name, initials, account = " ".join(name.split()), "".join(initials.split()), account.strip()
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise UserError(f"Type the person's name, up to {LONGEST_NAME} characters.")
        if not initials or len(initials) > LONGEST_INITIALS or not initials.isprintable():
            raise UserError(f"Type the person's initials, up to {LONGEST_INITIALS} characters.")
        if not account:
            raise UserError("Choose the person's account in the time clock first.")
        return cls(name, initials, account)


@dataclass(frozen=True, slots=True)
class ShiftType:
    """A kind of shift as the community has configured it; `id` is what is sent (time clock facts, 5)."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """One shift. `id` is opaque; instants are aware, None where the service told none; `completed`: clocked out."""

    id: str
    start: datetime | None
    end: datetime | None
    completed: bool
    type: str = ""

    @property
    def open(self) -> bool:
        """Whether the shift is still going on."""
        return self.start is not None and self.end is None and not self.completed

    @property
    def length(self) -> timedelta | None:
        """How long it was; None while it goes on, or when an end is not known."""
        return None if self.start is None or self.end is None else max(timedelta(), self.end - self.start)


@dataclass(frozen=True, slots=True)
class ShiftState:
    """How somebody stands, as it was read.

    `since`: start of the open shift by the service's clock; `reason`: why it is UNKNOWN; `read`: when it was read, by
    this computer's clock (None: never); `offset`: the service's clock less this computer's.
    """

    standing: Standing
    since: datetime | None = None
    type: str = ""
    reason: str = ""
    read: datetime | None = None
    offset: timedelta = timedelta()

    def elapsed(self, now: datetime) -> timedelta | None:
        """How long the open shift has lasted at `now` of this computer's clock, corrected by the service's; or None."""
        if self.standing is not Standing.IN or self.since is None:
            return None
        return max(timedelta(), now + self.offset - self.since)

    def age(self, now: datetime) -> timedelta | None:
        """How long ago it was read; None when it never was."""
        return None if self.read is None else max(timedelta(), now - self.read)

    def is_as(self, intention: Intention) -> bool:
        """Whether somebody who wants this has it already."""
        return self.standing.value == intention.value


NEVER_READ = ShiftState(Standing.UNKNOWN, reason="not read yet")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account a search found. `refusal` says why it can't be chosen; empty when it can."""

    account: str
    name: str
    community_name: str = ""
    unique_id: str = ""
    discord: str = ""
    api_ids: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def words(self) -> str:
        """`Maria Petrova (maria.p), number 17`: what tells one candidate from another."""
        shown = self.community_name or self.name or self.account
        login = f" ({self.name})" if self.name and self.name != shown else ""
        return f"{shown}{login}{f', number {self.unique_id}' if self.unique_id else ''}"


PLANS = ("Free", "Starter", "Standard", "Plus", "Pro", "SonoranOne")
"""The plans by `subVersion` (time clock facts, 6.2)."""
PLAN_WANTED = 3
"""Documented for the older API, unknown for this one: warn, do not refuse (time clock facts, 6.4)."""


@dataclass(frozen=True, slots=True)
class Community:
    """Whose time clock a key opens. `level` is the plan's number, None when it was not told."""

    id: str
    name: str
    level: int | None = None
    uuid: str = ""

    @property
    def plan(self) -> str:
        """The plan as a word."""
        if self.level is None:
            return "plan not told"
        return PLANS[self.level] if 0 <= self.level < len(PLANS) else f"plan {self.level}"


def duration_text(length: timedelta) -> str:
    """`3 h 12 min`, `12 min`; whole minutes, never rounded up."""
    minutes = max(0, int(length.total_seconds()) // 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def utc(instant: datetime) -> datetime:
    """The instant in UTC."""
    return instant.astimezone(UTC)
