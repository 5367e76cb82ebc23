"""A page on the (off-screen) screen for a test, and what can be seen on it."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel, QWidget
from shiboken6 import delete

from clockdesk.ui.widgets.pill import Pill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clockdesk.ui.screens.list_page import ListPage

POPUPS = pytest.mark.qt_log_ignore("This plugin does not support")
"""For tests that open a popup: the off-screen platform says that it can't raise windows."""


@contextmanager
def on_screen(page: ListPage[Any], width: int = 1280, height: int = 800) -> Iterator[None]:
    """Show the page, its model watched by Qt's own tester; take both away at the end, in this thread."""
    page.resize(width, height)
    page.show()
    page.activateWindow()
    tester = QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    try:
        yield
    finally:
        page.retire()
        delete(tester)
        delete(page)


def said(widget: QWidget) -> str:
    """Every text that can be read in the widget now, a line each."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def focused(page: QWidget) -> Any:
    return page.window().focusWidget()


def pills(page: QWidget) -> list[Pill]:
    return [pill for pill in page.findChildren(Pill) if pill.isVisible()]


def shown(page: ListPage[Any]) -> set[int]:
    return set(page.model.ids)


def cells(model: Any, row: int) -> list[str]:
    """The texts of a row."""
    return [model.cell(row, column).text for column in range(model.columnCount())]


@pytest.fixture(autouse=True)
def collected_in_this_thread() -> Iterator[None]:
    """What a test leaves of widgets goes here and at once; nowhere else is anything collected (tests/conftest.py)."""
    gc.collect()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
