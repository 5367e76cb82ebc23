"""What the bench does from outside: child processes, the hotel, and the hotel's control endpoint."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.bench.warm import SEED

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


def environment(caches: Path) -> dict[str, str]:
    """A child's environment: off-screen, from this tree, with compiled modules kept as an installed program has."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    kept.setdefault("QT_QPA_PLATFORM", "offscreen")
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(caches), "QT_LOGGING_RULES": "qt.qpa.*=false"}


@dataclass(frozen=True, slots=True)
class Hotel:
    """Where a running hotel is, and the hands to make things happen in it."""

    url: str
    user: str
    key: str
    control: str

    def happen(self, what: str, **args: Any) -> dict[str, Any]:
        """Make something happen now. Raises RuntimeError with the hotel's words when it can't."""
        made: dict[str, Any] = self._ask("POST", "happen", {"what": what, **args})
        return made

    def fault(self, **faults: Any) -> None:
        """Switch faults, or the allowed calls a second (`rate_limit`)."""
        self._ask("POST", "faults", faults)

    def stats(self) -> dict[str, Any]:
        """What was asked of it so far."""
        told: dict[str, Any] = self._ask("GET", "stats")
        return told

    def truth(self, table: str) -> list[dict[str, Any]]:
        """Every object of a table as the service would show it."""
        found: list[dict[str, Any]] = self._ask("GET", f"truth?table={table}")
        return found

    def _ask(self, method: str, what: str, members: dict[str, Any] | None = None) -> Any:
        at = urlsplit(self.control)
        line = http.client.HTTPConnection(at.hostname or "", at.port or 0, timeout=60)
        try:
            line.request(method, f"{at.path}/{what}", json.dumps(members) if members is not None else None)
            answer = line.getresponse()
            body = answer.read()
        finally:
            line.close()
        if answer.status >= 400:
            raise RuntimeError(body.decode("utf-8", "replace"))
        return json.loads(body)

    def as_json(self) -> dict[str, str]:
        """For a child's command line."""
        return asdict(self)


@contextmanager
def hotel(caches: Path, *, rooms: int, bookings: int, rate: int) -> Iterator[Hotel]:
    """An embedded hotel in a process of its own; nothing happens in it by itself."""
    sizes = ("--rooms", str(rooms), "--bookings", str(bookings), "--seed", str(SEED), "--rate-limit", str(rate))
    command = [sys.executable, "-m", "clockdesk", "hotel", "--speed", "0", "--until-stdin-closes", *sizes]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(caches), text=True, cwd=ROOT
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            told = json.loads(process.stdout.readline())
            yield Hotel(told["url"], told["user"], told["key"], told["control"])
        finally:
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def blow(hotel: Hotel, events: int, seconds: float) -> dict[str, Any]:
    """A storm, from a process of its own, to its end (see `storm`); `began` is the monotonic second of its start."""
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.bench.storm", hotel.control, str(events), str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout)
    return found | {"began": began}


def child(caches: Path, module: str, *words: str, seconds: float = 900) -> dict[str, Any]:
    """Run a module of the bench to its end; the JSON of its last line. Raises RuntimeError with what it said."""
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(
        command, env=environment(caches), capture_output=True, text=True, timeout=seconds, check=False, cwd=ROOT
    )
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        raise RuntimeError(f"{module} {words[0] if words else ''} failed:\n{done.stdout}\n{done.stderr}")
    found: dict[str, Any] = json.loads(lines[-1])
    return found
