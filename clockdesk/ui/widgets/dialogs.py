"""Questions that need an answer before going on: to confirm money or to resolve a conflict. Never a nested loop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.labels import Paragraph
from clockdesk.ui.widgets.text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer: its key, its verb, and its role (primary, danger or nothing)."""

    key: str
    verb: str
    role: str = ""


class Question(QDialog):
    """A sentence, perhaps a widget, and verbs. `answer` is the key chosen, "" when it was closed."""

    def __init__(
        self, parent: QWidget | None, title: str, text: str, answers: Sequence[Answer], widget: QWidget | None = None
    ) -> None:
        """The first answer that is neither primary nor dangerous has the focus: Enter must not cost money."""
        super().__init__(parent)
        self.answer = ""
        self.setWindowTitle(plain(title))
        self.setAccessibleName(plain(title))
        self.setAccessibleDescription(plain(text))
        self.setMinimumWidth(400)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addWidget(Paragraph(title, role="title"))
        column.addWidget(Paragraph(text))
        if widget is not None:
            column.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        self.buttons: dict[str, TextButton] = {}
        for each in answers:
            button = TextButton(each.verb, role=each.role)
            button.clicked.connect(lambda _=False, key=each.key: self._choose(key))
            row.addWidget(button)
            self.buttons[each.key] = button
        column.addSpacing(4)
        column.addLayout(row)
        calm = next((each for each in answers if not each.role), answers[0])
        self.buttons[calm.key].setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self, key: str) -> None:
        self.answer = key
        self.accept()


async def ask(
    parent: QWidget | None, title: str, text: str, answers: Sequence[Answer], widget: QWidget | None = None
) -> str:
    """Ask over `parent` and wait. Gives the key of the answer, "" when it was closed or the parent went away."""
    question = Question(parent, title, text, answers, widget)
    said: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def settle(answer: str) -> None:
        if not said.done():
            said.set_result(answer)

    question.finished.connect(lambda _: settle(question.answer))
    question.destroyed.connect(lambda: settle(""))
    question.open()
    try:
        return await said
    finally:
        if isValid(question):
            question.close()
            question.deleteLater()


async def confirm(parent: QWidget | None, title: str, text: str, verb: str, *, danger: bool = False) -> bool:
    """Ask whether to do what `verb` says. The other button says Cancel."""
    answers = (Answer("", "Cancel"), Answer("yes", verb, "danger" if danger else "primary"))
    return await ask(parent, title, text, answers) == "yes"
