"""The settings file: read, written whole, what it does not know kept, and what it can't read never overwritten."""

from __future__ import annotations

import tomllib

import pytest

from clockdesk.api.address import BaseUrl
from clockdesk.app import settings as settings_file
from clockdesk.app.settings import AccountSettings, DamagedSettingsError, Settings
from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from tests.store.builders import NOON

ONE = AccountSettings("1-2", "https://sky-eu1.clock-software.com/1/2", "desk")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config" / "settings.toml"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_none_there_means_the_defaults(path):
    assert settings_file.load(path) == Settings()
    assert not path.parent.exists()


def test_what_is_saved_is_loaded(path):
    settings = Settings(theme="dark").with_account(ONE).with_account(AccountSettings("Zürich", "https://x/3/4", "ü", 7))
    settings_file.save(path, settings)
    assert settings_file.load(path) == settings
    assert settings_file.load(path).account() == settings.accounts[1]
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]


def test_what_a_newer_program_wrote_is_kept(path):
    write(
        path,
        """
current = "1-2"
printer = "EPSON"
[table]
columns = ["room", "guest"]
[[accounts]]
name = "1-2"
url = "https://sky-eu1.clock-software.com/1/2"
user = "desk"
colour = "green"
[accounts.more]
since = 2026-11-21
""",
    )
    before = tomllib.loads(path.read_text())
    settings = settings_file.load(path)
    assert settings.account() == ONE
    settings_file.save(path, settings)
    after = tomllib.loads(path.read_text())
    assert after["printer"] == "EPSON"
    assert after["table"] == before["table"]
    [account] = after["accounts"]
    assert before["accounts"][0].items() <= account.items()


DAMAGED = {
    "no TOML": "accounts = [",
    "not even text": "\x00\x01",
    "a name twice": 'theme = "a"\ntheme = "b"',
    "accounts are a number": "accounts = 5",
    "accounts are texts": 'accounts = ["1-2"]',
    "a table in place of a list": '[accounts]\nname = "1-2"',
    "an account without an address": '[[accounts]]\nname = "1-2"\nuser = "desk"',
    "a rate in words": '[[accounts]]\nname = "1"\nurl = "x"\nuser = "u"\nrate = "fast"',
    "a rate of none": '[[accounts]]\nname = "1"\nurl = "x"\nuser = "u"\nrate = 0',
    "a switch in words": '[[accounts]]\nname = "1"\nurl = "x"\nuser = "u"\nchannels = "yes"',
    "a theme that is a number": "theme = 7",
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_said_and_left_alone(path, text):
    write(path, text)
    with pytest.raises(DamagedSettingsError) as caught:
        settings_file.load(path)
    assert str(path) in str(caught.value)
    assert "Mend it, or connect again" in str(caught.value)
    assert path.read_text() == text


def test_bytes_that_are_no_text(path):
    write(path, "")
    path.write_bytes(b'theme = "\xff"')
    with pytest.raises(DamagedSettingsError):
        settings_file.load(path)


def test_a_file_that_may_not_be_read_is_not_damaged(path):
    path.mkdir(parents=True)
    with pytest.raises(KnownError) as caught:
        settings_file.load(path)
    assert not isinstance(caught.value, DamagedSettingsError)
    assert caught.value.code is ErrorCode.DISK


def test_a_disk_that_refuses(path):
    path.parent.parent.mkdir(exist_ok=True)
    path.parent.write_text("in the way")
    with pytest.raises(KnownError) as caught:
        settings_file.save(path, Settings())
    assert caught.value.code is ErrorCode.DISK
    assert "check free space and the rights of" in str(caught.value)


def test_a_failed_save_leaves_the_old_file(path, monkeypatch):
    settings_file.save(path, Settings(theme="dark"))

    def refuse(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(path), "replace", refuse)
    with pytest.raises(KnownError):
        settings_file.save(path, Settings(theme="light"))
    monkeypatch.undo()
    assert settings_file.load(path).theme == "dark"
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]


def test_a_damaged_file_is_set_aside_under_its_date(path):
    write(path, "broken = [")
    aside = settings_file.set_aside(path, NOON)
    assert aside.name == "settings.unreadable-20261121-120000.toml"
    assert aside.read_text() == "broken = ["
    assert settings_file.load(path) == Settings()


def test_an_unknown_account_is_answered_with_the_known_ones():
    with pytest.raises(UserError, match="Known: none yet"):
        Settings().account("x")
    with pytest.raises(UserError, match=r"no account called 'x' here\. Known: 1-2"):
        Settings().with_account(ONE).account("x")


def test_an_account_is_known_by_its_address_however_written():
    settings = Settings().with_account(ONE)
    for text in ("https://sky-eu1.clock-software.com/pms_api/1/2/", "sky-eu1.clock-software.com/1/2"):
        assert settings.account_at(BaseUrl.parse(text)) == ONE
    elsewhere = BaseUrl.parse("https://sky-us1.clock-software.com/1/2")
    assert settings.account_at(elsewhere) is None
    assert settings.free_name(elsewhere) == "1-2-2", "the same numbers on another server are another hotel"
    assert Settings().free_name(elsewhere) == "1-2"
    assert not AccountSettings("odd", "no address", "x").is_at(elsewhere)


def test_a_zone_that_a_person_names_changes_nothing_else():
    settings = Settings().with_account(ONE)
    assert settings.with_zone(ONE.name, "Europe/Sofia").account() == AccountSettings(
        ONE.name, ONE.url, ONE.user, time_zone="Europe/Sofia"
    )
    with pytest.raises(UserError):
        settings.with_zone("x", "Europe/Sofia")
