from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTableView

from clockdesk.ui.models.columns import Align, Column, Role
from clockdesk.ui.models.table import MOST_GLOWS, LineModel
from clockdesk.ui.theme.status import booking_status

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


@dataclass(frozen=True)
class Line:
    name: str
    nights: int | None = 1
    status: str = "expected"


COLUMNS = (
    Column[Line](
        key="name", title="Guest", text=lambda x: x.name, sort=lambda x: x.name.casefold(), tip=lambda x: x.name
    ),
    Column[Line](
        key="nights",
        title="Nights",
        text=lambda x: str(x.nights or ""),
        sort=lambda x: x.nights,
        align=Align.RIGHT,
        tone=lambda x: "danger" if (x.nights or 0) > 20 else "",
    ),
    Column[Line](
        key="status",
        title="Status",
        text=lambda x: booking_status(x.status).word,
        chip=lambda x: booking_status(x.status),
    ),
)


@pytest.fixture
def lines():
    return {key: Line(f"guest {key:05}", nights=key % 30) for key in range(200)}


@pytest.fixture
def model(qapp, lines, hand):
    made = LineModel(COLUMNS, lines.get, hand)
    QAbstractItemModelTester(made, FATAL, made)
    return made


def texts(model, column=0):
    return [model.index(row, column).data() for row in range(model.rowCount())]


def paint_all(model):
    """What a view does: asks for every cell."""
    return [texts(model, column) for column in range(model.columnCount())]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_series_of_shows_keeps_the_models_promises(qapp, hand, data):
    lines = {key: Line(str(key), key) for key in range(60)}
    model = LineModel(COLUMNS, lines.get, hand)
    tester = QAbstractItemModelTester(model, FATAL)
    resets = []
    model.modelReset.connect(lambda: resets.append(1))
    held: dict[int, QPersistentModelIndex] = {}
    for _ in range(data.draw(st.integers(1, 6))):
        ids = data.draw(st.lists(st.integers(0, 59), unique=True, max_size=60) | st.permutations(range(60)))
        changed = data.draw(st.sets(st.integers(0, 59), max_size=8))
        for key in changed:
            lines[key] = Line(f"{key} again", data.draw(st.none() | st.integers(0, 9)))
        if data.draw(st.booleans()):
            model.sort(data.draw(st.integers(-1, 2)), data.draw(st.sampled_from(Qt.SortOrder)))
        model.show(ids, changed)
        assert sorted(model.ids) == sorted(ids)
        assert [model.row_of(key) for key in model.ids] == list(range(len(ids)))
        assert texts(model) == [lines[key].name for key in model.ids]
        for key, index in held.items():
            assert index.isValid() == (key in model.ids)
            if index.isValid():
                assert index.data(Role.ID) == key
        held = {key: QPersistentModelIndex(model.index(row, 1)) for row, key in enumerate(model.ids)}
    assert not resets
    del tester


def test_rows_follow_the_order_given_or_the_column_chosen(model, lines):
    model.show([3, 1, 2])
    assert texts(model) == ["guest 00003", "guest 00001", "guest 00002"]
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert model.ids == (3, 2, 1)
    model.show([1, 2, 3, 9], frozenset())
    assert model.ids == (9, 3, 2, 1)
    model.sort(-1)
    assert model.ids == (1, 2, 3, 9)


def test_lines_without_a_key_stand_last_both_ways(model, lines):
    lines[1] = Line("a", None)
    model.show([1, 2, 3])
    model.sort(1, Qt.SortOrder.AscendingOrder)
    assert model.ids == (2, 3, 1)
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert model.ids == (3, 2, 1)


def test_a_column_without_a_key_can_not_be_sorted(model):
    model.show([3, 1, 2])
    model.sort(2)
    assert model.ids == (3, 1, 2)


def test_a_changed_line_takes_its_new_place(model, lines):
    model.show(range(10))
    model.sort(1)
    lines[0] = Line("guest 00000", 5)
    model.show(range(10), {0})
    assert model.ids in {(1, 2, 3, 4, 0, 5, 6, 7, 8, 9), (1, 2, 3, 4, 5, 0, 6, 7, 8, 9)}


@pytest.mark.parametrize("ids", [[7, *range(7), *range(8, 100)], list(reversed(range(100))), list(range(0, 100, 2))])
def test_the_selection_holds_its_row(model, ids):
    model.show(range(100))
    view = QTableView()
    view.setModel(model)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    view.selectionModel().setCurrentIndex(model.index(40, 0), flags)
    model.show(ids)
    assert view.currentIndex().data(Role.ID) == 40
    assert [index.data(Role.ID) for index in view.selectionModel().selectedRows()] == [40]


