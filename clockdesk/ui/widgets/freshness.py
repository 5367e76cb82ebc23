"""How far the screen can be trusted: calm while it is live, loud when it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from clockdesk.domain.freshness import Freshness, Trust
from clockdesk.domain.words import checked_words, freshness_facts, freshness_words
from clockdesk.ui.theme.marks import Mark, paint_mark
from clockdesk.ui.widgets.buttons import PaintedButton
from clockdesk.ui.widgets.text import plain, tip

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from clockdesk.ui.theme.look import Look

_LOOKS: dict[Trust, tuple[Mark, str]] = {
    Trust.STARTING: (Mark.PROGRESS, "info"),
    Trust.LIVE: (Mark.LIVE, ""),
    Trust.CATCHING_UP: (Mark.PROGRESS, "info"),
    Trust.DELAYED: (Mark.CLOCK, "warning"),
    Trust.LIMITED: (Mark.CLOCK, "warning"),
    Trust.OFFLINE: (Mark.LINE_CUT, "danger"),
    Trust.SIGNED_OUT: (Mark.KEY, "danger"),
    Trust.NO_RIGHT: (Mark.WARNING, "warning"),
    Trust.BLOCKED: (Mark.OUT_OF_SERVICE, "danger"),
}


class FreshnessBadge(PaintedButton):
    """The words of design law 4 with a mark. Pressing it is up to the screen (say more, or open the connection)."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        """Says Starting until told."""
        super().__init__(look, "Starting", parent)
        self._trust = Trust.STARTING
        self._words = "Starting"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def words(self) -> str:
        """What it says."""
        return self._words

    @property
    def loud(self) -> bool:
        """Whether it stands out."""
        return bool(_LOOKS[self._trust][1])

    def show_freshness(self, freshness: Freshness, zone: ZoneInfo, today: date | None = None) -> None:
        """Say this state, times on the hotel's clock."""
        self._trust = freshness.trust
        self._words = plain(freshness_words(freshness, zone, today))
        checked = checked_words(freshness, zone, today)
        self.setAccessibleName(f"{self._words}, {checked}")
        self.setToolTip(tip("\n".join(freshness_facts(freshness, zone, today))))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Room for the words."""
        font = self._look.fonts.small_strong if self.loud else self._look.fonts.small
        return QSize(QFontMetrics(font).horizontalAdvance(self._words) + 40, 24)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint mark and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, fonts, side = self._look.theme, self._look.fonts, self._look.size.mark
        mark, name = _LOOKS[self._trust]
        tone = theme.tone[name] if name else None
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        ground = tone.bg if tone else self.ground()
        if ground is not None:
            painter.setPen(QPen(tone.border, 1) if tone else Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        spot = QRectF(10, rect.center().y() - side / 2, side, side)
        paint_mark(painter, mark, spot, tone.fg if tone else theme.tone.ok.border)
        painter.setPen(tone.fg if tone else theme.text.muted)
        painter.setFont(fonts.small_strong if tone else fonts.small)
        words = QRectF(spot.right() + 6, 0, rect.right() - spot.right() - 6, self.height())
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(words, int(flags), self._words)
        self.paint_focus(painter, rect.height() / 2)
