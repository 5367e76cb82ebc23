"""Where a window stood last time, and where it may stand now: the second monitor may be gone, or be smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QPoint, QRect, QSize, QTimer
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtWidgets import QMainWindow

GRIP: Final = QSize(160, 32)
"""So much of a window's head must be on one screen for a hand to take it."""
_NUMBERS: Final = ("x", "y", "width", "height")
_FARTHEST: Final = 100_000


def fitting(wanted: QRect, screens: Sequence[QRect], least: QSize) -> QRect:
    """`wanted`, moved and shrunk so that it can be seen and taken; the first screen is the main one.

    What can be taken where it is stays there, even when it sticks out.
    """
    if not screens:
        return wanted
    head = QRect(wanted.topLeft(), QSize(wanted.width(), GRIP.height()))
    seen = [screen.intersected(head) for screen in screens]
    for screen, part in zip(screens, seen, strict=True):
        if part.width() >= min(GRIP.width(), wanted.width()) and part.height() >= GRIP.height() // 2:
            return wanted if wanted.width() <= 2 * screen.width() else _inside(wanted, screen, least)
    return _inside(wanted, screens[0], least)


def _inside(wanted: QRect, screen: QRect, least: QSize) -> QRect:
    size = wanted.size().boundedTo(screen.size()).expandedTo(least.boundedTo(screen.size()))
    made = QRect(QPoint(0, 0), size)
    made.moveCenter(screen.center())
    made.moveLeft(max(made.left(), screen.left()))
    made.moveTop(max(made.top(), screen.top()))
    return made


def written(window: QMainWindow) -> dict[str, Any]:
    """The window's place, for a settings file."""
    normal = window.normalGeometry() if window.isMaximized() else window.geometry()
    numbers = (normal.x(), normal.y(), normal.width(), normal.height())
    return {**dict(zip(_NUMBERS, numbers, strict=True)), "maximized": window.isMaximized()}


class Placing(QObject):
    """Keeps a window where it can be seen, when screens come and go."""

    def __init__(self, window: QMainWindow) -> None:
        """From now on."""
        super().__init__(window)
        self._window = window
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.look)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenRemoved.connect(self._on_removed)

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Go where it was; what is no place is left out."""
        numbers = [kept.get(name) for name in _NUMBERS]
        if all(type(number) is int and abs(number) <= _FARTHEST for number in numbers):
            x, y, width, height = (int(str(number)) for number in numbers)
            if width > 0 and height > 0:
                self._window.setGeometry(self._fitted(QRect(x, y, width, height)))
        if kept.get("maximized") is True:
            self._window.setWindowState(self._window.windowState().WindowMaximized)

    def look(self) -> None:
        """A screen has gone: come back to one that is there."""
        if not self._window.isMaximized() and not self._window.isMinimized():
            fitted = self._fitted(self._window.geometry())
            if fitted != self._window.geometry():
                self._window.setGeometry(fitted)

    def _fitted(self, wanted: QRect) -> QRect:
        main = QGuiApplication.primaryScreen()
        screens = sorted(QGuiApplication.screens(), key=lambda screen: screen is not main)
        return fitting(wanted, [screen.availableGeometry() for screen in screens], self._window.minimumSize())

    def _on_removed(self) -> None:
        self._later.start(500)  # the system moves windows itself, mostly
