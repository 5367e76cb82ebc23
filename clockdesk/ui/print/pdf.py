"""Paints laid-out pages on a PDF or a printer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.ui.print.ink import POINTS_AN_INCH, Ruler, Style
from clockdesk.ui.print.layout import Layout
from clockdesk.ui.print.pages import Rule, Shade, Words
from clockdesk.ui.widgets.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtGui import QPagedPaintDevice

    from clockdesk.office.sheets import Document
    from clockdesk.ui.print.pages import Ink, Page

RESOLUTION = 600
AT_ONCE = 60
"""Marks painted between two yields: about two milliseconds."""

A4 = QPageSize.PageSizeId.A4


class PdfMaking:
    """A PDF being made: `steps` does it bit by bit, then `data` is the file and `pages` its number of pages.

    One step embeds the fonts, which Qt does at once: 20 to 30 ms, however many pages there are.
    """

    def __init__(self, document: Document) -> None:
        """Nothing is made yet."""
        self._document = document
        self.data = b""
        self.pages = 0

    def steps(self) -> Iterator[bool]:
        """Make it; other work may be done at each yield, and had better be where it gives True.

        Raises KnownError(DISK) when Qt can't paint it.
        """
        document = self._document
        layout = Layout(document, Ruler())
        for _ in layout.steps():
            yield False
        sink = QBuffer()
        sink.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(sink)
        writer.setResolution(RESOLUTION)
        writer.setTitle(plain(f"{document.title}, {document.as_of.hotel}, {document.as_of.words}"))
        writer.setCreator("ClockDesk")
        set_page(writer)
        yield from paint(layout.pages, writer)
        yield True
        self.data, self.pages = bytes(sink.data().data()), len(layout.pages)


def make_pdf(document: Document) -> PdfMaking:
    """The whole PDF at once, where nobody waits for the screen. Raises KnownError(DISK)."""
    making = PdfMaking(document)
    for _ in making.steps():
        pass
    return making


def set_page(device: QPagedPaintDevice) -> None:
    """A4 upright; the layout brings its own margins."""
    layout = QPageLayout(QPageSize(A4), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    device.setPageLayout(layout)


def paint(pages: Sequence[Page], device: QPagedPaintDevice) -> Iterator[bool]:
    """Paint these pages; other work may be done at each yield, and had better be where it gives True.

    Raises KnownError(DISK) when the device refuses.
    """
    painter = QPainter()
    if not painter.begin(device):
        raise KnownError(ErrorCode.DISK, "The printer or the file can't be written: choose another one.")
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = device.logicalDpiX() / POINTS_AN_INCH
        fonts = {style: style.font for style in Style}
        for number, page in enumerate(pages):
            if number:
                device.newPage()
            for at, ink in enumerate(page.ink):
                if isinstance(ink, Words):
                    painter.setPen(Qt.PenStyle.SolidLine)
                    painter.setFont(fonts[ink.style])
                    painter.drawText(QPointF(ink.x * scale, ink.y * scale), ink.text)
                else:
                    _draw(painter, ink, scale)
                if at % AT_ONCE == AT_ONCE - 1:
                    yield False
            yield False
        yield True  # the end embeds the fonts
    finally:
        painter.end()


def _draw(painter: QPainter, ink: Ink, scale: float) -> None:
    match ink:
        case Rule():
            pen = QPen(QColor(ink.grey, ink.grey, ink.grey), ink.weight * scale)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(ink.x * scale, ink.y * scale), QPointF(ink.to_x * scale, ink.to_y * scale))
        case Shade():
            rect = QRectF(ink.x * scale, ink.y * scale, ink.width * scale, ink.height * scale)
            painter.fillRect(rect, QColor(ink.grey, ink.grey, ink.grey))
