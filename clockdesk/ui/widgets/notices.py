"""Nothing here, something went wrong, something was done: said in words, with the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from clockdesk.domain.words import next_step, what_happened
from clockdesk.ui.theme.marks import Mark, paint_mark
from clockdesk.ui.widgets.buttons import MarkButton, TextButton
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel

if TYPE_CHECKING:
    from clockdesk.domain.errors import KnownError
    from clockdesk.ui.theme.look import Look

_MARGIN = 32
_NARROWEST, _WIDEST = 200, 440
"""Of an empty state's sentence, in pixels."""
_MARKS = {"danger": Mark.WARNING, "warning": Mark.WARNING, "ok": Mark.OK, "info": Mark.INFO}


class MarkSpot(QWidget):
    """A mark that stands by itself, for the eye only."""

    def __init__(
        self, look: Look, mark: Mark, *, side: int = 16, tone: str = "", parent: QWidget | None = None
    ) -> None:
        """`tone` of `tokens.Tones`, or muted when empty."""
        super().__init__(parent)
        self._look = look
        self._mark = mark
        self._tone = tone
        self.setFixedSize(side, side)
        look.changed.connect(self.update)

    def set_mark(self, mark: Mark, tone: str) -> None:
        """Show another one."""
        self._mark, self._tone = mark, tone
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the mark."""
        theme = self._look.theme
        colour = theme.tone[self._tone].fg if self._tone else theme.text.muted
        paint_mark(QPainter(self), self._mark, QRectF(self.rect()), colour)


class EmptyState(QWidget):
    """What stands in place of rows when there are none: what that means, and what can be done.

    Signal: `acted()`.
    """

    acted = Signal()

    def __init__(self, look: Look, mark: Mark = Mark.INFO, parent: QWidget | None = None) -> None:
        """Say what with `tell`."""
        super().__init__(parent)
        self._mark = MarkSpot(look, mark, side=32)
        self._title = PlainLabel(role="strong")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence = Paragraph(role="muted")
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = TextButton("")
        self.button.clicked.connect(self.acted)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(2)
        middle = Qt.AlignmentFlag.AlignHCenter
        for widget in (self._mark, self._title, self._sentence, self.button):
            column.addWidget(widget, 0, middle)
        column.addStretch(3)
        self.tell("", "")

    def tell(self, title: str, sentence: str, verb: str = "") -> None:
        """Say it; `verb` puts a button under it."""
        self._title.setText(title)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self.button.setText(verb)
        self.button.setVisible(bool(verb))
        self.setAccessibleName(f"{title}. {sentence}".strip())
        self._fit()

    def _fit(self) -> None:
        """A centred label that wraps gets its height for the layout's width, not for its own: Qt would cut its end."""
        width = max(_NARROWEST, min(_WIDEST, self.width() - _MARGIN))
        self._sentence.setFixedSize(width, max(0, self._sentence.heightForWidth(width)))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the new width."""
        super().resizeEvent(event)
        self._fit()


class Banner(QWidget):
    """A strip across a screen: a sentence, the next step, a button. Hidden until there is something to say.

    Signals: `acted()` when its button is pressed, `dismissed()` when it is closed.
    """

    acted = Signal()
    dismissed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Hidden at first."""
        super().__init__(parent)
        self._look = look
        self._tone = "danger"
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = self.row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(12)
        self._mark = MarkSpot(look, Mark.WARNING, side=20)
        self._sentence = Paragraph(role="strong")
        self._step = Paragraph()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(self._sentence)
        words.addWidget(self._step)
        words.addStretch(1)
        self.button = TextButton("")
        self.button.clicked.connect(self.acted)
        self.close_button = MarkButton(look, Mark.CLOSE, "Close this notice")
        self.close_button.clicked.connect(self._on_closed)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setVisible(False)
        look.changed.connect(self.update)

    def tell(self, sentence: str, step: str = "", *, verb: str = "", tone: str = "danger") -> None:
        """What happened and the next step. `tone`: danger, warning, info, ok."""
        self._tone = tone
        self._mark.set_mark(_MARKS[tone], tone)
        self._sentence.setText(sentence)
        self._step.setText(step)
        self._step.setVisible(bool(step))
        self.button.setText(verb)
        self.button.setVisible(bool(verb))
        self.setAccessibleName(f"{sentence} {step}".strip())
        self.setVisible(True)
        announce(self, self.accessibleName())
        self.update()

    def tell_error(self, error: KnownError, *, verb: str = "") -> None:
        """What the world said, in the words made for its code."""
        self.tell(str(error).strip() or what_happened(error.code), next_step(error.code), verb=verb)

    def clear(self) -> None:
        """Nothing is wrong any more."""
        self.setVisible(False)

    def _on_closed(self) -> None:
        self.clear()
        self.dismissed.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground in its tone."""
        painter = QPainter(self)
        tone = self._look.theme.tone[self._tone]
        painter.fillRect(self.rect(), tone.bg)
        painter.fillRect(0, 0, 4, self.height(), tone.border)
        painter.fillRect(0, self.height() - 1, self.width(), 1, tone.border)


class Toast(QWidget):
    """A short notice over the foot of a window that goes away by itself; it takes no focus and stops no work.

    Signal: `acted()` when its button (undo, show) is pressed.
    """

    acted = Signal()

    def __init__(self, look: Look, parent: QWidget, *, lift: int = 40) -> None:
        """Floats over `parent`, `lift` pixels above its foot."""
        super().__init__(parent)
        self._look = look
        self._over, self._lift = parent, lift
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(12)
        self._mark = MarkSpot(look, Mark.OK)
        self._words = PlainLabel()
        self.button = TextButton("", role="quiet")
        self.button.clicked.connect(self._on_acted)
        row.addWidget(self._mark)
        row.addWidget(self._words)
        row.addWidget(self.button)
        self._row = row
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(look.theme.motion.notice)
        self.timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.setVisible(False)

    def tell(self, text: str, *, tone: str = "ok", verb: str = "") -> None:
        """Say it for a few seconds; `verb` puts a button beside it."""
        self._mark.set_mark(_MARKS[tone], tone)
        self._words.setText(text)
        self.button.setText(verb)
        self.button.setVisible(bool(verb))
        self.setAccessibleName(self._words.text())
        self._place()
        self.setVisible(True)
        self.raise_()
        self.timer.start()
        announce(self, self._words.text())

    def _on_acted(self) -> None:
        self.hide()
        self.acted.emit()

    def _place(self) -> None:
        self.ensurePolished()
        self._row.activate()
        hint, under = self.sizeHint(), self._over.size()
        width = min(hint.width(), under.width() - 32)
        self.setGeometry(
            (under.width() - width) // 2, under.height() - hint.height() - self._lift, width, hint.height()
        )

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot of a window that changes its size."""
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the floating card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size = self._look.theme, self._look.size
        painter.setPen(QPen(theme.line.control, 1))
        painter.setBrush(theme.surface.raised)
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), size.radius_large, size.radius_large
        )


def announce(widget: QWidget, words: str) -> None:
    """Have a screen reader say this without moving the focus."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))