def test_many_changes_are_a_handful_of_signals(model):
    model.show(range(200))
    told = []
    model.rowsInserted.connect(lambda *_: told.append("in"))
    model.rowsRemoved.connect(lambda *_: told.append("out"))
    model.rowsMoved.connect(lambda *_: told.append("move"))
    model.layoutChanged.connect(lambda *_: told.append("layout"))
    model.show(list(reversed(range(0, 200, 2))))
    assert len(told) <= 4
    assert "out" in told


def test_what_did_not_change_is_not_told(model):
    model.show(range(50))
    told = []
    for signal in (model.rowsInserted, model.rowsRemoved, model.rowsMoved, model.layoutChanged, model.dataChanged):
        signal.connect(lambda *_: told.append(1))
    model.show(range(50))
    model.show(range(50), {777})
    assert told == []


def test_changed_rows_are_told_in_stretches(model, lines):
    model.show(range(50))
    told = []
    model.dataChanged.connect(lambda first, last, _: told.append((first.row(), last.row())))
    model.show(range(50), {3, 4, 5, 20, 49})
    assert told == [(3, 5), (20, 20), (49, 49)]


def test_the_cell_that_changed_glows_once_and_fades(model, lines, hand):
    model.show(range(10))
    paint_all(model)
    begun = []
    model.glowing.connect(lambda: begun.append(1))
    lines[4] = Line("guest 00004", 77)
    model.show(range(10), {4, 5})
    assert begun == [1]
    assert model.index(4, 1).data(Role.GLOW) == 1.0
    assert model.index(4, 0).data(Role.GLOW) == 0.0
    assert model.index(5, 1).data(Role.GLOW) == 0.0
    hand.time += 0.3
    assert model.index(4, 1).data(Role.GLOW) == pytest.approx(0.5)
    assert model.fade() == ([4], True)
    hand.time += 0.31
    assert model.index(4, 1).data(Role.GLOW) == 0.0
    assert model.fade() == ([4], False)
    assert model.fade() == ([], False)


def test_a_row_that_an_event_brought_glows_and_one_a_filter_brought_does_not(model):
    model.show(range(5))
    model.show(range(7), {5})
    assert model.glow(5, 0) == 1.0
    assert model.glow(6, 0) == 0.0


def test_catching_up_does_not_glow(model, lines):
    model.show(range(200))
    paint_all(model)
    for key in range(MOST_GLOWS + 1):
        lines[key] = Line("other")
    begun = []
    model.glowing.connect(lambda: begun.append(1))
    model.show(range(200), set(range(MOST_GLOWS + 1)))
    assert begun == []
    assert texts(model)[:2] == ["other", "other"]


def test_cells_are_made_once_until_their_line_changes(qapp, hand):
    asked = []

    def text(line):
        asked.append(line.name)
        return line.name

    column = Column[Line](key="a", title="A", text=text)
    lines = {1: Line("one"), 2: Line("two")}
    model = LineModel([column], lines.get, hand)
    model.show([1, 2])
    texts(model)
    texts(model)
    assert asked == ["one", "two"]
    lines[2] = Line("three")
    model.refresh({2})
    assert texts(model) == ["one", "three"]
    assert asked == ["one", "two", "three"]
    model.refresh_all()
    assert texts(model) == ["one", "three"]
    assert len(asked) == 5


def test_hostile_names_are_plain_in_cells_and_tooltips(model, lines):
    lines[1] = Line("<b>Eve</b>\u202e\n\u200bX")
    model.show([1])
    assert model.index(0, 0).data() == "<b>Eve</b> X"
    assert model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole) == "<qt>&lt;b&gt;Eve&lt;/b&gt;<br>X</qt>"
    assert model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole) is None


def test_a_line_that_is_gone_leaves_an_empty_row(model, lines):
    del lines[1]
    model.show([1, 2])
    model.sort(0)
    assert texts(model) == ["guest 00002", ""]


def test_cells_carry_chip_tone_and_alignment(model, lines):
    lines[1] = Line("a", 25, "checked_in")
    model.show([1])
    assert model.cell(0, 2).chip == booking_status("checked_in")
    assert model.cell(0, 1).tone == "danger"
    right = model.index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole)
    assert right & Qt.AlignmentFlag.AlignRight
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Nights"
    assert model.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole) == right
    assert model.headerData(1, Qt.Orientation.Vertical) is None


def test_stale_lines_say_so(qapp, hand):
    model = LineModel(
        COLUMNS, {1: Line("old"), 2: Line("new")}.get, hand, age=lambda x: "14:02" if x.name == "old" else ""
    )
    model.show([1, 2])
    assert [model.index(row, 0).data(Role.STALE) for row in (0, 1)] == [True, False]


def test_an_id_given_twice_is_shown_once(model):
    model.show([1, 2, 1])
    assert model.ids == (1, 2)
    assert model.id_at(5) is None
    assert model.row_of(77) is None
    assert not model.flags(QModelIndex())
