"""The eighteen events: names as the service prints them, both spellings of the fiscal request, what each points at."""

from __future__ import annotations

import pytest

from clockdesk.domain.kinds import EventName, Hint, Kind

MEMBERS = {
    "folio_close": "folio_id",
    "folio_update": "folio_id",
    "folio_void": "folio_id",
    "fiscal_request": "folio_id",
    "folio_fiscalize": "folio_id",
    "housekeeping_changed": "room_id",
    "booking_new": "booking_id",
    "booking_update": "booking_id",
    "booking_expected": "booking_id",
    "booking_checked_in": "booking_id",
    "booking_checked_out": "booking_id",
    "booking_canceled": "booking_id",
    "booking_no_show": "booking_id",
    "confirmation_send": "booking_id",
    "door_key_new": "door_key_id",
    "door_key_update": "door_key_id",
    "pos_order_new": "order_id",
    "booking_guests_update": "booking_id",
}
"""The table "Events" of the service's introduction: event -> the member of its message that holds the id."""


def test_there_are_the_eighteen_events_of_the_introduction():
    assert {event.value for event in EventName} == set(MEMBERS)
    assert len(MEMBERS) == 18


@pytest.mark.parametrize(("name", "member"), MEMBERS.items())
def test_an_event_is_read_by_name_and_knows_its_id(name, member):
    event = EventName.read(name)
    assert event is EventName(name)
    assert event.id_member == member
    assert event.kind == (None if name == "pos_order_new" else Kind(member.removesuffix("_id")))


def test_the_fiscal_request_goes_by_two_names():
    assert EventName.read("folio_request") is EventName.FISCAL_REQUEST
    assert EventName.read("fiscal_request") is EventName.FISCAL_REQUEST


@pytest.mark.parametrize("text", ["", "booking", "BOOKING_NEW", "booking_new ", "folio_requests"])
def test_other_names_are_no_event(text):
    assert EventName.read(text) is None


def test_a_hint_tells_a_void_of_a_closed_folio_from_one_of_an_open_folio():
    assert Hint(EventName.FOLIO_VOID, 7).closed is None
    assert Hint(EventName.FOLIO_VOID, 7, closed=True) != Hint(EventName.FOLIO_VOID, 7, closed=False)
