"""From one screen to the rows of another: where a count, a link, a notice or a saved filter leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from clockdesk.domain.kinds import Kind
from clockdesk.ui.screens.away import SHOWN
from clockdesk.ui.screens.room_filter import RoomFilter

if TYPE_CHECKING:
    from clockdesk.domain.predicate import Predicate
    from clockdesk.office.saved import NamedFilter
    from clockdesk.ui.screens.main_window import MainWindow


class Ways(QObject):
    """The ways through one window. Without an account they lead nowhere, and nothing happens."""

    def __init__(self, window: MainWindow) -> None:
        """Between the screens this window has when a way is taken."""
        super().__init__(window)
        self._window = window

    def open_booking(self, ident: int) -> None:
        """Show a booking on its screen."""
        if (page := self._window.bookings) is not None:
            self._window.goto("bookings")
            page.open(ident)

    def open_room(self, ident: int) -> None:
        """Show a room on the board."""
        if (page := self._window.rooms) is not None:
            self._window.goto("rooms")
            page.open(ident)

    def open_folio(self, ident: int) -> None:
        """Show a folio on its screen."""
        if (page := self._window.folios) is not None:
            self._window.goto("folios")
            page.open(ident)

    def show_list(self, screen: str, wanted: str | RoomFilter) -> None:
        """Show the list behind a count of Today."""
        self._window.goto(screen)
        rooms, bookings = self._window.rooms, self._window.bookings
        if rooms is not None and isinstance(wanted, RoomFilter):
            rooms.show_filter(wanted)
        elif bookings is not None and isinstance(wanted, str):
            bookings.show_filter(wanted)

    def show_saved(self, saved: NamedFilter) -> None:
        """Show the rows of a saved filter on the screen of its kind."""
        window = self._window
        match saved.kind:
            case Kind.BOOKING if window.bookings is not None:
                window.goto("bookings")
                window.bookings.show_saved(saved)
            case Kind.ROOM if window.rooms is not None:
                window.goto("rooms")
                window.rooms.show_saved(saved)
            case Kind.FOLIO if window.folios is not None:
                window.goto("folios")
                window.folios.show_saved(saved)

    def show_missed(self, kind: Kind, predicate: Predicate) -> None:
        """Show what changed of a kind while the line was down."""
        window = self._window
        match kind:
            case Kind.ROOM if window.rooms is not None:
                window.goto("rooms")
                window.rooms.show_within(kind, predicate, SHOWN)
            case Kind.BOOKING if window.bookings is not None:
                window.goto("bookings")
                window.bookings.show_filter(predicate, SHOWN)
            case Kind.FOLIO if window.folios is not None:
                window.goto("folios")
                window.folios.show_filter(predicate, SHOWN)
