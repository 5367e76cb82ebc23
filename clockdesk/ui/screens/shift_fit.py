"""How high something must be for what it says now, before Qt has gone round all its layouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout


def height_at(widget: QWidget, width: int) -> int:
    """The height its layout needs at this width; what was shown or hidden just now is measured, too."""
    for inner in reversed(widget.findChildren(QWidget)):  # the innermost first: each tells the one around it
        if (layout := inner.layout()) is not None:
            layout.activate()
    layout = widget.layout()
    if layout is None:
        return widget.sizeHint().height()
    layout.activate()
    return max(_wanted(layout, width), layout.totalMinimumSize().height())


def _wanted(layout: QLayout, width: int) -> int:
    return layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
