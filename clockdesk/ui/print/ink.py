"""Letters on paper: the few styles there are, how wide a text is, and where a line breaks. Lengths are points."""

from __future__ import annotations

from enum import Enum
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QFont, QFontMetricsF, QPdfWriter

POINTS_AN_INCH: Final = 72
_DPI: Final = 1200
"""Fine enough that widths measured here hold on any printer."""

_LEADING: Final = 1.25
"""Room for letters of other scripts, which stand higher than Latin ones."""


class Style(Enum):
    """Size in points and weight."""

    TITLE = (13.0, True)
    HEAD = (10.5, True)
    LABEL = (7.0, False)
    BODY = (8.5, False)
    STRONG = (8.5, True)
    SMALL = (7.5, False)
    SMALL_STRONG = (7.5, True)

    @property
    def font(self) -> QFont:
        """The font, in the program's own family."""
        points, bold = self.value
        font = QFont()
        font.setPointSizeF(points)
        font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    @property
    def leading(self) -> float:
        """From one line to the next."""
        points, _ = self.value
        return points * _LEADING

    @property
    def ascent(self) -> float:
        """From the top of a line to the foot of its letters."""
        points, _ = self.value
        return points * 0.95


class Ruler:
    """Measures text as it will stand on paper. Needs a running Qt application (no display)."""

    def __init__(self) -> None:
        """Make one for each document; it remembers nothing between them."""
        self._sink = QBuffer()
        self._sink.open(QIODevice.OpenModeFlag.WriteOnly)
        self._paper = QPdfWriter(self._sink)
        self._paper.setResolution(_DPI)
        self._metrics = {style: QFontMetricsF(style.font, self._paper) for style in Style}

    def width(self, text: str, style: Style) -> float:
        """How wide `text` is."""
        return self._metrics[style].horizontalAdvance(text) * POINTS_AN_INCH / _DPI

    def wrap(self, text: str, style: Style, width: float, most: int) -> list[str]:
        """Break `text` between words (a long word anywhere) into at most `most` lines; what is left ends in `…`."""
        if not text or self.width(text, style) <= width:
            return [text]
        lines: list[str] = []
        rest = text.strip()
        while rest and len(lines) < most - 1:
            end = self._fits(rest, style, width)
            lines.append(rest[:end].rstrip())
            rest = rest[end:].lstrip()
        return [*lines, self.cut(rest, style, width)] if rest else lines

    def cut(self, text: str, style: Style, width: float) -> str:
        """`text`, or as much of it as there is room for."""
        if self.width(text, style) <= width:
            return text
        return text[: self._longest(text, style, width - self.width("…", style))].rstrip() + "…"

    def _fits(self, text: str, style: Style, width: float) -> int:
        """How many letters go on a line: up to a space where there is one, at least one."""
        longest = self._longest(text, style, width)
        if longest >= len(text) or text[longest].isspace():
            return longest
        space = text.rfind(" ", 0, longest)
        return space if space > 0 else max(1, longest)

    def _longest(self, text: str, style: Style, width: float) -> int:
        """The most letters that are no wider than `width`."""
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle], style) <= width:
                low = middle
            else:
                high = middle - 1
        return low
