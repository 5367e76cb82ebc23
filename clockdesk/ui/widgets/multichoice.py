"""Any of a few: a button that says what is chosen and opens a list of boxes to tick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from clockdesk.ui.theme.marks import Mark, paint_mark
from clockdesk.ui.widgets.buttons import PaintedButton, TextButton
from clockdesk.ui.widgets.fields import TickBox
from clockdesk.ui.widgets.text import plain, tip

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from clockdesk.ui.theme.look import Look
    from clockdesk.ui.theme.status import Status

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to tick. `value` is what the filter gets; with `status`, its chip is shown for the word."""

    value: str
    word: str
    status: Status | None = None


class MultiChoice(PaintedButton):
    """Nothing ticked means no restriction: the button then says `Status: any`.

    Signal: `changed(frozenset of values)` at each tick, so that the list follows while the boxes are open.
    """

    changed = Signal(object)

    def __init__(self, look: Look, title: str, options: Sequence[Option] = (), parent: QWidget | None = None) -> None:
        """`title` is what is chosen: Status, Room type."""
        super().__init__(look, title, parent)
        self._title = plain(title)
        self._options: tuple[Option, ...] = ()
        self._chosen: frozenset[str] = frozenset()
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open_list)
        self.set_options(options)

    @property
    def chosen(self) -> frozenset[str]:
        """The values ticked."""
        return self._chosen

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer these; ticks on values that are gone are dropped (and told)."""
        self._options = tuple(options)
        self.choose(self._chosen & {option.value for option in options})
        self._say()

    def choose(self, values: Collection[str]) -> None:
        """Tick exactly these."""
        wanted = frozenset(values)
        if wanted == self._chosen:
            return
        self._chosen = wanted
        self._say()
        self.changed.emit(wanted)

    @property
    def summary(self) -> str:
        """What is chosen, in words."""
        words = [option.word for option in self._options if option.value in self._chosen]
        if not words:
            return "any"
        return ", ".join(words) if len(words) <= 2 else f"{words[0]} +{len(words) - 1}"

    def _say(self) -> None:
        words = ", ".join(option.word for option in self._options if option.value in self._chosen) or "any"
        self.setAccessibleName(plain(f"{self._title}: {words}"))
        self.setToolTip(tip(f"{self._title}: {words}"))
        self.updateGeometry()
        self.update()

    def open_list(self) -> TickList:
        """Open the boxes under the button."""
        popup = TickList(self._look, self._title, self._options, self._chosen, self)
        popup.ticked.connect(self.choose)
        popup.show_under(self)
        return popup

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The down key opens."""
        if event.key() == Qt.Key.Key_Down:
            self.open_list()
            return
        super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        """Room for title and summary."""
        fonts = self._look.fonts
        title = QFontMetrics(fonts.body).horizontalAdvance(self._title + " ")
        words = QFontMetrics(fonts.strong).horizontalAdvance(plain(self.summary))
        return QSize(min(title + words, 300) + 46, self._look.size.control)

    @override
    def minimumSizeHint(self) -> QSize:
        """It may be squeezed."""
        return QSize(96, self._look.size.control)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint title, summary and arrow; filled when it restricts anything."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size, fonts = self._look.theme, self._look.size, self._look.fonts
        rect = QRectF(self.rect())
        rest = theme.surface.selected if self._chosen else theme.surface.panel
        painter.setPen(QPen(theme.accent.text if self._chosen else theme.line.control, 1))
        painter.setBrush(self.ground(rest) or rest)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), size.radius, size.radius)
        words = rect.adjusted(10, 0, -30, 0)
        painter.setPen(theme.text.muted if self.isEnabled() else theme.text.faint)
        painter.setFont(fonts.body)
        painter.drawText(words, int(_LEFT), self._title)
        words.adjust(painter.fontMetrics().horizontalAdvance(self._title + " "), 0, 0, 0)
        painter.setPen(theme.text.normal if self.isEnabled() else theme.text.faint)
        painter.setFont(fonts.strong if self._chosen else fonts.body)
        summary = painter.fontMetrics().elidedText(plain(self.summary), Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, int(_LEFT), summary)
        arrow = QRectF(rect.right() - 26, rect.center().y() - size.icon / 2, size.icon, size.icon)
        paint_mark(painter, Mark.CHEVRON_DOWN, arrow, theme.text.muted)
        self.paint_focus(painter, size.radius)


class TickList(QFrame):
    """The open list. Arrow keys walk, the space bar ticks, Enter and Escape close.

    Signal: `ticked(frozenset of values)`.
    """

    ticked = Signal(object)

    def __init__(
        self, look: Look, title: str, options: Sequence[Option], chosen: Collection[str], parent: QWidget
    ) -> None:
        """Goes away by itself when closed."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(plain(title))
        self.setProperty("surface", "popup")
        self.boxes: list[TickBox] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(0)
        for option in options:
            box = TickBox(look, option.word, option.status)
            box.setProperty("value", option.value)
            box.setChecked(option.value in chosen)
            box.toggled.connect(self._tell)
            column.addWidget(box)
            self.boxes.append(box)
        row = QHBoxLayout()
        row.setContentsMargins(0, 4, 0, 0)
        for text, on in (("All", True), ("None", False)):
            button = TextButton(text, role="quiet")
            button.clicked.connect(lambda _=False, on=on: self._tick_all(on))
            row.addWidget(button)
        row.addStretch()
        column.addLayout(row)

    def show_under(self, widget: QWidget) -> None:
        """Open below `widget`, moved to stay on the screen."""
        self.adjustSize()
        place = widget.mapToGlobal(QPoint(0, widget.height() + 2))
        screen = widget.screen().availableGeometry()
        if place.y() + self.height() > screen.bottom():
            place.setY(widget.mapToGlobal(QPoint(0, -self.height() - 2)).y())
        place.setX(max(screen.left(), min(place.x(), screen.right() + 1 - self.width())))
        place.setY(max(screen.top(), min(place.y(), screen.bottom() + 1 - self.height())))
        self.setGeometry(QRect(place, self.size()))
        self.show()
        if self.boxes:
            self.boxes[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def _tell(self) -> None:
        self.ticked.emit(frozenset(box.property("value") for box in self.boxes if box.isChecked()))

    def _tick_all(self, on: bool) -> None:  # noqa: FBT001 (a slot's value)
        for box in self.boxes:
            box.blockSignals(True)  # noqa: FBT003 (Qt's own signature)
            box.setChecked(on)
            box.blockSignals(False)  # noqa: FBT003 (Qt's own signature)
        self._tell()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk and close."""
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.close()
        else:
            super().keyPressEvent(event)
