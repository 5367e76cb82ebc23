import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from clockdesk.ui.theme.look import Appearance
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.theme.status import booking_status
from clockdesk.ui.widgets.buttons import CountButton, MarkButton, TextButton
from clockdesk.ui.widgets.chip import CHIP_EXTRA, StatusChip, chip_width
from clockdesk.ui.widgets.fields import SearchField
from clockdesk.ui.widgets.filterbar import FilterBar
from clockdesk.ui.widgets.flow import FlowLayout
from clockdesk.ui.widgets.rail import Place, Rail
from clockdesk.ui.widgets.section import SectionHeader

PLACES = [
    Place("today", "Today", Mark.TODAY, "Ctrl+1"),
    Place("bookings", "Bookings", Mark.BOOKINGS, "Ctrl+2"),
    Place("rooms", "Rooms", Mark.ROOMS, "Ctrl+3"),
]


def press_count(button):
    pressed = []
    button.clicked.connect(lambda: pressed.append(1))
    QTest.keyClick(button, Qt.Key.Key_Return)
    QTest.keyClick(button, Qt.Key.Key_Enter)
    QTest.keyClick(button, Qt.Key.Key_Space)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    return len(pressed)


def test_every_button_works_by_mouse_and_by_key(qtbot, look):
    for button in (
        TextButton("Check in"),
        MarkButton(look, Mark.COPY, "Copy the query"),
        CountButton(look, "Arrivals", Mark.ARRIVAL),
    ):
        qtbot.addWidget(button)
        button.show()
        assert press_count(button) == 4
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_names_on_buttons_are_plain(qtbot):
    button = TextButton("Tom & <b>Jerry</b>\u202e", hint="<i>x</i>")
    qtbot.addWidget(button)
    assert button.text() == "Tom && <b>Jerry</b>"
    assert button.accessibleName() == "Tom & <b>Jerry</b>"
    assert button.toolTip() == "<qt>&lt;i&gt;x&lt;/i&gt;</qt>"


def test_a_mark_button_says_what_it_does(qtbot, look):
    button = MarkButton(look, Mark.STAR, "Save the filter")
    qtbot.addWidget(button)
    before = button.grab().toImage()
    button.set_mark(Mark.CLOSE, "Remove the filter")
    assert button.accessibleName() == "Remove the filter"
    assert button.toolTip() == "<qt>Remove the filter</qt>"
    assert button.grab().toImage() != before


def test_the_focus_can_be_seen_on_painted_buttons(qtbot, look):
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    buttons = [MarkButton(look, Mark.STAR, "Save"), CountButton(look, "Arrivals", Mark.ARRIVAL)]
    for button in buttons:
        column.addWidget(button)
    page.show()
    page.activateWindow()
    assert QTest.qWaitForWindowActive(page)
    for button in buttons:
        button.clearFocus()
        without = button.grab().toImage()
        button.setFocus()
        assert button.grab().toImage() != without


def test_a_count_is_a_number_with_its_meaning(qtbot, look):
    button = CountButton(look, "In house", Mark.IN_HOUSE)
    qtbot.addWidget(button)
    assert (button.value, button.accessibleName()) == ("–", "In house")
    button.set_value(1084)
    assert (button.value, button.accessibleName()) == ("1 084", "In house: 1 084")
    quiet = button.grab().toImage()
    button.set_value(1084, tone="danger")
    assert button.grab().toImage() != quiet
    button.set_value(None)
    assert button.accessibleName() == "In house: not known yet"
    narrow = button.minimumSizeHint().width()
    button.set_value("123 456 789.00 EUR")
    assert button.minimumSizeHint().width() > narrow


@pytest.fixture
def rail(qtbot, look):
    window = QWidget()
    made = Rail(look, PLACES, [Place("connection", "Connection", Mark.CONNECTION)], window)
    made.resize(made.width(), 600)
    window.resize(300, 600)
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    yield made
    window.close()


def stops(rail):
    return [rail._stops[key] for key in ("today", "bookings", "rooms", "connection")]


