"""Reminders in a strip under the header: not in at the usual time, still in after many hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal

from clockdesk.domain.shift import Intention
from clockdesk.office.shift_reminders import Occasion
from clockdesk.ui.screens.shift_look import VERBS
from clockdesk.ui.widgets.notices import Banner

if TYPE_CHECKING:
    from clockdesk.office.shift_reminders import Reminder
    from clockdesk.ui.theme.look import Look

_INTENTIONS: Final = {Occasion.NOT_IN: Intention.IN, Occasion.STILL_IN: Intention.OUT}
_TONES: Final = {Occasion.NOT_IN: "info", Occasion.STILL_IN: "warning"}


class ReminderStrip(Banner):
    """Said once to a screen reader, kept up to date for the eye.

    Signals: `press_wanted(intention)`, `put_away()` when it is closed.
    """

    press_wanted = Signal(object)
    put_away = Signal()

    def __init__(self, look: Look) -> None:
        """Hidden at first."""
        super().__init__(look)
        self.setObjectName("reminder")
        self.reminder: Reminder | None = None
        self.acted.connect(self._on_acted)
        self.dismissed.connect(self.put_away)

    def show_reminder(self, reminder: Reminder | None) -> None:
        """Show this one, or none."""
        before, self.reminder = self.reminder, reminder
        if reminder is None or reminder.occasion not in _INTENTIONS:
            if before is not None:
                self.clear()
        elif before is None or before.key != reminder.key:
            verb = VERBS[_INTENTIONS[reminder.occasion]]
            self.tell(reminder.sentence, verb=verb, tone=_TONES[reminder.occasion])
        elif before.sentence != reminder.sentence:
            self._sentence.setText(reminder.sentence)
            self.setAccessibleName(reminder.sentence)

    def _on_acted(self) -> None:
        if self.reminder is not None:
            self.press_wanted.emit(_INTENTIONS[self.reminder.occasion])
