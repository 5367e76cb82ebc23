"""The foot of the room board: how many rooms are chosen, and what can be done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from clockdesk.ui.screens.room_status import KEYS, rooms_word
from clockdesk.ui.theme.status import housekeeping_status
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.labels import PlainLabel
from clockdesk.ui.widgets.statusbutton import StatusButton

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from clockdesk.ui.theme.look import Look


WIDEST_WORDS: Final = "Choose rooms to set their status"


class RoomBar(QWidget):
    """Always there, so that nothing jumps when a room is chosen; its buttons work once one is.

    Signals: `status_wanted(code)`, `open_wanted()`.
    """

    status_wanted = Signal(str)
    open_wanted = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Nothing chosen."""
        super().__init__(parent)
        grid = look.size.grid
        self.setAccessibleName("Chosen rooms")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "foot")
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * grid, grid, 2 * grid, grid)
        row.setSpacing(grid)
        self._gap = grid
        self.words = PlainLabel()
        self.setMinimumWidth(0)
        row.addWidget(self.words, 1)
        self.buttons: dict[str, StatusButton] = {}
        for letter, code in KEYS.items():
            status = housekeeping_status(code)
            button = StatusButton(look, status, hint=f"Set to {status.word} (key {letter})")
            button.clicked.connect(lambda _=False, code=code: self.status_wanted.emit(code))
            row.addWidget(button)
            self.buttons[code] = button
        self.open_button = TextButton("Open room", hint="Enter")
        self.open_button.clicked.connect(self.open_wanted)
        row.addWidget(self.open_button)
        self._chosen: tuple[str, ...] = ()
        self._progress = ""
        self.show_chosen(())

    def show_chosen(self, names: Sequence[str]) -> None:
        """These rooms are chosen."""
        self._chosen = tuple(names)
        self._say()

    def show_progress(self, done: int, of: int) -> None:
        """So many of the rooms being set are done."""
        self._progress = "" if done >= of else f"Setting {rooms_word(of)}: {done} done"
        self._say()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow, the buttons lose their words and opening is left to Enter: the bar never clips."""
        super().resizeEvent(event)
        buttons, gap = self.buttons.values(), self._gap
        words = self.words.fontMetrics().horizontalAdvance(WIDEST_WORDS)
        whole = words + sum(button.width_for(short=False) + gap for button in buttons) + 4 * gap
        self.open_button.setVisible(whole + self.open_button.sizeHint().width() + gap <= self.width())
        for button in buttons:
            button.set_short(short=whole > self.width())

    def _say(self) -> None:
        count = len(self._chosen)
        if self._progress:
            self.words.setText(self._progress)
        elif count == 0:
            self.words.setText(WIDEST_WORDS)
        else:
            self.words.setText(f"Room {self._chosen[0]}" if count == 1 else f"{count} rooms chosen")
        self.words.set_tone("" if count or self._progress else "muted")
        for button in self.buttons.values():
            button.setEnabled(bool(count))
        self.open_button.setEnabled(count == 1)
