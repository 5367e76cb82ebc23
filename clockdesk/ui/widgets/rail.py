"""The slim rail at the left: the screens there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from clockdesk.ui.theme.marks import Mark, paint_mark
from clockdesk.ui.widgets.buttons import PaintedButton
from clockdesk.ui.widgets.text import tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clockdesk.ui.theme.look import Look


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: its key, its word, its mark, and the keys that lead there (`Ctrl+1`)."""

    key: str
    word: str
    mark: Mark
    shortcut: str = ""


class Rail(QWidget):
    """One place is the current one. Up and down walk, the shortcuts work in the whole window.

    Signal: `chosen(key)` when somebody goes elsewhere (also again to the place where they are).
    """

    chosen = Signal(str)

    def __init__(
        self, look: Look, places: Sequence[Place], below: Sequence[Place] = (), parent: QWidget | None = None
    ) -> None:
        """`below` stand at the foot of the rail."""
        super().__init__(parent)
        self.setAccessibleName("Screens")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "rail")
        self.setFixedWidth(look.size.rail)
        self._stops: dict[str, RailStop] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 12, 8, 12)
        column.setSpacing(4)
        for place in (*places, None, *below):
            if place is None:
                column.addStretch(1)
                continue
            stop = RailStop(look, place)
            stop.clicked.connect(lambda _=False, key=place.key: self._go(key))
            column.addWidget(stop)
            self._stops[place.key] = stop
            if place.shortcut:
                shortcut = QShortcut(QKeySequence(place.shortcut), self)
                shortcut.activated.connect(lambda key=place.key: self._go(key))
        self._here = ""
        if places:
            self.choose(places[0].key)

    @property
    def here(self) -> str:
        """The key of the current place."""
        return self._here

    def choose(self, key: str) -> None:
        """Mark this place as the current one, without a signal."""
        self._here = key
        for each, stop in self._stops.items():
            stop.setChecked(each == key)

    def offer(self, key: str, *, on: bool) -> None:
        """Whether there is such a place now."""
        self._stops[key].setVisible(on)

    def set_badge(self, key: str, count: int) -> None:
        """How many things in that place need a person; 0 takes the badge away."""
        self._stops[key].set_badge(count)

    def _go(self, key: str) -> None:
        if self._stops[key].isHidden():
            return
        self.choose(key)
        self.chosen.emit(key)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk along the rail."""
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)


class RailStop(PaintedButton):
    """One place on the rail."""

    def __init__(self, look: Look, place: Place, parent: QWidget | None = None) -> None:
        """Checked when it is the current one."""
        super().__init__(look, place.word, parent)
        self._place = place
        self._badge = 0
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._say()

    def set_badge(self, count: int) -> None:
        """Show a count at the mark."""
        self._badge = count
        self._say()
        self.update()

    def _say(self) -> None:
        attention = f", {self._badge} to look at" if self._badge else ""
        self.setAccessibleName(f"{self._place.word}{attention}")
        self.setToolTip(
            tip(f"{self._place.word} ({self._place.shortcut})" if self._place.shortcut else self._place.word)
        )

    @override
    def nextCheckState(self) -> None:
        """Pressing it never unchecks it; the rail decides."""

    @override
    def sizeHint(self) -> QSize:
        """Mark, word and shortcut below each other."""
        return QSize(72, 68 if self._place.shortcut else 56)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint mark, word, shortcut, badge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size, fonts = self._look.theme, self._look.size, self._look.fonts
        rect = QRectF(self.rect())
        on = self.isChecked()
        if (ground := self.ground()) is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(rect, size.radius, size.radius)
        ink = theme.accent.text if on else theme.text.muted
        paint_mark(painter, self._place.mark, QRectF(rect.center().x() - 10, 9, 20, 20), ink)
        painter.setPen(theme.accent.text if on else theme.text.normal)
        painter.setFont(fonts.small_strong if on else fonts.small)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(QRectF(0, 32, rect.width(), 16), int(flags), self._place.word)
        if self._place.shortcut:
            painter.setPen(theme.text.muted)
            small = fonts.small
            painter.setFont(small)
            painter.drawText(QRectF(0, 48, rect.width(), 14), int(flags), self._place.shortcut)
        if self._badge:
            self._paint_badge(painter, rect)
        self.paint_focus(painter, size.radius)

    def _paint_badge(self, painter: QPainter, rect: QRectF) -> None:
        tone = self._look.theme.tone.danger
        text = str(self._badge) if self._badge < 100 else "99+"
        painter.setFont(self._look.fonts.small_strong)
        width = max(16, painter.fontMetrics().horizontalAdvance(text) + 8)
        pill = QRectF(rect.center().x() + 6, 3, width, 16)
        painter.setPen(tone.border)
        painter.setBrush(tone.bg)
        painter.drawRoundedRect(pill, 8, 8)
        painter.setPen(tone.fg)
        painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), text)
