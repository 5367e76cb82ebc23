"""Keyrings that are locked, silent, forgetful or not to be trusted: a sentence within the time-out, nothing lost."""

from __future__ import annotations

import base64
import json

import pytest
import tomli_w

from clockdesk.app.keys import LOCKED, NOT_KEPT, SPOILT
from tests.support.command import Command
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=4, bookings=10, scope="module")

ACCOUNT = "Vitosha"
HASTE = "import clockdesk.app.keys\nclockdesk.app.keys.TIME_OUT = 0.3"


class Desk:
    """A home in which the account was set up, with a keyring of one kind."""

    def __init__(self, home, hotel):
        self.home = home
        account = {"name": ACCOUNT, "url": hotel.base, "user": hotel.user, "rate": 1000}
        settings = home / "config" / "ClockDesk" / "settings.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text(tomli_w.dumps({"current": ACCOUNT, "accounts": [account]}))
        self.keep(f"api:{ACCOUNT}", hotel.key)
        self.folder = home / "data" / "ClockDesk" / "accounts" / ACCOUNT

    @property
    def held(self):
        return json.loads((self.home / "keyring.json").read_text())

    def keep(self, name, secret):
        held = self.held if (self.home / "keyring.json").exists() else {}
        (self.home / "keyring.json").write_text(json.dumps(held | {f"ClockDesk/{name}": secret}))

    def with_keyring(self, name):
        backend = name if "." in name else f"tests.support.keyrings.{name}"
        return Command(self.home, before=HASTE, PYTHON_KEYRING_BACKEND=backend)


@pytest.fixture
def desk(tmp_path, hotel):
    return Desk(tmp_path / "home", hotel)


def test_a_good_keyring_gives_both_keys(desk, hotel):
    clockdesk = desk.with_keyring("Good")
    outcome = clockdesk("sync", "--once", "--account", ACCOUNT)
    assert outcome.status == 0, outcome.words
    assert len(clockdesk("query", "rooms", "", "--account", ACCOUNT, "--json").lines) == 4
    key = base64.b64decode(desk.held[f"ClockDesk/copy:{ACCOUNT}"])
    assert len(key) == 32
    assert key != hotel.key.encode()
    assert (desk.folder / "mirror.db").exists()


REFUSING = {
    "Locked": LOCKED,
    "Dismissed": LOCKED,
    "Silent": LOCKED,
    "InFile": "This computer has no usable keyring",
    "Chain": "This computer has no usable keyring",
    "keyring.backends.null.Keyring": "This computer has no usable keyring",
    "keyring.backends.fail.Keyring": "This computer has no usable keyring",
    "Forgetful": NOT_KEPT,
}


@pytest.mark.parametrize(("keyring", "sentence"), REFUSING.items(), ids=REFUSING.keys())
def test_a_keyring_that_can_not_be_used(desk, hotel, keyring, sentence):
    hotel.reset_stats()
    before = desk.held
    outcome = desk.with_keyring(keyring)("sync", "--once", "--account", ACCOUNT)
    assert outcome.status == 1
    assert sentence in outcome.words
    assert hotel.key not in outcome.err, "whatever the keyring's own error says"
    assert desk.held == before, "nothing was written to a file in the clear"
    assert not desk.folder.exists()
    assert hotel.stats()["calls"] == 0


def test_a_keyring_that_is_unlocked_again_opens_the_same_copy(desk, hotel):
    good = desk.with_keyring("Good")
    assert good("sync", "--once", "--account", ACCOUNT).status == 0
    for keyring in ("Locked", "Silent"):
        assert desk.with_keyring(keyring)("query", "rooms", "", "--account", ACCOUNT).status == 1
    assert len(good("query", "rooms", "", "--account", ACCOUNT, "--json").lines) == 4


def test_the_key_of_the_copy_is_something_else(desk):
    for odd in ("short", base64.b64encode(bytes(31)).decode(), "ä" * 44):
        desk.keep(f"copy:{ACCOUNT}", odd)
        outcome = desk.with_keyring("Good")("sync", "--once", "--account", ACCOUNT)
        assert outcome.status == 1
        assert SPOILT in outcome.words
        assert desk.held[f"ClockDesk/copy:{ACCOUNT}"] == odd, "it is not overwritten: a copy may depend on it"


def test_a_keyring_without_the_account(desk):
    (desk.home / "keyring.json").write_text("{}")
    outcome = desk.with_keyring("Good")("sync", "--once", "--account", ACCOUNT)
    assert outcome.status == 1
    assert "The keyring holds no key for this account: connect in the window once more" in outcome.words
    assert desk.held == {}, "no key is made for a copy that can't be read anyway"
