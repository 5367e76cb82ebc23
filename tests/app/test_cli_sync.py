"""`clockdesk sync` as it is run: the copy it makes, the line it ends with, the changes it prints, and how it stops."""

from __future__ import annotations

import json
import signal

import pytest

from tests.support.command import Heard, access_to, until
from tests.support.hotel import running_hotel
from tests.support.truth import in_scope

hotel = running_hotel(rooms=20, bookings=120)

MEMBERS = ["state", "rooms", "bookings", "folios", "owed", "calls", "calls_by_endpoint", "rejected_429", "seconds"]


@pytest.fixture
def options(hotel, tmp_path):
    return access_to(hotel, tmp_path)


def copied(clockdesk, options, what):
    """The copy's objects of a kind by id, as the service's own JSON."""
    outcome = clockdesk("query", what, "", "--raw", *options)
    assert outcome.status == 0, outcome.words
    return {row["id"]: row for row in outcome.lines}


def test_a_copy_made_and_read_without_a_window_equals_the_hotel(clockdesk, hotel, options):
    outcome = clockdesk("sync", "--once", "--json", *options)
    assert outcome.status == 0, outcome.words
    [summary] = outcome.lines
    assert list(summary) == MEMBERS
    assert (summary["state"], summary["owed"], summary["rejected_429"]) == ("complete", 0, 0)
    assert summary["calls"] == sum(summary["calls_by_endpoint"].values()) == hotel.stats()["calls"]
    for what in ("rooms", "room_types", "bookings", "folios"):
        truth = {row["id"]: row for row in hotel.truth(what)}
        copy = copied(clockdesk, options, what)
        assert copy
        assert all(truth[ident] == row for ident, row in copy.items())
        if what != "room_types":
            assert len(copy) == summary[what]
    assert set(copied(clockdesk, options, "bookings")) == in_scope(hotel)
    assert set(copied(clockdesk, options, "rooms")) == {row["id"] for row in hotel.truth("rooms")}


def test_the_next_time_costs_few_calls_and_follows_the_hotel(clockdesk, hotel, options):
    clockdesk("sync", "--once", *options)
    hotel.reset_stats()
    changed = hotel.happen("housekeeping")["id"]
    outcome = clockdesk("sync", "--once", *options)
    assert outcome.status == 0, outcome.words
    assert hotel.stats()["calls"] <= 9
    [truth] = hotel.truth("rooms", changed)
    assert copied(clockdesk, options, "rooms")[changed] == truth


def test_no_channel_is_opened(clockdesk, hotel, options):
    clockdesk("sync", "--once", *options)
    assert hotel.stats()["polls"] == {}


def test_without_json_the_person_gets_words_and_the_machine_its_line(clockdesk, options):
    outcome = clockdesk("sync", "--once", *options)
    [summary] = outcome.lines
    assert f"complete: {summary['rooms']} rooms, {summary['bookings']} bookings" in outcome.words


def test_every_call_is_logged_when_asked(clockdesk, options):
    assert "GET /pms_api" in clockdesk("sync", "--once", "--verbose", *options).words
    assert "GET /pms_api" not in clockdesk("sync", "--once", *options).words


@pytest.mark.parametrize("with_type", [True, False])
def test_the_address_is_taken_with_and_without_the_api_type(clockdesk, hotel, tmp_path, with_type):
    """And both name the same copy."""
    origin, subscription, account = hotel.base.rsplit("/", 2)
    other = f"{origin}/pms_api/{subscription}/{account}/" if with_type else hotel.base
    assert clockdesk("sync", "--once", *access_to(hotel, tmp_path)).status == 0
    outcome = clockdesk("query", "rooms", "", "--json", *access_to(hotel, tmp_path, url=other))
    assert len(outcome.lines) == 20


def test_the_key_comes_from_standard_input(clockdesk, hotel, options):
    at = options.index("--key-file") + 1
    piped = [*options[:at], "-", *options[at + 1 :]]
    assert clockdesk("sync", "--once", *piped, stdin=f"{hotel.key}\r\n").status == 0
    assert len(clockdesk("query", "rooms", "", "--json", *options).lines) == 20
    nothing = clockdesk("sync", "--once", *piped, stdin="")
    assert nothing.status == 2
    assert "standard input: it is empty" in nothing.words


def test_a_copy_without_a_folder_of_its_own_lies_with_the_program_s_data(clockdesk, hotel, options):
    at = options.index("--store")
    without = options[:at] + options[at + 2 :]
    assert clockdesk("sync", "--once", *without).status == 0
    assert len(clockdesk("query", "rooms", "", "--json", *without).lines) == 20
    [folder] = (clockdesk.home / "data" / "ClockDesk" / "accounts").iterdir()
    assert (folder / "mirror.db").exists()


# Watching


@pytest.fixture
def watch(clockdesk, options):
    """Starts `sync --watch` and hears it."""
    running = []

    def start(*more):
        running.append(Heard(clockdesk.start("sync", "--watch", *more, *options)))
        return running[-1]

    yield start
    for one in running:
        one.process.kill()
        with one.process:
            pass


def test_each_change_is_printed_as_it_lands(hotel, watch):
    live = watch("--json")
    until(lambda: "clockdesk: Live\n" in live.err and sum(hotel.stats()["open_polls"].values()) == 18, live.process)
    changed = hotel.happen("housekeeping")["id"]
    wanted = {"kind": "room", "id": changed, "change": "changed", "origin": "event"}
    until(lambda: wanted in [json.loads(line) for line in live.out], live.process)
    assert live.end(signal.SIGINT) == 0, "Ctrl-C is the way to end it"


def test_words_for_a_person_and_a_tidy_end_for_a_service_manager(clockdesk, hotel, options, watch):
    live = watch()
    until(lambda: "clockdesk: Live\n" in live.err, live.process)
    assert any(line.startswith("booking ") and line.endswith(" added (cold)\n") for line in live.out)
    hotel.fault(refuse_api=True)
    hotel.happen("housekeeping")
    until(lambda: any("Offline" in line for line in live.err), live.process)
    hotel.fault(refuse_api=False)
    until(lambda: any("Live" in line for line in live.err[live.err.index("clockdesk: Live\n") + 1 :]), live.process)
    assert live.end(signal.SIGTERM) == 0
    assert clockdesk("sync", "--once", *options).status == 0, "the copy was left in order"


def test_a_wrong_key_ends_the_watching(clockdesk, hotel, tmp_path):
    outcome = clockdesk("sync", "--watch", *access_to(hotel, tmp_path, key="wrong"))
    assert outcome.status == 1
    assert "does not know this API user and key" in outcome.words
    assert hotel.stats()["calls"] == 2


def test_a_reader_that_has_seen_enough_ends_the_watching(clockdesk, hotel, options):
    with clockdesk.start("sync", "--watch", *options) as process:
        assert process.stdout.readline().endswith("added (cold)\n")
        process.stdout.close()
        assert process.wait(20) == 0
        assert "Traceback" not in process.stderr.read()


def test_ctrl_c_keeps_what_was_read(clockdesk, hotel, options):
    hotel.fault(slow={"path": "/bookings/", "seconds": 60})
    with clockdesk.start("sync", "--once", *options) as process:
        until(lambda: hotel.stats()["calls"] > 8, process)  # the lists are read, the first booking hangs
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "what was read is kept" in err
    assert out == ""
    hotel.clear_faults()
    assert len(clockdesk("query", "rooms", "", "--json", *options).lines) == 20
    assert clockdesk("sync", "--once", *options).lines[-1]["state"] == "complete"
