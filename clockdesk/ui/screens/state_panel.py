"""How far the copy can be trusted, in full: the account and each kind of data, with cause and time, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import Kind
from clockdesk.domain.words import freshness_facts, freshness_words
from clockdesk.ui.screens.held import Held
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel

if TYPE_CHECKING:
    from clockdesk.domain.freshness import Freshness
    from clockdesk.office.office import Office
    from clockdesk.ui.theme.look import Look

KINDS: Final = {
    Kind.BOOKING: "Bookings",
    Kind.ROOM: "Rooms",
    Kind.FOLIO: "Folios",
    Kind.BOOKING_GUEST: "Guests",
    Kind.CHARGE: "Charges",
    Kind.CREDIT_ITEM: "Payments",
    Kind.FOLIO_TAX: "Taxes",
    Kind.ROOM_TYPE: "Room types",
}
"""The kinds of data in the desk's words."""
_ALWAYS: Final = frozenset({Kind.BOOKING, Kind.ROOM, Kind.FOLIO})
"""Kinds with a screen of their own; of the others only a missing right is told."""
MENDS: Final = {Trust.SIGNED_OUT: "Open connection", Trust.BLOCKED: "The ban is lifted"}
"""States a person can end, by the verb of what they do."""


class StatePanel(QFrame):
    """Opens above the badge and follows the state while it is open. Escape closes it.

    Signals: `check_wanted()`, `mend_wanted()` for the verb of MENDS.
    """

    check_wanted = Signal()
    mend_wanted = Signal()

    def __init__(self, look: Look, office: Office, parent: QWidget) -> None:
        """Of this office. Goes away by itself when closed."""
        super().__init__(parent, Qt.WindowType.Popup)
        self._office = office
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("State of the copy")
        self.setProperty("surface", "popup")
        grid = look.size.grid
        self._room = 48 * grid
        self.setFixedWidth(self._room + 4 * grid)
        self.words = PlainLabel(role="section")
        self.facts = Paragraph(role="muted")
        self.kinds: dict[Kind, tuple[PlainLabel, PlainLabel]] = {}
        self.check_button = TextButton("Check now", hint="F5")
        self.check_button.clicked.connect(self._on_check)
        self.mend_button = TextButton("", role="primary")
        self.mend_button.clicked.connect(self._on_mend)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * grid, 2 * grid, 2 * grid, 2 * grid)
        column.setSpacing(grid)
        column.addWidget(self.words)
        column.addWidget(self.facts)
        column.addLayout(self._make_kinds(grid))
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.mend_button, self.check_button):
            row.addWidget(button)
        column.addLayout(row)
        self._news = Held()
        self.destroyed.connect(self._news.end)
        self._news.take(office.freshness_news.subscribe(self._show))
        self._show(office.freshness)

    def _make_kinds(self, grid: int) -> QGridLayout:
        lines = QGridLayout()
        lines.setHorizontalSpacing(2 * grid)
        lines.setVerticalSpacing(grid // 2)
        lines.setColumnStretch(1, 1)
        for at, (kind, name) in enumerate(KINDS.items()):
            label, words = PlainLabel(name), PlainLabel()
            lines.addWidget(label, at, 0)
            lines.addWidget(words, at, 1)
            self.kinds[kind] = (label, words)
        return lines

    def said(self, kind: Kind) -> str:
        """What is said of a kind; empty when it is not told."""
        return "" if self.kinds[kind][1].isHidden() else self.kinds[kind][1].text()

    def _show(self, freshness: Freshness) -> None:
        office = self._office
        self.words.setText(freshness_words(freshness, office.zone, office.today))
        self.facts.setText("\n".join(freshness_facts(freshness, office.zone, office.today)))
        self.facts.setFixedHeight(
            self.facts.heightForWidth(self._room)
        )  # Qt measures wrapped words of a popup too late
        for kind, (label, words) in self.kinds.items():
            own = office.freshness_of(kind)
            missing = own.trust is Trust.NO_RIGHT and own != freshness
            words.setText(self._words_of(own, missing=missing))
            words.set_tone("warning" if missing else "muted")
            for widget in (label, words):
                widget.setVisible(missing or kind in _ALWAYS)
        verb = MENDS.get(freshness.trust, "")
        self.mend_button.setText(verb)
        self.mend_button.setVisible(bool(verb))
        self.check_button.setVisible(freshness.trust not in MENDS)
        if self.isVisible():
            self.adjustSize()

    def _words_of(self, own: Freshness, *, missing: bool) -> str:
        if missing:
            return f"No right to read them: {own.cause}"
        words = freshness_words(own, self._office.zone, self._office.today)
        return "Live" if own.trust is Trust.LIVE else words

    def show_above(self, widget: QWidget) -> None:
        """Open above `widget`, inside the screen."""
        self.adjustSize()
        place = widget.mapToGlobal(QPoint(0, -self.height() - 4))
        screen = widget.screen().availableGeometry()
        place.setX(max(screen.left(), min(place.x(), screen.right() - self.width())))
        place.setY(max(screen.top(), place.y()))
        self.move(place)
        self.show()
        (self.check_button if self.check_button.isVisible() else self.mend_button).setFocus(
            Qt.FocusReason.PopupFocusReason
        )

    def _on_check(self) -> None:
        self.close()
        self.check_wanted.emit()

    def _on_mend(self) -> None:
        self.close()
        self.mend_wanted.emit()
