"""A whole engine (line, copy, sync, office) on a running embedded hotel, without a window."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from typing import TYPE_CHECKING

from typing_extensions import override

from clockdesk.app.clock import SystemClock
from clockdesk.app.engine import open_engine
from clockdesk.app.settings import AccountSettings
from clockdesk.domain.tasks import Tasks
from clockdesk.sync.worker import Pace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from clockdesk.app.engine import Engine
    from clockdesk.domain.clock import Clock
    from tests.support.hotel import Hotel

QUICK = Pace(
    sweep=0.5,
    sweep_without_channels=0.3,
    after_events=0.2,
    whole_rooms=5,
    ledger=0.5,
    line_probe=0.1,
    line_probe_most=0.3,
)
STORE_KEY = bytes(range(32))


def account_of(hotel: Hotel, *, user: str = "", rate: int = 1000) -> AccountSettings:
    return AccountSettings("test", hotel.base, user or hotel.user, rate)


@contextlib.asynccontextmanager
async def engine_on(
    hotel: Hotel,
    folder: Path | None = None,
    *,
    key: str = "",
    rate: int = 1000,
    pace: Pace = QUICK,
    clock: Clock | None = None,
) -> AsyncIterator[Engine]:
    """An engine on `hotel`, not started. In memory unless a folder is given."""
    engine = await open_engine(
        account_of(hotel, rate=rate),
        key or hotel.key,
        folder,
        STORE_KEY if folder else None,
        clock or SystemClock(),
        Tasks(),
        pace,
    )
    try:
        yield engine
    finally:
        await engine.close()


class ShiftedClock(SystemClock):
    """The real clock, moved ahead of the world by `ahead`."""

    def __init__(self) -> None:
        self.ahead = dt.timedelta()

    @override
    def now(self) -> dt.datetime:
        return super().now() + self.ahead


async def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something is so; fails the test when it never is."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (any condition, asked often)
            await asyncio.sleep(0.02)
