"""A real Secret Service (gnome-keyring) on a session bus of its own, in a home of its own, without a display."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PATIENCE = 20.0
PASSWORD = b"of the test's own keyring"

_LOCK = """
import secretstorage
bus = secretstorage.dbus_init()
collection = secretstorage.get_default_collection(bus)
collection.lock()
assert collection.is_locked()
"""

_UNLOCK = """
import sys
import secretstorage
from secretstorage import util
bus = secretstorage.dbus_init()
collection = secretstorage.get_default_collection(bus)
secret = util.format_secret(util.open_session(bus), sys.stdin.buffer.read(), "text/plain")
own = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
keyring = util.DBusAddressWrapper("/org/freedesktop/secrets", own, bus)
keyring.call("UnlockWithMasterPassword", "o(oayays)", collection.collection_path, secret)
assert not collection.is_locked()
"""


class SecretService:
    """Started unlocked. `environment` is for a program that shall use it."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="clockdesk-secrets-"))
        runtime = self.home / "run"
        runtime.mkdir(mode=0o700)
        self.environment = {"HOME": str(self.home), "XDG_RUNTIME_DIR": str(runtime)}
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """The bus, then the keyring; both end with this process."""
        bus = self._start("dbus-daemon", "--session", "--nofork", "--print-address=1")
        assert bus.stdout is not None
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().decode().strip()
        self._keyring = self._start("gnome-keyring-daemon", "--foreground", "--components=secrets", "--unlock")
        assert self._keyring.stdin is not None
        self._keyring.stdin.write(PASSWORD)
        self._keyring.stdin.close()
        self._wait_for("the keyring's control socket", (self.home / "run" / "keyring" / "control").exists)

    def lock(self) -> None:
        """As a screen lock does."""
        self._run([sys.executable, "-c", _LOCK], b"")

    def unlock(self) -> None:
        """As signing in does: the password goes to the running keyring."""
        self._run([sys.executable, "-c", _UNLOCK], PASSWORD)

    def fall_silent(self) -> None:
        """It owns its name on the bus and answers nobody."""
        self._keyring.send_signal(signal.SIGSTOP)

    def speak_again(self) -> None:
        """The end of that."""
        self._keyring.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """Nothing of it is left."""
        for process in reversed(self._processes):
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None and not pipe.closed:
                    pipe.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *command],
            env=self._whole_environment(),
            cwd=self.home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._processes.append(process)
        return process

    def _run(self, command: list[str], told: bytes) -> None:
        environment = self._whole_environment()
        done = subprocess.run(command, env=environment, input=told, capture_output=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, done.stderr.decode(errors="replace")

    def _whole_environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        return kept | self.environment

    @staticmethod
    def _wait_for(what: str, holds: object) -> None:
        assert callable(holds)
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, f"waited in vain: {what}"
            threading.Event().wait(0.01)
