"""The screens of one account: Today at once, the others in quiet moments after it, or as soon as one is wanted."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from clockdesk.ui.screens.today import TodayPage
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.rail import Place

if TYPE_CHECKING:
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.downtime import Downtime
    from clockdesk.office.office import Office
    from clockdesk.ui.screens.bookings import BookingsPage
    from clockdesk.ui.screens.downtime import DowntimePage
    from clockdesk.ui.screens.folios import FoliosPage
    from clockdesk.ui.screens.main_window import MainWindow
    from clockdesk.ui.screens.rooms import RoomsPage
    from clockdesk.ui.theme.look import Look

    Page: TypeAlias = TodayPage | BookingsPage | RoomsPage | FoliosPage | DowntimePage

PLACES: Final = (
    Place("today", "Today", Mark.TODAY, "Ctrl+1"),
    Place("bookings", "Bookings", Mark.BOOKINGS, "Ctrl+2"),
    Place("rooms", "Rooms", Mark.ROOMS, "Ctrl+3"),
    Place("folios", "Folios", Mark.FOLIOS, "Ctrl+4"),
    Place("downtime", "Downtime", Mark.LINE_CUT, "Ctrl+5"),
)
SHIFTS: Final = Place("shifts", "Shifts", Mark.PERSON, "Ctrl+6")
"""The back office of the shift clock; not there without one."""
LOCK: Final = Place("lock", "Lock", Mark.LOCK, "Ctrl+L")
"""No place to be either: it covers the window."""
CONNECTION: Final = Place("connection", "Connection", Mark.CONNECTION)
"""At the foot of the rail: it opens the dialog and is no place to be."""
QUIET_MS: Final = 25
"""Between two screens that are made before anybody wants them: whoever types or clicks meanwhile comes first."""

_P = TypeVar("_P", bound=QWidget)


class Pages(QObject):
    """Makes each screen once, with the imports of its own: a start paints Today and waits for none of the others."""

    def __init__(self, look: Look, tasks: Tasks, office: Office, downtime: Downtime | None, window: MainWindow) -> None:
        """Today is there from now on. What a screen wants opened or written, `window` does."""
        super().__init__(window)
        self._look, self._tasks, self._office, self._parts = look, tasks, office, downtime
        self._window = window
        self.made: dict[str, Page] = {}
        """By name, as the rail has them."""
        self.waiting = [place.key for place in PLACES if place.key != "today"]
        """What nobody has wanted yet."""
        self.today = today = TodayPage(look, tasks, office)
        today.folio_wanted.connect(window.ways.open_folio)
        today.room_wanted.connect(window.ways.open_room)
        today.list_wanted.connect(window.ways.show_list)
        today.saved_wanted.connect(window.ways.show_saved)
        today.attention.connect(lambda count: window.rail.set_badge("today", count))
        window.rail.set_badge("today", today.panel.count)
        self.made["today"] = self._take(today)
        self._quiet = QTimer(self)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self._make_next)
        self._quiet.start()

    def get(self, name: str) -> Page | None:
        """The screen of this name, made when it was not there; None for one that this account has not."""
        if name in self.waiting:
            getattr(self, name)
        return self.made.get(name)

    def _make_next(self) -> None:
        if self.today.make_drawer():
            return
        if self.waiting:
            self.get(self.waiting[0])
        else:
            self._quiet.stop()

    def _take(self, page: _P) -> _P:
        page.setProperty("surface", "window")
        self._window.stack.addWidget(page)
        return page

    # each of them

    @cached_property
    def bookings(self) -> BookingsPage:
        """The bookings."""
        from clockdesk.ui.screens.bookings import BookingsPage  # noqa: PLC0415 (made after Today)

        self.waiting.remove("bookings")
        self.made["bookings"] = page = self._take(BookingsPage(self._look, self._tasks, self._office))
        page.folio_wanted.connect(self._window.ways.open_folio)
        page.export_wanted.connect(self._window.export_page)
        return page

    @cached_property
    def rooms(self) -> RoomsPage:
        """The board of rooms."""
        from clockdesk.ui.screens.rooms import RoomsPage  # noqa: PLC0415 (made after Today)

        self.waiting.remove("rooms")
        self.made["rooms"] = page = self._take(RoomsPage(self._look, self._tasks, self._office))
        page.booking_wanted.connect(self._window.ways.open_booking)
        page.export_wanted.connect(self._window.export_page)
        return page

    @cached_property
    def folios(self) -> FoliosPage:
        """The folios."""
        from clockdesk.ui.screens.folios import FoliosPage  # noqa: PLC0415 (made after Today)

        self.waiting.remove("folios")
        self.made["folios"] = page = self._take(FoliosPage(self._look, self._tasks, self._office))
        page.booking_wanted.connect(self._window.ways.open_booking)
        page.export_wanted.connect(self._window.export_page)
        return page

    @cached_property
    def downtime(self) -> DowntimePage | None:
        """Packs and manual log; None without them."""
        from clockdesk.ui.screens.downtime import DowntimePage  # noqa: PLC0415 (made after Today)

        self.waiting.remove("downtime")
        if self._parts is None:
            return None
        self.made["downtime"] = page = self._take(DowntimePage(self._look, self._tasks, self._parts))
        page.booking_wanted.connect(self._window.ways.open_booking)
        page.room_wanted.connect(self._window.ways.open_room)
        page.attention.connect(lambda count: self._window.rail.set_badge("downtime", count))
        page.log.refresh()  # counts once more, now that somebody listens
        return page

    # what the window asks

    def focus_list(self, name: str) -> None:
        """Arrow keys walk at once."""
        match name:
            case "rooms":
                self.rooms.board.setFocus()
            case "bookings" | "folios":
                (self.bookings if name == "bookings" else self.folios).table.setFocus()
            case _ if (page := self.get(name)) is not None:
                page.focus_search()

    def new_day(self) -> None:
        """The hotel's date is another one; a screen not made yet will be made with it."""
        for page in (self.today, self.__dict__.get("rooms"), self.__dict__.get("downtime")):
            if page is not None:
                page.new_day()

    def retire(self) -> None:
        """This account is left: its screens go."""
        self._quiet.stop()
        self.waiting = []
        for page in self.made.values():
            self._window.stack.removeWidget(page)
            page.deleteLater()
        self.made = {}
        self.deleteLater()
