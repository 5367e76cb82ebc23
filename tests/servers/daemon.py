"""A server program that a test starts and ends: in a temporary folder, on a free port of this machine.

It runs in the foreground as an unprivileged user (nobody, when the tests run as root) and dies with the test process,
however that ends. No system service and no file of the system is touched.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HERE = Path(__file__).parent
TRIES = 5
PATIENCE = 10.0
PORTS = range(18_000, 32_000)
"""Below the ports that outgoing connections take: a server that is restarted finds its own port free again."""


class Daemon:
    """One server; `port` is its own until the end, over restarts too.

    Its configuration is a template beside this module, in which `@folder@` and `@port@` are filled in. It must write
    `error.log` and `access.log` there and its process id to `pid` once it listens.
    """

    def __init__(self, template: str, command: Callable[[Path], Sequence[str]]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="clockdesk-server-"))
        self.port = 0
        self._template = (HERE / template).read_text("utf-8")
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and return when it listens. A port that somebody took in that moment is given up for another."""
        for _ in range(1 if self.port else TRIES):
            port = self.port or _free_port()
            if self._start_on(port):
                self.port = port
                return
        self._fail("did not start")

    def stop(self, *, at_once: bool = False) -> None:
        """End it; nothing of it is left running. `at_once`: as a power cut would. Does nothing when it does not run."""
        if self._process is None:
            return
        process, self._process = self._process, None
        if not at_once:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # with workers that outlived their master
        process.wait()
        (self.folder / "pid").unlink(missing_ok=True)

    def end(self) -> None:
        """Stop it and remove its folder."""
        self.stop()
        shutil.rmtree(self.folder)

    def accesses(self) -> list[str]:
        """The whole lines of its access log."""
        path = self.folder / "access.log"
        text = path.read_text("utf-8") if path.exists() else ""
        return text[: text.rfind("\n") + 1].splitlines()

    def _start_on(self, port: int) -> bool:
        """Whether it came to listen; False when it ended instead."""
        config = self.folder / "server.conf"
        text = self._template.replace("@folder@", str(self.folder)).replace("@port@", str(port))
        config.write_text(text, "utf-8")
        with (self.folder / "said").open("ab") as said:
            self._process = subprocess.Popen(
                [*self._leash(), *self._command(config)],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        until = time.monotonic() + PATIENCE
        while not self._listens():
            if time.monotonic() > until:
                self._fail("did not begin to listen")
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.01)
                self.stop()
                return False
        return True

    def _leash(self) -> list[str]:
        """What runs the command: it ends with this process, and is not root."""
        leash = ["setpriv", "--pdeathsig", "TERM"]
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
            leash += ["--reuid", str(nobody.pw_uid), "--regid", str(nobody.pw_gid), "--clear-groups"]
        return leash

    def _listens(self) -> bool:
        """Whether it is past binding its port: then it has written its process id."""
        path = self.folder / "pid"
        return self._process is not None and path.exists() and path.read_text("ascii").strip() == str(self._process.pid)

    def _fail(self, what: str) -> NoReturn:
        self.stop()
        texts = [
            path.read_text("utf-8", "replace")
            for name in ("said", "error.log")
            if (path := self.folder / name).exists()
        ]
        raise AssertionError(f"the server {what}:\n{''.join(texts)[-2000:]}")


def _free_port() -> int:
    while True:
        port = random.choice(PORTS)
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                tried.bind(("127.0.0.1", port))
                return port


async def until(holds: Callable[[], object], what: str, patience: float = 20.0) -> None:
    """Wait until something holds; a failure that names it when it does not come."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, f"waited in vain: {what}"
        await asyncio.sleep(0.01)
