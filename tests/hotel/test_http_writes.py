"""Writes: what they answer, which events follow in which order, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hotel.asking import Client
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=8, bookings=40)


@pytest.fixture
def client(hotel):
    with Client(hotel) as made:
        yield made


@pytest.fixture
def events(hotel):
    """Every event from now on, as (name, payload)."""
    seen: list[tuple[str, dict[str, Any]]] = []
    hotel.world.subscribe(lambda name, payload, _delay: seen.append((name, dict(payload))))
    return seen


def expected(hotel) -> dict[str, Any]:
    return next(one for one in hotel.truth("bookings") if one["status"] == "expected")


def test_a_room_is_written_wrapped_or_flat(hotel, client, events):
    room = hotel.truth("rooms")[0]["id"]
    wrapped = client.put(f"/rooms/{room}", {"room": {"housekeeping_status": "inspect"}})
    assert wrapped.status_code == 200
    assert wrapped.json()["housekeeping_status"] == "inspect"
    assert wrapped.json() == hotel.truth("rooms", room)[0]
    flat = client.put(f"/rooms/{room}", {"housekeeping_status": "progress"})
    assert flat.json()["housekeeping_status"] == "progress"
    assert events == [("housekeeping_changed", {"room_id": room})] * 2


def test_a_booking_is_canceled(hotel, client, events):
    booking = expected(hotel)
    answer = client.put(f"/bookings/{booking['id']}", {"booking": {"status": "canceled"}})
    assert answer.status_code == 200
    changed = answer.json()
    assert changed["status"] == "canceled"
    assert changed["lock_version"] > booking["lock_version"]
    assert changed["updated_at"] > booking["updated_at"]
    names = [name for name, payload in events if payload == {"booking_id": booking["id"]}]
    assert names[:2] == ["booking_update", "booking_canceled"]


def test_a_stale_lock_version_is_a_500(hotel, client):
    booking = expected(hotel)
    body = {"booking": {"note": "late", "lock_version": booking["lock_version"]}}
    assert client.put(f"/bookings/{booking['id']}", {"booking": {"arrival_time": "23:00"}}).status_code == 200
    answer = client.put(f"/bookings/{booking['id']}", body)
    assert answer.status_code == 500
    assert answer.json() == {"error": "Attempted to update a stale object: Booking"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"booking": {}}', "application/json"),
        (b'{"booking": {"status": "canceled"}}', "text/plain"),
    ],
)
def test_bodies_that_say_nothing(hotel, client, content, kind):
    booking = expected(hotel)
    answer = client.call(f"/bookings/{booking['id']}", method="PUT", content=content, headers={"content-type": kind})
    assert answer.status_code == 400
    assert list(answer.json()) == ["error"]
    assert hotel.truth("bookings", booking["id"]) == [booking]


def test_writes_to_nothing(client):
    assert client.put("/bookings/999999999", {"booking": {"status": "canceled"}}).status_code == 404
    assert client.put("/rooms/999999999", {"room": {"housekeeping_status": ""}}).status_code == 404
    assert client.put("/room_types/42416", {"room_type": {"name": "X"}}).status_code == 404


def test_a_right_to_write_is_a_right_of_its_own(hotel, client):
    room = hotel.truth("rooms")[0]["id"]
    hotel.fault(forget_right="pms_api_rooms_update")
    answer = client.put(f"/rooms/{room}", {"room": {"housekeeping_status": "inspect"}})
    assert answer.json() == {"error": "The User doesn't have pms_api_rooms_update right"}
    client.get(f"/rooms/{room}")
