"""The people of this workstation: who they are, and finding one more in the time clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from shiboken6 import isValid
from typing_extensions import override

from clockdesk.ui.screens.shift_find import FindPerson
from clockdesk.ui.screens.shift_scroll import ScrolledLines
from clockdesk.ui.screens.shift_step import Says, Step
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.dialogs import confirm
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel

if TYPE_CHECKING:
    from clockdesk.domain.shift import Candidate, Person
    from clockdesk.domain.tasks import Tasks
    from clockdesk.ui.screens.shift_look import ShiftPlace
    from clockdesk.ui.theme.look import Look

NONE_YET = "Nobody yet. Find yourself below; everybody who works at this workstation can be added."


class PersonLine(QWidget):
    """One person: to be read, and to be changed in place. Signals: `changed(name, initials)`, `removed()`."""

    changed = Signal(str, str)
    removed = Signal()

    def __init__(self, look: Look, person: Person, parent: QWidget | None = None) -> None:
        """Of this person."""
        super().__init__(parent)
        self.person = person
        self.words = PlainLabel(person.name)
        self.short = PlainLabel(person.initials, role="strong")
        self.short.setFixedWidth(7 * look.size.grid)
        self.name, self.initials = QLineEdit(person.name), QLineEdit(person.initials)
        self.name.setAccessibleName(f"Name of {person.name}")
        self.initials.setAccessibleName(f"Initials of {person.name}")
        self.initials.setFixedWidth(9 * look.size.grid)
        self.edit_button = TextButton("Change", role="quiet")
        self.edit_button.setAccessibleName(f"Change {person.name}")
        self.remove_button = TextButton("Remove", role="quiet")
        self.remove_button.setAccessibleName(f"Remove {person.name}")
        self.save_button = TextButton("Save", role="primary")
        self.edit_button.clicked.connect(lambda: self.edit(on=True))
        self.remove_button.clicked.connect(self.removed)
        for signal in (self.save_button.clicked, self.name.returnPressed, self.initials.returnPressed):
            signal.connect(self._save)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.size.grid)
        for widget, stretch in (
            (self.short, 0), (self.words, 1), (self.initials, 0), (self.name, 1),
            (self.save_button, 0), (self.edit_button, 0), (self.remove_button, 0),
        ):  # fmt: skip
            row.addWidget(widget, stretch)
        self.edit(on=False)

    def edit(self, *, on: bool) -> None:
        """Show fields, or words."""
        for widget in (self.name, self.initials, self.save_button):
            widget.setVisible(on)
        for words in (self.words, self.short, self.edit_button, self.remove_button):
            words.setVisible(not on)
        if on:
            self.name.setFocus()
            self.name.selectAll()

    def _save(self) -> None:
        self.changed.emit(self.name.text(), self.initials.text())


class PeopleStep(Step):
    """The list, and below it the search."""

    def __init__(self, look: Look, tasks: Tasks, place: ShiftPlace, parent: QWidget | None = None) -> None:
        """With the people of the desk."""
        super().__init__(look, tasks, place, parent)
        self.lines: list[PersonLine] = []
        self._people: tuple[Person, ...] | None = None
        self.none = Paragraph(NONE_YET, role="muted")
        self.says = Says(look)
        self.finder = FindPerson(look)
        self.finder.find_wanted.connect(self.search)
        self.finder.add_wanted.connect(self.add)
        self.finder.grown.connect(self.grown)
        self._scroll = ScrolledLines(look.size.grid // 2)
        self.column.addWidget(PlainLabel("At this workstation", role="section"))
        for widget in (self.none, self._scroll, self.says, self.finder):
            self.column.addWidget(widget)
        self.column.addStretch(1)

    @override
    def begin(self) -> None:
        """Somebody is to be found."""
        self.finder.text.setFocus()

    @override
    def refresh(self) -> None:
        """Show the people there are now; a line that is being changed stays while they are the same."""
        people = self._place.desk.settings.persons
        if people == self._people:
            return
        self._people = people
        self.lines = [self._make_line(person) for person in people]
        self.none.setVisible(not people)
        self._scroll.show_lines(self.lines, self._look.size.control)
        self.grown.emit()

    def _make_line(self, person: Person) -> PersonLine:
        line = PersonLine(self._look, person)
        line.changed.connect(lambda name, initials: self._change(person, name, initials))
        line.removed.connect(lambda: self._do(self._remove(person), self.says, ""))
        return line

    @override
    def ready(self) -> None:
        """One thing at a time."""
        self.finder.set_busy(busy=self._busy)

    # what people do

    def search(self) -> None:
        """Look for accounts."""
        self._do(self._search(), self.finder.says, "Looking …")

    async def _search(self) -> str:
        found = await self._place.desk.find(self.finder.by, self.finder.text.text())
        if isValid(self):
            here = {person.account for person in self._place.desk.settings.persons}
            self.finder.show_candidates(found, here)
        return ""

    def add(self, candidate: Candidate, name: str, initials: str) -> None:
        """Keep the person with the account they chose."""
        self._do(self._add(candidate, name, initials), self.finder.added, "Keeping …")

    async def _add(self, candidate: Candidate, name: str, initials: str) -> str:
        desk = self._place.desk
        person = await desk.add_person(name, initials, candidate)
        if desk.person is None:
            await desk.choose(person.account)
        if isValid(self):
            self.finder.start_over()
        return f"{person.name} ({person.initials}) can clock in and out here."

    def _change(self, person: Person, name: str, initials: str) -> None:
        async def change() -> str:
            await self._place.desk.change_person(person.account, name, initials)
            for line in self.lines if isValid(self) else ():
                line.edit(on=False)
            return "Changed."

        self._do(change(), self.says, "Keeping …")

    async def _remove(self, person: Person) -> str:
        text = f"{person.name} can no longer be chosen here. The time clock and the notes keep their times."
        if not await confirm(self.window(), f"Remove {person.name}?", text, "Remove", danger=True):
            return ""
        await self._place.desk.remove_person(person.account)
        return f"{person.name} is removed from this workstation."
