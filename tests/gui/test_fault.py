"""A fault told in the window: the exact text, to be copied; the program goes on."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete

from clockdesk.app.clock import SystemClock
from clockdesk.app.crash import Watch
from clockdesk.ui.screens.fault import LAST_TIME, Faults
from tests.support.engine import until
from tests.support.screens import settled

NAMES: dict[str, int] = {}
TEXT = 'ClockDesk 1\n\nTraceback\n  File "clockdesk/x.py", line 1, in y\nValueError <b>&amp;'


@pytest.fixture
def window(qapp, look):
    made = QWidget()
    made.show()
    yield made
    delete(made)


async def test_the_text_is_copied_as_it_stands(window):
    faults = Faults(window)
    faults.tell(TEXT)
    dialog = faults.dialog
    assert dialog.isVisible()
    assert dialog.said.text.toPlainText() == TEXT
    assert dialog.said.text.isReadOnly()
    QTest.mouseClick(dialog.said.copy_button, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == TEXT
    assert dialog.isVisible()
    QTest.keyClick(dialog.buttons[""], Qt.Key.Key_Return)
    await settled()
    assert faults.dialog is None


async def test_one_after_the_other(window):
    faults = Faults(window)
    faults.tell("first", LAST_TIME)
    faults.tell("second")
    assert faults.dialog.said.text.toPlainText() == "first"
    assert faults.dialog.windowTitle() == LAST_TIME[0]
    faults.dialog.close()
    await settled()
    assert faults.dialog.said.text.toPlainText() == "second"
    faults.dialog.close()
    await settled()
    assert faults.dialog is None


@pytest.mark.logs("a fault of the program")
async def test_a_slot_that_fails_opens_the_dialog_and_the_program_goes_on(window, tmp_path, monkeypatch, qtbot):
    faults = Faults(window)
    watch = Watch(tmp_path, SystemClock())
    with qtbot.capture_exceptions():
        hook = watch._on_exception
        watch.follow(asyncio.get_running_loop(), faults.tell)
        monkeypatch.setattr("sys.excepthook", hook)
        QTimer.singleShot(0, lambda: NAMES["Nachtigall"])
        await until(lambda: faults.dialog is not None)
        text = faults.dialog.said.text.toPlainText()
        assert "KeyError" in text
        assert "Nachtigall" not in text
        ticked = []
        QTimer.singleShot(0, lambda: ticked.append(1))
        await until(lambda: ticked)
        faults.dialog.close()
        await settled()
    watch.end()
