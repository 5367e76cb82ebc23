"""A fault of the program, told to a person: what it means, and the exact text they may send. Nothing is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.dialogs import Answer, Question
from clockdesk.ui.widgets.labels import PlainLabel
from clockdesk.ui.widgets.text import paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW: Final = (
    "Something in ClockDesk failed",
    "The program goes on. Look again at what you did last: if it is not there, do it once more. What is below says "
    "where it happened; it holds no guest's data and no key. Nothing is sent by itself: copy it to whoever looks "
    "after ClockDesk here.",
)
LAST_TIME: Final = (
    "ClockDesk was ended by a fault last time",
    "What you had saved is kept, and what was on its way to Clock is looked up now. What is below says where it "
    "happened; it holds no guest's data and no key. Nothing is sent by itself: copy it to whoever looks after "
    "ClockDesk here.",
)
WIDTH: Final = 640
COPIED: Final = "Copied."
_ANSWERS: Final = (Answer("", "Go on"),)


class FaultText(QWidget):
    """The text, to be read and copied as it stands."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        """Read only."""
        super().__init__(parent)
        self.text = QPlainTextEdit(paragraph(text))
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("The text to be sent")
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setMinimumSize(560, 220)
        self.copy_button = TextButton("Copy the text")
        self.copy_button.clicked.connect(self._copy)
        self._said = PlainLabel(role="muted")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.copy_button)
        row.addWidget(self._said, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.text)
        column.addLayout(row)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.text.toPlainText())
        self._said.setText(COPIED)


class FaultDialog(Question):
    """Over a window; it stops nothing but that window. Open it with `open()`."""

    def __init__(self, parent: QWidget | None, words: Sequence[str], text: str) -> None:
        """`words`: title and sentence."""
        self.said = FaultText(text)
        super().__init__(parent, words[0], words[1], _ANSWERS, self.said)
        self.setMinimumWidth(WIDTH)
        if (layout := self.layout()) is not None:
            self.setMinimumHeight(layout.totalHeightForWidth(WIDTH))


class Faults:
    """Shows one fault at a time over a window; the next when that one was put away."""

    def __init__(self, window: QWidget) -> None:
        """Nothing yet."""
        self._window = window
        self._waiting: list[tuple[Sequence[str], str]] = []
        self.dialog: FaultDialog | None = None

    def tell(self, text: str, words: Sequence[str] = NOW) -> None:
        """Show it, now or after the one that is shown."""
        self._waiting.append((words, text))
        if self.dialog is None:
            self._next()

    def _next(self) -> None:
        self.dialog = None
        if self._waiting:
            words, text = self._waiting.pop(0)
            self.dialog = dialog = FaultDialog(self._window, words, text)
            dialog.finished.connect(lambda _: dialog.deleteLater())
            dialog.finished.connect(lambda _: self._next())
            dialog.open()
