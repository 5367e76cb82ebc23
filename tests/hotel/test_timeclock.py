"""The embedded hotel's time clock: strict where a client could go wrong, and as the facts say elsewhere."""

from __future__ import annotations

import datetime as dt
import json

import httpx
import pytest

from clockdesk.hotel.__main__ import main
from clockdesk.hotel.timeclock import LIMITS
from clockdesk.hotel.timeclock_house import clock_key
from tests.support.hotel import Hotel, running_hotel
from tests.support.timeclock import WELL_IN, WELL_OUT, account_of, acted

hotel = running_hotel(rooms=2, bookings=2)


def ask(hotel, path, *, method="GET", **more):
    url, key = hotel.ask(lambda server: (server.clock_base, server.timeclock.key))
    headers = {"authorization": f"Bearer {key}"} | more.pop("headers", {})
    return httpx.request(method, f"{url}/v2/community{path}", headers=headers, trust_env=False, **more)


def data(answer):
    assert answer.status_code in {200, 201}, answer.text
    envelope = answer.json()
    assert envelope["success"] is True
    assert envelope["meta"]["path"].startswith("/v2/community")
    assert dt.datetime.fromisoformat(envelope["meta"]["timestamp"]).tzinfo is not None
    return envelope["data"]


def clock(hotel, account, body, **more):
    return ask(hotel, f"/accounts/{account}/clock", method="POST", json=body, **more)


def detail(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-trace-id"] == answer.json()["traceId"]
    assert answer.json()["status"] == answer.status_code
    return answer.status_code, answer.json()["detail"]


def test_the_community(hotel):
    assert data(ask(hotel, ""))["name"] == "Grand Hotel Demo"
    assert data(ask(hotel, "/sub-version")) == {"subVersion": 3, "tier": "Plus"}
    assert data(ask(hotel, "/clockin-types")) == [{"id": "front-desk", "label": "Front desk"}]
    assert data(ask(hotel, "/lookup"))["id"] == "CMS-1000"


@pytest.mark.parametrize("header", ["Basic x", "Bearer wrong", "none"])
def test_a_wrong_key(hotel, header):
    headers = {"authorization": header}
    assert detail(ask(hotel, "", headers=headers)) == (401, "Unauthorized")
    hotel.fault(clock_wrong_key="INVALID API KEY")
    assert detail(ask(hotel, "", headers=headers)) == (400, "INVALID API KEY")
    assert ask(hotel, "").status_code == 200


def test_a_search_wants_exactly_one_identifier(hotel):
    [found] = data(ask(hotel, "/accounts/search?username=maria.petrova"))["items"]
    assert found["accId"] == account_of(hotel, WELL_OUT)
    assert {"sysStatus", "comStatus", "archived", "banned", "activeApiIds", "uniqueId"} <= set(found)
    for query in ("", "?username=a&uniqueId=1", "?discordId=1", "?username="):
        assert detail(ask(hotel, f"/accounts/search{query}"))[0] == 400
    assert data(ask(hotel, "/accounts/search?uniqueId=1"))["items"] == [found]
    assert data(ask(hotel, "/accounts/search?apiId=none")) == {"items": [], "total": 0}


def test_the_state_and_the_newest_shifts(hotel):
    there, away = account_of(hotel, WELL_IN), account_of(hotel, WELL_OUT)
    assert data(ask(hotel, f"/accounts/{away}/clock/current")) == "Not Clocked In"
    row = data(ask(hotel, f"/accounts/{there}/clock/current"))
    assert (row["completed"], row["endTime"], row["notes"], row["type"]) == (False, None, [], "front-desk")
    rows = data(ask(hotel, f"/accounts/{there}/activity/latest?type=clockin"))
    assert (len(rows), rows[0]) == (3, row)
    assert detail(ask(hotel, f"/accounts/{there}/activity/latest"))[0] == 400
    assert len(data(ask(hotel, f"/accounts/{there}"))["clockData"]["data"]) > 3


def test_nobody_and_nowhere(hotel):
    for path in ("/accounts/nobody/clock/current", "/accounts/nobody", "/accounts/x/y", "/ranks"):
        assert detail(ask(hotel, path))[0] == 404
    assert detail(clock(hotel, "nobody", {"intention": "in"}))[0] == 404
    assert detail(ask(hotel, f"/accounts/{account_of(hotel, WELL_IN)}/clock"))[0] == 404


def test_already_so_is_true(hotel):
    account = account_of(hotel, WELL_OUT)
    assert data(clock(hotel, account, {"accId": account, "intention": "out"})) is True
    assert data(clock(hotel, account, {"accId": account, "intention": "in", "type": "front-desk"}))["endTime"] is None
    assert data(clock(hotel, account, {"accId": account, "intention": "in"})) is True
    assert data(clock(hotel, account, {"accId": account, "intention": "out"}))["completed"] is True


def test_without_an_intention_it_toggles(hotel):
    account = account_of(hotel, WELL_OUT)
    assert data(clock(hotel, account, {}))["completed"] is False
    assert data(clock(hotel, account, {}))["completed"] is True
    assert acted(hotel) == {"toggled": 2}


def test_force_starts_anew(hotel):
    account = account_of(hotel, WELL_IN)
    before = data(ask(hotel, f"/accounts/{account}/clock/current"))
    after = data(clock(hotel, account, {"forceClockIn": True, "intention": "in"}))
    assert after["id"] != before["id"]
    assert acted(hotel) == {"forced": 1}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"accountId": "x"}, "property accountId should not exist"),
        ({"accId": "another"}, "accId must match the account in the path"),
        ({"intention": "toggle"}, "intention must be one of the following values: in, out"),
        ({"intention": "in", "type": "gardening"}, "INVALID CLOCK IN TYPE"),
        ([], "the body must be an object"),
    ],
)
def test_a_strict_body(hotel, body, words):
    assert detail(clock(hotel, account_of(hotel, WELL_OUT), body)) == (400, words)
    assert acted(hotel) == {}


