"""Says in the window that rows entered or left a filter that tells; nothing on the screen moves for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from clockdesk.ui.screens.held import Held
from clockdesk.ui.widgets.notices import Toast

if TYPE_CHECKING:
    from clockdesk.office.counting import Passage
    from clockdesk.office.office import Office
    from clockdesk.ui.theme.look import Look

COLLECT_MS: Final = 400
"""What happens within this is told in one notice: a storm of events is one sentence, not a hundred."""
LIFT: Final = 96
"""Above where a screen's own notice appears, so that neither covers the other."""


class PassageNotice(Toast):
    """A notice with a button that shows the filter's rows.

    What was told and not looked at stays on the filter's chip. A window that is not in front asks for attention in the
    task bar, without words: names and rooms are for who sits at the desk.

    Signal: `wanted(NamedFilter)`.
    """

    wanted = Signal(object)

    def __init__(self, look: Look, window: QWidget) -> None:
        """Floats over `window`; silent until `follow`."""
        super().__init__(look, window, lift=LIFT)
        self._window = window
        self._office: Office | None = None
        self._held = Held()
        self.destroyed.connect(self._held.end)
        self._last: Passage | None = None
        self.soon = QTimer(self)
        self.soon.setSingleShot(True)
        self.soon.setInterval(COLLECT_MS)
        self.soon.timeout.connect(self._tell_all)
        self.acted.connect(self._show_rows)

    def follow(self, office: Office | None) -> None:
        """Tell of this office's filters from now on."""
        self._held.end()
        self._office = office
        self.soon.stop()
        self.hide()
        if office is not None:
            self._held.take(office.telling.listen(self._on_passage))

    def _on_passage(self) -> None:
        if not self.soon.isActive():
            self.soon.start()

    def _tell_all(self) -> None:
        if self._office is None:
            return
        passages = self._office.telling.take()
        if not passages:
            return
        first, others = passages[0], len(passages) - 1
        self._last = first
        words = self._office.telling.words(first)
        if others:
            words += f". {others} other filter{'' if others == 1 else 's'} changed too"
        self.tell(words, tone="info", verb="Show")
        if not self._window.isActiveWindow():
            QApplication.alert(self._window)

    def _show_rows(self) -> None:
        if self._last is not None:
            self.wanted.emit(self._last.filter)
