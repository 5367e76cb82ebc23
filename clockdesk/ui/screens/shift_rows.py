"""The last shifts of a person in the panel: day, from, to, length, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from clockdesk.domain.dates import hotel_today, time_text, weekday_text
from clockdesk.domain.shift import duration_text
from clockdesk.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, tzinfo

    from clockdesk.domain.shift import ShiftRow
    from clockdesk.ui.theme.look import Look

_LEFT = Qt.AlignmentFlag.AlignVCenter
_SIDES = (_LEFT, _LEFT, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


def row_words(row: ShiftRow, zone: tzinfo, today: date) -> tuple[str, str, str]:
    """`Sat 21 Nov`, `07:58 – 16:02`, `8 h 04 min`; says when it ended on the next day, `?` for what is not told."""
    if row.start is None:
        return "", "not told", ""
    day = hotel_today(row.start, zone)
    end = "now" if row.open else "?"
    if row.end is not None:
        end = time_text(row.end, zone)
        if hotel_today(row.end, zone) != day:
            end = f"{end} next day"
    length = "" if row.length is None else duration_text(row.length)
    return weekday_text(day, today), f"{time_text(row.start, zone)} – {end}", length


class LastShifts(QWidget):
    """Newest first; what is the same stays as it is."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(parent)
        self.setAccessibleName("Last shifts")
        self._shown: tuple[tuple[str, str, str, str], ...] | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * look.size.grid)
        self._grid.setVerticalSpacing(look.size.grid // 2)
        self._grid.setColumnStretch(1, 1)

    def show_rows(self, rows: tuple[ShiftRow, ...], kind: Callable[[str], str], zone: tzinfo, today: date) -> None:
        """Show these; `kind` gives the words of a kind of shift."""
        shown = tuple((*row_words(row, zone, today), kind(row.type)) for row in rows)
        if shown == self._shown:
            return
        self._shown = shown
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, (day, span, length, word) in enumerate(shown):
            cells = (PlainLabel(day, role="muted"), PlainLabel(f"{span}  {word}".strip()), PlainLabel(length))
            for at, (cell, side) in enumerate(zip(cells, _SIDES, strict=True)):
                self._grid.addWidget(cell, place, at, side)
                cell.show()  # Qt would do it at its next turn, and until then it has no height
