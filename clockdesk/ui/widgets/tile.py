"""One room on the board: number, state by letter, shape, colour and word, who is in it, who comes and goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPainterPath, QPen

from clockdesk.ui.theme.marks import Mark, paint_mark, paint_ring
from clockdesk.ui.theme.status import OUT_OF_SERVICE, Status
from clockdesk.ui.widgets.text import plain

if TYPE_CHECKING:
    from clockdesk.ui.theme.look import Look
    from clockdesk.ui.theme.tokens import Tone

PAD = 10
BADGE = 22
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_CENTRE = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine


@dataclass(frozen=True, slots=True)
class TileFace:
    """What a tile shows.

    `group` is the head it stands under (its floor); `occupied` None means it can't be told; `age` says when it was read
    while nothing has confirmed it since.
    """

    number: str
    group: str
    status: Status
    room_type: str = ""
    occupied: bool | None = None
    arrival: bool = False
    departure: bool = False
    out_of_service: bool = False
    warning: str = ""
    age: str = ""

    @property
    def shown(self) -> Status:
        """What the tile is coloured by: being out of service outweighs the housekeeping status."""
        return OUT_OF_SERVICE if self.out_of_service else self.status

    @property
    def stay(self) -> str:
        """Occupied or vacant, in a word."""
        return {True: "Occupied", False: "Vacant", None: ""}[self.occupied]

    @property
    def spoken(self) -> str:
        """All of it as a screen reader says it, and as the model compares it."""
        parts = [
            f"Room {self.number}",
            self.status.word,
            "out of service" if self.out_of_service else "",
            self.stay.lower(),
            self.room_type,
            "departure today" if self.departure else "",
            "arrival today" if self.arrival else "",
            self.warning,
            f"not up to date, read {self.age}" if self.age else "",
        ]
        return plain(", ".join(part for part in parts if part))


@dataclass(frozen=True, slots=True)
class TileState:
    """What is going on with a tile at the moment. `glow` from 0 to 1."""

    selected: bool = False
    focused: bool = False
    hovered: bool = False
    glow: float = 0.0


def paint_tile(painter: QPainter, rect: QRect, face: TileFace, state: TileState, look: Look) -> None:
    """Paint one tile into `rect`."""
    tone = look.theme.tone[face.shown.tone]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_card(painter, QRectF(rect), face, state, look)
    inner = rect.adjusted(PAD, PAD - 2, -PAD, -PAD)
    _paint_top(painter, inner, face, state, look)
    _paint_status(painter, inner, face, look, tone)
    _paint_foot(painter, inner, face, look)
    painter.restore()


def _paint_card(painter: QPainter, rect: QRectF, face: TileFace, state: TileState, look: Look) -> None:
    theme, radius = look.theme, look.size.radius
    tone = theme.tone[face.shown.tone]
    calm = face.shown.tone == "clean"
    card = QPainterPath()
    card.addRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.fillPath(card, theme.surface.panel if calm else tone.bg)
    if face.out_of_service:
        painter.fillPath(card, QBrush(_faint(tone.border, 0.25), Qt.BrushStyle.BDiagPattern))
    if state.glow:
        painter.fillPath(card, _faint(theme.glow, state.glow if look.motion else 1.0))
    if state.selected:
        painter.setPen(QPen(theme.accent.fill, 3))
        painter.drawRoundedRect(rect.adjusted(1.5, 1.5, -1.5, -1.5), radius, radius)
    else:
        quiet = theme.line.control if state.hovered else theme.line.subtle
        painter.setPen(QPen(quiet if calm else tone.border, 2 if state.hovered else 1))
        painter.drawPath(card)
    if state.focused:
        paint_ring(painter, rect.adjusted(-3, -3, 3, 3), theme.line.focus, radius + 2)


def _paint_top(painter: QPainter, inner: QRect, face: TileFace, state: TileState, look: Look) -> None:
    theme, fonts = look.theme, look.fonts
    tone = theme.tone[face.shown.tone]
    badge = QRectF(inner.right() - BADGE + 1, inner.y(), BADGE, BADGE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tone.fg)
    painter.drawRoundedRect(badge, look.size.radius_small, look.size.radius_small)
    painter.setPen(tone.bg)
    painter.setFont(fonts.strong)
    painter.drawText(badge, int(_CENTRE), face.shown.letter)
    right = badge.left() - 6
    if state.selected:
        spot = QRectF(right - 18, inner.y() + 2, 18, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.accent.fill)
        painter.drawEllipse(spot)
        paint_mark(painter, Mark.CLEAN, spot.adjusted(4, 4, -4, -4), theme.text.on_accent)
        right = spot.left() - 6
    painter.setPen(theme.text.muted if face.age else theme.text.normal)
    painter.setFont(fonts.large)
    words = QRectF(inner.x(), inner.y() - 1, right - inner.x(), BADGE + 2)
    number = plain(face.number)
    taken = painter.fontMetrics().horizontalAdvance(number)
    painter.drawText(words, int(_LEFT), _cut(painter, number, words))
    painter.setFont(fonts.small)
    painter.setPen(theme.text.muted)
    words.adjust(taken + 8, 3, 0, 3)
    if face.age and not _age_fits_below(inner, face, look):
        painter.setPen(theme.tone["warning"].fg if face.shown.tone == "clean" else tone.fg)
        _draw_whole(painter, words, face.age)
    else:
        _draw_whole(painter, words, plain(face.room_type))


def _paint_status(painter: QPainter, inner: QRect, face: TileFace, look: Look, tone: Tone) -> None:
    side = look.size.mark
    mark = QRectF(inner.x(), inner.y() + 30, side, side)
    paint_mark(painter, face.shown.mark, mark, tone.fg)
    painter.setPen(tone.fg)
    painter.setFont(look.fonts.small_strong)
    words = QRectF(mark.right() + 6, mark.y() - 2, inner.right() - mark.right() - 6, side + 4)
    word = plain(face.shown.word)
    painter.drawText(words, int(_LEFT), _cut(painter, word, words))
    if face.age and _age_fits_below(inner, face, look):
        painter.setPen(look.theme.tone["warning"].fg if face.shown.tone == "clean" else tone.fg)
        painter.setFont(look.fonts.small)
        painter.drawText(words, int(_RIGHT), face.age)


def _age_fits_below(inner: QRect, face: TileFace, look: Look) -> bool:
    """Whether the age has room beside the status; else it stands in the room type's place."""
    word = QFontMetrics(look.fonts.small_strong).horizontalAdvance(plain(face.shown.word))
    age = QFontMetrics(look.fonts.small).horizontalAdvance(face.age)
    return look.size.mark + 6 + word + 8 + age <= inner.width()


