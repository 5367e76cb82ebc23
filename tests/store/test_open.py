"""Opening a store: one process keeps it, others read beside it, and what can't be read is set aside, never lost."""

from __future__ import annotations

import subprocess
import sys

import pytest

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.store.batch import Batch
from clockdesk.store.desk import SavedFilter
from clockdesk.store.hold import Hold
from clockdesk.store.thread import Use, open_store
from tests.store.builders import KEY, NOON, booking

B = Kind.BOOKING
OTHER_KEY = bytes(32)


async def filled(folder, count=200):
    store = open_store(folder, KEY, at=NOON)
    await store.apply(Batch(records=[booking(i, guest_last_name="Nachtigall", note="x" * 900) for i in range(count)]))
    await store.run(store.desk.save_filter, SavedFilter(B, "Kept", "status = expected"))
    await store.close()


def refused(folder, key=KEY, **options):
    before = contents(folder)
    with pytest.raises(KnownError) as caught:
        open_store(folder, key, at=NOON, **options)
    assert contents(folder) == before
    assert str(caught.value).endswith(".")
    return caught.value


def contents(folder):
    """Every file but what SQLite makes for the time of use."""
    passing = ("-wal", "-shm")
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(passing)}


def spoil_the_middle(path):
    whole = bytearray(path.read_bytes())
    for start in range(20 * 4096, len(whole), 4096):
        whole[start + 50] ^= 0xFF
    path.write_bytes(bytes(whole))


# One keeper


async def test_a_second_keeper_is_told_to_use_the_first(tmp_path):
    first = open_store(tmp_path, KEY, at=NOON)
    error = refused(tmp_path)
    assert error.code is ErrorCode.ALREADY_RUNNING
    await first.close()
    await open_store(tmp_path, KEY, at=NOON).close()


def test_a_keeper_that_was_killed_leaves_the_copy_free(tmp_path):
    program = """
import pathlib, sys
from clockdesk.store.hold import Hold
hold = Hold(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert refused(tmp_path).code is ErrorCode.ALREADY_RUNNING
        holder.kill()
    Hold(tmp_path).release()


async def test_an_opening_that_fails_gives_the_hold_back(tmp_path):
    await filled(tmp_path)
    for _ in range(2):
        assert refused(tmp_path, OTHER_KEY).code is ErrorCode.STORE_WRONG_KEY
    await open_store(tmp_path, KEY, at=NOON).close()


# Beside the keeper


async def test_others_read_and_note_facts_beside_the_keeper(tmp_path):
    await filled(tmp_path, 3)
    keeper = open_store(tmp_path, KEY, at=NOON)
    await keeper.apply(Batch(records=[booking(7)]))
    beside = open_store(tmp_path, KEY, at=NOON, use=Use.BESIDE)
    await beside.run(beside.desk.set_fact, "blocked_until", "tomorrow")
    reading = open_store(tmp_path, KEY, at=NOON, use=Use.READ)
    assert await reading.read(lambda mirror: mirror.ids(B)) == {0, 1, 2, 7}
    with keeper._mirror._db.transaction():  # in the middle of a write, too
        another = open_store(tmp_path, KEY, at=NOON, use=Use.READ)
        assert another.reader.ids(B) == {0, 1, 2, 7}
    with pytest.raises(KnownError):
        await reading.apply(Batch(records=[booking(8)]))
    for store in (another, reading, beside):
        await store.close()
    assert await keeper.run(keeper.desk.fact, "blocked_until") == "tomorrow"
    await keeper.close()


def test_reading_makes_no_files(tmp_path):
    error = refused(tmp_path, use=Use.READ)
    assert error.code is ErrorCode.NOT_FOUND
    assert str(tmp_path) in str(error)


@pytest.mark.parametrize("use", [Use.BESIDE, Use.READ])
async def test_only_the_keeper_sets_anything_aside(tmp_path, use):
    await filled(tmp_path)
    (tmp_path / "mirror.db").write_bytes(b"nonsense" * 1000)
    assert refused(tmp_path, use=use).code is ErrorCode.STORE_CORRUPT
    store = open_store(tmp_path, KEY, at=NOON)
    await store.close()
    (tmp_path / "desk.db").write_bytes(b"nonsense" * 1000)
    assert refused(tmp_path, use=use).code is ErrorCode.STORE_CORRUPT


# What can't be read


async def test_a_damaged_mirror_is_set_aside_and_said(tmp_path):
    await filled(tmp_path)
    (tmp_path / "mirror.db").write_bytes(b"nonsense" * 1000)
    store = open_store(tmp_path, KEY, at=NOON)
    assert store.reader.count(B) == 0
    assert [f.name for f in await store.run(store.desk.filters)] == ["Kept"]
    [notice] = store.notices
    aside = tmp_path / "mirror.unreadable-20261121-120000.db"
    assert aside.name in notice
    assert aside.read_bytes() == b"nonsense" * 1000
    await store.close()


async def test_a_damaged_desk_is_set_aside_and_said(tmp_path):
    await filled(tmp_path)
    (tmp_path / "desk.db").write_bytes(b"nonsense" * 1000)
    store = open_store(tmp_path, KEY, at=NOON)
    assert store.reader.count(B) == 200
    assert store.notices == (store.desk.notice,)
    assert "a new one was started" in store.desk.notice
    await store.close()


async def test_damage_met_while_reading_is_mended_at_the_next_opening(tmp_path):
    await filled(tmp_path)
    spoil_the_middle(tmp_path / "mirror.db")
    store = open_store(tmp_path, KEY, at=NOON)
    assert store.notices == (), "its first pages are sound"
    with pytest.raises(KnownError) as caught:
        await store.read(lambda mirror: mirror.values(B))
    assert caught.value.code is ErrorCode.STORE_CORRUPT
    await store.close()
    store = open_store(tmp_path, KEY, at=NOON)
    assert len(store.notices) == 1
    await store.apply(Batch(records=[booking(1)]))
    await store.close()
    store = open_store(tmp_path, KEY, at=NOON)
    assert store.notices == (), "the new one is sound"
    assert store.reader.ids(B) == {1}
    await store.close()


async def test_a_mistyped_key_moves_nothing(tmp_path):
    await filled(tmp_path)
    for use in Use:
        assert refused(tmp_path, OTHER_KEY, use=use).code is ErrorCode.STORE_WRONG_KEY
    store = open_store(tmp_path, KEY, at=NOON)
    assert store.reader.count(B) == 200
    await store.close()


async def test_a_mirror_of_an_older_key_is_set_aside_when_the_desk_has_the_new_one(tmp_path):
    await filled(tmp_path)
    store = open_store(tmp_path, OTHER_KEY, at=NOON, replace_wrong_key=True)
    assert store.reader.count(B) == 0
    assert len(store.notices) == 2
    await store.close()
