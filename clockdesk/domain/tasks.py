"""The one way to start a task: kept, named, its error reported (asyncio alone keeps no strong reference)."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

log = logging.getLogger(__name__)
T = TypeVar("T")


class Tasks:
    """A registry of running tasks. One per program (or per test)."""

    def __init__(self, on_bug: Callable[[BaseException], None] | None = None) -> None:
        """`on_bug` is told of every exception that nobody awaited."""
        self._running: set[asyncio.Task[Any]] = set()
        self._on_bug = on_bug

    def spawn(self, work: Coroutine[Any, Any, T], name: str, *, awaited: bool = False) -> asyncio.Task[T]:
        """Start `work`. With `awaited`, somebody awaits the task and gets its error; else it is logged and reported."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._done_awaited if awaited else self._done)
        return task

    def __len__(self) -> int:
        """How many run now."""
        return len(self._running)

    @property
    def names(self) -> list[str]:
        """Names of what runs now, for the leak check and the doctor."""
        return sorted(task.get_name() for task in self._running)

    async def stop(self, *, except_for: str = "") -> None:
        """Cancel all but the tasks whose name starts with `except_for`, and wait for them to end."""
        while doomed := [t for t in self._running if not (except_for and t.get_name().startswith(except_for))]:
            for task in doomed:  # and again for what these start while they end
                task.cancel()
            await asyncio.gather(*doomed, return_exceptions=True)
            await asyncio.sleep(0)  # one that was done already is dropped in the next turn, and 3.12 waits for nothing

    def _done_awaited(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # marks it as seen: a caller that walked away leaves no "never retrieved" warning

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        log.error("task %s failed: %s", task.get_name(), type(error).__name__, exc_info=error)
        if self._on_bug is not None:
            self._on_bug(error)
