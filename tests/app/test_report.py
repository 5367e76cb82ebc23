"""The text about a fault: where it was, and nothing of any guest, key, answer or computer."""

from __future__ import annotations

import datetime as dt
import json
import traceback

import pytest

from clockdesk import __version__
from clockdesk.app.report import fault_report, report, short, trace

AT = dt.datetime(2026, 11, 21, 14, 2, tzinfo=dt.UTC)
GUEST, KEY = "Nachtigall", "5f3a-secret-key"


def caught(work):
    try:
        work()
    except Exception as error:  # noqa: BLE001 (whatever the work raises)
        return error
    raise AssertionError


def of_a_guest():
    guests = {"Amsel": 1}
    local = KEY
    try:
        guests[GUEST]
    except KeyError as error:
        raise ValueError(f"no {GUEST} for {local}: {guests}") from error


def test_a_report_says_where_and_no_values():
    text = report(caught(of_a_guest), AT, "F5")
    assert text.splitlines()[0].startswith(f"ClockDesk {__version__} (run from source)")
    assert "Python 3." in text
    assert "2026-11-21 14:02 UTC" in text
    assert "While: F5" in text
    assert ", in of_a_guest" in text
    assert text.splitlines()[-1] == "ValueError"
    assert text.index("KeyError") < text.index("ValueError"), "the cause comes first"
    for secret in (GUEST, KEY, "Amsel", "guests"):
        assert secret not in text
    assert __file__.rpartition("/")[0] not in text


def test_the_library_s_own_words_would_have_told():
    assert GUEST in "".join(traceback.format_exception(caught(of_a_guest)))


def test_groups_are_told_by_their_kinds():
    group = caught(lambda: (_ for _ in ()).throw(ExceptionGroup(GUEST, [ValueError(GUEST), KeyError(GUEST)])))
    assert "with ValueError" in trace(group)
    assert "with KeyError" in trace(group)
    assert GUEST not in trace(group)


def test_a_library_s_error_is_named_in_full():
    error = caught(lambda: json.loads(f'{{"name": "{GUEST}'))
    assert "json.decoder.JSONDecodeError" in trace(error)
    assert GUEST not in trace(error)


def test_an_endless_chain_ends():
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    assert trace(first) == "ValueError\n\nValueError"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/data/v/lib/python3.11/site-packages/httpx/_client.py", "httpx/_client.py"),
        ("C:\\Program Files\\ClockDesk\\_internal\\clockdesk\\app\\window.py", "clockdesk/app/window.py"),
        ("/data/ann/clockdesk/clockdesk/sync/worker.py", "clockdesk/sync/worker.py"),
        ("/lib/python3.11/asyncio/base_events.py", "base_events.py"),
        ("<string>", "<string>"),
    ],
)
def test_files_are_named_without_their_computer(path, shown):
    assert short(path) == shown


FAULT = f"""Fatal Python error: Segmentation fault

Current thread 0x00007f5f3a6ae740 (most recent call first):
  File "/data/ann/clockdesk/sync/worker.py", line 12 in run
  File "<string>", line 1 in <module>
Guest {GUEST}
Thread 0x00007f5f3a6ae741 [store] (most recent call first):
  <no Python frame>

Extension modules: PySide6.QtCore (total: 1)
"""


def test_what_faulthandler_left_is_told_without_foreign_lines():
    text = fault_report(FAULT, AT)
    assert "Fatal Python error: Segmentation fault" in text
    assert 'File "clockdesk/sync/worker.py", line 12 in run' in text
    assert "Thread 0x00007f5f3a6ae741 [store]" in text
    assert "ann" not in text
    assert GUEST not in text
