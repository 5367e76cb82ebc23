"""What is in the frozen program: traced to who made it, judged by its licence, listed."""

from __future__ import annotations

import json
from importlib.metadata import distribution
from pathlib import Path

import httpx
import pytest

from tests.installers.scripts import INSTALLERS, script


@pytest.fixture(scope="module")
def bill():
    return script("bill")


def part(bill, licence="MIT", name="some"):
    return bill.Part(name, "1.0", licence, f"pkg:pypi/{name}@1.0", [bill.ROOT / "LICENSE"])


@pytest.mark.parametrize(
    ("licence", "may"),
    [
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("GNU General Public License v2 (GPLv2)", False),
        ("GNU Affero General Public License v3", False),
        ("MIT AND GPL-2.0-or-later", False),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("GPL-2.0-or-later WITH Bootloader-exception", True),
        ("BSD-3-Clause", True),
    ],
)
def test_licences_are_judged(bill, licence, may):
    assert bill.may_ship(licence) is may


def test_files_are_traced_to_their_package(bill, monkeypatch):
    monkeypatch.setattr(bill, "_package", lambda _name: distribution("httpx"))
    monkeypatch.setattr(bill, "_of_package", lambda package: part(bill, name=package.name.lower()))
    inside = bill.bundled([httpx.__file__, json.__file__, str(INSTALLERS / "bill.py")])
    named = {found.name: found.files for found in inside}
    assert named["httpx"] == 1
    assert named["cpython"] == 1
    assert "clockdesk" not in named


def test_a_file_nobody_answers_for_stops_the_build(bill, tmp_path, monkeypatch):
    monkeypatch.setattr(bill, "_package", lambda _name: None)
    monkeypatch.setattr(bill, "_of_package", lambda _package: part(bill))
    stray = tmp_path / "libstray.so.1"
    stray.touch()
    with pytest.raises(bill.MayNotShipError, match=r"nobody answers for .*libstray"):
        bill.bundled([str(stray)])


def test_a_gpl_package_stops_the_build(bill, monkeypatch):
    monkeypatch.setattr(bill, "_package", lambda _name: None)
    monkeypatch.setattr(bill, "_of_package", lambda _package: part(bill, "GPL-3.0-or-later", "copyleft"))
    with pytest.raises(bill.MayNotShipError, match=r"copyleft 1\.0: GPL-3\.0-or-later"):
        bill.bundled([httpx.__file__])


def test_a_package_without_its_licence_text_stops_the_build(bill, monkeypatch):
    monkeypatch.setattr(bill, "_package", lambda _name: None)
    monkeypatch.setattr(bill, "_of_package", lambda _package: bill.Part("bare", "1", "MIT", "pkg:pypi/bare@1"))
    with pytest.raises(bill.MayNotShipError, match="bare: its licence text is not found"):
        bill.bundled([httpx.__file__])


def test_a_library_of_debian_must_be_on_the_list(bill):
    with pytest.raises(bill.MayNotShipError, match=r"libreadline\.so\.8 .* is not on the list"):
        bill._of_debian("libreadline8", Path("/usr/lib/libreadline.so.8"))


def test_the_papers_hold_every_licence_and_the_bill_every_part(bill, tmp_path):
    parts = [part(bill, name="first"), part(bill, "a licence in words", "second")]
    bill.write_papers(parts, tmp_path, "1.2.3", 1_700_000_000)
    assert {file.name for file in (tmp_path / "licenses").iterdir()} == {
        "ClockDesk.txt", "first-LICENSE.txt", "second-LICENSE.txt",
    }  # fmt: skip
    told = json.loads((tmp_path / "sbom.cdx.json").read_text("utf-8"))
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert told["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    assert [entry["purl"] for entry in told["components"]] == ["pkg:pypi/first@1.0", "pkg:pypi/second@1.0"]
    assert told["components"][0]["licenses"] == [{"expression": "MIT"}]
    assert told["components"][1]["licenses"] == [{"license": {"name": "a licence in words"}}]
    first = (tmp_path / "sbom.cdx.json").read_bytes()
    bill.write_papers(parts, tmp_path, "1.2.3", 1_700_000_000)
    assert (tmp_path / "sbom.cdx.json").read_bytes() == first, "the same parts give the same bytes"


def test_qt_comes_with_the_texts_the_lgpl_asks_for(bill):
    names = bill.OWN_TEXTS["pyside6-essentials"]
    assert {"LGPL-3.0.txt", "GPL-3.0.txt"} <= set(names)
    for name in names:
        assert (bill.TEXTS / name).stat().st_size > 500
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (bill.TEXTS / "LGPL-3.0.txt").read_text("utf-8")
