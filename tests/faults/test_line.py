"""A line and a service that fail, met by the real command: a clear sentence with the next step, and nothing lost."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.command import Command, access_to
from tests.support.hotel import running_hotel
from tests.support.scripted import Reply, Scripted

hotel = running_hotel(rooms=6, bookings=30)

NO_SUCH_NAME = """
import socket
def getaddrinfo(host, *_, **__):
    raise socket.gaierror(-2, "Name or service not known")
socket.getaddrinfo = getaddrinfo
"""
PATIENCE = """
import clockdesk.api.transport
from clockdesk.api.wire import Patience
clockdesk.api.transport.Patience = lambda: Patience(read=0.3)
"""


@pytest.fixture
def options(hotel, tmp_path):
    return access_to(hotel, tmp_path)


def said(outcome, state, *words):
    """The sentence and the summary line of a synchronisation that did not succeed."""
    assert outcome.status == 1
    [summary] = outcome.lines
    assert summary["state"] == state
    assert summary["reason"] in outcome.words
    for word in words:
        assert word in outcome.words
    return summary


def has_everything(clockdesk, hotel, options):
    """The copy made before the fault is still there, whole."""
    rooms = clockdesk("query", "rooms", "", "--raw", *options)
    assert {row["id"]: row for row in rooms.lines} == {row["id"]: row for row in hotel.truth("rooms")}


# The key


def test_a_wrong_key(clockdesk, hotel, tmp_path):
    outcome = clockdesk("sync", "--once", *access_to(hotel, tmp_path, key="wrong"))
    summary = said(outcome, "signed_out", "does not know this API user and key", "Type the key again")
    assert summary["calls"] == hotel.stats()["calls"] == 2, "it is not tried again and again"


def test_after_a_wrong_key_the_right_one_can_be_given(clockdesk, hotel, tmp_path):
    """Nothing is left behind that only the wrong key opens."""
    clockdesk("sync", "--once", *access_to(hotel, tmp_path, key="wrong"))
    assert not (tmp_path / "copy").exists()
    assert clockdesk("sync", "--once", *access_to(hotel, tmp_path)).status == 0


def test_a_mistyped_key_leaves_the_copy_alone(clockdesk, hotel, tmp_path, options):
    clockdesk("sync", "--once", *options)
    hotel.reset_stats()
    for command in (["sync", "--once"], ["query", "rooms", ""], ["sync", "--watch"]):
        outcome = clockdesk(*command, *access_to(hotel, tmp_path, key="wrong"))
        assert outcome.status == 1
        assert "written with another key" in outcome.words
        assert "--store" in outcome.words
    assert hotel.stats()["calls"] == 0
    has_everything(clockdesk, hotel, access_to(hotel, tmp_path))


def test_a_key_that_was_withdrawn(clockdesk, hotel, options):
    clockdesk("sync", "--once", *options)
    for name, user in hotel.server.users.items():
        user.key = f"withdrawn from {name}"
    said(clockdesk("sync", "--once", *options), "signed_out", "Type the key again")
    has_everything(clockdesk, hotel, options)
    doctor = clockdesk("doctor", *options)
    assert doctor.status == 1
    assert "BAD  sign-in: The service does not know this API user and key." in doctor.out


# Rights

RIGHTS = {
    "bookings": "pms_api_bookings_index",
    "rooms": "pms_api_rooms_index",
    "room types": "pms_api_room_types_index",
    "folios": "base_api_folios_index",
}


@pytest.mark.parametrize(("what", "right"), RIGHTS.items(), ids=RIGHTS.keys())
def test_a_missing_right_leaves_its_part_out_and_is_named(clockdesk, hotel, options, what, right):
    hotel.fault(forget_right=right)
    said(clockdesk("sync", "--once", *options), "partial", f"may not read {what}", right)
    for other in RIGHTS:
        if other == what or (what == "bookings" and other == "folios"):
            continue
        assert clockdesk("query", other.replace(" ", "_"), "", "--json", *options).lines, other


def test_the_doctor_tells_the_rights_that_were_met_and_asks_for_none(clockdesk, hotel, options):
    hotel.fault(forget_right=["base_api_folios_index", "pms_api_rooms_index", "pms_api_users_index"])
    clockdesk("sync", "--once", *options)
    hotel.reset_stats()
    doctor = clockdesk("doctor", *options)
    assert doctor.status == 1
    named = "base_api_folios_index, pms_api_rooms_index"
    assert f"BAD  rights: refused so far: {named}. Ask Clock's support to grant them" in doctor.out
    assert hotel.stats()["calls"] == 2, "the challenge and the root"


def test_objects_that_may_be_listed_and_not_read(clockdesk, hotel, options):
    hotel.fault(forget_right=["pms_api_bookings_show", "pms_api_rooms_bookings"])
    summary = said(clockdesk("sync", "--once", *options), "partial", "may not read bookings")
    assert summary["rooms"] == 6
    assert summary["owed"] > 0, "they are read once the right is there"
    assert "could not be read" not in summary["reason"], "and one reason is enough"


def test_no_right_to_the_root_costs_the_messages_and_nothing_else(clockdesk, hotel, options):
    hotel.fault(forget_right=ROOT)
    outcome = clockdesk("sync", "--once", *options)
    assert outcome.status == 0, outcome.words
    has_everything(clockdesk, hotel, options)
    doctor = clockdesk("doctor", *options)
    assert "no right to the account's own page, so no live messages" in doctor.out
    hotel.happen("new_booking", arrival=str(hotel.world.clock.today()))
    asked = clockdesk("query", "bookings", "arrival = today", "--server", *options)
    assert asked.status == 0
    assert "time zone is not known" in asked.words


ROOT = "pms_api_accounts_show"


def test_a_question_without_the_right_to_it(clockdesk, hotel, options):
    hotel.fault(forget_right="base_api_folios_index")
    outcome = clockdesk("query", "folios", "", "--server", *options)
    assert outcome.status == 1
    assert "lacks a right. Ask Clock to grant it. It is called base_api_folios_index." in outcome.words


# The network


@pytest.mark.parametrize("fault", ["refuse_api", "cut_line"])
def test_no_network(clockdesk, hotel, options, fault):
    clockdesk("sync", "--once", *options)
    hotel.fault(**{fault: True})
    said(clockdesk("sync", "--once", *options), "offline", "Check the network")
    has_everything(clockdesk, hotel, options)
    doctor = clockdesk("doctor", *options)
    assert doctor.status == 1
    assert "ok   copy: opens; 6 rooms" in doctor.out
    assert "BAD  line: " in doctor.out
    asked = clockdesk("query", "rooms", "", "--server", *options)
    assert asked.status == 1
    assert "Check the network" in asked.words
    hotel.clear_faults()
    assert clockdesk("sync", "--once", *options).status == 0


def test_a_line_that_breaks_in_the_middle_is_taken_up_again(clockdesk, hotel, options):
    hotel.fault(cut_line={"path": "/folios"})
    said(clockdesk("sync", "--once", *options), "offline")
    has_everything(clockdesk, hotel, options)
    hotel.clear_faults()
    assert clockdesk("sync", "--once", *options).status == 0


def test_a_service_that_takes_too_long(hotel, tmp_path, options):
    hotel.fault(slow=30)
    outcome = Command(tmp_path / "home", before=PATIENCE)("sync", "--once", *options)
    said(outcome, "offline", "did not answer in time. Try again")


def test_a_wrong_region(tmp_path):
    clockdesk = Command(tmp_path / "home", before=NO_SUCH_NAME)
    (tmp_path / "key").write_text("k")
    access = ("--url", "https://sky-xx9.clock-software.com/1/2", "--user", "u", "--key-file", str(tmp_path / "key"))
    sentence = "There is no server named sky-xx9.clock-software.com, or no network. Check the address and the network."
    said(clockdesk("sync", "--once", *access), "offline", sentence)
    doctor = clockdesk("doctor", *access)
    assert doctor.status == 1
    assert f"BAD  line: {sentence}" in doctor.out


def test_a_wrong_account(clockdesk, hotel, tmp_path):
    options = access_to(hotel, tmp_path, url=hotel.base.rsplit("/", 1)[0] + "/99999")
    said(clockdesk("sync", "--once", *options), "partial")
    doctor = clockdesk("doctor", *options)
    assert doctor.status == 1
    assert "Check region, subscription and account in the address." in doctor.out


def test_the_firewall_is_obeyed_across_commands(clockdesk, hotel, options):
    hotel.fault(ban=True)
    said(clockdesk("sync", "--once", *options), "offline", "firewall")
    calls = hotel.stats()["calls"]
    hotel.fault(ban=False)
    for command in (["sync", "--once"], ["query", "rooms", "", "--server"], ["doctor"]):
        outcome = clockdesk(*command, *options)
        assert outcome.status == 1
        assert "firewall" in outcome.out + outcome.words
    assert hotel.stats()["calls"] == calls, "no call is made until the ban is over"


# Answers that make no sense

ODD = {
    "html instead of JSON": {"html_502": True},
    "no JSON": {"wrong_json": True},
    "half an answer": {"half_body": True},
    "no answer": {"cut_answer": True},
}


@pytest.mark.parametrize("fault", ODD.values(), ids=ODD.keys())
def test_nothing_but_odd_answers(clockdesk, hotel, options, fault):
    clockdesk("sync", "--once", *options)
    hotel.fault(**fault)
    outcome = clockdesk("sync", "--once", *options)
    assert outcome.status == 1
    assert outcome.lines[0]["state"] in {"partial", "offline"}
    assert outcome.words.count("clockdesk: ") == 2, "the state and one reason"
    doctor = clockdesk("doctor", *options)
    assert doctor.status == 1
    assert "BAD  line: " in doctor.out
    has_everything(clockdesk, hotel, options)
    hotel.clear_faults()
    assert clockdesk("sync", "--once", *options).status == 0


@pytest.mark.parametrize("fault", ["wrong_json", "half_body", "html_502", "always_500"])
def test_one_object_that_can_not_be_read_is_owed_and_paid_back(clockdesk, hotel, options, fault):
    today = str(hotel.world.clock.today())
    folio = next(
        row["id"]
        for row in hotel.truth("folios")
        for booking in hotel.truth("bookings", row["payer_id"])
        if booking["status"] == "checked_in"
    )
    hotel.fault(**{fault: {"path": f"/folios/{folio}"} if fault != "always_500" else {"table": "folios", "id": folio}})
    summary = said(clockdesk("sync", "--once", *options), "partial", "1 objects could not be read")
    assert summary["owed"] == 1
    assert summary["bookings"] > 0, today
    hotel.clear_faults()
    assert clockdesk("sync", "--once", *options).lines[0]["owed"] == 0


async def test_a_sign_in_page_of_the_network_in_between(clockdesk, tmp_path):
    """A hotel's Wi-Fi that wants a room number first: 200 and HTML for everything."""
    page = Reply(body=b"<!doctype html><title>Welcome, Mr Nachtigall</title>", headers={"Content-Type": "text/html"})
    (tmp_path / "key").write_text("k")
    async with Scripted(lambda _: page) as server:
        access = ("--url", f"{server.url}/1/2", "--user", "u", "--key-file", str(tmp_path / "key"))
        outcome = await asyncio.to_thread(clockdesk, "doctor", *access)
    assert outcome.status == 1
    assert "a network's own sign-in page may be in between" in outcome.out
    assert "Nachtigall" not in outcome.out + outcome.err
