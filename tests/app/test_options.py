"""IT's file and a person's own: which holds, what is locked, and what a broken one costs."""

from __future__ import annotations

import argparse
import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockdesk.app import settings as settings_file
from clockdesk.app.cli.shared import access
from clockdesk.app.keys import MemorySecrets
from clockdesk.app.options import OWN, Options, options_here, options_of, with_own
from clockdesk.app.places import Places, machine_settings
from clockdesk.app.settings import AccountSettings, Settings
from clockdesk.app.time_clock import FileKeeping
from clockdesk.app.workstation import known_connection
from clockdesk.domain.errors import KnownError, UserError
from clockdesk.office.connect import PLACE, ConnectionForm
from clockdesk.office.persons import ClockSettings
from tests.app.test_updates import KEY

BASE = "https://sky-eu1.clock-software.com/1/2"
ONE = AccountSettings("1-2", BASE, "desk")
ALL = f"""
base_url = "{BASE}"
api_user = "desk-3"
channels = false
rate = 3
keep_departed = 10
time_clock = "https://api.sonorancms.example"
idle_lock = 5
memory_only = true
update_feed = "https://updates.hotel.example/clockdesk"
update_key = "{KEY}"
proxy = "http://proxy.hotel.example:3128"
"""


@pytest.fixture
def machine(tmp_path):
    return tmp_path / "machine.toml"


def test_without_either_file_the_defaults_hold(machine):
    assert options_of(Settings(), machine) == Options()
    assert (Options().idle_lock, Options().proxy, Options().memory_only) == (0, "system", False)


def test_what_it_says_holds_until_a_person_says_otherwise(machine):
    machine.write_text(ALL)
    told = options_of(Settings(), machine)
    assert (told.idle_lock, told.memory_only, told.channels, told.rate) == (5, True, False, 3)
    assert told.route.proxy == "http://proxy.hotel.example:3128"
    assert options_of(with_own(Settings(), "idle_lock", 10), machine).idle_lock == 10
    used = told.account(ONE)
    assert (used.rate, used.channels) == (3, False)


def test_whose_signature_counts_is_it_s_to_say_alone(machine):
    machine.write_text(ALL)
    own = Settings(
        other={"update_key": base64.b64encode(bytes(32)).decode(), "update_feed": "https://own.example/feed"}
    )
    told = options_of(own, machine)
    assert (told.update_key, told.update_feed) == (KEY, "https://own.example/feed")
    machine.unlink()
    assert options_of(own, machine).update_key == ""
    machine.write_text('update_key = "c2hvcnQ="')
    assert "`update_key` is no public key: base64 of 32 bytes is wanted." in options_of(own, machine).problem


@pytest.mark.parametrize(
    ("own", "locked", "days"), [(30, False, 10), (5, False, 5), (60, False, 60), (5, True, 10), (60, True, 10)]
)
def test_how_long_guests_are_kept(machine, own, locked, days):
    machine.write_text(ALL + ('locked = ["keep_departed"]' if locked else ""))
    assert options_of(Settings(), machine).account(replace(ONE, keep_departed=own)).keep_departed == days
    assert Options().account(replace(ONE, keep_departed=own)).keep_departed == own


def test_what_is_locked_is_final(machine):
    machine.write_text(ALL + 'locked = ["idle_lock", "memory_only", "base_url"]')
    own = with_own(with_own(Settings(), "idle_lock", 0), "memory_only", value=False)
    told = options_of(own, machine)
    assert (told.idle_lock, told.memory_only) == (5, True)
    told.account(AccountSettings("x", "https://sky-eu1.clock-software.com/pms_api/1/2/", "anybody"))
    with pytest.raises(UserError, match=r"for https://.* alone\. Set by your IT\."):
        told.account(AccountSettings("x", "https://sky-eu1.clock-software.com/1/3", "desk"))


def test_a_locked_user_is_the_only_one(machine):
    machine.write_text(ALL + 'locked = ["api_user"]')
    with pytest.raises(UserError, match="API user desk-3 alone"):
        options_of(Settings(), machine).account(ONE)


