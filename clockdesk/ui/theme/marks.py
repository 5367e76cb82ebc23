"""The program's own marks, drawn as painter paths: sharp at any scale, in any colour, from no file.

A mark is drawn in a box of 16 x 16 units: lines of 1.6 units with round ends, and filled parts.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

if TYPE_CHECKING:
    from collections.abc import Callable

BOX = 16.0
WEIGHT = 1.6

Point = tuple[float, float]


class Mark(StrEnum):
    """Every mark there is. The status marks differ in shape alone, so that they survive a grey print."""

    # the rail
    TODAY = "today"
    BOOKINGS = "bookings"
    ROOMS = "rooms"
    FOLIOS = "folios"
    # booking statuses
    EXPECTED = "expected"
    IN_HOUSE = "in_house"
    CHECKED_OUT = "checked_out"
    CANCELED = "canceled"
    NO_SHOW = "no_show"
    # housekeeping statuses
    CLEAN = "clean"
    INSPECT = "inspect"
    PROGRESS = "progress"
    DIRTY = "dirty"
    OUT_OF_SERVICE = "out_of_service"
    # folio states
    OPEN = "open"
    CLOSED = "closed"
    VOIDED = "voided"
    DEPOSIT = "deposit"
    # people and movements
    PERSON = "person"
    VACANT = "vacant"
    ARRIVAL = "arrival"
    DEPARTURE = "departure"
    # the program
    SEARCH = "search"
    CLOSE = "close"
    WARNING = "warning"
    INFO = "info"
    OK = "ok"
    UNKNOWN = "unknown"
    LIVE = "live"
    CLOCK = "clock"
    LINE_CUT = "line_cut"
    CHEVRON_DOWN = "chevron_down"
    CHEVRON_RIGHT = "chevron_right"
    PLUS = "plus"
    MORE = "more"
    COPY = "copy"
    EXPORT = "export"
    STAR = "star"
    PIN = "pin"
    BELL = "bell"
    FILTER = "filter"
    CALENDAR = "calendar"
    CONNECTION = "connection"
    KEY = "key"
    LOCK = "lock"


class _Pen:
    """Collects what is stroked and what is filled."""

    def __init__(self) -> None:
        self.lines = QPainterPath()
        self.fills = QPainterPath()
        self.fills.setFillRule(Qt.FillRule.OddEvenFill)

    def line(self, *points: Point, close: bool = False) -> _Pen:
        _trace(self.lines, points, close=close)
        return self

    def fill(self, *points: Point) -> _Pen:
        _trace(self.fills, points, close=True)
        return self

    def ring(self, x: float, y: float, radius: float) -> _Pen:
        self.lines.addEllipse(QPointF(x, y), radius, radius)
        return self

    def disc(self, x: float, y: float, radius: float) -> _Pen:
        self.fills.addEllipse(QPointF(x, y), radius, radius)
        return self

    def box(
        self, x: float, y: float, width: float, height: float, radius: float = 1.5, *, filled: bool = False
    ) -> _Pen:
        path = self.fills if filled else self.lines
        path.addRoundedRect(QRectF(x, y, width, height), radius, radius)
        return self

    def arc(self, x: float, y: float, radius: float, start: float, span: float) -> _Pen:
        rect = QRectF(x - radius, y - radius, 2 * radius, 2 * radius)
        self.lines.arcMoveTo(rect, start)
        self.lines.arcTo(rect, start, span)
        return self


def _trace(path: QPainterPath, points: tuple[Point, ...], *, close: bool) -> None:
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    if close:
        path.closeSubpath()


def _half_disc(pen: _Pen) -> None:
    pen.ring(8, 8, 5.5)
    pen.fills.moveTo(8, 2.5)
    pen.fills.arcTo(QRectF(2.5, 2.5, 11, 11), 90, -180)
    pen.fills.closeSubpath()


def _person(pen: _Pen) -> None:
    pen.disc(8, 4.8, 3)
    pen.fills.moveTo(2.5, 14)
    pen.fills.cubicTo(2.5, 7.6, 13.5, 7.6, 13.5, 14)
    pen.fills.closeSubpath()


def _eye(pen: _Pen) -> None:
    pen.disc(8, 8, 2.1)
    pen.lines.moveTo(1.4, 8)
    pen.lines.cubicTo(4.4, 2.8, 11.6, 2.8, 14.6, 8)
    pen.lines.cubicTo(11.6, 13.2, 4.4, 13.2, 1.4, 8)
    pen.lines.closeSubpath()


def _star(pen: _Pen) -> None:
    pen.line(
        (8, 1.8), (9.9, 5.8), (14.2, 6.4), (11.1, 9.4), (11.9, 13.8),
        (8, 11.7), (4.1, 13.8), (4.9, 9.4), (1.8, 6.4), (6.1, 5.8), close=True,
    )  # fmt: skip


def _receipt(pen: _Pen) -> None:
    pen.line(
        (3.2, 1.8), (12.8, 1.8), (12.8, 14.2), (10.8, 12.9), (9.4, 14.2),
        (8, 12.9), (6.6, 14.2), (5.2, 12.9), (3.2, 14.2), close=True,
    ).line((6, 5.4), (10, 5.4)).line((6, 8.6), (10, 8.6))  # fmt: skip


def _house(pen: _Pen) -> None:
    pen.fill((8, 1.6), (14.6, 7.4), (12.8, 7.4), (12.8, 14), (3.2, 14), (3.2, 7.4), (1.4, 7.4))
    pen.fill((6.5, 14), (6.5, 9.8), (9.5, 9.8), (9.5, 14))


_DRAW: dict[Mark, Callable[[_Pen], object]] = {
    Mark.TODAY: lambda p: (
        p.line((7, 4), (14, 4))
        .line((7, 8), (14, 8))
        .line((7, 12), (14, 12))
        .line((1.8, 4), (2.9, 5.1), (4.9, 2.9))
        .line((1.8, 8), (2.9, 9.1), (4.9, 6.9))
        .disc(3.3, 12, 1.1)
    ),
    Mark.BOOKINGS: lambda p: (
        p.box(2, 3, 12, 11, 2)
        .line((2, 6.6), (14, 6.6))
        .line((5.2, 1.4), (5.2, 4))
        .line((10.8, 1.4), (10.8, 4))
        .box(4.6, 9, 6.8, 2.4, 1, filled=True)
    ),
    Mark.ROOMS: lambda p: p.box(2, 2, 5, 5).box(9, 2, 5, 5).box(2, 9, 5, 5).box(9, 9, 5, 5, filled=True),
    Mark.FOLIOS: _receipt,
    Mark.EXPECTED: lambda p: (
        p.line((1.6, 8), (9.4, 8)).line((6.2, 4.6), (9.6, 8), (6.2, 11.4)).line((13.4, 2.6), (13.4, 13.4))
    ),
    Mark.IN_HOUSE: _house,
    Mark.CHECKED_OUT: lambda p: (
        p.line((6.6, 8), (14.2, 8)).line((10.9, 4.6), (14.3, 8), (10.9, 11.4)).line((2.6, 2.6), (2.6, 13.4))
    ),
    Mark.CANCELED: lambda p: p.line((3.4, 3.4), (12.6, 12.6)).line((12.6, 3.4), (3.4, 12.6)),
    Mark.NO_SHOW: lambda p: p.ring(8, 8, 5.8).line((5.2, 8), (10.8, 8)),
    Mark.CLEAN: lambda p: p.line((2.6, 8.4), (6.4, 12.2), (13.4, 4.4)),
    Mark.INSPECT: _eye,
    Mark.PROGRESS: _half_disc,
    Mark.DIRTY: lambda p: p.fill((8, 1), (15, 8), (8, 15), (1, 8)),
    Mark.OUT_OF_SERVICE: lambda p: p.ring(8, 8, 5.8).line((4.1, 11.9), (11.9, 4.1)),
    Mark.OPEN: lambda p: p.ring(8, 8, 5.4),
    Mark.CLOSED: lambda p: (
        p.box(3, 7, 10, 7, 1.5, filled=True).arc(8, 6.4, 3, 0, 180).line((5, 6.4), (5, 7.4)).line((11, 6.4), (11, 7.4))
    ),
    Mark.VOIDED: lambda p: p.box(3, 2, 10, 12).line((1.4, 14), (14.6, 2)),
    Mark.DEPOSIT: lambda p: (
        p.line((8, 1.8), (8, 9))
        .line((5, 6.2), (8, 9.2), (11, 6.2))
        .line((2.4, 10.6), (2.4, 13.8), (13.6, 13.8), (13.6, 10.6))
    ),
    Mark.PERSON: _person,
    Mark.VACANT: lambda p: p.ring(8, 4.9, 2.4).arc(8, 14, 5, 0, 180),
    Mark.ARRIVAL: lambda p: p.fill((2, 3), (11, 8), (2, 13)).line((13.4, 3), (13.4, 13)),
    Mark.DEPARTURE: lambda p: p.fill((5.4, 3), (14.4, 8), (5.4, 13)).line((2.2, 3), (2.2, 13)),
    Mark.SEARCH: lambda p: p.ring(7, 7, 4.6).line((10.5, 10.5), (14, 14)),
    Mark.CLOSE: lambda p: p.line((4, 4), (12, 12)).line((12, 4), (4, 12)),
    Mark.WARNING: lambda p: (
        p.line((8, 2), (14.6, 13.6), (1.4, 13.6), close=True).line((8, 6.4), (8, 9.4)).disc(8, 11.5, 0.95)
    ),
    Mark.INFO: lambda p: p.ring(8, 8, 6).line((8, 7.6), (8, 11)).disc(8, 5, 1),
    Mark.OK: lambda p: p.ring(8, 8, 6).line((5.2, 8.3), (7.2, 10.3), (10.9, 6)),
    Mark.UNKNOWN: lambda p: p.arc(8, 5.8, 3.1, 180, -225).line((10.2, 8), (8, 9.4), (8, 10.4)).disc(8, 13.2, 1.05),
    Mark.LIVE: lambda p: p.disc(8, 8, 3.6),
    Mark.CLOCK: lambda p: p.ring(8, 8, 6).line((8, 4.6), (8, 8.2), (10.6, 9.8)),
    Mark.LINE_CUT: lambda p: p.line((1.4, 8), (5, 8)).line((11, 8), (14.6, 8)).line((6, 12.4), (10, 3.6)),
    Mark.CHEVRON_DOWN: lambda p: p.line((4, 6.2), (8, 10.2), (12, 6.2)),
    Mark.CHEVRON_RIGHT: lambda p: p.line((6.2, 4), (10.2, 8), (6.2, 12)),
    Mark.PLUS: lambda p: p.line((8, 3), (8, 13)).line((3, 8), (13, 8)),
    Mark.MORE: lambda p: p.disc(3.4, 8, 1.3).disc(8, 8, 1.3).disc(12.6, 8, 1.3),
    Mark.COPY: lambda p: p.box(5.6, 5.6, 8.4, 8.4).line((10.4, 3), (10.4, 2), (2, 2), (2, 10.4), (3, 10.4)),
    Mark.EXPORT: lambda p: (
        p.line((8, 10), (8, 2)).line((4.8, 5), (8, 1.8), (11.2, 5)).line((2.4, 9), (2.4, 14), (13.6, 14), (13.6, 9))
    ),
    Mark.STAR: _star,
    Mark.PIN: lambda p: (
        p.line((5, 2), (11, 2)).line((6, 2), (6, 7), (3.6, 10), (12.4, 10), (10, 7), (10, 2)).line((8, 10), (8, 14.4))
    ),
    Mark.BELL: lambda p: (
        p.arc(8, 6.6, 4, 0, 180).line((4, 6.6), (4, 10), (2.4, 12), (13.6, 12), (12, 10), (12, 6.6)).disc(8, 14, 1.3)
    ),
    Mark.FILTER: lambda p: p.line((2, 4), (14, 4)).line((4.4, 8), (11.6, 8)).line((6.6, 12), (9.4, 12)),
    Mark.CALENDAR: lambda p: (
        p.box(2, 3, 12, 11, 2).line((2, 6.6), (14, 6.6)).line((5.2, 1.4), (5.2, 4)).line((10.8, 1.4), (10.8, 4))
    ),
    Mark.CONNECTION: lambda p: (
        p.line((8, 14.4), (8, 11))
        .line((4, 5), (4, 7.6), (6.4, 11), (9.6, 11), (12, 7.6), (12, 5), close=True)
        .line((6, 1.6), (6, 5))
        .line((10, 1.6), (10, 5))
    ),
    Mark.KEY: lambda p: p.ring(5, 11, 3.2).line((7.3, 8.7), (13.6, 2.4)).line((11, 5), (13, 7)),
    Mark.LOCK: lambda p: (
        p.box(3, 7, 10, 7, 1.5).arc(8, 5.6, 3, 0, 180).line((5, 5.6), (5, 7)).line((11, 5.6), (11, 7)).disc(8, 10.5, 1)
    ),
}


@cache
def _paths(mark: Mark) -> tuple[QPainterPath, QPainterPath]:
    pen = _Pen()
    _DRAW[mark](pen)
    return pen.lines, pen.fills


def paint_mark(painter: QPainter, mark: Mark, rect: QRectF, colour: QColor) -> None:
    """Draw `mark` as large as fits, centred in `rect`."""
    scale = min(rect.width(), rect.height()) / BOX
    lines, fills = _paths(mark)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center())
    painter.scale(scale, scale)
    painter.translate(-BOX / 2, -BOX / 2)
    weight = max(WEIGHT, 1.3 / scale)
    painter.setPen(QPen(colour, weight, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(lines)
    painter.fillPath(fills, colour)
    painter.restore()


def paint_ring(painter: QPainter, rect: QRectF, colour: QColor, radius: float) -> None:
    """Draw the focus ring: two pixels, just inside `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)
    painter.restore()
