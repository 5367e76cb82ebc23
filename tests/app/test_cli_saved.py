"""`clockdesk query --saved`: a filter that was saved in the window answers on the command line, from the same file."""

from __future__ import annotations

import datetime as dt

import pytest

from clockdesk.api.address import BaseUrl
from clockdesk.domain.kinds import Kind
from clockdesk.store.derive import derive_key
from clockdesk.store.desk import SavedFilter
from clockdesk.store.thread import open_store
from tests.support.command import Command, access_to
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=12, bookings=60, scope="module")

SAVED = (
    SavedFilter(Kind.BOOKING, "Arrivals", "status = expected and arrival = today", pinned=True),
    SavedFilter(Kind.ROOM, "Taken", "occupied = true"),
    SavedFilter(Kind.FOLIO, "Taken", "balance > 0"),
    SavedFilter(Kind.BOOKING, "Old one", "colour = green"),
)


@pytest.fixture(scope="module")
def copy(hotel, tmp_path_factory):
    """A whole copy with filters saved beside it: `copy(words)` queries it."""
    folder = tmp_path_factory.mktemp("saved")
    clockdesk, options = Command(folder / "home"), access_to(hotel, folder)
    assert clockdesk("sync", "--once", *options).status == 0
    key = derive_key(hotel.key, BaseUrl.parse(hotel.base).text)
    store = open_store(folder / "copy", key, at=dt.datetime(2026, 11, 21, tzinfo=dt.UTC))
    for saved in SAVED:
        store.desk.save_filter(saved)
    store._close()
    hotel.reset_stats()
    return lambda *words: clockdesk("query", *words, *options)


def test_a_saved_filter_by_its_name_alone(copy, hotel):
    today = str(hotel.world.clock.today())
    hotel.reset_stats()
    said = copy("--saved", "Arrivals", "--json")
    wanted = {row["id"] for row in hotel.truth("bookings") if (row["status"], row["arrival"]) == ("expected", today)}
    assert {row["id"] for row in said.lines} == wanted != set()
    assert f"{len(wanted)} bookings, as the hotel was at" in said.words
    assert hotel.stats()["calls"] == 0


def test_one_name_for_two_kinds_asks_which(copy):
    outcome = copy("--saved", "Taken")
    assert (outcome.status, outcome.out) == (2, "")
    assert "say rooms or folios before --saved" in outcome.words
    taken = [row["id"] for row in copy("rooms", "occupied = true", "--json").lines]
    assert [row["id"] for row in copy("rooms", "--saved", "Taken", "--json").lines] == taken != []


def test_a_saved_filter_can_be_shown_as_a_request_and_asked_of_the_service(copy, hotel):
    today = str(hotel.world.clock.today())
    shown = copy("--saved", "Arrivals", "--show-request")
    assert shown.out == f"status.eq=expected&arrival.eq={today}\n"
    asked = copy("--saved", "Arrivals", "--server", "--json").lines
    assert {row["id"] for row in asked} == {row["id"] for row in copy("--saved", "Arrivals", "--json").lines}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--saved", "Nobody"], "Saved: “Arrivals” (bookings), “Taken” (rooms)"),
        (["rooms", "--saved", "Arrivals"], "Saved: “Taken” (rooms)."),
        (["bookings", "status = expected", "--saved", "Arrivals"], "not both"),
        (["--saved", "Old one"], "colour"),
    ],
)
def test_what_can_not_be_answered_is_told(copy, words, said):
    outcome = copy(*words)
    assert (outcome.status, outcome.out) == (2, "")
    assert said in outcome.words
