"""Text made to harm, in every member of every object, through the whole window: shown as it is, and nothing more."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QWidget

from clockdesk.domain.kinds import Kind
from clockdesk.domain.value_types import VALUE_TYPES
from clockdesk.office.pack import make_pack
from clockdesk.office.pack_csv import csv_files
from clockdesk.office.sheets import AsOf
from clockdesk.ui.print.pdf import make_pdf
from clockdesk.ui.widgets.text import pasted
from tests.support.desk import NOW, TABLES, ZONE, desk
from tests.support.front import front
from tests.support.pdf import read_pdf
from tests.support.screens import settled, swept_up

MARKUP = "<b>Eve</b><img src='file:///etc/passwd'><a href='http://127.0.0.1:9/'>&amp;</a>"
HOSTILE = {
    "markup": MARKUP,
    "bidi": "Ann\u202egnp.exe\u2066\u200b\u2069\u200fx",
    "zero width": "A\u200bn\u200dn\ufeff\u00ad\u2060e\U000e0041\U000e0042",
    "stacked": "Z" + "\u0321\u0489\u0336" * 400,
    "controls": "a\x00b\x07c\x1b[2Jd\r\ne\x85f\u2028g",
    "64k": "W" * 65_536,
    "64k of lines": "line\n" * 13_000,
    "formula": '=HYPERLINK("http://127.0.0.1:9/";"x")',
    "command": "+cmd|' /C calc'!A0",
    "ampersands": "&File &&&",
}
WORDS = frozenset(
    {
        *(f"guest_{part}" for part in ("first_name", "last_name", "e_mail", "phone_number", "address", "city")),
        *("reference_number", "marketing_source", "customer_cost_center", "housekeeping_warning", "description"),
        *("text", "print_text", "revenue_category", "void_reason"),
    }
)
"""Members of any object that people type freely."""

AS_OF = AsOf("Hotel Vitosha", ZONE, NOW, NOW, "Live")
NUMBER = re.compile(r"-?[0-9.]*")
TURNS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


@pytest.fixture(autouse=True)
def _swept_up():
    swept_up()


async def spoil(it, text):
    """Every free text of some bookings, rooms, folios and charges is this one."""
    records = []
    for kind in (Kind.BOOKING, Kind.ROOM, Kind.FOLIO, Kind.CHARGE):
        for record in it.records(kind)[:12]:
            members = msgspec.json.decode(record.raw)
            named = set(members) & WORDS & set(VALUE_TYPES[kind].__struct_fields__)
            later = it.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
            version = {"lock_version": members["lock_version"] + 1} if "lock_version" in members else {}
            changed = members | dict.fromkeys(named, text) | {"updated_at": later} | version
            records.append(it.record(kind, changed))
    it.tick()
    await it.apply(records)
    return {kind: [record.id for record in records if record.kind is kind] for kind in TABLES}


def is_harmless(text):
    """No direction control, no control, and no markup that Qt would take for such."""
    turned = [char for char in text if unicodedata.bidirectional(char) in TURNS]
    steering = [char for char in text if unicodedata.category(char) in {"Cc", "Cs"} and char != "\n"]
    return not turned and not steering


def look_at(window: QWidget) -> int:
    """Every label, button, tooltip and cell of a window; how many hold markup that is shown as text."""
    shown = 0
    for widget in window.findChildren(QWidget):
        tips = [widget.toolTip()]
        if isinstance(widget, QLabel):
            assert widget.textFormat() is Qt.TextFormat.PlainText or "<" not in widget.text(), widget.text()
            assert is_harmless(widget.text())
            assert len(widget.text()) < 20_000
            shown += "<b>Eve" in widget.text()
        if isinstance(widget, QAbstractButton):
            assert is_harmless(widget.text())
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            for row in range(min(model.rowCount(), 40)):
                for column in range(model.columnCount()):
                    index = model.index(row, column)
                    words = index.data() if isinstance(index.data(), str) else ""
                    assert is_harmless(words), words[:80]
                    shown += "<b>Eve" in words
                    tips.append(index.data(Qt.ItemDataRole.ToolTipRole) or "")
        for tip in tips:
            assert is_harmless(tip)
            bare = tip.removeprefix("<qt>").removesuffix("</qt>").replace("<br>", "")
            assert "<" not in bare, "markup of others would be rendered"
    return shown


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_it_is_text_wherever_it_stands(look, text):
    async with desk() as it:
        ids = await spoil(it, text)
        async with front(it, look) as window:
            shown = 0
            for screen in ("today", "rooms", "bookings", "folios"):
                window.goto(screen)
                await settled()
                shown += look_at(window)
                assert not window.grab().isNull()
            ways = window.ways
            for opening, kind in (
                (ways.open_booking, Kind.BOOKING), (ways.open_room, Kind.ROOM), (ways.open_folio, Kind.FOLIO),
            ):  # fmt: skip
                opening(ids[kind][0])
                await settled()
                shown += look_at(window)
                assert not window.grab().isNull()
                window.stack.currentWidget().close_drawer()
            await it.quiet()
            is_markup = text == MARKUP
            assert (shown > 10) is is_markup


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_on_paper_and_in_lists_too(look, text):
    async with desk() as it:
        before = len(make_pack(it.office, AS_OF).sections)
        await spoil(it, text)
        document = make_pack(it.office, AS_OF)
        made = make_pdf(document)
        assert len(document.sections) == before
        assert made.pages < 80
        assert ("<b>Eve</b>" in read_pdf(made.data).text) is (text == MARKUP)
        for name, data in csv_files(document.tables, AS_OF):
            rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
            assert len({len(row) for row in rows}) == 1, f"{name}: a cell breaks no row"
            began = [cell[:1] for row in rows[1:] for cell in row if not NUMBER.fullmatch(cell)]
            assert not set(began) & {"=", "+", "-", "@"}
            assert all(is_harmless(cell) for row in rows for cell in row)
            assert all(len(cell) <= 32_767 for row in rows for cell in row), "Excel would go on in the next row"


async def test_what_a_search_types_back_is_text_too(look):
    async with desk() as it, front(it, look) as window:
        window.goto("bookings")
        page = window.stack.currentWidget()
        page.query.text.setFocus()
        for text in (MARKUP, "(" * 3000, "=" * 3000, HOSTILE["bidi"]):
            page.query.text.setText(text)
            page.query.text.textEdited.emit(text)
            await settled()
            look_at(window)
        await it.quiet()


async def test_a_copied_cell_is_no_formula(look):
    async with desk() as it:
        ids = await spoil(it, HOSTILE["formula"])
        async with front(it, look) as window:
            window.goto("bookings")
            await settled()
            page = window.stack.currentWidget()
            table = page.table
            assert table.choose(ids[Kind.BOOKING][0])
            table.setFocus()
            row = table.currentIndex().row()
            for column in range(table.model().columnCount()):
                table.setCurrentIndex(table.model().index(row, column))
                QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
                copied = QGuiApplication.clipboard().text()
                assert copied[:1] not in {"=", "+", "-", "@"}, copied
            await it.quiet()


def test_a_phone_number_is_copied_as_it_is():
    for text in ("+359 88 123-456", "-12.50", "+1 (555) 010", "Eve", "", "−3"):
        assert pasted(text) == text
    for text in ("=1+1", "+cmd|x", "@SUM(A1)", " =1", "\t=1", "-2+3+cmd|' /C calc'!A0", "\uff1d1", "\u200b=1"):
        assert pasted(text).startswith("'")
