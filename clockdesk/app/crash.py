"""What becomes of faults: written down at once, told to a person once, sent by nobody.

`faulthandler` writes into a file of this process in the log folder, which ends with the process; one that is left with
words in it is from a process that was ended by a fault, and the next start tells of it.
"""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from clockdesk.app.report import fault_report, report
from clockdesk.store.hold import grip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from clockdesk.domain.clock import Clock

log = logging.getLogger(__name__)

PREFIX = "running-"
KEPT = 5
"""Reports of ended processes that are kept in the log folder."""
LARGEST = 200_000
"""Bytes of a report that are read."""


class Watch:
    """Sees every fault that nobody caught. One per process; `end` puts everything back.

    `tell` is given each report once, in Qt's thread; until there is one they wait.
    """

    def __init__(self, folder: Path | None, clock: Clock) -> None:
        """From now on. `folder` None (the demo): standard error takes what `faulthandler` has to say."""
        self._clock, self._folder = clock, folder
        self._told: set[str] = set()
        self._waiting: list[str] = []
        self._tell: Callable[[str], None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._file = -1
        self._path: Path | None = None
        self.left_behind = self._open() if folder is not None else ""
        if self._file >= 0:
            faulthandler.enable(self._file, all_threads=True)
        elif sys.stderr is not None:  # a window's program on Windows has none
            with suppress(OSError, ValueError, RuntimeError):
                faulthandler.enable()
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread
        sys.unraisablehook = self._on_unraisable

    def follow(self, loop: asyncio.AbstractEventLoop, tell: Callable[[str], None]) -> None:
        """There is a window now: `tell` shows a report."""
        self._loop, self._tell = loop, tell
        loop.set_exception_handler(self._on_loop)
        waiting, self._waiting = self._waiting, []
        for text in waiting:
            tell(text)

    def leave(self) -> None:
        """The window is going: reports are only written from now on."""
        self._loop, self._tell = None, None

    def caught(self, error: BaseException, where: str = "") -> None:
        """A fault that nobody else knows what to do with."""
        if isinstance(error, (KeyboardInterrupt, SystemExit, asyncio.CancelledError)):
            return
        log.critical("a fault of the program%s", f" ({where})" if where else "", exc_info=error)
        self._hand_over(report(error, self._clock.now(), where))

    def task_failed(self, error: BaseException) -> None:
        """A task of the registry failed, which wrote it into the log itself."""
        self._hand_over(report(error, self._clock.now(), "background work"))

    def fell(self, error: BaseException) -> None:
        """The program can't go on: the next start tells of it."""
        self.caught(error, "the program itself")
        if self._folder is not None:
            with suppress(OSError):
                self._keep(self._folder, report(error, self._clock.now(), "the program itself"))
                (self._folder / UNTOLD).write_text("", "utf-8")

    def end(self) -> None:
        """Put everything back; a file without a word in it goes away."""
        self.leave()
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
        faulthandler.disable()
        if self._file >= 0:
            file, self._file = self._file, -1
            if sys.platform != "win32" and self._path is not None:
                self._path.unlink(missing_ok=True)
            os.close(file)
            if self._path is not None:
                with suppress(OSError):
                    self._path.unlink(missing_ok=True)

    # what Python calls

    def _on_exception(self, kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, _trace)
            return
        self.caught(error)

    def _on_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.caught(args.exc_value, f"thread {args.thread.name}" if args.thread is not None else "a thread")

    def _on_unraisable(self, args: sys.UnraisableHookArgs) -> None:
        if args.exc_value is not None:
            self.caught(args.exc_value, "an object was put away")

    def _on_loop(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            task = context.get("task") or context.get("future")
            name = task.get_name() if isinstance(task, asyncio.Task) else "the event loop"
            self.caught(error, name)
        else:
            log.error("the event loop: %s", context.get("message", "no words"))

    # how it is told

    def _hand_over(self, text: str) -> None:
        """Each fault once: one in a timer would open a dialog a second."""
        mark = text.partition("UTC\n")[2]
        if mark in self._told:
            return
        self._told.add(mark)
        if self._tell is None or self._loop is None:
            self._waiting.append(text)
        elif threading.current_thread() is threading.main_thread():
            self._tell(text)
        else:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._tell, text)

    # files

    def _open(self) -> str:
        """Take what ended processes left, and begin a file of our own. Without a folder to write in: nothing."""
        assert self._folder is not None  # noqa: S101 (the caller saw to it)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = self._collect(self._folder)
            path = self._folder / f"{PREFIX}{os.getpid()}.txt"
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            grip(self._file)
        except OSError:
            log.warning("faults can't be written to the log folder; going on without")
            return ""
        self._path = path
        return found

    def _collect(self, folder: Path) -> str:
        """The newest report of a process that was ended by a fault; "" when there was none since the last start."""
        newest = ""
        for path in sorted(folder.glob(f"{PREFIX}*.txt")):
            if (text := _take(path)) is None:
                continue
            if text.strip():
                newest = fault_report(text, self._clock.now())
                self._keep(folder, newest)
        if (folder / UNTOLD).exists():
            (folder / UNTOLD).unlink(missing_ok=True)
            kept = sorted(folder.glob("fault-*.txt"))
            newest = newest or (kept[-1].read_text("utf-8")[:LARGEST] if kept else "")
        return newest

    def _keep(self, folder: Path, text: str) -> None:
        path = folder / f"fault-{self._clock.now():%Y%m%d-%H%M%S-%f}.txt"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        for old in sorted(folder.glob("fault-*.txt"))[:-KEPT]:
            old.unlink(missing_ok=True)


UNTOLD = "fault-untold"
"""A mark beside the reports: the newest one was told to nobody yet."""


def _take(path: Path) -> str | None:
    """What an ended process wrote, its file gone; None for one that still runs (it holds a lock on its file)."""
    try:
        file = os.open(path, os.O_RDWR)
    except OSError:
        return None
    try:
        grip(file)
        text = os.read(file, LARGEST).decode(errors="replace")
        if sys.platform != "win32":
            path.unlink(missing_ok=True)
    except OSError:
        return None
    finally:
        os.close(file)
    with suppress(OSError):
        path.unlink(missing_ok=True)
    return text
