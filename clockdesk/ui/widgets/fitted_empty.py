"""An empty state whose sentence always has the height that its words need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from clockdesk.ui.widgets.notices import EmptyState

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_MARGIN = 32
_NARROWEST, _WIDEST = 200, 440


class FittedEmptyState(EmptyState):
    """A centred label that wraps gets its height for the layout's width and not for its own: Qt would cut its end."""

    @override
    def tell(self, title: str, sentence: str, verb: str = "") -> None:
        """Say it."""
        super().tell(title, sentence, verb)
        self._fit()

    def _fit(self) -> None:
        width = max(_NARROWEST, min(_WIDEST, self.width() - _MARGIN))
        self._sentence.setFixedSize(width, max(0, self._sentence.heightForWidth(width)))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the new width."""
        super().resizeEvent(event)
        self._fit()
