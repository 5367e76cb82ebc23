"""Who may look at a workstation that was left: a PIN for each person, kept as scrypt hashes in the desk's file.

It keeps a passer-by from reading and pressing; it does not stand in for the system's own sign-in. Every try is counted
before it is looked at, so ending the program gives nobody a free one.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from clockdesk.domain.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.domain.clock import Clock
    from clockdesk.store.thread import StoreThread

FREE_TRIES: Final = 5
"""Wrong PINs in a row before there is a wait."""
FIRST_WAIT, LONGEST_WAIT = 30.0, 900.0
"""Seconds; each further wrong PIN doubles the wait."""
_PIN = re.compile(r"[0-9]{4,8}")
_COST, _BLOCK, _LANES = 2**14, 8, 1
_MEMORY = 64 * 2**20
_PINS, _TRIES, _LOCKED = "pins", "pin_tries", "locked"

WHAT_A_PIN_IS = "A PIN has 4 to 8 digits, not all the same."
NO_PIN = "There is no PIN for you here yet. Somebody who has one can let you in, or type the API key."
WRONG = "That is not the PIN."


class _Kept(msgspec.Struct, array_like=True):
    salt: str
    hashed: str
    cost: int = _COST


class _Wrong(msgspec.Struct, array_like=True):
    count: int = 0
    until: datetime | None = None


class DeskLock:
    """The lock of one workstation. `locked` outlives the program; "" is the PIN of a workstation without persons."""

    def __init__(self, store: StoreThread, clock: Clock, is_key: Callable[[str], bool]) -> None:
        """`is_key`: whether a text is the account's API key, which opens the lock for whoever forgot a PIN."""
        self.locked = False
        self._store, self._clock, self._is_key = store, clock, is_key
        self._pins: dict[str, _Kept] = {}
        self._wrong: dict[str, _Wrong] = {}
        self._until: dict[str, float] = {}
        self._one_at_a_time = asyncio.Lock()

    async def load(self) -> None:
        """Read what is kept. Raises KnownError."""
        fact = self._store.desk.fact
        self._pins = msgspec.convert(await self._store.run(fact, _PINS) or {}, dict[str, _Kept])
        self._wrong = msgspec.convert(await self._store.run(fact, _TRIES) or {}, dict[str, _Wrong])
        self.locked = bool(await self._store.run(fact, _LOCKED))
        now = self._clock.now()
        for account, wrong in self._wrong.items():
            left = (wrong.until - now).total_seconds() if wrong.until is not None else 0.0
            self._until[account] = self._clock.monotonic() + min(left, LONGEST_WAIT)  # the clock may have been set

    @property
    def has_pins(self) -> bool:
        """Whether anybody has one: without any, the lock only covers."""
        return bool(self._pins)

    def has_pin(self, account: str) -> bool:
        """Whether this person has one."""
        return account in self._pins

    def wait(self, account: str) -> float:
        """Seconds until this person may try again."""
        return max(0.0, self._until.get(account, 0.0) - self._clock.monotonic())

    async def lock(self) -> None:
        """From now on. Raises KnownError when it can't be written; it is locked all the same."""
        self.locked = True
        await self._keep(_LOCKED, value=True)

    async def unlock(self, account: str, typed: str) -> None:
        """Let this person in. Raises UserError with what is wrong, KnownError."""
        async with self._one_at_a_time:
            if self.has_pins:
                await self._check(account, typed)
            self.locked = False
            await self._keep(_LOCKED, value=None)

    async def set_pin(self, account: str, now: str, new: str) -> None:
        """Another PIN for this person, "" for none; `now` is the one they have. Raises UserError, KnownError."""
        async with self._one_at_a_time:
            if new and (not _PIN.fullmatch(new) or len(set(new)) == 1):
                raise UserError(WHAT_A_PIN_IS)
            if self.has_pin(account):
                await self._check(account, now)
            pins = {name: kept for name, kept in self._pins.items() if name != account}
            if new:
                salt = os.urandom(16)
                pins[account] = _Kept(salt.hex(), (await asyncio.to_thread(_hashed, new, salt, _COST)).hex())
            await self._store.run(self._store.desk.set_fact, _PINS, msgspec.to_builtins(pins))
            self._pins = pins

    async def _check(self, account: str, typed: str) -> None:
        if (left := self.wait(account)) > 0:
            raise UserError(f"Too many wrong PINs. Wait {wait_words(left)}, then try again.")
        kept = self._pins.get(account)
        wrong = self._wrong.get(account, _Wrong())
        count = wrong.count + 1
        until = None
        if count >= FREE_TRIES:
            seconds = min(FIRST_WAIT * 2 ** (count - FREE_TRIES), LONGEST_WAIT)
            until = self._clock.now() + timedelta(seconds=seconds)
            self._until[account] = self._clock.monotonic() + seconds
        self._wrong[account] = _Wrong(count, until)
        await self._keep_tries()
        if self._is_key(typed):
            await self._store.run(self._store.desk.set_fact, _PINS, msgspec.to_builtins(self._without(account)))
            self._pins = self._without(account)
        elif kept is None:
            raise UserError(NO_PIN)
        elif not await asyncio.to_thread(_is_right, kept, typed):
            left = self.wait(account)
            raise UserError(WRONG + (f" Wait {wait_words(left)}, then try again." if left else ""))
        self._wrong.pop(account, None)
        self._until.pop(account, None)
        await self._keep_tries()

    def _without(self, account: str) -> dict[str, _Kept]:
        return {name: kept for name, kept in self._pins.items() if name != account}

    async def _keep_tries(self) -> None:
        await self._store.run(self._store.desk.set_fact, _TRIES, msgspec.to_builtins(self._wrong) or None)

    async def _keep(self, name: str, *, value: bool | None) -> None:
        await self._store.run(self._store.desk.set_fact, name, value)


def wait_words(seconds: float) -> str:
    """`25 s`, `2 minutes`."""
    whole = int(seconds + 0.999)
    return f"{whole} s" if whole < 90 else f"{(whole + 59) // 60} minutes"  # noqa: PLR2004


def _hashed(pin: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=cost, r=_BLOCK, p=_LANES, maxmem=_MEMORY)


def _is_right(kept: _Kept, typed: str) -> bool:
    return hmac.compare_digest(_hashed(typed, bytes.fromhex(kept.salt), kept.cost), bytes.fromhex(kept.hashed))
