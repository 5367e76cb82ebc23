"""The set-up of the shift clock: the key, the people of this workstation, the reminders, each on a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSizePolicy, QStackedWidget, QTabBar, QVBoxLayout, QWidget
from shiboken6 import isValid

from clockdesk.ui.screens.shift_fit import height_at
from clockdesk.ui.screens.shift_habits import HabitsStep
from clockdesk.ui.screens.shift_key import KeyStep
from clockdesk.ui.screens.shift_people import PeopleStep
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from clockdesk.domain.tasks import Tasks
    from clockdesk.ui.screens.shift_look import ShiftPlace
    from clockdesk.ui.theme.look import Look

KEY, PEOPLE, REMINDERS = range(3)
WIDTH: Final = 600
TALLEST: Final = 640


class ShiftSetup(QDialog):
    """Open it with `open()`; it goes away by itself when closed, and a key that was typed with it."""

    def __init__(self, look: Look, tasks: Tasks, place: ShiftPlace, parent: QWidget | None = None) -> None:
        """Begins with what is still missing: the key, else the people."""
        super().__init__(parent)
        self._look, self._place = look, place
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Shift clock")
        self.setAccessibleName("Set-up of the shift clock")
        self.key = KeyStep(look, tasks, place)
        self.people = PeopleStep(look, tasks, place)
        self.habits = HabitsStep(look, tasks, place)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("Steps")
        self.steps = QStackedWidget()
        for title, step in (("1  Key", self.key), ("2  People", self.people), ("3  Reminders", self.habits)):
            self.tabs.addTab(title)
            self.steps.addWidget(step)
        self.tabs.currentChanged.connect(self._on_step)
        self.done_button = TextButton("Close")
        self.done_button.clicked.connect(self.accept)
        self.key.kept.connect(self._on_kept)
        for step in (self.key, self.people, self.habits):
            step.grown.connect(self._make_room)
        self._growing = QTimer(self)
        self._growing.setSingleShot(True)
        self._growing.setInterval(0)
        self._growing.timeout.connect(self._grow)
        self._lay_out()
        end = place.desk.subscribe(self.refresh)
        self.destroyed.connect(lambda: [end()])
        self.refresh()
        self.go(PEOPLE if place.desk.is_set_up else KEY)

    def _lay_out(self) -> None:
        grid = self._look.size.grid
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * grid, 2 * grid, 3 * grid, 2 * grid)
        column.setSpacing(grid)
        column.addWidget(PlainLabel("Shift clock", role="title"))
        column.addWidget(self.tabs)
        column.addWidget(self.steps, 1)
        column.addSpacing(grid)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.done_button)
        column.addLayout(foot)
        self.setMinimumWidth(WIDTH)
        self.resize(WIDTH, 0)

    def go(self, step: int) -> None:
        """Show a step; the keyboard is where it begins."""
        self.tabs.setCurrentIndex(step)
        self._on_step(step)

    def _on_step(self, step: int) -> None:
        self.steps.setCurrentIndex(step)
        self._make_room()
        (self.key, self.people, self.habits)[step].begin()

    def _on_kept(self) -> None:
        """The key is kept: the people come next."""
        self.go(PEOPLE)

    def refresh(self) -> None:
        """The desk changed."""
        if not isValid(self):
            return
        self.tabs.setTabEnabled(PEOPLE, self._place.desk.is_set_up)
        for step in (self.key, self.people, self.habits):
            step.refresh()

    def _make_room(self) -> None:
        """Grow once what is inside has laid itself out."""
        self._growing.start()

    def _grow(self) -> None:
        """To what the words need; never shrink under somebody's mouse."""
        for at, step in enumerate((self.key, self.people, self.habits)):  # the one shown says how high the dialog is
            policy = step.sizePolicy()
            shown = at == self.steps.currentIndex()
            policy.setVerticalPolicy(QSizePolicy.Policy.Preferred if shown else QSizePolicy.Policy.Ignored)
            step.setSizePolicy(policy)
        self.resize(self.width(), max(self.height(), min(TALLEST, height_at(self, self.width()))))
