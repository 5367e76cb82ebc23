"""When to remind: the usual start, and the hours after which somebody has probably forgotten to clock out."""

from __future__ import annotations

import re
from datetime import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from clockdesk.domain.errors import UserError
from clockdesk.office.shift_reminders import Habits
from clockdesk.ui.screens.shift_step import Says, Step
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel

if TYPE_CHECKING:
    from clockdesk.domain.tasks import Tasks
    from clockdesk.ui.screens.shift_look import ShiftPlace
    from clockdesk.ui.theme.look import Look

MOST_HOURS: Final = 48
_TIME: Final = re.compile(r"([0-9]{1,2})(?:[:.hH ]?([0-9]{2}))?")


def read_time(text: str) -> time | None:
    """`8`, `8:00`, `08.30`, `0830`; nothing typed = None. Raises UserError."""
    tidy = text.strip()
    if not tidy:
        return None
    found = _TIME.fullmatch(tidy)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise UserError("Type the usual start as a time, such as 08:00, or leave it empty.")
    return time(int(found[1]), int(found[2] or 0))


def read_hours(text: str) -> int:
    """Whole hours; nothing typed = 0. Raises UserError."""
    tidy = text.strip().removesuffix("h").strip()
    if not tidy:
        return 0
    if not (tidy.isascii() and tidy.isdecimal()) or int(tidy) > MOST_HOURS:
        raise UserError(f"Type whole hours up to {MOST_HOURS}, or leave it empty.")
    return int(tidy)


class HabitsStep(Step):
    """Two fields; empty ones remind of nothing."""

    def __init__(self, look: Look, tasks: Tasks, place: ShiftPlace, parent: QWidget | None = None) -> None:
        """With what is kept."""
        super().__init__(look, tasks, place, parent)
        self.start, self.hours = QLineEdit(), QLineEdit()
        self.says = Says(look)
        self.save_button = TextButton("Save reminders", role="primary")
        self.save_button.clicked.connect(self.save)
        self._shown: Habits | None = None
        self._lay_out()
        self.refresh()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * self._look.size.grid)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        lines = (
            ("Usual start", self.start, "08:00", "Who is not clocked in by then is reminded. On the hotel's clock."),
            ("Hours", self.hours, "10", "Who is still clocked in after so many hours is reminded."),
        )
        for at, (title, field, sample, hint) in enumerate(lines):
            field.setAccessibleName(title)
            field.setAccessibleDescription(hint)
            field.setPlaceholderText(sample)
            field.setFixedWidth(16 * self._look.size.grid)
            field.returnPressed.connect(self.save)
            field.textEdited.connect(lambda: self.says.tell(""))
            grid.addWidget(PlainLabel(title), 2 * at, 0)
            grid.addWidget(field, 2 * at, 1, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(Paragraph(hint, role="small"), 2 * at + 1, 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        self.column.addWidget(
            Paragraph("For everybody at this workstation. An empty field reminds of nothing.", role="muted")
        )
        self.column.addLayout(grid)
        self.column.addWidget(self.says)
        self.column.addLayout(foot)
        self.column.addStretch(1)

    @override
    def begin(self) -> None:
        """The first field."""
        self.start.setFocus()

    @override
    def refresh(self) -> None:
        """Show what is kept, unless it is shown already: what somebody types stays."""
        habits = self._place.desk.settings.habits
        if habits == self._shown:
            return
        self._shown = habits
        self.start.setText(f"{habits.usual_start:%H:%M}" if habits.usual_start is not None else "")
        self.hours.setText(str(habits.hours) if habits.hours else "")

    def save(self) -> None:
        """Keep them."""
        self._do(self._save(self.start.text(), self.hours.text()), self.says, "Keeping …")

    async def _save(self, start: str, hours: str) -> str:
        habits = Habits(read_time(start), read_hours(hours))
        await self._place.desk.set_habits(habits)
        said = [f"not clocked in at {habits.usual_start:%H:%M}" if habits.usual_start is not None else ""]
        said.append(f"still in after {habits.hours} hours" if habits.hours else "")
        what = " and ".join(part for part in said if part)
        return f"Kept. Reminders: {what}." if what else "Kept. Nobody is reminded of anything."
