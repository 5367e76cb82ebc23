"""Whose time clock: the address and the key, what the key opens, and everything one must know before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from clockdesk.office.connect import BY_IT
from clockdesk.office.shift_setup import ADDRESS, ClockForm
from clockdesk.ui.screens.shift_step import Says, Step
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.dialogs import confirm
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel
from clockdesk.ui.widgets.notices import MarkSpot

if TYPE_CHECKING:
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.shift_setup import Checked
    from clockdesk.ui.screens.shift_look import ShiftPlace
    from clockdesk.ui.theme.look import Look

KEY_HINT: Final = (
    "From the CMS: Administrative Panel, API Integration. Kept in this computer's key store, never in a file."
)
ADDRESS_HINT: Final = "The service itself, or a proxy of the hotel that holds the key"


class Confirming(QWidget):
    """What a key opens, and the warnings; a person reads and confirms."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Empty until told."""
        super().__init__(parent)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "card")
        self.community = Paragraph(role="strong")
        self.kinds = Paragraph(role="muted")
        self.warnings: list[Paragraph] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(look.size.grid)
        grid = look.size.grid
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * grid, grid + 4, 2 * grid, grid + 4)
        column.setSpacing(grid // 2)
        column.addWidget(self.community)
        column.addWidget(self.kinds)
        column.addSpacing(grid // 2)
        column.addLayout(self._lines)

    def show_checked(self, checked: Checked, more: tuple[str, ...]) -> None:
        """Show it; `more` are warnings of this workstation's own."""
        self.community.setText(checked.words)
        labels = ", ".join(one.label or one.id for one in checked.types)
        none = "No kinds of shift are set up there." if checked.told else "Kinds of shift are not told there."
        self.kinds.setText(f"Kinds of shift: {labels}" if labels else none)
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.warnings = []
        for words in (*more, *checked.warnings):
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(self._look.size.grid)
            row.addWidget(MarkSpot(self._look, Mark.WARNING, tone="warning"), 0, Qt.AlignmentFlag.AlignTop)
            warning = Paragraph(words)
            row.addWidget(warning, 1)
            self._lines.addWidget(line)
            self.warnings.append(warning)


class KeyStep(Step):
    """Type, look whose it is, read, confirm. Signal: `kept()`."""

    kept = Signal()

    def __init__(self, look: Look, tasks: Tasks, place: ShiftPlace, parent: QWidget | None = None) -> None:
        """With the address known so far."""
        super().__init__(look, tasks, place, parent)
        self._checked: tuple[ClockForm, Checked] | None = None
        self.known = Paragraph(role="muted")
        self.address, self.secret = QLineEdit(place.desk.settings.address or ADDRESS), QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.hints: list[Paragraph] = []
        self.says = Says(look)
        self.confirming = Confirming(look)
        self.check_button = TextButton("Look whose key it is", role="primary")
        self.check_button.clicked.connect(self.check)
        self.use_button = TextButton("I have read this: use the key", role="primary")
        self.use_button.clicked.connect(self.use)
        self.forget_button = TextButton("Forget the key", role="danger")
        self.forget_button.clicked.connect(self.forget)
        for field in (self.address, self.secret):
            field.textEdited.connect(self._on_edited)
            field.returnPressed.connect(self._on_enter)
        self._lay_out()
        self._show_parts()

    def _lay_out(self) -> None:
        fields = QGridLayout()
        fields.setHorizontalSpacing(2 * self._look.size.grid)
        fields.setVerticalSpacing(4)
        fields.setColumnStretch(1, 1)
        lines = (("Address", self.address, ADDRESS_HINT), ("API key", self.secret, KEY_HINT))
        for at, (title, field, hint) in enumerate(lines):
            field.setAccessibleName(title)
            field.setAccessibleDescription(hint)
            label = PlainLabel(title)
            label.setBuddy(field)
            fields.addWidget(label, 2 * at, 0)
            fields.addWidget(field, 2 * at, 1)
            below = Paragraph(hint, role="small")
            fields.addWidget(below, 2 * at + 1, 1)
            self.hints.append(below)
        buttons = QHBoxLayout()
        buttons.setSpacing(self._look.size.grid)
        buttons.addWidget(self.forget_button)
        buttons.addStretch(1)
        buttons.addWidget(self.check_button)
        buttons.addWidget(self.use_button)
        self.column.addWidget(self.known)
        self.column.addLayout(fields)
        self.column.addWidget(self.says)
        self.column.addWidget(self.confirming)
        self.column.addLayout(buttons)
        self.column.addStretch(1)

    @property
    def form(self) -> ClockForm:
        """What the fields say."""
        return ClockForm(self.address.text(), self.secret.text())

    @override
    def begin(self) -> None:
        """The key is what is missing."""
        self.secret.setFocus()

    @override
    def refresh(self) -> None:
        """Is there a key already?"""
        self._show_parts()

    @override
    def ready(self) -> None:
        """Nothing can be typed while the service is asked."""
        for widget in (self.address, self.secret, self.check_button, self.use_button, self.forget_button):
            widget.setEnabled(not self._busy)
        self._hold_address()
        if not self._busy:
            (self.secret if self._checked is None else self.use_button).setFocus()

    def _hold_address(self) -> None:
        """What IT has set is seen and not changed."""
        settings = self._place.desk.settings
        if settings.address_by_it:
            self.address.setText(settings.address)
            self.address.setEnabled(False)
            self.hints[0].setText(BY_IT)

    def _show_parts(self) -> None:
        self._hold_address()
        desk = self._place.desk
        is_set_up = desk.is_set_up
        whose = desk.settings.community
        self.known.setText(f"A key for {whose or 'a community'} is kept here. Type another one to change it.")
        self.known.setVisible(is_set_up)
        self.forget_button.setVisible(is_set_up)
        self.confirming.setVisible(self._checked is not None)
        self.use_button.setVisible(self._checked is not None)
        self.check_button.setVisible(self._checked is None)

    def _on_edited(self) -> None:
        """What was looked at is not what stands there any more."""
        self._checked = None
        self.says.tell("")
        self._show_parts()

    def _on_enter(self) -> None:
        if self._checked is None:
            self.check()

    # what people do

    def check(self) -> None:
        """Ask whose key it is."""
        self._do(self._check(self.form), self.says, "Asking the time clock …")

    async def _check(self, form: ClockForm) -> str:
        checked = await self._place.desk.check(form)
        if isValid(self):
            self._checked = (form, checked)
            self.confirming.show_checked(checked, self._losses(checked))
            self._show_parts()
        return ""

    def _losses(self, checked: Checked) -> tuple[str, ...]:
        """Another community: whoever is known here is not known there."""
        settings = self._place.desk.settings
        if not settings.persons or not self._place.desk.forgets(checked):
            return ()
        names = ", ".join(one.name for one in settings.persons)
        return (f"This is another community than {settings.community}: its people are forgotten here ({names}).",)

    def use(self) -> None:
        """Keep the key that was looked at."""
        if self._checked is not None:
            self._do(self._use(*self._checked), self.says, "Keeping the key …")

    async def _use(self, form: ClockForm, checked: Checked) -> str:
        await self._place.desk.set_up(form, checked)
        if isValid(self):
            self._checked = None
            self.secret.clear()
            self._show_parts()
            self.kept.emit()
        return f"The key of {checked.community.name or 'the community'} is kept."

    def forget(self) -> None:
        """Take the key away, after a question."""
        self._do(self._forget(), self.says, "")

    async def _forget(self) -> str:
        text = "Nobody can clock in or out here until a key is typed again. The people and the notes stay."
        if not await confirm(self.window(), "Forget the key?", text, "Forget the key", danger=True):
            return ""
        await self._place.desk.take_down()
        return "The key is forgotten."
