"""The two floors everything is compared with: R, a repaint of a plain table, and W, the start of an empty window."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QTableView
from typing_extensions import override

ROWS, COLUMNS = 33, 12
_ROOT = QModelIndex()

EMPTY_WINDOW = """\
import os, sys, time
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print("painted", time.monotonic(), time.process_time(), flush=True)
        os._exit(0)
app = QApplication(sys.argv)
window = Window()
window.resize(1280, 800)
window.show()
app.exec()
"""
"""W: the least program that shows a window of PySide6. It ends at its first paint."""


class _PlainTable(QAbstractTableModel):
    """Texts that are there already: nothing is worked out while painting."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = [tuple(f"Guest {row} {column}" for column in range(COLUMNS)) for row in range(1000)]

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return len(self._rows)

    @override
    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return COLUMNS

    @override
    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return self._rows[index.row()][index.column()] if role == Qt.ItemDataRole.DisplayRole else None


async def repaints(count: int) -> list[float]:
    """Seconds of each full repaint of a plain table with 33 rows and 12 columns in sight."""
    model, view = _PlainTable(), QTableView()
    view.setModel(model)
    rows = view.verticalHeader()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(23)
    view.setWordWrap(False)
    view.resize(1400, 800)
    view.show()
    await asyncio.sleep(0.1)
    frame = view.height() - view.viewport().height()
    view.resize(COLUMNS * 100 + view.width() - view.viewport().width(), ROWS * 23 + frame)
    await asyncio.sleep(0.1)
    found = []
    for _ in range(count):
        began = time.perf_counter()
        view.viewport().repaint()
        found.append(time.perf_counter() - began)
    view.close()
    view.deleteLater()
    return found
