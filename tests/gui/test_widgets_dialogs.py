import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from shiboken6 import delete, isValid

from clockdesk.ui.widgets.dialogs import Answer, Question, ask, confirm

ANSWERS = [Answer("mine", "Keep mine", "primary"), Answer("theirs", "Take theirs"), Answer("void", "Void", "danger")]


def open_questions():
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, Question) and w.isVisible()]


@pytest.fixture
def window(qapp, look):
    made = QWidget()
    made.show()
    yield made
    if isValid(made):
        delete(made)


async def opened():
    async with asyncio.timeout(5):
        while not open_questions():  # noqa: ASYNC110 (a window has no event to await)
            await asyncio.sleep(0.01)
    return open_questions()[0]


async def test_the_answer_pressed_is_given(window):
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(ask(window, "Two versions", "Somebody changed it.", ANSWERS))
        question = await opened()
        QTest.mouseClick(question.buttons["theirs"], Qt.MouseButton.LeftButton)
    assert asking.result() == "theirs"


async def test_escape_is_no_answer(window):
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(ask(window, "Two versions", "Somebody changed it.", ANSWERS))
        QTest.keyClick(await opened(), Qt.Key.Key_Escape)
    assert asking.result() == ""


async def test_enter_never_costs_money(window):
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(confirm(window, "Void the folio?", "This can't be undone.", "Void", danger=True))
        question = await opened()
        assert question.buttons[""].hasFocus()
        QTest.keyClick(question, Qt.Key.Key_Return)
        QTest.keyClick(question.focusWidget(), Qt.Key.Key_Return)
    assert asking.result() is False


async def test_confirming_is_a_verb(window):
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(confirm(window, "Check out?", "The balance is settled.", "Check out"))
        question = await opened()
        assert question.buttons["yes"].text() == "Check out"
        QTest.keyClick(question.buttons["yes"], Qt.Key.Key_Return)
    assert asking.result() is True


async def test_other_work_goes_on_while_a_question_is_open(window):
    ticks = []

    async def tick():
        for _ in range(5):
            await asyncio.sleep(0.005)
            ticks.append(1)

    async with asyncio.TaskGroup() as group:
        asking = group.create_task(confirm(window, "Go on?", "Please choose.", "Go on"))
        question = await opened()
        await group.create_task(tick())
        assert not asking.done()
        question.reject()
    assert len(ticks) == 5


async def test_a_window_that_goes_away_answers_no(window):
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(confirm(window, "Go on?", "Please choose.", "Go on"))
        await opened()
        delete(window)
    assert asking.result() is False


async def test_a_question_whose_asker_gives_up_is_closed(window):
    asking = asyncio.get_running_loop().create_task(confirm(window, "Go on?", "Please choose.", "Go on"))
    question = await opened()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not isValid(question) or not question.isVisible()


async def test_hostile_text_and_a_widget_are_shown_plainly(window):
    field = QLineEdit("why")
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(ask(window, "<b>Eve</b>", "<img src=x>\u202e", ANSWERS, field))
        question = await opened()
        texts = [label.text() for label in question.findChildren(QLabel)]
        assert texts == ["<b>Eve</b>", "<img src=x>"]
        assert all(label.textFormat() is Qt.TextFormat.PlainText for label in question.findChildren(QLabel))
        assert field.isVisible()
        question.reject()
    assert asking.result() == ""
