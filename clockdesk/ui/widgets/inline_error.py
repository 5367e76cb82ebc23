"""What went wrong, told in the place where it did; narrow, with its button below the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget
from typing_extensions import override

from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.labels import Paragraph
from clockdesk.ui.widgets.notices import MarkSpot, announce

if TYPE_CHECKING:
    from clockdesk.ui.theme.look import Look


class InlineError(QWidget):
    """A sentence, what it means, a button. Hidden until there is something to say.

    Signal: `acted()`.
    """

    acted = Signal()

    def __init__(self, look: Look, verb: str, parent: QWidget | None = None) -> None:
        """`verb` is the button's word."""
        super().__init__(parent)
        self._look = look
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.sentence = Paragraph(role="strong")
        self.meaning = Paragraph()
        self.button = TextButton(verb)
        self.button.clicked.connect(self.acted)
        grid = QGridLayout(self)
        grid.setContentsMargins(2 * look.size.grid, look.size.grid, 2 * look.size.grid, look.size.grid)
        grid.setHorizontalSpacing(look.size.grid)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        mark = MarkSpot(look, Mark.WARNING, tone="warning")
        grid.addWidget(mark, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.sentence, 0, 1)
        grid.addWidget(self.meaning, 1, 1)
        grid.addWidget(self.button, 2, 1, Qt.AlignmentFlag.AlignLeft)
        self.setVisible(False)
        look.changed.connect(self.update)

    def tell(self, sentence: str, meaning: str) -> None:
        """Say it."""
        self.sentence.setText(sentence)
        self.meaning.setText(meaning)
        self.setAccessibleName(f"{sentence} {meaning}")
        self.setVisible(True)
        announce(self, self.accessibleName())

    def clear(self) -> None:
        """Nothing is wrong any more."""
        self.setVisible(False)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground."""
        painter = QPainter(self)
        tone = self._look.theme.tone.warning
        painter.fillRect(self.rect(), tone.bg)
        painter.fillRect(0, 0, 4, self.height(), tone.border)
