"""The real command in a process of its own, with a home of its own: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from tests.support.hotel import Hotel

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60.0


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """Its standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def words(self) -> str:
        """What it said to the person: one sentence or more, and never a traceback."""
        assert "Traceback" not in self.err, self.err
        return self.err


class Process(subprocess.Popen[str]):
    """A running command."""

    @override
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.kill()
        super().__exit__(kind, error, trace)


class Heard:
    """What a running command says, line by line as it comes."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.out: list[str] = []
        self.err: list[str] = []
        pipes = ((process.stdout, self.out), (process.stderr, self.err))
        self._threads = [threading.Thread(target=self._read, args=pipe, daemon=True) for pipe in pipes]
        for thread in self._threads:
            thread.start()

    @staticmethod
    def _read(pipe: IO[str], into: list[str]) -> None:
        into.extend(pipe)

    def end(self, how: int) -> int:
        """Send a signal and wait for the end; the exit status."""
        self.process.send_signal(how)
        status = self.process.wait(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)
        assert "Traceback" not in "".join(self.err)
        return status


class Command:
    """`command("query", "rooms")` runs `clockdesk query rooms`; settings, copies and logs stay below `home`.

    `before` is Python to be run first in the command's process: what a test changes of the world.
    """

    def __init__(self, home: Path, before: str = "", **environment: str) -> None:
        self.home, self.before, self.environment = home, before, environment

    def __call__(self, *words: str, stdin: str | None = None) -> Outcome:
        with self.start(*words) as process:
            out, err = process.communicate(stdin or "", timeout=PATIENCE)
        return Outcome(process.returncode, out, err)

    def start(self, *words: str) -> Process:
        """Let it run. The caller ends it; a block that fails kills it."""
        return Process(
            [sys.executable, "-W", "error::ResourceWarning", *self._program(), *words],
            cwd=ROOT,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def _program(self) -> list[str]:
        if not self.before:
            return ["-m", "clockdesk"]
        return ["-c", f"{self.before}\nimport sys\nfrom clockdesk.app.cli import main\nsys.exit(main())"]

    def _environment(self) -> Mapping[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LD_LIBRARY_PATH", "SYSTEMROOT"}}
        own = {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_STATE_HOME": str(self.home / "state"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
        }
        return kept | own | self.environment


def access_to(hotel: Hotel, folder: Path, *, key: str = "", url: str = "", store: Path | None = None) -> list[str]:
    """The options that name a running hotel; the key goes into a file in `folder`."""
    file = folder / ("key.txt" if not key else "other-key.txt")
    file.write_text((key or hotel.key) + "\n", "utf-8")
    return [
        *("--url", url or hotel.base, "--user", hotel.user, "--key-file", str(file)),
        *("--store", str(store or folder / "copy"), "--rate-limit", "1000"),
    ]


def until(condition: Callable[[], object], process: subprocess.Popen[str]) -> None:
    """Wait until something is so while a command runs; fails the test when it never is, or when the command ends."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, "the command ended"
        assert time.monotonic() < end, "it never came about"
        threading.Event().wait(0.02)
