"""Garbage is collected by the main thread's timer and by nobody else."""

import asyncio
import gc
import threading
import weakref

from clockdesk.app.sweeping import Sweeping


class Knot:
    """Garbage that only the collector finds; remembers in which thread it ended."""

    def __init__(self, ended):
        self.me = self
        weakref.finalize(self, lambda: ended.append(threading.get_ident()))


async def test_garbage_made_in_another_thread_ends_in_the_main_thread():
    ended: list[int] = []
    sweeping = Sweeping()
    try:
        assert not gc.isenabled()
        await asyncio.to_thread(lambda: [Knot(ended) for _ in range(5000)] and None)
        async with asyncio.timeout(20):
            while len(ended) < 5000:  # noqa: ASYNC110 (ended by the collector)
                await asyncio.sleep(0.05)
        assert set(ended) == {threading.get_ident()}
    finally:
        sweeping.end()
        gc.disable()
