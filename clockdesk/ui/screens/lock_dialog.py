"""After how many minutes this workstation locks itself, and the PIN of whoever is here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from clockdesk.domain.errors import KnownError, UserError
from clockdesk.domain.words import explain
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel
from clockdesk.ui.widgets.notices import announce

if TYPE_CHECKING:
    from clockdesk.domain.tasks import Tasks
    from clockdesk.ui.screens.lock_place import LockPlace

MINUTES: Final = (0, 1, 2, 5, 10, 15, 30, 60)
ABOUT: Final = (
    "The lock covers this window and keeps what you were doing. It can't ask for the system's own sign-in, and it "
    "doesn't replace it: lock the computer too when you leave the desk for long. Ctrl+L locks at once."
)
SET_BY_IT: Final = "Set by your IT."
UNLIKE: Final = "The two new PINs are not the same."
LONGEST_PIN: Final = 8


class LockDialog(QDialog):
    """Open it with `open()`; it goes away by itself when closed, and what was typed with it."""

    def __init__(self, tasks: Tasks, place: LockPlace, parent: QWidget | None = None) -> None:
        """For whoever is here now."""
        super().__init__(parent)
        self._tasks, self._place, self._account = tasks, place, place.here()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Lock")
        self.setAccessibleName("Lock and PIN")
        self.minutes = QComboBox()
        self.minutes.setAccessibleName("Lock by itself")
        for each in sorted({*MINUTES, place.minutes}):
            self.minutes.addItem(
                "Never" if not each else "After 1 minute" if each == 1 else f"After {each} minutes", each
            )
        self.minutes.setCurrentIndex(self.minutes.findData(place.minutes))
        self.minutes.setEnabled(not place.minutes_by_it)
        self.by_it = PlainLabel(SET_BY_IT if place.minutes_by_it else "", role="small")
        self.fields = {name: self._field(title) for name, title in _FIELDS.items()}
        for new in ("new", "again"):
            self.fields[new].setMaxLength(LONGEST_PIN)
        self.told = Paragraph()
        self.save_button = TextButton("Save", role="primary")
        self.save_button.clicked.connect(self.save)
        self.remove_button = TextButton("Remove the PIN")
        self.remove_button.clicked.connect(self.remove)
        self._lay_out()
        has = place.lock.has_pin(self._account)
        self.remove_button.setVisible(has)
        (self.fields["now"] if has else self.fields["new"]).setFocus()

    def _field(self, title: str) -> QLineEdit:
        field = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setAccessibleName(title)
        field.returnPressed.connect(self.save)
        return field

    def _lay_out(self) -> None:
        who = next((one for one in self._place.people() if one.account == self._account), None)
        itself = QFormLayout()
        itself.addRow("Lock by itself", self.minutes)
        itself.addRow("", self.by_it)
        itself.setRowVisible(1, self._place.minutes_by_it)
        form = QFormLayout()
        for name, field in self.fields.items():
            if name != "now" or self._place.lock.has_pin(self._account):
                form.addRow(_FIELDS[name], field)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel("Lock", role="title"))
        column.addWidget(Paragraph(ABOUT, role="muted"))
        column.addWidget(
            PlainLabel(f"PIN of {who.name}" if who is not None else "PIN of this workstation", role="strong")
        )
        column.addLayout(form)
        column.addWidget(self.told)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.remove_button)
        foot.addStretch(1)
        cancel = TextButton("Cancel")
        cancel.clicked.connect(self.reject)
        for button in (cancel, self.save_button):
            foot.addWidget(button)
        column.addLayout(foot)
        self.setMinimumWidth(440)

    def save(self) -> None:
        """Keep minutes, and the PIN if a new one was typed."""
        new = self.fields["new"].text()
        if new != self.fields["again"].text():
            self._say(UNLIKE)
            return
        self._tasks.spawn(self._save(new, remove=False), "keep the lock's settings")

    def remove(self) -> None:
        """Take the PIN away; the one there is must be typed."""
        self._tasks.spawn(self._save("", remove=True), "remove a PIN")

    async def _save(self, new: str, *, remove: bool) -> None:
        try:
            if new or remove:
                await self._place.lock.set_pin(self._account, self.fields["now"].text(), new)
            if self.minutes.currentData() != self._place.minutes and not self._place.minutes_by_it:
                self._place.keep_minutes(self.minutes.currentData())
        except (UserError, KnownError) as error:
            if isValid(self):
                self.fields["now"].clear()
                self._say(explain(error) if isinstance(error, KnownError) else str(error))
            return
        if isValid(self):
            self.accept()

    def _say(self, words: str) -> None:
        self.told.setText(words)
        self.told.set_tone("danger")
        announce(self, words)


_FIELDS: Final = {"now": "PIN now", "new": "New PIN", "again": "New PIN again"}