def test_a_body_that_is_no_json(hotel):
    path = f"/accounts/{account_of(hotel, WELL_OUT)}/clock"
    sent = json.dumps({"intention": "in"})
    assert detail(ask(hotel, path, method="POST", content=sent))[0] == 415
    as_json = {"content-type": "application/json"}
    assert detail(ask(hotel, path, method="POST", content="{", headers=as_json))[0] == 400
    assert acted(hotel) == {}


def test_the_limit_of_each_class(hotel):
    account = account_of(hotel, WELL_OUT)
    for _ in range(LIMITS["clock"]):
        assert clock(hotel, account, {"intention": "out"}).status_code == 201
    answer = clock(hotel, account, {"intention": "in"})
    assert answer.status_code == 429
    assert set(answer.json()) == {"message", "request_id"}
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert ask(hotel, f"/accounts/{account}/clock/current").status_code == 200
    assert acted(hotel) == {"out": LIMITS["clock"]}
    hotel.ask(lambda server: server.timeclock.forget_calls())
    assert clock(hotel, account, {"intention": "in"}).status_code == 201


def test_a_plan_too_low(hotel):
    hotel.fault(clock_plan=2)
    assert data(ask(hotel, "/sub-version"))["tier"] == "Standard"
    for path in (f"/accounts/{account_of(hotel, WELL_OUT)}/clock/current", "/accounts/search?username=a"):
        assert detail(ask(hotel, path)) == (403, "This endpoint requires the Plus subscription or higher.")


def test_what_a_trainer_can_do(hotel):
    account = account_of(hotel, WELL_OUT)
    told = httpx.post(f"{hotel.control}/clock", json={"account": account, "intention": "in"}).json()
    assert told["current"]["completed"] is False
    truth = httpx.get(f"{hotel.control}/clock").json()
    assert {one["accName"] for one in truth["accounts"] if one["archived"]} == {"old.hand"}
    assert truth["rows"][account][-1] == told["current"]
    assert httpx.post(f"{hotel.control}/clock", json={"account": "nobody"}).status_code == 400
    known = httpx.get(f"{hotel.control}/faults").json()["known"]
    assert {"clock_cut_answer", "clock_plan", "refuse_clock"} <= set(known)


def test_faults_of_the_time_clock(hotel):
    url = hotel.ask(lambda server: server.clock_base)
    path = f"/accounts/{account_of(hotel, WELL_IN)}/clock/current"
    hotel.fault(clock_html_502=1, clock_429={"calls": 1, "seconds": 9}, clock_500={"calls": 1})
    assert ask(hotel, path).status_code == 502
    assert ask(hotel, path).headers["retry-after"] == "9"
    assert ask(hotel, path).status_code == 500
    hotel.fault(clock_rubbish=1, clock_failure={"method": "POST"})
    assert data(ask(hotel, path))["completed"] == "perhaps"
    answer = clock(hotel, account_of(hotel, WELL_IN), {"intention": "out"})
    assert (answer.status_code, answer.json()["success"]) == (200, False)
    hotel.fault(refuse_clock=True)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)
    assert httpx.get(f"{hotel.control}/stats").status_code == 200, "the hotel's own ports stay"
    hotel.clear_faults()
    assert data(ask(hotel, path)) == "Not Clocked In"


@pytest.mark.parametrize(
    "fault", [{"clock_wrong_key": 500}, {"clock_plan": "Plus"}, {"clock_types": "x"}, {"clock_out_as": "no"}]
)
def test_a_switch_without_such_a_place(hotel, fault):
    assert httpx.post(f"{hotel.control}/faults", json=fault).status_code == 400


def test_people_and_key_follow_from_the_seed():
    def people(seed):
        with Hotel(rooms=2, bookings=2, seed=seed) as one:
            return one.ask(lambda server: (list(server.timeclock.house.members), server.timeclock.key))

    assert people(3) == people(3)
    assert people(3) != people(4)
    assert people(3)[1] == clock_key(3)


def test_shifts_lie_around_the_hotel_s_today():
    with Hotel(rooms=2, bookings=2, today=dt.date(2031, 5, 6)) as one:
        row = data(ask(one, f"/accounts/{account_of(one, WELL_IN)}/clock/current"))
        assert row["startTime"][:7] == "2031-05"


def test_a_port_of_its_own_that_is_taken(hotel, capsys):
    port = hotel.ask(lambda server: server.clock_base).rsplit(":", 1)[1]
    assert main(["--rooms", "2", "--bookings", "2", "--clock-port", port]) == 1
    assert "could not start" in capsys.readouterr().err
