import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QFontMetricsF, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from clockdesk.ui.models.columns import Align, Column
from clockdesk.ui.models.table import LineModel
from clockdesk.ui.screens.columns_bookings import booking_columns
from clockdesk.ui.screens.columns_folios import folio_columns
from clockdesk.ui.theme.status import booking_status
from clockdesk.ui.widgets.cells import PAD
from clockdesk.ui.widgets.slide import Slide
from clockdesk.ui.widgets.table import TableView


@dataclass(frozen=True)
class Line:
    name: str
    nights: int
    status: str = "expected"


@pytest.fixture
def lines():
    return {key: Line(f"guest {key:03}", key) for key in range(300)}


@pytest.fixture
def model(look, lines, hand):
    columns = [
        Column[Line](key="name", title="Guest", text=lambda x: x.name, sort=lambda x: x.name, stretch=True),
        Column[Line](key="nights", title="Nights", text=lambda x: str(x.nights), sample="99", align=Align.RIGHT,
                     sort=lambda x: x.nights, tone=lambda x: "danger" if x.nights > 5 else "muted"),
        Column[Line](key="status", title="Status", text=lambda x: booking_status(x.status).word, sample="Checked out",
                     chip=lambda x: booking_status(x.status)),
    ]  # fmt: skip
    return LineModel(columns, lines.get, hand)


@pytest.fixture
def view(qtbot, look, model):
    made = TableView(look, model, "Arrivals")
    qtbot.addWidget(made)
    model.show(range(100))
    made.resize(600, 400)
    made.show()
    return made


def place_of(view, model, key):
    row = model.row_of(key)
    return QPoint(30, view.rowViewportPosition(row) + view.rowHeight(row) // 2)


def click(view, model, key, button=Qt.MouseButton.LeftButton):
    QTest.mouseClick(view.viewport(), button, Qt.KeyboardModifier.NoModifier, place_of(view, model, key))


def seen(signal):
    heard: list[object] = []
    signal.connect(heard.append)
    return heard


def test_a_click_chooses_a_row(view, model):
    heard = seen(view.chosen)
    click(view, model, 3)
    assert heard == [3]
    assert view.chosen_id == 3


def test_enter_and_double_click_open_the_row(view, model):
    heard = seen(view.opened)
    view.choose(5)
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.mouseDClick(
        view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place_of(view, model, 7)
    )
    assert heard == [5, 7]


def test_enter_without_a_chosen_row_opens_nothing(view):
    heard = seen(view.opened)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert heard == []


def test_the_keyboard_walks_the_rows(view, model):
    view.setFocus()
    chosen = [view.chosen_id]
    for _ in range(2):
        QTest.keyClick(view, Qt.Key.Key_Down)
        chosen.append(view.chosen_id)
    assert chosen == [None, 0, 1]
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.chosen_id == 99
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.chosen_id == 99
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.chosen_id == 0


def test_just_typing_goes_to_the_search(view):
    heard = seen(view.typed)
    view.setFocus()
    QTest.keyClicks(view, "ro")
    assert heard[0] == "r"
    assert view.chosen_id is None


def test_the_chosen_row_is_followed_when_it_moves(view, model):
    view.choose(50)
    heard = seen(view.chosen)
    model.show([50, *range(50)])
    assert view.chosen_id == 50
    model.show(list(reversed(range(100))))
    assert view.chosen_id == 50
    assert heard == []


@pytest.mark.parametrize("rest", [[*range(50), *range(51, 100)], list(range(0, 100, 3)), []])
def test_when_the_chosen_row_leaves_no_neighbour_is_taken(view, model, rest):
    view.choose(50)
    heard = seen(view.chosen)
    model.show(rest)
    assert view.chosen_id is None
    assert view.selectionModel().selectedRows() == []
    assert heard == [None]


def test_rows_coming_in_above_do_not_push_the_eye_away(view, model):
    view.verticalScrollBar().setValue(40 * 32 + 7)
    before = view.rowViewportPosition(model.row_of(45))
    model.show([*range(200, 220), *range(100)])
    assert view.rowViewportPosition(model.row_of(45)) == before
    model.show(list(range(30, 100)))
    assert view.rowViewportPosition(model.row_of(45)) == before
    view.choose(45)
    model.show([key for key in range(100) if key % 2])
    assert view.rowViewportPosition(model.row_of(45)) == before


def test_at_the_top_new_rows_are_seen(view, model):
    model.show([200, *range(100)])
    assert view.verticalScrollBar().value() == 0
    assert view.rowAt(5) == model.row_of(200)


def test_a_click_on_a_title_sorts_up_down_and_back(view, model):
    model.show([3, 1, 2])
    header = view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(1) + 20, 10)
    orders = []
    for _ in range(3):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        orders.append(model.ids)
    assert orders == [(1, 2, 3), (3, 2, 1), (3, 1, 2)]


