"""What a press came to, under the button: calm when it is done, unmistakable when it was not recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.flow import FlowLayout
from clockdesk.ui.widgets.labels import Paragraph
from clockdesk.ui.widgets.notices import MarkSpot, announce

if TYPE_CHECKING:
    from clockdesk.ui.theme.look import Look

_MARKS = {"danger": Mark.WARNING, "warning": Mark.WARNING, "ok": Mark.OK, "info": Mark.PROGRESS}


class Told(QWidget):
    """A sentence in a coloured card, with what can be done about it. Hidden until there is something to say.

    Signals: `retry_wanted()`, `print_wanted()`.
    """

    retry_wanted = Signal()
    print_wanted = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Hidden at first."""
        super().__init__(parent)
        self._look = look
        self._tone = "info"
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.head = Paragraph(role="title")
        self.sentence = Paragraph()
        self.detail = Paragraph(role="small")
        self.retry = TextButton("Try again", role="danger")
        self.retry.clicked.connect(self.retry_wanted)
        self.print = TextButton("Print the note for the manager")
        self.print.clicked.connect(self.print_wanted)
        self._mark = MarkSpot(look, Mark.OK, side=20)
        step = look.size.grid
        self._buttons = QWidget()
        flow = FlowLayout(gap=step)
        flow.setContentsMargins(0, step // 2, 0, 0)
        self._buttons.setLayout(flow)
        for button in (self.retry, self.print):
            flow.addWidget(button)
        column = QVBoxLayout()
        column.setSpacing(step // 2)
        for widget in (self.head, self.sentence, self.detail, self._buttons):
            column.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * step, step + 4, 2 * step, step + 4)
        row.setSpacing(step + 4)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.setVisible(False)
        look.changed.connect(self.update)

    def tell(
        self, sentence: str, tone: str, *, head: str = "", detail: str = "", retry: bool = False, note: bool = False
    ) -> None:
        """Say it. `retry` and `note` offer the two buttons; an empty sentence hides the card."""
        fresh = sentence != self.sentence.text() or head != self.head.text()
        self._tone = tone
        self._mark.set_mark(_MARKS[tone], tone)
        for label, words in ((self.head, head), (self.sentence, sentence), (self.detail, detail)):
            if label.text() != words:
                label.setText(words)
            label.setVisible(bool(words))
        self.head.set_tone("danger" if tone == "danger" else "")
        self.retry.setVisible(retry)
        self.print.setVisible(note)
        self._buttons.setVisible(retry or note)
        self.setAccessibleName(f"{head}. {sentence}" if head else sentence)
        self.setVisible(bool(sentence or head))
        if fresh and (sentence or head):
            announce(self, self.accessibleName())
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card in its tone."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone, radius = self._look.theme.tone[self._tone], self._look.size.radius
        loud = self._tone in {"danger", "warning"}
        painter.setPen(QPen(tone.border, 2 if loud else 1))
        painter.setBrush(tone.bg)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
