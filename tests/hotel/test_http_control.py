"""The control endpoint, and the hotel as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys

import httpx
import pytest

from clockdesk.hotel.__main__ import main
from tests.hotel.asking import Client
from tests.support.hotel import running_hotel

hotel = running_hotel(rooms=6, bookings=20)


def post(hotel, path: str, members: object) -> httpx.Response:
    return httpx.post(f"{hotel.control}{path}", json=members)


def test_something_happens_now(hotel):
    room = hotel.truth("rooms")[0]["id"]
    answer = post(hotel, "/happen", {"what": "housekeeping", "room_id": room, "status": "inspect"})
    assert answer.status_code == 200
    assert hotel.truth("rooms", room)[0]["housekeeping_status"] == "inspect"
    assert hotel.stats()["events"] == {"housekeeping_changed": 1}
    assert {"check_in", "new_booking", "payment"} <= set(httpx.get(f"{hotel.control}/happen").json())


@pytest.mark.parametrize(
    "members",
    [{"what": "earthquake"}, {}, [], {"what": "housekeeping", "colour": 1}, {"what": "check_in", "booking_id": 1}],
)
def test_what_can_not_happen(hotel, members):
    answer = post(hotel, "/happen", members)
    assert 400 <= answer.status_code < 500
    assert list(answer.json()) == ["error"]


def test_faults_by_control(hotel):
    assert post(hotel, "/faults", {"html_502": 3, "slow": {"seconds": 1, "path": "/x"}}).json() == [
        {"fault": "html_502", "calls": 3, "seconds": 0.0},
        {"fault": "slow", "calls": None, "seconds": 1.0, "path": "/x"},
    ]
    listed = httpx.get(f"{hotel.control}/faults").json()
    assert len(listed["on"]) == 2
    assert {"ban", "half_body", "restart_broker", "strict_nc"} <= set(listed["known"])
    assert httpx.delete(f"{hotel.control}/faults").json() == []
    assert httpx.get(f"{hotel.control}/faults").json()["on"] == []
    assert post(hotel, "/faults", {"rain": True}).status_code == 400


def test_the_whole_truth(hotel):
    with Client(hotel) as client:
        everything = httpx.get(f"{hotel.control}/truth", params={"table": "bookings"}).json()
        assert sorted(one["id"] for one in everything) == sorted(client.get("/bookings"))
        one = httpx.get(f"{hotel.control}/truth", params={"table": "bookings", "id": everything[0]["id"]}).json()
        assert one == everything[:1]
    assert httpx.get(f"{hotel.control}/truth", params={"table": "sqlite_master"}).status_code == 400


def test_counts_by_control(hotel):
    with Client(hotel) as client:
        client.get("/rooms")
    stats = httpx.get(f"{hotel.control}/stats").json()
    assert stats["calls"] == 2
    assert stats["rejected_401"] == 1
    assert stats["by_endpoint"] == {"pms_api/rooms": 2}
    assert httpx.post(f"{hotel.control}/stats").status_code == 200
    assert httpx.get(f"{hotel.control}/stats").json()["calls"] == 0


def test_control_is_for_this_machine(hotel):
    answer = httpx.get(f"{hotel.control}/stats", headers={"host": "evil.example"})
    assert answer.status_code == 403
    assert httpx.get(f"{hotel.control}/nothing").status_code == 404


def test_a_process_of_its_own(tmp_path):
    key = tmp_path / "key"
    key.write_text("topsecret\n")
    options = "--rooms 4 --bookings 6 --speed 0 --date 2026-11-21 --user desk --rate-limit 50 --until-stdin-closes"
    command = [sys.executable, "-m", "clockdesk.hotel", *options.split(), "--key-file", str(key)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        ready = json.loads(process.stdout.readline())
        assert (ready["user"], ready["key"]) == ("desk", "topsecret")
        base = httpx.URL(ready["url"])
        assert base.port == ready["port"]
        auth = httpx.DigestAuth("desk", "topsecret")
        rooms = httpx.get(base.copy_with(path=f"/pms_api{base.path}/rooms"), auth=auth)
        assert len(rooms.json()) == 4
        assert httpx.get(f"{ready['control']}/stats").json()["calls"] == 2
        process.stdin.close()
        assert process.wait(20) == 0
        assert process.stdout.read() == ""
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize(
    "argv",
    [
        ["--rooms", "0"],
        ["--date", "tomorrow"],
        ["--user", "a=1", "--key-file", "-"],
        ["--key-file", "/nowhere/at/all"],
        ["--without", "a"],
        ["--nothing"],
    ],
)
def test_wrong_usage_is_exit_2_and_one_clear_line(argv, capsys):
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_help_is_worth_reading(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for part in ("--rooms", "--speed", "/happen", "/faults", "examples:"):
        assert part in text


def test_a_taken_port_is_exit_1(hotel, capsys):
    assert main(["--port", str(hotel.port), "--rooms", "2", "--bookings", "1"]) == 1
    assert "could not start" in capsys.readouterr().err
