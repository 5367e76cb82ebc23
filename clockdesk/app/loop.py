"""The one module that knows qasync: asyncio on Qt's loop, with timers that are never early.

qasync 0.28.0 uses Qt's coarse timers (up to 5 % early: sleep(1.0) came back 48 ms early, measured) and truncates to
milliseconds. `_PreciseTimer` replaces its private timer; tests/app/test_loop.py fails if an upgrade undoes that.
"""

from __future__ import annotations

import asyncio
import math
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import PySide6.QtCore  # noqa: F401 (qasync takes the binding that is imported already)
import qasync
from PySide6.QtCore import Qt
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from PySide6.QtWidgets import QApplication

T = TypeVar("T")


class _PreciseTimer(qasync._SimpleTimer):  # type: ignore[misc]  # noqa: SLF001
    """qasync's timer, precise and rounded up to the next millisecond."""

    def add_callback(self, handle: Any, delay: float = 0) -> Any:
        timer_id = self.startTimer(math.ceil(max(0.0, delay) * 1000), Qt.TimerType.PreciseTimer)
        self._SimpleTimer__callbacks[timer_id] = handle
        return handle


class Loop(qasync.QEventLoop):  # type: ignore[misc]
    """An asyncio loop driven by Qt. One per process (one per test)."""

    def __init__(self, app: QApplication) -> None:
        """Take over `app`. Blocking work goes to plain threads rather than qasync's ten QThreads."""
        super().__init__(app)
        self._timer = _PreciseTimer()
        self.set_default_executor(ThreadPoolExecutor(4, thread_name_prefix="clockdesk"))

    @override
    def close(self) -> None:
        """Close, and end the timers still running: a timer of a loop that is garbage dies in the collector's hands."""
        timer, callbacks = self._timer, self._timer._SimpleTimer__callbacks  # noqa: SLF001 (the seam)
        super().close()
        for timer_id in tuple(callbacks):
            timer.killTimer(timer_id)
        callbacks.clear()


def run(make_app: Callable[[], QApplication], main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run `main` on Qt's loop to its end. Closing the last window does not end it: `main` decides."""
    app = make_app()
    app.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: Loop(app)) as runner:
        return runner.run(main())