def test_the_keyboard_sorts(view, model):
    view.setFocus()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    orders = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(view, key, both)
        header = view.horizontalHeader()
        down = header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
        orders.append((header.sortIndicatorSection(), down, model.ids[0]))
    assert orders == [(0, False, 0), (0, True, 99), (1, False, 0), (0, False, 0), (1, False, 0)]


def test_a_screen_can_sort_by_a_columns_key(view, model):
    view.sort_by("nights", descending=True)
    assert model.ids[:2] == (99, 98)
    view.sort_by("no such column")
    assert model.ids[:2] == (0, 1)


def test_the_stretching_column_takes_what_is_left(view):
    widths = view.widths
    assert sum(widths.values()) == view.viewport().width()
    view.resize(900, 400)
    assert view.widths["name"] == widths["name"] + 300
    assert view.widths["nights"] == widths["nights"]
    view.setColumnWidth(1, 200)
    assert sum(view.widths.values()) == view.viewport().width()


def test_kept_widths_come_back(view):
    view.set_widths({"nights": 150, "gone": 10})
    assert view.widths["nights"] == 150
    assert view.horizontalHeader().sectionSize(1) == 150


def test_every_chip_has_room_for_its_word(view, look):
    from clockdesk.ui.widgets.cells import PAD
    from clockdesk.ui.widgets.chip import chip_width

    longest = max(chip_width(booking_status(code), look) for code in ("checked_out", "expected", "checked_in"))
    assert view.widths["status"] >= longest + 2 * PAD


def test_what_changed_glows_and_the_pulse_rests_afterwards(view, model, lines, look, hand):
    QApplication.processEvents()
    plain = view.grab().toImage()
    lines[2] = Line("guest 002", 9)
    model.show(range(100), {2})
    assert look.pulse.running
    cell = view.visualRect(model.index(2, 1)).translated(0, view.horizontalHeader().height())
    spot = cell.topLeft() + QPoint(4, 4)
    assert view.grab().toImage().pixelColor(spot) == look.theme.glow
    hand.time += 0.3
    look.pulse.beat()
    half = view.grab().toImage().pixelColor(spot)
    assert half not in (look.theme.glow, look.theme.surface.panel)
    hand.time += 0.31
    look.pulse.beat()
    assert view.grab().toImage().pixelColor(spot) == plain.pixelColor(spot)
    assert not look.pulse.running


def test_without_motion_a_change_is_marked_but_does_not_fade_or_slide(view, model, lines, look, hand):
    look.motion = False
    view.grab()
    lines[2] = Line("guest 002", 9)
    model.show([5, *range(5), *range(6, 100)], {2})
    hand.time += 0.5
    cell = view.visualRect(model.index(model.row_of(2), 1)).translated(0, view.horizontalHeader().height())
    assert view.grab().toImage().pixelColor(cell.topLeft() + QPoint(4, 4)) == look.theme.glow


def test_a_row_slides_to_its_new_place(view, model, look, hand):
    slide = Slide(0.2)
    assert slide.begin({1: 0, 2: 32, 3: 64}, {1: 64, 2: 0, 3: 32}, 10.0)
    assert slide.offset(1, 10.0) == -64
    assert -64 < slide.offset(1, 10.1) < 0
    assert slide.offset(1, 10.2) == 0
    assert not slide.done(10.1)
    assert slide.done(10.21)
    assert not slide.active
    model.show([*range(1, 8), 0, *range(8, 100)])
    assert look.pulse.running
    view.grab()
    hand.time += 1
    look.pulse.beat()
    assert not look.pulse.running


