"""The clock panel: how the shift stands, one big button, what it came to, the last shifts. It floats over a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from clockdesk.ui.screens.shift_fit import height_at
from clockdesk.ui.screens.shift_now import ShiftNow
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.buttons import MarkButton, TextButton
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel
from clockdesk.ui.widgets.rowbutton import Row, RowList

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from clockdesk.ui.screens.shift_look import ShiftPlace
    from clockdesk.ui.theme.look import Look

WIDTH: Final = 416
NOT_SET_UP: Final = (
    "ClockDesk can clock shifts in Sonoran CMS. It needs the community's API key, and to know who works at this "
    "workstation."
)
READING_KEY: Final = "The key is read from this computer's key store."
NO_PEOPLE: Final = "Nobody of this workstation is known yet. Find the people in the time clock once."


class ShiftPanel(QFrame):
    """Escape and the cross close it; so does going on to work elsewhere in the window.

    Signals: `person_wanted(account)`, `setup_wanted()`, `office_wanted()`, `closed()`. `now` tells what is pressed.
    """

    person_wanted = Signal(str)
    setup_wanted = Signal()
    office_wanted = Signal()
    closed = Signal()

    def __init__(self, look: Look, place: ShiftPlace, parent: QWidget) -> None:
        """Floats at the right top of `parent`, hidden until `open`."""
        super().__init__(parent)
        self._look, self._place = look, place
        self._below: QWidget | None = None
        self._accounts: tuple[str, ...] = ()
        self._trouble = ""
        self.setAccessibleName("Shift clock")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "raised")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.title = PlainLabel("Shift clock", role="strong")
        self.close_button = MarkButton(look, Mark.CLOSE, "Close (Esc)")
        self.close_button.clicked.connect(self.close_panel)
        self.start_words, self.start_head = Paragraph(role="muted"), Paragraph(role="title")
        self.problem = Paragraph()
        self.problem.set_tone("danger")
        self.start_button = TextButton("Set up", role="primary")
        self.start_button.clicked.connect(self.setup_wanted)
        self.people = RowList(look, "People of this workstation", "")
        self.people.chosen.connect(lambda at: self.person_wanted.emit(self._accounts[at]))
        self.now = ShiftNow(look, place)
        self.notes = TextButton("", role="quiet", hint="Times that were not recorded, for the manager")
        self.notes.clicked.connect(self.office_wanted)
        self.office_button = TextButton("Back office", role="quiet", hint="Who is in now, and the last shifts")
        self.office_button.clicked.connect(self.office_wanted)
        self.setup_button = TextButton("Set-up", role="quiet", hint="Key, people, reminders")
        self.setup_button.clicked.connect(self.setup_wanted)
        self._lay_out()
        parent.installEventFilter(self)
        self.setVisible(False)

    def _lay_out(self) -> None:
        grid = self._look.size.grid
        head = QHBoxLayout()
        head.setContentsMargins(2 * grid, grid, grid, 0)
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(2 * grid, 0, 2 * grid, grid)
        inner.setSpacing(grid)
        for widget in (self.start_head, self.start_words, self.problem, self.start_button, self.people, self.now):
            inner.addWidget(widget)
        inner.addStretch(1)
        self._body = body
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(body)
        body.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        foot = QHBoxLayout()
        foot.setContentsMargins(grid, 0, grid, grid)
        foot.setSpacing(grid // 2)
        foot.addWidget(self.office_button)
        foot.addWidget(self.setup_button)
        foot.addStretch(1)
        foot.addWidget(self.notes)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(grid)
        column.addLayout(head)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)

    # opening and closing

    def open(self, below: QWidget) -> None:
        """Show it under `below`; the keyboard goes to what is to be pressed."""
        self._below = below
        self.refresh()
        self.setVisible(True)
        self.raise_()
        self.place()
        self.focus_main()

    def focus_main(self) -> None:
        """The keyboard is at the big button, or at the first person to choose."""
        target: QWidget = self
        if self.now.isVisible() and self.now.button.isEnabled():
            target = self.now.button
        elif self.start_button.isVisible():
            target = self.start_button
        elif self.people.isVisible() and self.people.buttons:
            target = self.people.buttons[0]
        target.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_panel(self) -> None:
        """Put it away."""
        if self.isVisible():
            self.setVisible(False)
            self._trouble = ""
            self.closed.emit()

    def place(self) -> None:
        """Under the header, at the right edge, as high as what it says."""
        parent = self.parentWidget()
        if parent is None or self._below is None:
            return
        gap = self._look.size.grid
        top = self._below.mapTo(parent, self._below.rect().bottomLeft()).y() + 1 + gap // 2
        width = min(WIDTH, parent.width() - 2 * gap)
        wanted = height_at(self._body, width - 2)
        chrome = 2 * self._look.size.control + 5 * gap  # the head, the foot, and what is between
        height = min(wanted + chrome, parent.height() - top - 6 * gap)
        self.setGeometry(parent.width() - width - 2 * gap, top, width, height)

    # what is shown

    def refresh(self) -> None:
        """Show how things are now."""
        if not isValid(self):
            return
        desk = self._place.desk
        shift = desk.shift
        at = self.window().focusWidget()
        if shift is not None and (at is self.start_button or self.people.isAncestorOf(at)):
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # else the keyboard leaves with what goes away now
        self.now.setVisible(shift is not None)
        people = desk.settings.persons if shift is None and desk.is_set_up else ()
        self._show_start(choosing=bool(people))
        self._accounts = tuple(person.account for person in people)
        self.people.show_rows([Row(at, one.name, mark=Mark.PERSON) for at, one in enumerate(people)])
        self.people.setVisible(bool(people))
        waiting = len(desk.log.for_manager)
        self.notes.setText(f"{waiting} {'time' if waiting == 1 else 'times'} for the manager")
        self.notes.setVisible(bool(waiting))
        self.setup_button.setVisible(not self.start_button.isVisibleTo(self))
        self.office_button.setVisible(desk.is_set_up)
        if shift is not None:
            self.now.refresh(shift)
        if self.isVisible():
            self.place()

    def _show_start(self, *, choosing: bool) -> None:
        desk = self._place.desk
        started = desk.shift is not None
        if choosing:
            head, words, verb = "Who is at this workstation?", "", ""
        elif desk.settings.address and not desk.is_set_up and not desk.problem:
            head, words, verb = "One moment", READING_KEY, ""
        elif desk.is_set_up:
            head, words, verb = "No people yet", NO_PEOPLE, "Find people"
        else:
            head, words, verb = "The shift clock is not set up", NOT_SET_UP, "Set up"
        for label, text in ((self.start_head, head), (self.start_words, words)):
            if label.text() != text:
                label.setText(text)
            label.setVisible(bool(text) and not started)
        self._show_trouble(desk.problem or self._trouble)
        self.start_button.setText(verb or "Set up")
        self.start_button.setVisible(bool(verb) and not started)

    def say_trouble(self, words: str) -> None:
        """Say what could not be done here (a person not chosen, a note not printed), until the panel is closed."""
        self._trouble = words
        self._show_trouble(words)
        if self.isVisible():
            self.place()

    def _show_trouble(self, words: str) -> None:
        if self.problem.text() != words:
            self.problem.setText(words)
        self.problem.setVisible(bool(words))

    # Qt's questions

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the right edge of a window that changes its size."""
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)
