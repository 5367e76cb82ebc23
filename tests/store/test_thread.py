"""One writer thread: order, slices, callers that leave, and readers beside it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.domain.records import ChangeSet
from clockdesk.store.batch import SLICE, Batch, Gone, Owed
from clockdesk.store.desk import SavedFilter
from clockdesk.store.mirror import Mirror
from clockdesk.store.thread import StoreThread, open_store
from tests.store.builders import KEY, NOON, at, booking, charge, stamp

B = Kind.BOOKING


@pytest.fixture(params=["on disk", "in memory"])
async def store(request, tmp_path):
    store = (
        open_store(tmp_path / "hotel", KEY, at=NOON) if request.param == "on disk" else open_store(None, None, at=NOON)
    )
    yield store
    await store.close()


def many(count, asked=0, **members):
    return [booking(ident, asked, **members) for ident in range(count)]


class Held:
    """Keeps the store's thread busy until released."""

    def __init__(self, store: StoreThread) -> None:
        self._go = threading.Event()
        self._done = asyncio.ensure_future(store.run(self._go.wait))  # noqa: TID251 (a test's own task)

    async def release(self) -> None:
        self._go.set()
        await self._done


async def test_writes_and_reads(store):
    assert await store.apply(Batch(records=many(3), origin="event")) == (
        ChangeSet(B, added=frozenset(range(3)), origin="event"),
    )
    assert await store.read(lambda mirror: mirror.ids(B)) == {0, 1, 2}
    assert store.reader.ids(B) == {0, 1, 2}
    saved = await store.run(store.desk.save_filter, SavedFilter(Kind.ROOM, "Dirty", "floor = 1"))
    assert await store.run(store.desk.filters) == [saved]
    assert await store.write(lambda mirror: mirror.trim_history(at(9))) == 3


async def test_a_large_batch_is_one_answer(store):
    batch = Batch(
        records=many(3 * SLICE + 1),
        gone=[Gone(B, 0, stamp(9))],
        cursors={"booking": "x"},
        settled=[(B, 5)],
        origin="cold",
    )
    await store.apply(Batch(owed=[Owed(B, 5, at())]))
    assert await store.apply(batch) == (ChangeSet(B, added=frozenset(range(1, 3 * SLICE + 1)), origin="cold"),)
    assert store.reader.cursor("booking") == "x"
    assert store.reader.owed() == []


async def test_others_come_between_the_slices_of_a_large_batch(store):
    held = Held(store)
    large = asyncio.gather(store.apply(Batch(records=many(4 * SLICE))))
    await asyncio.sleep(0)
    count = asyncio.gather(store.read(lambda mirror: mirror.count(B)))
    await asyncio.sleep(0)
    await held.release()
    [seen] = await count
    assert seen == SLICE
    await large
    assert store.reader.count(B) == 4 * SLICE


async def test_every_object_in_slices(store):
    records = many(7, asked=3, number="x")
    await store.apply(Batch(records=records))
    found = [part async for part in store.slices(B, 3)]
    assert [len(part) for part in found] == [3, 3, 1]
    assert [held for part in found for held in part] == records


async def test_a_caller_that_leaves_changes_nothing(store):
    held = Held(store)
    leaving = asyncio.gather(store.apply(Batch(records=many(2 * SLICE), origin="cold")))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    await held.release()
    told = await store.apply(Batch(records=[booking(5000)], origin="event"))
    told += await store.apply(Batch())
    assert {(change.origin, change.added) for change in told} == {
        ("cold", frozenset(range(2 * SLICE))),
        ("event", frozenset({5000})),
    }


