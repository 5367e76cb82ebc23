"""The foot of the window: which hotel, how far the screen can be trusted, what comes in, what is used of the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from clockdesk.domain.dates import moment_text, time_text
from clockdesk.domain.freshness import Freshness, Trust
from clockdesk.domain.kinds import EventName
from clockdesk.ui.screens.held import Held
from clockdesk.ui.screens.state_panel import MENDS, StatePanel
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.freshness import FreshnessBadge
from clockdesk.ui.widgets.labels import PlainLabel
from clockdesk.ui.widgets.text import tip

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from clockdesk.office.office import Office
    from clockdesk.ui.theme.look import Look

TICK_MS: Final = 1000
EVENTS: Final = {
    EventName.BOOKING_NEW: "New booking",
    EventName.BOOKING_UPDATE: "Booking changed",
    EventName.BOOKING_EXPECTED: "Booking expected",
    EventName.BOOKING_CHECKED_IN: "Guest checked in",
    EventName.BOOKING_CHECKED_OUT: "Guest checked out",
    EventName.BOOKING_CANCELED: "Booking canceled",
    EventName.BOOKING_NO_SHOW: "No-show",
    EventName.BOOKING_GUESTS_UPDATE: "Guests changed",
    EventName.CONFIRMATION_SEND: "Confirmation sent",
    EventName.FOLIO_CLOSE: "Folio closed",
    EventName.FOLIO_UPDATE: "Folio changed",
    EventName.FOLIO_VOID: "Folio voided",
    EventName.FOLIO_FISCALIZE: "Folio fiscalized",
    EventName.FISCAL_REQUEST: "Fiscal request",
    EventName.HOUSEKEEPING_CHANGED: "Housekeeping changed",
    EventName.DOOR_KEY_NEW: "Door key wanted",
    EventName.DOOR_KEY_UPDATE: "Door key changed",
    EventName.POS_ORDER_NEW: "Restaurant order",
}
"""What each event is called at the desk."""


class StatusBar(QWidget):
    """Follows one office at a time. Pressing the badge opens the state in full.

    Signals: `sweep_wanted()`, `connection_wanted()`, `lift_wanted()`, and `ticked()` once a second: the window's only
    clock.
    """

    sweep_wanted = Signal()
    connection_wanted = Signal()
    lift_wanted = Signal()
    ticked = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Says that there is no hotel until `follow`."""
        super().__init__(parent)
        self._look = look
        self._office: Office | None = None
        self.panel: StatePanel | None = None
        self._news = Held()
        self.destroyed.connect(self._news.end)
        self._trust = Trust.STARTING
        grid = look.size.grid
        self.setAccessibleName("State of the program")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "foot")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.badge = FreshnessBadge(look)
        self.badge.clicked.connect(self._on_badge_clicked)
        self.mend = TextButton("", role="quiet")
        self.mend.clicked.connect(self._on_mend_clicked)
        self.checked = PlainLabel(role="small")
        self.hotel = PlainLabel("No hotel", role="small")
        self.last_event = PlainLabel(role="small")
        self.calls = PlainLabel(role="small")
        row = QHBoxLayout(self)
        row.setContentsMargins(grid, grid // 2, 2 * grid, grid // 2)
        row.setSpacing(2 * grid)
        for widget in (self.badge, self.mend, self.checked):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.last_event, self.calls, self.hotel):
            row.addWidget(widget)
        self.setFixedHeight(5 * grid)
        self.timer = QTimer(self)
        self.timer.setInterval(TICK_MS)
        self.timer.timeout.connect(self._on_tick)
        self._show_parts()

    # whom it follows

    def follow(self, office: Office | None) -> None:
        """Show this office from now on; None when there is none."""
        self._news.end()
        self._office = office
        self.checked.setText("")
        if office is not None:
            self._news.take(office.freshness_news.subscribe(self._on_freshness))
            self._on_freshness(office.freshness)
            self.timer.start()
        else:
            self.timer.stop()
        self._show_parts()

    def say_checking(self) -> None:
        """F5 was pressed."""
        self.checked.set_tone("")
        self.checked.setText("Checking …")

    def say_checked(self, at: datetime) -> None:
        """The sweep that F5 asked for is done."""
        if self._office is not None:
            self.checked.set_tone("ok")
            self.checked.setText(f"Checked {time_text(at, self._office.zone, seconds=True)}")

    def say_not_checked(self, reason: str) -> None:
        """The sweep that F5 asked for did not come through."""
        self.checked.set_tone("danger")
        self.checked.setText(reason)

    # news

    def _on_freshness(self, freshness: Freshness) -> None:
        office = self._office
        if office is None:
            return
        self._trust = freshness.trust
        if freshness.trust is Trust.LIVE and self.checked.property("tone") == "danger":
            self.checked.setText("")
        self.badge.show_freshness(freshness, cast("ZoneInfo", office.zone), office.today)
        self._show_parts()

    def _on_tick(self) -> None:
        self._show_parts()
        self.ticked.emit()

    def _show_parts(self) -> None:
        office = self._office
        self.badge.setVisible(office is not None)
        verb = MENDS.get(self._trust, "") if office is not None else ""
        self.mend.setVisible(bool(verb))
        if verb:
            self.mend.setText(verb)
        if office is None:
            self.hotel.setText("No hotel")
            self.last_event.setText("")
            self.calls.setText("")
            return
        self.hotel.setText(office.hotel_name or "The hotel")
        self._show_event(office)
        self._show_calls(office)

    def _show_event(self, office: Office) -> None:
        received = office.received
        if received.name is None or received.last is None:
            self.last_event.setText("No event yet")
            return
        when = moment_text(received.last, office.zone, office.today, seconds=True)
        self.last_event.setText(f"{EVENTS[received.name]} {when}")

    def _show_calls(self, office: Office) -> None:
        counters = office.counters()
        self.calls.setText(f"{counters.last_second} of {counters.allowed} calls a second")
        refused = f"\n{counters.limited_429} refused as too many" if counters.limited_429 else ""
        self.calls.setToolTip(
            tip(f"Calls in the last second, of those allowed\n{counters.total} since the start{refused}")
        )

    def _on_badge_clicked(self) -> None:
        """Somebody wants to know more of the state."""
        if self._office is None:
            return
        panel = self.panel = StatePanel(self._look, self._office, self)
        panel.check_wanted.connect(self.sweep_wanted)
        panel.mend_wanted.connect(self._on_mend_clicked)
        panel.show_above(self.badge)

    def _on_mend_clicked(self) -> None:
        (self.connection_wanted if self._trust is Trust.SIGNED_OUT else self.lift_wanted).emit()
