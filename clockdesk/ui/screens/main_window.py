"""The window: the rail at the left, one screen in the middle with its drawer at the right, the state at the foot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from clockdesk.domain.errors import KnownError
from clockdesk.domain.words import what_happened
from clockdesk.office.connect import ConnectionForm
from clockdesk.ui.screens.away import AwayNotice
from clockdesk.ui.screens.lock_front import LockFront
from clockdesk.ui.screens.pages import CONNECTION, LOCK, PLACES, QUIET_MS, SHIFTS, Pages
from clockdesk.ui.screens.passages import PassageNotice
from clockdesk.ui.screens.reading_progress import ReadingProgress
from clockdesk.ui.screens.shift_front import ShiftFront
from clockdesk.ui.screens.status_bar import StatusBar
from clockdesk.ui.screens.update_notice import UpdateNotice
from clockdesk.ui.screens.ways import Ways
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.notices import Banner, EmptyState
from clockdesk.ui.widgets.rail import Rail
from clockdesk.ui.widgets.text import plain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.connect import Connector
    from clockdesk.office.downtime import Downtime
    from clockdesk.office.office import Office
    from clockdesk.ui.screens.bookings import BookingsPage
    from clockdesk.ui.screens.connection import ConnectionDialog
    from clockdesk.ui.screens.downtime import DowntimePage
    from clockdesk.ui.screens.folios import FoliosPage
    from clockdesk.ui.screens.pages import Page
    from clockdesk.ui.screens.rooms import RoomsPage
    from clockdesk.ui.screens.shift_look import ShiftPlace
    from clockdesk.ui.screens.shift_office import ShiftsPage
    from clockdesk.ui.screens.today import TodayPage
    from clockdesk.ui.theme.look import Look

SMALLEST: Final = (1024, 680)


class MainWindow(QMainWindow):
    """The program's window; what it shows comes from an `Office`, one account at a time.

    Signals: `close_requested()` when somebody closes it, `ban_lifted()` when somebody says that the firewall lets this
    address through again (the program lifts its own stop; calls go out after it).
    """

    close_requested = Signal()
    ban_lifted = Signal()

    def __init__(
        self,
        look: Look,
        tasks: Tasks,
        connector: Connector,
        known: Callable[[], ConnectionForm] = ConnectionForm,
    ) -> None:
        """Empty until `show_office` or `show_connection`; `known` is what the connection dialog need not ask."""
        super().__init__()
        self._known = known
        self._look, self._tasks, self._connector = look, tasks, connector
        self.office: Office | None = None
        self._shifts: ShiftsPage | None = None
        self._shift_place: ShiftPlace | None = None
        self._parts: Downtime | None = None
        self.dialog: ConnectionDialog | None = None
        self._pages: Pages | None = None
        self.setWindowTitle("ClockDesk")
        self.setMinimumSize(*SMALLEST)
        self.resize(1360, 860)
        self.ways = Ways(self)
        self.rail = Rail(look, PLACES, (SHIFTS, LOCK, CONNECTION))
        for later in (SHIFTS, LOCK):
            self.rail.offer(later.key, on=False)
        self.rail.chosen.connect(self._on_rail_chosen)
        self.banner = Banner(look)
        self.newer = UpdateNotice(look)
        self.away = AwayNotice(look)
        self.away.wanted.connect(self.ways.show_missed)
        self.progress = ReadingProgress(look)
        self.stack = QStackedWidget()
        self.start = EmptyState(look, Mark.CONNECTION)
        self.start.acted.connect(self.show_connection)
        self.stack.addWidget(self.start)
        self.status = StatusBar(look)
        self.front = ShiftFront(look, tasks, self)
        self.lock = LockFront(look, tasks, self)
        self.front.may_choose = self.lock.may_take_over
        self.lock.offered.connect(lambda on: self.rail.offer(LOCK.key, on=on))
        self._lay_out()
        self.passages = PassageNotice(look, self)
        self.passages.wanted.connect(self.ways.show_saved)
        self._connect()
        self._say_no_hotel("")

    # putting it together

    def _lay_out(self) -> None:
        middle = QVBoxLayout()
        middle.setSpacing(0)
        for strip in (self.front.header, self.front.reminder, self.banner, self.newer, self.away, self.progress):
            middle.addWidget(strip)
        middle.addWidget(self.stack, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(middle, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self.status)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        self.status.sweep_wanted.connect(self.sweep)
        self.status.connection_wanted.connect(self._on_signed_out)
        self.status.lift_wanted.connect(self._on_lift_wanted)
        self.status.ticked.connect(self._on_ticked)
        self.front.office_wanted.connect(lambda: self.goto(SHIFTS.key))
        self.front.leave_wanted.connect(self.close_requested)
        self.front.attention.connect(lambda count: self.rail.set_badge(SHIFTS.key, count))
        keys: dict[str, Callable[[], object]] = {
            "F5": self.sweep,
            "Ctrl+F": self.focus_search,
            "/": self.focus_search,
            "Ctrl+,": self.show_connection,
            "Ctrl+P": self.print_page,
            "Ctrl+E": self.export_page,
        }
        for key, call in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(call)

    # the account

    def show_office(self, office: Office, notice: str = "", downtime: Downtime | None = None) -> None:
        """Show this account's screens; `notice` is a sentence in a strip above them."""
        self._retire_pages()
        self.office = office
        self._parts = downtime
        self._pages = Pages(self._look, self._tasks, office, downtime, self)
        self.status.follow(office)
        for follower in self._followers():
            follower.follow(office)
        if notice:
            self.banner.tell(notice, tone="info")
        else:
            self.banner.clear()
        self.close_dialog()
        self._say_title()
        self.goto("today")

    def show_shifts(self, place: ShiftPlace) -> None:
        """Show the shift clock too: header, panel and back office, for the account that is shown."""
        self._shift_place = place
        self.rail.offer(SHIFTS.key, on=True)
        self.front.follow(place)
        QTimer.singleShot(QUIET_MS, self, lambda: self.shifts)

    def _say_title(self) -> None:
        """The hotel is known once its first answer came."""
        name = self.office.hotel_name if self.office is not None else ""
        title = plain(f"{name} – ClockDesk" if name else "ClockDesk")
        if title != self.windowTitle():
            self.setWindowTitle(title)

    def _retire_pages(self) -> None:
        pages, self._pages = self._pages, None
        self.front.follow(None)
        self.rail.offer(SHIFTS.key, on=False)
        for follower in self._followers():
            follower.follow(None)
        if pages is not None:
            pages.retire()
        if self._shifts is not None:
            self.stack.removeWidget(self._shifts)
            self._shifts.deleteLater()
        self.office = self._shifts = self._shift_place = None

    def leave_office(self) -> None:
        """Show no account's screens any more; a dialog that is open stays."""
        self._retire_pages()
        self._parts = None
        for name in self.screen_names:
            self.rail.set_badge(name, 0)
        self.banner.clear()
        self.newer.clear()
        self._say_title()
        self._say_no_hotel("")

    def show_connection(self, words: str = "") -> None:
        """Open the connection dialog; `words` say why, when it opens by itself."""
        if self.office is None:
            self._say_no_hotel(words)
        if self.dialog is None or not isValid(self.dialog):
            from clockdesk.ui.screens.connection import ConnectionDialog  # noqa: PLC0415 (opened seldom)

            self.dialog = ConnectionDialog(self._look, self._tasks, self._connector, self, unlocked=self.lock.lifted)
            self.dialog.fill(self._known())
        self.dialog.explain(words)
        self.dialog.open()

    def _on_signed_out(self) -> None:
        self.show_connection(self.office.freshness.cause if self.office is not None else "")

    def close_dialog(self) -> None:
        """Put the connection dialog away."""
        dialog, self.dialog = self.dialog, None
        if dialog is not None and isValid(dialog):
            dialog.close()

    def _say_no_hotel(self, words: str) -> None:
        self.stack.setCurrentWidget(self.start)
        self.start.tell(
            "No hotel yet",
            words or "Connect ClockDesk to an account of Clock PMS+ with the API user and key that Clock issued.",
            "Open connection",
        )
        self.status.follow(None)
        for follower in self._followers():
            follower.follow(None)

    # going places

    @property
    def today(self) -> TodayPage | None:
        """The worklist of the day; this and the others None without an account."""
        return self._pages.today if self._pages is not None else None

    @property
    def bookings(self) -> BookingsPage | None:
        """The bookings, made when they were not there yet; so all of these."""
        return self._pages.bookings if self._pages is not None else None

    @property
    def rooms(self) -> RoomsPage | None:
        """The board of rooms."""
        return self._pages.rooms if self._pages is not None else None

    @property
    def folios(self) -> FoliosPage | None:
        """The folios."""
        return self._pages.folios if self._pages is not None else None

    @property
    def downtime(self) -> DowntimePage | None:
        """Packs and manual log."""
        return self._pages.downtime if self._pages is not None else None

    @property
    def screen_names(self) -> tuple[str, ...]:
        """What `goto` takes."""
        return tuple(place.key for place in PLACES)

    def goto(self, screen: str) -> None:
        """Show this screen."""
        page = self._page(screen)
        if page is not None:
            self.rail.choose(screen)
            self.stack.setCurrentWidget(page)
            if self._pages is not None and page is not self._shifts:
                self._pages.focus_list(screen)
            else:
                page.focus_search()

    @property
    def shifts(self) -> ShiftsPage | None:
        """The back office of the shift clock; None where there is none."""
        if self._shifts is None and self._shift_place is not None:
            from clockdesk.ui.screens.shift_office import ShiftsPage  # noqa: PLC0415 (a shift clock comes after Today)

            self._shifts = ShiftsPage(self._look, self._tasks, self._shift_place)
            self._shifts.setProperty("surface", "window")
            self.stack.addWidget(self._shifts)
        return self._shifts

    def focus_search(self) -> None:
        """Go to the search field of the screen."""
        page = self._page()
        if page is not None:
            page.focus_search()

    def _page(self, name: str = "") -> Page | ShiftsPage | None:
        """The screen of this name, or else the one that is shown."""
        name = name or self.rail.here
        if name == SHIFTS.key:
            return self.shifts
        return self._pages.get(name) if self._pages is not None else None

    def _on_rail_chosen(self, key: str) -> None:
        if key in {CONNECTION.key, LOCK.key}:
            shown = self.stack.currentWidget()
            pages = self._pages.made if self._pages is not None else {}
            here = next((name for name, page in pages.items() if page is shown), "today")
            here = SHIFTS.key if shown is self._shifts else here
            self.rail.choose(here)
            (self.lock.lock if key == LOCK.key else self.show_connection)()
        else:
            self.goto(key)

    def _followers(self) -> tuple[PassageNotice, AwayNotice, ReadingProgress]:
        """What tells of the account whatever screen is shown."""
        return (self.passages, self.away, self.progress)

    def print_page(self) -> None:
        """Ctrl+P: what is on the screen goes to a printer."""
        page = self._page()
        if self._shifts is not None and page is self._shifts:
            self._shifts.print_shifts()
        elif page is not None and self._parts is not None:
            from clockdesk.ui.screens.print_here import print_here  # noqa: PLC0415 (paper is wanted seldom)

            self._tasks.spawn(print_here(self, page, self._parts, self.banner), "print")

    def export_page(self) -> None:
        """Ctrl+E: the rows on the screen go into a file."""
        page = self._page()
        if self._shifts is not None and page is self._shifts:
            self._shifts.choose_file()
        elif self.office is not None and self._parts is not None:
            from clockdesk.ui.screens.export_here import export_here  # noqa: PLC0415 (files are wanted seldom)

            export_here(self, page, self._tasks, self.office, self._parts.clock)

    # the state of things

    def sweep(self) -> None:
        """F5: look what changed, at once, and say when it was done."""
        if self.office is not None:
            self.status.say_checking()
            self._tasks.spawn(self._sweep(self.office), "F5")

    async def _sweep(self, office: Office) -> None:
        try:
            at = await office.sweep_now()
        except KnownError as error:
            if isValid(self) and office is self.office:
                self.status.say_not_checked(str(error) or what_happened(error.code))
        else:
            if isValid(self) and office is self.office:
                self.status.say_checked(at)

    def _on_lift_wanted(self) -> None:
        self.ban_lifted.emit()
        self.sweep()

    def _on_ticked(self) -> None:
        self._say_title()
        if self.office is not None and self.office.new_day() and self._pages is not None:
            self._pages.new_day()

    # Qt's questions

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that nobody took closes the drawer."""
        page = self._pages.made.get(self.rail.here) if self._pages is not None else None  # Shifts has no drawer
        if event.key() == Qt.Key.Key_Escape and page is not None and page.drawer.isVisible():
            page.close_drawer()
        else:
            super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Say so; the program ends in its own time. Somebody still clocked in is asked first."""
        if not self.lock.is_locked and self.front.holds_back():
            event.ignore()
            return
        self.close_requested.emit()
        event.accept()

    # pictures

    def poses(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """What `clockdesk screenshots` draws, by the pictures' names."""
        from clockdesk.ui.screens.poses import poses_of  # noqa: PLC0415 (nobody draws pictures at a desk)

        return poses_of(self)

    def picture(self) -> QPixmap:
        """The window with the dialog that is open over it."""
        from clockdesk.ui.screens.poses import picture_of  # noqa: PLC0415

        return picture_of(self, self._look)
