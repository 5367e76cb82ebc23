"""An account is taken off a computer: no key, no file and no line of it is left, and everything else is."""

from __future__ import annotations

import pytest
import tomli_w

from clockdesk.app.keys import LOCKED
from clockdesk.app.settings import AccountSettings, Settings
from clockdesk.store.hold import Hold
from tests.faults.test_keyring import ACCOUNT, Desk
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=4, bookings=10, scope="module")


class Workstation(Desk):
    """One with a settings file that is looked into."""

    @property
    def settings(self):
        return self.home / "config" / "ClockDesk" / "settings.toml"


@pytest.fixture
def desk(tmp_path, hotel):
    """A workstation with a copy, a second account and a time clock."""
    desk = Workstation(tmp_path / "home", hotel)
    account = {"name": ACCOUNT, "url": hotel.base, "user": hotel.user, "rate": 1000}
    other = {"name": "Rila", "url": "https://sky-eu1.clock-software.com/1/2", "user": "desk"}
    clock = {"address": "https://clock.example"}
    desk.settings.write_text(
        tomli_w.dumps({"current": ACCOUNT, "later": 7, "accounts": [account, other], "time_clock": clock})
    )
    desk.keep("api:Rila", "another key")
    desk.keep("timeclock:https://clock.example", "the clock's key")
    clockdesk = desk.with_keyring("Good")
    assert clockdesk("sync", "--once", "--account", ACCOUNT).status == 0
    assert clockdesk("pack", str(desk.folder / "packs"), "--csv", "--account", ACCOUNT).status == 0
    return desk


def test_one_account_goes_and_the_other_stays(desk):
    assert (desk.folder / "mirror.db").exists()
    assert list((desk.folder / "packs").iterdir())
    outcome = desk.with_keyring("Good")("forget", ACCOUNT, "--yes")
    assert (outcome.status, outcome.words) == (0, f"clockdesk: the account {ACCOUNT} was removed\n")
    assert not desk.folder.exists()
    assert desk.held == {
        "ClockDesk/api:Rila": "another key",
        "ClockDesk/timeclock:https://clock.example": "the clock's key",
    }
    text = desk.settings.read_text()
    assert ACCOUNT not in text
    assert 'current = "Rila"' in text
    assert "later = 7" in text
    assert desk.with_keyring("Good")("forget", ACCOUNT, "--yes").status == 2, "it is not known any more"


def test_everything_goes(desk):
    stray = desk.folder.with_name("11111-22222-abcd")
    stray.mkdir()
    (stray / "mirror.db").write_bytes(b"x")
    logs = desk.home / "state" / "ClockDesk" / "log"
    logs.mkdir(parents=True)
    (logs / "clockdesk.log").write_text("x")
    assert desk.with_keyring("Good")("forget", "--all", "--yes").status == 0
    assert desk.held == {}
    left = [path for path in desk.home.rglob("*") if path.is_file() and path.name != "keyring.json"]
    assert left == []


def test_beside_an_open_window_nothing_is_removed(desk):
    before = desk.held
    hold = Hold(desk.folder)
    outcome = desk.with_keyring("Good")("forget", ACCOUNT, "--yes")
    hold.release()
    assert outcome.status == 1
    assert "Another ClockDesk" in outcome.words
    assert desk.held == before
    assert (desk.folder / "desk.db").exists()


def test_a_locked_keyring_keeps_all_of_it(desk):
    outcome = desk.with_keyring("Locked")("forget", ACCOUNT, "--yes")
    assert outcome.status == 1
    assert LOCKED in outcome.words
    assert (desk.folder / "desk.db").exists()
    assert ACCOUNT in desk.settings.read_text()


MISTAKES = {
    (ACCOUNT,): "Give --yes",
    (): "Say which account",
    (ACCOUNT, "--all", "--yes"): "Say which account",
    ("Nobody", "--yes"): "There is no account called 'Nobody' here",
}


def test_nothing_goes_by_mistake(desk):
    for words, said in MISTAKES.items():
        outcome = desk.with_keyring("Good")("forget", *words)
        assert outcome.status == 2
        assert said in outcome.words
        assert (desk.folder / "desk.db").exists()


@pytest.mark.parametrize(("answer", "gone"), [("yes\n", True), ("y\n", False), ("", False)])
def test_a_person_is_asked_first(desk, answer, gone):
    clockdesk = desk.with_keyring("Good")
    clockdesk.before += "\nimport sys\nsys.stdin.isatty = lambda: True"
    outcome = clockdesk("forget", ACCOUNT, stdin=answer)
    assert "with all that was written down? Type yes: " in outcome.words
    assert outcome.status == (0 if gone else 1)
    assert desk.folder.exists() is not gone


def test_another_account_becomes_current():
    one, two = (AccountSettings(name, "https://x/1/2", "u") for name in ("one", "two"))
    both = Settings().with_account(one).with_account(two)
    assert both.without_account("one").current == "two"
    assert both.without_account("two").current == "one"
    assert both.without_account("one").without_account("two") == Settings()
