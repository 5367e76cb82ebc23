"""What becomes of these tests where a server is missing: left out with a word, or a failure in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.presence import SERVERS, missing, must_run

ROOT = Path(__file__).parents[2]
WITHOUT_APACHE = """
import sys, pytest
from tests.servers import presence
presence.SERVERS = [("/nowhere/" + package, package) for _, package in presence.SERVERS]
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "-k", "wrong_key or only_ci", "tests/servers"]))
"""


def run_without_servers(ci):
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_APACHE], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_what_is_missing_is_named():
    assert missing([package for _, package in SERVERS], lambda path: path.endswith("ctl")) == [
        "nginx-light",
        "libnginx-mod-nchan",
        "libnginx-mod-http-lua",
        "dbus-daemon",
        "gnome-keyring",
    ]


@pytest.mark.parametrize(
    ("ci", "platform", "must"),
    [("1", "linux", True), ("", "linux", False), ("0", "linux", False), ("1", "win32", False)],
)
def test_only_ci_on_linux_insists(ci, platform, must):
    assert must_run({"CI": ci}, platform) is must


def test_a_person_without_the_servers_is_told_and_not_bothered():
    status, said = run_without_servers("")
    assert status == 0, said
    assert "4 passed, " in said
    assert " need apache2 (installers/bootstrap.py test --servers brings them)" in said


def test_in_ci_a_missing_server_is_an_error():
    status, said = run_without_servers("true")
    assert status == 1, said
    assert "apache2 must be installed where CI is set" in said
