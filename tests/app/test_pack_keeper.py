"""Packs are made when the hotel changes and has become quiet, kept for the last few times, and closed to others."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import json
import shutil
import stat
import sys
import threading

import pytest

from clockdesk.app.pack_files import NOTE, PDF, drop_old, read_packs, write_pack
from clockdesk.app.pack_keeper import KEEP, LEFT, Pace, PackKeeper
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.office.pack import make_pack
from clockdesk.office.pack_csv import csv_files
from clockdesk.office.sheets import AsOf
from clockdesk.office.slices import in_slices
from tests.support.desk import NOW, ZONE, desk
from tests.support.engine import until
from tests.support.pdf import read_pdf

pytestmark = pytest.mark.usefixtures("qapp")
PACE = Pace(quiet=15, most=120, refresh=240)


class HandClock:
    """Moved by hand; who sleeps wakes when it has been moved far enough."""

    def __init__(self):
        self.seconds = 0.0
        self._sleepers = []

    def monotonic(self):
        return self.seconds

    def now(self):
        return NOW + dt.timedelta(seconds=self.seconds)

    async def sleep(self, seconds):
        done = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.seconds + seconds, done))
        await done

    async def move(self, seconds):
        self.seconds += seconds
        due = [done for at, done in self._sleepers if at <= self.seconds]
        self._sleepers = [(at, done) for at, done in self._sleepers if at > self.seconds]
        for done in due:
            done.set_result(None)
        for _ in range(5):
            await asyncio.sleep(0)


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
async def it():
    async with desk() as made:
        yield made


@pytest.fixture
async def keeper(it, clock, tmp_path):
    engine = it.engine
    made = PackKeeper(it.office, engine.store, engine.changes, tmp_path / "packs", clock, engine.tasks, PACE)
    await made.start()
    yield made
    await made.close()


async def first_pack(keeper, clock):
    """The one that is made because there was none."""
    await clock.move(PACE.quiet)
    await until(lambda: keeper.packs and not keeper.making)


async def test_the_first_one_is_made_by_itself_and_is_whole(it, keeper, clock, tmp_path):
    assert keeper.packs == ()
    await first_pack(keeper, clock)
    [pack] = keeper.packs
    assert pack.folder.parent == tmp_path / "packs"
    assert pack.folder.name == "2026-11-21_14-02-25"
    assert pack.made == clock.now()
    assert pack.checked == NOW
    assert pack.state == "Live"
    read = read_pdf(pack.pdf.read_bytes())
    assert len(read.pages) == pack.pages > 10
    assert "As of 14:02, 21 Nov; hotel copy checked 14:02:10" in read.pages[0]
    names = {file.name for file in pack.folder.iterdir()}
    assert names >= {PDF, NOTE, "in-house-by-room.csv", "room-status.csv", "posting-form.csv"}
    assert read_packs(tmp_path / "packs") == [pack]


@pytest.mark.usefixtures("posix_only")
async def test_nobody_else_may_open_it(keeper, clock, tmp_path):
    (tmp_path / "packs").mkdir(mode=0o755)
    await first_pack(keeper, clock)
    folder = keeper.packs[0].folder
    assert stat.S_IMODE((tmp_path / "packs").stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


@pytest.fixture
def posix_only():
    """Rights of this kind are those of POSIX; elsewhere the folder lies in the user's own profile."""
    assert sys.platform != "win32"


async def test_a_change_makes_another_after_some_quiet(it, keeper, clock):
    await first_pack(keeper, clock)
    ident = await it.happens("check_in")
    await clock.move(PACE.quiet - 1)
    assert len(keeper.packs) == 1
    await it.happens("housekeeping", room_id=it.some(Kind.ROOM), status="inspect")
    await clock.move(2)
    assert len(keeper.packs) == 1
    await clock.move(PACE.quiet)
    await until(lambda: len(keeper.packs) == 2)
    number = it.office.house.bookings[ident].number
    arrivals = (keeper.packs[0].folder / "arrivals.csv").read_text("utf-8-sig")
    assert number not in [row["booking"] for row in csv.DictReader(io.StringIO(arrivals))]


