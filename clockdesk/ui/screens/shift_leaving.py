"""The question when the program closes while somebody is still clocked in. It never keeps anybody from leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QGuiApplication
from shiboken6 import isValid

from clockdesk.domain.shift import Intention
from clockdesk.office.shift_clocking import Ending
from clockdesk.ui.widgets.dialogs import Answer, ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from clockdesk.office.shift_clocking import Outcome
    from clockdesk.ui.screens.shift_look import ShiftPlace

STAY: Final = Answer("", "Do not close")
LEAVE: Final = Answer("leave", "Close, stay clocked in")
OUT: Final = Answer("out", "Clock out and close", "primary")
ANYWAY: Final = Answer("leave", "Close anyway", "danger")
PRINT: Final = Answer("print", "Print the note for the manager")


class Leaving:
    """One closing of the window."""

    def __init__(
        self, place: ShiftPlace, window: QWidget, show_panel: Callable[[], None], print_notes: Callable[[], None]
    ) -> None:
        """`show_panel` shows how the clocking out goes."""
        self._place, self._window = place, window
        self._show_panel, self._print_notes = show_panel, print_notes
        self._asking = False

    def begin(self) -> bool:
        """Whether to ask. Not while it is asked already, nor when the whole system is going down."""
        if self._asking or _system_ends() or self._place.desk.closing() is None:
            return False
        self._asking = True
        return True

    async def settle(self) -> bool:
        """Ask, and clock out if that is the answer; whether the program closes."""
        try:
            return await self._settle()
        finally:
            self._asking = False

    async def _settle(self) -> bool:
        reminder, shift = self._place.desk.closing(), self._place.desk.shift
        if reminder is None or shift is None:
            return True
        said = await ask(self._window, "Still clocked in", reminder.sentence, (STAY, LEAVE, OUT))
        if said != OUT.key:
            return said == LEAVE.key
        self._show_panel()
        outcome = await shift.clock(Intention.OUT)
        if outcome.ending in {Ending.DONE, Ending.ALREADY}:
            return True
        return isValid(self._window) and await self._not_out(outcome)

    async def _not_out(self, outcome: Outcome) -> bool:
        lost = outcome.ending is Ending.NOT_RECORDED
        title = "Clocking out was NOT recorded" if lost else "It is not known whether clocking out was recorded"
        said = await ask(self._window, title, outcome.sentence, (STAY, PRINT, ANYWAY))
        if said == PRINT.key:
            self._print_notes()
        return said == ANYWAY.key


def _system_ends() -> bool:
    app = QGuiApplication.instance()
    return isinstance(app, QGuiApplication) and app.isSavingSession()
