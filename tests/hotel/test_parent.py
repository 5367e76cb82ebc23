"""The hotel as a child process: it ends with its parent, quietly."""

import json
import subprocess
import sys


def test_it_ends_when_its_standard_input_closes():
    hotel = subprocess.Popen(
        [sys.executable, "-m", "clockdesk.hotel", "--port", "0", "--rooms", "4", "--bookings", "5", "--until-stdin-closes"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert json.loads(hotel.stdout.readline())["url"]
    _, errors = hotel.communicate(timeout=30)
    assert (hotel.returncode, errors) == (0, "")


def test_it_ends_quietly_on_a_signal():
    hotel = subprocess.Popen(
        [sys.executable, "-m", "clockdesk.hotel", "--port", "0", "--rooms", "4", "--bookings", "5", "--until-stdin-closes"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert json.loads(hotel.stdout.readline())["url"]
    hotel.terminate()
    hotel.wait(30)
    hotel.stdin.close()
    with hotel.stdout, hotel.stderr:
        assert hotel.stderr.read() == ""
