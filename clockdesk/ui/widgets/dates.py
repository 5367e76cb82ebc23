"""Date fields made for typing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget
from typing_extensions import override

from clockdesk.domain.dates import day_text, weekday_text
from clockdesk.domain.errors import UserError
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.buttons import MarkButton, TextButton
from clockdesk.ui.widgets.day_entry import read_day
from clockdesk.ui.widgets.labels import PlainLabel, dress
from clockdesk.ui.widgets.text import tip

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.ui.theme.look import Look


def month_goes_first(locale: QLocale) -> bool:
    """Whether this locale writes 11/21 for the 21st of November."""
    return locale.dateFormat(QLocale.FormatType.ShortFormat).lower().startswith("m")


class DayField(QLineEdit):
    """One date, or none. Typed in any usual way, shown as `Sat 21 Nov`; up and down step by a day.

    Signal: `changed(date or None)`.
    """

    changed = Signal(object)

    def __init__(self, look: Look, name: str, today: Callable[[], date], parent: QWidget | None = None) -> None:
        """`name` for the screen reader and as hint; `today()` is the hotel's date."""
        super().__init__(parent)
        self._today = today
        self._day: date | None = None
        self._month_first = month_goes_first(QLocale())
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        width = QFontMetrics(look.fonts.body).horizontalAdvance("30 Nov 2030 ")
        self.setFixedWidth(width + 22)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.editingFinished.connect(self._read)
        self.textEdited.connect(lambda: self.complain(""))

    @property
    def day(self) -> date | None:
        """The date in the field."""
        return self._day

    def set_day(self, day: date | None) -> None:
        """Put a date in, or empty the field."""
        self.complain("")
        self.setText(self._words(day))
        if day != self._day:
            self._day = day
            self.changed.emit(day)

    def _words(self, day: date | None) -> str:
        """`Sat 21 Nov`, and `21 Nov 2027` in another year: it must fit."""
        if day is None:
            return ""
        today = self._today()
        return weekday_text(day) if day.year == today.year else day_text(day, today)

    def _read(self) -> None:
        text = self.text().strip()
        if text == self._words(self._day):
            return
        try:
            self.set_day(read_day(text, self._today(), month_first=self._month_first) if text else None)
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
        self.set_day(self._today() if self._day is None else self._day + timedelta(days=step))
        self.selectAll()


class DateRangeEdit(QWidget):
    """From one day to another, both included; either end may be open.

    Signal: `changed(from, to)`, each a date or None.
    """

    changed = Signal(object, object)

    def __init__(self, look: Look, name: str, today: Callable[[], date], parent: QWidget | None = None) -> None:
        """`name` is what lies in the range: Arrival, Departure, Closed."""
        super().__init__(parent)
        self._today = today
        self.setAccessibleName(name)
        self.start = DayField(look, "from", today)
        self.end = DayField(look, "to", today)
        for field, word in ((self.start, "from"), (self.end, "to")):
            field.setAccessibleName(f"{name} {word}")
            field.changed.connect(self._tell)
        self.today_button = TextButton("Today", role="quiet", hint=f"{name} today")
        self.today_button.setAccessibleName(f"{name} today")
        self.today_button.clicked.connect(lambda: self.set_range(self._today(), self._today()))
        self.empty_button = MarkButton(look, Mark.CLOSE, f"Any {name.lower()}")
        self.empty_button.clicked.connect(lambda: self.set_range(None, None))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.start, PlainLabel("–", role="muted"), self.end, self.today_button, self.empty_button):
            row.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._show_button()

    @property
    def range(self) -> tuple[date | None, date | None]:
        """Both ends."""
        return self.start.day, self.end.day

    def set_range(self, start: date | None, end: date | None) -> None:
        """Put both ends in; tells once."""
        if (start, end) == self.range:
            return
        self.blockSignals(True)  # noqa: FBT003 (Qt's own signature)
        self.start.set_day(start)
        self.end.set_day(end)
        self.blockSignals(False)  # noqa: FBT003 (Qt's own signature)
        self._tell()

    def _tell(self) -> None:
        self._show_button()
        start, end = self.range
        backwards = start is not None and end is not None and end < start
        self.end.complain("This is before the first day." if backwards else "")
        if not backwards:
            self.changed.emit(start, end)

    def _show_button(self) -> None:
        restricts = self.range != (None, None)
        self.empty_button.setVisible(restricts)
        self.today_button.setVisible(not restricts)
