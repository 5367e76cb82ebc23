"""The shift clock in the window: header, panel, menu of people, reminders, set-up, and the question at closing time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from shiboken6 import isValid
from typing_extensions import override

from clockdesk.domain.errors import KnownError, UserError
from clockdesk.domain.words import explain
from clockdesk.ui.print.printing import print_document
from clockdesk.ui.screens.shift_face import PANEL_KEYS, PERSON_KEYS
from clockdesk.ui.screens.shift_header import ShiftHeader
from clockdesk.ui.screens.shift_reminder import ReminderStrip
from clockdesk.ui.widgets.text import caption

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.domain.shift import Intention
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.shift import Shift
    from clockdesk.ui.screens.shift_leaving import Leaving
    from clockdesk.ui.screens.shift_look import ShiftPlace
    from clockdesk.ui.screens.shift_panel import ShiftPanel
    from clockdesk.ui.screens.shift_setup import ShiftSetup
    from clockdesk.ui.theme.look import Look

TICK_MS: Final = 1000


class ShiftFront(QObject):
    """Follows one shift desk at a time; without one there is no header.

    Signals: `office_wanted()`, `leave_wanted()` when the program may close now, `attention(count)`: notes for the
    manager.
    """

    office_wanted = Signal()
    leave_wanted = Signal()
    attention = Signal(int)

    def __init__(self, look: Look, tasks: Tasks, window: QWidget) -> None:
        """`header` and `reminder` are to be laid out in `window`; the panel floats over it."""
        super().__init__(window)
        self._look, self._tasks, self._window = look, tasks, window
        self._place: ShiftPlace | None = None
        self.may_choose: Callable[[str], bool] = _anybody
        """Whether this person may take the place at once; else whoever says no asks them for their PIN."""
        self._leave_desk = _nothing
        self._waiting = -1
        self.header = ShiftHeader(look)
        self.header.clock.clicked.connect(self.toggle_panel)
        self.header.person.clicked.connect(self.open_menu)
        self.header.seen.connect(self._on_seen)
        self.reminder = ReminderStrip(look)
        self.reminder.press_wanted.connect(self._on_reminded)
        self.reminder.put_away.connect(self._on_put_away)
        self.panel: ShiftPanel | None = None
        self.menu: QMenu | None = None
        self.dialog: ShiftSetup | None = None
        self._leaving: Leaving | None = None
        self._was_at: QWidget | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.refresh)
        window.installEventFilter(self)
        for keys, call in ((PANEL_KEYS, self.toggle_panel), (PERSON_KEYS, self.open_menu)):
            QShortcut(QKeySequence(keys), window).activated.connect(call)

    @property
    def place(self) -> ShiftPlace | None:
        """What it follows."""
        return self._place

    # whom it follows

    def follow(self, place: ShiftPlace | None) -> None:
        """Show this desk's shifts from now on; None when there is none."""
        self._leave_desk()
        self._leave_desk = _nothing
        if self._place is not None:
            self._place.desk.shown(on=False)
        if self.panel is not None:
            self.panel.close_panel()
            self.panel.deleteLater()
        self.close_dialog()
        self._place, self.panel, self._leaving, self._waiting = place, None, None, -1
        self.header.setVisible(place is not None)
        self.reminder.clear()
        self._timer.stop()
        if place is None:
            return
        from clockdesk.ui.screens.shift_leaving import Leaving  # noqa: PLC0415 (not before there is a shift clock)
        from clockdesk.ui.screens.shift_panel import ShiftPanel  # noqa: PLC0415

        self.panel = panel = ShiftPanel(self._look, place, self._window)
        panel.now.pressed.connect(self.press)
        panel.now.look_wanted.connect(self.look_again)
        panel.now.print_wanted.connect(self.print_notes)
        panel.person_wanted.connect(self.choose)
        panel.setup_wanted.connect(self.open_setup)
        panel.office_wanted.connect(self._on_office_wanted)
        panel.closed.connect(self._on_panel_closed)
        self._leaving = Leaving(place, self._window, self._show_panel, self.print_notes)
        self._leave_desk = place.desk.subscribe(self.refresh)
        place.desk.shown(on=self.header.isVisible())
        self._timer.start()
        self.refresh()

    def _on_seen(self, on: bool) -> None:  # noqa: FBT001 (a signal's value)
        """Only while the header is on the screen is the time clock asked."""
        if self._place is not None:
            self._place.desk.shown(on=on)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take nothing, only notice that somebody is at the window again."""
        if event.type() == QEvent.Type.WindowActivate and isValid(self) and self._place is not None:
            self._place.desk.came_back()
        return False

    def refresh(self) -> None:
        """Something changed, or a second has passed."""
        place = self._place
        if place is None or not isValid(self):
            return
        self.header.refresh(place)
        self.reminder.show_reminder(place.desk.reminder)
        if self.panel is not None and self.panel.isVisible():
            self.panel.refresh()
        waiting = len(place.desk.log.for_manager)
        if waiting != self._waiting:
            self._waiting = waiting
            self.attention.emit(waiting)

    # the panel

    def toggle_panel(self) -> None:
        """The header's button, the menu's entry, Ctrl+T."""
        if self.panel is None:
            return
        if self.panel.isVisible():
            self.panel.close_panel()
        else:
            self._was_at = self._window.focusWidget()
            self._show_panel()

    def _show_panel(self) -> None:
        if self.panel is None:
            return
        if not self.panel.isVisible():  # only while it is open: a slot must not be called for widgets that are dying
            _app().focusChanged.connect(self._on_focus)
        self.panel.open(self.header)

    def _on_panel_closed(self) -> None:
        _app().focusChanged.disconnect(self._on_focus)
        back, self._was_at = self._was_at, None
        focus = self._window.focusWidget()
        left_it = focus is None or not focus.isVisible() or self._is_ours(focus)
        if left_it and back is not None and isValid(back) and back.isVisible():
            back.setFocus()

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Somebody goes on with other work in this window: the panel makes way."""
        if now is None or self.panel is None or not isValid(self.panel) or not self.panel.isVisible():
            return
        if now.window() is self._window and not self._is_ours(now):
            self._was_at = None
            self.panel.close_panel()

    def _is_ours(self, widget: QWidget) -> bool:
        ours = (self.panel, self.header, self.reminder)
        return any(one is not None and (one is widget or one.isAncestorOf(widget)) for one in ours)

    # what people do

    def press(self, intention: Intention, kind: str = "") -> None:
        """Clock in or out; goes on when the panel closes."""
        shift = self._place.desk.shift if self._place is not None else None
        if shift is not None and not shift.is_busy:
            self._tasks.spawn(self._press(shift, intention, kind), "press")

    async def _press(self, shift: Shift, intention: Intention, kind: str) -> None:
        try:
            await shift.clock(intention, kind)
        except UserError as error:
            if self.panel is not None and isValid(self.panel):
                self._show_panel()
                self.panel.now.complain(str(error))

    def look_again(self) -> None:
        """Ask the time clock how the person stands."""
        if self._place is not None and self._place.desk.shift is not None:
            self._tasks.spawn(self._ask(self._place.desk.shift), "look at the shift")

    async def _ask(self, shift: Shift) -> None:
        panel = self.panel
        if panel is not None:
            panel.now.looking(shift, on=True)
        await shift.look()
        if panel is not None and isValid(panel):
            panel.now.looking(shift, on=False)
            panel.place()

    def choose(self, account: str) -> None:
        """This person is here now; "" = nobody."""
        if self._place is not None and self.may_choose(account):
            self._tasks.spawn(self._choose(self._place, account), "choose a person")

    async def _choose(self, place: ShiftPlace, account: str) -> None:
        try:
            await place.desk.choose(account)
        except (UserError, KnownError) as error:
            self._say_trouble(error)
            return
        if self.panel is not None and isValid(self.panel) and self.panel.isVisible():
            self.panel.focus_main()

    def print_notes(self) -> None:
        """The times that were not recorded, on paper for the manager."""
        if self._place is not None:
            self._tasks.spawn(self._print_notes(self._place), "print the shift notes")

    async def _print_notes(self, place: ShiftPlace) -> None:
        try:
            await print_document(self._window, place.desk.notes_document(place.as_of()), place.clock)
        except KnownError as error:
            self._say_trouble(error)

    def _say_trouble(self, error: UserError | KnownError) -> None:
        words = explain(error) if isinstance(error, KnownError) else str(error)
        if self.panel is not None and isValid(self.panel):
            self._show_panel()
            self.panel.say_trouble(words)

    def _on_office_wanted(self) -> None:
        if self.panel is not None:
            self.panel.close_panel()
        self.office_wanted.emit()

    # the menu of people

    def open_menu(self) -> None:
        """Who is here? Ctrl+Shift+T, then a digit or the arrows."""
        place = self._place
        if place is None:
            return
        if self.menu is not None and isValid(self.menu):
            self.menu.deleteLater()
        self.menu = menu = QMenu(self._window)
        menu.setAccessibleName("Who is at this workstation?")
        settings = place.desk.settings
        for at, one in enumerate(settings.persons, 1):
            digit = f"&{at}  " if at <= 9 else ""
            self._entry(f"{digit}{caption(one.name)} ({caption(one.initials)})", one.account, settings.chosen)
        if settings.persons:
            self._entry("&Nobody", "", settings.chosen)
            menu.addSeparator()
        menu.addAction("&Shift clock", self._show_from_menu).setShortcut(PANEL_KEYS)
        menu.addAction("&Back office: who is in, last shifts", self._on_office_wanted)
        menu.addAction("S&et-up: key, people, reminders …", self.open_setup)
        button = self.header.person
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))

    def _entry(self, words: str, account: str, chosen: str) -> None:
        if self.menu is not None:
            action = self.menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(account == chosen)
            action.triggered.connect(lambda _=False: self.choose(account))

    def _show_from_menu(self) -> None:
        self._was_at = self._window.focusWidget()
        self._show_panel()

    # set-up

    def open_setup(self) -> None:
        """Key, people, reminders."""
        place = self._place
        if place is None:
            return
        if self.dialog is None or not isValid(self.dialog):
            from clockdesk.ui.screens.shift_setup import ShiftSetup  # noqa: PLC0415 (opened seldom)

            self.dialog = ShiftSetup(self._look, self._tasks, place, self._window)
        self.dialog.open()

    def close_dialog(self) -> None:
        """Put the set-up away."""
        dialog, self.dialog = self.dialog, None
        if dialog is not None and isValid(dialog):
            dialog.close()

    # reminders

    def _on_reminded(self, intention: Intention) -> None:
        """The reminder's own button; several kinds of shift are chosen in the panel."""
        shift = self._place.desk.shift if self._place is not None else None
        if shift is None or self.panel is None:
            return
        if shift.next_intention is intention and len(shift.types) < 2:
            self.press(intention)
            return
        self._show_panel()
        if shift.next_intention is intention:
            self.panel.now.press()

    def _on_put_away(self) -> None:
        if self._place is not None and (reminder := self.reminder.reminder) is not None:
            self._place.desk.put_away(reminder)

    # closing

    def holds_back(self) -> bool:
        """Whether the window has to stay for a question; `leave_wanted` tells when it need not any more.

        A second attempt to close is not held back: whoever insists can always leave.
        """
        if self._leaving is None or not self._leaving.begin():
            return False
        self._tasks.spawn(self._leave(self._leaving), "sign-off")
        return True

    async def _leave(self, leaving: Leaving) -> None:
        if await leaving.settle() and isValid(self):
            self.leave_wanted.emit()


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)  # noqa: S101 (a promise to the type checker)
    return app


def _nothing() -> None:
    """No desk to leave."""


def _anybody(_account: str) -> bool:
    """Nobody is asked for a PIN."""
    return True
