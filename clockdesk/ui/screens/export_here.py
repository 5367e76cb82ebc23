"""Ctrl+E: the rows on the screen go into a CSV file that a person names. Works offline like everything else."""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from clockdesk.domain.dates import hotel_time
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.office.export import rows_as_csv
from clockdesk.office.pack import as_of
from clockdesk.ui.screens.bookings import BookingsPage
from clockdesk.ui.screens.folios import FoliosPage
from clockdesk.ui.screens.rooms import RoomsPage

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from clockdesk.domain.clock import Clock
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.office import Office


def export_here(window: QWidget, page: QWidget | None, tasks: Tasks, office: Office, clock: Clock) -> None:
    """Ask where to, then write the rows that `page` shows at that moment; says in the page how it went."""
    if not isinstance(page, BookingsPage | FoliosPage | RoomsPage):
        return
    kind = Kind.ROOM if isinstance(page, RoomsPage) else page.kind
    dialog = QFileDialog(window, "Export the rows shown")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter("CSV for spreadsheets (*.csv)")
    dialog.setDefaultSuffix("csv")
    dialog.selectFile(f"{kind}s {hotel_time(clock.now(), office.zone):%Y-%m-%d %H.%M}.csv")

    def begin(chosen: str) -> None:
        if isValid(page):
            tasks.spawn(_write(page, kind, Path(chosen), office, clock), "export")

    dialog.fileSelected.connect(begin)
    dialog.open()


async def _write(
    page: BookingsPage | FoliosPage | RoomsPage, kind: Kind, path: Path, office: Office, clock: Clock
) -> None:
    ids = page.model.ids
    data = rows_as_csv(kind, ids, office.house, as_of(office, clock.now()))
    try:
        await asyncio.to_thread(write_private, path, data)
    except KnownError as error:
        if isValid(page):
            page.banner.tell_error(error)
        return
    if isValid(page):
        rows = f"{len(ids)} row{'' if len(ids) == 1 else 's'}"
        page.toast.tell(f"{rows} written to {path.name}. It holds guests' data: delete it when it is done with.")


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only this user may read; as a whole or not at all. Blocks. Raises KnownError(DISK)."""
    fresh: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".export-", dir=path.parent)  # 0600 by itself
        fresh = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        fresh.replace(path)
    except OSError as error:
        if fresh is not None:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
        text = f"The rows can't be written: check free space and the rights of {path.parent}."
        raise KnownError(ErrorCode.DISK, text, detail=str(error)) from error
