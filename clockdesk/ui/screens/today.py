"""Today: the counts of the day, what needs a person, and who comes, is here and leaves."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from clockdesk.domain.dates import weekday_text
from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import format_money
from clockdesk.office.attention import matters
from clockdesk.office.lists import by_room
from clockdesk.office.saved import KINDS
from clockdesk.ui.screens.attention import AttentionPanel
from clockdesk.ui.screens.day_list import (
    DayList,
    Words,
    arrivals_columns,
    departures_columns,
    in_house_columns,
)
from clockdesk.ui.screens.pinned_strip import PinnedStrip
from clockdesk.ui.screens.room_filter import OUT_OF_SERVICE, RoomFilter
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.buttons import CountButton
from clockdesk.ui.widgets.fittingrow import FittingRow
from clockdesk.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from clockdesk.domain.freshness import Freshness
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.lines import BookingLine
    from clockdesk.office.office import Office
    from clockdesk.ui.screens.booking_drawer import BookingDrawer
    from clockdesk.ui.theme.look import Look

ARRIVALS: Final = "status = expected and arrival <= today"
DEPARTURES: Final = "status = checked_in and departure <= today"
IN_HOUSE: Final = "status = checked_in"
OWING: Final = "status = checked_in and balance > 0"
EXPENDABLE: Final = {"occupied": 2, "closed": 1}
"""Counts that go when the window is narrow, the higher number first; the room board shows them as well."""
NARROW: Final = 90
"""Grid steps below which three lists have no room beside each other."""
MOST_CURRENCIES: Final = 3
"""More currencies than this are summed up as so many; the list behind shows them."""


class TodayPage(QWidget):
    """The worklist of the day.

    A booking opens in the drawer. Signals: `room_wanted(id)`, `folio_wanted(id)` to open others; `attention(count)`;
    `list_wanted(screen, filter)` for the list behind a count: a predicate as text (bookings) or a `RoomFilter` (rooms);
    `saved_wanted(NamedFilter)` for the rows of a pinned filter.
    """

    room_wanted = Signal(object)
    folio_wanted = Signal(object)
    list_wanted = Signal(str, object)
    attention = Signal(int)
    saved_wanted = Signal(object)

    def __init__(self, look: Look, tasks: Tasks, office: Office, parent: QWidget | None = None) -> None:
        """Follows `office`, and stops when it goes away."""
        super().__init__(parent)
        self._look, self._tasks, self._office = look, tasks, office
        self.setAccessibleName("Today")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._recount)
        self._arrivals_live = office.live(Kind.BOOKING, ARRIVALS, _by_arrival)
        self._departures_live = office.departures()
        self._day = PlainLabel(role="title")
        self.counts = self._make_counts()
        self.balances: list[CountButton] = []
        self.pinned = PinnedStrip(look, tasks, office, KINDS)
        self.pinned.chosen.connect(self.saved_wanted)
        self.panel = AttentionPanel(look, office)
        self.panel.mend_wanted.connect(self._on_mend_wanted)
        self.panel.booking_wanted.connect(partial(self._open_from, self.panel))
        self.panel.passed.connect(partial(self._on_passed, self.panel))
        self.panel.counted.connect(self.attention)
        self.arrivals = DayList(
            look, office, self._arrivals_live, arrivals_columns(office), ("ready", "time"), _ARRIVALS
        )
        self.in_house = DayList(look, office, office.in_house(), in_house_columns(office), ("departure",), _IN_HOUSE)
        self.departures = DayList(
            look, office, self._departures_live, departures_columns(office), ("room",), _DEPARTURES
        )
        self._source: DayList | AttentionPanel = self.arrivals
        self._lay_out()
        ends = [office.on_touched(self._on_touched), office.freshness_news.subscribe(self._on_freshness)]
        self.destroyed.connect(lambda: [end() for end in ends])
        self._recount()

    # putting it together

    def _make_counts(self) -> dict[str, CountButton]:
        looks = {
            "arrivals": ("Arrivals left", Mark.ARRIVAL, "bookings", ARRIVALS),
            "departures": ("Departures left", Mark.DEPARTURE, "bookings", DEPARTURES),
            "in_house": ("In house", Mark.IN_HOUSE, "bookings", IN_HOUSE),
            "occupied": ("Rooms occupied", Mark.PERSON, "rooms", RoomFilter(stays=frozenset({"occupied"}))),
            "dirty": ("Dirty rooms", Mark.DIRTY, "rooms", RoomFilter(statuses=frozenset({"checked_out"}))),
            "closed": ("Out of service", Mark.OUT_OF_SERVICE, "rooms", RoomFilter(stays=frozenset({OUT_OF_SERVICE}))),
        }
        made = {}
        for key, (label, mark, screen, wanted) in looks.items():
            made[key] = CountButton(self._look, label, mark)
            made[key].clicked.connect(lambda _=False, to=screen, what=wanted: self.list_wanted.emit(to, what))
        return made

    def _lay_out(self) -> None:
        grid = self._look.size.grid
        self._strip = FittingRow(grid)
        for key, button in self.counts.items():
            self._strip.add(button, EXPENDABLE.get(key, 0))
        lists = QHBoxLayout()
        lists.setSpacing(2 * grid)
        for each, share in ((self.arrivals, 12), (self.in_house, 10), (self.departures, 11)):
            lists.addWidget(each, share)
            each.booking_wanted.connect(partial(self._open_from, each))
            each.passed.connect(partial(self._on_passed, each))
        for each, text in ((self.arrivals, ARRIVALS), (self.in_house, IN_HOUSE), (self.departures, DEPARTURES)):
            each.whole_wanted.connect(lambda text=text: self.list_wanted.emit("bookings", text))
        column = QVBoxLayout()
        column.setContentsMargins(2 * grid, 2 * grid, 2 * grid, 2 * grid)
        column.setSpacing(2 * grid)
        column.addWidget(self._day)
        column.addWidget(self._strip)
        column.addWidget(self.pinned)
        column.addWidget(self.panel)
        column.addLayout(lists, 1)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        self.pinned.come_after(self.counts["closed"])

    # what the window asks

    @cached_property
    def drawer(self) -> BookingDrawer:
        """One booking beside the lists; made when it is first wanted."""
        from clockdesk.ui.screens.booking_drawer import BookingDrawer  # noqa: PLC0415 (not for the first paint)

        drawer = BookingDrawer(self._look, self._tasks, self._office)
        drawer.setVisible(False)
        drawer.folio_wanted.connect(self.folio_wanted.emit)
        drawer.closed.connect(self.close_drawer)
        self._row.addWidget(drawer)
        return drawer

    def make_drawer(self) -> bool:
        """Make the drawer before anybody wants it; False when it is there already."""
        missing = "drawer" not in self.__dict__
        return missing and self.drawer is not None

    @property
    def _drawn_out(self) -> bool:
        return "drawer" in self.__dict__ and self.drawer.isVisible()

    def focus_search(self) -> None:
        """There is nothing to search in; go to the worklist, or else to the arrivals."""
        (self.panel.table if self.panel.count else self.arrivals.table).setFocus()

    def open(self, booking: int) -> None:
        """Show a booking in the drawer."""
        self.drawer.setVisible(True)
        self._fit_lists()
        self.drawer.show_one(booking)

    def _open_from(self, source: DayList | AttentionPanel, booking: int) -> None:
        self._source = source
        self.open(booking)

    def _fit_lists(self) -> None:
        """On a small screen only the list that was worked in stays beside the drawer."""
        narrow = self._drawn_out and self.width() - self.drawer.width() < NARROW * self._look.size.grid
        lists = (self.arrivals, self.in_house, self.departures)
        alone = self._source if self._source in lists else self.arrivals
        for each in lists:
            each.setVisible(not narrow or each is alone)

    def close_drawer(self) -> None:
        """Only the lists."""
        back = self.drawer.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self.drawer.leave()
        self.drawer.setVisible(False)
        self._fit_lists()
        if back:
            self.focus_search()

    def new_day(self) -> None:
        """The hotel's date is another one."""
        for each in (self.arrivals, self.in_house, self.departures):
            each.refresh()
        self._recount()

    # news

    def _on_touched(self, kind: Kind, _ids: frozenset[int]) -> None:
        if kind in {Kind.BOOKING, Kind.ROOM, Kind.FOLIO}:
            self._soon.start()  # several lists hear of one change: count once, when all have

    def _on_freshness(self, _freshness: Freshness) -> None:
        for each in (self.panel, self.arrivals, self.in_house, self.departures):
            each.refresh_trust()
        self._soon.start()

    def _recount(self) -> None:
        office = self._office
        counts = office.counts()
        self._day.setText(f"Today, {weekday_text(office.today)}")
        starting = office.freshness.trust is Trust.STARTING
        parts: dict[str, tuple[int, ...]] = {
            "arrivals": (counts.arrivals, counts.arrivals + counts.arrived),
            "departures": (counts.departures, counts.departures + counts.departed),
            "in_house": (counts.in_house,),
            "occupied": (counts.occupied, counts.rooms),
            "dirty": (counts.dirty,),
            "closed": (counts.out_of_service,),
        }
        for key, numbers in parts.items():
            known = numbers[0] or not starting  # before all is read, nought is not known
            self.counts[key].set_value(" of ".join(map(str, numbers)) if known else None)
        nothing = [] if starting else ["0"]
        self._show_balances([format_money(balance) for balance in counts.balances] or nothing, counts.owing)
        self.panel.show_matters(matters(office.house, (*self._departures_live.ids, *self._arrivals_live.ids)))

    def _show_balances(self, amounts: list[str], owing: int) -> None:
        """One button a currency; amounts of different money are never added."""
        shown: list[str | None] = [*amounts[:MOST_CURRENCIES]] or [None]
        while len(self.balances) < len(shown):
            button = CountButton(self._look, "Open balance", Mark.FOLIOS)
            button.clicked.connect(lambda: self.list_wanted.emit("bookings", OWING))
            self._strip.add(button)
            self.balances.append(button)
        for at, button in enumerate(self.balances):
            self._strip.want(button, wanted=at < len(shown))
            if at < len(shown):
                button.set_value(shown[at])
        more = f" and {len(amounts) - MOST_CURRENCIES} more currencies" if len(amounts) > MOST_CURRENCIES else ""
        for button in self.balances:
            button.setToolTip(f"{owing} guests in house owe something{more}")
        self._strip.fit()

    def _on_mend_wanted(self, kind: Kind, ident: int) -> None:
        if kind is Kind.BOOKING:
            self._open_from(self.panel, ident)
        else:
            (self.room_wanted if kind is Kind.ROOM else self.folio_wanted).emit(ident)

    def _on_passed(self, source: DayList | AttentionPanel, booking: int | None) -> None:
        """The drawer, once open, follows the rows of the list it was opened from; others only get the focus."""
        if booking is not None and self._drawn_out and source is self._source:
            self.drawer.show_one(booking, passing=True)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """The worklist takes its share of the height."""
        super().resizeEvent(event)
        self.panel.fit_into(self.height())
        self._fit_lists()


def _by_arrival(line: BookingLine) -> tuple[object, ...]:
    """Who should have come before today first, then by time."""
    return (not line.overdue, line.arrival_time or "99", by_room(line.room))


_ARRIVALS = Words(
    "Arrivals", Mark.ARRIVAL, "Everybody has arrived", "Nobody is expected any more today, as far as the copy knows."
)
_IN_HOUSE = Words("In house", Mark.IN_HOUSE, "The house is empty", "Nobody is in house, as far as the copy knows.")
_DEPARTURES = Words("Departures", Mark.DEPARTURE, "Nobody leaves any more", "All departures of today are done.")
