"""`clockdesk clock`: the real command against the embedded hotel's time clock."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from clockdesk.app.settings import AccountSettings, Settings, load, save
from clockdesk.store.derive import derive_key
from clockdesk.store.desk import open_desk
from clockdesk.store.files import Place
from clockdesk.store.thread import DESK_FILE
from tests.support.clock_proxy import clock_proxy
from tests.support.command import Command
from tests.support.desk import NOW
from tests.support.hotel import running_hotel
from tests.support.scripted import Reply, Scripted
from tests.support.timeclock import WELL_IN, WELL_OUT, account_of, acted, asked, is_in

hotel = running_hotel(rooms=2, bookings=2)


@pytest.fixture
def direct(hotel, tmp_path):
    """Options that name the hotel's time clock and its key."""
    file = tmp_path / "key.txt"
    file.write_text(hotel.ask(lambda server: server.timeclock.key) + "\n", "utf-8")
    url = hotel.ask(lambda server: server.clock_base)
    return ["--url", url, "--key-file", str(file), "--store", str(tmp_path / "notes")]


def test_status_in_out(clockdesk, hotel, direct):
    outcome = clockdesk("clock", "status", "--person", WELL_OUT, *direct)
    assert (outcome.status, outcome.out) == (0, "Maria Petrova: Out\n"), outcome.words
    outcome = clockdesk("clock", "in", "--person", account_of(hotel, WELL_OUT), *direct)
    assert outcome.status == 0
    assert outcome.out.startswith("Maria Petrova: Clocked in at ")
    [facts] = clockdesk("clock", "in", "--json", "--person", WELL_OUT, *direct).lines
    assert (facts["ending"], facts["state"], facts["type"]) == ("already", "in", "front-desk")
    [facts] = clockdesk("clock", "out", "--json", "--person", WELL_OUT, *direct).lines
    assert (facts["ending"], facts["state"], facts["since"]) == ("done", "out", None)
    assert acted(hotel) == {"in": 1, "out": 1}


def test_status_as_json(clockdesk, hotel, direct):
    [facts] = clockdesk("clock", "status", "--json", "--person", WELL_IN, *direct).lines
    assert facts["person"] == "Georgi Ivanov"
    assert facts["account"] == account_of(hotel, WELL_IN)
    assert facts["elapsed_seconds"] >= 600
    assert facts["since"].endswith("+00:00")


@pytest.mark.parametrize("by_name", [True, False])
def test_offline_is_said_and_noted(clockdesk, hotel, direct, tmp_path, by_name):
    who = WELL_OUT if by_name else account_of(hotel, WELL_OUT)
    url, key = hotel.ask(lambda server: (server.clock_base, server.timeclock.key))
    hotel.fault(refuse_clock=True)
    outcome = clockdesk("clock", "in", "--json", "--person", who, *direct)
    assert outcome.status == 1
    [facts] = outcome.lines
    assert facts["sentence"].startswith("NOT recorded - no connection. ")
    assert (facts["ending"], facts["reason"], facts["state"]) == ("not_recorded", "offline", "unknown")
    assert not is_in(hotel, WELL_OUT)
    [note] = notes_in(tmp_path / "notes", derive_key(key, url))
    assert (note.intention, note.person, note.state) == ("in", who, "not recorded")


def notes_in(folder, key):
    desk = open_desk(Place(folder / DESK_FILE, key), at=NOW)
    try:
        return desk.shift_notes()
    finally:
        desk.close()


def test_no_answer_is_looked_up(clockdesk, hotel, direct):
    hotel.fault(clock_cut_answer={"method": "POST", "calls": 1})
    outcome = clockdesk("clock", "in", "--person", WELL_OUT, *direct)
    assert (outcome.status, asked(hotel)["clock"]) == (0, 1)


def test_a_wrong_key_and_a_plan_too_low(clockdesk, hotel, direct, tmp_path):
    hotel.fault(clock_plan=0)
    outcome = clockdesk("clock", "status", "--person", WELL_OUT, *direct)
    assert outcome.status == 1
    assert "plan" in outcome.words
    assert "Plus subscription" in outcome.words
    (tmp_path / "key.txt").write_text("another-key")
    outcome = clockdesk("clock", "in", "--person", WELL_OUT, *direct)
    assert outcome.status == 1
    assert "NOT recorded - the time clock does not accept the key." in outcome.out
    assert "another-key" not in outcome.out + outcome.words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["clock"], "status|in|out"),
        (["clock", "toggle"], "invalid choice"),
        (["clock", "out", "--type", "x"], "--type goes with"),
        (["clock", "status"], "No time clock was set up"),
        (["clock", "status", "--url", "https://clock.example.test"], "--url goes with --key-file"),
    ],
)
def test_wrong_usage(clockdesk, words, said):
    outcome = clockdesk(*words)
    assert outcome.status == 2
    assert said in outcome.words


