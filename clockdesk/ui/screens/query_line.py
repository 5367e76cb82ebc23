"""The filter as text, and what the service would be asked: for whoever wants it exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate import PredicateError
from clockdesk.domain.predicate_text import format_predicate, parse
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.widgets.buttons import MarkButton, TextButton
from clockdesk.ui.widgets.labels import PlainLabel, dress
from clockdesk.ui.widgets.text import tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clockdesk.domain.predicate import Predicate
    from clockdesk.ui.theme.look import Look

PAUSE_MS = 450
"""After the last letter, before what is typed is read: half a word is no mistake yet."""


EXAMPLES: Final = {
    Kind.BOOKING: "status = expected and arrival = today",
    Kind.FOLIO: "close_date is null and balance > 100",
}


class FilterText(QLineEdit):
    """The filter's text form. Escape gives back the text of the filter in force.

    Signals: `read(Predicate)` when what was typed is a filter; `failed(PredicateError or None)` when it is none, and
    when that is over.
    """

    read = Signal(object)
    failed = Signal(object)

    def __init__(self, kind: Kind, parent: QWidget | None = None) -> None:
        """Of objects of this kind."""
        super().__init__(parent)
        self._entity = ENTITIES[kind]
        self._in_force = ""
        self._error: PredicateError | None = None
        self.setAccessibleName("Filter as text")
        self.setPlaceholderText(f"everything; for example: {EXAMPLES.get(kind, 'id > 0')}")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._read)
        self.textEdited.connect(self._pause.start)
        self.returnPressed.connect(self._on_return)
        self.editingFinished.connect(self._on_finished)

    def put(self, predicate: Predicate) -> None:
        """Show this filter's text. While somebody types a text that says the same, theirs stays."""
        self._in_force = format_predicate(predicate, self._entity)
        self._pause.stop()
        self.complain(None)
        if not (self.hasFocus() and self._said() == predicate):
            self.setText(self._in_force)
            self.setCursorPosition(0)

    def offer(self, text: str) -> None:
        """Put in a text that is to be mended: it is read, and its fault told."""
        self.setFocus()
        self.setText(text)
        self._on_return()

    def complain(self, error: PredicateError | None) -> None:
        """Mark the text as wrong."""
        if error is None and self._error is None:
            return
        self._error = error
        dress(self, "bad", "true" if error else "")
        self.setAccessibleDescription(str(error) if error else "")
        self.failed.emit(error)

    def go_to_error(self) -> None:
        """Select the word at the place of the error."""
        if self._error is None or self._error.position is None:
            return
        place = min(self._error.position, len(self.text()))
        word = self.text()[place:].split(" ", 1)[0]
        self.setSelection(place, max(1, len(word)))
        if not word:
            self.setCursorPosition(place)

    def _said(self) -> Predicate | None:
        try:
            return parse(self.text(), self._entity)
        except PredicateError:
            return None

    def _read(self) -> None:
        self._pause.stop()
        try:
            predicate = parse(self.text(), self._entity)
        except PredicateError as error:
            self.complain(error)
            return
        self.complain(None)
        if self.text() != self._in_force:
            self.read.emit(predicate)

    def _on_return(self) -> None:
        self._read()
        self.go_to_error()

    def _on_finished(self) -> None:
        if self._pause.isActive():
            self._read()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape takes back what is not in force."""
        if event.key() == Qt.Key.Key_Escape and self.text() != self._in_force:
            self._pause.stop()
            self.setText(self._in_force)
            self.complain(None)
        else:
            super().keyPressEvent(event)


class QueryLine(QWidget):
    """Saved filters, the filter as text, the request, the question to the hotel.

    Signals: `read(Predicate)`, `asked()`, `copied()` when the request was put on the clipboard.
    """

    read = Signal(object)
    asked = Signal()
    copied = Signal()

    def __init__(self, look: Look, kind: Kind, saved: QWidget, pinned: QWidget, parent: QWidget | None = None) -> None:
        """`saved` is the button of the saved filters, `pinned` the line of the pinned ones."""
        super().__init__(parent)
        self._path = ENTITIES[kind].name
        self._requests: tuple[str, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "bar")
        self.text = FilterText(kind)
        self.text.read.connect(self.read)
        self.text.failed.connect(self._on_failed)
        self.request = PlainLabel(role="small")
        self.request.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.copy_button = MarkButton(look, Mark.COPY, "Copy the request")
        self.copy_button.clicked.connect(self._copy)
        self.ask_button = TextButton("Ask the hotel", hint="Look for what matches and is not in the copy")
        self.ask_button.clicked.connect(self.asked)
        self.export_button = MarkButton(look, Mark.EXPORT, "Export the rows shown (Ctrl+E)")
        self.error = PlainLabel()
        self.error.set_tone("danger")
        self.error.setVisible(False)
        self._lay_out(look, saved, pinned)
        self.show_request((), ())

    def _lay_out(self, look: Look, saved: QWidget, pinned: QWidget) -> None:
        grid = look.size.grid
        row = QHBoxLayout()
        row.setSpacing(grid)
        row.addWidget(saved)
        row.addWidget(self.text, 5)
        row.addWidget(PlainLabel("Request", role="muted"))
        row.addWidget(self.request, 3)
        row.addWidget(self.copy_button)
        row.addWidget(self.ask_button)
        row.addWidget(self.export_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * grid, grid, 2 * grid, grid)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.error)
        column.addWidget(pinned)

    def show_filter(self, predicate: Predicate, requests: Sequence[str], unsent: Sequence[str]) -> None:
        """Show the filter in force and what the service would be asked for it."""
        self.text.put(predicate)
        self.show_request(requests, unsent)
        self.ask_button.setEnabled(bool(requests))

    def show_request(self, requests: Sequence[str], unsent: Sequence[str]) -> None:
        """`requests` are query strings, `unsent` the reasons why a part of the filter is not in them."""
        self._requests = tuple(requests)
        lines = [f"GET {self._path}{f'?{query}' if query else ''}" for query in requests]
        words = lines[0] if lines else "none: nothing can match"
        if len(lines) > 1:
            words += f"  and {len(lines) - 1} more"
        if unsent:
            words = f"{words}  (part checked here)"
        self.request.setText(words)
        reasons = [f"Checked here: {reason}." for reason in unsent]
        self.request.setToolTip(tip("\n".join([*lines, *reasons])))
        self.request.setAccessibleDescription(" ".join(reasons))
        self.copy_button.setEnabled(bool(requests))

    def complain(self, error: PredicateError) -> None:
        """Say what is wrong with the filter, in place."""
        self.text.complain(error)

    def _on_failed(self, error: PredicateError | None) -> None:
        self.error.setText(str(error) if error else "")
        self.error.setVisible(error is not None)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self._requests))
        self.copied.emit()
