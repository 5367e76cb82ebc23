"""The copy's files damaged, locked or in use, met by the real command: a clear sentence, and nothing lost."""

from __future__ import annotations

import subprocess
import sys

import pytest

from clockdesk.domain.kinds import Kind
from clockdesk.store.derive import derive_key
from clockdesk.store.desk import SavedFilter, open_desk
from clockdesk.store.files import Place
from tests.store.builders import NOON
from tests.support.command import Command, access_to, until
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=6, bookings=30)

IMPATIENT = """
import clockdesk.store.connection, clockdesk.store.mirror, clockdesk.store.desk
for module in (clockdesk.store.connection, clockdesk.store.mirror, clockdesk.store.desk):
    module.BUSY_MS = 50
for opening in (clockdesk.store.mirror.open_mirror, clockdesk.store.desk.open_desk):
    opening.__kwdefaults__["busy_ms"] = 50
"""
HOLD = """
import sys, apsw
connection = apsw.Connection(sys.argv[1])
connection.execute("PRAGMA key = 'raw:" + sys.argv[2] + "'")
connection.execute("PRAGMA locking_mode = EXCLUSIVE")
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def options(hotel, tmp_path):
    return access_to(hotel, tmp_path)


@pytest.fixture
def copy(clockdesk, options, tmp_path):
    """A synchronised copy with something in it that a person wrote."""
    assert clockdesk("sync", "--once", *options).status == 0
    return tmp_path / "copy"


def key_of(hotel):
    return derive_key(hotel.key, hotel.base)


def desk_of(hotel, copy):
    return open_desk(Place(copy / "desk.db", key_of(hotel)), at=NOON)


def rooms(clockdesk, options):
    outcome = clockdesk("query", "rooms", "", "--raw", *options)
    assert outcome.status == 0, outcome.words
    return {row["id"]: row for row in outcome.lines}


def cut(path):
    path.write_bytes(path.read_bytes()[:3000])


def overwrite(path):
    path.write_bytes(b"Dear manager, " * 3000)


def spoil_the_middle(path):
    """The first pages are sound, so that it opens."""
    whole = bytearray(path.read_bytes())
    for start in range(12 * 4096, len(whole), 4096):
        whole[start + 50] ^= 0xFF
    path.write_bytes(bytes(whole))


DAMAGE = [cut, overwrite, spoil_the_middle]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_mirror_is_set_aside_and_read_anew(clockdesk, hotel, options, copy, damage):
    desk = desk_of(hotel, copy)
    desk.save_filter(SavedFilter(Kind.BOOKING, "Kept", "status = expected"))
    desk.close()
    damage(copy / "mirror.db")
    spoilt = (copy / "mirror.db").read_bytes()
    reading = clockdesk("query", "rooms", "", *options)
    if damage is not spoil_the_middle:
        assert reading.status == 1
        assert "The copy of the hotel on this computer is damaged." in reading.words
        assert "`clockdesk sync --once` does so." in reading.words
        assert (copy / "mirror.db").read_bytes() == spoilt, "only a synchronisation sets it aside"
    outcome = clockdesk("sync", "--once", *options)
    assert outcome.status == 0, outcome.words
    assert outcome.lines[-1]["state"] == "complete"
    assert "is read anew" in outcome.words
    assert rooms(clockdesk, options) == {row["id"]: row for row in hotel.truth("rooms")}
    assert [path for path in copy.glob("mirror.unreadable-*.db") if path.read_bytes() == spoilt]
    desk = desk_of(hotel, copy)
    assert [saved.name for saved in desk.filters()] == ["Kept"]
    desk.close()


@pytest.mark.parametrize("damage", [cut, overwrite])
def test_a_damaged_desk_is_set_aside_and_said(clockdesk, hotel, options, copy, damage):
    damage(copy / "desk.db")
    spoilt = (copy / "desk.db").read_bytes()
    reading = clockdesk("query", "rooms", "", *options)
    assert reading.status == 1
    assert "The file with your filters, notes and manual log is damaged." in reading.words
    outcome = clockdesk("sync", "--once", *options)
    assert outcome.status == 0
    [aside] = copy.glob("desk.unreadable-*.db")
    assert aside.name in outcome.words
    assert "a new one was started" in outcome.words
    assert aside.read_bytes() == spoilt
    assert rooms(clockdesk, options) == {row["id"]: row for row in hotel.truth("rooms")}


@pytest.mark.parametrize("name", ["mirror.db", "desk.db"])
def test_a_locked_file(hotel, options, copy, tmp_path, name):
    impatient = Command(tmp_path / "home", before=IMPATIENT)
    holder = [sys.executable, "-c", HOLD, str(copy / name), key_of(hotel).hex()]
    with subprocess.Popen(holder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as held:
        assert held.stdout is not None
        assert held.stdout.readline() == "held\n"
        for command in (["sync", "--once"], ["query", "rooms", ""]):
            outcome = impatient(*command, *options)
            assert outcome.status == 1
            assert "is in use by another program: close the other ClockDesk" in outcome.words
        doctor = impatient("doctor", *options)
        assert doctor.status == 1
        assert "BAD  copy: " in doctor.out
        assert "ok   sign-in: " in doctor.out, "the rest is checked all the same"
        held.communicate("")
    assert rooms(impatient, options) == {row["id"]: row for row in hotel.truth("rooms")}


def test_a_second_synchronisation_of_the_same_copy(clockdesk, hotel, options, copy):
    """It would spend the same calls twice; reading beside it is welcome."""
    with clockdesk.start("sync", "--watch", "--json", *options) as watching:
        until(lambda: sum(hotel.stats()["open_polls"].values()) == 18, watching)
        for how in ("--once", "--watch"):
            outcome = clockdesk("sync", how, *options)
            assert outcome.status == 1
            assert "Another ClockDesk keeps this copy true already: use that one, or end it" in outcome.words
        assert rooms(clockdesk, options) == {row["id"]: row for row in hotel.truth("rooms")}
        assert clockdesk("query", "rooms", "", "--server", *options).status == 0
        watching.kill()
        watching.communicate()
    assert clockdesk("sync", "--once", *options).status == 0, "one that was killed is not in the way"


def test_a_folder_that_can_not_be_used(clockdesk, hotel, tmp_path):
    (tmp_path / "file").write_text("in the way")
    outcome = clockdesk("sync", "--once", *access_to(hotel, tmp_path, store=tmp_path / "file" / "copy"))
    assert outcome.status == 1
    assert "can't be written: check its rights, or use another folder" in outcome.words
    assert hotel.stats()["calls"] == 0


def test_a_copy_from_a_newer_program(clockdesk, hotel, options, copy):
    desk = desk_of(hotel, copy)
    desk._db.run("PRAGMA user_version = 99")
    desk.close()
    before = (copy / "desk.db").read_bytes()
    for command in (["sync", "--once"], ["query", "rooms", ""]):
        outcome = clockdesk(*command, *options)
        assert outcome.status == 1
        assert "written by a newer ClockDesk: update this one, or use another folder" in outcome.words
    assert (copy / "desk.db").read_bytes() == before


def test_a_disk_that_is_full_in_the_middle(hotel, options, tmp_path):
    """The copy stays readable, and is completed when there is space again."""
    small = Command(tmp_path / "home", before=SMALL_FILES)
    first = small("sync", "--once", *options)
    assert first.status == 1
    assert "check free space" in first.words
    roomy = Command(tmp_path / "home")
    assert roomy("query", "rooms", "", *options).status == 0
    assert roomy("sync", "--once", *options).status == 0
    assert rooms(roomy, options) == {row["id"]: row for row in hotel.truth("rooms")}


SMALL_FILES = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (260_000, resource.RLIM_INFINITY))
"""


def test_a_settings_file_that_is_damaged(clockdesk):
    settings = clockdesk.home / "config" / "ClockDesk" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("accounts = [broken")
    outcome = clockdesk("sync", "--once", "--account", "11111-22222")
    assert outcome.status == 1
    assert f"The settings file {settings} is damaged. Mend it" in outcome.words
    assert settings.read_text() == "accounts = [broken"
    assert [path.name for path in settings.parent.iterdir()] == ["settings.toml"]
