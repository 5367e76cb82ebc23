"""A table as high as its rows, for lists inside a drawer; lines that no longer count are struck through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from clockdesk.ui.widgets.cells import PAD
from clockdesk.ui.widgets.table import TableView

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.ui.models.table import LineModel
    from clockdesk.ui.theme.look import Look


class LedgerTable(TableView):
    """Shows all its rows; what is around it scrolls."""

    def __init__(
        self,
        look: Look,
        model: LineModel[Any],
        name: str,
        struck: Callable[[Any], bool] = lambda _line: False,
        parent: QWidget | None = None,
    ) -> None:
        """`struck` says which lines are void."""
        super().__init__(look, model, name, parent)
        self._model = model
        self._theme = look
        self._struck = struck
        self.set_row_height(look.size.row_compact)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSortingEnabled(False)
        self.horizontalHeader().setSectionsClickable(False)
        model.shown.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        rows = self._model.rowCount()
        self.setFixedHeight(self.horizontalHeader().height() + rows * self.verticalHeader().defaultSectionSize() + 1)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, then a line through those that are void."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(QPen(self._theme.theme.text.muted, 1))
        for row in range(self._model.rowCount()):
            line = self._model.line_at(row)
            if line is not None and self._struck(line):
                middle = self.rowViewportPosition(row) + self.rowHeight(row) // 2
                painter.drawLine(PAD, middle, self.viewport().width() - PAD, middle)
