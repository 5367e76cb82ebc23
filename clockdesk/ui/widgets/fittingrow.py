"""A row of widgets that lets the less needed ones go when it gets narrow, and wraps only after that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from clockdesk.ui.widgets.flow import FlowLayout

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class FittingRow(QWidget):
    """Widgets of rank 0 are always shown; those of the highest rank go first, all of a rank together."""

    def __init__(self, gap: int, parent: QWidget | None = None) -> None:
        """`gap` pixels between widgets."""
        super().__init__(parent)
        self._gap = gap
        self._ranks: dict[QWidget, int] = {}
        self._unwanted: set[QWidget] = set()
        self._flow = FlowLayout(self, gap=gap)
        self._flow.setContentsMargins(0, 0, 0, 0)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget, rank: int = 0) -> None:
        """Add at the end."""
        self._ranks[widget] = rank
        self._flow.addWidget(widget)
        self.fit()

    def want(self, widget: QWidget, *, wanted: bool) -> None:
        """Whether the widget has anything to show at all."""
        if wanted != (widget not in self._unwanted):
            (self._unwanted.discard if wanted else self._unwanted.add)(widget)
            self.fit()

    def fit(self) -> None:
        """Show what there is room for; to be called when a widget needs another width."""
        wanted = [widget for widget in self._ranks if widget not in self._unwanted]
        rank = max((self._ranks[widget] for widget in wanted), default=0)
        while rank > 0 and self._width([widget for widget in wanted if self._ranks[widget] <= rank]) > self.width():
            rank -= 1
        for widget, own in self._ranks.items():
            shown = widget not in self._unwanted and own <= rank
            if widget.isHidden() == shown:
                widget.setVisible(shown)

    def _width(self, widgets: list[QWidget]) -> int:
        return sum(widget.sizeHint().width() + self._gap for widget in widgets) - self._gap

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another choice."""
        super().resizeEvent(event)
        self.fit()
