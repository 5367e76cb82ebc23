"""Fields for keys: no picture of them tells one key from another, and nothing of them can be copied."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from clockdesk.api.address import BaseUrl
from clockdesk.domain.tasks import Tasks
from clockdesk.office.connect import ConnectionForm
from clockdesk.office.sheets import AsOf
from clockdesk.ui.screens.connection import ConnectionDialog
from clockdesk.ui.screens.shift_key import KeyStep
from clockdesk.ui.screens.shift_look import ShiftPlace
from tests.support.desk import NOW
from tests.support.front import NoConnector
from tests.support.hotel import running_hotel
from tests.support.screens import settled, swept_up
from tests.support.timeclock import ZONE, workstation

hotel = running_hotel(rooms=2, bookings=2, scope="module")

AS_OF = AsOf("", ZONE, NOW)
ONE, OTHER = "f3c1a9d2-one-key-0001", "77b0e8aa-another-0002"


@pytest.fixture(autouse=True)
def _swept_up():
    swept_up()


def tell(widget, field):
    """What a picture and a screen reader get of it."""
    widget.resize(600, 500)
    widget.show()
    field.clearFocus()
    spoken = QAccessible.queryAccessibleInterface(field)
    return widget.grab().toImage(), spoken.text(QAccessible.Text.Value)


async def check(widget, field):
    """Two keys of one length look and sound the same, and neither gets to the clipboard."""
    assert len(ONE) == len(OTHER)
    field.setText(ONE)
    one = tell(widget, field)
    field.setText(OTHER)
    other = tell(widget, field)
    assert one == other
    assert OTHER not in other[1]
    field.setText("short")
    assert tell(widget, field)[0] != one[0], "the picture is of the field"

    clipboard = QGuiApplication.clipboard()
    field.setText(ONE)
    field.setFocus()
    for letter in (Qt.Key.Key_C, Qt.Key.Key_X, Qt.Key.Key_Insert):
        clipboard.setText("before")
        field.setText(ONE)
        field.selectAll()
        assert len(field.selectedText()) == len(ONE)
        QTest.keyClick(field, letter, Qt.KeyboardModifier.ControlModifier)
        field.copy()
        field.cut()
        assert clipboard.text() == "before"
    hints = Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData
    assert field.inputMethodHints() & hints, "no on-screen keyboard learns it"


async def gone(widget):
    widget.close()
    delete(widget)
    await settled()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


async def test_the_key_of_the_hotel(look):
    tasks = Tasks()
    dialog = ConnectionDialog(look, tasks, NoConnector())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    await check(dialog, dialog.fields["key"])
    await gone(dialog)


async def test_the_key_of_the_time_clock(look, hotel):
    async with workstation(hotel) as at:
        step = KeyStep(look, at.tasks, ShiftPlace(at.desk, at.desk._clock, lambda: ZONE, lambda: AS_OF))
        await check(step, step.secret)
        await gone(step)


async def test_a_key_that_was_kept_is_never_put_into_a_field(look):
    """What is known of an account goes into the dialog without the key: there is nothing to look at."""
    form = ConnectionForm.known(BaseUrl.parse("https://sky-eu1.clock-software.com/1/2"), "desk")
    dialog = ConnectionDialog(look, Tasks(), NoConnector())
    dialog.fill(form)
    assert (dialog.fields["user"].text(), dialog.fields["key"].text()) == ("desk", "")
    await gone(dialog)
