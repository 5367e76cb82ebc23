"""What is to be printed or written as a table, typed and without a word of Qt or CSV: documents, sections, cells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from clockdesk.domain.dates import day_text, hotel_time, moment_text, time_text
from clockdesk.domain.money import Money, format_money

if TYPE_CHECKING:
    from datetime import tzinfo

OLD = timedelta(minutes=10)
"""A copy that nobody has compared with the hotel for longer than this is called old on every page."""


@dataclass(frozen=True, slots=True)
class Code:
    """A status on paper: a letter and a word, so that it survives a grey print."""

    letter: str
    word: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A date with the words it is told in on paper: `21 Nov today`. CSV gives the date."""

    day: date | None
    words: str


Cell: TypeAlias = str | int | Money | date | datetime | Dated | Code | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `width` is its share of the line's width; 0 in all columns lets each be as wide as it needs.

    `right` sets numbers flush right; `money` says that its cells are amounts: flush right too, two columns in CSV.
    """

    key: str
    title: str
    width: int
    right: bool = False
    strong: bool = False
    money: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads.

    `under` names a column printed below its row over the whole width (notes), `group` one whose value stands as a head
    above the rows that share it; neither takes a place in the line. `empty` is said where there are no rows, `foot`
    below the last one.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    foot: tuple[str, ...] = ()
    empty: str = "None."
    under: str = ""
    group: str = ""

    @property
    def in_line(self) -> tuple[int, ...]:
        """The places of the columns that stand in the line."""
        return tuple(at for at, column in enumerate(self.columns) if column.key not in {self.under, self.group})

    def place(self, key: str) -> int:
        """Where the column of this key is. Raises StopIteration for none."""
        return next(at for at, column in enumerate(self.columns) if column.key == key)


@dataclass(frozen=True, slots=True)
class Ruled:
    """An empty table to write in by hand: heads and `lines` ruled lines (0 = as many as the page holds)."""

    key: str
    title: str
    columns: tuple[Column, ...]
    lines: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """A place to write in: what belongs there, and its share of the line."""

    label: str
    width: int = 1


@dataclass(frozen=True, slots=True)
class Form:
    """A form to fill in by hand: lines of blanks, `copies` times on one page with a cut between them."""

    key: str
    title: str
    lines: tuple[tuple[Blank, ...], ...]
    copies: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said about the whole: label and value."""

    key: str
    title: str
    facts: tuple[tuple[str, str], ...]
    note: str = ""


Block: TypeAlias = Table | Ruled | Form | Facts


@dataclass(frozen=True, slots=True)
class Section:
    """What begins on a page of its own and is told in that page's head."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class AsOf:
    """Which hotel, and how old all of this is.

    `made`: when it was put together; `checked`: when the copy was last compared with the hotel, None = not yet;
    `state`: the state of the line in words, empty when it is not known (a command that only reads the copy). `what` was
    checked: the hotel's copy, or something else that is read and printed.
    """

    hotel: str
    zone: tzinfo
    made: datetime
    checked: datetime | None = None
    state: str = ""
    what: str = "hotel copy"

    @property
    def today(self) -> date:
        """The hotel's date when it was made."""
        return hotel_time(self.made, self.zone).date()

    @property
    def words(self) -> str:
        """`as of 14:02, 21 Nov; hotel copy checked 14:01:50`: what stands on every page."""
        made = f"as of {time_text(self.made, self.zone)}, {day_text(self.today)}"
        if self.checked is None:
            return f"{made}; {self.what} not checked yet"
        return f"{made}; {self.what} checked {moment_text(self.checked, self.zone, self.today, seconds=True)}"

    @property
    def old(self) -> bool:
        """Whether nobody has compared the copy with the hotel for long."""
        return self.checked is None or self.made - self.checked > OLD

    @property
    def warning(self) -> str:
        """What a reader must know before trusting a line; empty when there is nothing."""
        said = [self.state] if self.state and not self.state.startswith("Live") else []
        if self.old:
            said.append("the hotel may have changed since this was checked")
        return "; ".join(said)


@dataclass(frozen=True, slots=True)
class Document:
    """Something to print: its title, its age, its sections."""

    title: str
    as_of: AsOf
    sections: tuple[Section, ...]

    @property
    def tables(self) -> tuple[Block, ...]:
        """Every block of every section."""
        return tuple(block for section in self.sections for block in section.blocks)


def cell_text(cell: Cell, as_of: AsOf) -> str:
    """A cell as a person reads it on paper."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case Money():
            return format_money(cell)
        case datetime():
            return moment_text(cell, as_of.zone, as_of.today)
        case date():
            return day_text(cell, as_of.today)
        case Dated():
            return cell.words
        case Code():
            return f"{cell.letter} {cell.word}"
    return str(cell)
