"""One window an account: what a start does about another one that was there before it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from clockdesk.app.handover import OPEN, RAISE, ask_window
from clockdesk.domain.errors import ErrorCode, KnownError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from clockdesk.app.links import Link
    from clockdesk.domain.clock import Clock

OPEN_ALREADY = "ClockDesk is already open on this account; it was brought to the front."

RAISED = 5.0
"""Seconds another window gets to come to the front."""

STARTING = 4.0
"""Seconds in which one that has the copy and does not answer yet may come up, or end (`window.QUIT` and a little)."""

AGAIN = 0.1
"""Seconds between two looks whether it has."""


class OpenElsewhereError(KnownError):
    """The account is open in another window, which was brought to the front."""


class SecondStart:
    """For one opening of one account. `doors` are the folders a window on it may listen in."""

    def __init__(self, doors: tuple[Path, ...], link: Link | None, clock: Clock) -> None:
        """A `link` is handed over to the other window, which shows what it names."""
        self._doors, self._clock = doors, clock
        self._wish = RAISE if link is None else OPEN + link.text

    async def give_way(self) -> None:
        """Raises OpenElsewhereError where a window is open already, and KnownError as `ask_window` does."""
        for door in self._doors:
            if await ask_window(door, self._wish, RAISED) is not None:
                raise OpenElsewhereError(ErrorCode.ALREADY_RUNNING, OPEN_ALREADY)

    async def open(self, here: Callable[[], Awaitable[None]], wait: Callable[[], None]) -> None:
        """Open `here`. Whoever has the copy and does not answer is waited for, up to `STARTING`.

        `wait` is called before. Raises as `give_way` and `here` do; ALREADY_RUNNING when it was in vain.
        """
        give_up = self._clock.monotonic() + STARTING
        while True:
            try:
                await here()
            except KnownError as error:
                if error.code is not ErrorCode.ALREADY_RUNNING or self._clock.monotonic() >= give_up:
                    raise
            else:
                return
            wait()
            await asyncio.sleep(AGAIN)
            await self.give_way()
