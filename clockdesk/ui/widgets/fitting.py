"""A table that lets columns go when there is no room for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from clockdesk.ui.widgets.table import TableView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from clockdesk.ui.models.table import LineModel
    from clockdesk.ui.theme.look import Look


class FittingTable(TableView):
    """Hides columns from the least needed on, rather than to scroll sideways."""

    def __init__(
        self, look: Look, model: LineModel[Any], name: str, expendable: Sequence[str], parent: QWidget | None = None
    ) -> None:
        """`expendable` are keys of columns, the first to go first."""
        super().__init__(look, model, name, parent)
        self._needed = self.widths
        self._expendable = tuple(expendable)
        self._sections = {column.key: section for section, column in enumerate(model.columns)}

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many columns as there is room for."""
        room = self.viewport().width()
        total = sum(self._needed.values())
        for key in self._expendable:
            fits = total <= room
            if self.isColumnHidden(self._sections[key]) == fits:
                self.setColumnHidden(self._sections[key], not fits)
            if not fits:
                total -= self._needed[key]
        super().resizeEvent(event)
