"""Faults as a client meets them, each for as long as it was asked for."""

from __future__ import annotations

import socket

import httpx
import pytest

from tests.hotel.asking import Client
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=6, bookings=20)


@pytest.fixture
def client(hotel):
    with Client(hotel) as made:
        made.get("")
        yield made


def test_a_cut_line(hotel, client):
    hotel.fault(cut_line=2)
    for _ in range(2):
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            client.call("/rooms")
    client.get("/rooms")


def test_a_write_whose_answer_is_cut_has_been_done(hotel, client):
    room = hotel.truth("rooms")[0]["id"]
    hotel.fault(cut_answer={"calls": 1, "method": "PUT"})
    client.get("/rooms")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        client.put(f"/rooms/{room}", {"room": {"housekeeping_status": "inspect"}})
    assert hotel.truth("rooms", room)[0]["housekeeping_status"] == "inspect"


def test_a_write_whose_line_is_cut_has_not(hotel, client):
    room = hotel.truth("rooms")[0]
    hotel.fault(cut_line={"calls": 1, "method": "PUT"})
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        client.put(f"/rooms/{room['id']}", {"room": {"housekeeping_warning": "wet floor"}})
    assert hotel.truth("rooms", room["id"]) == [room]


def test_half_a_body(hotel, client):
    hotel.fault(half_body=1)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        client.call("/rooms")
    client.get("/rooms")


def test_a_proxys_502(hotel, client):
    hotel.fault(html_502=1)
    answer = client.call("/rooms")
    assert answer.status_code == 502
    assert answer.headers["content-type"].startswith("text/html")
    client.get("/rooms")


def test_an_answer_that_is_no_json(hotel, client):
    hotel.fault(wrong_json=1)
    answer = client.call("/rooms")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    with pytest.raises(ValueError, match="Expecting"):
        answer.json()
    client.get("/rooms")


def test_a_slow_service(hotel, client):
    hotel.fault(slow={"seconds": 30, "path": "/rooms"})
    client.get("/room_types")
    with pytest.raises(httpx.ReadTimeout):
        client.call("/rooms", timeout=0.3)
    hotel.fault(slow=False)
    client.get("/rooms")


def test_one_object_is_broken_and_one_is_gone(hotel, client):
    first, second, third = (one["id"] for one in hotel.truth("bookings")[:3])
    hotel.fault(always_500={"table": "bookings", "id": first}, missing={"table": "bookings", "id": second})
    assert client.call(f"/bookings/{first}").status_code == 500
    assert client.call(f"/bookings/{first}").json().keys() == {"error"}
    assert client.call(f"/bookings/{second}").status_code == 404
    client.get(f"/bookings/{third}")
    assert {first, second, third} <= set(client.get("/bookings"))
    hotel.clear_faults()
    client.get(f"/bookings/{first}")
    client.get(f"/bookings/{second}")


def test_nobody_listens(hotel, client):
    hotel.fault(refuse_api=True)
    with pytest.raises(httpx.ConnectError):
        client.call("/rooms")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", hotel.port), timeout=2)
    assert httpx.get(f"{hotel.control}/stats").status_code == 200
    hotel.fault(refuse_api=False)
    client.get("/rooms")


def test_a_fault_nobody_knows(hotel):
    with pytest.raises(ValueError, match="rain"):
        hotel.fault(rain=True)
