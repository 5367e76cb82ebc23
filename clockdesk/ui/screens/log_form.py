"""Writing a line of the manual log: only the fields that matter, Enter writes it down."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QVBoxLayout, QWidget

from clockdesk.domain.kinds import Kind
from clockdesk.domain.words import HOUSEKEEPING, booking_status
from clockdesk.office.lines import BookingLine
from clockdesk.office.lists import by_room
from clockdesk.office.log_draft import Draft, DraftError, guest_words, read_draft
from clockdesk.office.log_entry import METHODS, WHAT_WORDS, Entry, What
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.fields import Choice
from clockdesk.ui.widgets.flow import FlowLayout
from clockdesk.ui.widgets.labels import Paragraph, dress
from clockdesk.ui.widgets.text import plain

if TYPE_CHECKING:
    from clockdesk.domain.clock import Clock
    from clockdesk.office.office import Office
    from clockdesk.ui.theme.look import Look

FIELDS: Final[dict[What, tuple[str, ...]]] = {
    What.ARRIVED: ("guest", "room", "time", "text", "by"),
    What.DEPARTED: ("guest", "room", "time", "text", "by"),
    What.MONEY: ("guest", "room", "amount", "currency", "method", "time", "text", "by"),
    What.ROOM_STATUS: ("room", "status", "time", "text", "by"),
    What.NOTE: ("text", "room", "time", "by"),
}
"""The fields shown for each kind of line, in the order they are filled in."""
STATUSES: Final[dict[What, frozenset[str]]] = {
    What.ARRIVED: frozenset({"expected"}),
    What.DEPARTED: frozenset({"checked_in"}),
    What.MONEY: frozenset({"expected", "checked_in", "checked_out"}),
}
"""Whose bookings are offered."""
KEPT: Final = ("by", "currency", "method")
"""What stays in the form after a line was written."""


class LogForm(QWidget):
    """Signal: `written(entry)` when a line is complete; the form is then ready for the next."""

    written = Signal(object)

    def __init__(self, look: Look, office: Office, clock: Clock, parent: QWidget | None = None) -> None:
        """For an arrival at first."""
        super().__init__(parent)
        self._look, self._office, self._clock = look, office, clock
        self._offered: dict[str, int] = {}
        self.setAccessibleName("Write a line of the manual log")
        self.what = Choice(look, "What happened")
        for what, word in WHAT_WORDS.items():
            self.what.add(word, what)
        self.guest = self._line("Guest or booking", 26)
        self.room = self._line("Room", 6)
        self.time = self._line("Time: now", 6)
        self.time.setToolTip("When it happened, as 14:05; empty is now")
        self.amount = self._line("Amount", 10)
        self.text = self._line("Note", 26)
        self.by = self._line("Initials", 6)
        self.status, self.currency, self.method = (Choice(look, name) for name in ("Now", "Currency", "Paid how"))
        for code, said in HOUSEKEEPING.items():
            self.status.add(said.word, code)
        for code, word in METHODS.items():
            self.method.add(word, code)
        self.button = TextButton("Write down", role="primary", hint="Enter")
        self.problem = Paragraph()
        self.problem.set_tone("danger")
        self.problem.setVisible(False)
        self._names = QStringListModel(self)
        self._complete()
        self._lay_out()
        self.what.currentIndexChanged.connect(self._on_what_changed)
        self.button.clicked.connect(self.write)
        self._on_what_changed()

    def _line(self, hint: str, letters: int) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(hint)
        field.setAccessibleName(hint)
        words = QFontMetrics(self._look.fonts.body)
        wide = max(words.averageCharWidth() * letters, words.horizontalAdvance(hint))
        field.setFixedWidth(wide + 4 * self._look.size.grid)
        field.setMaxLength(500)
        field.returnPressed.connect(self.write)
        return field

    def _complete(self) -> None:
        """Names are offered as they are typed; whoever is chosen stands for the booking."""
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self._popup = QListView()
        self._popup.setProperty("surface", "popup")
        completer.setPopup(self._popup)
        self.guest.setCompleter(completer)
        self.guest.textEdited.connect(self._offer)

    def _lay_out(self) -> None:
        grid = self._look.size.grid
        self._row = QWidget()
        flow = FlowLayout(self._row, gap=grid)
        flow.setContentsMargins(0, 0, 0, 0)
        for name in ("what", *_ORDER):
            flow.addWidget(self._field(name))
        flow.addWidget(self.button)
        for before, after in pairwise(("what", *_ORDER)):
            QWidget.setTabOrder(self._field(before), self._field(after))
        QWidget.setTabOrder(self.by, self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(grid // 2)
        column.addWidget(self._row)
        column.addWidget(self.problem)

    def _field(self, name: str) -> QLineEdit | Choice:
        field = getattr(self, name)
        assert isinstance(field, QLineEdit | Choice)  # noqa: S101 (a promise to the type checker)
        return field

    # what is shown

    @property
    def kind(self) -> What:
        """What kind of line is being written."""
        return What(self.what.currentData())  # Qt keeps it as a mere string

    def begin(self, what: What) -> None:
        """Write a line of this kind."""
        self.what.setCurrentIndex(list(WHAT_WORDS).index(what))
        self._field(FIELDS[what][0]).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_what_changed(self) -> None:
        shown = FIELDS[self.kind]
        for name in _ORDER:
            self._field(name).setVisible(name in shown)
        if "currency" in shown and not self.currency.count():
            self._offer_currencies()
        self._complain("", "")
        self._offer()

    def _offer_currencies(self) -> None:
        """Those of the bookings, the most used first."""
        balances = (booking.balance for booking in self._office.house.bookings.values())
        counts = Counter(balance.currency for balance in balances if balance is not None)
        for currency, _ in counts.most_common():
            self.currency.add(currency, currency)

    def _offer(self) -> None:
        statuses = STATUSES.get(self.kind)
        if statuses is None:
            return
        lines = [line for line in self._todays() if line.status in statuses]
        self._offered = {
            " ".join(self._words(line).split()): line.id for line in sorted(lines, key=lambda line: by_room(line.room))
        }
        if self._names.stringList() != (words := list(self._offered)):
            self._names.setStringList(words)

    def _todays(self) -> list[BookingLine]:
        house, today = self._office.house, self._office.today
        ids = [
            booking.id
            for booking in house.bookings.values()
            if booking.status == "checked_in"
            or (booking.status == "expected" and booking.arrival is not None and booking.arrival <= today)
            or (booking.status == "checked_out" and booking.departure == today)
        ]
        lines = (house.line(Kind.BOOKING, ident) for ident in ids)
        return [line for line in lines if isinstance(line, BookingLine)]

    def _words(self, line: BookingLine) -> str:
        where = f"room {line.room}" if line.room else "no room"
        return plain(f"{guest_words(line)} · {where} · {booking_status(line.status)}")

    # writing

    def draft(self) -> Draft:
        """What is typed now. Raises DraftError when a name fits more than one booking."""
        shown = FIELDS[self.kind]
        guest, booking = self._chosen() if "guest" in shown else ("", None)
        return Draft(
            what=self.kind,
            by=self.by.text(),
            time=self.time.text(),
            room=self.room.text(),
            guest=guest,
            booking=booking,
            status=self.status.currentData() if "status" in shown else None,
            amount=self.amount.text(),
            currency=self.currency.currentData() or "",
            method=self.method.currentData() or "",
            text=self.text.text(),
        )

    def _chosen(self) -> tuple[str, int | None]:
        """The words typed for the guest and the booking they stand for; those that fit none are a walk-in's name."""
        typed = " ".join(self.guest.text().split())
        if not typed or typed in self._offered:
            return typed, self._offered.get(typed)
        fitting = [ident for words, ident in self._offered.items() if typed.casefold() in words.casefold()]
        if len(fitting) > 1:
            raise DraftError("guest", "More than one booking fits: choose one from the list.")
        return typed, fitting[0] if fitting else None

    def write(self) -> None:
        """Read the form; what is wrong is said at its field, else the line is told."""
        if self._popup.isVisible():  # Enter chose a name
            self._popup.hide()
            return
        try:
            entry = read_draft(self.draft(), self._office.house, self._clock.now(), self._office.zone)
        except DraftError as error:
            self._complain(error.field, str(error))
            return
        self._complain("", "")
        self._ready_for_next()
        self.written.emit(entry)

    def put_back(self, entry: Entry, words: str) -> None:
        """The line could not be kept: what can be typed again stands in the form again, with the reason."""
        self.begin(entry.what)
        self.guest.setText(next((w for w, ident in self._offered.items() if ident == entry.booking), entry.guest))
        self.room.setText(entry.room_name)
        self.text.setText(entry.text)
        self._complain("text", words)

    def _ready_for_next(self) -> None:
        for name in _ORDER:
            field = self._field(name)
            if isinstance(field, QLineEdit) and name not in KEPT:
                field.clear()
        self._field(FIELDS[self.kind][0]).setFocus()

    def _complain(self, name: str, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        for each in _ORDER:
            field = self._field(each)
            if isinstance(field, QLineEdit):
                dress(field, "bad", "true" if each == name else "")
        if name:
            self._field(name).setFocus()


_ORDER: Final = ("guest", "room", "status", "amount", "currency", "method", "text", "time", "by")
"""The fields as they stand in the row."""
