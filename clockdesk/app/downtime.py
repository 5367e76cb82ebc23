"""Puts the downtime mode of one running account together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.app.pack_keeper import PackKeeper
from clockdesk.office.downtime import Downtime
from clockdesk.office.manual_log import ManualLog
from clockdesk.office.worklist import Worklist

if TYPE_CHECKING:
    from pathlib import Path

    from clockdesk.app.engine import Engine
    from clockdesk.domain.clock import Clock

PACKS = "packs"
"""The folder of the packs beside the account's two files."""


class RunningDowntime:
    """Packs and manual log of an engine. `parts` is for the screen."""

    def __init__(self, engine: Engine, folder: Path | None, clock: Clock) -> None:
        """`folder` is the account's; without one nothing outlives the program."""
        packs = None if folder is None else folder / PACKS
        self._keeper = PackKeeper(engine.office, engine.store, engine.changes, packs, clock, engine.tasks)
        log = ManualLog(engine.store, clock)
        self._worklist = Worklist(log, engine.office, engine.sync.want, clock, engine.tasks)
        self.parts = Downtime(engine.office, log, self._worklist, self._keeper, clock)

    async def start(self) -> None:
        """Read the log and follow the hotel; the office must be loaded. Raises KnownError."""
        await self.parts.log.load()
        self._worklist.follow()
        await self._keeper.start()

    async def close(self) -> None:
        """Before the engine is closed."""
        await self._keeper.close()
