"""Fields: search, a choice of one, a tick box. Painted from the tokens where Qt's own would need picture files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSizePolicy, QWidget
from typing_extensions import override

from clockdesk.ui.theme.marks import Mark, paint_mark, paint_ring
from clockdesk.ui.widgets.buttons import MarkButton
from clockdesk.ui.widgets.chip import chip_width, paint_chip
from clockdesk.ui.widgets.text import plain

if TYPE_CHECKING:
    from clockdesk.ui.theme.look import Look
    from clockdesk.ui.theme.status import Status

SEARCH_PAUSE_MS = 0
"""Letters that wait already are taken together; more need not be waited for (20,000 rows follow in some 25 ms)."""

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class SearchField(QLineEdit):
    """Type and the list follows. Escape empties it, the down key goes on into the list.

    Signals: `searched(text)` when no further letter waits (at once on Enter and when emptied), `left_down()`.
    """

    searched = Signal(str)
    left_down = Signal()

    def __init__(self, look: Look, hint: str, parent: QWidget | None = None) -> None:
        """`hint` says what can be found; it is the name a screen reader says, too."""
        super().__init__(parent)
        self._look = look
        self._told = ""
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setTextMargins(24, 0, 24, 0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._empty = MarkButton(look, Mark.CLOSE, "Empty the search", self)
        self._empty.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._empty.setVisible(False)
        self._empty.clicked.connect(self._on_emptied)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self.textChanged.connect(self._on_text_changed)
        self.returnPressed.connect(self._tell)

    def _on_text_changed(self, text: str) -> None:
        self._empty.setVisible(bool(text))
        if text:
            self._pause.start()
        else:
            self._tell()

    def _on_emptied(self) -> None:
        self.clear()
        self.setFocus()

    def _tell(self) -> None:
        self._pause.stop()
        if self.text() != self._told:
            self._told = self.text()
            self.searched.emit(self._told)

    @override
    def sizeHint(self) -> QSize:
        """Room for the whole hint."""
        words = QFontMetrics(self._look.fonts.body).horizontalAdvance(self.placeholderText())
        return QSize(max(200, words + 80), super().sizeHint().height())

    @override
    def minimumSizeHint(self) -> QSize:
        """It may be squeezed."""
        return QSize(120, super().minimumSizeHint().height())

    def start_with(self, text: str) -> None:
        """Take over what somebody began to type elsewhere."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.setText(text)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties, down leaves."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self._tell()
            self.left_down.emit()
        else:
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """The cross stays at the right."""
        super().resizeEvent(event)
        side = self.height() - 8
        self._empty.setGeometry(self.width() - side - 4, 4, side, side)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """The field with its glass."""
        super().paintEvent(event)
        side = self._look.size.icon
        glass = QRectF(9, (self.height() - side) / 2, side, side)
        paint_mark(QPainter(self), Mark.SEARCH, glass, self._look.theme.text.muted)


class Choice(QComboBox):
    """One of a few. The wheel does not change it by accident."""

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        """`name` is what is chosen, for a screen reader."""
        super().__init__(parent)
        self._look = look
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def add(self, text: str, value: object) -> None:
        """Add an entry; `currentData()` gives back its value."""
        self.addItem(plain(text), value)

    @override
    def sizeHint(self) -> QSize:
        """Room for the longest entry."""
        metrics = QFontMetrics(self._look.fonts.body)
        longest = max((metrics.horizontalAdvance(self.itemText(at)) for at in range(self.count())), default=40)
        return QSize(min(longest, 280) + 48, self._look.size.control)

    @override
    def minimumSizeHint(self) -> QSize:
        """It may be squeezed to a few letters."""
        return QSize(96, self._look.size.control)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling past must not change a choice."""
        event.ignore()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field, its text and the arrow."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size = self._look.theme, self._look.size
        rect = QRectF(self.rect())
        painter.setPen(QPen(theme.line.control if self.isEnabled() else theme.line.subtle, 1))
        painter.setBrush(theme.surface.hover if self.underMouse() else theme.surface.panel)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), size.radius, size.radius)
        painter.setPen(theme.text.normal if self.isEnabled() else theme.text.faint)
        words = rect.adjusted(10, 0, -32, 0)
        text = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, int(_LEFT), text)
        arrow = QRectF(rect.right() - 26, rect.center().y() - size.icon / 2, size.icon, size.icon)
        paint_mark(painter, Mark.CHEVRON_DOWN, arrow, theme.text.muted)
        if self.hasFocus():
            paint_ring(painter, rect, theme.line.focus, size.radius)


class TickBox(QCheckBox):
    """A box to tick, with words or a status chip beside it."""

    def __init__(self, look: Look, text: str, status: Status | None = None, parent: QWidget | None = None) -> None:
        """With `status`, its chip stands in for the text."""
        super().__init__(plain(text), parent)
        self._look = look
        self._status = status
        self.setAccessibleName(plain(text))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        look.changed.connect(self.update)

    @override
    def sizeHint(self) -> QSize:
        """Box and words."""
        words = QFontMetrics(self._look.fonts.body).horizontalAdvance(self.text())
        return QSize(34 + (chip_width(self._status, self._look) if self._status else words) + 8, self._look.size.row)

    @override
    def hitButton(self, pos: QPoint) -> bool:
        """The words can be pressed as well as the box."""
        return True

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint box, tick and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size = self._look.theme, self._look.size
        rect = QRectF(self.rect())
        if self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.surface.hover)
            painter.drawRoundedRect(rect, size.radius_small, size.radius_small)
        box = QRectF(8.5, (rect.height() - 16) / 2 + 0.5, 15, 15)
        on = self.isChecked()
        painter.setPen(QPen(theme.accent.fill if on else theme.line.control, 1))
        painter.setBrush(theme.accent.fill if on else theme.surface.panel)
        painter.drawRoundedRect(box, size.radius_small, size.radius_small)
        if on:
            paint_mark(painter, Mark.CLEAN, box.adjusted(1.5, 1.5, -1.5, -1.5), theme.text.on_accent)
        beside = self.rect().adjusted(34, 0, -4, 0)
        if self._status is not None:
            paint_chip(painter, beside, self._status, self._look)
        else:
            painter.setPen(theme.text.normal if self.isEnabled() else theme.text.faint)
            painter.drawText(beside, int(_LEFT), self.text())
        if self.hasFocus():
            paint_ring(painter, rect, theme.line.focus, size.radius_small)
