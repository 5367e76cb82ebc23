"""Draws the program's icon from its one source, resources/icons/clockdesk.svg, in the forms the three systems want.

`python installers/pictures.py FOLDER` writes clockdesk.ico (Windows), clockdesk.icns (macOS) and PNGs as the icon
theme of a Linux desktop has them. Needs PySide6, as the program does, and no display.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QGuiApplication, QImage, QImageReader

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "resources" / "icons" / "clockdesk.svg"

PNG_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
"""What Windows asks for at 100, 125, 150 and 200 %."""

ICNS_KINDS = {b"icp4": 16, b"icp5": 32, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024}
"""The kinds of an .icns that hold a PNG, with their edge in pixels."""

_ICO_FULL = 256


def draw(size: int, source: Path = SOURCE) -> QImage:
    """The icon with this edge in pixels. Raises ValueError when the source can't be drawn."""
    reader = QImageReader(str(source))
    reader.setScaledSize(QSize(size, size))
    image = reader.read()
    if image.isNull():
        raise ValueError(f"{source} can't be drawn: {reader.errorString()}")
    return image.convertToFormat(QImage.Format.Format_ARGB32)


def png(image: QImage) -> bytes:
    """A picture as PNG."""
    held = QByteArray()
    sink = QBuffer(held)
    sink.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(sink, "PNG")  # type: ignore[call-overload]  # the stubs want bytes, the library a name
    return bytes(held.data())


def bitmap(image: QImage) -> bytes:
    """A picture as an icon's bitmap: 32 bits a pixel from the bottom up, then a mask that hides nothing.

    Small pictures are kept so because not every tool that reads icons knows PNG in them.
    """
    size = image.width()
    head = struct.pack("<IiiHHIIiiII", 40, size, 2 * size, 1, 32, 0, 4 * size * size, 0, 0, 0, 0)
    upright = bytes(image.constBits())
    rows = [upright[4 * size * row : 4 * size * (row + 1)] for row in reversed(range(size))]
    mask = bytes((size + 31) // 32 * 4 * size)
    return head + b"".join(rows) + mask


def ico(pictures: list[QImage]) -> bytes:
    """A Windows icon: a directory of 16 bytes a picture, then the pictures."""
    head = struct.pack("<HHH", 0, 1, len(pictures))
    at = len(head) + 16 * len(pictures)
    directory, body = b"", b""
    for image in pictures:
        size = image.width()
        data = png(image) if size >= _ICO_FULL else bitmap(image)
        edge = size % _ICO_FULL  # 256 is written as 0
        directory += struct.pack("<BBBBHHII", edge, edge, 0, 0, 1, 32, len(data), at + len(body))
        body += data
    return head + directory + body


def icns(pictures: dict[bytes, QImage]) -> bytes:
    """A macOS icon of PNGs, by kind: blocks of a kind, a length with these eight bytes, and the picture."""
    blocks = {kind: png(image) for kind, image in pictures.items()}
    body = b"".join(kind + struct.pack(">I", len(data) + 8) + data for kind, data in blocks.items())
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def write_all(folder: Path) -> list[Path]:
    """Everything into `folder`; the files written. Needs a running QGuiApplication."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "clockdesk.ico").write_bytes(ico([draw(size) for size in ICO_SIZES]))
    (folder / "clockdesk.icns").write_bytes(icns({kind: draw(size) for kind, size in ICNS_KINDS.items()}))
    for size in PNG_SIZES:
        at = folder / "hicolor" / f"{size}x{size}" / "apps" / "clockdesk.png"
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(png(draw(size)))
    scalable = folder / "hicolor" / "scalable" / "apps" / "clockdesk.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    scalable.write_bytes(SOURCE.read_bytes())
    return sorted(path for path in folder.rglob("*") if path.is_file())


def main(argv: list[str]) -> int:
    """Draw into the folder named; the exit status."""
    if len(argv) != 1:
        print("usage: pictures.py FOLDER", file=sys.stderr)
        return 2
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication([])
    written = write_all(Path(argv[0]))
    print(f"{len(written)} pictures in {argv[0]}")
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
