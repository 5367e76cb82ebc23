"""Reminders in a strip under the header: not in at the usual time, still in after many hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from clockdesk.ui.widgets.notices import Banner

if TYPE_CHECKING:
    from clockdesk.domain.shift import Intention
    from clockdesk.office.shift_reminders import Reminder
    from clockdesk.ui.theme.look import Look


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
        meaning = _meaning_of(reminder) if reminder is not None else None
        if reminder is None or meaning is None:
            if before is not None:
                self.clear()
        elif before is None or before.key != reminder.key:
            _, verb, tone = meaning
            self.tell(reminder.sentence, verb=verb, tone=tone)
        elif before.sentence != reminder.sentence:
            self._sentence.setText(reminder.sentence)
            self.setAccessibleName(reminder.sentence)

    def _on_acted(self) -> None:
        if self.reminder is not None and (meaning := _meaning_of(self.reminder)) is not None:
            self.press_wanted.emit(meaning[0])


def _meaning_of(reminder: Reminder) -> tuple[Intention, str, str] | None:
    """What its button does, the button's words and the strip's tone; None for an occasion without a strip."""
    from clockdesk.domain.shift import Intention  # noqa: PLC0415 (not before there is a shift clock)
    from clockdesk.office.shift_reminders import Occasion  # noqa: PLC0415
    from clockdesk.ui.screens.shift_look import VERBS  # noqa: PLC0415

    match reminder.occasion:
        case Occasion.NOT_IN:
            return Intention.IN, VERBS[Intention.IN], "info"
        case Occasion.STILL_IN:
            return Intention.OUT, VERBS[Intention.OUT], "warning"
    return None
