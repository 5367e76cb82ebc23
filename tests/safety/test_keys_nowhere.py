"""Keys are nowhere in the list of processes, whatever runs; downtime packs are for this user alone, or it is said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from clockdesk.app import pack_files, pack_keeper
from clockdesk.app.demo import start_hotel
from tests.support.command import Command, access_to, until
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=4, bookings=10, scope="module")

PROC = Path("/proc")


def seen_by_others(pid):
    """What `ps` shows of a process, and (of one's own) its environment."""
    return b"".join((PROC / str(pid) / name).read_bytes() for name in ("cmdline", "environ", "comm"))


def children_of(pid):
    return (PROC / str(pid) / "task" / str(pid) / "children").read_text().split()


if PROC.is_dir():

    async def test_the_demo_s_hotel_gets_and_gives_its_keys_through_a_pipe():
        made = await start_hotel(["--rooms", "3", "--bookings", "3"])
        try:
            shown = seen_by_others(made.process.pid) + seen_by_others("self")
            assert b"clockdesk" in shown, "the right process"
            for key in (made.key, made.time_clock_key):
                assert len(key) > 8
                assert key.encode() not in shown
            assert made.time_clock_key not in repr(made)
        finally:
            made.close()

    @pytest.mark.parametrize("way", ["file", "standard input"])
    def test_a_running_command_shows_no_key(hotel, tmp_path, way):
        options = access_to(hotel, tmp_path)
        if way == "standard input":
            options[options.index("--key-file") + 1] = "-"
        process = Command(tmp_path / "home").start("sync", "--watch", *options)
        with process:
            process.stdin.write(hotel.key + "\n" if way == "standard input" else "")
            process.stdin.close()
            process.stdin = None
            until(lambda: sum(hotel.stats()["open_polls"].values()) == 18, process)
            shown = seen_by_others(process.pid)
            assert b"--key-file" in shown
            assert hotel.key.encode() not in shown
            assert children_of(process.pid) == []
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)

    def test_a_crash_leaves_no_picture_of_the_memory(tmp_path):
        import resource

        wanted = "import resource\nmost = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
        wanted += "resource.setrlimit(resource.RLIMIT_CORE, (most, most))"
        said = "import resource\nprint(resource.getrlimit(resource.RLIMIT_CORE)[0])"
        for program, allowed in (
            (wanted, True),
            (f"{wanted}\nfrom clockdesk.app.cli import main\nmain(['forget'])", False),
        ):
            done = Command(tmp_path, before=f"{program}\n{said}\nraise SystemExit")()
            most = int(done.out.split()[-1])
            assert (most != 0) is (allowed and resource.getrlimit(resource.RLIMIT_CORE)[1] != 0)

    def test_the_key_would_be_seen_there(hotel, tmp_path):
        process = Command(tmp_path, KEY=hotel.key).start("hotel", "--port", "0")
        with process:
            process.stdout.readline()
            assert hotel.key.encode() in seen_by_others(process.pid)
            process.terminate()


# Packs


def rights(path):
    return oct(path.stat().st_mode & 0o777)


@pytest.fixture
def copied(hotel, tmp_path):
    options = access_to(hotel, tmp_path)
    clockdesk = Command(tmp_path / "home")
    assert clockdesk("sync", "--once", *options).status == 0
    return lambda directory, **more: Command(tmp_path / "home", **more)("pack", str(directory), "--csv", *options)


def test_a_pack_is_for_this_user_alone(copied, tmp_path):
    outcome = copied(tmp_path / "packs")
    assert outcome.status == 0
    assert "Others" not in outcome.words
    folder = Path(outcome.out.strip())
    assert rights(folder) == "0o700"
    assert {rights(file) for file in folder.iterdir()} == {"0o600"}


NO_RIGHTS = """
import os, tempfile
real = tempfile.mkdtemp
def as_a_stick_does(*args, **more):
    made = real(*args, **more)
    os.chmod(made, 0o755)
    return made
tempfile.mkdtemp = as_a_stick_does
"""


def test_a_place_that_keeps_no_rights_is_said(copied, tmp_path):
    outcome = copied(tmp_path / "stick", before=NO_RIGHTS)
    assert outcome.status == 0, "it is wanted there: a person knows the stick"
    assert "Others can read it there, guest names and all" in outcome.words


def test_a_place_everybody_may_write_in_is_said(copied, tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    assert "others could put another pack in its place" in copied(shared).words
    shared.chmod(0o1777)
    assert "others could" not in copied(shared).words, "as in /tmp: one's own stays one's own"


def test_the_folder_beside_the_copy_is_closed_before_it_is_used(tmp_path):
    folder = tmp_path / "packs"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    pack_files.make_private(folder)
    assert rights(folder) == "0o700"
    assert pack_files.exposure(Path(tempfile.mkdtemp(dir=folder))) == ""
    assert pack_files.exposure(tmp_path / "nowhere") == ""


# Packs of a program that keeps nothing


def test_passing_packs_lie_where_they_end_with_the_session(monkeypatch, tmp_path):
    own = tmp_path / "run"
    own.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(own))
    assert pack_files.passing_folder() == own
    with pack_keeper._passing_place() as made:
        assert Path(made).parent == own
        assert rights(Path(made)) == "0o700"
    own.chmod(0o755)
    assert pack_files.passing_folder() == Path(tempfile.gettempdir()), "somebody else could look into it"
    for elsewhere in ("", "run", str(tmp_path / "nowhere")):
        monkeypatch.setenv("XDG_RUNTIME_DIR", elsewhere)
        assert pack_files.passing_folder() == Path(tempfile.gettempdir())


def test_what_a_killed_program_left_of_them_is_deleted_and_nothing_else(tmp_path):
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    dead = tmp_path / f"{pack_files.PASSING}{ended.pid}-x"
    alive = tmp_path / f"{pack_files.PASSING}{os.getpid()}-x"
    others = [
        alive,
        tmp_path / f"{pack_files.PASSING}x",
        tmp_path / f"{pack_files.PASSING}{'9' * 40}-x",
        tmp_path / "x",
    ]
    for folder in (dead, *others):
        folder.mkdir()
        (folder / "in-house.csv").write_text("Grzegorz")
    pack_files.clear_left_behind(tmp_path)
    assert not dead.exists()
    assert all((folder / "in-house.csv").exists() for folder in others)
