"""What the header of the shift clock is made with; how a shift looks is known to `shift_look`, loaded after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from clockdesk.ui.theme.marks import Mark

PANEL_KEYS: Final = "Ctrl+T"
PERSON_KEYS: Final = "Ctrl+Shift+T"


@dataclass(frozen=True, slots=True)
class Face:
    """The header's button: its words, its mark, its tone (of `tokens.Tones`, empty = calm), and whether it is old."""

    words: str
    mark: Mark = Mark.CLOCK
    tone: str = ""
    stale: bool = False
    hint: str = ""
