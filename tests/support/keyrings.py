"""Keyrings as they are met: good, locked, silent, forgetful, and not to be trusted.

Chosen by `PYTHON_KEYRING_BACKEND=tests.support.keyrings.Good`. Those that claim another `__module__` stand for the
system's own; secrets lie in a file of the test's home so that they outlive a command.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import InitError, KeyringLocked
from typing_extensions import override

SYSTEM = "keyring.backends.SecretService"


class InFile(KeyringBackend):
    """Secrets in the clear in a file, and says so by where it comes from: not to be trusted."""

    priority = 1

    @property
    def file(self) -> Path:
        return Path.home() / "keyring.json"

    def held(self) -> dict[str, str]:
        return dict(json.loads(self.file.read_text())) if self.file.exists() else {}

    @override
    def get_password(self, service: str, username: str) -> str | None:
        return self.held().get(f"{service}/{username}")

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.held() | {f"{service}/{username}": password}))

    @override
    def delete_password(self, service: str, username: str) -> None:
        held = self.held()
        del held[f"{service}/{username}"]
        self.file.write_text(json.dumps(held))


class Good(InFile):
    """The system's own, unlocked."""

    __module__ = SYSTEM


class Forgetful(Good):
    """Takes everything and keeps nothing new."""

    __module__ = SYSTEM

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Locked(Good):
    """Locked, and nobody there to unlock it."""

    __module__ = SYSTEM

    @override
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")


class Dismissed(Good):
    """No collection yet, and the question for a new one was dismissed. The secret is in the error's text."""

    __module__ = SYSTEM

    @override
    def get_password(self, service: str, username: str) -> str | None:
        raise InitError(f"Failed to create the collection for {self.held()}: Prompt dismissed")


class Silent(Good):
    """Owns its name on the bus and never answers."""

    __module__ = SYSTEM

    @override
    def get_password(self, service: str, username: str) -> str | None:
        threading.Event().wait()
        raise AssertionError


class Chain(ChainerBackend):
    """Good first, the file second: a secret may end up in either."""

    priority = 10
    backends = [Good(), InFile()]  # noqa: RUF012
