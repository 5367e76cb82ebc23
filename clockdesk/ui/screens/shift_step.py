"""What the steps of the set-up share: one thing at a time, and errors said where the input was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from clockdesk.domain.errors import KnownError, UserError
from clockdesk.domain.words import what_happened
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.labels import Paragraph
from clockdesk.ui.widgets.notices import MarkSpot, announce

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from clockdesk.domain.tasks import Tasks
    from clockdesk.ui.screens.shift_look import ShiftPlace
    from clockdesk.ui.theme.look import Look

_MARKS = {"danger": Mark.WARNING, "ok": Mark.OK, "": Mark.PROGRESS}


class Says(QWidget):
    """A sentence under a field, with the service's own words small below it. Hidden while there is nothing to say."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Hidden at first."""
        super().__init__(parent)
        self._mark = MarkSpot(look, Mark.INFO)
        self.words, self.detail = Paragraph(), Paragraph(role="small")
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(self.words)
        column.addWidget(self.detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.size.grid)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.setVisible(False)

    def tell(self, words: str, tone: str = "", detail: str = "") -> None:
        """Say it; `tone`: danger, ok, or nothing while something is under way."""
        self._mark.set_mark(_MARKS[tone], tone)
        self.words.setText(words)
        self.words.set_tone(tone)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self.setVisible(bool(words))
        announce(self, words)


class Step(QWidget):
    """One step. Signal: `grown()` when it may need more room."""

    grown = Signal()

    def __init__(self, look: Look, tasks: Tasks, place: ShiftPlace, parent: QWidget | None = None) -> None:
        """`column` is there to be filled."""
        super().__init__(parent)
        self._look, self._tasks, self._place = look, tasks, place
        self._busy = False
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, look.size.grid, 0, 0)
        self.column.setSpacing(look.size.grid)

    def begin(self) -> None:
        """The step is shown: put the keyboard where it begins."""

    def refresh(self) -> None:
        """The desk changed."""

    def ready(self) -> None:
        """Something was begun or has ended: stop the fields, or let them go again (`_busy`)."""

    def _do(self, work: Coroutine[Any, Any, str], says: Says, doing: str) -> None:
        """Do one thing; what it gives, or what goes wrong, is said in `says`. What was typed stays."""
        if self._busy:
            work.close()
            return
        self._busy = True
        self.ready()
        says.tell(doing)
        self.grown.emit()
        self._tasks.spawn(self._finish(work, says), "set-up of the shift clock")

    async def _finish(self, work: Coroutine[Any, Any, str], says: Says) -> None:
        words, tone, detail = "", "ok", ""
        try:
            words = await work
        except UserError as error:
            words, tone = str(error), "danger"
        except KnownError as error:
            words, tone, detail = str(error) or what_happened(error.code), "danger", error.detail
        if isValid(self):
            self._busy = False
            self.ready()
            says.tell(words, tone, detail)
            self.grown.emit()