async def test_what_was_written_before_a_failure_is_told_later(store, monkeypatch):
    def full(self, batch):
        if len(batch.records) == 7:
            raise KnownError(ErrorCode.DISK, "The disk is full.")
        return apply(self, batch)

    apply = Mirror.apply
    monkeypatch.setattr(Mirror, "apply", full)
    with pytest.raises(KnownError):
        await store.apply(Batch(records=many(SLICE + 7), cursors={"booking": "x"}, origin="sweep"))
    assert store.reader.count(B) == SLICE
    assert store.reader.cursor("booking") is None
    monkeypatch.undo()
    again = await store.apply(Batch(records=many(SLICE + 7), cursors={"booking": "x"}, origin="sweep"))
    assert [sorted(change.added) for change in again] == [list(range(SLICE)), list(range(SLICE, SLICE + 7))]
    assert await store.apply(Batch()) == ()


async def test_closing_finishes_what_was_begun(tmp_path):
    store = open_store(tmp_path, KEY, at=NOON)
    held = Held(store)
    large = asyncio.gather(store.apply(Batch(records=many(3 * SLICE), cursors={"booking": "x"})))
    await asyncio.sleep(0)
    closing = asyncio.gather(store.close())
    await asyncio.sleep(0)
    await held.release()
    await large
    await closing
    files = {"mirror.db", "mirror.db.check", "desk.db", "desk.db.check", "held"}
    assert {path.name for path in tmp_path.iterdir()} == files
    again = open_store(tmp_path, KEY, at=NOON)
    assert again.reader.count(B) == 3 * SLICE
    assert again.reader.cursor("booking") == "x"
    await again.close()


async def test_a_close_that_is_cut_short_is_gone_through_once_all_the_same(tmp_path):
    store = open_store(tmp_path, KEY, at=NOON)
    held = Held(store)
    closing = asyncio.gather(store.close())
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    await held.release()
    await store.close()
    await open_store(tmp_path, KEY, at=NOON).close()


async def test_a_desk_that_can_not_be_opened_leaves_nothing_open(tmp_path):
    await open_store(tmp_path, KEY, at=NOON).close()
    (tmp_path / "mirror.db").unlink()
    with pytest.raises(KnownError) as caught:
        open_store(tmp_path, bytes(32), at=NOON)
    assert caught.value.code is ErrorCode.STORE_WRONG_KEY
    assert not (tmp_path / "mirror.db").exists(), "nothing is made with a key that is not the desk's"
    store = open_store(tmp_path, KEY, at=NOON)
    await store.close()


async def test_memory_leaves_nothing_behind():
    for _ in range(2):
        store = open_store(None, None, at=NOON)
        assert store.reader.count(B) == 0
        await store.apply(Batch(records=many(2)))
        await store.close()


# Slices


def test_slices_put_what_is_owed_first_and_what_is_done_last():
    records = [*many(4), charge(1, 3)]
    batch = Batch(
        records=records,
        gone=[Gone(B, 9, stamp())],
        owed=[Owed(B, 7, at())],
        settled=[(B, 1), (B, 7)],
        cursors={"booking": "x"},
        whole={(Kind.CHARGE, 3): frozenset({1})},
        links={1: frozenset()},
        facts={"f": 1},
        stamp=stamp(),
        origin="sweep",
    )
    first, middle, last = batch.slices(2)
    assert first == Batch(records=records[:2], owed=batch.owed, origin="sweep")
    assert middle == Batch(records=records[2:4], origin="sweep")
    assert (last.records, last.owed, last.settled) == ([records[4]], (), [(B, 1)])
    assert (last.gone, last.cursors, last.whole, last.links, last.facts, last.stamp) == (
        batch.gone, batch.cursors, batch.whole, batch.links, batch.facts, batch.stamp
    )  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1000, 1001])
def test_slices_hold_every_record_once(count):
    slices = list(Batch(records=many(count), cursors={"a": "b"}).slices())
    assert [r.id for piece in slices for r in piece.records] == list(range(count))
    assert all(len(piece.records) <= SLICE for piece in slices)
    assert [bool(piece.cursors) for piece in slices] == [False] * (len(slices) - 1) + [True]
