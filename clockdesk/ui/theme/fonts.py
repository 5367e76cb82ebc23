"""One family, three sizes, figures of one width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QFont

if TYPE_CHECKING:
    from clockdesk.ui.theme.tokens import Sizes


@dataclass(frozen=True, slots=True, eq=False)
class Fonts:
    """The fonts there are. Every one has tabular figures, so that columns of money and dates line up."""

    small: QFont
    small_strong: QFont
    body: QFont
    strong: QFont
    large: QFont


def fonts_of(base: QFont, size: Sizes) -> Fonts:
    """The fonts in the family of `base` (the system's own)."""

    def font(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        made = QFont(base)
        made.setPixelSize(pixels)
        made.setWeight(weight)
        made.setFeature(QFont.Tag("tnum"), 1)
        return made

    strong = QFont.Weight.DemiBold
    return Fonts(
        small=font(size.text_small),
        small_strong=font(size.text_small, strong),
        body=font(size.text_body),
        strong=font(size.text_body, strong),
        large=font(size.text_large, strong),
    )
