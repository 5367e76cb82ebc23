"""The manual log on paper: what is written so far, and lines to go on by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.office.log_entry import WHAT_WORDS
from clockdesk.office.sheets import Column, Document, Ruled, Section, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clockdesk.office.manual_log import Line
    from clockdesk.office.sheets import AsOf, Cell

TITLE = "Manual log"

_COLUMNS = (
    Column("time", "Time", 13),
    Column("what", "What", 15, strong=True),
    Column("room", "Room", 9, strong=True),
    Column("said", "What happened", 52),
    Column("by", "By", 8),
    Column("entered", "Entered", 24),
)
_BY_HAND = Ruled("by-hand", "By hand", tuple(c for c in _COLUMNS if c.key != "what"), note="To go on with by hand.")


def log_document(lines: Iterable[Line], as_of: AsOf) -> Document:
    """The log in the order things happened, with what became of each line, then a page to go on."""
    table = Table("manual-log", TITLE, _COLUMNS, tuple(_row(line) for line in _ordered(lines)), empty="Nothing yet.")
    return Document(TITLE, as_of, (Section(TITLE, (table,)), Section("By hand", (_BY_HAND,))))


def _ordered(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (line.entry.happened, line.id))


def _row(line: Line) -> tuple[Cell, ...]:
    entry = line.entry
    entered = "open" if line.open else ": ".join(part for part in (line.ended, line.outcome) if part)
    return (entry.happened, WHAT_WORDS[entry.what], entry.room_name, entry.sentence, entry.by, entered)
