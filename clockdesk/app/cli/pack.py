"""`clockdesk pack`: write the downtime pack from the copy, without a window and without asking the service."""

from __future__ import annotations

import os
import sys
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import TYPE_CHECKING

from clockdesk.app.cli.shared import ABOUT_KEYS, access, number, opened, say, tell
from clockdesk.app.clock import SystemClock
from clockdesk.app.pack_files import drop_old, write_pack
from clockdesk.domain.dates import moment_text
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.office.pack import as_of, make_pack
from clockdesk.office.pack_csv import csv_files
from clockdesk.store.thread import Use

if TYPE_CHECKING:
    import argparse

    from clockdesk.app.engine import Engine
    from clockdesk.office.pack_keeping import KeptPack
    from clockdesk.office.sheets import Document

MOST_KEPT = 1000

ABOUT = """\
Write what a front desk needs on paper when the service can't be reached: who is in house (by room and by name),
arrivals, departures, room status, rooms out of service, balances, the next days, and blank registration, posting and
log forms. Everything comes from the copy that `clockdesk sync` or the window keeps; the service is not asked.

DIR gets a folder named by the time, with one PDF (A4) and one CSV file a list. Only this user may open it: guest names
stand in it. A copy that was not checked lately is printed all the same, and every page says how old it is.
"""
EXAMPLES = """\
examples:
  clockdesk pack /media/stick --account 11111-22222
  clockdesk sync --once --account 11111-22222 ; clockdesk pack packs --keep 12 --account 11111-22222
      for a task scheduler: bring the copy up to date if the line allows it, then keep the last twelve packs
  clockdesk pack packs --csv --store copy --url ... --user desk --key-file key.txt
      only the lists, on a machine without Qt
"""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    pack = commands.add_parser(
        "pack", parents=[shared], help="write the downtime pack (PDF and CSV) from the copy", description=ABOUT,
        epilog=f"{EXAMPLES}\n{ABOUT_KEYS}", formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    pack.add_argument("directory", metavar="DIR", help="where the pack's folder goes; made when it is not there")
    pack.add_argument("--csv", action="store_true", help="only the lists as CSV, no PDF (needs no Qt)")
    pack.add_argument(
        "--keep", type=number(1, MOST_KEPT), metavar="N", help="delete older packs in DIR, all but the last N"
    )


async def run(options: argparse.Namespace) -> int:
    """Write one pack; raises KnownError when there is no copy, or no place for the pack."""
    wanted = await access(options)
    async with opened(wanted, Use.READ) as engine:
        document = await _document(engine)
    pack, problem = _write(Path(options.directory), document, csv_only=options.csv)
    if options.keep:
        drop_old(pack.folder.parent, options.keep)
    _tell(options, document, pack)
    if problem:
        raise KnownError(ErrorCode.DISK, problem)
    return 0


async def _document(engine: Engine) -> Document:
    """The pack of the copy as it is. Raises KnownError(NOT_FOUND) for a copy nothing was ever read into."""
    await engine.sync.remember()
    swept = await engine.store.read(lambda mirror: mirror.cursor(Kind.BOOKING))
    if swept is None:
        raise KnownError(ErrorCode.NOT_FOUND, "This copy of the hotel is empty: it was never synchronised.")
    await engine.office.load()
    return make_pack(engine.office, as_of(engine.office, SystemClock().now(), swept, alone=True))


def _write(below: Path, document: Document, *, csv_only: bool) -> tuple[KeptPack, str]:
    """The pack, and why it has no PDF although one was wanted."""
    data, pages, reason = b"", 0, ""
    if not csv_only:
        try:
            data, pages = _pdf(document)
        except (ImportError, KnownError) as error:
            reason = f"The lists are written, but no PDF: {str(error).rstrip('.')}."
    lists = dict(csv_files(document.tables, document.as_of))
    return write_pack(below, document.as_of, lists, data, pages), reason


def _pdf(document: Document) -> tuple[bytes, int]:
    """Raises ImportError where Qt is missing, KnownError where it has no letters to print with."""
    if sys.platform.startswith("linux"):  # no display is needed, and one that is there is none of our business
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QLoggingCategory  # noqa: PLC0415 (headless: Qt only for the PDF)
    from PySide6.QtGui import QFontDatabase, QGuiApplication  # noqa: PLC0415

    from clockdesk.ui.print.pdf import make_pdf  # noqa: PLC0415

    app = QGuiApplication.instance() or QGuiApplication(["clockdesk"])
    app.setApplicationName("ClockDesk")
    QLoggingCategory.setFilterRules("qt.text.font.db=false\nqt.qpa.fonts=false")  # of scripts no font here can write
    if not QFontDatabase.families():
        raise KnownError(ErrorCode.DISK, "this computer has no fonts. Install some, for example fonts-dejavu.")
    made = make_pdf(document)
    return made.data, made.pages


def _tell(options: argparse.Namespace, document: Document, pack: KeptPack) -> None:
    of = document.as_of
    facts = {
        "folder": str(pack.folder),
        "pdf": str(pack.pdf) if pack.pdf else None,
        "pages": pack.pages,
        "as_of": of.made.isoformat(timespec="seconds"),
        "hotel_copy_checked": of.checked.isoformat(timespec="seconds") if of.checked else None,
    }
    say(options, facts, str(pack.pdf or pack.folder))
    if pack.exposed:
        tell(pack.exposed)
    if of.checked is not None:
        when = moment_text(of.checked, of.zone, of.today, seconds=True)
        tell(f"{of.hotel or 'the hotel'} as it was at {when} ({of.zone}){', ' + of.warning if of.warning else ''}")
