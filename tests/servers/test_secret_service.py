"""Keys in a real Secret Service: kept, read back by another process, locked, silent, unlocked, and forgotten."""

from __future__ import annotations

import json

import pytest

from clockdesk.app.keys import LOCKED
from tests.servers.conftest import running
from tests.servers.secret_service import SecretService
from tests.support.command import Command
from tests.support.hotel import running_hotel

pytestmark = pytest.mark.servers("dbus-daemon", "gnome-keyring")

hotel = running_hotel(rooms=4, bookings=10, scope="module")

CHOSEN_BY_ITSELF = "import os\ndel os.environ['PYTHON_KEYRING_BACKEND']\n"
HASTE = "import clockdesk.app.keys\nclockdesk.app.keys.TIME_OUT = 1.0\n"
CONNECT = """
import asyncio, json, sys
from clockdesk.app.clock import SystemClock
from clockdesk.app.connector import AccountConnector
from clockdesk.app.keys import SystemSecrets
from clockdesk.app.places import places
from clockdesk.domain.tasks import Tasks
from clockdesk.office.connect import ConnectionForm

async def switch(account, key):
    print(json.dumps({"account": account.name, "backend": await secrets.backend_name(), "kept": secrets.kept}))

secrets = SystemSecrets()
form = ConnectionForm(**json.loads(sys.stdin.read()))
asyncio.run(AccountConnector(places(), secrets, SystemClock(), Tasks(), switch).save(form))
sys.exit()
"""


@pytest.fixture
def service():
    with running(SecretService, "dbus-daemon", "gnome-keyring") as made:
        yield made


class Desk:
    """A workstation whose account was connected, as the dialog does it."""

    def __init__(self, service, hotel):
        self.service, self.home = service, service.home
        form = {"address": hotel.base, "user": hotel.user, "key": hotel.key}
        said = self.command(CONNECT)(stdin=json.dumps(form))
        assert said.status == 0, said.err
        [self.told] = said.lines
        self.name = self.told["account"]

    def command(self, before=HASTE):
        return Command(self.home, before=CHOSEN_BY_ITSELF + before, **self.service.environment)

    def sync(self):
        return self.command()("sync", "--once", "--account", self.name)


@pytest.fixture
def desk(service, hotel):
    return Desk(service, hotel)


def test_the_whole_way(desk, service, hotel):
    assert desk.told["kept"]
    assert "SecretService" in desk.told["backend"]
    assert desk.sync().status == 0
    clockdesk = desk.command()
    assert len(clockdesk("query", "rooms", "", "--account", desk.name, "--json").lines) == 4, "another process reads it"
    files = [path for path in desk.home.rglob("*") if path.is_file()]
    assert any(path.suffix == ".keyring" for path in files)
    for path in files:
        assert hotel.key.encode() not in path.read_bytes(), path

    service.lock()
    for words in (("sync", "--once"), ("query", "rooms", "")):
        outcome = clockdesk(*words, "--account", desk.name)
        assert (outcome.status, LOCKED in outcome.words) == (1, True)
    service.unlock()
    assert desk.sync().status == 0

    service.fall_silent()
    outcome = desk.sync()
    service.speak_again()
    assert (outcome.status, LOCKED in outcome.words) == (1, True)
    assert desk.sync().status == 0, "nothing was lost"

    assert clockdesk("forget", desk.name, "--yes").status == 0
    outcome = desk.sync()
    assert outcome.status == 2
    assert "There is no account called" in outcome.words
