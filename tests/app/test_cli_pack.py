"""`clockdesk pack` from a copy on disk, without a window, a display or the line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from clockdesk.app.pack_files import PDF
from tests.support.command import Command, access_to
from tests.support.hotel import running_hotel
from tests.support.pdf import read_pdf

hotel = running_hotel(rooms=12, bookings=60, scope="module")


@pytest.fixture(scope="module")
def copied(hotel, tmp_path_factory):
    """The options of a hotel with a copy made from it."""
    folder = tmp_path_factory.mktemp("copied")
    options = access_to(hotel, folder)
    assert Command(folder / "home")("sync", "--once", *options).status == 0
    return options


def test_a_pack_from_the_copy(clockdesk, copied, hotel, tmp_path):
    asked = hotel.stats()["calls"]
    outcome = clockdesk("pack", str(tmp_path / "out"), *copied)
    assert outcome.status == 0, outcome.words
    pdf = Path(outcome.out.strip())
    assert pdf.name == PDF
    assert pdf.parent.parent == tmp_path / "out"
    assert "Hotel Vitosha Garden as it was at" in outcome.words
    read = read_pdf(pdf.read_bytes())
    assert "hotel copy checked" in read.pages[0]
    assert f"Page {len(read.pages)} of {len(read.pages)}" in read.pages[-1]
    rows = list(csv.DictReader(io.StringIO((pdf.parent / "in-house-by-room.csv").read_text("utf-8-sig"))))
    staying = [b for b in hotel.truth("bookings") if b["status"] == "checked_in"]
    assert sorted(row["booking"] for row in rows) == sorted(b["number"] for b in staying)
    assert hotel.stats()["calls"] == asked


def test_json_tells_where_and_how_old(clockdesk, copied, tmp_path):
    [facts] = clockdesk("pack", str(tmp_path), "--json", *copied).lines
    assert Path(facts["pdf"]).exists()
    assert Path(facts["folder"]) == Path(facts["pdf"]).parent
    assert facts["pages"] > 10
    assert facts["hotel_copy_checked"] <= facts["as_of"]


def test_only_the_last_ones_are_kept_when_asked(clockdesk, copied, tmp_path):
    folders = [Path(clockdesk("pack", str(tmp_path), "--csv", *copied).out.strip()) for _ in range(2)]
    last = Path(clockdesk("pack", str(tmp_path), "--csv", "--keep", "2", *copied).out.strip())
    assert {folder.name for folder in tmp_path.iterdir()} == {folders[1].name, last.name}


NO_QT = """
import sys
for name in ("PySide6", "shiboken6", "qasync"):
    sys.modules[name] = None
"""


def test_without_qt_the_lists_are_there_all_the_same(copied, tmp_path):
    bare = Command(tmp_path / "home", NO_QT)
    outcome = bare("pack", str(tmp_path / "out"), *copied)
    assert outcome.status == 1
    assert "no PDF" in outcome.words
    assert (Path(outcome.out.strip()) / "arrivals.csv").exists()
    outcome = bare("pack", str(tmp_path / "out"), "--csv", *copied)
    assert outcome.status == 0


def test_a_computer_without_fonts_is_told_so(copied, tmp_path):
    no_fonts = "from PySide6.QtGui import QFontDatabase\nQFontDatabase.families = lambda *_: []"
    outcome = Command(tmp_path / "home", no_fonts)("pack", str(tmp_path / "out"), *copied)
    assert outcome.status == 1
    assert "has no fonts" in outcome.words


def test_no_copy_no_pack(clockdesk, hotel, tmp_path):
    outcome = clockdesk("pack", str(tmp_path / "out"), *access_to(hotel, tmp_path))
    assert outcome.status == 1
    assert "There is no copy of the hotel" in outcome.words
    assert not (tmp_path / "out").exists()


def test_a_place_that_can_not_be_written(clockdesk, copied, tmp_path):
    (tmp_path / "file").write_text("in the way")
    outcome = clockdesk("pack", str(tmp_path / "file" / "out"), *copied)
    assert outcome.status == 1
    assert "check free space and the rights" in outcome.words


def test_wrong_usage(clockdesk, copied, tmp_path):
    assert clockdesk("pack", *copied).status == 2
    assert clockdesk("pack", str(tmp_path), "--keep", "0", *copied).status == 2
    (tmp_path / "file").write_text("x")
    outcome = clockdesk("pack", str(tmp_path / "file"), *copied)
    assert outcome.status == 2
    assert "is no folder" in outcome.words


def test_the_help_says_what_is_in_it(clockdesk):
    outcome = clockdesk("pack", "--help")
    assert outcome.status == 0
    for word in ("in house", "arrivals", "registration", "--keep", "--account", "CSV"):
        assert word in outcome.out


def test_the_note_in_the_folder_names_no_guest(clockdesk, copied, tmp_path):
    [facts] = clockdesk("pack", str(tmp_path), "--csv", "--json", *copied).lines
    note = json.loads((Path(facts["folder"]) / "pack.json").read_text("utf-8"))
    assert set(note) == {"what", "hotel", "made", "checked", "state", "pages"}
