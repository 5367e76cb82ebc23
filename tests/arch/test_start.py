"""What a start of the window does without: each was measured on the way to the first paint, and taken off it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

LOADED = """\
import json, sys
from clockdesk.app.cli import main as _main
import clockdesk.app.cli.command_line
import clockdesk.app.window
print(json.dumps(sorted(name for name, module in sys.modules.items() if module is not None)))
"""

NOT_FOR_THE_FIRST_PAINT = (
    # another program's command line, and what a first call needs
    "httpx",
    "httpcore",
    "click",
    "rich",
    "truststore",
    "keyring",
    # Qt for paper and for the doorbell
    "PySide6.QtPrintSupport",
    "PySide6.QtNetwork",
    "clockdesk.ui.print.pdf",
    "clockdesk.ui.print.layout",
    # runs without a person, and the commands
    "clockdesk.app.showing",
    "clockdesk.ui.screens.poses",
    "clockdesk.ui.screens.shift_poses",
    "clockdesk.app.cli.commands",
    "clockdesk.app.cli.summary",
    "clockdesk.app.demo",
    "clockdesk.hotel",
    # the other screens, and the drawer
    "clockdesk.ui.screens.bookings",
    "clockdesk.ui.screens.rooms",
    "clockdesk.ui.screens.folios",
    "clockdesk.ui.screens.downtime",
    "clockdesk.ui.screens.booking_drawer",
    # dialogs and covers
    "clockdesk.ui.screens.connection",
    "clockdesk.ui.screens.fault",
    "clockdesk.ui.screens.lock",
    "clockdesk.ui.screens.zone",
    # the shift clock, packs and paper, updates
    "clockdesk.app.time_clock",
    "clockdesk.office.shift",
    "clockdesk.office.pack",
    "clockdesk.office.sheets",
    "clockdesk.app.updates",
)


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules of a process that has loaded the window's program and done nothing with it."""
    told = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    return set(json.loads(told.stdout))


@pytest.mark.parametrize("name", NOT_FOR_THE_FIRST_PAINT)
def test_not_loaded_on_the_way_to_today(loaded, name):
    """Import it where it is wanted, in the function that opens, prints or asks."""
    assert not {module for module in loaded if module == name or module.startswith(f"{name}.")}


def test_what_today_needs_is_loaded(loaded):
    """Else the list above would hold for a program that loads nothing."""
    assert {"clockdesk.app.window", "clockdesk.ui.screens.today", "clockdesk.office.office"} <= loaded


HTTPX = "import sys\n{before}import clockdesk.api.transport\nimport httpx\nprint(httpx.AsyncClient.__name__)\n{after}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "assert 'click' not in sys.modules and 'rich' not in sys.modules\nhttpx.main\n"),
        ("import httpx\nmain = httpx.main\n", "assert httpx.main is main\n"),
    ],
)
def test_httpx_does_without_its_command_line(before, after):
    """Also where it was imported before us."""
    done = subprocess.run(
        [sys.executable, "-c", HTTPX.format(before=before, after=after)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "AsyncClient\n", "")


LOOKS = """\
import builtins, inspect
looked_at = []
source = inspect.getsource
inspect.getsource = lambda module: looked_at.append(module) or source(module)
from clockdesk.app.qt_imports import without_a_look
import clockdesk.domain.money
assert looked_at, "PySide6 looks at imports no more: without_a_look has nothing to do"
without_a_look()
looked_at.clear()
import clockdesk.ui.screens.main_window
assert not looked_at
"""


def test_pyside_reads_no_sources_of_ours():
    done = subprocess.run([sys.executable, "-c", LOOKS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


COLLECTED = """\
import gc
from clockdesk.app.cli.main import main
on = []
def wanted(words):
    on.append(gc.isenabled())
    return lambda: on.append(gc.isenabled()) or 7
import clockdesk.app.cli.command_line as line
line.understand = wanted
assert main([]) == 7
assert on == [False, True], on
"""


def test_nothing_is_collected_while_modules_are_loaded():
    done = subprocess.run([sys.executable, "-c", COLLECTED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
