"""The whole window on an office that stands still, for tests that go through several screens."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from clockdesk.app.downtime import RunningDowntime
from clockdesk.ui.screens.main_window import MainWindow
from tests.support.engine import until
from tests.support.screens import settled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from clockdesk.office.connect import ConnectionForm, TestResult
    from clockdesk.ui.theme.look import Look
    from tests.support.desk import Desk


class NoConnector:
    """Nothing to connect to."""

    async def test(self, form: ConnectionForm) -> TestResult:
        raise AssertionError

    async def save(self, form: ConnectionForm) -> None:
        raise AssertionError

    async def remove(self, name: str) -> None:
        raise AssertionError


@asynccontextmanager
async def front(it: Desk, look: Look, packs: Path | None = None) -> AsyncIterator[Any]:
    """A `MainWindow` of 1280 x 800 on the desk's office; with a folder for `packs` also its downtime screen."""
    window = MainWindow(look, it.tasks, NoConnector())
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    downtime = None if packs is None else RunningDowntime(it.engine, packs, it.clock).parts
    window.show_office(it.office, downtime=downtime)
    await settled()
    try:
        yield window
    finally:
        await until(lambda: not len(it.tasks))
        window.status.timer.stop()
        window.passages.soon.stop()
        delete(window)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
