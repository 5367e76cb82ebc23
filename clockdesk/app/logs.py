"""The program's log: a rotating file and, for the command line, standard error. No guest data, no keys."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def set_up(folder: Path | None, *, verbose: bool = False) -> None:
    """Log to `folder` (2 MB, five files) if there is one, and errors (everything with `verbose`) to standard error."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for noisy in ("httpx", "httpcore", "asyncio", "qasync"):  # httpx logs whole addresses, filters and names included
        logging.getLogger(noisy).setLevel(logging.WARNING)
    screen = logging.StreamHandler(sys.stderr)
    screen.setLevel(logging.INFO if verbose else logging.ERROR)
    screen.setFormatter(logging.Formatter(FORMAT))
    root.addHandler(screen)
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = RotatingFileHandler(folder / "clockdesk.log", maxBytes=2_000_000, backupCount=5, encoding="utf-8")
    except OSError:
        logging.getLogger(__name__).warning("the log file can't be written; going on without it")
        return
    file.setFormatter(logging.Formatter(FORMAT))
    root.addHandler(file)
