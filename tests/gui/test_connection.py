"""The connection dialog, tried against a hotel over real HTTP and kept by the program's own connector."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from shiboken6 import delete, isValid

from clockdesk.app.clock import SystemClock
from clockdesk.app.connector import AccountConnector
from clockdesk.app.keys import MemorySecrets
from clockdesk.app.places import places
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.tasks import Tasks
from clockdesk.office.connect import ConnectionForm
from clockdesk.ui.screens.connection import ConnectionDialog
from tests.support.desk import NOWHERE
from tests.support.engine import until
from tests.support.hotel import Hotel
from tests.support.pages import POPUPS, collected_in_this_thread

__all__ = ["collected_in_this_thread"]

ROOT = "pms_api_accounts_show"
"""The right to the account's own page."""


@pytest.fixture(scope="module")
def running():
    with Hotel(rooms=4, bookings=4) as made:
        yield made


@pytest.fixture
def hotel(running):
    yield running
    running.clear_faults()
    running.fault(restore_right=ROOT)


class Kept:
    """What the connector did: the accounts it switched to."""

    def __init__(self, folder):
        self.tasks = Tasks()
        self.secrets = MemorySecrets()
        self.places = places(folder)
        self.switched: list[tuple[str, str]] = []
        self.failure: KnownError | None = None
        self.connector = AccountConnector(self.places, self.secrets, SystemClock(), self.tasks, self.switch)

    async def switch(self, account, key):
        if self.failure is not None:
            raise self.failure
        self.switched.append((account.url, key))


@pytest.fixture
async def kept(tmp_path):
    made = Kept(tmp_path)
    yield made
    await made.tasks.stop()


@pytest.fixture
async def dialog(look, kept):
    window = QWidget()
    window.resize(800, 600)
    window.show()
    made = ConnectionDialog(look, kept.tasks, kept.connector, window)
    made.open()
    yield made
    delete(window)


def form_of(hotel, **members):
    values = {"address": hotel.base, "user": hotel.user, "key": hotel.key} | members
    return ConnectionForm(**values)


def press(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


async def test_a_good_connection_is_told_by_the_hotels_name(dialog, kept, hotel):
    dialog.fill(form_of(hotel))
    press(dialog.test_button)
    assert dialog.told.text() == "Asking the service …"
    assert not dialog.fields["key"].isEnabled()
    await until(dialog.fields["key"].isEnabled)
    assert dialog.told.text() == "Connected to Hotel Vitosha Garden."
    assert kept.switched == []
    assert dialog.isVisible()


async def test_region_subscription_and_account_stand_for_an_address(dialog, hotel):
    dialog.fill(form_of(hotel, address=""))
    press(dialog.test_button)
    assert dialog.told.text() == "Type the region, for example sky-eu1."
    _, host, subscription, account = hotel.base.replace("http://", "http:/").split("/")
    dialog.fill(form_of(hotel, address="", region=host, subscription=subscription, account=account))
    press(dialog.test_button)
    await until(dialog.fields["key"].isEnabled)
    assert dialog.told.text() == "Connected to Hotel Vitosha Garden."


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"address": ""}, "Type the region"),
        ({"address": "", "region": "sky-eu1", "subscription": "abc"}, "The subscription is a number"),
        ({"address": "http://example.com/1/2"}, "start the address with https://"),
        ({"user": " "}, "The API user is missing."),
        ({"key": ""}, "The API key is missing."),
    ],
)
async def test_what_is_missing_is_told_without_asking_anybody(dialog, kept, hotel, members, words):
    hotel.reset_stats()
    dialog.fill(form_of(hotel, **members))
    press(dialog.save_button)
    assert words in dialog.told.text()
    assert dialog.fields["key"].isEnabled()
    assert hotel.stats()["calls"] == 0
    assert not len(kept.tasks)


