"""The program's log: a rotating file and, for the command line, standard error. No guest data, no keys."""

from __future__ import annotations

import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from typing_extensions import override

from clockdesk.app.report import trace

if TYPE_CHECKING:
    from io import TextIOWrapper
    from pathlib import Path
    from types import TracebackType

log = logging.getLogger(__name__)

_OURS = "clockdesk-"
FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class _PrivateFile(RotatingFileHandler):
    """A log that only this user may read."""

    @override
    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        return os.fdopen(os.open(self.baseFilename, flags, 0o600), "a", encoding=self.encoding)


class _Words(logging.Formatter):
    """Errors without their messages: those quote guests and answers of the service."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler's words for the same error
        words = super().format(record)
        record.exc_text = None
        return words

    @override
    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return trace(ei[1]) if ei[1] is not None else ""


def set_up(folder: Path | None, *, verbose: bool = False) -> None:
    """Log to `folder` (2 MB, five files) if there is one, and errors (everything with `verbose`) to standard error.

    Of the libraries only warnings are taken: httpx logs whole addresses, filters and names included, and others may.
    A second call replaces the first.
    """
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    logging.getLogger("clockdesk").setLevel(logging.INFO)
    for earlier in [handler for handler in root.handlers if (handler.name or "").startswith(_OURS)]:
        root.removeHandler(earlier)
        earlier.close()
    screen = logging.StreamHandler(sys.stderr)
    screen.setLevel(logging.INFO if verbose else logging.ERROR)
    _add(root, screen, "screen")
    if folder is None:
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = _PrivateFile(folder / "clockdesk.log", maxBytes=2_000_000, backupCount=5, encoding="utf-8")
    except OSError:
        log.warning("the log file can't be written; going on without it")
        return
    _add(root, file, "file")


def _add(root: logging.Logger, handler: logging.Handler, name: str) -> None:
    handler.name = f"{_OURS}{name}"
    handler.setFormatter(_Words(FORMAT))
    root.addHandler(handler)
