"""`clockdesk query` as it is run: on the copy, at the service, or only in words; for people and for programs."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from urllib.parse import unquote

import pytest

from tests.support.command import Command, access_to
from tests.support.hotel import Hotel, running_hotel
from tests.support.scripted import Reply, Scripted

hotel = running_hotel(rooms=20, bookings=120, scope="module")

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def copy(hotel, tmp_path_factory):
    """A whole copy of the hotel, made once: `copy(words)` queries it."""
    folder = tmp_path_factory.mktemp("query")
    hotel.happen(
        "new_booking", arrival=str(hotel.world.clock.today()), guest_last_name='O\'Neil "x" \x1b]0;x\x07\x9b2J'
    )
    clockdesk, options = Command(folder / "home"), access_to(hotel, folder)
    assert clockdesk("sync", "--once", *options).status == 0
    hotel.reset_stats()
    return lambda *words: clockdesk("query", *words, *options)


def truth(hotel, table, keep=lambda row: True):
    return {row["family_id" if table == "guests" else "id"] for row in hotel.truth(table) if keep(row)}


def test_all_of_each_kind(copy, hotel):
    hotel.reset_stats()
    for what in ("rooms", "room_types", "bookings", "folios"):
        said = copy(what, "", "--json").lines
        assert {row["id"] for row in said} <= truth(hotel, what)
        assert len(said) == len(copy(what, "--json").lines) > 0
    assert copy("guests", "").status == 0
    assert hotel.stats()["calls"] == 0, "reading the copy asks nothing"


def test_a_predicate_chooses(copy, hotel):
    today = str(hotel.world.clock.today())
    in_house = copy(
        "bookings", f'status = checked_in and (adults > 1 or text ~ "zzz") and arrival <= {today}', "--json"
    )
    wanted = truth(
        hotel, "bookings", lambda row: row["status"] == "checked_in" and row["adults"] > 1 and row["arrival"] <= today
    )
    assert {row["id"] for row in in_house.lines} == wanted != set()
    relative = copy("bookings", "status = expected and arrival = today", "--json").lines
    assert {row["id"] for row in relative} == truth(
        hotel, "bookings", lambda row: row["status"] == "expected" and row["arrival"] == today
    )


def test_what_other_objects_know_can_be_asked_of_the_copy(copy, hotel):
    taken = next(row["current_room_id"] for row in hotel.truth("bookings") if row["status"] == "checked_in")
    [room] = hotel.truth("rooms", taken)
    said = copy("bookings", f'room = "{room["name"]}"', "--json").lines
    assert taken in {row.get("current_room_id") for row in said}
    assert {row.get("current_room_id") or row["arrival_room_id"] for row in said} == {taken}
    occupied = {row["id"] for row in copy("rooms", "occupied = true", "--json").lines}
    assert occupied == {row["current_room_id"] for row in hotel.truth("bookings") if row["status"] == "checked_in"}


def test_raw_is_the_service_s_own_json(copy, hotel):
    objects = {row["id"]: row for row in hotel.truth("bookings")}
    outcome = copy("bookings", "", "--raw")
    assert all(objects[row["id"]] == row for row in outcome.lines)
    assert outcome.words.startswith(f"clockdesk: {len(outcome.lines)} bookings, as the hotel was at ")


def test_lines_for_people_can_not_steer_the_terminal(copy):
    outcome = copy("bookings", "")
    assert "O'Neil" in outcome.out
    assert not CONTROL.search(outcome.out)
    assert len(outcome.out.splitlines()) == len(copy("bookings", "", "--json").lines)
    for what in ("rooms", "room_types", "folios"):
        assert copy(what, "").out


def test_money_and_words_in_lines_for_people(copy):
    assert re.search(r"In house .*\d\.\d\d [A-Z]{3}", copy("bookings", "status = checked_in").out)
    assert "Open" in copy("folios", "close_date is null").out
    assert re.search(r"(Clean|Dirty|Inspect)  (occupied|vacant)", copy("rooms", "").out)


def test_a_terminal_that_can_not_show_a_name_gets_escapes(hotel, tmp_path):
    clockdesk = Command(tmp_path, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    options = access_to(hotel, tmp_path)
    clockdesk("sync", "--once", *options)
    assert "\\u" in clockdesk("query", "bookings", "", *options).out
    assert len(clockdesk("query", "bookings", "", "--raw", *options).lines) > 10, "machines get UTF-8 all the same"


def test_a_reader_that_has_seen_enough(hotel, tmp_path):
    clockdesk, options = Command(tmp_path / "home"), access_to(hotel, tmp_path)
    clockdesk("sync", "--once", *options)
    with clockdesk.start("query", "bookings", "", "--raw", *options) as process:
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(20) == 0
        assert "Traceback" not in process.stderr.read()


@pytest.mark.parametrize("device", ["/dev/full"])
def test_a_result_that_can_not_be_written(hotel, tmp_path, device):
    clockdesk, options = Command(tmp_path / "home"), access_to(hotel, tmp_path)
    clockdesk("sync", "--once", *options)
    with open(device, "w") as full:  # noqa: PTH123 (a device)
        command = [sys.executable, "-m", "clockdesk", "query", "rooms", "", *options]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 1
    assert "can't be written: check free space" in ended.stderr


# The service


def test_the_service_gives_ids(copy, hotel):
    hotel.reset_stats()
    outcome = copy("bookings", "status = checked_in", "--server")
    assert outcome.status == 0, outcome.words
    assert {int(line) for line in outcome.out.split()} == truth(
        hotel, "bookings", lambda row: row["status"] == "checked_in"
    )
    assert hotel.stats()["calls"] == 2, "a challenge and the question"
    for what in ("rooms", "room_types", "folios", "guests"):
        said = copy(what, "", "--server", "--json").lines
        assert {row["id"] for row in said} == truth(hotel, what)


def test_an_or_across_members_takes_two_requests_and_each_id_comes_once(copy, hotel):
    outcome = copy("bookings", "status = checked_in or adults > 1", "--server")
    ids = [int(line) for line in outcome.out.split()]
    assert len(ids) == len(set(ids))
    assert set(ids) == truth(hotel, "bookings", lambda row: row["status"] == "checked_in" or row["adults"] > 1)


@pytest.mark.parametrize("predicate", ['room = "101"', 'status = expected and room = "101"', "guest_last_name < x"])
def test_what_the_service_can_not_be_asked_is_refused_before_anything_is_sent(copy, hotel, predicate):
    hotel.reset_stats()
    outcome = copy("bookings", predicate, "--server")
    assert outcome.status == 1
    assert "The service can't be asked this: " in outcome.words
    assert outcome.out == ""
    assert hotel.stats()["calls"] == 0


def test_what_can_not_match_is_not_asked(copy, hotel):
    hotel.reset_stats()
    outcome = copy("bookings", "id in []", "--server")
    assert (outcome.status, outcome.out) == (0, "")
    assert hotel.stats()["calls"] == 0


def test_the_service_is_asked_for_the_hotel_s_today_without_a_copy(tmp_path):
    """Its zone is learnt by one call, once."""
    with Hotel(rooms=4, bookings=30) as hotel:
        clockdesk, options = Command(tmp_path / "home"), access_to(hotel, tmp_path)
        hotel.happen("new_booking", arrival=str(hotel.world.clock.today()))
        for calls in (3, 5):
            outcome = clockdesk("query", "bookings", "arrival = today", "--server", *options)
            assert {int(line) for line in outcome.out.split()} == truth(
                hotel, "bookings", lambda row: row["arrival"] == str(hotel.world.clock.today())
            )
            assert hotel.stats()["calls"] == calls


# Only in words


def test_the_request_is_shown_without_a_hotel(clockdesk):
    outcome = clockdesk(
        "query", "bookings", "status in [expected, checked_in] and arrival >= 2026-11-21", "--show-request"
    )
    assert outcome.status == 0
    assert outcome.out == "status[]=expected&status[]=checked_in&arrival.gteq=2026-11-21\n"
    assert outcome.words == ""
    assert not clockdesk.home.exists(), "nothing is opened"


def test_the_request_as_json_and_what_is_left_out_of_it(clockdesk):
    outcome = clockdesk("query", "bookings", 'number = "a,b" and room = "7"', "--show-request", "--json")
    assert outcome.lines == [{"query": "number.eq=a%2Cb"}]
    assert unquote("a%2Cb") == "a,b"
    assert '"room"' in outcome.words
    several = clockdesk("query", "bookings", "status = expected or adults = 2", "--show-request")
    assert several.out.splitlines() == ["status.eq=expected", "adults.eq=2"]
    assert clockdesk("query", "bookings", "", "--show-request").out == "\n", "the whole list has no query string"
    nothing = clockdesk("query", "bookings", "id in []", "--show-request")
    assert (nothing.status, nothing.out) == (0, "")
    assert "nothing can match" in nothing.words


async def test_the_request_shown_is_the_request_sent(clockdesk, tmp_path):
    predicate = 'number like "O\'%" and status != canceled'
    shown = await asyncio.to_thread(clockdesk, "query", "bookings", predicate, "--show-request")
    assert shown.out == "number.matches=O%27%25&status.is_distinct_from=canceled\n"
    (tmp_path / "key").write_text("k")
    async with Scripted(lambda _: Reply(body=b"[7]")) as server:
        access = ("--url", f"{server.url}/1/2", "--user", "u", "--key-file", str(tmp_path / "key"))
        outcome = await asyncio.to_thread(clockdesk, "query", "bookings", predicate, "--server", *access)
    assert outcome.out == "7\n"
    assert [asked.query for asked in server.asked] == [shown.out.strip()]


# The copy's own state


def test_without_a_copy_the_next_step_is_said_and_nothing_made(clockdesk, hotel, tmp_path):
    outcome = clockdesk("query", "rooms", "", *access_to(hotel, tmp_path))
    assert outcome.status == 1
    assert "There is no copy of the hotel" in outcome.words
    assert "sync --once" in outcome.words
    assert not (tmp_path / "copy").exists()


def test_a_copy_that_was_never_synchronised_says_so(clockdesk, hotel, tmp_path):
    options = access_to(hotel, tmp_path)
    assert clockdesk("query", "rooms", "", "--server", *options).status == 0
    outcome = clockdesk("query", "rooms", "", *options)
    assert (outcome.status, outcome.out) == (0, "")
    assert "never synchronised" in outcome.words
