"""Buttons: words, marks, and counts that open the list behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from clockdesk.ui.theme.marks import Mark, paint_mark, paint_ring
from clockdesk.ui.widgets.text import caption, plain, tip

if TYPE_CHECKING:
    from clockdesk.ui.theme.look import Look

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TextButton(QPushButton):
    """A button with a verb on it. Enter presses it as well as the space bar."""

    def __init__(self, text: str, *, role: str = "", hint: str = "", parent: QWidget | None = None) -> None:
        """`role`: primary, danger, quiet or nothing. `hint` goes into the tooltip (a shortcut, a reason)."""
        super().__init__(caption(text), parent)
        self.setAccessibleName(plain(text))
        self.setToolTip(tip(hint))
        self.setAutoDefault(False)
        if role:
            self.setProperty("role", role)

    @override
    def setText(self, text: str) -> None:
        """Show another verb."""
        super().setText(caption(text))
        self.setAccessibleName(plain(text))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses."""
        if event.key() in ENTER:
            self.click()
            return
        super().keyPressEvent(event)


class PaintedButton(QAbstractButton):
    """What the painted buttons share: repaint on hover, press and focus; Enter presses."""

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        """`name` is what a screen reader says."""
        super().__init__(parent)
        self._look = look
        self.setAccessibleName(plain(name))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        look.changed.connect(self.update)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses."""
        if event.key() in ENTER:
            self.click()
            return
        super().keyPressEvent(event)

    def ground(self, rest: QColor | None = None) -> QColor | None:
        """The colour to stand on in the present state; `rest` when nothing is going on."""
        surface = self._look.theme.surface
        if not self.isEnabled():
            return rest
        if self.isDown() or self.isChecked():
            return surface.selected
        return surface.hover if self.underMouse() else rest

    def paint_focus(self, painter: QPainter, radius: float) -> None:
        """The ring, when the keyboard is here."""
        if self.hasFocus():
            paint_ring(painter, QRectF(self.rect()), self._look.theme.line.focus, radius)


class MarkButton(PaintedButton):
    """A small square button with a mark; its name is its tooltip."""

    def __init__(self, look: Look, mark: Mark, name: str, parent: QWidget | None = None) -> None:
        """`name` says what it does, as a verb."""
        super().__init__(look, name, parent)
        self._mark = mark
        self.setToolTip(tip(name))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_mark(self, mark: Mark, name: str) -> None:
        """Become another button: another mark and what it does now."""
        self._mark = mark
        self.setAccessibleName(plain(name))
        self.setToolTip(tip(name))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """A square as high as a field."""
        return QSize(self._look.size.control, self._look.size.control)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the mark."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size, text = self._look.size, self._look.theme.text
        rect = QRectF(self.rect())
        if (ground := self.ground()) is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(rect, size.radius, size.radius)
        mark = QRectF(0, 0, size.icon, size.icon)
        mark.moveCenter(rect.center())
        ink = self._look.theme.accent.text if self.isChecked() else text.muted
        paint_mark(painter, self._mark, mark, ink if self.isEnabled() else text.faint)
        self.paint_focus(painter, size.radius)


class CountButton(PaintedButton):
    """A number and what it counts; pressing it opens the list behind it."""

    def __init__(self, look: Look, label: str, mark: Mark, parent: QWidget | None = None) -> None:
        """Shows a dash until `set_value` tells the number."""
        super().__init__(look, label, parent)
        self._label = plain(label)
        self._mark = mark
        self._value = "–"
        self._tone = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def value(self) -> str:
        """The number as shown."""
        return self._value

    def set_value(self, value: int | str | None, *, tone: str = "") -> None:
        """Show a count or an amount; None is not known yet. `tone` (of `tokens.Tones`) when it needs a person."""
        shown = (
            "–" if value is None else plain(f"{value:,}".replace(",", "\u202f") if isinstance(value, int) else value)
        )
        if (shown, tone) == (self._value, self._tone):
            return
        wider = len(shown) != len(self._value)
        self._value, self._tone = shown, tone
        self.setAccessibleName(f"{self._label}: {shown if value is not None else 'not known yet'}")
        if wider:
            self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Room for the larger of number and label."""
        fonts, grid = self._look.fonts, self._look.size.grid
        value = QFontMetrics(fonts.large).horizontalAdvance(self._value)
        label = QFontMetrics(fonts.small).horizontalAdvance(self._label) + self._look.size.icon + grid
        return QSize(max(value, label, 12 * grid) + 4 * grid, 9 * grid)

    @override
    def minimumSizeHint(self) -> QSize:
        """It never clips its number."""
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint card, number and label."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size, fonts = self._look.theme, self._look.size, self._look.fonts
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        tone = theme.tone[self._tone] if self._tone else None
        painter.setPen(QPen(tone.border if tone else theme.line.subtle, 1))
        painter.setBrush(self.ground(tone.bg if tone else theme.surface.panel) or theme.surface.panel)
        painter.drawRoundedRect(rect, size.radius_large, size.radius_large)
        inner = rect.adjusted(2 * size.grid, 10, -2 * size.grid, -10)
        painter.setPen(tone.fg if tone else theme.text.normal)
        painter.setFont(fonts.large)
        top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextSingleLine
        painter.drawText(inner, int(top), self._value)
        line = QRectF(inner.x(), inner.bottom() - size.icon, size.icon, size.icon)
        painter.setPen(tone.fg if tone else theme.text.muted)
        paint_mark(painter, self._mark, line.adjusted(1, 1, -1, -1), tone.fg if tone else theme.text.muted)
        painter.setFont(fonts.small)
        words = QRectF(line.right() + 6, line.y(), inner.right() - line.right() - 6, line.height())
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(words, int(middle), self._label)
        self.paint_focus(painter, size.radius_large)
