"""Lays a document out on A4 pages: tables whose heads repeat, forms to fill in, the age of it all on every page."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from clockdesk.office.sheets import Dated, Facts, Form, Ruled, Table, cell_text
from clockdesk.ui.print.ink import Style
from clockdesk.ui.print.pages import BODY, BOTTOM, FOOT, LEFT, RIGHT, TOP, Page, Rule, Shade, Words
from clockdesk.ui.widgets.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clockdesk.office.sheets import Block, Cell, Column, Document
    from clockdesk.ui.print.ink import Ruler

GAP: Final = 6.0
"""Between two columns."""
PAD: Final = 2.5
"""Above and below the text of a row."""
MOST_LINES: Final = 3
"""A cell takes no more lines than this; hostile names are long."""
LABELS: Final = 120.0
MEASURED: Final = 300
"""Rows looked at to find out how wide a column has to be."""
ROWS_AT_ONCE: Final = 8
"""Rows laid out between two yields: about two milliseconds."""
HAIR: Final = 170
"""The grey of the lines between rows."""


def lay_out(document: Document, ruler: Ruler) -> list[Page]:
    """The pages of a document, where nobody waits for the screen."""
    layout = Layout(document, ruler)
    for _ in layout.steps():
        pass
    return layout.pages


class Layout:
    """A document being laid out: `steps` does it bit by bit, `pages` are complete after the last."""

    def __init__(self, document: Document, ruler: Ruler) -> None:
        """Nothing is laid out yet."""
        self.pages: list[Page] = []
        self._document, self._ruler = document, ruler
        self._as_of = document.as_of
        self._y = BODY
        self._section = ""

    def steps(self) -> Iterator[None]:
        """Do it; other work may be done at each yield."""
        for section in self._document.sections:
            self._section = section.title
            self._turn()
            for at, block in enumerate(section.blocks):
                self._y += 14 if at else 0
                yield from self._lay_block(block, titled=len(section.blocks) > 1 and block.title != section.title)
        for number, page in enumerate(self.pages, 1):  # now that it is known how many there are
            self._head_and_foot(page, number)
        yield

    def _lay_block(self, block: Block, *, titled: bool) -> Iterator[None]:
        match block:
            case Table():
                yield from self._lay_table(block, titled=titled)
            case Ruled():
                self._lay_ruled(block, titled=titled)
            case Form():
                self._lay_form(block)
            case Facts():
                self._lay_facts(block)
        yield

    # pages

    def _turn(self) -> None:
        """Begin a page."""
        self.pages.append(Page(self._section))
        self._y = BODY

    def _head_and_foot(self, page: Page, number: int) -> None:
        """What, whose, how old; and which of how many pages."""
        begun, document, as_of = self._y, self._document, self._as_of
        self._y = TOP
        hotel = self._ruler.cut(plain(as_of.hotel), Style.STRONG, 200)
        self._put(page, LEFT, plain(page.section), Style.TITLE)
        self._put_right(page, RIGHT, hotel, Style.STRONG)
        self._y += Style.TITLE.leading + 1
        self._put(page, LEFT, plain(as_of.words[:1].upper() + as_of.words[1:]), Style.STRONG)
        if as_of.warning:
            self._y += Style.STRONG.leading
            self._put(page, LEFT, self._ruler.cut(plain(as_of.warning), Style.STRONG, RIGHT - LEFT), Style.STRONG)
        page.ink.append(Rule(LEFT, BODY - 8, RIGHT, BODY - 8, 1.0))
        page.ink.append(Rule(LEFT, FOOT - 4, RIGHT, FOOT - 4, 0.5))
        self._y = FOOT
        names = dict.fromkeys(("ClockDesk", plain(document.title), plain(page.section)))
        self._put(page, LEFT, " · ".join(names), Style.SMALL)
        self._put_right(page, RIGHT, f"Page {number} of {len(self.pages)}", Style.SMALL_STRONG)
        self._y = begun

    # putting ink down at the present height

    @property
    def _page(self) -> Page:
        return self.pages[-1]

    def _put(self, page: Page, x: float, text: str, style: Style) -> None:
        if text:
            page.ink.append(Words(x, self._y + style.ascent, text, style, self._ruler.width(text, style)))

    def _put_right(self, page: Page, right: float, text: str, style: Style) -> None:
        if text:
            width = self._ruler.width(text, style)
            page.ink.append(Words(right - width, self._y + style.ascent, text, style, width))

    def _need(self, height: float) -> bool:
        """Turn the page when there is less room than this; says whether it did."""
        if self._y + height <= BOTTOM:
            return False
        self._turn()
        return True

    def _paragraph(self, text: str, style: Style, *, most: int = 8, indent: float = 0) -> None:
        for line in self._ruler.wrap(plain(text), style, RIGHT - LEFT - indent, most):
            self._need(style.leading)
            self._put(self._page, LEFT + indent, line, style)
            self._y += style.leading

    def _title(self, block: Block, *, titled: bool, room: float) -> None:
        """The block's own title and note, kept together with `room` points of what follows."""
        self._need(room + (Style.HEAD.leading + 4 if titled else 0) + (Style.SMALL.leading if block.note else 0))
        if titled:
            self._put(self._page, LEFT, plain(block.title), Style.HEAD)
            self._y += Style.HEAD.leading + 1
        if block.note:
            self._paragraph(block.note, Style.SMALL)
            self._y += 3

    # tables

    def _lay_table(self, table: Table, *, titled: bool) -> Iterator[None]:
        self._title(table, titled=titled, room=3 * Style.BODY.leading + 6 * PAD)
        if not table.rows:
            self._paragraph(table.empty, Style.BODY)
            return
        columns = tuple(table.columns[at] for at in table.in_line)
        spans = _spans(columns, self._natural_widths(table, columns))
        self._heads(columns, spans)
        group = ""
        for number, row in enumerate(table.rows, 1):
            if table.group and (now := self._group_word(table, row)) != group:
                group = now
                self._group_head(group, columns, spans)
            self._lay_row(table, row, columns, spans, group)
            if number % ROWS_AT_ONCE == 0:
                yield
        self._y += 3
        for line in table.foot:
            self._paragraph(line, Style.STRONG)

    def _natural_widths(self, table: Table, columns: tuple[Column, ...]) -> list[float]:
        """The shares told; where none are, what the rows need, the widest columns giving way to the others."""
        if any(column.width for column in columns):
            return [float(column.width) for column in columns]
        needs = []
        for at, column in zip(table.in_line, columns, strict=True):
            style = Style.STRONG if column.strong else Style.BODY
            texts = {plain(cell_text(row[at], self._as_of)) for row in table.rows[:MEASURED]}
            head = self._ruler.width(column.title, Style.SMALL_STRONG)
            needs.append(max([head, *(self._ruler.width(text, style) for text in texts)]) + 1)
        rooms = RIGHT - LEFT - 2 * GAP * (len(columns) - 1)
        fixed = sum(need for need, column in zip(needs, columns, strict=True) if column.right)
        most = _level([n for n, c in zip(needs, columns, strict=True) if not c.right], rooms - fixed)
        return [need if column.right else min(need, most) for need, column in zip(needs, columns, strict=True)]

    def _heads(self, columns: tuple[Column, ...], spans: list[tuple[float, float]]) -> None:
        height = Style.SMALL_STRONG.leading + 2 * PAD
        self._page.ink.append(Shade(LEFT, self._y, RIGHT - LEFT, height))
        self._y += PAD
        for column, (x, width) in zip(columns, spans, strict=True):
            title = self._ruler.cut(column.title, Style.SMALL_STRONG, width)
            if column.right or column.money:
                self._put_right(self._page, x + width, title, Style.SMALL_STRONG)
            else:
                self._put(self._page, x, title, Style.SMALL_STRONG)
        self._y += height - PAD

    def _group_word(self, table: Table, row: tuple[Cell, ...]) -> str:
        """`Floor 3`; a day stands for itself."""
        at = table.place(table.group)
        word = plain(cell_text(row[at], self._as_of))
        return word if isinstance(row[at], Dated) else f"{table.columns[at].title} {word}"

    def _group_head(self, word: str, columns: tuple[Column, ...], spans: list[tuple[float, float]]) -> None:
        if self._need(3 * Style.BODY.leading + 6 * PAD):
            self._heads(columns, spans)
        self._y += PAD
        self._put(self._page, LEFT, word, Style.HEAD)
        self._y += Style.HEAD.leading + PAD
        self._page.ink.append(Rule(LEFT, self._y, RIGHT, self._y, 0.5))

    def _lay_row(
        self, table: Table, row: tuple[Cell, ...], columns: tuple[Column, ...], spans: list[tuple[float, float]],
        group: str,
    ) -> None:  # fmt: skip
        ruler, cells = self._ruler, []
        for at, column, (_, width) in zip(table.in_line, columns, spans, strict=True):
            style = Style.STRONG if column.strong else Style.BODY
            cells.append((column, style, ruler.wrap(plain(cell_text(row[at], self._as_of)), style, width, MOST_LINES)))
        under: list[str] = []
        indent = spans[1][0] if len(spans) > 1 else LEFT
        if table.under and (text := plain(cell_text(row[table.place(table.under)], self._as_of))):
            under = ruler.wrap(text, Style.SMALL, RIGHT - indent, MOST_LINES)
        height = max(len(lines) for _, _, lines in cells) * Style.BODY.leading + 2 * PAD
        height += len(under) * Style.SMALL.leading
        if self._need(height):
            self._heads(columns, spans)
            if group:
                self._y += PAD
                self._put(self._page, LEFT, f"{group} (continued)", Style.SMALL_STRONG)
                self._y += Style.SMALL_STRONG.leading
        top = self._y
        for (column, style, lines), (x, width) in zip(cells, spans, strict=True):
            self._y = top + PAD
            for line in lines:
                if column.right or column.money:
                    self._put_right(self._page, x + width, line, style)
                else:
                    self._put(self._page, x, line, style)
                self._y += style.leading
        self._y = top + height - PAD - len(under) * Style.SMALL.leading
        for line in under:
            self._put(self._page, indent, line, Style.SMALL)
            self._y += Style.SMALL.leading
        self._y = top + height
        self._page.ink.append(Rule(LEFT, self._y, RIGHT, self._y, 0.4, HAIR))

    # what is filled in by hand

    def _lay_ruled(self, ruled: Ruled, *, titled: bool) -> None:
        height = 23.0
        self._title(ruled, titled=titled, room=3 * height)
        spans = _spans(ruled.columns, [float(column.width) for column in ruled.columns])
        self._heads(ruled.columns, spans)
        top, left = self._y, ruled.lines or 1000
        while left and self._y + height <= BOTTOM:
            self._y += height
            left -= 1
            self._page.ink.append(Rule(LEFT, self._y, RIGHT, self._y, 0.5, 90))
        for x in [LEFT, *(x - GAP / 2 for x, _ in spans[1:]), RIGHT]:
            self._page.ink.append(Rule(x, top, x, self._y, 0.5, 90))

    def _lay_form(self, form: Form) -> None:
        share = (BOTTOM - self._y - 10 * (form.copies - 1)) / form.copies
        for copy in range(form.copies):
            if copy:
                self._page.ink.append(Rule(LEFT, self._y + 3, RIGHT, self._y + 3, 0.5, HAIR))
                self._y += 10
            end = self._y + share
            self._put(self._page, LEFT, form.title, Style.HEAD)
            if form.note:
                room = RIGHT - LEFT - self._ruler.width(form.title, Style.HEAD) - 12
                self._put_right(self._page, RIGHT, self._ruler.cut(form.note, Style.LABEL, room), Style.LABEL)
            self._y += Style.HEAD.leading + 2
            height = (end - self._y - 4) / len(form.lines)
            for line in form.lines:
                self._form_line([(blank.label, blank.width) for blank in line], height)
            self._y = end

    def _form_line(self, blanks: list[tuple[str, int]], height: float) -> None:
        whole, x, top = sum(width for _, width in blanks), LEFT, self._y
        for label, share in blanks:
            width = (RIGHT - LEFT) * share / whole
            for a, b, c, d in (
                (x, top, x + width, top),
                (x, top + height, x + width, top + height),
                (x, top, x, top + height),
                (x + width, top, x + width, top + height),
            ):
                self._page.ink.append(Rule(a, b, c, d, 0.5, 60))
            self._y = top + 2
            self._put(self._page, x + 3, self._ruler.cut(label, Style.LABEL, width - 6), Style.LABEL)
            x += width
        self._y = top + height

    # facts

    def _lay_facts(self, facts: Facts) -> None:
        for label, value in facts.facts:
            lines = self._ruler.wrap(plain(value), Style.BODY, RIGHT - LEFT - LABELS, 4)
            heads = self._ruler.wrap(label, Style.STRONG, LABELS - GAP, 2)
            height = max(len(lines), len(heads)) * Style.BODY.leading + 2 * PAD
            self._need(height)
            top = self._y
            for x, said, style in ((LEFT, heads, Style.STRONG), (LEFT + LABELS, lines, Style.BODY)):
                self._y = top + PAD
                for line in said:
                    self._put(self._page, x, line, style)
                    self._y += style.leading
            self._y = top + height
            self._page.ink.append(Rule(LEFT, self._y, RIGHT, self._y, 0.4, HAIR))
        if facts.note:
            self._y += 8
            self._paragraph(facts.note, Style.BODY)


def _level(needs: list[float], room: float) -> float:
    """The width above which columns are cut so that all fit into `room`: the widest give way first."""
    for at, need in enumerate(rising := sorted(needs)):
        if need * (len(rising) - at) >= room:
            return room / (len(rising) - at)
        room -= need
    return max(needs, default=0.0)


def _spans(columns: tuple[Column, ...], widths: list[float]) -> list[tuple[float, float]]:
    """Left end and width of each column, by their shares."""
    whole = sum(widths)
    gaps = [_gap(column, after) for column, after in pairwise(columns)]
    room = RIGHT - LEFT - sum(gaps)
    spans, x = [], LEFT
    for share, gap in zip(widths, [*gaps, 0.0], strict=True):
        width = room * share / whole
        spans.append((x, width))
        x += width + gap
    return spans


def _gap(column: Column, after: Column) -> float:
    """Numbers flush right keep clear of what begins at the left behind them."""
    return GAP * 2 if (column.right or column.money) and not (after.right or after.money) else GAP
