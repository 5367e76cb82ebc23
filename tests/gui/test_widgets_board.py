import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QImage, QMouseEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel

from clockdesk.ui.models.columns import Column
from clockdesk.ui.models.table import LineModel
from clockdesk.ui.theme.look import Appearance
from clockdesk.ui.theme.status import housekeeping_status
from clockdesk.ui.widgets.board import RoomBoard
from clockdesk.ui.widgets.grid import GAP, MARGIN, lay_out
from clockdesk.ui.widgets.tile import TileFace

TILE = QSize(136, 88)


def face(number, floor, code="", **more):
    return TileFace(number, f"Floor {floor}", housekeeping_status(code), "DBL", **more)


@pytest.fixture
def faces():
    return {floor * 100 + n: face(str(floor * 100 + n), floor) for floor in range(1, 6) for n in range(1, 15)}


@pytest.fixture
def model(faces, hand):
    made = LineModel([Column[TileFace](key="room", title="Room", text=lambda x: x.spoken)], faces.get, hand)
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    return made


@pytest.fixture
def board(qtbot, look, model, faces):
    made = RoomBoard(look, model, lambda x: x, "Rooms")
    qtbot.addWidget(made)
    made.resize(2 * MARGIN + 5 * TILE.width() + 4 * GAP + 12, 500)
    made.show()
    model.show(list(faces))
    return made


def middle(board, model, key):
    return board.visualRect(model.index(model.row_of(key), 0)).center()


def click(board, model, key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, modifiers, middle(board, model, key))


def test_tiles_lie_in_lines_under_their_floor():
    grid = lay_out(["a"] * 5 + ["b"] * 2, 2 * MARGIN + 3 * 136 + 2 * GAP, TILE)
    assert grid.lines == ((0, 1, 2), (3, 4), (5, 6))
    assert [(head.word, head.count) for head in grid.heads] == [("a", 5), ("b", 2)]
    assert grid.tiles[0] == QRect(MARGIN, grid.heads[0].rect.bottom() + 1, 136, 88)
    assert grid.tiles[3].top() == grid.tiles[0].bottom() + 1 + GAP
    assert grid.height > grid.tiles[-1].bottom()
    assert grid.at(grid.tiles[4].center()) == 4
    assert grid.at(QPoint(0, 0)) is None


def test_tiles_fill_the_width_and_never_vanish():
    wide = lay_out(["a"] * 9, 1000, TILE)
    assert MARGIN <= 1000 - wide.tiles[5].right() - 1 < MARGIN + 7
    assert lay_out(["a"] * 3, 10, TILE).lines == ((0,), (1,), (2,))
    assert lay_out([], 500, TILE).tiles == ()


def test_steps_up_and_down_keep_the_column():
    grid = lay_out(["a"] * 5 + ["b"] * 4, 2 * MARGIN + 3 * 136 + 2 * GAP, TILE)
    assert grid.step(2, 1) == 4
    assert grid.step(4, 1) == 6
    assert grid.step(0, -1) == 0
    assert grid.step(1, 99) == 8


def test_a_click_chooses_and_ctrl_adds(board, model):
    heard: list[tuple[int, ...]] = []
    board.chosen.connect(heard.append)
    click(board, model, 102)
    click(board, model, 203, Qt.KeyboardModifier.ControlModifier)
    assert heard[-1] == (102, 203)
    click(board, model, 104)
    assert board.chosen_ids == (104,)


def test_shift_chooses_everything_in_between(board, model):
    click(board, model, 104)
    click(board, model, 107, Qt.KeyboardModifier.ShiftModifier)
    assert board.chosen_ids == (104, 105, 106, 107)


def drag(board, start, end):
    viewport, left, none = board.viewport(), Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    steps = [
        (QEvent.Type.MouseButtonPress, start, left, left),
        (QEvent.Type.MouseMove, (start + end) / 2, none, left),
        (QEvent.Type.MouseMove, end, none, left),
        (QEvent.Type.MouseButtonRelease, end, left, none),
    ]
    for kind, place, button, held in steps:
        at = QPointF(place)
        event = QMouseEvent(kind, at, viewport.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(viewport, event)


def test_a_frame_chooses_what_it_touches(board, model):
    start = board.visualRect(model.index(0, 0)).topLeft() - QPoint(6, 6)
    drag(board, start, middle(board, model, 107))
    assert board.chosen_ids == (101, 102, 106, 107)


def test_the_keyboard_walks_the_tiles_as_they_lie(board, model):
    board.setFocus()
    board.choose([101])
    walked = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_End):
        QTest.keyClick(board, key)
        walked.append(board.chosen_ids)
    assert walked == [(102,), (107,), (112,), (202,), (201,), (514,)]
    QTest.keyClick(board, Qt.Key.Key_Up)
    assert board.chosen_ids == (509,)
    QTest.keyClick(board, Qt.Key.Key_Home)
    assert board.chosen_ids == (101,)
    QTest.keyClick(board, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert board.chosen_ids == (101, 102, 103, 104, 105, 106)


def test_the_current_tile_is_scrolled_into_sight(board, model):
    board.setFocus()
    board.choose([101])
    QTest.keyClick(board, Qt.Key.Key_End)
    rect = board.visualRect(model.index(model.row_of(514), 0))
    assert board.viewport().rect().contains(rect)
    QTest.keyClick(board, Qt.Key.Key_Home)
    assert board.viewport().rect().contains(board.visualRect(model.index(0, 0)))
    assert board.verticalScrollBar().value() == 0


def test_enter_and_double_click_open_a_room(board, model):
    heard: list[int] = []
    board.opened.connect(heard.append)
    board.choose([103])
    QTest.keyClick(board, Qt.Key.Key_Return)
    QTest.mouseDClick(
        board.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle(board, model, 105)
    )
    assert heard == [103, 105]


def test_typing_goes_to_the_search(board):
    heard: list[str] = []
    board.typed.connect(heard.append)
    board.setFocus()
    QTest.keyClicks(board, "2")
    assert heard == ["2"]


def test_the_menu_is_for_the_selection(board, model):
    heard: list[tuple[int, ...]] = []
    board.menu_wanted.connect(lambda ids, _: heard.append(ids))

    def right_click(key):
        place = middle(board, model, key)
        there = board.viewport().mapToGlobal(place)
        QApplication.sendEvent(board.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, there))

    board.choose([101, 102])
    right_click(102)
    right_click(105)
    QApplication.sendEvent(board.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint()))
    assert heard == [(101, 102), (105,), (105,)]


