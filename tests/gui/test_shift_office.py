"""The back office of the shift clock: who is in now, the last shifts, CSV, paper, and the times for the manager."""

from __future__ import annotations

import csv
import stat

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from clockdesk.domain.shift import Intention
from tests.support.engine import until
from tests.support.hotel import running_hotel
from tests.support.pages import POPUPS, collected_in_this_thread
from tests.support.screens import column
from tests.support.shift_window import CONTROL, shift_window
from tests.support.timeclock import WELL_IN, asked, elsewhere

__all__ = ["collected_in_this_thread"]
pytestmark = POPUPS

hotel = running_hotel(rooms=2, bookings=2)


async def opened(it):
    """By its key, and read."""
    it.key(Qt.Key.Key_6, CONTROL)
    await until(lambda: it.page._oldest() is not None and not it.page._reading)
    return it.page


async def test_who_is_in_and_the_last_shifts(hotel, look):
    async with shift_window(hotel, look) as it:
        page = await opened(it)
        assert page.isVisible()
        assert column(page.now.table, "person") == ["Maria Petrova", "Georgi Ivanov"]
        assert column(page.now.table, "state") == ["out", "in"]
        assert page.now_head._count.text() == "1"
        assert page.read_words.text().startswith("As of ")
        people = column(page.shifts.table, "person")
        assert people.count("Maria Petrova") == people.count("Georgi Ivanov") == 3
        assert column(page.shifts.table, "state")[0] == "In now"
        assert column(page.shifts.table, "out")[0] == ""
        assert "Front desk" in column(page.shifts.table, "kind")


async def test_nothing_is_read_again_because_somebody_looks_in(hotel, look):
    async with shift_window(hotel, look) as it:
        page = await opened(it)
        before = asked(hotel)["latest"]
        it.window.stack.setCurrentWidget(it.window.start)
        it.window.goto("shifts")
        assert not page._reading
        elsewhere(hotel, WELL_IN, "out")
        it.click(page.read_button)
        assert not page.read_button.isEnabled()
        await until(lambda: not page._reading)
        assert asked(hotel)["latest"] == before + 2
        assert column(page.now.table, "state") == ["out", "out"]


async def test_somebody_who_can_not_be_read_is_unknown_with_the_reason(hotel, look):
    async with shift_window(hotel, look) as it:
        hotel.fault(refuse_clock=True)
        it.key(Qt.Key.Key_6, CONTROL)
        await until(lambda: it.page.now.lines and not it.page._reading)
        assert set(column(it.page.now.table, "state")) == {"unknown"}
        assert all("no connection" in words for words in column(it.page.now.table, "about"))
        assert it.page.now_head._count.text() == "0"


async def test_only_the_shifts_of_some_days(hotel, look):
    async with shift_window(hotel, look) as it:
        page = await opened(it)
        week = len(page.shifts.lines)
        page.span.setCurrentIndex(0)
        assert page.since is not None
        assert 0 < len(page.shifts.lines) < week
        assert all(line.row.day >= page.since for line in page.shifts.lines)


async def test_the_shifts_as_csv(hotel, look, tmp_path):
    async with shift_window(hotel, look) as it:
        page = await opened(it)
        it.click(page.csv_button)
        dialog = page.findChild(QFileDialog)
        assert dialog.selectedFiles()[0].endswith(".csv")
        path = tmp_path / "shifts.csv"
        dialog.setDirectory(str(tmp_path))
        dialog.selectFile(path.name)
        dialog.accept()
        await until(page.toast.isVisible)
        assert page.toast.accessibleName() == f"{len(page.shifts.lines)} rows written to shifts.csv."
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["person"] for row in rows] == [line.row.person.name for line in page.shifts.lines]
        assert rows[0]["state"] == "in now"
        assert {row["note"] for row in rows} == {"The time clock tells the three newest shifts of a person."}
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_folder_that_can_not_be_written_is_told(hotel, look, tmp_path):
    async with shift_window(hotel, look) as it:
        page = await opened(it)
        it.key(Qt.Key.Key_E, CONTROL)
        dialog = page.findChild(QFileDialog)
        dialog.fileSelected.emit(str(tmp_path / "no such folder" / "shifts.csv"))
        dialog.reject()
        await until(page.toast.isVisible)
        assert "can't be written" in page.toast.accessibleName()


async def test_the_page_on_paper(hotel, look, tmp_path):
    async with shift_window(hotel, look) as it:
        page = await opened(it)
        it.key(Qt.Key.Key_P, CONTROL)
        paper = await it.print_to(tmp_path / "shifts.pdf")
        assert "Hotel Vitosha" in paper
        assert "Out" in paper
        assert "In since" in paper
        assert paper.count("Maria Petrova") == 1 + 3
        assert "The time clock tells the three newest shifts of a person." in paper
        await until(page.toast.isVisible)


async def test_the_times_for_the_manager_until_corrected(hotel, look, tmp_path):
    async with shift_window(hotel, look) as it:
        page = await opened(it)
        assert page.notes.nothing.isVisible()
        assert not page.notes.head.button.isEnabled()
        hotel.fault(refuse_clock=True)
        await it.at.shift.clock(Intention.IN)
        [line] = page.notes.lines
        assert line.head.text().startswith("Maria Petrova (MP): in at ")
        assert "NOT recorded - no connection" in line.words.text()
        assert it.window.rail._stops["shifts"].accessibleName() == "Shifts, 1 to look at"
        it.click(page.notes.head.button)
        assert "Maria Petrova" in await it.print_to(tmp_path / "notes.pdf")
        it.click(line.button)
        await until(lambda: not page.notes.lines)
        assert page.notes.nothing.isVisible()
        assert it.at.states == ["corrected"]
        assert it.window.rail._stops["shifts"].accessibleName() == "Shifts"


async def test_a_workstation_without_a_time_clock_says_so(hotel, look):
    async with shift_window(hotel, look) as it:
        await it.desk.take_down()
        it.key(Qt.Key.Key_6, CONTROL)
        assert it.page.empty.accessibleName().startswith("The shift clock is not set up")
        assert not it.page.read_button.isEnabled()
        assert not it.page.csv_button.isEnabled()