async def test_a_wrong_key_is_told_plainly_and_can_be_kept_all_the_same(dialog, kept, hotel):
    dialog.fill(form_of(hotel, key="0" * 32))
    dialog.fields["key"].setFocus()
    QTest.keyClick(dialog.fields["key"], Qt.Key.Key_Return)
    await until(dialog.fields["key"].isEnabled)
    assert "user" in dialog.told.text()
    assert "key" in dialog.told.text()
    assert "0" * 32 not in dialog.told.text()
    assert dialog.save_button.text() == "Save anyway"
    assert kept.switched == []
    press(dialog.save_button)
    await until(lambda: kept.switched)
    assert kept.switched == [(hotel.base, "0" * 32)]


async def test_nobody_there_is_told_plainly(dialog, kept):
    dialog.fill(ConnectionForm(address=NOWHERE, user="desk", key="secret"))
    press(dialog.test_button)
    await until(dialog.fields["key"].isEnabled)
    assert "No connection" in dialog.told.text()


async def test_a_missing_right_to_the_root_still_connects(dialog, hotel):
    hotel.fault(forget_right=ROOT)
    dialog.fill(form_of(hotel))
    press(dialog.test_button)
    await until(dialog.fields["key"].isEnabled)
    assert dialog.told.text().startswith("Signed in. The account's own page may not be read")


async def test_a_user_that_no_header_can_carry_is_told(dialog):
    dialog.fill(ConnectionForm(address=NOWHERE, user="jürgen", key="secret"))
    press(dialog.test_button)
    await until(dialog.fields["key"].isEnabled)
    assert dialog.told.text()
    assert "Asking" not in dialog.told.text()


async def test_saving_tries_keeps_and_closes(dialog, kept, hotel):
    dialog.fill(form_of(hotel))
    press(dialog.save_button)
    await until(lambda: not isValid(dialog))
    assert kept.switched == [(hotel.base, hotel.key)]
    name = "-".join(hotel.base.split("/")[-2:])
    assert await kept.secrets.read(f"api:{name}") == hotel.key
    assert hotel.key not in kept.places.settings.read_text("utf-8")
    assert hotel.user in kept.places.settings.read_text("utf-8")


async def test_a_keyring_that_does_not_answer_is_told_in_place(dialog, kept, hotel):
    kept.failure = KnownError(ErrorCode.KEYRING, "The key store is locked.")
    dialog.fill(form_of(hotel))
    press(dialog.save_button)
    await until(lambda: "locked" in dialog.told.text())
    assert dialog.told.text().startswith("The key store is locked. Unlock it")
    assert dialog.isVisible()
    assert dialog.save_button.isEnabled()


async def test_closing_while_it_is_asked_harms_nothing(dialog, kept, hotel):
    hotel.fault(slow=0.3)
    dialog.fill(form_of(hotel))
    press(dialog.test_button)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    await until(lambda: not isValid(dialog))
    await until(lambda: not len(kept.tasks))


async def test_a_full_address_stands_for_the_three_parts(dialog):
    dialog.fields["address"].setFocus()
    QTest.keyClicks(dialog.fields["address"], "x")
    assert not any(dialog.fields[part].isEnabled() for part in ("region", "subscription", "account"))
    QTest.keyClick(dialog.fields["address"], Qt.Key.Key_Backspace)
    assert all(dialog.fields[part].isEnabled() for part in ("region", "subscription", "account"))


async def test_the_key_is_never_legible(dialog):
    assert dialog.fields["key"].echoMode() is QLineEdit.EchoMode.Password
    dialog.fill(ConnectionForm(key="topsecret"))
    assert "topsecret" not in dialog.fields["key"].displayText()


@POPUPS
async def test_every_field_and_button_is_reached_by_tab(dialog):
    reached = []
    for _ in range(12):
        reached.append(dialog.focusWidget())
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    wanted = [*dialog.fields.values(), dialog.cancel_button, dialog.test_button, dialog.save_button]
    assert [widget for widget in wanted if widget not in reached] == []


async def test_long_words_make_the_dialog_grow_and_nothing_is_cut(dialog, look):
    dialog.explain("The keyring no longer holds the key of this account. Type it once more.")
    dialog._say(dialog.mark._mark, "danger", "What happened is told in a sentence or two. " * 6)
    layout = dialog.layout()
    layout.activate()
    assert dialog.height() >= layout.totalHeightForWidth(dialog.width())
    assert dialog.told.height() >= dialog.told.heightForWidth(dialog.told.width())
