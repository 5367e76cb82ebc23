"""Wrong usage ends with 2 and a sentence, help is worth reading, and no headless command needs Qt."""

from __future__ import annotations

import pytest

from clockdesk import __version__
from tests.support.command import Command, access_to
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=4, bookings=8, scope="module")

NO_QT = """
import sys
for name in ("PySide6", "shiboken6", "qasync"):
    sys.modules[name] = None
"""

WRONG = {
    "an unknown command": (["dance"], "invalid choice"),
    "an unknown option": (["--dance"], "unrecognized arguments"),
    "a shortened option": (["sync", "--once", "--acc", "x"], "unrecognized arguments"),
    "sync without how": (["sync", "--account", "x"], "--once"),
    "both ways at once": (["sync", "--once", "--watch", "--account", "x"], "not allowed with"),
    "query without what": (["query"], "WHAT"),
    "an unknown kind": (["query", "unicorns"], "invalid choice"),
    "no hotel": (["query", "rooms"], "--url, --user, --key-file missing"),
    "half a hotel": (["sync", "--once", "--url", "http://localhost/1/2"], "--user, --key-file missing"),
    "two hotels": (["doctor", "--account", "x", "--user", "y"], "either --account or --user"),
    "an unknown account": (["doctor", "--account", "x"], "no account called 'x'"),
    "a rate of none": (["doctor", "--account", "x", "--rate-limit", "0"], "whole number from 1"),
    "a demo option alone": (["--seed", "8"], "goes with --demo"),
    "a demo option before a command": (["--rate-limit", "5", "sync", "--once"], "belongs to the window"),
    "demo and a command": (["--demo", "query", "rooms"], "belongs to the window"),
    "screens without an end": (["--demo", "--screens", "x"], "--offscreen-seconds"),
    "options before hotel": (["--verbose", "hotel"], "come after that word"),
    "pictures into a file": (["screenshots", __file__], "no folder"),
    "a hotel's wrong option": (["hotel", "--dance"], "unrecognized arguments"),
}


@pytest.mark.parametrize(("words", "said"), WRONG.values(), ids=WRONG.keys())
def test_wrong_usage(clockdesk, words, said):
    outcome = clockdesk(*words)
    assert outcome.status == 2
    assert said in outcome.words
    assert outcome.out == ""


ADDRESSES = {
    "no account in it": ("https://sky-eu1.clock-software.com", "must end in /subscription/account"),
    "plain http": ("http://sky-eu1.clock-software.com/1/2", "start the address with https://"),
    "the key in it": ("https://desk:secret@sky-eu1.clock-software.com/1/2", "Leave user and password out"),
}


@pytest.mark.parametrize(("url", "said"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_a_wrong_address(clockdesk, tmp_path, url, said):
    (tmp_path / "key").write_text("k")
    outcome = clockdesk("sync", "--once", "--url", url, "--user", "u", "--key-file", str(tmp_path / "key"))
    assert outcome.status == 2
    assert said in outcome.words
    assert "secret" not in outcome.err


def no_key(path):
    return path.with_name("nothing-here")


def empty(path):
    path.write_text(" \n")
    return path


def binary(path):
    path.write_bytes(b"\xff\xfe\x00\x81")
    return path


def two_lines(path):
    path.write_text("one\ntwo\n")
    return path


def a_folder(path):
    path.mkdir()
    return path


KEYS = {
    no_key: "No such file",
    empty: "it is empty",
    binary: "it is no text",
    two_lines: "Type the API key",
    a_folder: "Is a directory",
}


@pytest.mark.parametrize(("make", "said"), KEYS.items(), ids=[make.__name__ for make in KEYS])
def test_a_key_file_that_can_not_be_used(clockdesk, tmp_path, make, said):
    file = make(tmp_path / "key")
    store = tmp_path / "copy"
    outcome = clockdesk(
        *("sync", "--once", "--url", "http://127.0.0.1:9/1/2", "--user", "u", "--key-file", str(file)),
        *("--store", str(store)),
    )
    assert outcome.status == 2
    assert said in outcome.words
    assert not store.exists(), "nothing is made before the options are understood"


def test_a_wrong_predicate_is_pointed_at(clockdesk):
    outcome = clockdesk("query", "bookings", "status = expected and arival = today", "--show-request")
    assert outcome.status == 2
    assert "arrival" in outcome.words, "the field that was meant"
    *_, text, mark = outcome.err.splitlines()
    assert text[mark.index("^") :].startswith("arival")


@pytest.mark.parametrize("command", ["", "sync", "query", "doctor", "pack", "screenshots", "hotel"])
def test_help_is_worth_reading(clockdesk, command):
    outcome = clockdesk(*([command] if command else []), "--help")
    assert outcome.status == 0
    assert outcome.err == ""
    assert max(map(len, outcome.out.splitlines())) <= 120
    if command != "screenshots":
        assert "example" in outcome.out or "exit status" in outcome.out
    for option in ("--url", "--user", "--key-file", "--account", "--store", "--json"):
        assert (option in outcome.out) == (
            command in {"sync", "query", "doctor", "pack"} or (option, command) in SHARED
        )


SHARED = {(option, "") for option in ("--url", "--user", "--key-file", "--account", "--store")} | {
    ("--user", "hotel"), ("--key-file", "hotel"),
}  # fmt: skip


def test_the_help_names_every_command(clockdesk):
    said = clockdesk("--help").out
    for command in ("hotel", "sync", "query", "doctor", "pack", "screenshots", "--demo", "--version"):
        assert command in said


def test_version(clockdesk):
    outcome = clockdesk("--version")
    assert (outcome.status, outcome.out) == (0, f"ClockDesk {__version__}\n")


def test_headless_commands_work_without_qt(tmp_path, hotel):
    clockdesk = Command(tmp_path / "home", before=NO_QT)
    options = access_to(hotel, tmp_path)
    for words in (
        ["sync", "--once", *options],
        ["query", "rooms", "", *options],
        ["query", "rooms", "", "--server", *options],
        ["query", "rooms", "", "--show-request"],
        ["doctor", *options],
    ):
        outcome = clockdesk(*words)
        assert outcome.status == 0, (words, outcome.words)


def test_a_window_without_qt_is_refused_with_a_next_step(tmp_path):
    outcome = Command(tmp_path, before=NO_QT, QT_QPA_PLATFORM="offscreen")("--demo")
    assert outcome.status == 1
    assert "bootstrap.py" in outcome.words


def test_a_window_without_a_display_is_refused_with_a_next_step(clockdesk):
    outcome = clockdesk()
    assert outcome.status == 1
    assert "no display" in outcome.words


def test_headless_commands_do_not_import_qt_where_it_is(tmp_path, hotel):
    told = "import sys, atexit\natexit.register(lambda: print('PySide6' in sys.modules, file=sys.stderr))"
    outcome = Command(tmp_path, before=told)("sync", "--once", *access_to(hotel, tmp_path))
    assert outcome.status == 0
    assert outcome.err.splitlines()[-1] == "False"


def test_the_embedded_hotel_gets_its_options_as_they_are(clockdesk):
    options = ("--port", "0", "--rooms", "3", "--bookings", "2", "--until-stdin-closes")
    outcome = clockdesk("hotel", *options)  # its standard input is closed at once
    assert outcome.status == 0
    [told] = outcome.lines
    assert told["url"].startswith("http://127.0.0.1:")