def test_selection_and_scroll_survive_changes(board, model, faces):
    board.choose([103, 204])
    board.verticalScrollBar().setValue(150)
    faces[204] = face("204", 2, "checked_out")
    model.show([key for key in faces if key != 101], {204})
    assert board.chosen_ids == (103, 204)
    assert board.verticalScrollBar().value() == 150
    model.show([key for key in faces if key != 103])
    assert board.chosen_ids == (204,)


def test_a_changed_room_glows_and_the_pulse_rests_afterwards(board, model, faces, look, hand):
    board.grab()
    faces[102] = face("102", 1, occupied=True)
    model.show(list(faces), {102})
    assert look.pulse.running
    spot = board.visualRect(model.index(1, 0)).bottomRight() - QPoint(40, 6)
    assert board.grab().toImage().pixelColor(spot) == look.theme.glow
    hand.time += 0.7
    look.pulse.beat()
    assert not look.pulse.running
    assert board.grab().toImage().pixelColor(spot) == look.theme.surface.panel


def test_narrower_means_fewer_columns_and_a_longer_bar(board, model):
    longest = board.verticalScrollBar().maximum()
    board.resize(400, 500)
    assert board.verticalScrollBar().maximum() > longest
    first, second = (board.visualRect(model.index(row, 0)) for row in (0, 2))
    assert second.top() > first.bottom()


def test_a_tile_says_everything_in_words():
    told = face(
        "214", 2, "checked_out", occupied=True, arrival=True, departure=True, warning="Leaking tap", out_of_service=True
    )
    assert told.spoken == (
        "Room 214, Dirty, out of service, occupied, DBL, departure today, arrival today, Leaking tap"
    )
    assert told.shown.letter == "S"
    assert face("1", 1, None).spoken == "Room 1, Not told, DBL"
    assert face("1", 1, occupied=False, age="14:02").spoken == "Room 1, Clean, vacant, DBL, not up to date, read 14:02"


def test_a_screen_reader_finds_every_room(board, model, faces):
    list_ = QAccessible.queryAccessibleInterface(board)
    assert list_.role() is QAccessible.Role.List
    assert list_.text(QAccessible.Text.Name) == "Rooms"
    assert list_.childCount() == len(faces)
    third = list_.child(2)
    assert third.text(QAccessible.Text.Name) == "Room 103, Clean, DBL"
    inside = board.viewport().mapToGlobal(board.visualRect(model.index(2, 0)).center())
    assert third.rect().contains(inside)


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_every_kind_of_tile_looks_different_even_in_grey(board, model, faces, look, appearance):
    look.choose(appearance)
    kinds = [
        face("101", 1),
        face("101", 1, "inspect"),
        face("101", 1, "progress"),
        face("101", 1, "checked_out"),
        face("101", 1, None),
        face("101", 1, out_of_service=True),
        face("101", 1, occupied=True),
        face("101", 1, occupied=False),
        face("101", 1, arrival=True),
        face("101", 1, departure=True),
        face("101", 1, warning="Leaking tap"),
    ]
    pictures = []
    look.motion = False
    for kind in kinds:
        faces[101] = kind
        model.refresh_all()
        pictures.append(
            board.grab(board.visualRect(model.index(0, 0))).toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        )
    board.choose([101])
    pictures.append(
        board.grab(board.visualRect(model.index(0, 0))).toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    )
    assert not [(a, b) for a in range(len(pictures)) for b in range(a) if pictures[a] == pictures[b]]


def test_something_is_said_while_no_room_matches(board, model):
    empty = QLabel("No room matches")
    board.show_when_empty(empty)
    model.show([])
    assert empty.isVisible()
    model.show([101])
    assert not empty.isVisible()


def test_five_hundred_rooms_are_laid_out_and_painted(board, model, faces, look):
    faces.update({n: face(str(n), n // 50) for n in range(1000, 1500)})
    model.show(list(faces))
    assert model.rowCount() == 570
    assert not board.grab().isNull()
