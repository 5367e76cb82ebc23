"""A room's housekeeping remark, edited in place. What somebody types is never lost and never written over unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from clockdesk.domain.words import explain
from clockdesk.office.actions import Ending
from clockdesk.ui.widgets.buttons import ENTER, TextButton
from clockdesk.ui.widgets.labels import Paragraph

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.actions import Outcome
    from clockdesk.office.office import Office
    from clockdesk.ui.theme.look import Look


@dataclass(slots=True)
class _Draft:
    """What was typed, and over which text."""

    text: str
    seen: str
    note: str = ""
    tone: str = ""


class RemarkEditor(QWidget):
    """The remark of one room at a time; unsaved text of each room is kept while the program runs.

    A change from elsewhere is taken over while nothing is typed; else it is shown, and saving then means "mine".
    """

    def __init__(self, look: Look, tasks: Tasks, office: Office, parent: QWidget | None = None) -> None:
        """Shows nothing until `show_room`."""
        super().__init__(parent)
        self._tasks, self._office = tasks, office
        self._room = 0
        self._drafts: dict[int, _Draft] = {}
        self._seen = ""
        self.box = _Box("Remark for housekeeping", self)
        self.box.setFixedHeight(9 * look.size.grid)
        self.box.textChanged.connect(self._on_text_changed)
        self.box.save_keys = self.save
        self.save_button = TextButton("Save remark", role="primary", hint="Ctrl+Enter")
        self.save_button.clicked.connect(self.save)
        self.discard_button = TextButton("Discard")
        self.discard_button.clicked.connect(self.discard)
        self.note = Paragraph(role="small")
        buttons = QHBoxLayout()
        buttons.setSpacing(look.size.grid)
        buttons.addWidget(self.save_button)
        buttons.addWidget(self.discard_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.size.grid)
        column.addWidget(self.box)
        column.addWidget(self.note)
        column.addLayout(buttons)
        self._show()

    def show_room(self, room: int, remark: str) -> None:
        """Show a room's remark as the copy has it now; also called whenever the copy changes."""
        if room != self._room:
            self._room = room
            draft = self._drafts.get(room)
            self._seen = draft.seen if draft is not None else remark
            self._put(draft.text if draft is not None else remark)
        draft = self._drafts.get(room)
        if draft is None:
            self._seen = remark
            self._put(remark)
        elif remark == draft.text:
            self._settle()
        elif remark != draft.seen:
            draft.seen = remark
            draft.note, draft.tone = _changed_words(remark), "warning"
        self._show()

    @property
    def text(self) -> str:
        """What is in the box."""
        return self.box.toPlainText().strip()

    def discard(self) -> None:
        """Take the remark as the hotel has it."""
        draft = self._drafts.pop(self._room, None)
        if draft is not None:
            self._seen = draft.seen
        self._put(self._seen)
        self._show()

    def save(self) -> None:
        """Send it."""
        draft = self._drafts.get(self._room)
        if draft is None or not self.save_button.isEnabled():
            return
        self.save_button.setEnabled(False)
        self.note.setText("Saving …")
        self.note.set_tone("")
        self.note.setVisible(True)
        self._tasks.spawn(self._save(self._room, draft.text.strip(), draft.seen), "save remark")

    async def _save(self, room: int, text: str, seen: str) -> None:
        outcome = await self._office.actions.set_room_warning(room, text, seen=self._as_told(room, seen))
        draft = self._drafts.get(room)
        if draft is not None:
            self._end(room, draft, text, outcome)
        if isValid(self):
            self.save_button.setEnabled(True)
            self._show()

    def _as_told(self, room: int, seen: str) -> str | None:
        """No remark is shown as an empty one; the service may have said null."""
        value = self._office.house.rooms.get(room)
        told = value.housekeeping_warning if value is not None else None
        return told if (told or "") == seen else seen

    def _end(self, room: int, draft: _Draft, text: str, outcome: Outcome) -> None:
        if outcome.ending in {Ending.DONE, Ending.ALREADY}:
            if draft.text.strip() == text:
                del self._drafts[room]
            else:  # typed on while it was sent
                draft.seen, draft.note = text, ""
            if room == self._room:
                self._seen = text
        elif outcome.ending is Ending.CONFLICT:
            theirs = str(next((each.theirs for each in outcome.differences), "") or "")
            draft.seen, draft.note, draft.tone = theirs, _changed_words(theirs), "warning"
        else:
            draft.note = explain(outcome.error) if outcome.error is not None else ""
            draft.tone = "danger"

    def _on_text_changed(self) -> None:
        text = self.box.toPlainText()
        draft = self._drafts.get(self._room)
        if text.strip() == (draft.seen if draft is not None else self._seen).strip():
            self._settle()
        elif draft is None:
            self._drafts[self._room] = _Draft(text, self._seen)
        else:
            draft.text = text
        self._show()

    def _settle(self) -> None:
        """What is typed is what the hotel has."""
        draft = self._drafts.pop(self._room, None)
        if draft is not None:
            self._seen = draft.seen

    def _put(self, text: str) -> None:
        if text != self.box.toPlainText():
            self.box.blockSignals(True)  # noqa: FBT003 (Qt's own signature)
            self.box.setPlainText(text)
            self.box.blockSignals(False)  # noqa: FBT003 (Qt's own signature)

    def _show(self) -> None:
        draft = self._drafts.get(self._room)
        theirs = draft is not None and draft.tone == "warning" and bool(draft.note)
        self.save_button.setVisible(draft is not None)
        self.discard_button.setVisible(draft is not None)
        self.save_button.setText("Save mine" if theirs else "Save remark")
        self.discard_button.setText("Take theirs" if theirs else "Discard")
        if self.save_button.isEnabled():
            self.note.setText(draft.note if draft is not None else "")
            self.note.set_tone(draft.tone if draft is not None else "")
            self.note.setVisible(draft is not None and bool(draft.note))


class _Box(QPlainTextEdit):
    """Tab goes on, Ctrl+Enter saves."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setTabChangesFocus(True)
        self.save_keys: Callable[[], None] = lambda: None

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.save_keys()
            return
        super().keyPressEvent(event)


def _changed_words(theirs: str) -> str:
    return f"Somebody else changed it meanwhile to: “{theirs}”" if theirs else "Somebody else removed it meanwhile."
