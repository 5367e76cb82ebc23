"""The question for the hotel's time zone: asked in words, answered from a list, never guessed."""

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from clockdesk.domain.tasks import Tasks
from clockdesk.ui.screens.zone import ask_zone
from clockdesk.ui.widgets.dialogs import Question
from clockdesk.ui.widgets.labels import Paragraph
from tests.support.engine import until


async def question(parent, *, after=None):
    def asked():
        return [q for q in parent.findChildren(Question) if q.isVisible() and q is not after]

    await until(asked)
    return asked()[0]


def press(dialog, key):
    QTest.mouseClick(dialog.buttons[key], Qt.MouseButton.LeftButton)


@pytest.mark.qt_log_ignore("This plugin does not support")
async def test_a_city_is_taken_and_nonsense_is_asked_again(look):
    parent = QWidget()
    parent.show()
    answer = Tasks().spawn(ask_zone(look, parent, "Middle Earth"), "ask", awaited=True)
    first = await question(parent)
    assert any("Middle Earth" in label.text() for label in first.findChildren(Paragraph))
    QTest.keyClicks(first.findChild(QLineEdit), "Mordor")
    press(first, "use")
    second = await question(parent, after=first)
    assert any("Mordor" in label.text() for label in second.findChildren(Paragraph))
    second.findChild(QLineEdit).clear()
    QTest.keyClicks(second.findChild(QLineEdit), "Europe/Sofia")
    press(second, "use")
    async with asyncio.timeout(10):
        assert await answer == "Europe/Sofia"


@pytest.mark.qt_log_ignore("This plugin does not support")
async def test_not_now_is_an_answer(look):
    parent = QWidget()
    parent.show()
    answer = Tasks().spawn(ask_zone(look, parent, ""), "ask", awaited=True)
    press(await question(parent), "")
    async with asyncio.timeout(10):
        assert await answer == ""
