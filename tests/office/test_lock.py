"""The lock of a workstation: PINs are hashes, wrong ones cost time, and a restart opens nothing."""

from __future__ import annotations

import pytest

from clockdesk.domain.errors import UserError
from clockdesk.office.lock import FIRST_WAIT, FREE_TRIES, LONGEST_WAIT, DeskLock, wait_words
from clockdesk.store.thread import open_store
from tests.api.clocks import HandClock
from tests.support.engine import STORE_KEY

KEY = "5f3a-api-key"


class AtDesk:
    """`await at_desk()`: the lock as a new start finds it."""

    def __init__(self, folder):
        self.clock, self.folder, self.store = HandClock(), folder, None

    async def __call__(self):
        await self.close()
        self.store = open_store(self.folder, STORE_KEY, at=self.clock.now())
        lock = DeskLock(self.store, self.clock, lambda text: text == KEY)
        await lock.load()
        return lock

    async def close(self):
        store, self.store = self.store, None
        if store is not None:
            await store.close()


@pytest.fixture
async def at_desk(tmp_path):
    made = AtDesk(tmp_path / "copy")
    yield made
    await made.close()


async def test_without_a_pin_the_lock_only_covers(at_desk):
    lock = await at_desk()
    assert not lock.has_pins
    await lock.lock()
    assert lock.locked
    await lock.unlock("mp", "")
    assert not lock.locked


async def test_a_pin_opens_and_nothing_else_does(at_desk):
    lock = await at_desk()
    await lock.set_pin("mp", "", "2580")
    await lock.lock()
    for typed in ("", "2581", "25800"):
        with pytest.raises(UserError, match="not the PIN"):
            await lock.unlock("mp", typed)
    assert lock.locked
    with pytest.raises(UserError, match="no PIN for you here yet"):
        await lock.unlock("gi", "2580")
    await lock.unlock("mp", "2580")
    assert not lock.locked


async def test_a_restart_opens_nothing(at_desk):
    lock = await at_desk()
    await lock.set_pin("mp", "", "2580")
    await lock.lock()
    again = await at_desk()
    assert again.locked
    assert again.has_pin("mp")
    await again.unlock("mp", "2580")
    assert not (await at_desk()).locked


async def test_wrong_pins_cost_time_and_a_restart_gives_none_back(at_desk):
    lock = await at_desk()
    await lock.set_pin("mp", "", "2580")
    await lock.lock()
    waits = []
    for _ in range(FREE_TRIES + 8):
        with pytest.raises(UserError, match="not the PIN"):
            await lock.unlock("mp", "0000")
        waits.append(lock.wait("mp"))
        if waits[-1]:
            with pytest.raises(UserError, match="Too many wrong PINs"):
                await lock.unlock("mp", "2580")
            lock = await at_desk()
            assert lock.wait("mp") == pytest.approx(waits[-1], abs=1)
            await at_desk.clock.advance(waits[-1] + 0.1)
    assert waits[: FREE_TRIES - 1] == [0] * (FREE_TRIES - 1)
    assert waits[FREE_TRIES - 1 : FREE_TRIES + 2] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT
    await lock.unlock("mp", "2580")
    assert lock.wait("mp") == 0
    with pytest.raises(UserError, match="not the PIN"):
        await lock.unlock("mp", "0000")
    assert lock.wait("mp") == 0, "a right one forgets the wrong ones"


async def test_the_api_key_opens_for_whoever_forgot(at_desk):
    lock = await at_desk()
    await lock.set_pin("mp", "", "2580")
    await lock.lock()
    await lock.unlock("mp", KEY)
    assert not lock.locked
    assert not lock.has_pin("mp"), "a new one is to be chosen"


async def test_a_pin_is_changed_only_by_who_knows_it(at_desk):
    lock = await at_desk()
    await lock.set_pin("mp", "", "2580")
    with pytest.raises(UserError, match="not the PIN"):
        await lock.set_pin("mp", "1111", "3690")
    await lock.set_pin("mp", "2580", "3690")
    await lock.lock()
    await lock.unlock("mp", "3690")
    await lock.set_pin("mp", "3690", "")
    assert not lock.has_pins


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "٣٤٥٦", "1111", " 2580"])
async def test_what_is_no_pin(at_desk, pin):
    lock = await at_desk()
    with pytest.raises(UserError, match="4 to 8 digits"):
        await lock.set_pin("mp", "", pin)
    assert not lock.has_pins


async def test_no_pin_stands_in_the_file(at_desk):
    lock = await at_desk()
    await lock.set_pin("mp", "", "25802580")
    kept = await at_desk.store.run(at_desk.store.desk.fact, "pins")
    assert "2580" not in str(kept)
    other = await at_desk()
    await other.set_pin("gi", "", "25802580")
    kept = await at_desk.store.run(at_desk.store.desk.fact, "pins")
    assert kept["mp"] != kept["gi"], "each has a salt of its own"


def test_words_for_a_wait():
    assert [wait_words(seconds) for seconds in (0.2, 30, 90, 900)] == ["1 s", "30 s", "2 minutes", "15 minutes"]
