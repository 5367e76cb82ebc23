"""Small widgets of the screens: a status to press, a row that leads somewhere, a row that fits."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from typing_extensions import override

from clockdesk.ui.theme.status import OUT_OF_SERVICE, housekeeping_status
from clockdesk.ui.widgets.fittingrow import FittingRow
from clockdesk.ui.widgets.rowbutton import Row, RowList
from clockdesk.ui.widgets.statusbutton import StatusButton
from tests.support.screens import signals


def test_a_status_button_says_its_word_and_count(look, qtbot):
    button = StatusButton(look, housekeeping_status("checked_out"), hint="Show only: Dirty")
    qtbot.addWidget(button)
    assert button.accessibleName() == "Dirty"
    narrow = button.sizeHint().width()
    button.set_count(31)
    assert button.accessibleName() == "Dirty: 31"
    assert button.sizeHint().width() > narrow
    assert button.minimumSizeHint() == button.sizeHint()


def test_a_status_button_looks_different_when_it_is_on(look, qtbot):
    button = StatusButton(look, OUT_OF_SERVICE)
    qtbot.addWidget(button)
    button.setCheckable(True)
    button.resize(button.sizeHint())
    off = button.grab().toImage()
    button.click()
    on = button.grab().toImage()
    button.setEnabled(False)
    assert off != on != button.grab().toImage()


def test_rows_lead_somewhere(look, qtbot):
    rows = RowList(look, "In the room", "Nobody is in the room.")
    qtbot.addWidget(rows)
    rows.show()
    assert rows._empty.isVisible()
    rows.show_rows([Row(7, "Rossi, Anna", "21–24 Nov"), Row(2**40, "<b>Moser</b>")])
    assert not rows._empty.isVisible()
    wanted = signals(rows.chosen)
    QTest.keyClick(rows.buttons[1], Qt.Key.Key_Return)
    rows.buttons[0].click()
    assert wanted == [(2**40,), (7,)]
    assert rows.buttons[0].accessibleName() == "Rossi, Anna, 21–24 Nov"
    assert rows.buttons[1].grab().width() > 0


def test_the_same_rows_are_left_alone(look, qtbot):
    rows = RowList(look, "In the room", "Nobody")
    qtbot.addWidget(rows)
    rows.show_rows([Row(7, "Rossi")])
    button = rows.buttons[0]
    rows.show_rows([Row(7, "Rossi")])
    assert rows.buttons[0] is button
    rows.show_rows([])
    assert rows.buttons == []


class Label(QLabel):
    @override
    def sizeHint(self):
        return QSize(100, 20)


def made_row(qtbot):
    row = FittingRow(8)
    qtbot.addWidget(row)
    labels = {}
    for name, rank in (("always", 0), ("first to go", 2), ("then me", 1), ("and me", 1)):
        labels[name] = Label(name)
        row.add(labels[name], rank)
    row.show()
    return row, labels


def shown(labels):
    return [name for name, label in labels.items() if not label.isHidden()]


def test_a_row_lets_the_least_needed_go(qtbot):
    row, labels = made_row(qtbot)
    row.resize(424, 20)
    assert shown(labels) == list(labels)
    row.resize(423, 20)
    assert shown(labels) == ["always", "then me", "and me"]
    row.resize(315, 20)
    assert shown(labels) == ["always"]
    row.resize(104, 20)
    assert shown(labels) == ["always"]
    row.resize(500, 20)
    assert shown(labels) == list(labels)


def test_what_is_not_wanted_takes_no_room(qtbot):
    row, labels = made_row(qtbot)
    row.resize(316, 20)
    assert shown(labels) == ["always", "then me", "and me"]
    row.want(labels["and me"], wanted=False)
    assert shown(labels) == ["always", "first to go", "then me"]
    row.want(labels["and me"], wanted=True)
    assert shown(labels) == ["always", "then me", "and me"]
