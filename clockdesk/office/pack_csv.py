"""Tables as CSV for any spreadsheet: nothing in a guest's name is ever taken for a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import date, datetime
from typing import TYPE_CHECKING

from clockdesk.domain.dates import hotel_time
from clockdesk.domain.money import Money, decimal_text
from clockdesk.office.sheets import Code, Dated, Form, Ruled, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from clockdesk.office.sheets import AsOf, Block, Cell, Column

BEGIN_FORMULAS = frozenset("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet takes for the beginning of a formula or a command, in the full-width forms too."""

LONGEST = 32_000
"""Characters; Excel's cell has room for 32,767."""

ENCODING = "utf-8-sig"
"""With a mark at the start: Excel takes UTF-8 without it for the machine's own code page."""


def csv_files(blocks: Iterable[Block], as_of: AsOf) -> Iterator[tuple[str, bytes]]:
    """Name and content of a file for every table; a form to fill in becomes a file of heads."""
    for block in blocks:
        if isinstance(block, Table | Ruled | Form):
            yield f"{block.key}.csv", csv_text(block, as_of).encode(ENCODING)


def csv_text(block: Table | Ruled | Form, as_of: AsOf) -> str:
    """One table: heads, rows, and in every row how old it is, so that no row loses its age when it is sorted."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    rows: tuple[tuple[Cell, ...], ...] = ()
    if isinstance(block, Form):
        heads = [blank.label for line in block.lines for blank in line if blank.label]
    else:
        heads = [head for column in block.columns for head in _heads(column)]
        rows = block.rows if isinstance(block, Table) else ()
    write.writerow([*map(neutral, heads), "as_of", "hotel_copy_checked"])
    age = [instant_text(as_of.made, as_of), instant_text(as_of.checked, as_of) if as_of.checked else ""]
    if isinstance(block, Table):
        for row in rows:
            cells = zip(block.columns, row, strict=True)
            write.writerow([*(text for column, cell in cells for text in _texts(column, cell, as_of)), *age])
    return out.getvalue()


def neutral(text: str) -> str:
    """Text of others for a spreadsheet: one line, no controls, an apostrophe before what looks like a formula.

    What is longer than a spreadsheet's cell is cut: Excel goes on in the next row, with whatever stands there.
    """
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    if text.isascii() and text.isprintable():
        return f"'{text}" if text.lstrip()[:1] in BEGIN_FORMULAS else text
    clean = "".join(" " if char in "\t\r\n\v\f" else char for char in text if not _steers(char))
    return f"'{clean}" if text[:1] in BEGIN_FORMULAS or clean.lstrip()[:1] in BEGIN_FORMULAS else clean


def instant_text(instant: datetime, as_of: AsOf) -> str:
    """`2026-11-21T14:02:10+02:00`: on the hotel's clock, and exact."""
    return hotel_time(instant, as_of.zone).isoformat(timespec="seconds")


def _steers(char: str) -> bool:
    """Controls and the marks that turn or hide text; line ends and tabs are dealt with before."""
    return char not in "\t\r\n\v\f" and (
        unicodedata.category(char) in {"Cc", "Cs"} or char in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
        or "\u2066" <= char <= "\u2069"
    )  # fmt: skip


def _heads(column: Column) -> tuple[str, ...]:
    return (column.key, f"{column.key}_currency") if column.money else (column.key,)


def _texts(column: Column, cell: Cell, as_of: AsOf) -> tuple[str, ...]:
    if column.money:
        return (decimal_text(cell), neutral(cell.currency)) if isinstance(cell, Money) else ("", "")
    match cell:
        case None:
            return ("",)
        case datetime():
            return (instant_text(cell, as_of),)
        case date():
            return (cell.isoformat(),)
        case Dated():
            return (cell.day.isoformat() if cell.day is not None else neutral(cell.words),)
        case Code():
            return (neutral(cell.word),)
        case int():
            return (str(cell),)
    return (neutral(str(cell)),)
