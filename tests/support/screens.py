"""Hands and eyes for tests of screens.

Between the phases of a test nothing may be under way: pytest-qt turns Qt's loop there, and a task that takes a step
outside asyncio's run finds no loop. So a test that opened a drawer ends with `quiet`. And a loop of an earlier test
whose timers still run must not be thrown away by a garbage collection in the store's thread (Qt crashes then): tests
begin with `swept_up`.
"""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.engine import until

if TYPE_CHECKING:
    from clockdesk.app.engine import Engine
    from clockdesk.domain.freshness import Freshness
    from clockdesk.domain.tasks import Tasks


def swept_up() -> None:
    """What earlier tests left is thrown away here, in Qt's own thread."""
    gc.collect()


def started(engine: Engine) -> None:
    """The copy is complete and confirmed."""
    engine.sync.standing.started = True
    engine.sync.standing.swept()


def says(engine: Engine, freshness: Freshness) -> None:
    """The worker's state is this one now."""
    engine.sync.standing.last = freshness
    engine.freshness.publish(freshness)


async def settled() -> None:
    """What was to be done at the next turns of the loop is done, and what was to be deleted is gone."""
    for _ in range(3):
        await asyncio.sleep(0.01)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


async def quiet(page: Any, tasks: Tasks) -> None:
    """The drawer is closed and every read has ended."""
    page.close_drawer()
    await until(lambda: not len(tasks))
    await settled()


def signals(signal: Any) -> list[tuple[Any, ...]]:
    """What the signal says from now on."""
    caught: list[tuple[Any, ...]] = []
    signal.connect(lambda *args: caught.append(args))
    return caught


def column(table: Any, key: str) -> list[str]:
    """The words of one column, row by row."""
    model = table.model()
    at = next(at for at, each in enumerate(model.columns) if each.key == key)
    return [model.index(row, at).data() for row in range(model.rowCount())]


def click(view: Any, row: int, at: int = 0, *, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Click into a cell or on a tile."""
    rect = view.visualRect(view.model().index(row, at))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, rect.center())
