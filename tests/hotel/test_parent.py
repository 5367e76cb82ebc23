"""The hotel as a child process: it ends with its parent, quietly."""

import json
import subprocess
import sys
from subprocess import PIPE

SMALL = ("--port", "0", "--rooms", "4", "--bookings", "5", "--until-stdin-closes")


def started():
    hotel = subprocess.Popen([sys.executable, "-m", "clockdesk.hotel", *SMALL], stdin=PIPE, stdout=PIPE, stderr=PIPE)
    assert json.loads(hotel.stdout.readline())["url"]
    return hotel


def test_it_ends_when_its_standard_input_closes():
    hotel = started()
    _, errors = hotel.communicate(timeout=30)
    assert (hotel.returncode, errors) == (0, b"")


def test_it_ends_quietly_on_a_signal():
    hotel = started()
    hotel.terminate()
    hotel.wait(30)
    hotel.stdin.close()
    with hotel.stdout, hotel.stderr:
        assert hotel.stderr.read() == b""
