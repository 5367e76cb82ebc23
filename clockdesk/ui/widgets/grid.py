"""Where the tiles of a board lie: groups below each other, each under its head, in columns that fill the width."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize

if TYPE_CHECKING:
    from collections.abc import Sequence

MARGIN = 16
GAP = 8
HEAD = 36


@dataclass(frozen=True, slots=True)
class Head:
    """A group's head: where, its word, how many tiles it stands over."""

    rect: QRect
    word: str
    count: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Places in content coordinates. `lines` are the tiles' numbers line by line, for walking up and down."""

    tiles: tuple[QRect, ...]
    heads: tuple[Head, ...]
    lines: tuple[tuple[int, ...], ...]
    height: int

    def at(self, point: QPoint) -> int | None:
        """The tile under this point."""
        return next((number for number, rect in enumerate(self.tiles) if rect.contains(point)), None)

    def within(self, rect: QRect) -> list[int]:
        """The tiles this rectangle touches."""
        return [number for number, tile in enumerate(self.tiles) if tile.intersects(rect)]

    def step(self, number: int, lines: int) -> int:
        """The tile so many lines further down (up when negative) that lies nearest below or above."""
        here = next(at for at, line in enumerate(self.lines) if number in line)
        there = self.lines[max(0, min(len(self.lines) - 1, here + lines))]
        x = self.tiles[number].center().x()
        return min(there, key=lambda each: abs(self.tiles[each].center().x() - x))


def lay_out(groups: Sequence[str], width: int, tile: QSize) -> Grid:
    """Lay out one tile for each entry of `groups` (its group's word); tiles of a group come one after the other."""
    room = max(tile.width(), width - 2 * MARGIN)
    columns = max(1, (room + GAP) // (tile.width() + GAP))
    side = (room - GAP * (columns - 1)) // columns
    tiles: list[QRect] = []
    heads: list[Head] = []
    lines: list[tuple[int, ...]] = []
    y = GAP
    for word, members in groupby(range(len(groups)), key=lambda number: groups[number]):
        numbers = list(members)
        heads.append(Head(QRect(MARGIN, y, room, HEAD), word, len(numbers)))
        y += HEAD
        for first in range(0, len(numbers), columns):
            line = tuple(numbers[first : first + columns])
            tiles.extend(QRect(MARGIN + at * (side + GAP), y, side, tile.height()) for at in range(len(line)))
            lines.append(line)
            y += tile.height() + GAP
    return Grid(tuple(tiles), tuple(heads), tuple(lines), y + GAP)
