"""What every test gets: off-screen Qt, loopback sockets only, logs that fail, no real keyring."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket

import pytest
from hypothesis import settings

settings.register_profile("clockdesk", deadline=None)
settings.load_profile("clockdesk")

os.environ["QT_QPA_PLATFORM"] = os.environ.get("CLOCKDESK_TEST_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)


COLLECT_EVERY = 10
"""Tests between two garbage collections."""


def pytest_sessionstart(session):
    """Garbage is collected in the main thread alone, as in the program (app.sweeping): Qt objects die in no other."""
    gc.disable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    yield
    assert not gc.isenabled(), "automatic collection is on: from here the whole run may crash in another thread"
    session = item.session
    session.clockdesk_tests = getattr(session, "clockdesk_tests", 0) + 1
    if session.clockdesk_tests % COLLECT_EVERY == 0:
        gc.collect()


def pytest_collection_finish(session):
    """What the modules hold stays for good: looking it through each time took a quarter of the windows' tests."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="run the long soaks too")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--long"):
        return
    dropped = [item for item in items if item.get_closest_marker("long")]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if not item.get_closest_marker("long")]


def _qt_loop() -> asyncio.AbstractEventLoop:
    from PySide6.QtWidgets import QApplication

    from clockdesk.app.loop import Loop

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    return Loop(app)


def pytest_asyncio_loop_factories(config, item):
    """Tests under gui/ run on the program's own loop, the rest on plain asyncio (measured: engineering notes)."""
    return {"qt": _qt_loop} if item.path.parent.name == "gui" else {"plain": asyncio.new_event_loop}


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch):
    """No test reaches past this machine."""
    real = socket.socket.connect

    def connect(self, address):
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            pytest.fail(f"a test tried to reach {address[0]}")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def _unexpected_log_lines_fail(request, caplog):
    """A warning nobody announced is a fault. `@pytest.mark.logs("text", ...)` announces them by a part of the text."""
    caplog.set_level(logging.INFO, logger="clockdesk")
    yield
    marker = request.node.get_closest_marker("logs")
    expected = marker.args if marker else ()
    seen = [
        record.getMessage()
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.WARNING and record.name.startswith("clockdesk")
    ]
    odd = [text for text in seen if not any(part in text for part in expected)]
    assert not odd, f"unexpected log lines: {odd}"
