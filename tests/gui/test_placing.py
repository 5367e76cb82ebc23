"""A window comes back to a place where it can be seen, whatever became of the monitors."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from clockdesk.ui.widgets.placing import Placing, fitting, written

MAIN, SECOND, LEFT = QRect(0, 0, 1920, 1040), QRect(1920, 0, 2560, 1400), QRect(-1280, 0, 1280, 984)
LEAST = QSize(1024, 680)


@pytest.mark.parametrize(
    ("wanted", "screens", "place"),
    [
        (QRect(100, 100, 1360, 860), [MAIN], QRect(100, 100, 1360, 860)),
        (QRect(2200, 50, 1360, 860), [MAIN, SECOND], QRect(2200, 50, 1360, 860)),
        (QRect(-1200, 50, 1100, 860), [MAIN, LEFT], QRect(-1200, 50, 1100, 860)),
        (QRect(1700, 100, 1360, 860), [MAIN], QRect(1700, 100, 1360, 860)),
    ],
)
def test_what_can_be_taken_stays(wanted, screens, place):
    assert fitting(wanted, screens, LEAST) == place


@pytest.mark.parametrize(
    ("wanted", "screens"),
    [
        (QRect(2200, 50, 1360, 860), [MAIN]),
        (QRect(-1200, 50, 1100, 860), [MAIN]),
        (QRect(2200, 50, 2500, 1390), [MAIN]),
        (QRect(1900, 100, 1360, 860), [MAIN]),
        (QRect(100, -200, 1360, 860), [MAIN]),
        (QRect(100, 1035, 1360, 860), [MAIN]),
        (QRect(90_000, 90_000, 5, 5), [MAIN, SECOND]),
        (QRect(10, 10, 9000, 700), [MAIN]),
        (QRect(2200, 50, 1360, 860), [QRect(0, 0, 800, 560)]),
    ],
)
def test_what_can_t_comes_onto_the_main_screen_whole(wanted, screens):
    place = fitting(wanted, screens, LEAST)
    assert screens[0].contains(place)
    assert place.width() >= min(LEAST.width(), screens[0].width())
    assert place.height() >= min(LEAST.height(), screens[0].height())


def test_no_screen_at_all_changes_nothing():
    assert fitting(QRect(1, 2, 3, 4), [], LEAST) == QRect(1, 2, 3, 4)


@pytest.fixture
def window(qtbot):
    made = QMainWindow()
    qtbot.addWidget(made)
    made.setMinimumSize(300, 200)
    made.show()
    return made


def test_a_place_is_kept_and_found_again(window):
    window.setGeometry(40, 30, 500, 400)
    kept = written(window)
    assert kept == {"x": 40, "y": 30, "width": 500, "height": 400, "maximized": False}
    window.setGeometry(0, 0, 300, 200)
    Placing(window).restore(kept)
    assert written(window) == kept


def test_a_monitor_that_is_gone(window):
    screen = QGuiApplication.primaryScreen().availableGeometry()
    placing = Placing(window)
    placing.restore({"x": screen.right() + 500, "y": 10, "width": 400, "height": 300, "maximized": False})
    assert screen.contains(window.geometry())
    window.setGeometry(screen.right() + 500, 10, 400, 300)
    placing.look()
    assert screen.contains(window.geometry())


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"x": 1},
        {"x": "1", "y": 2, "width": 3, "height": 4},
        {"x": True, "y": True, "width": True, "height": True},
        {"x": 2**70, "y": 0, "width": 10, "height": 10},
        {"x": 0, "y": 0, "width": -5, "height": 0},
        {"maximized": "yes"},
    ],
)
def test_what_is_no_place_changes_nothing(window, kept):
    before = written(window)
    Placing(window).restore(kept)
    assert written(window) == before


def test_a_maximised_window_is_so_again(window):
    window.setGeometry(40, 30, 500, 400)
    window.showMaximized()
    kept = written(window)
    assert kept["maximized"] is True
    other = QMainWindow()
    Placing(other).restore(kept)
    assert other.isMaximized()
    other.deleteLater()
