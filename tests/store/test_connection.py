"""Opening: encrypted at rest, migrated, and a plain sentence for everything that can be wrong with a file."""

from __future__ import annotations

import stat
import subprocess
import sys

import apsw
import pytest

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.kinds import Kind
from clockdesk.store import connection
from clockdesk.store.batch import Batch
from clockdesk.store.connection import Database, Role
from clockdesk.store.files import Place, discard
from clockdesk.store.mirror import open_mirror
from clockdesk.store.schema_mirror import MIRROR
from tests.store.builders import DAY, KEY, NOON, at, booking

OTHER_KEY = bytes(32)


def role(*steps) -> Role:
    return Role("The test's file", "Start again.", "NORMAL", steps)


def make_one(database: Database) -> None:
    database.run("CREATE TABLE one (x INTEGER) STRICT")
    database.run("INSERT INTO one VALUES (1)")


def make_two(database: Database) -> None:
    database.run("CREATE TABLE two (x INTEGER) STRICT")
    database.run("INSERT INTO two SELECT x + 1 FROM one")


def refused(place: Place, **options) -> KnownError:
    with pytest.raises(KnownError) as caught:
        open_mirror(place, **options)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert KEY.hex() not in sentence + caught.value.detail
    return caught.value


def filled(place: Place) -> None:
    """A closed mirror with a few pages in it."""
    mirror = open_mirror(place)
    mirror.apply(Batch(records=[booking(i, guest_last_name="Nachtigall", note="x" * 900) for i in range(200)]))
    mirror.close()


# At rest


def test_no_name_can_be_read_from_the_files(place):
    mirror = open_mirror(place)
    mirror.apply(Batch(records=[booking(i, guest_last_name="Nachtigall", number=f"N-{i}") for i in range(900)]))
    files = {path.name: path.read_bytes() for path in place.path.parent.iterdir()}
    assert len(files["mirror.db-wal"]) > 100_000, "the rows are still in the write-ahead log"
    mirror.close()
    files["closed"] = place.path.read_bytes()
    assert len(files["closed"]) > 100_000
    for name, content in files.items():
        assert b"Nachtigall" not in content, name
        assert b"nachtigall" not in content, name
        assert b"CREATE TABLE" not in content, name
        assert KEY not in content, name
    again = open_mirror(place)
    assert b"Nachtigall" in (again.raw(Kind.BOOKING, 1) or b"")
    again.close()


def test_only_this_user_may_read_the_files(place):
    filled(place)
    assert stat.S_IMODE(place.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.path.parent.stat().st_mode) == 0o700


def test_nothing_is_written_to_disk_without_a_key(tmp_path):
    with pytest.raises(ValueError, match="needs a key"):
        Place(tmp_path / "mirror.db")
    with pytest.raises(ValueError, match="32 bytes"):
        Place(tmp_path / "mirror.db", b"short")
    assert list(tmp_path.iterdir()) == []


def test_the_key_is_not_shown_in_a_place():
    assert "key" not in repr(Place(None, None))
    assert KEY.hex() not in repr(Place("x", KEY))  # type: ignore[arg-type]
    assert repr(KEY) not in repr(Place("x", KEY))  # type: ignore[arg-type]


def test_a_library_that_ignores_keys_is_refused(monkeypatch):
    monkeypatch.setattr(apsw, "mc_version", "")
    with pytest.raises(RuntimeError, match="apsw-sqlite3mc"):
        connection.check_library()


def test_an_old_sqlite_is_refused(monkeypatch):
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.40.1")
    with pytest.raises(RuntimeError, match="3, 40, 1"):
        connection.check_library()


# A file that can't be used


def test_wrong_key(place):
    filled(place)
    error = refused(Place(place.path, OTHER_KEY))
    assert error.code is ErrorCode.STORE_WRONG_KEY
    assert "another key" in str(error)
    mirror = open_mirror(place)  # and the right key still opens it
    assert mirror.count(Kind.BOOKING) == 200
    mirror.close()


def test_wrong_key_without_the_mark_beside_the_file(place):
    filled(place)
    place.path.with_name("mirror.db.check").unlink()
    assert refused(Place(place.path, OTHER_KEY)).code is ErrorCode.STORE_WRONG_KEY
    open_mirror(place).close()
    assert place.path.with_name("mirror.db.check").exists(), "the mark is made again by the key that opens the file"


