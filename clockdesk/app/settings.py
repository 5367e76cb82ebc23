"""What a workstation remembers that is no secret: accounts, and how the window likes to be. One TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import tomli_w

from clockdesk.domain.errors import ErrorCode, KnownError, UserError

if TYPE_CHECKING:
    from pathlib import Path

    from clockdesk.api.address import BaseUrl

RATE = 5
"""Calls a second per API user (service's introduction, "API rate limit")."""


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """One hotel this workstation connects to. `url` ends in /{subscription}/{account}."""

    name: str
    url: str
    user: str
    rate: int = RATE
    time_zone: str = ""
    channels: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything in the file; `other` keeps what a newer version wrote."""

    accounts: tuple[AccountSettings, ...] = ()
    current: str = ""
    theme: str = "system"
    other: dict[str, Any] = field(default_factory=dict)

    def account(self, name: str = "") -> AccountSettings:
        """The account of this name, or the current one. Raises UserError when there is none."""
        wanted = name or self.current
        for account in self.accounts:
            if account.name == wanted:
                return account
        known = ", ".join(account.name for account in self.accounts) or "none yet"
        raise UserError(f"There is no account called {wanted!r} here. Known: {known}.")

    def with_account(self, account: AccountSettings) -> Settings:
        """With this account added or replaced, and current."""
        others = tuple(known for known in self.accounts if known.name != account.name)
        return replace(self, accounts=(*others, account), current=account.name)


def account_name(base: BaseUrl) -> str:
    """How this workstation calls an account until a person names it."""
    return f"{base.subscription}-{base.account}"


def load(path: Path) -> Settings:
    """Read the file; none there means the defaults. Raises KnownError when it can't be understood."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        text = f"The settings file {path.name} can't be read. Mend it or move it away; ClockDesk then asks anew."
        raise KnownError(ErrorCode.DISK, text, detail=str(error)) from error
    try:
        accounts = tuple(_account(entry) for entry in raw.pop("accounts", []))
        current, theme = str(raw.pop("current", "")), str(raw.pop("theme", "system"))
    except (TypeError, AttributeError) as error:
        text = f"The settings file {path.name} holds something unexpected. Mend it or move it away."
        raise KnownError(ErrorCode.DISK, text, detail=str(error)) from error
    return Settings(accounts, current, theme, raw)


def save(path: Path, settings: Settings) -> None:
    """Write the file as a whole or not at all. Raises KnownError(DISK)."""
    text = tomli_w.dumps(
        {
            "current": settings.current,
            "theme": settings.theme,
            **settings.other,
            "accounts": [asdict(account) for account in settings.accounts],
        }
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
    except OSError as error:
        raise KnownError(
            ErrorCode.DISK, "The settings could not be saved: the disk refused.", detail=str(error)
        ) from error


def _account(entry: dict[str, Any]) -> AccountSettings:
    known = {key: entry[key] for key in AccountSettings.__slots__ if key in entry}
    return AccountSettings(**known)
