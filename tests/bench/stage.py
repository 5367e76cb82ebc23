"""The window on a copy, as the program puts it together, with an eye on its pixels."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from clockdesk.app.clock import SystemClock
from clockdesk.app.connector import AccountConnector
from clockdesk.app.engine import open_engine
from clockdesk.app.keys import MemorySecrets
from clockdesk.app.places import places
from clockdesk.app.settings import AccountSettings
from clockdesk.app.sweeping import Sweeping
from clockdesk.domain.tasks import Tasks
from clockdesk.ui.screens.main_window import MainWindow
from clockdesk.ui.theme.look import Appearance, Look
from tests.bench.warm import ACCOUNT, STORE_KEY
from tests.support.looks import theme_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from PySide6.QtWidgets import QAbstractItemView

    from clockdesk.app.engine import Engine
    from clockdesk.domain.kinds import Kind
    from clockdesk.ui.models.table import LineModel
    from tests.bench.hands import Hotel
    from tests.bench.scale import Scale

PATIENCE = 60.0
"""Seconds anything gets before the bench gives up: far more than it may take, so that slow is told as slow."""


class Eye(QObject):
    """Sees when a window has been painted to its end after something was put into a model.

    Call `due` (from a signal of the model) when the news is in the widgets; `seen` gives the moment the next whole
    paint of the window was over, in `time.perf_counter` seconds.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._due = self._painting = False
        self._seen: asyncio.Future[float] | None = None
        window.installEventFilter(self)

    def expect(self) -> asyncio.Future[float]:
        """From now on: the future of the first paint after `due` is called."""
        self._due = False
        self._seen = asyncio.get_running_loop().create_future()
        return self._seen

    def due(self) -> None:
        """What is waited for has reached the widgets."""
        self._due = True

    def look_for(self, kind: Kind, ident: int, touched: Kind, ids: frozenset[int]) -> None:
        """What is waited for is this line; these were touched."""
        if touched is kind and ident in ids:
            self.due()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Have the window paint here and now, and look at the clock when it is done."""
        if event.type() is not QEvent.Type.UpdateRequest or self._painting:
            return False
        self._painting = True
        self._window.event(event)
        self._painting = False
        if self._due and self._seen is not None and not self._seen.done():
            self._seen.set_result(time.perf_counter())
        return True


class Heartbeat(QObject):
    """Beats every few milliseconds on the UI thread; a late beat tells how long something else held the thread.

    `blocks`: seconds each beat was late, which a busy machine adds to. `cpu`: processor seconds the thread itself used
    between two beats, which it does not.
    """

    EVERY_MS = 4

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[float] = []
        self.cpu: list[float] = []
        self._last = self._used = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(self.EVERY_MS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin."""
        self._last, self._used = time.perf_counter(), time.thread_time()
        self._timer.start()

    def stop(self) -> None:
        """End."""
        self._timer.stop()

    def _beat(self) -> None:
        now, used = time.perf_counter(), time.thread_time()
        self.blocks.append(max(0.0, now - self._last - self.EVERY_MS / 1000))
        self.cpu.append(used - self._used)
        self._last, self._used = now, used


class Stage:
    """A window that shows an engine's office."""

    def __init__(self, window: MainWindow, engine: Engine, rest: float) -> None:
        self.window, self.engine, self.eye, self._rest = window, engine, Eye(window), rest

    async def settle(self, seconds: float = 0.3) -> None:
        """Let layouts, glows and slides come to rest."""
        await asyncio.sleep(seconds * self._rest)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 (any condition, asked often)
                await asyncio.sleep(0.05)

    async def confirmed(self) -> None:
        """As after a sweep that found nothing: rows carry no age. For what needs no line."""
        self.engine.sync.standing.started = True
        self.engine.sync.standing.swept()
        await self.settle()

    async def live(self) -> None:
        """Connect, and wait until the copy is as true as it gets."""
        sync = self.engine.sync
        self.engine.start()
        await self.until(lambda: sync.standing.started and not sync.reader.left)
        await self.until(lambda: sync.listening.channels is not None)


def in_sight(view: QAbstractItemView, model: LineModel[Any]) -> list[int]:
    """The ids whose rows or tiles can be seen; the view stands at its top."""
    room, found = view.viewport().rect(), []
    for row, ident in enumerate(model.ids):
        if not room.contains(view.visualRect(model.index(row, 0)).center()):
            break
        found.append(ident)
    return found


@asynccontextmanager
async def staged(data: Path, hotel: Hotel, scale: Scale, rate: int) -> AsyncIterator[Stage]:
    """The window on the copy below `data`, loaded; not connected yet."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    clock, tasks, at = SystemClock(), Tasks(), places(data)
    look = Look(app, theme_of("light"), theme_of("dark"), clock.monotonic, appearance=Appearance.LIGHT)
    account = AccountSettings(ACCOUNT, hotel.url, hotel.user, rate)
    engine = await open_engine(account, hotel.key, at.store(ACCOUNT), STORE_KEY, clock, Tasks())
    sweeping = Sweeping()
    window = MainWindow(look, tasks, AccountConnector(at, MemorySecrets(), clock, tasks, _nowhere))
    try:
        await engine.sync.remember()
        window.resize(1400, 900)
        window.show()
        window.show_office(engine.office)
        await engine.office.load()
        sweeping.settle()
        stage = Stage(window, engine, scale.rest)
        await stage.settle()
        yield stage
    finally:
        window.hide()
        await tasks.stop()
        await engine.close()
        window.deleteLater()
        sweeping.end()


async def _nowhere(_account: AccountSettings, _key: str) -> None:
    """Nobody changes the account here."""
