"""Events over HTTP: addresses from the root answer, order of events, cursors, and what can go wrong with a broker."""

from __future__ import annotations

import json
import threading

import httpx
import pytest

from tests.hotel.asking import Client
from tests.support.hotel import Hotel, running_hotel

hotel = running_hotel(rooms=6, bookings=30, idle_seconds=0.3, channels={"first": "oldest"})


def poll(url: str, cursor: dict[str, str] | None = None, timeout: float = 5.0) -> httpx.Response:
    return httpx.get(url, headers=cursor or {}, timeout=timeout, trust_env=False)


def cursor_of(answer: httpx.Response) -> dict[str, str]:
    return {"if-modified-since": answer.headers["last-modified"], "if-none-match": answer.headers["etag"]}


def change(hotel: Hotel, count: int) -> list[int]:
    """Give that many rooms another housekeeping status; their ids in this order."""
    rooms = hotel.truth("rooms")[:count]
    for room in rooms:
        status = "inspect" if room["housekeeping_status"] == "progress" else "progress"
        hotel.happen("housekeeping", room_id=room["id"], status=status)
    return [room["id"] for room in rooms]


def drain(url: str) -> list[dict[str, int]]:
    seen, cursor = [], None
    while (answer := poll(url, cursor)).status_code == 200:
        seen.append(answer.json())
        cursor = cursor_of(answer)
    assert answer.status_code == 304
    return seen


def test_an_event_answers_an_open_poll(hotel):
    room = hotel.truth("rooms")[0]["id"]
    timer = threading.Timer(0.1, lambda: change(hotel, 1))
    timer.start()
    hotel.fault(channels={"idle_seconds": 20})
    answer = poll(hotel.channel("housekeeping_changed"), timeout=25)
    timer.join()
    assert answer.json() == {"room_id": room}
    assert answer.headers["date"].endswith("GMT")
    assert hotel.stats()["polls"] == {"housekeeping_changed": 1}


def test_a_burst_is_walked_by_the_cursor(hotel):
    rooms = change(hotel, 6)
    assert drain(hotel.channel("housekeeping_changed")) == [{"room_id": room} for room in rooms]


def test_an_idle_poll_is_304_and_needs_no_sign_in(hotel):
    assert poll(hotel.channel("pos_order_new")).status_code == 304


@pytest.mark.parametrize("path", ["/sub/nothing", "/sub/", "/nothing"])
def test_no_such_channel(hotel, path):
    root = httpx.URL(hotel.control).copy_with(path=path)
    assert httpx.get(root).status_code == 404


def test_the_api_port_has_no_channels_and_no_control(hotel):
    path = httpx.URL(hotel.channel("booking_new")).path
    assert httpx.get(f"http://127.0.0.1:{hotel.port}{path}").status_code == 404
    assert httpx.get(f"http://127.0.0.1:{hotel.port}/control/stats").status_code == 404


def test_events_can_be_lost_and_doubled(hotel):
    hotel.fault(drop_events={"calls": 1, "event": "housekeeping_changed"})
    hotel.fault(double_events=1)
    rooms = change(hotel, 3)
    seen = [one["room_id"] for one in drain(hotel.channel("housekeeping_changed"))]
    assert seen == [rooms[1], rooms[1], rooms[2]]


def test_a_restarted_broker_cuts_polls_and_forgets(hotel):
    change(hotel, 1)
    last = cursor_of(poll(hotel.channel("housekeeping_changed")))
    hotel.fault(channels={"idle_seconds": 20})

    def restart_when_polled():
        while not sum(hotel.stats()["open_polls"].values()):
            threading.Event().wait(0.02)
        hotel.fault(restart_broker=True)

    timer = threading.Thread(target=restart_when_polled)
    timer.start()
    with pytest.raises(httpx.TransportError):
        poll(hotel.channel("housekeeping_changed"), last, timeout=25)
    timer.join()
    hotel.fault(channels={"idle_seconds": 0.1})
    assert drain(hotel.channel("housekeeping_changed")) == []


def test_an_overflowing_backlog_loses_the_oldest(hotel):
    hotel.fault(channels={"backlog": 2})
    rooms = change(hotel, 6)
    assert [one["room_id"] for one in drain(hotel.channel("housekeeping_changed"))] == rooms[-2:]


def test_push_stream_and_wrappers(hotel):
    hotel.fault(channels={"push_stream": True})
    rooms = change(hotel, 2)
    answer = poll(hotel.channel("housekeeping_changed"))
    assert answer.text == f'{{"room_id":{rooms[0]}}}{{"room_id":{rooms[1]}}}'
    hotel.fault(channels={"body": "sns"})
    change(hotel, 1)
    wrapped = poll(hotel.channel("housekeeping_changed"), cursor_of(answer)).json()
    assert (wrapped["Subject"], json.loads(wrapped["Message"])) == ("housekeeping_changed", {"room_id": rooms[0]})


def test_a_refusing_and_a_silent_broker(hotel):
    url = hotel.channel("booking_new")
    hotel.fault(refuse_channels=True)
    with pytest.raises(httpx.TransportError):
        poll(url)
    hotel.fault(refuse_channels=False, silent_channels=1)
    with pytest.raises(httpx.ReadTimeout):
        poll(url, timeout=0.6)
    assert poll(url).status_code == 304


def test_a_poll_that_walks_away_is_no_longer_open(hotel):
    hotel.fault(channels={"idle_seconds": 20})
    with pytest.raises(httpx.ReadTimeout):
        poll(hotel.channel("booking_new"), timeout=0.2)
    with pytest.raises(httpx.ReadTimeout):
        poll(hotel.channel("booking_update"), timeout=0.2)
    assert "booking_new" not in hotel.stats()["open_polls"]


def test_a_root_without_addresses_and_one_with_them_elsewhere():
    with Hotel(rooms=2, bookings=2, channels_member="settings.events.urls") as hotel, Client(hotel) as client:
        assert len(client.get("")["settings"]["events"]["urls"]) == 18
        hotel.fault(no_channels=True)
        assert "settings" not in client.get("")


def test_stopping_does_not_wait_for_open_polls():
    with Hotel(rooms=2, bookings=2) as hotel:
        url = hotel.channel("booking_new")
        errors = []

        def wait():
            try:
                poll(url, timeout=40)
            except httpx.TransportError as error:
                errors.append(error)

        waiter = threading.Thread(target=wait)
        waiter.start()
        while not hotel.stats()["open_polls"]:
            pass
    waiter.join(20)
    assert errors


def test_a_new_booking_is_told_of_twice_the_second_time_later(hotel):
    booking = hotel.happen("new_booking")["id"]
    assert drain(hotel.channel("booking_new")) == [{"booking_id": booking}]
    assert drain(hotel.channel("booking_guests_update")) == []
    hotel.fault(channels={"idle_seconds": 20})
    assert poll(hotel.channel("booking_guests_update"), timeout=25).json() == {"booking_id": booking}
