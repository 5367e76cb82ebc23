"""Sends a document to a printer that a person chooses, without holding up the window."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog
from shiboken6 import isValid

from clockdesk.office.slices import in_slices
from clockdesk.ui.widgets.text import plain

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter
    from PySide6.QtWidgets import QWidget

    from clockdesk.domain.clock import Clock
    from clockdesk.office.sheets import Document


async def print_document(parent: QWidget, document: Document, clock: Clock) -> int:
    """Let the person choose a printer and print; gives the number of pages, 0 when nothing was chosen.

    Raises KnownError(DISK) when the printer can't be written to.
    """
    from PySide6.QtPrintSupport import QPrinter  # noqa: PLC0415 (25 ms, all of these: screens only offer to print)

    from clockdesk.ui.print.ink import Ruler  # noqa: PLC0415
    from clockdesk.ui.print.layout import Layout  # noqa: PLC0415
    from clockdesk.ui.print.pdf import paint, set_page  # noqa: PLC0415

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(plain(f"{document.title}, {document.as_of.words}"))
    if not await _choose(parent, printer):
        return 0
    set_page(printer)
    printer.setFullPage(True)
    layout = Layout(document, Ruler())
    await in_slices(layout.steps(), clock)
    await in_slices(paint(layout.pages, printer), clock)
    return len(layout.pages)


async def _choose(parent: QWidget, printer: QPrinter) -> bool:
    """Ask over `parent`; whether a printer was chosen."""
    from PySide6.QtPrintSupport import QPrintDialog  # noqa: PLC0415 (see above)

    dialog = QPrintDialog(printer, parent)
    said: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def settle(*, chosen: bool) -> None:
        if not said.done():
            said.set_result(chosen)

    dialog.finished.connect(lambda code: settle(chosen=bool(code)))
    dialog.destroyed.connect(lambda: settle(chosen=False))
    QDialog.open(dialog)  # its own `open` wants a slot by name
    try:
        return await said
    finally:
        if isValid(dialog):
            dialog.deleteLater()
