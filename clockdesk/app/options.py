"""How this workstation is to behave: what a person set in their settings, and what IT set for the whole machine.

The machine's file is read and never written. What it says is the default; what it also names in `locked` is final.
"""

from __future__ import annotations

import base64
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import msgspec

from clockdesk.api.address import BaseUrl, is_loopback_url
from clockdesk.api.route import Route
from clockdesk.api.timeclock_address import clock_base
from clockdesk.app import settings as settings_file
from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.store.retention import KEEP_DEPARTED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from clockdesk.app.places import Places
    from clockdesk.app.settings import AccountSettings, Settings

SET_BY_IT = "Set by your IT."
LONGEST_IDLE = 240
"""Minutes."""
KEY_SIZE = 32
"""Bytes of a public key (Ed25519)."""


class _Table(msgspec.Struct, omit_defaults=True):
    """What either file may say, each on its own line; None: nothing."""

    base_url: str | None = None
    api_user: str | None = None
    channels: bool | None = None
    rate: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None
    keep_departed: Annotated[int, msgspec.Meta(ge=1, le=3650)] | None = None
    time_clock: str | None = None
    idle_lock: Annotated[int, msgspec.Meta(ge=0, le=LONGEST_IDLE)] | None = None
    memory_only: bool | None = None
    update_feed: str | None = None
    update_key: str | None = None
    proxy: str | None = None
    ca_file: str | None = None
    locked: list[str] = []


NAMES = tuple(name for name in _Table.__struct_fields__ if name != "locked")
"""Everything IT can set, and lock."""
OWN = ("idle_lock", "memory_only", "update_feed", "proxy", "ca_file")
"""What a person's own file may say too; the rest is kept with an account."""


@dataclass(frozen=True, slots=True)
class Options:
    """What holds now. `idle_lock` in minutes, 0 = never; `locked` names what a person can't change here.

    `base_url`, `api_user` and `time_clock` are what IT proposes, empty for nothing; `channels`, `rate` and
    `keep_departed` (days) None where the account's own hold. `update_key`: whose signature an update notice needs here,
    base64; empty: the build's own. `problem`: a sentence for the person when the machine's file can't be used.
    """

    base_url: str = ""
    api_user: str = ""
    channels: bool | None = None
    rate: int | None = None
    keep_departed: int | None = None
    time_clock: str = ""
    idle_lock: int = 0
    memory_only: bool = False
    update_feed: str = ""
    update_key: str = ""
    proxy: str = "system"
    ca_file: str = ""
    locked: frozenset[str] = field(default_factory=frozenset)
    problem: str = ""

    @property
    def route(self) -> Route:
        """How the services are reached."""
        return Route(self.proxy, self.ca_file)

    def with_problem(self, words: str) -> Options:
        """The same, and one more thing to be told."""
        return replace(self, problem=f"{self.problem} {words}".strip())

    def account(self, account: AccountSettings) -> AccountSettings:
        """The account as it may be used here. Raises UserError where IT has set another one."""
        if "base_url" in self.locked and not account.is_at(BaseUrl.parse(self.base_url)):
            raise UserError(f"This workstation is for {self.base_url} alone. {SET_BY_IT}")
        if "api_user" in self.locked and account.user != self.api_user:
            raise UserError(f"This workstation is for the API user {self.api_user} alone. {SET_BY_IT}")
        return replace(
            account,
            channels=account.channels if self.channels is None else self.channels,
            rate=account.rate if self.rate is None else self.rate,
            keep_departed=self.days_kept(account),
        )

    def days_kept(self, account: AccountSettings) -> int:
        """For how long the account's copy keeps a guest who left. An account that says the usual has chosen nothing."""
        chosen = account.keep_departed != KEEP_DEPARTED and "keep_departed" not in self.locked
        return account.keep_departed if self.keep_departed is None or chosen else self.keep_departed


def options_of(settings: Settings, machine: Path) -> Options:
    """What both files say together. A machine's file that can't be used is told in `problem` and left out.

    Raises UserError for what a person's own settings say wrongly.
    """
    problem, told = "", _Table()
    try:
        told = _checked(_read(machine))
    except FileNotFoundError:
        pass
    except (OSError, ValueError, RecursionError, UserError) as error:
        what = str(error) if isinstance(error, UserError) else "it can't be read"
        problem = f"What your IT set for this computer is not used, for {machine} is not right: {what.rstrip('.')}."
    locked = frozenset(told.locked)
    own = {name: settings.other[name] for name in OWN if name in settings.other and name not in locked}
    try:
        mine = _checked(own)
    except UserError as error:
        raise UserError(f"Your settings file is not right: {error}") from None
    said = {name: value for one in (told, mine) for name in NAMES if (value := getattr(one, name)) is not None}
    return Options(**said, locked=locked, problem=problem)


def options_here(at: Places) -> Options:
    """Both files' options; whatever is wrong with either is one sentence in `problem`, and the rest holds."""
    try:
        return options_of(settings_file.load(at.settings), at.machine)
    except KnownError:  # told where the account is opened
        return options_of(settings_file.Settings(), at.machine)
    except UserError as error:
        return options_of(settings_file.Settings(), at.machine).with_problem(str(error))


def with_own(settings: Settings, name: str, value: object) -> Settings:
    """The settings with a person's own choice of one option. Raises KeyError for one that is not theirs."""
    if name not in OWN:
        raise KeyError(name)
    return replace(settings, other={**settings.other, name: value})


def refuse_locked(options: Options, name: str) -> None:
    """Raises KnownError(REFUSED) for what IT has locked."""
    if name in options.locked:
        raise KnownError(ErrorCode.REFUSED, SET_BY_IT)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _checked(said: Mapping[str, Any]) -> _Table:
    """Raises UserError naming what is wrong."""
    try:
        table = msgspec.convert(said, _Table)
    except msgspec.ValidationError as error:
        raise UserError(f"{_place(error)} holds something of a wrong kind.") from None
    if unknown := [name for name in table.locked if name not in NAMES]:
        raise UserError(f"`locked` names what is no option: {', '.join(unknown)}.")
    if unset := [name for name in table.locked if getattr(table, name) is None]:
        raise UserError(f"`locked` names what the file does not set: {', '.join(unset)}.")
    if table.base_url is not None:
        BaseUrl.parse(table.base_url)
    if table.time_clock is not None:
        table.time_clock = clock_base(table.time_clock)
    if table.update_feed:
        _check_feed(table.update_feed)
    if table.update_key is not None:
        _check_key(table.update_key)
    Route(table.proxy or "system", table.ca_file or "").checked()
    return table


def _check_feed(url: str) -> None:
    if not (is_loopback_url(url) or urlsplit(url).scheme == "https"):
        raise UserError("`update_feed` is no address that starts with https://.")


def _check_key(text: str) -> None:
    try:
        size = len(base64.b64decode(text, validate=True))
    except ValueError:
        size = 0
    if size != KEY_SIZE:
        raise UserError(f"`update_key` is no public key: base64 of {KEY_SIZE} bytes is wanted.")


def _place(error: msgspec.ValidationError) -> str:
    _, _, place = str(error).rpartition("$.")
    return f"`{place.rstrip('`')}`" if place and place.rstrip("`").replace("[...]", "") in (*NAMES, "locked") else "it"
