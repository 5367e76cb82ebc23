"""The open list of saved filters: apply, pin, have it tell, forget, and keep the present one under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.predicate import ALL
from clockdesk.ui.theme.marks import Mark, paint_mark
from clockdesk.ui.widgets.buttons import MarkButton, PaintedButton, TextButton
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel
from clockdesk.ui.widgets.text import plain, tip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clockdesk.domain.predicate import Predicate
    from clockdesk.office.saved import NamedFilter
    from clockdesk.ui.theme.look import Look

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_WIDEST = 320


class SavedPanel(QFrame):
    """Up and down walk the filters, left and right the buttons of one, Enter presses, Escape closes.

    Signals: `chosen(NamedFilter)`, `kept(name)`, `forgotten(NamedFilter)`, `pinned(NamedFilter, on)`,
    `told(NamedFilter, on)`.
    """

    chosen = Signal(object)
    kept = Signal(str)
    forgotten = Signal(object)
    pinned = Signal(object, bool)
    told = Signal(object, bool)

    def __init__(self, look: Look, count: Callable[[int], int | None], parent: QWidget) -> None:
        """`count` tells how many match a filter, by its id; None = not counted. Goes away by itself when closed."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Saved filters")
        self.setProperty("surface", "popup")
        self._look, self._count = look, count
        self.lines: list[SavedLine] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(look.size.grid)
        column.addWidget(PlainLabel("Saved filters", role="section"))
        column.addLayout(self._list)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name for the filter in force")
        self.name.setPlaceholderText("Name for this filter")
        self.name.setMinimumWidth(QFontMetrics(look.fonts.body).horizontalAdvance("Arrivals without a room ..."))
        self.name.returnPressed.connect(self._keep)
        self.save_button = TextButton("Save")
        self.save_button.clicked.connect(self._keep)
        row = QHBoxLayout()
        row.setSpacing(look.size.grid)
        row.addWidget(self.name, 1)
        row.addWidget(self.save_button)
        column.addLayout(row)

    def offer(self, predicate: Predicate | None, hint: str = "") -> None:
        """Whether the filter in force can be kept: there must be one, and `hint` says why it can't be."""
        can = predicate is not None and predicate != ALL
        self.name.setEnabled(can)
        self.save_button.setEnabled(can)
        self.name.setPlaceholderText("Name for this filter" if can else hint or "Set a filter to save it")

    def show_all(self, filters: Sequence[NamedFilter]) -> None:
        """Show these; the same ones in the same order keep their widgets, and the focus with them."""
        if filters and [line.named.id for line in self.lines] == [each.id for each in filters]:
            for line, each in zip(self.lines, filters, strict=True):
                line.show_filter(each, self._count(each.id))
            return
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.lines = [self._make_line(each, own=each.kind is filters[0].kind) for each in filters]
        if not filters:
            self._list.addWidget(Paragraph("None yet. Set a filter, then save it here under a name.", role="muted"))
        self.name.clear()
        self.adjustSize()

    def show_count(self, ident: int, count: int) -> None:
        """So many match a filter now."""
        for line in self.lines:
            if line.named.id == ident:
                line.row.show_count(count)

    def _make_line(self, each: NamedFilter, *, own: bool) -> SavedLine:
        line = SavedLine(self._look, each, "" if own else ENTITIES[each.kind].name)
        line.show_filter(each, self._count(each.id))
        line.row.clicked.connect(lambda _=False: self._choose(line.named))
        line.pin.clicked.connect(lambda on: self.pinned.emit(line.named, on))
        line.bell.clicked.connect(lambda on: self.told.emit(line.named, on))
        line.cross.clicked.connect(lambda _=False: self.forgotten.emit(line.named))
        self._list.addWidget(line)
        return line

    def _choose(self, each: NamedFilter) -> None:
        self.close()
        self.chosen.emit(each)

    def _keep(self) -> None:
        if self.name.isEnabled() and self.name.text().strip():
            self.kept.emit(self.name.text())
            self.name.clear()

    def show_under(self, widget: QWidget) -> None:
        """Open below `widget`, moved to stay on the screen."""
        self.adjustSize()
        place = widget.mapToGlobal(QPoint(0, widget.height() + 2))
        screen = widget.screen().availableGeometry()
        place.setX(max(screen.left(), min(place.x(), screen.right() - self.width())))
        self.move(place)
        self.show()
        first = self.lines[0].row if self.lines else self.name
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk along the list, and along the buttons of a line."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1}.get(
            Qt.Key(event.key()), 0
        )
        focus = self.focusWidget()
        at = next((at for at, line in enumerate(self.lines) if line.isAncestorOf(focus)), len(self.lines))
        stops = [*(line.row for line in self.lines), self.name]
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            stops[(at + step) % len(stops)].setFocus()
        elif step and at < len(self.lines):
            buttons = self.lines[at].buttons
            place = next(place for place, button in enumerate(buttons) if button is focus)
            buttons[max(0, min(place + step, len(buttons) - 1))].setFocus()
        else:
            super().keyPressEvent(event)


