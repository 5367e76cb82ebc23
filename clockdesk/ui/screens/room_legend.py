"""The statuses with their counts: the board's legend, and its quickest filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clockdesk.domain.words import HOUSEKEEPING_CODES
from clockdesk.ui.screens.room_filter import OTHER, OUT_OF_SERVICE, status_of
from clockdesk.ui.theme import status as looks
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.theme.status import Status, housekeeping_status
from clockdesk.ui.widgets.flow import FlowLayout
from clockdesk.ui.widgets.statusbutton import StatusButton

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from clockdesk.office.lines import RoomLine
    from clockdesk.ui.theme.look import Look

OTHER_LOOK: Final = Status("Other", "?", Mark.UNKNOWN, "neutral")


class RoomLegend(QWidget):
    """Buttons that stay pressed: only rooms with one of the pressed statuses are shown; none pressed shows all.

    Signal: `pressed(frozenset of codes, whether only rooms out of service)`.
    """

    pressed = Signal(object, bool)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Counts come with `show_counts`."""
        super().__init__(parent)
        grid = look.size.grid
        self.setAccessibleName("Rooms by status")
        row = FlowLayout(self, gap=grid)
        row.setContentsMargins(2 * grid, grid, 2 * grid, grid)
        self.buttons: dict[str, StatusButton] = {}
        kinds = {code: housekeeping_status(code) for code in HOUSEKEEPING_CODES}
        for code, status in (kinds | {OTHER: OTHER_LOOK, OUT_OF_SERVICE: looks.OUT_OF_SERVICE}).items():
            button = StatusButton(look, status, hint=f"Show only: {status.word}")
            button.setCheckable(True)
            button.clicked.connect(self._tell)
            row.addWidget(button)
            self.buttons[code] = button

    def show_counts(self, lines: Iterable[RoomLine]) -> None:
        """Count these rooms."""
        counts = dict.fromkeys(self.buttons, 0)
        for line in lines:
            counts[status_of(line)] += 1
            counts[OUT_OF_SERVICE] += line.out_of_service
        for code, button in self.buttons.items():
            button.set_count(counts[code])
        self.buttons[OTHER].setVisible(bool(counts[OTHER]))

    def choose(self, statuses: Collection[str], *, closed: bool) -> None:
        """Press exactly these, without a signal."""
        for code, button in self.buttons.items():
            button.setChecked(code in statuses if code != OUT_OF_SERVICE else closed)

    def _tell(self) -> None:
        on = {code for code, button in self.buttons.items() if button.isChecked()}
        self.pressed.emit(frozenset(on - {OUT_OF_SERVICE}), OUT_OF_SERVICE in on)
