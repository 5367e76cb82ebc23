"""Sign-in, limits, rights and bans over real HTTP."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.hotel.asking import Client
from tests.support.hotel import Hotel, running_hotel

hotel = running_hotel(rooms=4, bookings=4)


def test_a_call_without_a_name_gets_the_text_401(hotel):
    answer = httpx.get(f"http://127.0.0.1:{hotel.port}/pms_api/8130/16449/rooms")
    assert answer.status_code == 401
    assert answer.text == "HTTP Digest: Access denied.\n"
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["www-authenticate"].startswith('Digest realm="API", qop="auth", algorithm=MD5, nonce="')


def test_the_root_both_ways_and_a_date_of_the_hotel(hotel):
    with Client(hotel) as client:
        for api in ("pms_api", "base_api"):
            root = client.call("", api)
            assert root.json()["id"] == 16449
            assert root.headers["content-type"].startswith("application/json")
        assert root.headers["date"].endswith("GMT")


def test_one_nonce_serves_many_calls(hotel):
    with Client(hotel) as client:
        for _ in range(6):
            client.get("/room_types")
    assert hotel.stats()["rejected_401"] == 1
    assert hotel.stats()["uri_mismatches"] == 0


def test_a_wrong_key(hotel):
    with Client(hotel, key="wrong") as client:
        assert client.call("").status_code == 401
    with Client(hotel, user="nobody") as client:
        assert client.call("").status_code == 401


def test_nonces_can_be_made_worthless(hotel):
    with Client(hotel) as client:
        client.get("")
        hotel.fault(expire_nonces=True)
        client.get("")
    assert hotel.stats()["rejected_401"] == 2


def test_strict_counting_lets_an_orderly_client_in(hotel):
    hotel.fault(strict_nc=True)
    with Client(hotel) as client:
        for _ in range(4):
            client.get("")
    assert hotel.stats()["rejected_401"] == 1


@pytest.mark.parametrize("path", ["/nothing", "/rooms/x", "/rooms/1/2", "//rooms"])
def test_unknown_paths_are_html_404_before_any_sign_in(hotel, path):
    answer = httpx.get(f"http://127.0.0.1:{hotel.port}/pms_api/8130/16449{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("base", ["/8130/1", "/1/16449"])
def test_another_account_is_404(hotel, base):
    with httpx.Client(auth=httpx.DigestAuth(hotel.user, hotel.key)) as client:
        assert client.get(f"http://127.0.0.1:{hotel.port}/pms_api{base}/rooms").status_code == 404


@pytest.mark.parametrize("path", ["/room_types", "/room_types/", "/room_types.json", "/rooms/180500.json", ""])
def test_suffix_and_slash_change_nothing(hotel, path):
    with Client(hotel) as client:
        assert client.call(path).status_code == 200


def test_json_has_to_be_asked_for(hotel):
    with Client(hotel) as client:
        assert client.call("/room_types", headers={"accept": "text/html"}).status_code == 406
        assert client.call("/room_types.json", headers={"accept": "text/html"}).status_code == 200


def test_the_sixth_call_of_a_second_is_one_too_many(hotel):
    hotel.fault(rate_limit=5)
    with Client(hotel) as client:
        seen = [client.call("/room_types").status_code for _ in range(6)]
    assert seen == [200, 200, 200, 200, 429, 429]  # the challenge was the first of the five
    assert hotel.stats()["rejected_429"] == 2
    assert hotel.stats()["busiest_second"] >= 5


def test_each_user_has_a_limit_of_its_own():
    with (
        Hotel(rooms=2, bookings=2, rate_limit=3, rate_window=60, users={"a": "1", "b": "2"}) as hotel,
        Client(hotel) as first,
        Client(hotel, user="b", key="2") as second,
    ):
        assert [first.call("").status_code for _ in range(3)] == [200, 200, 429]
        assert [second.call("").status_code for _ in range(3)] == [200, 200, 429]


def test_a_storm_of_429_whatever_the_rate(hotel):
    with Client(hotel) as client:
        client.get("")
        hotel.fault(storm_429=2)
        assert [client.call("").status_code for _ in range(3)] == [429, 429, 200]


def test_a_missing_right_is_said_in_json():
    missing = {"night": {"pms_api_bookings_index"}}
    with Hotel(rooms=2, bookings=2, users={"day": "1", "night": "2"}, missing=missing) as hotel:
        with Client(hotel, user="night", key="2") as night:
            answer = night.call("/bookings")
            assert answer.status_code == 403
            assert answer.json() == {"error": "The User doesn't have pms_api_bookings_index right"}
            night.get("/rooms")
            hotel.fault(
                restore_right={"right": "pms_api_bookings_index", "user": "night"},
                forget_right="base_api_accounts_show",
            )
            night.get("/bookings")
            assert night.call("", "base_api").json()["error"] == "The User doesn't have base_api_accounts_show right"
        with Client(hotel) as day:
            assert day.call("", "base_api").status_code == 403
            hotel.fault(restore_right=["base_api_accounts_show"])
            day.get("", "base_api")


def test_the_firewall_bans_with_html_until_lifted(hotel):
    with Client(hotel) as client:
        client.get("")
        hotel.fault(ban=True)
        answer = client.call("/rooms")
        assert answer.status_code == 403
        assert answer.headers["content-type"].startswith("text/html")
        assert "error" not in answer.text
        hotel.fault(ban=False)
        client.get("/rooms")


def test_a_small_hotel_starts_in_a_moment():
    began = time.monotonic()
    with Hotel(rooms=6, bookings=10):
        taken = time.monotonic() - began
    assert taken < 20  # a hang, not a speed, is what this looks for


def test_gets_carry_a_weak_etag(hotel):
    with Client(hotel) as client:
        first = client.call("/rooms")
        tag = first.headers["etag"]
        assert tag.startswith('W/"')
        again = client.call("/rooms", headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        client.put(f"/rooms/{first.json()[0]['id']}", {"room": {"housekeeping_status": "inspect"}})
        changed = client.call("/rooms", headers={"if-none-match": tag})
        assert changed.status_code == 200
        assert changed.headers["etag"] != tag
        assert hotel.stats()["not_modified"] == 1
