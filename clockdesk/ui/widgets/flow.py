"""A row of widgets that goes on in the next line when the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget
from typing_extensions import override


class FlowLayout(QLayout):
    """Lays widgets out as words are laid out on a page, each line centred on its own height."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = 8) -> None:
        """`gap` pixels between widgets and between lines."""
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._heights: dict[int, int] = {}

    @override
    def addItem(self, item: QLayoutItem) -> None:
        """Qt adds at the end."""
        self._items.append(item)
        self._heights.clear()

    @override
    def count(self) -> int:
        """Number of items."""
        return len(self._items)

    @override
    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item here, None beyond the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give an item back."""
        self._heights.clear()
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        """It takes no more than it needs."""
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        """Narrower means higher."""
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        """The height of all lines at this width."""
        if width not in self._heights:  # Qt asks for the same some hundred times when one widget changes
            self._heights[width] = self._lay_out(QRect(0, 0, width, 0), place=False)
        return self._heights[width]

    @override
    def invalidate(self) -> None:
        """A widget came, went or has another size."""
        self._heights.clear()
        super().invalidate()

    @override
    def setGeometry(self, rect: QRect) -> None:
        """Place the widgets."""
        super().setGeometry(rect)
        self._lay_out(rect, place=True)

    @override
    def sizeHint(self) -> QSize:
        """Everything in one line."""
        shown = [item for item in self._items if not item.isEmpty()]
        width = sum(item.sizeHint().width() + self._gap for item in shown)
        height = max((item.sizeHint().height() for item in shown), default=0)
        margins = self.contentsMargins()
        return QSize(width - self._gap + margins.left() + margins.right(), height + margins.top() + margins.bottom())

    @override
    def minimumSize(self) -> QSize:
        """The widest widget must fit."""
        margins = self.contentsMargins()
        width = max((item.minimumSize().width() for item in self._items), default=0)
        height = max((item.minimumSize().height() for item in self._items), default=0)
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())

    def _lay_out(self, rect: QRect, *, place: bool) -> int:
        margins = self.contentsMargins()
        inner = rect.adjusted(margins.left(), margins.top(), -margins.right(), -margins.bottom())
        line: list[tuple[QLayoutItem, QSize]] = []
        x, y = 0, inner.y()
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            size.setWidth(min(size.width(), max(inner.width(), item.minimumSize().width())))
            if line and x + size.width() > inner.width():
                y += self._place(line, inner.x(), y, place=place) + self._gap
                line, x = [], 0
            line.append((item, size))
            x += size.width() + self._gap
        return y + self._place(line, inner.x(), y, place=place) + margins.bottom() - rect.y()

    def _place(self, line: list[tuple[QLayoutItem, QSize]], x: int, y: int, *, place: bool) -> int:
        height = max((size.height() for _, size in line), default=0)
        if place:
            for item, size in line:
                item.setGeometry(QRect(QPoint(x, y + (height - size.height()) // 2), size))
                x += size.width() + self._gap
        return height
