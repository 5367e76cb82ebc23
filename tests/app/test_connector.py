"""The connection dialog's answering side: a plain result for everything that can be wrong, and nothing lost."""

from __future__ import annotations

import socket

import keyring
import pytest

from clockdesk.api.gate import Gate
from clockdesk.app import settings as settings_file
from clockdesk.app.clock import SystemClock
from clockdesk.app.connector import AccountConnector
from clockdesk.app.keys import MemorySecrets, SystemSecrets
from clockdesk.app.places import places
from clockdesk.app.settings import AccountSettings, Settings
from clockdesk.domain.errors import KnownError, UserError
from clockdesk.domain.tasks import Tasks
from clockdesk.office.connect import ConnectionForm
from tests.support import keyrings
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=4, bookings=8)


class Desk:
    """A connector and what it switched to."""

    def __init__(self, folder, secrets=None, gate_of=None):
        self.at, self.secrets = places(folder), secrets or MemorySecrets()
        self.switched: list[tuple[AccountSettings, str]] = []
        self.tasks = Tasks()
        self.connector = AccountConnector(
            self.at, self.secrets, SystemClock(), self.tasks, self._switch, gate_of=gate_of
        )

    async def _switch(self, account, key):
        self.switched.append((account, key))

    @property
    def settings(self) -> Settings:
        return settings_file.load(self.at.settings)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def form(hotel, **other):
    return ConnectionForm(**({"address": hotel.base, "user": f" {hotel.user} ", "key": f"{hotel.key}\n"} | other))


# Trying


async def test_a_connection_that_works(desk, hotel):
    result = await desk.connector.test(form(hotel))
    assert result.worked
    assert result.words == f"Connected to {result.hotel}."
    assert result.hotel
    assert len(desk.tasks) == 0
    assert hotel.stats()["calls"] == 2


INCOMPLETE = {
    "no user": ({"user": " "}, "The API user is missing."),
    "no key": ({"key": ""}, "The API key is missing."),
    "two keys": ({"key": "one\ntwo"}, "Type the API key as Clock gave it to you."),
    "no address": ({"address": "", "region": ""}, "Type the region"),
    "a word for a number": ({"address": "", "region": "sky-eu1", "subscription": "x", "account": "1"}, "is a number"),
    "plain http": ({"address": "http://sky-eu1.clock-software.com/1/2"}, "start the address with https://"),
}


@pytest.mark.parametrize(("other", "said"), INCOMPLETE.values(), ids=INCOMPLETE.keys())
async def test_an_incomplete_form_asks_nothing_and_keeps_nothing(desk, hotel, other, said):
    result = await desk.connector.test(form(hotel, **other))
    assert not result.worked
    assert said in result.words
    with pytest.raises(UserError, match=said.replace("?", "")):
        await desk.connector.save(form(hotel, **other))
    assert hotel.stats()["calls"] == 0
    assert not desk.at.settings.exists()
    assert desk.switched == []


async def test_a_wrong_key(desk, hotel):
    result = await desk.connector.test(form(hotel, key="wrong"))
    assert (result.worked, result.hotel) == (False, "")
    assert result.words == (
        "The service does not know this API user and key. Type the key again, or ask Clock for a new one."
    )


async def test_a_wrong_account(desk, hotel):
    result = await desk.connector.test(form(hotel, address=hotel.base[:-5] + "99999"))
    assert not result.worked
    assert "check region, subscription and account" in result.words


