"""A computer whose settings lead nowhere: the commands, the connection dialog and the state of the copy say so."""

from __future__ import annotations

import pytest

from clockdesk.app.clock import SystemClock
from clockdesk.app.connector import AccountConnector
from clockdesk.app.engine import open_engine
from clockdesk.app.keys import MemorySecrets
from clockdesk.app.places import places
from clockdesk.app.settings import AccountSettings
from clockdesk.domain.freshness import Freshness, Trust
from clockdesk.domain.tasks import Tasks
from clockdesk.office.connect import ConnectionForm
from tests.support.command import Command
from tests.support.engine import QUICK, until

SERVICE = "https://sky-eu1.clock-software.com/1/2"
SECRET = "pr0xy-s3cret"
PROXY = f"http://desk:{SECRET}@proxy.hotel.example:notaport"
SAID = (
    "The proxy setting HTTPS_PROXY of this computer can't be used: it is no address such as "
    "http://proxy.hotel.example:3128. Ask IT to correct it."
)
NO_FILE = (
    "The file of certificates that SSL_CERT_FILE names on this computer can't be used: there is no such file. "
    "Ask IT to correct the setting."
)
SETTINGS = {"proxy": ({"HTTPS_PROXY": PROXY}, SAID), "certificates": ({"SSL_CERT_FILE": "/gone.pem"}, NO_FILE)}


@pytest.fixture(params=list(SETTINGS.values()), ids=list(SETTINGS))
def setting(request, monkeypatch):
    """What the environment holds, and the sentence for it."""
    for name in ("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    environment, said = request.param
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment, said


@pytest.mark.parametrize("command", [("sync", "--once"), ("doctor",)], ids=["sync", "doctor"])
def test_a_command_ends_with_the_sentence(tmp_path, setting, command):
    environment, said = setting
    (tmp_path / "key.txt").write_text("an-api-key")
    options = ["--url", SERVICE, "--user", "desk", "--key-file", str(tmp_path / "key.txt")]
    outcome = Command(tmp_path, **environment)(*command, *options, "--store", str(tmp_path / "copy"))
    assert outcome.status == 1
    everything = outcome.out + outcome.words
    assert said in everything
    assert SECRET not in everything


async def test_the_connection_dialog_says_it(tmp_path, setting):
    async def nowhere(account, key):
        raise AssertionError(account)

    connector = AccountConnector(places(tmp_path), MemorySecrets(), SystemClock(), Tasks(), nowhere)
    result = await connector.test(ConnectionForm(address=SERVICE, user="desk", key="an-api-key"))
    assert (result.worked, result.words) == (False, setting[1])


async def test_the_state_of_the_copy_says_it(setting):
    account = AccountSettings("test", SERVICE, "desk")
    engine = await open_engine(account, "an-api-key", None, None, SystemClock(), Tasks(), QUICK)
    engine.line.prepare()  # as the window does before it begins
    told: list[Freshness] = []
    engine.freshness.subscribe(told.append)
    engine.start()
    try:
        await until(lambda: any(state.trust is Trust.OFFLINE for state in told))
    finally:
        await engine.close()
    assert told[-1].cause == setting[1]
