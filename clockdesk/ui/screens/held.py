"""Something to be ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Held:
    """At most one subscription or the like at a time. It outlives the widget that took it, so it knows no widget."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._end: Callable[[], object] | None = None

    def take(self, end: Callable[[], object]) -> None:
        """Hold this one; the one before ends."""
        self.end()
        self._end = end

    def end(self) -> None:
        """End what is held."""
        if self._end is not None:
            self._end()
            self._end = None
