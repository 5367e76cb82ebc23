"""A full disk: reading goes on, the sentence is clear, nothing is half written, and all is well when space returns."""

from __future__ import annotations

import resource

import pytest

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.store.batch import Batch, Owed
from clockdesk.store.desk import SavedFilter
from clockdesk.store.thread import open_store
from tests.store.builders import KEY, NOON, at, booking, content

B = Kind.BOOKING


def large(count=400):
    return Batch(
        records=[booking(ident, 5, note="x" * 3000) for ident in range(count)],
        owed=[Owed(B, 9, at())],
        cursors={"booking": "after"},
        origin="sweep",
    )


def test_the_file_may_not_grow(on_disk):
    on_disk.apply(Batch(records=[booking(1, note="small")], cursors={"booking": "before"}))
    before = content(on_disk)
    on_disk._db.run("PRAGMA max_page_count = 60")
    for _ in range(3):
        with pytest.raises(KnownError) as caught:
            on_disk.apply(large())
        assert caught.value.code is ErrorCode.DISK
        assert str(caught.value).startswith("The disk is full: free some space.")
        assert content(on_disk) == before
        assert (on_disk.cursor("booking"), on_disk.owed()) == ("before", [])
    assert on_disk.apply(Batch(records=[booking(2)])), "what fits is still written"
    on_disk._db.run("PRAGMA max_page_count = 1000000")
    on_disk.apply(large())
    assert (on_disk.count(B), on_disk.cursor("booking")) == (400, "after")


async def test_the_operating_system_writes_no_more(tmp_path):
    """The limit on a file's size stops the write-ahead log in the middle of a transaction, as a full disk does."""
    store = open_store(tmp_path, KEY, at=NOON)
    await store.apply(Batch(records=[booking(1, note="small")], cursors={"booking": "before"}))
    await store.run(store.desk.save_filter, SavedFilter(B, "Kept", "status = expected"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, hard))
    try:
        with pytest.raises(KnownError) as caught:
            await store.apply(large())
        assert store.reader.ids(B) == {1}
        assert store.reader.cursor("booking") == "before"
        assert [saved.name for saved in await store.run(store.desk.filters)] == ["Kept"]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.code is ErrorCode.DISK
    assert "check free space" in str(caught.value)
    await store.apply(large())
    await store.close()
    again = open_store(tmp_path, KEY, at=NOON)
    again._mirror._db.check()
    assert (again.reader.count(B), again.reader.cursor("booking")) == (400, "after")
    await again.close()
