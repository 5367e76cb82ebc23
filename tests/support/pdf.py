"""Reads back what Qt wrote into a PDF: the words of each page, through the fonts' own maps to Unicode."""

from __future__ import annotations

import re
import unicodedata
import zlib
from dataclasses import dataclass

_OBJECT = re.compile(rb"(\d+) 0 obj\b(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"^(.*?)stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_REF = re.compile(rb"(\d+) 0 R")
_RUN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj|(-?[\d.]+) (-?[\d.]+) Td|(BT)|(ET)")
_RANGE = re.compile(rb"<([0-9a-fA-F]+)> <([0-9a-fA-F]+)> (?:<([0-9a-fA-F]+)>|\[(.*?)\])", re.DOTALL)


@dataclass(frozen=True)
class Pdf:
    """A PDF read back: the text of each page line by line, the pages' sizes in points, every colour used."""

    pages: tuple[str, ...]
    boxes: tuple[tuple[float, ...], ...]
    colours: frozenset[tuple[float, ...]]

    @property
    def text(self) -> str:
        return "\n".join(self.pages)


def read_pdf(data: bytes) -> Pdf:
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    objects = {int(match[1]): match[2] for match in _OBJECT.finditer(data)}
    kids = next(body for body in objects.values() if b"/Type /Pages" in body)
    pages, boxes, colours = [], [], set()
    for ref in _REF.findall(kids.partition(b"/Kids")[2].partition(b"]")[0]):
        page = objects[int(ref)]
        boxes.append(tuple(float(part) for part in page.partition(b"/MediaBox [")[2].partition(b"]")[0].split()))
        content = _stream(objects[_ref(page, b"/Contents")])
        maps = _maps(objects, objects[_ref(page, b"/Resources")])
        pages.append(_text(content, maps))
        colours |= {tuple(float(part) for part in found.split()) for found in re.findall(rb"([\d. ]+) scn", content)}
        colours |= {tuple(float(part) for part in found.split()) for found in re.findall(rb"([\d. ]+) SCN", content)}
    return Pdf(tuple(pages), tuple(boxes), frozenset(colours))


def _ref(body: bytes, name: bytes) -> int:
    found = re.search(re.escape(name) + rb" (\d+) 0 R", body)
    assert found, name
    return int(found[1])


def _stream(body: bytes) -> bytes:
    found = _STREAM.match(body)
    assert found
    return zlib.decompress(found[2]) if b"/FlateDecode" in found[1] else found[2]


def _maps(objects: dict[int, bytes], resources: bytes) -> dict[bytes, dict[int, str]]:
    fonts = re.findall(rb"/(F\d+) (\d+) 0 R", resources.partition(b"/Font <<")[2].partition(b">>")[0])
    return {name: _letters(_stream(objects[_ref(objects[int(ref)], b"/ToUnicode")])) for name, ref in fonts}


def _letters(cmap: bytes) -> dict[int, str]:
    letters: dict[int, str] = {}
    for first, last, start, listed in _RANGE.findall(cmap.partition(b"endcodespacerange")[2]):
        codes = range(int(first, 16), int(last, 16) + 1)
        if start:
            base = bytes.fromhex(start.decode()).decode("utf-16-be")
            letters |= {code: base[:-1] + chr(ord(base[-1]) + at) for at, code in enumerate(codes)}
        else:
            given = re.findall(rb"<([0-9a-fA-F]+)>", listed)
            letters |= {
                c: bytes.fromhex(g.decode()).decode("utf-16-be", "replace") for c, g in zip(codes, given, strict=False)
            }
    return letters


def _text(content: bytes, maps: dict[bytes, dict[int, str]]) -> str:
    """A line for each drawn text, in the order painted. Qt maps the blank to a tab; ligatures are taken apart."""
    said: list[str] = []
    font: dict[int, str] = {}
    for name, glyphs, _x, _y, _begins, ends in _RUN.findall(content):
        if name:
            font = maps[name]
        elif glyphs:
            codes = (int(glyphs[at : at + 4], 16) for at in range(0, len(glyphs), 4))
            said += [font.get(code, "\ufffd") for code in codes]
        elif ends:
            said.append("\n")
    return unicodedata.normalize("NFKC", "".join(said).replace("\t", " "))
