"""Killed at any moment of its writing, the store opens again and tells no lie."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time

import pytest

from clockdesk.domain.kinds import Kind
from clockdesk.store.desk import open_desk
from clockdesk.store.files import Place
from clockdesk.store.mirror import open_mirror
from tests.store.builders import KEY, NOON
from tests.store.crash_writer import COUNT


def run_and_kill(folder, after: float) -> list[int]:
    """Let a process write for so many seconds, kill it, and return the intents it was promised."""
    command = [sys.executable, "-m", "tests.store.crash_writer", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(after)  # noqa: TID251 (the moment of the kill is the point)
        writer.kill()
        return [int(line) for line in writer.stdout.read().split("\n")[:-1]]


def look(folder) -> int:
    """Check both files after a kill; returns the cursor."""
    mirror = open_mirror(Place(folder / "mirror.db", KEY))
    mirror._db.check()
    cursor = int(mirror.cursor("booking") or 0)
    raws = [json.loads(raw) for rows in mirror.iter_raw(Kind.BOOKING) for _, raw in rows]
    versions = [raw["lock_version"] for raw in raws]
    assert [raw["id"] for raw in raws] == list(range(len(raws)))
    assert len(raws) in ({COUNT} if cursor else {0, 500, 1000})
    assert set(versions) <= {cursor, cursor + 1}, "the cursor is ahead of its data"
    assert versions == sorted(versions, reverse=True), "slices are written in order"
    assert versions.count(cursor + 1) in {0, 500, 1000}, "a slice is half written"
    typed = mirror._db.rows("SELECT id, lock_version FROM booking ORDER BY id")
    heads = mirror._db.rows("SELECT id, lock_version FROM object WHERE kind = 'booking' ORDER BY id")
    assert [version for _, version in typed] == [version for _, version in heads] == versions
    owed = {debt.id for debt in mirror.owed()}
    assert owed == ({cursor} if cursor else set()) | ({cursor + 1} if cursor + 1 in versions else set())
    mirror.close()
    return cursor


def check_desk(folder, promised: list[int]) -> None:
    desk = open_desk(Place(folder / "desk.db", KEY), at=NOON)
    assert desk.notice == ""
    kept = [intent.id for intent in desk.intents()]
    assert set(promised) <= set(kept), "an intent that was promised is lost"
    assert kept == list(range(1, len(kept) + 1))
    desk.close()


def soak(folder, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    promised: list[int] = []
    cursors = [0]
    for _ in range(kills):
        promised += run_and_kill(folder, chance.uniform(0.0, 0.35))
        cursors.append(look(folder))
        check_desk(folder, promised)
    assert cursors == sorted(cursors)
    assert cursors[-1] > 0, "nothing was ever finished, so nothing was tested"


def test_killed_a_few_times(tmp_path):
    soak(tmp_path, kills=5, seed=1)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_killed_two_hundred_times(tmp_path):
    soak(tmp_path, kills=200, seed=2)
