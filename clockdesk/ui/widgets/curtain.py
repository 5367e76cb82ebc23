"""A cover over a whole window: what was shown is hidden as it stands, and comes back as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from shiboken6 import isValid
from typing_extensions import override

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow


class Curtain(QObject):
    """Puts `cover` over a window. While it hangs, no shortcut works, and no dialog, menu or notice shows itself."""

    def __init__(self, window: QMainWindow, cover: QWidget) -> None:
        """Not drawn yet; the cover belongs to the window from now on."""
        super().__init__(window)
        self._window, self.cover = window, cover
        cover.setParent(window)
        cover.hide()
        self._hidden: list[QWidget] = []
        self._dialogs: list[QWidget] = []
        self._asleep: list[QWidget] = []
        self._focus: QWidget | None = None
        self.drawn = False

    def draw(self) -> None:
        """Cover everything. What people typed stays in its fields."""
        if self.drawn:
            return
        self.drawn = True
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        self._focus = QApplication.focusWidget()
        self._dialogs = [one for one in QApplication.topLevelWidgets() if one is not self._window and one.isVisible()]
        for dialog in self._dialogs:
            dialog.hide()
        self._hidden = [one for one in self._inside() if not one.isHidden()]  # a window locked at the start comes later
        self.cover.setGeometry(self._window.rect())
        self.cover.show()
        self.cover.raise_()
        for one in self._hidden:
            one.hide()
        _app().installEventFilter(self)

    def open(self) -> None:
        """Everything is back where it was, the keyboard too."""
        if not self.drawn:
            return
        self.drawn = False
        _app().removeEventFilter(self)
        hidden, self._hidden = self._hidden, []
        for one in hidden:
            if isValid(one):
                one.show()
        asleep, self._asleep = self._asleep, []
        for one in asleep:
            if isValid(one):
                one.setEnabled(True)
        self.cover.hide()
        dialogs, self._dialogs = self._dialogs, []
        for dialog in dialogs:
            if isValid(dialog):
                _again(dialog)
        if self._focus is not None and isValid(self._focus) and self._focus.isVisible():
            self._focus.setFocus()
        self._focus = None

    def _inside(self) -> list[QWidget]:
        children = self._window.children()
        return [one for one in children if isinstance(one, QWidget) and one is not self.cover and not one.isWindow()]

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the cover on top and whole, shortcuts asleep, and windows that open themselves away until later."""
        kind = event.type()
        if kind is QEvent.Type.ShortcutOverride:
            event.accept()  # then it is an ordinary key for the cover's own field
            return True
        if kind is QEvent.Type.Resize and watched is self._window:
            self.cover.setGeometry(self._window.rect())
        elif kind in {QEvent.Type.Show, QEvent.Type.ZOrderChange} and isinstance(watched, QWidget):
            if watched.parent() is self._window and not watched.isWindow() and watched is not self.cover:
                self.cover.raise_()
                if kind is QEvent.Type.Show and watched.isEnabled():
                    watched.setEnabled(False)  # a notice lies below the cover, but Tab would find its button
                    self._asleep.append(watched)
            elif kind is QEvent.Type.Show and watched.isWindow() and watched is not self._window:
                QTimer.singleShot(0, self, lambda: self._put_away(watched))
        return False

    def _put_away(self, dialog: QWidget) -> None:
        if self.drawn and isValid(dialog) and dialog.isVisible():
            dialog.hide()
            if dialog not in self._dialogs and isinstance(dialog, QDialog):
                self._dialogs.append(dialog)


def _again(dialog: QWidget) -> None:
    if isinstance(dialog, QDialog):
        dialog.open()  # hiding took its being modal away
    else:
        dialog.show()


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)  # noqa: S101 (a promise to the type checker)
    return app