async def test_a_wrong_region(desk, monkeypatch):
    def nowhere(host, *_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    wrong = ConnectionForm(region="sky-xx9", subscription="1", account="2", user="u", key="k")
    result = await desk.connector.test(wrong)
    assert not result.worked
    assert "no server named sky-xx9.clock-software.com" in result.words
    assert "Check the address" in result.words


FAULTS = {
    "refuse_api": "Check the network",
    "html_502": "Try later",
    "wrong_json": "sign-in page may be in between",
    "half_body": "sign-in page may be in between",
    "ban": "firewall",
}


@pytest.mark.logs("firewall refused")
@pytest.mark.parametrize(("fault", "said"), FAULTS.items())
async def test_what_the_line_can_do(desk, hotel, fault, said):
    hotel.fault(**{fault: True})
    result = await desk.connector.test(form(hotel))
    assert not result.worked
    assert said in result.words


async def test_no_right_to_the_root_is_no_reason_not_to_connect(desk, hotel):
    hotel.fault(forget_right="pms_api_accounts_show")
    result = await desk.connector.test(form(hotel))
    assert result.worked
    assert "no live messages" in result.words


async def test_a_test_shares_the_gate_in_use_and_its_firewall_stop(tmp_path, hotel):
    gate = Gate(SystemClock())
    asked = []

    def gate_of(base, user):
        asked.append((base.text, user))
        return gate

    desk = Desk(tmp_path, gate_of=gate_of)
    await desk.connector.test(form(hotel))
    assert asked == [(hotel.base, hotel.user)]
    assert gate.snapshot().total == 2


# Keeping


async def test_a_connection_is_kept_and_switched_to(desk, hotel):
    await desk.connector.save(form(hotel))
    account = desk.settings.account()
    assert (account.url, account.user) == (hotel.base, hotel.user)
    assert await desk.secrets.read(f"api:{account.name}") == hotel.key
    assert desk.switched == [(account, hotel.key)]
    assert hotel.key not in desk.at.settings.read_text()


async def test_a_new_key_keeps_what_was_set_for_the_account(desk, hotel):
    known = AccountSettings("Mine", hotel.base, "old", rate=3, time_zone="Europe/Sofia", channels=False)
    settings_file.save(desk.at.settings, Settings(theme="dark", other={"x": 1}).with_account(known))
    await desk.connector.save(form(hotel))
    account = desk.settings.account("Mine")
    assert (account.user, account.rate, account.time_zone, account.channels) == (hotel.user, 3, "Europe/Sofia", False)
    assert (desk.settings.theme, desk.settings.other, len(desk.settings.accounts)) == ("dark", {"x": 1}, 1)
    assert await desk.secrets.read("api:Mine") == hotel.key


async def test_the_same_numbers_on_another_server_are_another_account(desk, hotel):
    await desk.connector.save(form(hotel))
    elsewhere = hotel.base.replace("http://127.0.0.1", "https://sky-eu1.clock-software.com")
    await desk.connector.save(form(hotel, address=elsewhere))
    first, second = desk.settings.accounts
    assert first.name != second.name
    assert desk.settings.current == second.name


@pytest.mark.logs("the settings could not be read")
async def test_damaged_settings_are_set_aside_when_there_is_something_better(desk, hotel):
    desk.at.settings.parent.mkdir(parents=True, exist_ok=True)
    desk.at.settings.write_text("accounts = [")
    await desk.connector.save(form(hotel))
    assert desk.settings.account().url == hotel.base
    [aside] = desk.at.settings.parent.glob("settings.unreadable-*.toml")
    assert aside.read_text() == "accounts = ["


@pytest.fixture
def using(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.mark.parametrize("backend", [keyrings.Locked, keyrings.Silent, keyrings.Forgetful])
async def test_a_key_that_could_not_be_kept_changes_nothing(tmp_path, hotel, using, backend):
    using(backend())
    desk = Desk(tmp_path, SystemSecrets(seconds=0.1))
    with pytest.raises(KnownError):
        await desk.connector.save(form(hotel))
    assert not desk.at.settings.exists()
    assert desk.switched == []


async def test_without_a_keyring_the_session_goes_on_in_memory(tmp_path, hotel, using):
    using(keyrings.InFile())
    desk = Desk(tmp_path, SystemSecrets())
    await desk.connector.save(form(hotel))
    assert desk.switched
    assert not desk.secrets.kept
    assert not keyrings.InFile().file.exists()


async def test_settings_that_can_not_be_saved_are_said(tmp_path, hotel):
    (tmp_path / "file").write_text("in the way")
    desk = Desk(tmp_path / "file")
    with pytest.raises(KnownError, match="rights"):
        await desk.connector.save(form(hotel))
    assert desk.switched == []
