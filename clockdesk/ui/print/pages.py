"""Pages as lists of marks: words, rules and shades with their places in points from the top left corner."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from clockdesk.ui.print.ink import Style

WIDTH: Final = 595.0
HEIGHT: Final = 842.0
"""A4."""
LEFT: Final = 48.0
"""Wide enough for the holes of a binder."""
RIGHT: Final = WIDTH - 30.0
TOP: Final = 30.0
BODY: Final = 78.0
"""Where the body begins, below the head of the page."""
BOTTOM: Final = HEIGHT - 44.0
FOOT: Final = HEIGHT - 36.0


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text. `x` is its left end, `y` the foot of its letters, `width` how wide it is."""

    x: float
    y: float
    text: str
    style: Style
    width: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, `weight` points thick; `grey` from 0 (black) to 255."""

    x: float
    y: float
    to_x: float
    to_y: float
    weight: float = 0.5
    grey: int = 0


@dataclass(frozen=True, slots=True)
class Shade:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    grey: int = 236


Ink: TypeAlias = Words | Rule | Shade


@dataclass(slots=True)
class Page:
    """One page, and what it belongs to."""

    section: str
    ink: list[Ink] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """Every line of text on it."""
        return [ink.text for ink in self.ink if isinstance(ink, Words)]
