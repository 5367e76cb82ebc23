"""What a column of a list shows, told once: text, chip, tone, order, width."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.ui.theme.status import Status

L = TypeVar("L")


class Align(Enum):
    """Text stands left, numbers right; nothing is centred."""

    LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Role(IntEnum):
    """What the models tell beyond Qt's own roles."""

    ID = Qt.ItemDataRole.UserRole + 1
    GLOW = Qt.ItemDataRole.UserRole + 2
    STALE = Qt.ItemDataRole.UserRole + 3
    AGE = Qt.ItemDataRole.UserRole + 4


class Cell(NamedTuple):
    """One cell as it is painted. `tone` colours the text; a chip is painted instead of it."""

    text: str
    chip: Status | None = None
    tone: str = ""


@dataclass(frozen=True, kw_only=True)  # no slots: `Column[Line](...)` could not be written on 3.11
class Column(Generic[L]):
    """One column over lines of type `L`.

    `text` gives the words (also those a screen reader says and a chip stands for); `sample` is the widest usual text
    and sizes the column; `sort` gives a key that can be compared, None sorts last both ways (without it the column
    can't be sorted); `tone` names a field of `tokens.Tones` or "muted"; `tip` a longer text on hover.
    """

    key: str
    title: str
    text: Callable[[L], str]
    sample: str = ""
    align: Align = Align.LEFT
    stretch: bool = False
    strong: bool = False
    sort: Callable[[L], Any] | None = None
    tone: Callable[[L], str] | None = None
    chip: Callable[[L], Status | None] | None = None
    tip: Callable[[L], str] | None = None

    def cell(self, line: L) -> Cell:
        """The cell of this column for `line`."""
        return Cell(
            self.text(line),
            self.chip(line) if self.chip is not None else None,
            self.tone(line) if self.tone is not None else "",
        )
