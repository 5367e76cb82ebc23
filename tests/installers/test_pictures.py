"""The icon in the forms of the three systems, read back by Qt and byte by byte."""

from __future__ import annotations

import struct

import pytest
from PySide6.QtGui import QColor, QImage

from tests.installers.scripts import script


@pytest.fixture(scope="module")
def pictures():
    return script("pictures")


@pytest.fixture(scope="module")
def drawn(pictures, tmp_path_factory, qapp):
    folder = tmp_path_factory.mktemp("pictures")
    pictures.write_all(folder)
    return folder


def test_the_icon_is_drawn_in_every_size(pictures, drawn):
    for size in pictures.PNG_SIZES:
        image = QImage(str(drawn / "hicolor" / f"{size}x{size}" / "apps" / "clockdesk.png"))
        assert (image.width(), image.height()) == (size, size)
        assert QColor.fromRgba(image.pixel(0, 0)).alpha() == 0
        assert QColor.fromRgba(image.pixel(size // 8, size // 2)).blue() > 150
    assert (drawn / "hicolor/scalable/apps/clockdesk.svg").read_bytes() == pictures.SOURCE.read_bytes()


def test_windows_reads_each_picture(pictures, drawn):
    data = (drawn / "clockdesk.ico").read_bytes()
    kind, count = struct.unpack_from("<2xHH", data)
    assert (kind, count) == (1, len(pictures.ICO_SIZES))
    end = 6 + 16 * count
    for number, size in enumerate(pictures.ICO_SIZES):
        edge, _, _, _, planes, bits, length, at = struct.unpack_from("<BBBBHHII", data, 6 + 16 * number)
        assert (edge or 256, planes, bits, at) == (size, 1, 32, end)
        end += length
        if size == 256:
            assert QImage.fromData(data[at : at + length]).width() == 256
        else:
            assert struct.unpack_from("<Iii", data, at) == (40, size, 2 * size)
            assert length == 40 + 4 * size * size + (size + 31) // 32 * 4 * size
    assert end == len(data)


def test_a_small_picture_is_upright_and_in_its_colours(pictures, qapp):
    image = QImage(16, 16, QImage.Format.Format_ARGB32)
    image.fill(QColor(1, 2, 3, 255))
    image.setPixelColor(5, 0, QColor(200, 100, 50, 255))
    rows = pictures.bitmap(image)[40 : 40 + 4 * 16 * 16]
    last = rows[-4 * 16 :]  # the top row comes last
    assert last[4 * 5 : 4 * 6] == bytes([50, 100, 200, 255])
    assert rows[:4] == bytes([3, 2, 1, 255])


def test_macos_reads_each_picture(pictures, drawn):
    data = (drawn / "clockdesk.icns").read_bytes()
    assert data[:4] == b"icns"
    assert struct.unpack(">I", data[4:8]) == (len(data),)
    at, found = 8, {}
    while at < len(data):
        kind, length = struct.unpack_from(">4sI", data, at)
        found[kind] = QImage.fromData(data[at + 8 : at + length]).width()
        at += length
    assert found == pictures.ICNS_KINDS


def test_a_source_that_is_no_picture_is_said(pictures, tmp_path, qapp):
    broken = tmp_path / "broken.svg"
    broken.write_text("no picture")
    with pytest.raises(ValueError, match="can't be drawn"):
        pictures.draw(16, broken)