async def test_changes_without_end_do_not_put_it_off_for_ever(it, keeper, clock):
    await first_pack(keeper, clock)
    room = it.some(Kind.ROOM)
    for turn in range(int(PACE.most // 10) + 1):
        await it.happens("housekeeping", room_id=room, status=("inspect", "progress")[turn % 2])
        await clock.move(10)
    await until(lambda: len(keeper.packs) == 2)


async def test_nothing_is_made_while_nothing_happens(it, keeper, clock):
    await first_pack(keeper, clock)
    for _ in range(20):
        await clock.move(60)
    assert len(keeper.packs) == 1
    assert not keeper.making


async def test_a_pack_does_not_grow_old_while_the_copy_is_confirmed(it, keeper, clock):
    await first_pack(keeper, clock)
    await clock.move(PACE.refresh + 1)
    it.clock.at = clock.now()
    it.is_live()
    await clock.move(PACE.quiet)
    await until(lambda: len(keeper.packs) == 2)
    assert keeper.packs[0].checked > keeper.packs[1].checked


async def test_offline_the_last_one_stays_with_its_time(it, keeper, clock):
    await first_pack(keeper, clock)
    it.line_broke()
    for _ in range(10):
        await clock.move(PACE.refresh)
    assert len(keeper.packs) == 1


async def test_what_changed_before_the_line_broke_is_still_printed(it, keeper, clock):
    await first_pack(keeper, clock)
    await it.happens("check_in")
    it.line_broke()
    await clock.move(PACE.quiet)
    await until(lambda: len(keeper.packs) == 2)
    assert keeper.packs[0].state.startswith("Offline since")
    assert "Offline since" in read_pdf(keeper.packs[0].pdf.read_bytes()).pages[3]


async def test_a_copy_that_is_still_being_read_is_no_picture_of_the_hotel(it, clock, tmp_path):
    standing = it.engine.sync.standing
    standing.started = False
    standing.news()
    keeper = PackKeeper(it.office, it.engine.store, it.engine.changes, tmp_path, clock, it.engine.tasks, PACE)
    await keeper.start()
    await it.happens("check_in")
    for _ in range(10):
        await clock.move(PACE.most)
    assert keeper.packs == ()
    it.is_live()
    await clock.move(PACE.most)
    await until(lambda: keeper.packs)
    await keeper.close()


async def test_only_the_last_few_are_kept(it, keeper, clock, tmp_path):
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "not ours").mkdir()
    made = []
    for _ in range(KEEP + 2):
        made.append((await keeper.make_now()).made)
        await clock.move(60)
    assert [pack.made for pack in keeper.packs] == made[:1:-1]
    assert {pack.folder.name for pack in keeper.packs} | {"not ours"} == {
        folder.name for folder in (tmp_path / "packs").iterdir()
    }


async def test_two_in_one_second_do_not_meet(keeper):
    first, second = await asyncio.gather(keeper.make_now(), keeper.make_now())
    assert first.folder != second.folder
    assert len(keeper.packs) == 2


async def test_a_click_stands_for_the_one_that_was_due(it, keeper, clock):
    await first_pack(keeper, clock)
    await it.happens("check_in")
    await keeper.make_now()
    await clock.move(PACE.most)
    await clock.move(PACE.most)
    assert len(keeper.packs) == 2


async def test_a_copy_for_a_stick_leaves_the_kept_ones_alone(keeper, clock, tmp_path):
    await first_pack(keeper, clock)
    pack = await keeper.save_to(tmp_path / "stick")
    assert pack.folder.parent == tmp_path / "stick"
    assert pack.pdf.exists()
    assert len(keeper.packs) == 1


async def being_written(keeper, monkeypatch):
    """A pack whose thread is in the middle of writing, and what lets it go on."""
    begun, go_on = threading.Event(), threading.Event()

    def slowly(*pack):
        begun.set()
        assert go_on.wait(20)
        return write_pack(*pack)

    monkeypatch.setattr("clockdesk.app.pack_keeper.write_pack", slowly)
    making = asyncio.gather(keeper.make_now())
    await until(begun.is_set)
    return making, go_on


async def close_waits_for(keeper, go_on):
    """The keeper is closed, but not before the thread has written."""
    closing = asyncio.gather(keeper.close())
    for _ in range(20):
        await asyncio.sleep(0)
    assert not closing.done()
    go_on.set()
    await closing


async def test_whoever_closes_it_may_delete_the_folder(keeper, tmp_path, monkeypatch):
    """A thread that is writing is waited for: else guests' names would lie there again after an account was removed."""
    making, go_on = await being_written(keeper, monkeypatch)
    await close_waits_for(keeper, go_on)
    shutil.rmtree(tmp_path / "packs")
    await making
    assert not (tmp_path / "packs").exists()


async def test_what_is_being_made_when_it_is_closed_is_written_nowhere(keeper, tmp_path, monkeypatch):
    """An account is removed while somebody's pack is laid out: guests' names would lie there again afterwards."""
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(steps, clock):
        reached.set()
        await go_on.wait()
        await in_slices(steps, clock)

    monkeypatch.setattr("clockdesk.app.pack_keeper.in_slices", slowly)
    both = [asyncio.gather(keeper.make_now()), asyncio.gather(keeper.make_now())]
    await reached.wait()
    await keeper.close()
    shutil.rmtree(tmp_path / "packs")
    go_on.set()
    for making in both:
        with pytest.raises(KnownError) as caught:
            await making
        assert str(caught.value) == LEFT
    assert not (tmp_path / "packs").exists()


async def test_closing_waits_for_the_thread_though_whoever_asked_is_gone(keeper, tmp_path, monkeypatch):
    making, go_on = await being_written(keeper, monkeypatch)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    await close_waits_for(keeper, go_on)
    shutil.rmtree(tmp_path / "packs")
    assert not (tmp_path / "packs").exists()


async def test_those_of_the_last_session_are_there_at_once(it, keeper, clock, tmp_path):
    await first_pack(keeper, clock)
    half = tmp_path / "packs" / ".making-abc"
    half.mkdir()
    again = PackKeeper(it.office, it.engine.store, it.engine.changes, tmp_path / "packs", clock, it.engine.tasks, PACE)
    await again.start()
    assert again.packs == keeper.packs
    assert not half.exists()
    await again.close()


async def test_without_a_folder_they_pass_with_the_program(it, clock):
    keeper = PackKeeper(it.office, it.engine.store, it.engine.changes, None, clock, it.engine.tasks, PACE)
    await keeper.start()
    pack = await keeper.make_now()
    assert not keeper.lasting
    assert stat.S_IMODE(pack.folder.parent.stat().st_mode) == 0o700
    await keeper.close()
    assert not pack.folder.parent.exists()


async def test_listeners_hear_of_making_and_made(keeper):
    heard = []
    end = keeper.listen(lambda: heard.append((keeper.making, len(keeper.packs))))
    await keeper.make_now()
    assert heard[0] == (True, 0)
    assert heard[-1] == (False, 1)
    end()
    count = len(heard)
    await keeper.make_now()
    assert len(heard) == count


@pytest.mark.logs("no downtime pack")
async def test_a_place_that_can_not_be_written_is_told_and_tried_again(it, clock, tmp_path):
    (tmp_path / "file").write_text("in the way")
    keeper = PackKeeper(
        it.office, it.engine.store, it.engine.changes, tmp_path / "file" / "packs", clock, it.engine.tasks, PACE
    )
    await keeper.start()
    await clock.move(PACE.quiet)
    await until(lambda: keeper.problem)
    assert "check free space and the rights" in keeper.problem
    with pytest.raises(KnownError) as caught:
        await keeper.make_now()
    assert caught.value.code is ErrorCode.DISK
    (tmp_path / "file").unlink()
    await it.happens("check_in")
    await clock.move(PACE.quiet)
    await until(lambda: keeper.packs)
    assert keeper.problem == ""
    await keeper.close()


def test_half_a_pack_is_never_there(tmp_path, monkeypatch):
    document = make_pack_of_nothing()
    monkeypatch.setattr("clockdesk.app.pack_files.PDF", "no/such/folder.pdf")
    with pytest.raises(KnownError):
        write(tmp_path, document, b"%PDF", 1)
    assert list(tmp_path.iterdir()) == []


def write(below, document, pdf, pages):
    return write_pack(below, document.as_of, dict(csv_files(document.tables, document.as_of)), pdf, pages)


def make_pack_of_nothing():
    async def make():
        async with desk(rooms=2, bookings=0) as it:
            return make_pack(it.office, AsOf("Hotel", ZONE, NOW, NOW))

    return asyncio.run(make())


def test_other_peoples_folders_are_neither_read_nor_deleted(tmp_path):
    document = make_pack_of_nothing()
    for name, text in (("a", "{}"), ("b", "[1"), ("c", json.dumps({"what": "another program"}))):
        (tmp_path / name).mkdir()
        (tmp_path / name / NOTE).write_text(text)
    (tmp_path / "d").write_text("a file")
    pack = write(tmp_path, document, b"", 0)
    assert read_packs(tmp_path) == [pack]
    assert pack.pdf is None
    assert drop_old(tmp_path, 1) == [pack]
    assert {"a", "b", "c", "d"} <= {entry.name for entry in tmp_path.iterdir()}
    shutil.rmtree(pack.folder)
    assert read_packs(tmp_path / "nowhere") == []


async def test_slices_let_others_go_on():
    clock = HandClock()
    turns = []

    def work():
        for step in range(10):
            clock.seconds += 0.005
            turns.append(f"step {step}")
            yield

    async def other():
        for _ in range(3):
            await asyncio.sleep(0)
            turns.append("other")

    await asyncio.gather(in_slices(work(), clock), other())
    assert "other" in turns[: turns.index("step 9")]


async def test_a_long_step_is_announced_and_others_go_first():
    clock, turns = HandClock(), []

    def work():
        yield False
        turns.append("short")
        yield True
        turns.append("long")

    async def other():
        for _ in range(20):
            await asyncio.sleep(0)
        turns.append("other")

    await asyncio.gather(in_slices(work(), clock), other())
    assert turns == ["short", "other", "long"]


async def test_the_first_pack_does_not_wait_for_quiet(it, clock, tmp_path):
    keeper = PackKeeper(it.office, it.engine.store, it.engine.changes, tmp_path, clock, it.engine.tasks, PACE)
    await keeper.start()
    room = it.some(Kind.ROOM)
    for turn in range(4):
        await it.happens("housekeeping", room_id=room, status=("inspect", "progress")[turn % 2])
        await clock.move(2)
    await until(lambda: keeper.packs and not keeper.making)
    assert clock.seconds < PACE.quiet
    await keeper.close()
