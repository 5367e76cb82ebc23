"""After an outage or a sleep of this computer: what changed while nobody could see it, to be looked at and put away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal

from clockdesk.domain.dates import moment_text
from clockdesk.domain.freshness import Trust
from clockdesk.domain.predicate import InList
from clockdesk.ui.screens.held import Held
from clockdesk.ui.widgets.buttons import TextButton
from clockdesk.ui.widgets.notices import Banner

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtWidgets import QHBoxLayout, QWidget

    from clockdesk.domain.freshness import Freshness
    from clockdesk.domain.kinds import Kind
    from clockdesk.domain.predicate import Predicate
    from clockdesk.office.office import Office
    from clockdesk.ui.theme.look import Look

BACK: Final = frozenset({Trust.LIVE, Trust.DELAYED, Trust.NO_RIGHT})
"""States in which all that was missed has been read."""
SHOWN: Final = "Changed while away"


class AwayNotice(Banner):
    """A strip with one button a kind: `12 bookings`, `20 rooms`. Closing it says that a person has seen it.

    Signal: `wanted(kind, predicate)` for the rows of a kind that changed.
    """

    wanted = Signal(object, object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Hidden until `follow`ed news says that something was missed."""
        super().__init__(look, parent)
        self._office: Office | None = None
        self._held = Held()
        self.destroyed.connect(self._held.end)
        self._since: datetime | None = None
        self._told: tuple[str, ...] = ()
        self.buttons: dict[Kind, TextButton] = {}
        self.dismissed.connect(self._on_seen)

    def follow(self, office: Office | None) -> None:
        """Tell of this office from now on."""
        self._held.end()
        self._office, self._since = office, None
        self._show_none()
        if office is not None:
            self._held.take(office.freshness_news.subscribe(self._on_freshness))
            self._on_freshness(office.freshness)

    def _on_freshness(self, freshness: Freshness) -> None:
        office = self._office
        if office is None:
            return
        if freshness.trust is not Trust.DELAYED and office.unconfirmed_since is not None:
            self._since = office.unconfirmed_since
        if freshness.trust not in BACK:
            return
        missed = office.missed
        told = tuple(missed.words(kind) for kind in missed.kinds)
        if not told:
            self._show_none()
        elif told != self._told:
            self._tell_missed(office, told)

    def _tell_missed(self, office: Office, told: tuple[str, ...]) -> None:
        self._told = told
        when = (
            f"since {moment_text(self._since, office.zone, office.today)}" if self._since is not None else "meanwhile"
        )
        self.tell(
            f"In touch with the hotel again. Changed {when}:",
            "Nothing of it was done here: look at what concerns you, then close this.",
            tone="info",
        )
        self._drop_buttons()
        row: QHBoxLayout = self.row
        for at, (kind, words) in enumerate(zip(office.missed.kinds, told, strict=True)):
            button = self.buttons[kind] = TextButton(words, hint=f"Show these {words}")
            button.clicked.connect(lambda _=False, kind=kind: self._show_kind(kind))
            row.insertWidget(row.indexOf(self.button) + at, button)
        self.setAccessibleName(f"{self.accessibleName()} {', '.join(told)}.")

    def _show_kind(self, kind: Kind) -> None:
        if self._office is not None:
            predicate: Predicate = InList("id", self._office.missed.of(kind))
            self.wanted.emit(kind, predicate)

    def _on_seen(self) -> None:
        self._show_none()
        if self._office is not None:
            self._office.seen_missed()

    def _show_none(self) -> None:
        self._told = ()
        self._drop_buttons()
        self.clear()

    def _drop_buttons(self) -> None:
        for button in self.buttons.values():
            button.hide()
            button.deleteLater()
        self.buttons = {}