DAMAGE = {
    "cut in the middle": lambda whole: whole[: len(whole) // 2],
    "cut within the first page": lambda whole: whole[:100],
    "one page only": lambda whole: whole[:4096],
    "overwritten with text": lambda whole: b"This is a letter to the manager. " * (len(whole) // 33),
    "first page overwritten": lambda whole: bytes(4096) + whole[4096:],
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damaged_file(place, damage):
    filled(place)
    place.path.write_bytes(damage(place.path.read_bytes()))
    error = refused(place)
    assert error.code is ErrorCode.STORE_CORRUPT
    assert "read again from the service" in str(error)


def test_a_page_damaged_in_the_middle_is_found_when_it_is_read(place):
    filled(place)
    whole = bytearray(place.path.read_bytes())
    for start in range(20 * 4096, len(whole), 4096):
        whole[start + 50] ^= 0xFF
    place.path.write_bytes(bytes(whole))
    mirror = open_mirror(place)
    with pytest.raises(KnownError) as caught:
        mirror.values(Kind.BOOKING)
    assert caught.value.code is ErrorCode.STORE_CORRUPT
    mirror.close()


def test_a_discarded_mirror_is_set_aside_once_and_can_be_built_again(place):
    for day in (1, 2):
        filled(place)
        place.path.write_bytes(b"nonsense" * 1000)
        assert refused(place).code is ErrorCode.STORE_CORRUPT
        aside = discard(place.path, NOON.replace(day=day))
        assert aside.read_bytes() == b"nonsense" * 1000
    mirror = open_mirror(place)
    assert mirror.count(Kind.BOOKING) == 0
    mirror.close()
    kept = {path.name for path in place.path.parent.iterdir() if "unreadable" in path.name}
    assert {name.partition(".db")[0] for name in kept} == {"mirror.unreadable-20261102-120000"}


def test_written_by_a_newer_program(place):
    mirror = open_mirror(place)
    mirror._db.run("PRAGMA user_version = 99")
    mirror.close()
    error = refused(place)
    assert error.code is ErrorCode.STORE_TOO_NEW
    assert "update this one" in str(error)


HOLD = """
import sys, apsw
connection = apsw.Connection(sys.argv[1])
connection.execute("PRAGMA key = 'raw:" + sys.argv[2] + "'")
connection.execute("PRAGMA locking_mode = EXCLUSIVE")
connection.execute("INSERT INTO cursor VALUES ('held', 'yes')")
print("held", flush=True)
sys.stdin.read()
"""


def test_held_by_another_process_at_opening(place):
    filled(place)
    command = [sys.executable, "-c", HOLD, str(place.path), KEY.hex()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        error = refused(place, busy_ms=20)
        holder.communicate("")
    assert error.code is ErrorCode.STORE_LOCKED
    assert "close the other ClockDesk" in str(error)
    mirror = open_mirror(place)
    assert mirror.cursor("held") == "yes"
    mirror.close()


def test_held_by_another_process_while_writing(place):
    mirror, other = open_mirror(place, busy_ms=10), open_mirror(place)
    mirror.apply(Batch(records=[booking(1)]))
    with other._db.transaction():
        with pytest.raises(KnownError) as caught:
            mirror.apply(Batch(records=[booking(2)]))
        assert caught.value.code is ErrorCode.STORE_LOCKED
        assert mirror.ids(Kind.BOOKING) == {1}, "reading goes on"
    mirror.apply(Batch(records=[booking(2)]))
    assert mirror.ids(Kind.BOOKING) == {1, 2}
    other.close()
    mirror.close()


def test_a_folder_that_can_not_be_made(tmp_path):
    (tmp_path / "file").write_text("in the way")
    error = refused(Place(tmp_path / "file" / "mirror.db", KEY))
    assert error.code is ErrorCode.DISK
    assert "rights of the folder" in str(error)


def test_a_folder_in_place_of_the_file(tmp_path):
    (tmp_path / "mirror.db").mkdir()
    assert refused(Place(tmp_path / "mirror.db", KEY)).code is ErrorCode.DISK


def test_a_file_that_may_not_be_written(on_disk):
    on_disk._db.run("PRAGMA query_only = ON")
    with pytest.raises(KnownError) as caught:
        on_disk.apply(Batch(records=[booking(1)]))
    assert caught.value.code is ErrorCode.DISK


# Migrations


def test_from_nothing_to_the_present(on_disk):
    assert on_disk._db.rows("PRAGMA user_version") == [(len(MIRROR.migrations),)]
    assert on_disk._db.rows("PRAGMA journal_mode") == [("wal",)]
    assert on_disk._db.rows("PRAGMA foreign_keys") == [(1,)]
    tables = on_disk._db.rows(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite%'"
    )
    assert len(tables) > 10
    assert all(strict for _, strict in tables)


def test_steps_are_taken_once_and_keep_the_rows(place):
    Database(role(make_one), place).close()
    for _ in range(2):
        database = Database(role(make_one, make_two), place)
        assert database.rows("SELECT one.x, two.x FROM one, two") == [(1, 2)]
        assert database.rows("PRAGMA user_version") == [(2,)]
        database.close()


def test_a_step_that_fails_changes_nothing(place):
    def broken(database: Database) -> None:
        database.run("DELETE FROM one")
        raise ZeroDivisionError

    Database(role(make_one), place).close()
    with pytest.raises(ZeroDivisionError):
        Database(role(make_one, make_two, broken), place)
    database = Database(role(make_one), place)
    assert database.rows("SELECT x FROM one") == [(1,)]
    assert database.rows("SELECT count(*) FROM sqlite_schema WHERE name = 'two'") == [(0,)]
    database.close()


def test_a_reader_sees_what_is_written_and_can_not_write(on_disk):
    reader = on_disk.reader()
    on_disk.apply(Batch(records=[booking(1, arrival=DAY)], cursors={"x": at().isoformat()}))
    assert reader.ids(Kind.BOOKING) == {1}
    with pytest.raises(KnownError):
        reader._db.run("DELETE FROM object")
    reader.close()
