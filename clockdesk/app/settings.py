"""What a workstation remembers that is no secret: accounts, and how the window likes to be. One TOML file."""

from __future__ import annotations

import os
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import tomli_w

from clockdesk.api.address import BaseUrl
from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.store.retention import KEEP_DEPARTED

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

RATE = 5
"""Calls a second per API user (service's introduction, "API rate limit")."""


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """One hotel this workstation connects to. `url` ends in /{subscription}/{account}.

    `keep_departed`: days after which the copy forgets a guest who left. `other` keeps what a newer version wrote.
    """

    name: str
    url: str
    user: str
    rate: Annotated[int, msgspec.Meta(ge=1, le=1000)] = RATE
    time_zone: str = ""
    channels: bool = True
    keep_departed: Annotated[int, msgspec.Meta(ge=1, le=3650)] = KEEP_DEPARTED
    other: dict[str, Any] = field(default_factory=dict, compare=False)

    def is_at(self, base: BaseUrl) -> bool:
        """Whether this is the account at an address, however it was written down."""
        try:
            return BaseUrl.parse(self.url) == base
        except UserError:
            return False


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything in the file; `other` keeps what a newer version wrote. `time_clock` is `app.time_clock`'s table."""

    accounts: tuple[AccountSettings, ...] = ()
    current: str = ""
    theme: str = "system"
    time_clock: dict[str, Any] = field(default_factory=dict)
    other: dict[str, Any] = field(default_factory=dict)

    def account(self, name: str = "") -> AccountSettings:
        """The account of this name, or the current one. Raises UserError when there is none."""
        wanted = name or self.current
        for account in self.accounts:
            if account.name == wanted:
                return account
        known = ", ".join(account.name for account in self.accounts) or "none yet"
        raise UserError(f"There is no account called {wanted!r} here. Known: {known}.")

    def account_at(self, base: BaseUrl) -> AccountSettings | None:
        """The account at this address, if it is known."""
        return next((account for account in self.accounts if account.is_at(base)), None)

    def free_name(self, base: BaseUrl) -> str:
        """A name for a new account: its numbers, told apart where another server has an account of the same ones."""
        taken = {account.name for account in self.accounts}
        name = account_name(base)
        return next(free for free in (name, *(f"{name}-{n}" for n in range(2, len(taken) + 3))) if free not in taken)

    def with_account(self, account: AccountSettings) -> Settings:
        """With this account added or replaced, and current."""
        others = tuple(known for known in self.accounts if known.name != account.name)
        return replace(self, accounts=(*others, account), current=account.name)

    def with_zone(self, name: str, zone: str) -> Settings:
        """With the time zone a person named for this account, and nothing else changed. Raises UserError."""
        return self.with_account(replace(self.account(name), time_zone=zone))

    def without_account(self, name: str) -> Settings:
        """Without this account; another one is current then, where there is one."""
        others = tuple(known for known in self.accounts if known.name != name)
        current = self.current if self.current != name else next((other.name for other in others), "")
        return replace(self, accounts=others, current=current)


class DamagedSettingsError(KnownError):
    """The file is there and says nothing we understand: it may be set aside when there is something better."""


def account_name(base: BaseUrl) -> str:
    """How this workstation calls an account until a person names it."""
    return f"{base.subscription}-{base.account}"


_WORDS = {"current": "", "theme": "system"}


def load(path: Path) -> Settings:
    """Read the file; none there means the defaults. Raises DamagedSettingsError, and KnownError(DISK)."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        text = f"The settings file {path} can't be read: check its rights."
        raise KnownError(ErrorCode.DISK, text, detail=str(error)) from error
    except (ValueError, RecursionError) as error:
        raise damaged(path, "is damaged", error) from error
    try:
        accounts = tuple(_account(entry) for entry in msgspec.convert(raw.pop("accounts", []), list[dict[str, Any]]))
        time_clock = msgspec.convert(raw.pop("time_clock", {}), dict[str, Any])
        current, theme = (msgspec.convert(raw.pop(key, default), str) for key, default in _WORDS.items())
    except msgspec.ValidationError as error:
        raise damaged(path, "holds something of a wrong kind", error) from error
    return Settings(accounts, current, theme, time_clock, raw)


def save(path: Path, settings: Settings) -> None:
    """Write the file as a whole or not at all. Raises KnownError(DISK)."""
    text = tomli_w.dumps(
        {
            "current": settings.current,
            "theme": settings.theme,
            **settings.other,
            **({"time_clock": settings.time_clock} if settings.time_clock else {}),
            "accounts": [_entry(account) for account in settings.accounts],
        }
    )
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        sentence = f"The settings could not be saved: check free space and the rights of {path.parent}."
        raise KnownError(ErrorCode.DISK, sentence, detail=str(error)) from error


def set_aside(path: Path, at: datetime) -> Path:
    """Move a damaged file to a dated name beside it; returns that name. Raises KnownError(DISK)."""
    aside = path.with_name(f"{path.stem}.unreadable-{at:%Y%m%d-%H%M%S}{path.suffix}")
    try:
        path.replace(aside)
    except OSError as error:
        text = f"The damaged settings file {path} can't be moved away: check the rights of its folder."
        raise KnownError(ErrorCode.DISK, text, detail=str(error)) from error
    return aside


def _account(entry: dict[str, Any]) -> AccountSettings:
    known = {one.name for one in fields(AccountSettings)} - {"other"}
    account = msgspec.convert({key: value for key, value in entry.items() if key in known}, AccountSettings)
    return replace(account, other={key: value for key, value in entry.items() if key not in known})


def _entry(account: AccountSettings) -> dict[str, Any]:
    return {**{one.name: getattr(account, one.name) for one in fields(account) if one.name != "other"}, **account.other}


def damaged(path: Path, what: str, error: Exception) -> DamagedSettingsError:
    """The error for a file that says nothing we understand."""
    text = f"The settings file {path} {what}. Mend it, or connect again: it is then kept under another name."
    return DamagedSettingsError(ErrorCode.DISK, text, detail=str(error))
