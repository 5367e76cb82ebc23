"""A demo without anybody watching: runs a while, measures, draws every screen, tells what happened."""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from typing_extensions import override

from clockdesk.app import logs
from clockdesk.app.application import make_app
from clockdesk.app.loop import run
from clockdesk.app.places import places
from clockdesk.app.window import Program
from clockdesk.domain.kinds import Kind
from clockdesk.ui.screens.shift_poses import FAULTS
from clockdesk.ui.theme.look import Appearance

if TYPE_CHECKING:
    import argparse

    from clockdesk.app.demo import DemoHotel
    from clockdesk.app.engine import Engine
    from clockdesk.domain.records import ChangeSet
    from clockdesk.ui.screens.main_window import MainWindow
    from clockdesk.ui.theme.look import Look

COMPLETE = 120.0
"""Seconds within which the copy should be complete before pictures are taken."""

SETTLE = 0.4
"""Seconds for a screen to lay itself out and for motion to end."""


def screenshots(options: argparse.Namespace) -> int:
    """Draw every screen, light and dark, from demo data."""
    logs.set_up(None)
    at = places(Path(tempfile.mkdtemp(prefix="clockdesk-")))
    options.demo, options.offscreen_seconds, options.screens = True, 0.0, options.directory
    return run(make_app, lambda: Program(at, options).main())


class Delays(QObject):
    """Seconds from an event's arrival to the next paint after its change reached the copy."""

    def __init__(self, engine: Engine, app: QCoreApplication) -> None:
        """Watch `engine`'s changes and every paint of `app`. Make it before `engine.start`'s events arrive."""
        super().__init__()
        self.seconds: list[float] = []
        self._engine = engine
        self._due: list[float] = []
        engine.changes.listen_first(self._on_change)
        app.installEventFilter(self)

    def _on_change(self, change: ChangeSet) -> None:
        waiting = self._engine.sync.received.waiting
        self._due += [waiting[key] for ident in change.ids if (key := (change.kind, ident)) in waiting]

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._due and event.type() is QEvent.Type.Paint:
            now = time.monotonic()
            self.seconds += [now - came for came in self._due]
            self._due.clear()
        return False


class Showing:
    """One such run."""

    def __init__(self, window: MainWindow, engine: Engine, look: Look, hotel: DemoHotel | None) -> None:
        """Of a window on a running engine."""
        self._window, self._engine, self._look, self._hotel = window, engine, look, hotel
        app = QCoreApplication.instance()
        self._delays = Delays(engine, app) if app is not None else None

    async def run(self, seconds: float, screens: str | None) -> None:
        """Wait for the copy, watch for `seconds`, draw into `screens`, print a summary."""
        await self._until_complete()
        await asyncio.sleep(seconds)
        if screens:
            await self._draw(Path(screens))
        self._tell()

    async def _until_complete(self) -> None:
        sync = self._engine.sync
        try:
            async with asyncio.timeout(COMPLETE):
                while not sync.standing.started or sync.reader.left:  # noqa: ASYNC110 (two owners, ten times a second)
                    await asyncio.sleep(0.1)
        except TimeoutError:
            print("the copy was not complete in time; showing what there is")  # noqa: T201

    async def _draw(self, folder: Path) -> None:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        for screen, prepare in self._window.poses().items():
            fault = FAULTS.get(screen, "")
            await self._fault({fault: True} if fault else {})
            await prepare()
            self._type_key(screen)
            for appearance in (Appearance.LIGHT, Appearance.DARK):  # of one and the same moment
                self._look.choose(appearance)
                await asyncio.sleep(SETTLE)
                file = folder / f"{screen}-{appearance}.png"
                self._window.picture().save(str(file))
                print(f"drew {file}")  # noqa: T201
            await self._fault({fault: False} if fault else {})

    async def _fault(self, faults: dict[str, bool]) -> None:
        """Have the embedded hotel misbehave, or behave again."""
        if faults and self._hotel is not None:
            request = Request(f"{self._hotel.control}/faults", json.dumps(faults).encode(), method="POST")  # noqa: S310
            await asyncio.to_thread(lambda: urlopen(request).close())  # noqa: S310 (our own child on loopback)

    def _type_key(self, screen: str) -> None:
        """What the key of the embedded time clock opens is shown with all its warnings."""
        dialog = self._window.front.dialog
        if screen == "shift-setup" and dialog is not None and self._hotel is not None:
            dialog.key.secret.setText(self._hotel.time_clock_key)
            dialog.key.check()

    def _tell(self) -> None:
        house, counters = self._engine.office.house, self._engine.gate.snapshot()
        received, delays = self._engine.sync.received, self._delays.seconds if self._delays else []
        median = f"{statistics.median(delays) * 1000:.0f} ms" if delays else "none measured"
        held = {kind: len(list(house.ids(kind))) for kind in (Kind.ROOM, Kind.BOOKING, Kind.FOLIO)}
        print(  # noqa: T201
            f"loaded {held[Kind.ROOM]} rooms, {held[Kind.BOOKING]} bookings, {held[Kind.FOLIO]} folios "
            f"in {counters.total} calls ({counters.limited_429} refused as too many)\n"
            f"received {received.events} events; median from event to screen {median}\n"
            f"{self._engine.office.freshness.trust}"
        )
