"""Ctrl+E writes the rows that are shown, typed, aged, and harmless for a spreadsheet; also while the line is down."""

from __future__ import annotations

import csv
import stat

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import decimal_text
from clockdesk.ui.screens.room_filter import RoomFilter
from tests.support.desk import desk
from tests.support.engine import until
from tests.support.front import front
from tests.support.pages import POPUPS, collected_in_this_thread
from tests.support.screens import settled

__all__ = ["collected_in_this_thread"]
pytestmark = POPUPS


@pytest.fixture
async def it():
    async with desk() as made:
        yield made


async def exported(it, window, path):
    """Through the dialog, as a person does."""
    window.activateWindow()
    await settled()
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(QFileDialog)
    dialog.setDirectory(str(path.parent))
    dialog.selectFile(path.name)
    dialog.accept()
    await until(lambda: not len(it.tasks))
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


async def test_the_bookings_shown_with_their_order_types_and_age(it, look, tmp_path):
    await it.change(
        Kind.BOOKING, it.some(Kind.BOOKING, status="checked_in"), guest_last_name="=cmd()", guest_first_name=""
    )
    it.tick(600)
    it.line_broke()
    async with front(it, look, tmp_path / "packs") as window:
        window.goto("bookings")
        window.bookings.show_filter("status = checked_in")
        rows = await exported(it, window, tmp_path / "rows.csv")
        ids = window.bookings.model.ids
        house = it.office.house
        assert [row["number"] for row in rows] == [house.bookings[ident].number for ident in ids]
        assert {row["status"] for row in rows} == {"In house"}
        first = house.bookings[ids[0]]
        assert rows[0]["arrival"] == first.arrival.isoformat()
        assert rows[0]["balance_currency"] == first.balance.currency
        assert rows[0]["balance"] == decimal_text(first.balance)
        assert any(row["guest"].startswith("'=cmd()") for row in rows)
        assert not any(row["guest"].startswith(("=", "+", "-", "@")) for row in rows)
        assert all(row["read_at"].startswith("2026-11-21T14:02:1") for row in rows)
        assert {row["as_of"][:16] for row in rows} == {"2026-11-21T14:12"}
        assert {row["hotel_copy_checked"][:19] for row in rows} == {"2026-11-21T14:02:10"}
        assert stat.S_IMODE((tmp_path / "rows.csv").stat().st_mode) == 0o600
        assert window.bookings.toast.accessibleName().startswith(f"{len(rows)} rows written to rows.csv.")


async def test_the_rooms_shown_and_the_folios_shown(it, look, tmp_path):
    async with front(it, look, tmp_path / "packs") as window:
        window.goto("rooms")
        window.rooms.show_filter(RoomFilter(stays=frozenset({"occupied"})))
        rows = await exported(it, window, tmp_path / "rooms.csv")
        assert len(rows) == len(window.rooms.model.ids) > 0
        assert {row["occupied"] for row in rows} == {"yes"}
        window.goto("folios")
        window.folios.show_filter("balance > 0")
        rows = await exported(it, window, tmp_path / "folios.csv")
        assert len(rows) == len(window.folios.model.ids) > 0
        assert all(float(row["balance"]) > 0 for row in rows)


async def test_the_button_asks_too_and_a_screen_of_no_list_exports_nothing(it, look, tmp_path):
    async with front(it, look, tmp_path / "packs") as window:
        window.goto("today")
        QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
        assert window.findChild(QFileDialog) is None
        window.goto("bookings")
        QTest.mouseClick(window.bookings.query.export_button, Qt.MouseButton.LeftButton)
        dialog = window.findChild(QFileDialog)
        assert dialog.selectedFiles()[0].endswith("bookings 2026-11-21 14.02.csv")
        dialog.reject()


async def test_a_folder_that_can_not_be_written_is_told(it, look, tmp_path):
    async with front(it, look, tmp_path / "packs") as window:
        window.goto("folios")
        QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
        dialog = window.findChild(QFileDialog)
        dialog.fileSelected.emit(str(tmp_path / "no such folder" / "rows.csv"))
        dialog.reject()
        await until(window.folios.banner.isVisible)
        assert "can't be written" in window.folios.banner.accessibleName()
