"""The connection dialog: which account, whose key; tried in plain words before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QCompleter, QDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from clockdesk.domain.errors import KnownError, UserError
from clockdesk.domain.words import explain
from clockdesk.office.connect import BY_IT, ConnectionForm, TestResult
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.dialogs import confirm
from clockdesk.ui.widgets.labels import Paragraph, PlainLabel
from clockdesk.ui.widgets.notices import MarkSpot, announce

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.connect import Connector
    from clockdesk.ui.theme.look import Look

REGIONS: Final = ("sky-eu1", "sky-us2")
"""Regions that were met (facts, section 1); others can be typed."""

_FIELDS: Final = (
    ("region", "Region", "sky-eu1", "The first word of the address you open Clock with"),
    ("subscription", "Subscription", "11111", "The first number in that address"),
    ("account", "Account", "22222", "The second number in that address: one hotel"),
    ("address", "Full address", "https://sky-eu1.clock-software.com/11111/22222", "Instead of the three above"),
    ("user", "API user", "", "Issued by Clock, not the name you sign in to Clock with"),
    ("key", "API key", "", "Kept in this computer's key store, never in a file"),
)
_PLACE: Final = ("region", "subscription", "account")
REMOVED_WITH_IT: Final = (
    "Gone for good: its API key and the key of its copy, the copy of the hotel, notes, the manual log, saved filters, "
    "PINs, and the downtime packs that are kept with them. Nothing changes in Clock. Packs and lists that were saved "
    "elsewhere stay: delete those yourself."
)


class ConnectionDialog(QDialog):
    """Try an account and keep it. Open it with `open()`; it goes away by itself when closed, and the key with it."""

    def __init__(
        self,
        look: Look,
        tasks: Tasks,
        connector: Connector,
        parent: QWidget | None = None,
        *,
        unlocked: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Empty; `fill` puts in what is known, `explain` says why it opened by itself.

        `unlocked` comes back when nobody has the window locked: behind a lock nothing is kept, and no account changed.
        """
        super().__init__(parent)
        self._unlocked = unlocked
        self._look, self._tasks, self._connector = look, tasks, connector
        self._tried: ConnectionForm | None = None
        self._busy = False
        self._was_at: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Connection")
        self.setAccessibleName("Connection to Clock PMS+")
        self.why = Paragraph()
        self.why.set_tone("warning")
        self.why.setVisible(False)
        self.fields: dict[str, QLineEdit] = {}
        self.hints: dict[str, PlainLabel] = {}
        self._fixed: frozenset[str] = frozenset()
        self.mark = MarkSpot(look, Mark.INFO)
        self.told = Paragraph(role="muted")
        self._removable = ""
        self.remove_button = TextButton("Remove this account from this computer...", role="quiet")
        self.remove_button.clicked.connect(self.remove)
        self.remove_button.setVisible(False)
        self.cancel_button = TextButton("Cancel")
        self.cancel_button.clicked.connect(self.reject)
        self.test_button = TextButton("Test")
        self.test_button.clicked.connect(self.test)
        self.save_button = TextButton("Save", role="primary")
        self.save_button.clicked.connect(self.save)
        self._lay_out()
        self._on_edited()
        self.fields["region"].setFocus()

    def _lay_out(self) -> None:
        grid = self._look.size.grid
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * grid, 2 * grid, 3 * grid, 2 * grid)
        column.setSpacing(grid)
        column.addWidget(PlainLabel("Connect to Clock PMS+", role="title"))
        column.addWidget(self.why)
        column.addLayout(self._make_fields())
        row = QHBoxLayout()
        row.setSpacing(grid)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.told, 1)
        column.addLayout(row)
        foot = QHBoxLayout()
        foot.setSpacing(grid)
        foot.addStretch(1)
        for button in (self.cancel_button, self.test_button, self.save_button):
            foot.addWidget(button)
        column.addSpacing(grid)
        column.addLayout(foot)
        column.addWidget(self.remove_button, 0, Qt.AlignmentFlag.AlignLeft)

    def _make_fields(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * self._look.size.grid)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        width = QFontMetrics(self._look.fonts.body).horizontalAdvance("https://sky-eu1.clock-software.com/11111/22222")
        for at, (member, title, sample, hint) in enumerate(_FIELDS):
            field = QLineEdit()
            field.setPlaceholderText(sample)
            field.setAccessibleName(title)
            field.setAccessibleDescription(hint)
            field.setMinimumWidth(width + 4 * self._look.size.grid)
            field.textEdited.connect(self._on_edited)
            field.returnPressed.connect(self.save)
            label = PlainLabel(title)
            label.setBuddy(field)
            grid.addWidget(label, 2 * at, 0)
            grid.addWidget(field, 2 * at, 1)
            self.hints[member] = PlainLabel(hint, role="small")
            grid.addWidget(self.hints[member], 2 * at + 1, 1)
            grid.setRowMinimumHeight(2 * at + 1, 3 * self._look.size.grid)
            self.fields[member] = field
        self.fields["key"].setEchoMode(QLineEdit.EchoMode.Password)
        self.fields["region"].setCompleter(QCompleter(REGIONS, self.fields["region"]))
        return grid

    # what is in the fields

    @property
    def form(self) -> ConnectionForm:
        """What the fields say."""
        region, subscription, account, address, user, key = (self.fields[name[0]].text() for name in _FIELDS)
        return ConnectionForm(region, subscription, account, address, user, key)

    def fill(self, form: ConnectionForm) -> None:
        """Put in what is known already, and go to the first field that is not."""
        self._fixed, self._removable = form.fixed, form.removable
        self.remove_button.setVisible(bool(form.removable))
        for member, field in self.fields.items():
            field.setText(getattr(form, member))
            if member in form.fixed:
                field.setEnabled(False)
                self.hints[member].setText(BY_IT)
        self._on_edited()
        first = next((field for field in self.fields.values() if field.isEnabled() and not field.text()), None)
        if (form.address or form.fixed) and first is not None:
            first = self.fields["user"] if not form.user else self.fields["key"]
        if first is not None:
            first.setFocus()

    def explain(self, words: str) -> None:
        """Say why the dialog opened by itself."""
        self.why.setText(words)
        self.why.setVisible(bool(words))

    def _on_edited(self) -> None:
        whole = bool(self.fields["address"].text().strip())
        for member in _PLACE:
            self.fields[member].setEnabled(not whole and member not in self._fixed)
        self.save_button.setText("Save")
        self._say(Mark.INFO, "", "Test asks the service once and says what it found.")

    def _say(self, mark: Mark, tone: str, words: str) -> None:
        self.mark.set_mark(mark, tone)
        self.told.setText(words)
        self.told.set_tone(tone or "muted")
        self._make_room()
        announce(self, words)

    def _make_room(self) -> None:
        """Grow to what the words need now; never shrink under somebody's mouse."""
        layout = self.layout()
        if layout is not None and self.isVisible():
            layout.activate()
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    # trying and keeping

    def test(self) -> None:
        """Try what is in the fields, and say what was found."""
        if self._begin("Asking the service …"):
            self._tasks.spawn(self._test(self.form), "test the connection")

    def save(self) -> None:
        """Keep it. What was not tried yet is tried first; if that fails, a second press keeps it all the same."""
        if self._begin("Asking the service …" if self._tried != self.form else "Saving …"):
            self._tasks.spawn(self._save(self.form), "save the connection")

    def _begin(self, words: str) -> bool:
        """Stop the fields while something is under way; says no when they are not complete or stopped already."""
        if self._busy:
            return False
        try:
            self.form.checked()
        except UserError as error:
            self._say(Mark.WARNING, "danger", str(error))
            return False
        self._set_busy(busy=True)
        self._say(Mark.PROGRESS, "", words)
        return True

    def _set_busy(self, *, busy: bool) -> None:
        """Stop the fields, or let them go again; the keyboard comes back to where it was."""
        if busy:
            self._was_at = self.focusWidget()
        self._busy = busy
        for member, field in self.fields.items():
            field.setEnabled(not busy and member not in self._fixed)
        for widget in (self.test_button, self.save_button, self.remove_button):
            widget.setEnabled(not busy)
        if not busy and self.fields["address"].text().strip():
            for member in _PLACE:
                self.fields[member].setEnabled(False)
        if not busy and self._was_at is not None and self._was_at.isEnabled():
            self._was_at.setFocus()

    async def _test(self, form: ConnectionForm) -> bool:
        try:
            found = await self._connector.test(form)
        except (UserError, KnownError) as error:
            found = TestResult(worked=False, words=_words(error))
        if not isValid(self):
            return False
        self._tried = form
        self._set_busy(busy=False)
        tone = "ok" if found.worked else "danger"
        self._say(Mark.OK if found.worked else Mark.WARNING, tone, found.words)
        return found.worked

    async def _save(self, form: ConnectionForm) -> None:
        if self._tried != form and not await self._test(form):
            if isValid(self):
                self.save_button.setText("Save anyway")
                self.save_button.setFocus()
            return
        self._set_busy(busy=True)
        if self._unlocked is not None:
            await self._unlocked()
        try:
            await self._connector.save(form)
        except (UserError, KnownError) as error:
            if isValid(self):
                self._set_busy(busy=False)
                self._say(Mark.WARNING, "danger", _words(error))
            return
        if isValid(self):
            self.accept()

    # taking it away

    def remove(self) -> None:
        """Take the account off this computer, after a question."""
        if not self._busy and self._removable:
            self._tasks.spawn(self._remove(self._removable), "remove the account")

    async def _remove(self, name: str) -> None:
        title = f"Remove {name} from this computer?"
        if not await confirm(self, title, REMOVED_WITH_IT, "Remove the account", danger=True):
            return
        if isValid(self) and not self._busy:
            self._set_busy(busy=True)
            self._say(Mark.PROGRESS, "", "Removing …")
            await self._connector.remove(name)


def _words(error: UserError | KnownError) -> str:
    return explain(error) if isinstance(error, KnownError) else str(error)