def test_another_list_does_not_slide():
    slide = Slide(0.2)
    assert not slide.begin({1: 0, 2: 32}, {7: 0, 8: 32, 1: 64}, 1.0)
    assert not slide.begin({1: 0, 2: 32}, {1: 0, 2: 32}, 1.0)


def test_the_menu_is_asked_for_by_mouse_and_key(view, model):
    heard: list[tuple[int, QPoint]] = []
    view.menu_wanted.connect(lambda key, place: heard.append((key, place)))
    place = place_of(view, model, 4)
    QApplication.sendEvent(
        view.viewport(),
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place)),
    )
    view.choose(6)
    QApplication.sendEvent(view.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint()))
    assert [key for key, _ in heard] == [4, 6]
    under = view.viewport().mapFromGlobal(heard[1][1])
    assert abs(under.y() - view.rowViewportPosition(7)) <= 1


def test_something_is_said_while_there_are_no_rows(view, model):
    empty = QLabel("Nobody arrives today")
    view.show_when_empty(empty)
    assert not empty.isVisible()
    model.show([])
    assert empty.isVisible()
    assert empty.size() == view.viewport().size()
    view.resize(500, 300)
    assert empty.size() == view.viewport().size()
    model.show([1])
    assert not empty.isVisible()


def test_the_hovered_row_is_lit(view, model, look):
    def ground(key):
        return view.grab().toImage().pixelColor(place_of(view, model, key) + QPoint(200, 40 - 8))

    def move_to(key):
        place, none = QPointF(place_of(view, model, key)), Qt.MouseButton.NoButton
        event = QMouseEvent(
            QEvent.Type.MouseMove, place, view.viewport().mapToGlobal(place), none, none, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(view.viewport(), event)

    move_to(3)
    assert ground(3) == look.theme.surface.hover
    move_to(5)
    assert ground(3) == look.theme.surface.panel


@pytest.mark.qt_log_ignore("This plugin does not support raise")
def test_a_cut_text_is_whole_in_the_tooltip(qtbot, view, model, lines):
    from PySide6.QtGui import QHelpEvent
    from PySide6.QtWidgets import QToolTip

    lines[0] = Line("<b>" + "very long name " * 20, 1)
    model.refresh({0})
    place = place_of(view, model, 0)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), event)
    assert QToolTip.text().startswith("<qt>&lt;b&gt;very long name")
    QToolTip.hideText()


def test_row_heights_follow_the_tokens(view, look):
    assert view.rowHeight(0) == look.size.row == 32
    view.set_row_height(look.size.row_compact)
    assert view.rowHeight(0) == 28


def test_a_screen_reader_finds_the_rows(view):
    from PySide6.QtGui import QAccessible

    table = QAccessible.queryAccessibleInterface(view)
    assert table.text(QAccessible.Text.Name) == "Arrivals"
    names = [table.child(number).text(QAccessible.Text.Name) for number in range(20)]
    assert {"guest 002", "Expected", "Guest"} <= set(names)


@pytest.mark.parametrize("make", [booking_columns, folio_columns])
def test_no_column_cuts_its_widest_usual_text(qtbot, look, hand, make):
    columns: tuple[Column[Any], ...] = make(lambda: dt.date(2026, 11, 21))
    nothing: dict[int, Any] = {}
    view = TableView(look, LineModel(columns, nothing.get, hand), "Lines")
    qtbot.addWidget(view)
    for column, width in zip(columns, view._natural, strict=True):
        metrics = QFontMetrics(look.fonts.strong if column.strong else look.fonts.body)
        if column.chip is None:
            shown = metrics.elidedText(column.sample, Qt.TextElideMode.ElideRight, width - 2 * PAD)
            assert shown == column.sample, column.key
            assert QFontMetricsF(metrics).horizontalAdvance(column.sample) < width - 2 * PAD
