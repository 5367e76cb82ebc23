"""`clockdesk doctor` as it is run: one line a finding, in plain words, with few calls and no guesses."""

from __future__ import annotations

import asyncio

import pytest

from tests.app.test_updates import KEY
from tests.support.command import Command, access_to
from tests.support.hotel import running_hotel
from tests.support.scripted import Reply, Scripted

hotel = running_hotel(rooms=6, bookings=30)

WHAT = ["copy", "line", "sign-in", "channels", "rights", "updates"]


@pytest.fixture
def options(hotel, tmp_path):
    return access_to(hotel, tmp_path)


def findings(outcome):
    return {line["what"]: (line["fine"], line["words"]) for line in outcome.lines}


def test_all_is_well(clockdesk, hotel, options):
    clockdesk("sync", "--once", *options)
    hotel.reset_stats()
    outcome = clockdesk("doctor", "--json", *options)
    assert outcome.status == 0, outcome.out
    assert outcome.words == ""
    found = findings(outcome)
    assert list(found) == WHAT
    assert all(fine for fine, _ in found.values())
    assert found["copy"][1].startswith("opens; 6 rooms, ")
    assert "0 owed, as the hotel was at " in found["copy"][1]
    assert found["line"][1] == "127.0.0.1 answers (plain http on this machine)"
    assert found["sign-in"][1].startswith("signed in to ")
    assert found["channels"][1] == "18 are listened to"
    assert found["rights"][1] == "none was refused so far"
    assert found["updates"][1] == "nobody is asked: no `update_feed` is set"
    assert hotel.stats()["calls"] == 2
    assert len(hotel.stats()["polls"]) == 18


def test_in_words(clockdesk, options):
    outcome = clockdesk("doctor", *options)
    assert outcome.status == 0
    assert [line.partition(":")[0] for line in outcome.out.splitlines()] == [f"ok   {what}" for what in WHAT]


def test_before_the_first_synchronisation_nothing_is_made(clockdesk, options, tmp_path):
    outcome = clockdesk("doctor", "--json", *options)
    assert outcome.status == 0
    assert "`clockdesk sync --once` makes it" in findings(outcome)["copy"][1]
    assert not (tmp_path / "copy").exists()


def test_a_broker_that_refuses(clockdesk, hotel, options):
    hotel.fault(refuse_channels=True)
    outcome = clockdesk("doctor", "--json", *options)
    assert outcome.status == 1
    fine, words = findings(outcome)["channels"]
    assert not fine
    assert "No message channel answers." in words
    assert "Changes are found by asking every few seconds instead." in words


def test_an_account_without_channels(clockdesk, hotel, options):
    hotel.fault(no_channels=True)
    outcome = clockdesk("doctor", "--json", *options)
    assert outcome.status == 0, "that is no fault"
    assert "names none" in findings(outcome)["channels"][1]


def test_what_is_owed_is_told(clockdesk, hotel, options):
    folio = next(
        row["id"]
        for row in hotel.truth("folios")
        for booking in hotel.truth("bookings", row["payer_id"])
        if booking["status"] == "checked_in"
    )
    hotel.fault(always_500={"table": "folios", "id": folio})
    clockdesk("sync", "--once", *options)
    assert ", 1 owed, " in findings(clockdesk("doctor", "--json", *options))["copy"][1]


async def test_a_certificate_nobody_trusts(clockdesk, tmp_path, tls_server_context):
    """Nothing of the sign-in is sent over it."""
    (tmp_path / "key").write_text("k")
    async with Scripted(lambda _: Reply(), tls_server_context) as server:
        access = ("--url", f"{server.url}/1/2", "--user", "u", "--key-file", str(tmp_path / "key"))
        outcome = await asyncio.to_thread(clockdesk, "doctor", "--json", *access)
        synced = await asyncio.to_thread(clockdesk, "sync", "--once", *access)
        assert server.asked == []
    assert outcome.status == synced.status == 1
    assert list(findings(outcome)) == ["copy", "line", "rights", "updates"], "what can't be looked at is left out"
    assert (
        "is not safe, so nothing was sent. Check the address and this computer's date" in findings(outcome)["line"][1]
    )
    assert synced.lines[-1]["state"] == "offline"


FEED = 'update_feed = "https://updates.hotel.example/clockdesk"\n'
SET_BY_IT = """
from pathlib import Path
from clockdesk.app import places
places.machine_settings = lambda: Path({file!r})
"""


@pytest.mark.parametrize(
    ("machine", "fine", "words"),
    [
        (FEED, False, "is set, but there is no key to judge its answer by"),
        (f'{FEED}update_key = "{KEY}"', True, "needs a signature of the key your IT named"),
        (f'{FEED}update_key = "no"', False, "`update_key` is no public key"),
    ],
)
def test_why_nobody_is_asked_for_updates(clockdesk, options, tmp_path, machine, fine, words):
    file = tmp_path / "machine.toml"
    file.write_text(machine)
    outcome = Command(clockdesk.home, SET_BY_IT.format(file=str(file)))("doctor", "--json", *options)
    assert outcome.status == (0 if fine else 1)
    assert findings(outcome)["updates"][0] is fine
    assert words in findings(outcome)["updates"][1]


def test_a_feed_of_one_s_own_needs_a_key_too(clockdesk, options):
    settings = clockdesk.home / "config" / "ClockDesk" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'{FEED}update_key = "{KEY}"')
    fine, words = findings(clockdesk("doctor", "--json", *options))["updates"]
    assert not fine
    assert "your IT can name one as `update_key`" in words
