"""The part of the self-check that needs Qt, in a process of its own: one line of JSON for each thing looked at."""

from __future__ import annotations

import ctypes
import datetime as dt
import json
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QSize, Qt, qVersion
from PySide6.QtGui import QColor, QFontDatabase, QIcon, QImage
from PySide6.QtWidgets import QApplication, QLabel

from clockdesk.app.cli.doctor import Finding
from clockdesk.app.places import places
from clockdesk.app.self_check import AGAIN, NotOk
from clockdesk.domain.errors import KnownError
from clockdesk.office.sheets import AsOf, Document, Facts, Section
from clockdesk.ui.print.pdf import make_pdf

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""Libraries that desktops are known to lack, and Debian's packages that hold them."""

GERMAN = QLocale(QLocale.Language.German, QLocale.Country.Germany)


def main() -> int:
    """Look at each thing in turn; each line is out before the next is tried, which may end the process."""
    if not _tell("window", check_window):
        return 1  # Qt ends a process that draws without one
    _tell("pictures", check_pictures)
    _tell("pdf", check_pdf)
    _tell("translations", check_translations)
    return 0


def _tell(what: str, check: Callable[[], str]) -> bool:
    try:
        finding = Finding(what, fine=True, words=check())
    except (NotOk, KnownError) as error:
        finding = Finding(what, fine=False, words=str(error))
    except Exception as error:  # noqa: BLE001 (the lines that follow are wanted all the same)
        finding = Finding(what, fine=False, words=f"{type(error).__name__}: {error}. {AGAIN}")
    print(json.dumps(asdict(finding)), flush=True)  # noqa: T201 (read by the parent)
    return finding.fine


def check_window() -> str:
    """A widget with text is drawn, and on Linux the plugin for a display can be loaded where there is none."""
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms"
    if sys.platform.startswith("linux"):
        _try_library(plugins / "libqxcb.so")
    app = QApplication.instance() or QApplication(["clockdesk"])
    if not QFontDatabase.families():
        raise NotOk("there is no font. Install one (on Debian and Ubuntu: apt-get install fonts-dejavu-core).")
    if not has_ink(_drawn_words()):
        raise NotOk(f"text is not drawn. {AGAIN}")
    name = app.platformName() if isinstance(app, QApplication) else ""
    where = f"Qt {qVersion()} draws with its platform plugin {name!r}"
    return f"{where}; the plugin for a display loads too" if name == "offscreen" else where


def _drawn_words() -> QImage:
    label = QLabel("ClockDesk")
    label.resize(label.sizeHint())
    return label.grab().toImage()


def has_ink(image: QImage) -> bool:
    """Whether a picture holds more than one colour."""
    size = image.size()
    return len({image.pixel(x, y) for x in range(size.width()) for y in range(size.height())}) > 1


def _try_library(file: Path) -> None:
    """Raises NotOk naming the library that keeps this one from being loaded."""
    try:
        ctypes.CDLL(str(file))
    except OSError as error:
        error = error.__cause__ if isinstance(error.__cause__, OSError) else error  # PyInstaller's words hide the name
        named = re.match(r"(\S+\.so\S*): cannot open", str(error))
        package = PACKAGES.get(named[1]) if named else None
        step = f"Install it (on Debian and Ubuntu: apt-get install {package})." if package else "Install it."
        raise NotOk(f"a window can't be opened: {error}. {step}") from error


def check_pictures(source: Path | None = None) -> str:
    """The program's icon, an SVG, is drawn: through the reader of pictures and as an icon."""
    file = places().resources / "icons" / "clockdesk.svg" if source is None else source
    picture, size = QImage(str(file)), QSize(64, 64)
    if not picture.isNull():
        picture = picture.scaled(size, mode=Qt.TransformationMode.SmoothTransformation)
    icon = QIcon(str(file)).pixmap(size).toImage()
    for image, how in ((picture, "picture"), (icon, "icon")):
        if image.isNull() or not _is_ours(image):
            raise NotOk(f"an SVG is not drawn as {how}: Qt's SVG plugin is missing or broken. {AGAIN}")
    return "SVG is drawn, as picture and as icon"


def _is_ours(image: QImage) -> bool:
    """The icon's corner is empty, its ground is blue, and the clock's face is white."""
    corner, ground, face = (QColor.fromRgba(image.pixel(x, y)) for x, y in ((0, 0), (8, 32), (16, 40)))
    return corner.alpha() == 0 and ground.blue() > ground.red() and face.lightness() > ground.lightness()


def check_pdf() -> str:
    """A page is written as PDF with its letters in it, as the downtime pack is."""
    as_of = AsOf("Self-check", dt.UTC, dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC))
    facts = Facts("letters", "Letters", (("Drawn", "Åäöüß € №"),))
    made = make_pdf(Document("ClockDesk: self-check", as_of, (Section("Self-check", (facts,)),)))
    if not made.data.startswith(b"%PDF-") or b"/FontFile" not in made.data or made.pages < 1:
        raise NotOk(f"a PDF without its letters was written. {AGAIN}")
    return f"a page with its fonts in {len(made.data) // 1024} kB"


def check_translations() -> str:
    """The program has one language. Dates and numbers follow the system's, from tables in Qt itself."""
    if (GERMAN.decimalPoint(), GERMAN.monthName(3)) != (",", "März"):
        raise NotOk(f"Qt's tables of dates and numbers are missing. {AGAIN}")
    return f"none are used: the program speaks English; dates and numbers follow the system ({QLocale().name()})"
