"""The cover over a workstation that was left: who is back, their PIN, and nothing of any guest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from clockdesk.office.lock import wait_words
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.flow import FlowLayout
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel
from clockdesk.ui.widgets.notices import MarkSpot, announce

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent

    from clockdesk.domain.shift import Person
    from clockdesk.ui.screens.lock_place import LockPlace
    from clockdesk.ui.theme.look import Look

TICK_MS: Final = 1000
WIDTH: Final = 400
NO_PIN_HERE: Final = (
    "Nobody has a PIN at this workstation, so Enter lifts the cover. Ctrl+Shift+L sets a PIN. The system's own lock "
    "(Windows key + L) is the stronger one: use it when you leave the house."
)
HOW: Final = "Choose who you are and type your PIN. Forgotten? The API key of this workstation opens it too."


class LockCover(QWidget):
    """The card in the middle. Signals: `tried(account, pin)`, `given_up()` for Escape."""

    tried = Signal(str, str)
    given_up = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Nothing to say until `show_place`."""
        super().__init__(parent)
        self._place: LockPlace | None = None
        self._people: tuple[Person, ...] = ()
        self.chosen = ""
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAutoFillBackground(True)
        self.setProperty("surface", "window")
        self.setAccessibleName("Locked")
        self.title = PlainLabel("Locked", role="title")
        self.about = Paragraph(role="muted")
        self.persons = QWidget()
        self.persons.setFixedWidth(WIDTH)
        self._row = FlowLayout(self.persons)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, TextButton] = {}
        self.pin = QLineEdit()
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setAccessibleName("PIN")
        self.pin.setPlaceholderText("PIN")
        self.pin.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.pin.returnPressed.connect(self.submit)
        self.button = TextButton("Unlock", role="primary")
        self.button.clicked.connect(self.submit)
        self.told = Paragraph()
        self.told.set_tone("danger")
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.refresh)
        self._lay_out(MarkSpot(look, Mark.LOCK, side=32))

    def _lay_out(self, mark: QWidget) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.pin, 1)
        line.addWidget(self.button)
        field = QWidget()
        field.setFixedWidth(WIDTH)
        line.setContentsMargins(0, 0, 0, 0)
        field.setLayout(line)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(2)
        for widget in (mark, self.title, self.about, self.persons, field, self.told):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def show_place(self, place: LockPlace) -> None:
        """Begin anew for whoever comes."""
        self._place = place
        self.chosen = place.here()
        self.title.setText("Locked")
        self.pin.clear()
        self.say("")
        self._people = ()
        self._show_people()
        self.refresh()

    def refresh(self) -> None:
        """People may have come to be known, a wait may be over."""
        place = self._place
        if place is None:
            return
        if place.people() != self._people:
            self._show_people()
        has_pins, wait = place.lock.has_pins, place.lock.wait(self.chosen)
        self._write(self.about, HOW if has_pins else NO_PIN_HERE)
        self.persons.setVisible(bool(self._people) and has_pins)
        self.pin.setVisible(has_pins)
        self.pin.setEnabled(not wait)
        self.button.setEnabled(not wait)
        self.button.setText(f"Wait {wait_words(wait)}" if wait else "Unlock" if has_pins else "Go on")
        if not self.pin.isVisible() and self.isVisible():
            self.button.setFocus()

    def say(self, words: str) -> None:
        """What was wrong; "" for nothing."""
        self._write(self.told, words)
        if words:
            announce(self, words)

    @staticmethod
    def _write(paragraph: Paragraph, words: str) -> None:
        """A label that wraps gets its height for the layout's width, not for its own: Qt would cut its end."""
        paragraph.setText(words)
        paragraph.setFixedSize(WIDTH, max(0, paragraph.heightForWidth(WIDTH)) if words else 0)

    def submit(self) -> None:
        """Try what is typed."""
        typed = self.pin.text()
        self.pin.clear()
        self.tried.emit(self.chosen, typed)

    def _show_people(self) -> None:
        assert self._place is not None  # noqa: S101 (the callers saw to it)
        self._people = self._place.people()
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons = {}
        for one in self._people:
            button = TextButton(f"{one.initials}  {one.name}")
            button.setCheckable(True)
            self._group.addButton(button)
            button.setChecked(one.account == self.chosen)
            button.clicked.connect(lambda _=False, account=one.account: self.choose(account))
            self._row.addWidget(button)
            self.buttons[one.account] = button
        if self.chosen not in self.buttons and len(self._people) == 1:
            self.choose(self._people[0].account)

    def choose(self, account: str) -> None:
        """It is this person who comes."""
        self.chosen = account
        if account in self.buttons:
            self.buttons[account].setChecked(True)
        self.say("")
        self.refresh()
        self.pin.setFocus()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """The field waits for its PIN."""
        super().showEvent(event)
        self._timer.start()
        self.refresh()
        (self.button if self.pin.isHidden() else self.pin).setFocus()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing typed stays behind."""
        super().hideEvent(event)
        self._timer.stop()
        self.pin.clear()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter lifts a cover without a PIN; no other key goes on to the window."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.button.isEnabled():
            self.submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        event.accept()
