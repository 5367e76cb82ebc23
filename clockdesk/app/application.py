"""The one Qt application."""

from __future__ import annotations

import logging
import sys

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from clockdesk import __version__


def make_app() -> QApplication:
    """The one Qt application. What Qt has to say goes to the log, not over the command line's own words."""
    qInstallMessageHandler(_to_log)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("ClockDesk")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("clockdesk")
    return app


def _to_log(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    level = logging.ERROR if kind in {QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg} else logging.INFO
    logging.getLogger("qt").log(level, "%s", text)
