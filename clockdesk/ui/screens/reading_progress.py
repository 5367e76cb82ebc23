"""A long reading (a first start, after an outage): how far it is, and how long the rest takes at the pace of late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clockdesk.domain.freshness import Trust
from clockdesk.domain.words import wait_words
from clockdesk.ui.screens.held import Held
from clockdesk.ui.widgets.progress import ProgressStrip

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from clockdesk.domain.freshness import Freshness
    from clockdesk.office.office import Office
    from clockdesk.ui.theme.look import Look

WORTH_A_BAR: Final = 25
"""Objects left from which a bar appears: some five seconds at the service's five calls a second."""


class ReadingProgress(ProgressStrip):
    """Shown from the moment much is left until nothing is.

    The bar is what was read of all that had to be read since then; when more turns up it stands still rather than to go
    back.
    """

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Hidden until `follow`ed news says that much is left."""
        super().__init__(look, parent)
        self._held = Held()
        self.destroyed.connect(self._held.end)
        self._office: Office | None = None
        self._left = self._done = 0
        self._value = 0.0

    def follow(self, office: Office | None) -> None:
        """Tell of this office from now on."""
        self._held.end()
        self._office = office
        self._end()
        if office is not None:
            self._held.take(office.freshness_news.subscribe(self._on_freshness))
            self._on_freshness(office.freshness)

    def _on_freshness(self, freshness: Freshness) -> None:
        left = freshness.left
        reading = freshness.trust in {Trust.STARTING, Trust.CATCHING_UP} and left > 0
        if not reading or (self.isHidden() and left < WORTH_A_BAR):
            self._end()
            return
        if self.isHidden():
            self._left, self._done, self._value = left, 0, 0.0
        self._done += max(0, self._left - left)
        self._left = left
        self._value = max(self._value, self._done / (self._done + left))
        objects = f"{left:,}".replace(",", " ")
        known = self._office.reading_seconds if self._office is not None else 0.0
        wait = wait_words(freshness.seconds_left or known)
        self.tell(f"Reading the hotel: {objects} left{f', {wait}' if wait else ''}", self._value)

    def _end(self) -> None:
        self._left = self._done = 0
        self._value = 0.0
        self.setVisible(False)
