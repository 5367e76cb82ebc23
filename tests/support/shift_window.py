"""The window with the shift clock of a workstation on the embedded hotel's time clock, and what a person does there."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete, isValid

from clockdesk.app.clock import SystemClock
from clockdesk.office.connect import TestResult
from clockdesk.office.sheets import AsOf
from clockdesk.ui.screens.main_window import MainWindow
from clockdesk.ui.screens.shift_look import ShiftPlace
from clockdesk.ui.widgets.dialogs import Question
from tests.support.engine import until
from tests.support.pdf import read_pdf
from tests.support.screens import settled
from tests.support.timeclock import WELL_OUT, ZONE, Workstation, workstation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from clockdesk.domain.clock import Clock
    from clockdesk.office.connect import ConnectionForm
    from clockdesk.office.shift_desk import ShiftDesk
    from clockdesk.ui.screens.shift_front import ShiftFront
    from clockdesk.ui.screens.shift_office import ShiftsPage
    from clockdesk.ui.screens.shift_panel import ShiftPanel
    from clockdesk.ui.screens.shift_setup import ShiftSetup
    from clockdesk.ui.theme.look import Look
    from tests.support.hotel import Hotel

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


class NoConnector:
    """Nothing to connect to."""

    async def test(self, form: ConnectionForm) -> TestResult:
        return TestResult(worked=False, words="no")

    async def save(self, form: ConnectionForm) -> None:
        raise AssertionError

    async def remove(self, name: str) -> None:
        raise AssertionError


class ShiftWindow:
    """A window and the workstation behind it."""

    def __init__(self, window: MainWindow, at: Workstation, clock: Clock) -> None:
        self.window, self.at, self.clock = window, at, clock

    @property
    def desk(self) -> ShiftDesk:
        return self.at.desk

    @property
    def front(self) -> ShiftFront:
        return self.window.front

    @property
    def panel(self) -> ShiftPanel:
        assert self.front.panel is not None
        return self.front.panel

    @property
    def page(self) -> ShiftsPage:
        assert self.window.shifts is not None
        return self.window.shifts

    @property
    def setup(self) -> ShiftSetup:
        assert self.front.dialog is not None
        return self.front.dialog

    @property
    def says(self) -> str:
        """What the header's button says."""
        self.front.refresh()
        return self.front.header.clock.face.words

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """To whatever has the focus; not to the window's handle, which would turn Qt's loop inside a task."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def click(self, widget: QWidget) -> None:
        assert widget.isVisible(), "nobody can click what is not there"
        QTest.mouseClick(widget, LEFT)

    async def ready(self) -> None:
        """The state is known, and the button may be pressed."""
        await until(lambda: self.at.shift.state.read is not None and self.panel.now.button.isEnabled())

    async def open_panel(self) -> None:
        """As a person opens it, once the state is known."""
        self.window.activateWindow()
        await until(lambda: self.desk.shift is None or self.at.shift.state.read is not None or self.at.shift.trouble)
        self.click(self.front.header.clock)
        await settled()
        assert self.panel.isVisible()

    async def press(self) -> None:
        """The big button, and wait for its end."""
        await until(self.panel.now.button.isEnabled)
        before = self.at.shift.outcome
        self.click(self.panel.now.button)
        await until(lambda: self.at.shift.outcome not in {None, before} and not self.at.shift.is_busy)
        await settled()

    async def question(self) -> Question:
        """The question that is asked now."""
        await until(_questions)
        return _questions()[0]

    async def answer(self, key: str) -> None:
        asked = await self.question()
        self.click(asked.buttons[key])
        await until(lambda: asked not in _questions())
        await settled()

    async def print_to(self, path: Path) -> str:
        """Choose a printer that writes a file; what is on the paper."""
        await until(lambda: _shown(QPrintDialog))
        [dialog] = _shown(QPrintDialog)
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(path))
        dialog.done(1)
        await until(lambda: path.exists() and not any("print" in name for name in self.at.tasks.names))
        return read_pdf(await asyncio.to_thread(path.read_bytes)).text


def _questions() -> list[Question]:
    return _shown(Question)


def _shown(kind: type[Any]) -> list[Any]:
    return [one for one in QApplication.topLevelWidgets() if isValid(one) and isinstance(one, kind) and one.isVisible()]


@contextlib.asynccontextmanager
async def shift_window(
    hotel: Hotel, look: Look, login: str = WELL_OUT, *, clock: Clock | None = None, **more: Any
) -> AsyncIterator[ShiftWindow]:
    """A window on the screen, following a workstation that is set up for two people; `login` is chosen."""
    time = clock or SystemClock()
    async with workstation(hotel, login, clock=clock, **more) as at:
        window = MainWindow(look, at.tasks, NoConnector())
        window.resize(1280, 800)
        window.show()
        window.activateWindow()
        window.show_shifts(
            ShiftPlace(at.desk, time, lambda: ZONE, lambda: AsOf("Hotel Vitosha", ZONE, time.now(), time.now()))
        )
        await until(window.isActiveWindow)
        try:
            yield ShiftWindow(window, at, time)
        finally:
            window.front.follow(None)
            async with asyncio.timeout(10):
                await until(lambda: not len(at.tasks))
            await settled()
            window.hide()
            delete(window)
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
