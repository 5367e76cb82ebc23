"""Something in place of the rows of a view while there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from typing_extensions import override

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractItemView, QWidget


class Cover(QObject):
    """Keeps a widget over the viewport, shown only while the model has no rows."""

    def __init__(self, view: QAbstractItemView, widget: QWidget) -> None:
        """Belongs to the view, and takes the widget into it."""
        super().__init__(view)
        self._view = view
        self._widget = widget
        widget.setParent(view.viewport())
        view.viewport().installEventFilter(self)
        model = view.model()
        model.rowsInserted.connect(self._show)
        model.rowsRemoved.connect(self._show)
        self._show()

    def _show(self) -> None:
        self._widget.setGeometry(self._view.viewport().rect())
        self._widget.setVisible(self._view.model().rowCount() == 0)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size."""
        if event.type() is QEvent.Type.Resize:
            self._show()
        return super().eventFilter(watched, event)