def test_the_rail_leads_to_a_screen_by_mouse_and_shortcut(qtbot, rail):
    heard: list[str] = []
    rail.chosen.connect(heard.append)
    assert rail.here == "today"
    QTest.mouseClick(stops(rail)[2], Qt.MouseButton.LeftButton)
    QTest.keyClick(rail.window(), Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert heard == ["rooms", "bookings"]
    assert [stop.isChecked() for stop in stops(rail)] == [False, True, False, False]


def test_choosing_a_place_by_program_tells_nobody(rail):
    heard: list[str] = []
    rail.chosen.connect(heard.append)
    rail.choose("rooms")
    assert (rail.here, heard) == ("rooms", [])


def test_the_rail_is_walked_by_arrow_keys(rail):
    stops(rail)[0].setFocus()
    QTest.keyClick(stops(rail)[0], Qt.Key.Key_Down)
    assert stops(rail)[1].hasFocus()
    QTest.keyClick(stops(rail)[1], Qt.Key.Key_Up)
    assert stops(rail)[0].hasFocus()


def test_a_badge_is_seen_and_said(rail):
    stop = stops(rail)[0]
    before = stop.grab().toImage()
    rail.set_badge("today", 3)
    assert stop.accessibleName() == "Today, 3 to look at"
    assert stop.grab().toImage() != before
    rail.set_badge("today", 0)
    assert stop.accessibleName() == "Today"
    assert "Ctrl+1" in stop.toolTip()


def test_pressing_the_current_place_leaves_it_current(rail):
    QTest.mouseClick(stops(rail)[0], Qt.MouseButton.LeftButton)
    assert stops(rail)[0].isChecked()


@pytest.mark.parametrize("short", [False, True])
def test_a_chip_paints_its_status_whole(qtbot, look, short):
    chip = StatusChip(look, booking_status("checked_out"), short=short)
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    first = chip.grab().toImage()
    tone = look.theme.tone.checked_out
    assert first.pixelColor(chip.width() // 2, 0) == tone.border
    assert first.pixelColor(chip.width() // 2, chip.height() - 1) == tone.border
    chip.set_status(booking_status("expected"))
    assert chip.accessibleName() == "Status: Expected"
    assert chip.grab().toImage() != first
    word = 0 if short else chip.fontMetrics().horizontalAdvance("Expected")
    assert chip_width(chip.status, look, short=short) < word * 1.3 + CHIP_EXTRA + 12


def test_painted_widgets_follow_the_theme(qtbot, look):
    widgets = [
        StatusChip(look, booking_status("expected")),
        MarkButton(look, Mark.STAR, "Save"),
        CountButton(look, "Arrivals", Mark.ARRIVAL),
        SearchField(look, "Search"),
    ]
    for widget in widgets:
        qtbot.addWidget(widget)
    light = [widget.grab().toImage() for widget in widgets]
    look.choose(Appearance.DARK)
    assert all(widget.grab().toImage() != image for widget, image in zip(widgets, light, strict=True))


def test_filters_wrap_into_the_next_line(qtbot, look):
    bar = FilterBar(look, "Bookings")
    qtbot.addWidget(bar)
    fields = [QLineEdit() for _ in range(6)]
    for number, field in enumerate(fields):
        bar.add(field, f"Field {number}")
    wide, narrow = bar.heightForWidth(2000), bar.heightForWidth(500)
    assert narrow > wide
    bar.resize(500, narrow)
    bar.show()
    for field in fields:
        assert bar.rect().contains(QRect(field.mapTo(bar, QPoint()), field.size()))
    tops = [field.mapTo(bar, QPoint()).y() for field in fields]
    assert tops == sorted(tops)
    assert len(set(tops)) > 1


def test_the_bar_says_how_many_match_and_clears(qtbot, look):
    bar = FilterBar(look, "Bookings")
    qtbot.addWidget(bar)
    bar.add(QLineEdit())
    bar.resize(800, 60)
    bar.show()

    def said():
        return [label.text() for label in bar.findChildren(QLabel)]

    bar.set_tally(3000, filtered=False)
    assert said() == ["3 000 in all"]
    assert not bar.reset_button.isVisible()
    bar.set_tally(12, filtered=True)
    assert said() == ["12 match"]
    pressed = []
    bar.reset_wanted.connect(lambda: pressed.append(1))
    QTest.mouseClick(bar.reset_button, Qt.MouseButton.LeftButton)
    assert pressed == [1]


def test_a_flow_gives_its_items_back(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    flow = FlowLayout(page)
    labels = [QLabel("a"), QLabel("b")]
    for label in labels:
        flow.addWidget(label)
    assert flow.count() == 2
    assert flow.itemAt(5) is None
    taken = flow.takeAt(0)
    assert taken is not None
    assert taken.widget() is labels[0]
    assert flow.takeAt(9) is None
    assert flow.sizeHint().width() >= labels[1].sizeHint().width()


def test_a_section_head_has_a_count_and_one_quiet_verb(qtbot, look):
    head = SectionHeader("Arrivals", verb="Open list")
    qtbot.addWidget(head)
    head.resize(300, 40)
    head.show()
    head.set_count(1200)
    assert [label.text() for label in head.findChildren(QLabel)] == ["Arrivals", "1 200"]
    pressed = []
    head.acted.connect(lambda: pressed.append(1))
    QTest.mouseClick(head.button, Qt.MouseButton.LeftButton)
    assert pressed == [1]
    assert SectionHeader("Rooms").button.isHidden()


def test_a_section_head_opens_no_window_while_it_is_made(qapp):
    shown = []

    class Watch(QObject):
        @override
        def eventFilter(self, watched, event):
            if event.type() is QEvent.Type.Show and watched.isWidgetType() and watched.isWindow():
                shown.append(watched)
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    head = SectionHeader("Arrivals", verb="Open list")
    qapp.removeEventFilter(watch)
    assert shown == []
    assert not head.button.isHidden()