def _paint_foot(painter: QPainter, inner: QRect, face: TileFace, look: Look) -> None:
    text, side = look.theme.text, look.size.mark
    line = QRectF(inner.x(), inner.bottom() - side, side, side)
    ink = text.normal if face.occupied else text.muted
    if face.occupied is not None:
        paint_mark(painter, Mark.PERSON if face.occupied else Mark.VACANT, line, ink)
    right = float(inner.right())
    flags = [
        (face.warning, Mark.WARNING, look.theme.tone.warning.fg),
        (face.arrival, Mark.ARRIVAL, look.theme.tone.expected.fg),
        (face.departure, Mark.DEPARTURE, look.theme.tone.checked_out.fg),
    ]
    for on, mark, colour in flags:
        if on:
            right -= side
            paint_mark(painter, mark, QRectF(right, line.y(), side, side), colour)
            right -= 6
    painter.setPen(ink)
    painter.setFont(look.fonts.small)
    words = QRectF(line.right() + 6, line.y() - 2, right - line.right() - 6, side + 4)
    _draw_whole(painter, words, face.stay)


def _draw_whole(painter: QPainter, room: QRectF, text: str) -> None:
    """Draw what may be left out where there is no room; the tooltip has it all."""
    if painter.fontMetrics().horizontalAdvance(text) <= room.width():
        painter.drawText(room, int(_LEFT), text)


def _cut(painter: QPainter, text: str, room: QRectF) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))


def _faint(colour: QColor, alpha: float) -> QColor:
    made = QColor(colour)
    made.setAlphaF(alpha)
    return made
