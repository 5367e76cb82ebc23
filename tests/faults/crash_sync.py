"""Keeps a copy true until it is killed. Arguments: folder, address, user, key, seconds by which the hotel is ahead."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from pathlib import Path

from clockdesk.app.engine import open_engine
from clockdesk.app.settings import AccountSettings
from clockdesk.domain.tasks import Tasks
from tests.support.engine import QUICK, STORE_KEY, ShiftedClock


async def main(folder: str, address: str, user: str, key: str, ahead: str) -> None:
    """Go on for ever."""
    clock = ShiftedClock()
    clock.ahead = dt.timedelta(seconds=float(ahead))
    account = AccountSettings("test", address, user, rate=1000)
    engine = await open_engine(account, key, Path(folder), STORE_KEY, clock, Tasks(), QUICK)
    print("ready", flush=True)
    await engine.start()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
