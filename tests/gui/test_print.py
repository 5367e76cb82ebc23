"""Paper: every page says how old it is and which of how many, nothing overlaps, nothing of a guest's is markup."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtGui import QPageLayout, QPdfWriter
from PySide6.QtPrintSupport import QPrinter

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.money import Money
from clockdesk.office.pack import make_pack
from clockdesk.office.sheets import AsOf, Column, Document, Facts, Form, Ruled, Section, Table, cell_text
from clockdesk.ui.print.ink import Ruler, Style
from clockdesk.ui.print.layout import MOST_LINES, lay_out
from clockdesk.ui.print.pages import BODY, BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Rule, Words
from clockdesk.ui.print.pdf import PdfMaking, make_pdf, paint, set_page
from tests.support.desk import NOW, ZONE, desk
from tests.support.pdf import read_pdf

AS_OF = AsOf("Hotel Vitosha", ZONE, NOW, NOW - dt.timedelta(seconds=20), "Live")
COLUMNS = (Column("room", "Room", 1, strong=True), Column("guest", "Guest", 3), Column("sum", "Sum", 1, money=True))


@pytest.fixture
def ruler(qapp):
    return Ruler()


@pytest.fixture
async def pack():
    async with desk(rooms=60, bookings=500) as it:
        yield make_pack(it.office, AS_OF)


def sheet(*rows, as_of=AS_OF, **more):
    return Document("Sheet", as_of, (Section("Rows", (Table("rows", "Rows", COLUMNS, rows, **more),)),))


def boxes(page):
    """Where each line of text stands, from the top of its letters to their foot."""
    return [(w.x, w.y - w.style.value[0] * 0.75, w.x + w.width, w.y, w.text) for w in page.ink if isinstance(w, Words)]


def overlaps(page):
    found = []
    all_boxes = boxes(page)
    for at, (left, top, right, foot, text) in enumerate(all_boxes):
        for other_left, other_top, other_right, other_foot, other in all_boxes[at + 1 :]:
            if left < other_right - 0.1 and other_left < right - 0.1 and top < other_foot and other_top < foot:
                found.append((text, other))
    return found


async def test_every_page_tells_its_age_its_number_and_its_hotel(pack, ruler):
    pages = lay_out(pack, ruler)
    assert len(pages) > 12
    for number, page in enumerate(pages, 1):
        assert "As of 14:02, 21 Nov; hotel copy checked 14:01:50" in page.words
        assert f"Page {number} of {len(pages)}" in page.words
        assert "Hotel Vitosha" in page.words
        assert page.section in page.words


async def test_an_old_copy_says_so_on_every_page(ruler):
    old = AsOf("Hotel", ZONE, NOW, NOW - dt.timedelta(hours=3), "Offline since 11:05")
    pages = lay_out(sheet(*((str(n), "x", None) for n in range(200)), as_of=old), ruler)
    assert len(pages) > 1
    for page in pages:
        assert "Offline since 11:05; the hotel may have changed since this was checked" in page.words


async def test_nothing_overlaps_and_nothing_leaves_the_page(pack, ruler):
    for page in lay_out(pack, ruler):
        assert overlaps(page) == []
        for left, top, right, foot, text in boxes(page):
            assert left >= LEFT - 0.1, text
            assert right <= RIGHT + 0.1, text
            assert top >= TOP - 0.1, text
            assert foot <= HEIGHT - 20, text
        for ink in page.ink:
            if isinstance(ink, Rule):
                assert BODY - 9 <= ink.y <= HEIGHT - 36


async def test_every_row_is_on_paper(pack, ruler):
    printed = [word for page in lay_out(pack, ruler) for word in page.words]
    for block in pack.tables:
        if isinstance(block, Table) and "booking" in {column.key for column in block.columns}:
            for row in block.rows:
                assert row[block.place("booking")] in printed
    status = next(block for block in pack.tables if block.key == "room-status")
    assert {cell_text(row[status.place("status")], AS_OF) for row in status.rows} <= set(printed)


async def test_the_pdf_says_what_was_laid_out_in_grey_on_a4(pack, ruler):
    pdf = make_pdf(pack)
    read = read_pdf(pdf.data)
    pages = lay_out(pack, ruler)
    assert len(read.pages) == pdf.pages == len(pages)
    assert set(read.boxes) == {(0.0, 0.0, WIDTH, HEIGHT)}
    for text, page in zip(read.pages, pages, strict=True):
        assert "As of 14:02, 21 Nov; hotel copy checked 14:01:50" in text
        latin = [word for word in page.words if word.isascii()]
        assert [word for word in latin if " ".join(word.split()) not in " ".join(text.split())] == []
    assert all(len(set(colour)) == 1 for colour in read.colours)


async def test_it_is_made_in_small_steps(pack):
    making = PdfMaking(pack)
    steps = sum(1 for _ in making.steps())
    assert steps > 5 * making.pages
    assert read_pdf(making.data).pages == read_pdf(make_pdf(pack).data).pages


async def test_what_guests_write_is_no_markup(ruler):
    name = "<b>Bobby</b> &amp; <img src=x> \u202eevil\u202c\nnext"
    document = sheet(("1", name, None))
    words = lay_out(document, ruler)[0].words
    assert "<b>Bobby</b> &amp; <img src=x> evil next" in " ".join(words)
    assert "<b>Bobby</b> &amp; <img src=x> evil next" in read_pdf(make_pdf(document).data).text


async def test_a_name_without_end_takes_three_lines_and_says_that_there_is_more(ruler):
    for name in ("M" * 5000, "Maria del Carmen " * 200):
        page = lay_out(sheet(("1", name, Money(1, "EUR"))), ruler)[0]
        lines = [word for word in page.words if word.startswith(("MMM", "Maria", "del", "Carmen"))]
        assert len(lines) == MOST_LINES
        assert lines[-1].endswith("…")
        assert overlaps(page) == []


async def test_heads_repeat_and_a_group_is_named_again(ruler):
    rows = [(str(n), "guest", None, "third" if n < 90 else "fourth") for n in range(120)]
    columns = (*COLUMNS, Column("floor", "Floor", 0))
    table = Table("rooms", "Rooms", columns, tuple(rows), group="floor")
    pages = lay_out(Document("Sheet", AS_OF, (Section("Rooms", (table,)),)), ruler)
    assert len(pages) == 3
    assert all(page.words.count("Guest") == 1 for page in pages)
    assert "Floor third" in pages[0].words
    assert "Floor third (continued)" in pages[1].words
    assert "Floor fourth" in pages[2].words


async def test_a_note_stands_under_its_row_and_never_alone_on_a_page(ruler):
    columns = (*COLUMNS, Column("note", "Note", 0))
    rows = tuple((str(n), "guest", None, f"note {n}") for n in range(100))
    table = Table("rows", "Rows", columns, rows, under="note")
    for page in lay_out(Document("Sheet", AS_OF, (Section("Rows", (table,)),)), ruler):
        words = [word for word in page.words if word.startswith("note ")]
        for word in words:
            assert word.removeprefix("note ") in page.words


async def test_empty_lists_say_so(ruler):
    words = lay_out(sheet(empty="Nobody is in house."), ruler)[0].words
    assert "Nobody is in house." in words


async def test_forms_leave_room_to_write(ruler):
    form = next(b for b in (await _forms()) if isinstance(b, Form))
    ruled = next(b for b in (await _forms()) if isinstance(b, Ruled))
    document = Document("Forms", AS_OF, (Section("Card", (form,)), Section("Posting", (ruled,))))
    card, posting = lay_out(document, ruler)
    assert card.words.count("Last name") == 2
    assert overlaps(card) == []
    lines = sorted({ink.y for ink in posting.ink if isinstance(ink, Rule) and ink.x == LEFT and ink.to_x == RIGHT})
    assert len(lines) > 25
    assert max(y for y in lines if y <= BOTTOM) > BOTTOM - 24
    assert not [word for word in posting.words if word.endswith("…")]


async def _forms():
    async with desk(rooms=4, bookings=0) as it:
        return make_pack(it.office, AS_OF).tables


async def test_facts_with_long_values(ruler):
    facts = Facts("facts", "Facts", (("A label that is much too long for its place", "x " * 300),), note="A note.")
    page = lay_out(Document("Sheet", AS_OF, (Section("Facts", (facts,)),)), ruler)[0]
    assert overlaps(page) == []
    assert "A note." in page.words


async def test_lines_break_between_words_and_long_words_anywhere(ruler):
    width = ruler.width("wide enough", Style.BODY)
    assert ruler.wrap("wide enough for two", Style.BODY, width, 5) == ["wide enough", "for two"]
    assert ruler.wrap("", Style.BODY, width, 5) == [""]
    broken = ruler.wrap("W" * 60, Style.BODY, width, 50)
    assert "".join(broken) == "W" * 60
    assert all(ruler.width(line, Style.BODY) <= width for line in broken)
    assert ruler.wrap("WW", Style.BODY, 1, 5) == ["W", "W"]


async def test_the_same_pages_go_to_a_printer(pack, ruler, tmp_path):
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    set_page(printer)
    pages = lay_out(pack, ruler)
    steps = sum(1 for _ in paint(pages, printer))
    assert steps > len(pages)
    read = read_pdf((tmp_path / "printed.pdf").read_bytes())
    assert len(read.pages) == len(pages)
    assert printer.pageLayout().orientation() is QPageLayout.Orientation.Portrait


@pytest.mark.qt_log_ignore("Returned false")
async def test_a_device_that_refuses_is_told(pack, ruler, tmp_path):
    writer = QPdfWriter(str(tmp_path / "nowhere" / "x.pdf"))
    with pytest.raises(KnownError) as caught:
        list(paint(lay_out(pack, ruler), writer))
    assert caught.value.code is ErrorCode.DISK


async def test_columns_without_a_share_are_as_wide_as_they_need(ruler):
    columns = (Column("room", "Room", 0), Column("guest", "Guest", 0), Column("sum", "Balance", 0, right=True))
    rows = [("101", "A name of some length, quite long, " * 4, "1 234.50 EUR"), ("10245", "Smith", "5.00 EUR")]
    wide = Table("rows", "Rows", columns, tuple(rows))
    page = lay_out(Document("Sheet", AS_OF, (Section("Rows", (wide,)),)), ruler)[0]
    assert overlaps(page) == []
    assert {"101", "10245", "1 234.50 EUR", "5.00 EUR"} <= set(page.words)
    narrow = Table("rows", "Rows", columns, (rows[1],))
    page = lay_out(Document("Sheet", AS_OF, (Section("Rows", (narrow,)),)), ruler)[0]
    assert {"10245", "Smith", "5.00 EUR"} <= set(page.words)
    many = tuple(Column(str(at), f"Head {at}", 0) for at in range(12))
    table = Table("rows", "Rows", many, (("word " * 9,) * 12,) * 3)
    page = lay_out(Document("Sheet", AS_OF, (Section("Rows", (table,)),)), ruler)[0]
    assert overlaps(page) == []
    assert max(right for _, _, right, _, _ in boxes(page)) <= RIGHT + 0.1
