"""The registry of tasks: stopping ends, whatever state they are in."""

from __future__ import annotations

import asyncio

from clockdesk.domain.tasks import Tasks


async def test_stopping_ends_when_a_task_was_done_a_moment_ago():
    """Its end is known, but its place is given back only in the loop's next turn."""
    tasks = Tasks()

    async def work() -> None:
        return

    done = tasks.spawn(work(), "work")
    await asyncio.sleep(0)
    assert done.done()
    assert tasks.names == ["work"]
    await tasks.stop()
    assert tasks.names == []


async def test_what_a_task_starts_at_its_end_is_stopped_too():
    tasks = Tasks()

    async def last() -> None:
        await asyncio.sleep(60)

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            tasks.spawn(last(), "last")

    tasks.spawn(work(), "work")
    kept = tasks.spawn(last(), "kept on")
    await asyncio.sleep(0)
    await tasks.stop(except_for="kept")
    assert tasks.names == ["kept on"]
    await tasks.stop()
    assert kept.cancelled()