@pytest.mark.parametrize(
    ("who", "said"), [("nobody", "no one account called"), ("unruly", "banned"), ("maria", "no one account called")]
)
def test_somebody_who_can_not_be_clocked(clockdesk, direct, who, said):
    outcome = clockdesk("clock", "in", "--person", who, *direct)
    assert outcome.status == 2
    assert said in outcome.words


def test_whose_shift_and_plain_http(clockdesk, direct):
    assert "Say whose shift" in clockdesk("clock", "in", *direct).words
    outcome = clockdesk("clock", "in", "--person", "x", "--url", "http://clock.example.test", *direct[2:])
    assert outcome.status == 2
    assert "https://" in outcome.words


def test_what_was_set_up_in_the_window(hotel, tmp_path):
    """Settings and keyring of the window; an offline wish is a note in the account's files."""
    home = tmp_path / "home"
    clockdesk = Command(home, PYTHON_KEYRING_BACKEND="tests.support.keyrings.Good")
    url, key = hotel.ask(lambda server: (server.clock_base, server.timeclock.key))
    settings = home / "config" / "ClockDesk" / "settings.toml"
    people = [
        {"name": "Maria Petrova", "initials": "MP", "account": account_of(hotel, WELL_OUT)},
        {"name": "Georgi Ivanov", "initials": "GI", "account": account_of(hotel, WELL_IN)},
    ]
    table = {"address": url, "person": people[0]["account"], "persons": people, "usual_start": "08:00"}
    account = AccountSettings("1-2", "https://sky-eu1.clock-software.com/1/2", "desk")
    save(settings, Settings(time_clock=table).with_account(account))
    assert load(settings).time_clock == table
    outcome = clockdesk("clock", "status")
    assert outcome.status == 1
    assert "holds no key" in outcome.words
    (home / "keyring.json").write_text(f'{{"ClockDesk/timeclock:{url}": "{key}"}}')
    assert clockdesk("clock", "status").out == "Maria Petrova: Out\n"
    assert clockdesk("clock", "status", "--person", "gi").out.startswith("Georgi Ivanov: In since ")
    assert "There is no one person 'XX'" in clockdesk("clock", "status", "--person", "XX").words
    hotel.fault(clock_cut_answer={"method": "POST"}, clock_500={"path": "/current"})
    outcome = clockdesk("clock", "in")
    assert outcome.status == 1
    assert outcome.out.startswith("Maria Petrova: NOT recorded - ")
    assert (home / "data" / "ClockDesk" / "accounts" / "1-2" / "desk.db").exists()


@pytest.mark.parametrize("refusal", [404, 403])
async def test_by_id_through_a_proxy_of_three_calls(clockdesk, hotel, direct, refusal):
    async with clock_proxy(hotel, refusal) as proxy:
        through = ["--url", proxy.url, *direct[2:]]
        who = account_of(hotel, WELL_OUT)
        outcome = await asyncio.to_thread(clockdesk, "clock", "in", "--person", who, *through)
        assert outcome.status == 0, outcome.words
        assert outcome.out.startswith("Maria Petrova: Clocked in at ")
        [facts] = (await asyncio.to_thread(clockdesk, "clock", "status", "--json", "--person", who, *through)).lines
        assert (facts["person"], facts["state"]) == ("Maria Petrova", "in")
        nobody = str(UUID(int=7))
        outcome = await asyncio.to_thread(clockdesk, "clock", "in", "--person", nobody, *through)
        assert outcome.status == 2
        assert (
            f"The time clock knows no account with the id {nobody}. Check it, or give the user name." in outcome.words
        )
    assert acted(hotel) == {"in": 1}


async def test_a_search_that_takes_no_ids_says_what_to_give(clockdesk, direct):
    def answer(asked):
        known = asked.path.endswith("/search")
        return Reply(400 if known else 404, b'{"detail": "Provide exactly one identifier."}')

    async with Scripted(answer) as server:
        options = ["--url", server.url, *direct[2:], "--person", str(UUID(int=7))]
        outcome = await asyncio.to_thread(clockdesk, "clock", "status", *options)
    assert outcome.status == 2
    assert "give the user name with --person instead" in outcome.words