class SavedLine(QWidget):
    """One saved filter and its buttons."""

    def __init__(self, look: Look, named: NamedFilter, kind: str) -> None:
        """`kind` is a word for what it filters, where that is not what the others filter."""
        super().__init__()
        self.named = named
        self.row = SavedRow(look, named, kind)
        self.pin = MarkButton(look, Mark.PIN, f"Pin “{named.name}”: its count stays on the screen")
        self.bell = MarkButton(look, Mark.BELL, f"Tell me when a row enters or leaves “{named.name}”")
        self.cross = MarkButton(look, Mark.CLOSE, f"Forget “{named.name}”")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2)
        line.addWidget(self.row, 1)
        for button in (self.pin, self.bell):
            button.setCheckable(True)
            button.setEnabled(named.predicate is not None)
        for button in (self.pin, self.bell, self.cross):
            line.addWidget(button)

    @property
    def buttons(self) -> tuple[PaintedButton, ...]:
        """What can be pressed, from the left."""
        return (self.row, self.pin, self.bell, self.cross)

    def show_filter(self, named: NamedFilter, count: int | None) -> None:
        """It is so now."""
        self.named = named
        self.pin.setChecked(named.pinned)
        self.bell.setChecked(named.told)
        self.row.show_count(count)


class SavedRow(PaintedButton):
    """One saved filter: its name, and how many match when that is counted. One that can't be read any more says so."""

    def __init__(self, look: Look, each: NamedFilter, kind: str = "") -> None:
        """Pressing it applies it; `kind` stands behind the name."""
        super().__init__(look, each.name)
        self._broken = each.predicate is None
        self._name = plain(f"{each.name} ({kind})" if kind else each.name)
        self.count: int | None = None
        note = "This text is no longer understood; press to mend it.\n" if self._broken else ""
        self.setToolTip(tip(note + each.text))
        self.setAccessibleDescription(note + each.text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_count(self, count: int | None) -> None:
        """So many match; None shows nothing."""
        self.count = count
        self.setAccessibleName(self._name if count is None else f"{self._name}: {count}")
        self.updateGeometry()
        self.update()

    @property
    def _number(self) -> str:
        return "" if self.count is None else f"{self.count:,}".replace(",", "\u202f")

    @override
    def sizeHint(self) -> QSize:
        """Room for name and count."""
        fonts = self._look.fonts
        words = min(QFontMetrics(fonts.body).horizontalAdvance(self._name), _WIDEST)
        number = QFontMetrics(fonts.strong).horizontalAdvance(self._number)
        return QSize(words + number + (60 if self._broken else 36), self._look.size.row)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the name."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, size = self._look.theme, self._look.size
        rect = QRectF(self.rect())
        if (ground := self.ground()) is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(rect, size.radius_small, size.radius_small)
        left = 8
        if self._broken:
            paint_mark(
                painter,
                Mark.WARNING,
                QRectF(left, rect.center().y() - size.icon / 2, size.icon, size.icon),
                theme.tone.warning.fg,
            )
            left += size.icon + 6
        painter.setPen(theme.text.muted if self._broken else theme.text.normal)
        painter.setFont(self._look.fonts.body)
        number = QFontMetrics(self._look.fonts.strong).horizontalAdvance(self._number)
        words = rect.adjusted(left, 0, -(number + 16), 0)
        shown = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, int(_LEFT), shown)
        painter.setFont(self._look.fonts.strong)
        painter.setPen(theme.text.normal)
        painter.drawText(rect.adjusted(left, 0, -8, 0), int(_RIGHT), self._number)
        self.paint_focus(painter, size.radius_small)
