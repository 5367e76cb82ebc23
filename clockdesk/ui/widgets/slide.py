"""Rows that changed place slide there, so that the eye can follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_NEW = 0.3
"""When more of what is visible is new than this, it is another list, not a moved row: nothing slides."""


class Slide:
    """Offsets of rows from their places, by id, shrinking to nothing."""

    def __init__(self, seconds: float) -> None:
        """`seconds` is how long a row takes."""
        self._seconds = seconds
        self._from: dict[int, int] = {}
        self._start = 0.0

    @property
    def active(self) -> bool:
        """Whether any row is off its place, or was at the last look."""
        return bool(self._from)

    def begin(self, before: Mapping[int, int], after: Mapping[int, int], now: float) -> bool:
        """Start from the places `before` towards those `after` (both id -> y); False when nothing has to slide."""
        fresh = sum(1 for key in after if key not in before)
        moved = {key: before[key] - y for key, y in after.items() if key in before and before[key] != y}
        if not moved or fresh > MOST_NEW * len(after):
            self._from = {}
            return False
        self._from, self._start = moved, now
        return True

    def offset(self, key: int | None, now: float) -> int:
        """How far the row of this id still is from its place, in pixels."""
        start = self._from.get(key, 0) if key is not None else 0
        return round(start * self._left(now) ** 3) if start else 0

    def done(self, now: float) -> bool:
        """Whether all is in place; forgets the offsets then."""
        if self._from and self._left(now) > 0:
            return False
        self._from = {}
        return True

    def _left(self, now: float) -> float:
        return max(0.0, 1.0 - (now - self._start) / self._seconds)
