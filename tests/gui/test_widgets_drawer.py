import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit

from clockdesk.domain.money import Money
from clockdesk.ui.theme.status import booking_status
from clockdesk.ui.widgets.chip import StatusChip
from clockdesk.ui.widgets.drawer import DetailDrawer, Fact, Section
from clockdesk.ui.widgets.money import MoneyLabel


@pytest.fixture
def drawer(qtbot, look):
    made = DetailDrawer(look, "Booking")
    qtbot.addWidget(made)
    made.resize(made.width(), 500)
    made.show()
    made.activateWindow()
    assert QTest.qWaitForWindowActive(made)
    return made


def stay(nights="3 nights", balance=0, widget=None):
    return [
        Section("Stay", (Fact("Nights", nights), Fact("Note", "<b>late</b>\u202e", tone="warning"))),
        Section("Money", (Fact("Balance", Money(balance, "JPY"), owed=True),), widget),
    ]


def texts(drawer):
    return [label.text() for label in drawer.findChildren(QLabel) if label.isVisible()]


def test_it_shows_heading_sections_and_values(drawer):
    drawer.set_heading("Rossi, <i>Anna</i>", "Booking 17", [booking_status("checked_in")])
    drawer.show_sections(stay(balance=-1200))
    said = texts(drawer)
    assert said[:2] == ["Rossi, <i>Anna</i>", "Booking 17"]
    assert {"Stay", "Nights", "3 nights", "<b>late</b>", "Money", "-1 200 JPY"} <= set(said)
    assert [chip.status.word for chip in drawer.findChildren(StatusChip)] == ["In house"]


def test_new_values_change_in_place(drawer):
    drawer.show_sections(stay())
    before = {id(label) for label in drawer.findChildren(QLabel)}
    drawer.show_sections(stay("4 nights", 500))
    assert {id(label) for label in drawer.findChildren(QLabel)} == before
    assert {"4 nights", "500 JPY"} <= set(texts(drawer))


def test_another_shape_is_built_anew(drawer):
    drawer.show_sections(stay())
    drawer.show_sections([Section("Room", (Fact("Number", "214"), Fact("Floor", None)))])
    assert "Stay" not in texts(drawer)
    assert {"Room", "Number", "214", "–"} <= set(texts(drawer))
    drawer.show_sections([])
    assert "Room" not in texts(drawer)


def test_an_editor_in_a_section_keeps_its_text_and_focus(drawer):
    editor = QPlainTextEdit("half typed")
    drawer.show_sections(stay(widget=editor))
    editor.setFocus()
    drawer.show_sections(stay("9 nights", 5, editor))
    assert editor.hasFocus()
    drawer.show_sections([Section("Stay", (), editor)])
    assert editor.toPlainText() == "half typed"
    assert editor.isVisible()


def test_actions_are_buttons_at_the_foot(drawer):
    pressed = []
    drawer.set_actions([("Check out", "primary", lambda: pressed.append("out")), ("Open folio", "", lambda: None)])
    buttons = drawer.set_actions([("Check in", "primary", lambda: pressed.append("in"))])
    QTest.keyClick(buttons[0], Qt.Key.Key_Return)
    assert pressed == ["in"]
    drawer.set_actions([])
    assert not buttons[0].isVisible()


def test_escape_and_the_cross_close(drawer):
    closed = []
    drawer.closed.connect(lambda: closed.append(1))
    QTest.keyClick(drawer, Qt.Key.Key_Escape)
    QTest.mouseClick(drawer.close_button, Qt.MouseButton.LeftButton)
    assert closed == [1, 1]


def test_a_long_title_and_a_long_value_stay_inside(drawer):
    drawer.set_heading("x" * 300)
    drawer.show_sections([Section("Notes", (Fact("Text", "word " * 200), Fact("Link", "y" * 300)))])
    assert drawer.width() == 376
    for label in drawer.findChildren(QLabel):
        assert label.mapTo(drawer, label.rect().topRight()).x() <= drawer.width()


@pytest.mark.parametrize(
    ("money", "text", "tone", "said"),
    [
        (Money(123450, "EUR"), "1 234.50 EUR", "danger", "1 234.50 EUR, owed"),
        (Money(-2000, "JPY"), "-2 000 JPY", "warning", "-2 000 JPY, owed to the guest"),
        (Money(0, "KWD"), "0.000 KWD", "muted", "0.000 KWD"),
        (None, "–", "muted", "not told"),
    ],
)
def test_a_balance_is_loud_only_when_somebody_owes_it(qtbot, look, money, text, tone, said):
    label = MoneyLabel(look, owed=True)
    qtbot.addWidget(label)
    label.set_money(money)
    assert label.text() == text
    assert label.property("tone") == tone
    assert label.accessibleName() == said
    assert label.alignment() & Qt.AlignmentFlag.AlignRight
    plain = MoneyLabel(look)
    qtbot.addWidget(plain)
    plain.set_money(money)
    assert not plain.property("tone")
