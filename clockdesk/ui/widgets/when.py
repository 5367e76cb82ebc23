"""Days in a filter: typed in any usual way, kept relative when they were meant so ("today", "+3")."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from clockdesk.domain.dates import day_text, stay_text, weekday_text
from clockdesk.domain.errors import UserError
from clockdesk.domain.predicate import Relative
from clockdesk.office.forms import ANY_DAY, Days, day_of
from clockdesk.ui.theme.marks import Mark, paint_mark
from clockdesk.ui.widgets.buttons import ENTER, PaintedButton, TextButton
from clockdesk.ui.widgets.dates import month_goes_first
from clockdesk.ui.widgets.day_entry import read_day
from clockdesk.ui.widgets.labels import PlainLabel, dress
from clockdesk.ui.widgets.text import plain, tip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clockdesk.office.forms import Day
    from clockdesk.ui.theme.look import Look

_NAMES: Final = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}
_WORDS: Final = {"t": 0, "today": 0, "tom": 1, "tomorrow": 1, "y": -1, "yesterday": -1}
_OFFSET: Final = re.compile(r"(?:today\s*)?([+\-\N{MINUS SIGN}])\s*([0-9]{1,4})")
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine

RANGES: Final = (
    ("Today", Days(Relative(0), Relative(0))),
    ("Tomorrow", Days(Relative(1), Relative(1))),
    ("Yesterday", Days(Relative(-1), Relative(-1))),
    ("Next 7 days", Days(Relative(0), Relative(6))),
    ("Last 7 days", Days(Relative(-6), Relative(0))),
    ("Any day", ANY_DAY),
)
"""What is asked for most, for a range."""
SINCE: Final = (
    ("Today", Days(Relative(0))),
    ("Since yesterday", Days(Relative(-1))),
    ("Last 7 days", Days(Relative(-6))),
    ("Any time", ANY_DAY),
)
"""The same where only the beginning counts."""


def read_when(text: str, today: date, *, month_first: bool = False) -> Day:
    """Read a day; "today", "tomorrow", "+3" stay relative, anything else is a date. Raises UserError."""
    tidy = " ".join(text.casefold().split())
    if tidy in _WORDS:
        return Relative(_WORDS[tidy])
    if offset := _OFFSET.fullmatch(tidy):
        return Relative(int(offset[2]) if offset[1] == "+" else -int(offset[2]))
    return read_day(text, today, month_first=month_first)


def when_text(day: Day, today: date) -> str:
    """`Today`, `Tomorrow`, `Today +3`, `Sat 21 Nov`."""
    if not isinstance(day, Relative):
        return weekday_text(day, today)
    if day.days in _NAMES:
        return _NAMES[day.days]
    return f"Today {'+' if day.days > 0 else '−'}{abs(day.days)}"


def days_text(days: Days, today: date) -> str:
    """`any`, `today`, `21–24 Nov`, `from 21 Nov`, `until today +3`, `today to today +6`."""
    start, end = days.start, days.end
    if start is None and end is None:
        return "any"
    if start == end and start is not None:
        return _short(start, today)
    if start is None or end is None:
        return f"from {_short(start, today)}" if start is not None else f"until {_short(end, today)}" if end else "any"
    if isinstance(start, Relative) or isinstance(end, Relative):
        return f"{_short(start, today)} to {_short(end, today)}"
    return stay_text(start, end, today)


def _short(day: Day, today: date) -> str:
    return when_text(day, today).lower() if isinstance(day, Relative) else day_text(day, today)


class WhenField(QLineEdit):
    """One day, or none. Up and down step by a day.

    Signal: `changed(day or None)`.
    """

    changed = Signal(object)

    def __init__(self, look: Look, name: str, today: Callable[[], date], parent: QWidget | None = None) -> None:
        """`name` for the screen reader and as hint; `today()` is the hotel's date."""
        super().__init__(parent)
        self._today = today
        self._day: Day | None = None
        self._month_first = month_goes_first(QLocale())
        self.setAccessibleName(name)
        self.setPlaceholderText("any")
        self.setMinimumWidth(QFontMetrics(look.fonts.body).horizontalAdvance("Wed 28 Nov 2026") + 28)
        self.editingFinished.connect(self._read)
        self.textEdited.connect(lambda: self.complain(""))

    @property
    def day(self) -> Day | None:
        """The day in the field."""
        return self._day

    def set_day(self, day: Day | None) -> None:
        """Put a day in, or empty the field."""
        self.complain("")
        self.setText("" if day is None else when_text(day, self._today()))
        if day != self._day:
            self._day = day
            self.changed.emit(day)

    def _read(self) -> None:
        text = self.text().strip()
        if self._day is not None and text == when_text(self._day, self._today()):
            return
        try:
            self.set_day(read_when(text, self._today(), month_first=self._month_first) if text else None)
        except UserError as error:
            self.complain(str(error))

    def complain(self, reason: str) -> None:
        """Mark the field as wrong and say why; an empty reason takes the mark away."""
        self.setToolTip(tip(reason))
        self.setAccessibleDescription(reason)
        dress(self, "bad", "true" if reason else "")

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by a day."""
        if event.key() not in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            super().keyPressEvent(event)
            return
        step = 1 if event.key() == Qt.Key.Key_Up else -1
        self._read()
        if self._day is None:
            self.set_day(Relative(0))
        elif isinstance(self._day, Relative):
            self.set_day(Relative(self._day.days + step))
        else:
            self.set_day(self._day + timedelta(days=step))
        self.selectAll()


class DayRange(PaintedButton):
    """A button that says which days are wanted, and opens the fields to say others.

    Signal: `changed(Days)`.
    """

    changed = Signal(object)

    def __init__(
        self,
        look: Look,
        title: str,
        today: Callable[[], date],
        *,
        since: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`title` is what the days are of: Arrival. With `since`, only the first day is asked for."""
        super().__init__(look, title, parent)
        self._title, self._today, self._since = plain(title), today, since
        self._days = ANY_DAY
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open_panel)
        self._say()

    @property
    def days(self) -> Days:
        """The days wanted."""
        return self._days

    def set_days(self, days: Days) -> None:
        """Want these."""
        if days == self._days:
            return
        self._days = days
        self._say()
        self.changed.emit(days)

    @property
    def summary(self) -> str:
        """The days in words."""
        words = days_text(self._days, self._today())
        return words.replace("from ", "since ", 1) if self._since else words

    def turn(self) -> None:
        """The hotel's date is another one: say the days anew."""
        self._say()

    def _say(self) -> None:
        self.setAccessibleName(f"{self._title}: {self.summary}")
        today = self._today()
        dates = [weekday_text(day_of(day, today), today) for day in (self._days.start, self._days.end) if day]
        said = " to ".join(dict.fromkeys(dates))
        self.setToolTip(tip(f"{self._title}: {self.summary}" + (f" ({said})" if said else "")))
        self.updateGeometry()
        self.update()

    def open_panel(self) -> DayPanel:
        """Open the fields under the button."""
        panel = DayPanel(self._look, self._title, self._days, self._today, SINCE if self._since else RANGES, self)
        panel.changed.connect(self.set_days)
        panel.show_under(self)
        return panel

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The down key opens."""
        if event.key() == Qt.Key.Key_Down:
            self.open_panel()
            return
        super().keyPressEvent(event)

    @override
    def sizeHint(self) -> QSize:
        """Room for title and summary."""
        fonts = self._look.fonts
        title = QFontMetrics(fonts.body).horizontalAdvance(self._title + " ")
        words = QFontMetrics(fonts.strong if self._days else fonts.body).horizontalAdvance(self.summary)
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
        rest = theme.surface.selected if self._days else theme.surface.panel
        painter.setPen(QPen(theme.accent.text if self._days else theme.line.control, 1))
        painter.setBrush(self.ground(rest) or rest)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), size.radius, size.radius)
        words = rect.adjusted(10, 0, -30, 0)
        painter.setPen(theme.text.muted)
        painter.setFont(fonts.body)
        painter.drawText(words, int(_LEFT), self._title)
        words.adjust(painter.fontMetrics().horizontalAdvance(self._title + " "), 0, 0, 0)
        painter.setPen(theme.text.normal)
        painter.setFont(fonts.strong if self._days else fonts.body)
        summary = painter.fontMetrics().elidedText(self.summary, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, int(_LEFT), summary)
        arrow = QRectF(rect.right() - 26, rect.center().y() - size.icon / 2, size.icon, size.icon)
        paint_mark(painter, Mark.CHEVRON_DOWN, arrow, theme.text.muted)
        self.paint_focus(painter, size.radius)


class DayPanel(QFrame):
    """The usual days as buttons, and the fields for any others. Enter and Escape close.

    Signal: `changed(Days)`.
    """

    changed = Signal(object)

    def __init__(
        self,
        look: Look,
        title: str,
        days: Days,
        today: Callable[[], date],
        usual: Sequence[tuple[str, Days]],
        parent: QWidget,
    ) -> None:
        """Goes away by itself when closed."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(title)
        self.setProperty("surface", "popup")
        self._today = today
        self._days = days
        self.start = WhenField(look, f"{title} from", today)
        self.end = WhenField(look, f"{title} to", today)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(look.size.grid)
        column.addWidget(PlainLabel(title, role="section"))
        column.addLayout(self._make_fields(with_end=usual is RANGES))
        column.addLayout(self._make_usual(usual))
        hint = PlainLabel("21.11, 21 Nov, today, +3; arrow keys step", role="small")
        column.addWidget(hint)
        self._put(days)
        for field in (self.start, self.end):
            field.changed.connect(self._tell)

    def _make_fields(self, *, with_end: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(PlainLabel("From" if with_end else "Since", role="muted"))
        row.addWidget(self.start)
        if with_end:
            row.addWidget(PlainLabel("to", role="muted"))
            row.addWidget(self.end)
        else:
            self.end.setParent(self)
            self.end.setVisible(False)
        row.addStretch(1)
        return row

    def _make_usual(self, usual: Sequence[tuple[str, Days]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(8)
        self.usual: dict[str, TextButton] = {}
        for at, (word, days) in enumerate(usual):
            button = TextButton(word)
            button.clicked.connect(lambda _=False, days=days: self._choose(days))
            grid.addWidget(button, at // 3, at % 3)
            self.usual[word] = button
        return grid

    def _put(self, days: Days) -> None:
        for field, day in ((self.start, days.start), (self.end, days.end)):
            field.blockSignals(True)  # noqa: FBT003 (Qt's own signature)
            field.set_day(day)
            field.blockSignals(False)  # noqa: FBT003 (Qt's own signature)

    def _choose(self, days: Days) -> None:
        self._put(days)
        self._tell()
        self.close()

    def _tell(self) -> None:
        days = Days(self.start.day, self.end.day)
        backwards = days.backwards(self._today())
        self.end.complain("This is before the first day." if backwards else "")
        if not backwards and days != self._days:
            self._days = days
            self.changed.emit(days)

    def show_under(self, widget: QWidget) -> None:
        """Open below `widget`, moved to stay on the screen."""
        self.adjustSize()
        place = widget.mapToGlobal(QPoint(0, widget.height() + 2))
        screen = widget.screen().availableGeometry()
        place.setX(max(screen.left(), min(place.x(), screen.right() - self.width())))
        if place.y() + self.height() > screen.bottom():
            place.setY(widget.mapToGlobal(QPoint(0, -self.height() - 2)).y())
        self.move(place)
        self.show()
        self.start.setFocus(Qt.FocusReason.PopupFocusReason)
        self.start.selectAll()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter closes (a field has read its text by then), unless there is a fault to mend."""
        if event.key() in ENTER:
            if not (self.start.property("bad") or self.end.property("bad")):
                self.close()
        else:
            super().keyPressEvent(event)