BROKEN = {
    "no TOML": "idle_lock =",
    "a wrong kind": 'idle_lock = "soon"',
    "too long": "idle_lock = 1000",
    "a rate of none": "rate = 0",
    "guests kept for no day": "keep_departed = 0",
    "guests kept for ever": "keep_departed = 100000",
    "an unknown lock": 'locked = ["printer"]',
    "a lock without a value": 'locked = ["proxy"]',
    "an address that is none": 'base_url = "http://hotel.example/1/2"',
    "a time clock in the clear": 'time_clock = "http://cms.example"',
    "an update key that is none": 'update_key = "release"',
    "an update key that is too short": 'update_key = "c2hvcnQ="',
    "an update key of nothing": 'update_key = ""',
    "a feed in the clear": 'update_feed = "http://updates.example/feed"',
    "a proxy with a password": 'proxy = "http://ann:secret@proxy:3128"',
    "a proxy without a port": 'proxy = "http://proxy"',
    "a proxy of another kind": 'proxy = "socks5://proxy:1080"',
    "a missing CA file": 'ca_file = "/nowhere/ca.pem"',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_machine_file_is_one_sentence_and_left_out(machine, text):
    machine.write_text(text)
    told = options_of(Settings(), machine)
    assert str(machine) in told.problem
    assert told.problem.startswith("What your IT set for this computer is not used")
    assert "secret" not in told.problem
    assert told.with_problem("") == Options(problem=told.problem)


def test_a_machine_file_that_is_no_text_or_may_not_be_read(machine):
    machine.write_bytes(b"\xff\xfe")
    assert options_of(Settings(), machine).problem
    machine.unlink()
    machine.mkdir()
    assert options_of(Settings(), machine).problem


@given(st.text(max_size=200))
def test_whatever_stands_in_it(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("m") / "settings.toml"
    path.write_text(text, "utf-8", newline="")
    told = options_of(Settings(), path)
    assert told.problem or told == Options()


def test_a_person_s_own_mistake_is_said_and_it_s_settings_hold(machine, tmp_path):
    machine.write_text("idle_lock = 5")
    own = tmp_path / "settings.toml"
    own.write_text("proxy = 7\nidle_lock = 9")
    at = Places(own, tmp_path, tmp_path, tmp_path, machine)
    told = options_here(at)
    assert told.idle_lock == 5
    assert told.problem == "Your settings file is not right: `proxy` holds something of a wrong kind."
    own.write_text("broken = [")
    assert options_here(at).idle_lock == 5, "the damaged file is told where the account is opened"


def test_own_choices_are_kept_in_the_file(tmp_path, machine):
    path = tmp_path / "settings.toml"
    settings_file.save(path, with_own(Settings().with_account(ONE), "idle_lock", 15))
    assert options_of(settings_file.load(path), machine).idle_lock == 15
    with pytest.raises(KeyError):
        with_own(Settings(), "base_url", BASE)
    assert set(OWN) == {"idle_lock", "memory_only", "update_feed", "proxy", "ca_file"}


def test_the_dialog_is_told_what_it_need_not_ask():
    assert known_connection(Options(), None) == ConnectionForm()
    proposed = known_connection(Options(base_url=BASE, api_user="desk-3"), None)
    assert proposed == ConnectionForm("sky-eu1", "1", "2", user="desk-3")
    assert proposed.fixed == frozenset()
    assert known_connection(Options(base_url=BASE, api_user="desk-3"), ONE).user == "desk"
    locked = Options(base_url=BASE, api_user="desk-3", locked=frozenset({"base_url", "api_user"}))
    form = known_connection(locked, AccountSettings("x", "https://sky-eu1.clock-software.com/9/9", "desk"))
    assert (form.subscription, form.user) == ("1", "desk-3")
    assert form.fixed == PLACE | {"user"}


async def test_a_locked_time_clock_is_the_only_one(tmp_path):
    path = tmp_path / "settings.toml"
    locked = Options(time_clock="https://cms.hotel.example", locked=frozenset({"time_clock"}))
    keeping = FileKeeping(path, MemorySecrets(), locked)
    kept = await keeping.load()
    assert (kept.address, kept.address_by_it) == ("https://cms.hotel.example", True)
    await keeping.save(ClockSettings("https://cms.hotel.example"))
    with pytest.raises(KnownError, match="Set by your IT"):
        await keeping.save(ClockSettings("https://elsewhere.example"))
    proposed = FileKeeping(tmp_path / "other.toml", MemorySecrets(), Options(time_clock="https://cms.hotel.example"))
    assert (await proposed.load()).address == "https://cms.hotel.example"
    await proposed.save(ClockSettings("https://elsewhere.example"))
    changed = await proposed.load()
    assert (changed.address, changed.address_by_it) == ("https://elsewhere.example", False)


def test_where_it_puts_the_file(monkeypatch):
    assert str(machine_settings()) == "/etc/clockdesk/settings.toml"
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    assert machine_settings().name == "settings.toml"
    assert "clockdesk" in str(machine_settings()).lower()


def test_headless_commands_keep_to_it_too(clockdesk, tmp_path):
    settings = clockdesk.home / "config" / "ClockDesk" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings_file.save(settings, with_own(Settings().with_account(ONE), "memory_only", value=True))
    outcome = clockdesk("sync", "--once", "--account", "1-2")
    assert outcome.status == 1
    assert "keeps nothing of the hotel" in outcome.words


async def test_a_copy_made_with_a_key_file_keeps_guests_no_longer(machine, monkeypatch, tmp_path):
    machine.write_text('keep_departed = 10\nlocked = ["keep_departed"]')
    monkeypatch.setattr("clockdesk.app.places.machine_settings", lambda: machine)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "key").write_text("k")
    given = argparse.Namespace(
        url=BASE, user="desk", key_file=str(tmp_path / "key"), account=None, rate=None, store=str(tmp_path / "copy")
    )
    assert (await access(given)).account.keep_departed == 10
