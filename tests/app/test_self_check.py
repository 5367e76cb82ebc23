"""The self-check: all is well in this checkout, and each line can say otherwise and what to do."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import secrets
import sqlite3
import ssl
import sys
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage

from clockdesk.app import self_check, self_check_window
from clockdesk.app.cli.doctor import Finding
from clockdesk.app.self_check import NotOk, look, no_one_else_reads, window_findings
from clockdesk.store.connection import Database, Role
from clockdesk.store.files import Place
from clockdesk.ui.print.pdf import make_pdf

ALL = [*self_check.WINDOW_PARTS, *self_check.CHECKS]
ROLE = Role("The test's file", "", "OFF", ())


def test_everything_is_well_here(clockdesk):
    outcome = clockdesk("--self-check", "--json")
    assert [line["what"] for line in outcome.lines] == ALL
    assert [line for line in outcome.lines if not line["fine"]] == []
    assert outcome.status == 0
    assert all(line["words"] for line in outcome.lines)


def test_a_keyring_is_named_and_left_as_it_was(clockdesk):
    clockdesk.environment["PYTHON_KEYRING_BACKEND"] = "tests.support.keyrings.Good"
    outcome = clockdesk("--self-check")
    [line] = [line for line in outcome.out.splitlines() if "  keyring: " in line]
    assert line.startswith("ok ")
    assert "a secret was kept and forgotten again" in line
    assert (clockdesk.home / "keyring.json").read_text() == "{}"


def test_a_keyring_that_keeps_nothing_is_not_ok(clockdesk):
    clockdesk.environment["PYTHON_KEYRING_BACKEND"] = "tests.support.keyrings.Forgetful"
    outcome = clockdesk("--self-check")
    assert outcome.status == 1
    [line] = [line for line in outcome.out.splitlines() if line.startswith("not ok")]
    assert "keyring: The system's keyring did not keep the key. Ask IT" in line


def test_other_options_do_not_go_with_it(clockdesk):
    assert clockdesk("--demo", "--self-check").status == 2
    assert clockdesk("--self-check", "--demo").status == 2


# --- how a line is told ---


async def test_one_thing_that_is_wrong_makes_the_whole_wrong(capsys):
    async def fine():
        return "there"

    async def wrong():
        raise NotOk("it is gone. Fetch it.")

    assert await self_check.check_all(as_json=False, checks={"this": fine}) == 0
    assert await self_check.check_all(as_json=False, checks={"this": fine, "that": wrong}) == 1
    assert capsys.readouterr().out.splitlines()[1:] == ["ok      this: there", "not ok  that: it is gone. Fetch it."]


async def test_what_nobody_thought_of_is_told_too():
    async def broken():
        raise ZeroDivisionError("division by zero")

    found = await look("sums", broken)
    assert not found.fine
    assert found.words == f"ZeroDivisionError: division by zero. {self_check.AGAIN}"


async def test_a_check_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(self_check, "PATIENCE", 0.01)

    async def endless():
        await asyncio.Event().wait()
        return ""

    found = await look("patience", endless)
    assert found == Finding("patience", fine=False, words="it took longer than 0 s. Try again on an idle computer.")


# --- the child process ---


async def test_a_platform_plugin_that_does_not_load_is_a_line_and_no_crash(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "no-such-plugin")
    first, *rest = await window_findings()
    assert (first.what, first.fine) == ("window", False)
    assert 'Could not find the Qt platform plugin "no-such-plugin"' in first.words
    assert [finding.words for finding in rest] == ["not looked at, because of: window."] * 3


async def test_a_child_that_dies_half_way_keeps_what_it_said():
    program = """import os; print('{"what": "window", "fine": true, "words": "well"}', flush=True); os.abort()"""
    findings = await window_findings([sys.executable, "-c", program])
    assert findings[0] == Finding("window", fine=True, words="well")
    assert [finding.fine for finding in findings] == [True, False, False, False]
    assert "it did not say why" in findings[1].words


async def test_where_there_is_no_window_nothing_else_is_tried():
    program = """import sys; print('{"what": "window", "fine": false, "words": "no"}'); sys.exit(1)"""
    first, *rest = await window_findings([sys.executable, "-c", program])
    assert first == Finding("window", fine=False, words="no")
    assert [finding.words for finding in rest] == ["not looked at, because of: window."] * 3


async def test_a_child_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(self_check, "PATIENCE", 0.2)
    findings = await window_findings([sys.executable, "-c", "import time; time.sleep(60)"])
    assert "took too long" in findings[0].words


def test_a_library_that_is_missing_is_named_with_its_package(monkeypatch, tmp_path):
    def refuse(_file):
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    with pytest.raises(NotOk, match=r"libxcb-cursor\.so\.0.*apt-get install libxcb-cursor0"):
        self_check_window._try_library(tmp_path / "libqxcb.so")


def test_a_frozen_program_names_the_library_too(monkeypatch, tmp_path):
    def refuse(_file):
        cause = OSError("libxcb-shape.so.0: cannot open shared object file: No such file or directory")
        raise OSError("Failed to load dynlib/dll") from cause

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    with pytest.raises(NotOk, match="apt-get install libxcb-shape0"):
        self_check_window._try_library(tmp_path / "libqxcb.so")


def test_a_library_that_is_no_library_is_named(tmp_path):
    with pytest.raises(NotOk, match=r"none\.so"):
        self_check_window._try_library(tmp_path / "none.so")


def test_a_picture_that_is_not_the_icon_is_found(qapp, tmp_path):
    blank = tmp_path / "blank.svg"
    blank.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>')
    with pytest.raises(NotOk, match="SVG"):
        self_check_window.check_pictures(blank)


def test_an_empty_pdf_is_found(qapp, monkeypatch):
    def empty(document):
        return make_pdf(replace(document, sections=()))

    monkeypatch.setattr(self_check_window, "make_pdf", empty)
    with pytest.raises(NotOk, match="PDF"):
        self_check_window.check_pdf()


def test_letters_that_are_not_drawn_are_found(qapp, monkeypatch):
    blank = QImage(8, 8, QImage.Format.Format_ARGB32)
    blank.fill(0)
    monkeypatch.setattr(self_check_window, "_drawn_words", lambda: blank)
    with pytest.raises(NotOk, match="text is not drawn"):
        self_check_window.check_window()


def test_tables_of_another_language_are_found(monkeypatch):
    monkeypatch.setattr(self_check_window, "GERMAN", QLocale.c())
    with pytest.raises(NotOk, match="tables"):
        self_check_window.check_translations()


# --- the rest ---


async def test_resources_that_are_missing_are_named(tmp_path):
    with pytest.raises(NotOk, match=r"light\.toml, dark\.toml, clockdesk\.svg missing"):
        await self_check.check_resources(tmp_path)


async def test_zone_data_that_is_missing_or_wrong():
    with pytest.raises(NotOk, match="can't be read"):
        self_check.bundled_zone("Europe/Nowhere")
    with pytest.raises(NotOk, match="Sofia"):
        await self_check.check_zones(lambda _name: ZoneInfo("UTC"))


def test_a_copy_in_the_clear_is_found(tmp_path):
    path = tmp_path / "plain.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE said (words TEXT)")
        connection.commit()
    with pytest.raises(NotOk, match="written in the clear"):
        no_one_else_reads(path, ROLE)


def test_a_wrong_key_that_opens_is_found(tmp_path, monkeypatch):
    path = tmp_path / "copy.db"
    database = Database(ROLE, Place(path, bytes(32)))
    database.run("CREATE TABLE said (words TEXT)")
    database.close()
    no_one_else_reads(path, ROLE)
    monkeypatch.setattr(secrets, "token_bytes", bytes)
    with pytest.raises(NotOk, match="a wrong key opens the copy"):
        no_one_else_reads(path, ROLE)


async def test_certificates_that_are_not_checked_are_found(monkeypatch):
    monkeypatch.setattr(self_check, "make_tls", ssl._create_unverified_context)
    with pytest.raises(NotOk, match="would not be checked"):
        await self_check.check_trust()


@pytest.mark.parametrize("kept", ["a file", "a folder", "elsewhere", "nowhere"])
def test_trusted_authorities_are_counted_where_they_are(tmp_path, monkeypatch, kept):
    bundle, folder = tmp_path / "roots.pem", tmp_path / "certs"
    bundle.write_text("-----BEGIN CERTIFICATE-----\n" * 3)
    folder.mkdir()
    (folder / "0123abcd.0").touch()
    (folder / "README").touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle) if kept == "a file" else str(tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_DIR", str(folder) if kept == "a folder" else str(tmp_path / "none"))
    counted = self_check.system_roots([str(bundle)] if kept == "elsewhere" else [])
    assert counted[0] == {"a file": 3, "a folder": 1, "elsewhere": 3, "nowhere": 0}[kept]


async def test_a_computer_that_trusts_nobody_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(self_check, "system_roots", lambda: (0, ""))
    with pytest.raises(NotOk, match="ca-certificates"):
        await self_check.check_trust()


async def test_a_hotel_that_does_not_start(monkeypatch):
    monkeypatch.setattr(self_check, "SMALL_HOTEL", ("--rooms", "none"))
    found = await look("embedded hotel", self_check.check_hotel)
    assert not found.fine
    assert "run `clockdesk hotel` to see why" in found.words
