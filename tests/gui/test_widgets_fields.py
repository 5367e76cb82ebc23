import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from clockdesk.ui.theme.status import booking_status
from clockdesk.ui.widgets.fields import Choice, SearchField, TickBox
from clockdesk.ui.widgets.multichoice import MultiChoice, Option

STATUSES = [
    Option(code, booking_status(code).word, booking_status(code)) for code in ("expected", "checked_in", "canceled")
]


@pytest.fixture
def page(qtbot):
    made = QWidget()
    QVBoxLayout(made)
    qtbot.addWidget(made)
    made.resize(400, 300)
    return made


def shown(page, widget):
    page.layout().addWidget(widget)
    page.show()
    widget.setFocus()
    return widget


def test_the_search_tells_what_was_typed_once_it_pauses(qtbot, look, page):
    field = shown(page, SearchField(look, "Guest, number"))
    heard: list[str] = []
    field.searched.connect(heard.append)
    QTest.keyClicks(field, "rossi")
    assert heard == []
    qtbot.waitUntil(lambda: heard == ["rossi"], timeout=5000)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert heard == ["rossi"]


def test_enter_searches_at_once_and_escape_empties(look, page):
    field = shown(page, SearchField(look, "Guest, number"))
    heard: list[str] = []
    field.searched.connect(heard.append)
    QTest.keyClicks(field, "214")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert heard == ["214", ""]
    assert field.text() == ""


def test_the_cross_empties_the_search(look, page):
    field = shown(page, SearchField(look, "Guest, number"))
    heard: list[str] = []
    field.searched.connect(heard.append)
    assert field.childAt(field.width() - 14, field.height() // 2) is None
    field.start_with("x")
    QTest.keyClick(field, Qt.Key.Key_Return)
    cross = field.childAt(field.width() - 14, field.height() // 2)
    QTest.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert heard == ["x", ""]


def test_the_down_key_leaves_the_search_for_the_list(look, page):
    field = shown(page, SearchField(look, "Guest, number"))
    heard: list[str] = []
    field.searched.connect(heard.append)
    field.left_down.connect(lambda: heard.append("down"))
    QTest.keyClicks(field, "a")
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert heard == ["a", "down"]
    assert field.accessibleName() == "Guest, number"


def test_a_choice_is_made_by_key_and_not_by_the_wheel(look, page):
    choice = Choice(look, "Room type")
    for value, word in enumerate(("Any", "Double", "<b>Suite</b>\u202e")):
        choice.add(word, value)
    shown(page, choice)
    wheel = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(choice, wheel)
    assert choice.currentData() == 0
    QTest.keyClick(choice, Qt.Key.Key_Down)
    assert choice.currentData() == 1
    assert choice.itemText(2) == "<b>Suite</b>"
    assert choice.sizeHint().width() > choice.fontMetrics().horizontalAdvance("<b>Suite</b>")


def test_a_box_is_ticked_by_its_words_and_by_the_space_bar(look, page):
    box = shown(page, TickBox(look, "Only vacant"))
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(box.sizeHint().width() - 6, 16))
    assert box.isChecked()
    on = box.grab().toImage()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert box.grab().toImage() != on
    assert box.accessibleName() == "Only vacant"


def test_choosing_several_tells_and_says_what(look, page):
    choice = shown(page, MultiChoice(look, "Status", STATUSES))
    heard: list[frozenset[str]] = []
    choice.changed.connect(heard.append)
    assert choice.summary == "any"
    choice.choose({"expected", "checked_in"})
    choice.choose({"checked_in", "expected"})
    assert heard == [frozenset({"expected", "checked_in"})]
    assert choice.accessibleName() == "Status: Expected, In house"
    choice.choose({"expected", "checked_in", "canceled"})
    assert choice.summary == "Expected +2"


def test_ticks_on_options_that_are_gone_are_dropped(look, page):
    choice = shown(page, MultiChoice(look, "Status", STATUSES))
    choice.choose({"expected", "canceled"})
    heard: list[frozenset[str]] = []
    choice.changed.connect(heard.append)
    choice.set_options(STATUSES[:2])
    assert choice.chosen == {"expected"}
    assert heard == [frozenset({"expected"})]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_open_list_is_worked_by_keyboard(look, page, qtbot):
    choice = shown(page, MultiChoice(look, "Status", STATUSES))
    opened = choice.open_list()
    heard: list[frozenset[str]] = []
    choice.changed.connect(heard.append)
    QTest.keyClick(opened.boxes[0], Qt.Key.Key_Space)
    QTest.keyClick(opened.boxes[0], Qt.Key.Key_Down)
    assert opened.focusWidget() is opened.boxes[1]
    QTest.keyClick(opened.boxes[1], Qt.Key.Key_Space)
    assert heard == [frozenset({"expected"}), frozenset({"expected", "checked_in"})]
    with qtbot.waitSignal(opened.destroyed, timeout=5000):
        QTest.keyClick(opened.boxes[1], Qt.Key.Key_Return)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_all_and_none_tick_and_tell_once(look, page):
    from clockdesk.ui.widgets.buttons import TextButton

    choice = shown(page, MultiChoice(look, "Status", STATUSES))
    opened = choice.open_list()
    heard: list[int] = []
    choice.changed.connect(lambda values: heard.append(len(values)))
    for button in opened.findChildren(TextButton):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == [3, 0]
    opened.close()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_list_opens_on_the_screen_even_at_its_edge(look, page):
    choice = shown(page, MultiChoice(look, "Status", STATUSES))
    area = page.screen().availableGeometry()
    page.move(area.right() - 60, area.bottom() - 60)
    QTest.mouseClick(choice, Qt.MouseButton.LeftButton)
    opened = next(w for w in QApplication.topLevelWidgets() if type(w).__name__ == "TickList" and w.isVisible())
    assert area.contains(opened.geometry())
    opened.close()
