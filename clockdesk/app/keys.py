"""Secrets in the system's keyring, and nowhere else. The one module that knows `keyring`.

Measured (engineering notes, section 8): a keyring can block for ever, can choose a plaintext file, can silently store
nothing. So: a thread with a time-out, an allow-list of backends, and every write read back.
"""

from __future__ import annotations

import asyncio
import base64
import os
import threading
from typing import TYPE_CHECKING, Protocol, TypeVar

from clockdesk.domain.errors import ErrorCode, KnownError

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "ClockDesk"
TIME_OUT = 5.0
TRUSTED = ("SecretService", "libsecret", "kwallet", "macOS", "Windows")
"""Backend modules of `keyring.backends` that keep secrets in the operating system."""

NO_KEYRING = (
    "This computer has no usable keyring, so the key and the local copy are kept in memory only and are gone when "
    "ClockDesk closes. Ask IT to set up the system's keyring (on Linux: a Secret Service such as gnome-keyring)."
)
LOCKED = "The system's keyring is locked or does not answer. Unlock it and try again; nothing was lost."


class SecretStore(Protocol):
    """Where secrets are kept."""

    kept: bool

    async def read(self, name: str) -> str | None:
        """The secret of this name, or None. Raises KnownError(KEYRING)."""

    async def write(self, name: str, secret: str) -> None:
        """Keep a secret. Raises KnownError(KEYRING)."""

    async def forget(self, name: str) -> None:
        """Remove a secret; none there is no error."""


class MemorySecrets:
    """Secrets for this session only: a machine without a keyring, the demo, a test."""

    kept = False

    def __init__(self) -> None:
        """Empty."""
        self._secrets: dict[str, str] = {}

    async def read(self, name: str) -> str | None:
        """The secret of this name, or None."""
        return self._secrets.get(name)

    async def write(self, name: str, secret: str) -> None:
        """Keep it until the program ends."""
        self._secrets[name] = secret

    async def forget(self, name: str) -> None:
        """Remove it."""
        self._secrets.pop(name, None)


class SystemSecrets:
    """The operating system's keyring."""

    kept = True

    async def read(self, name: str) -> str | None:
        """The secret of this name, or None. Raises KnownError(KEYRING) when locked, silent or unusable."""
        return await in_thread(lambda: _backend().get_password(SERVICE, name))

    async def write(self, name: str, secret: str) -> None:
        """Keep a secret and read it back: a null backend accepts everything and stores nothing."""

        def work() -> None:
            backend = _backend()
            backend.set_password(SERVICE, name, secret)
            if backend.get_password(SERVICE, name) != secret:
                raise KnownError(ErrorCode.KEYRING, "The system's keyring did not keep the key. Ask IT to check it.")

        await in_thread(work)

    async def forget(self, name: str) -> None:
        """Remove a secret; none there is no error."""

        def work() -> None:
            import keyring.errors  # noqa: PLC0415 (70 ms: not on the way to the first paint)

            try:
                _backend().delete_password(SERVICE, name)
            except keyring.errors.PasswordDeleteError:
                return

        await in_thread(work)


def _backend() -> KeyringBackend:
    """The system's keyring if it is one we trust. Raises KnownError(KEYRING)."""
    import keyring  # noqa: PLC0415 (70 ms, and 60 more to choose a backend)
    from keyring.backends import chainer  # noqa: PLC0415

    backend = keyring.get_keyring()
    members = backend.backends if isinstance(backend, chainer.ChainerBackend) else [backend]
    if not members or not all(_trusted(member) for member in members):
        raise KnownError(ErrorCode.KEYRING, NO_KEYRING)
    return backend


def _trusted(backend: object) -> bool:
    module = type(backend).__module__
    return module.startswith("keyring.backends.") and module.removeprefix("keyring.backends.").startswith(TRUSTED)


async def in_thread(work: Callable[[], T], seconds: float = TIME_OUT) -> T:
    """Run a keyring call in a thread of its own; raises KnownError(KEYRING) when it fails or takes too long.

    A thread that never comes back is left behind (daemon): it cannot be stopped, and it must not hold up the program.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if not done.done():
            if error is None:
                done.set_result(result)  # type: ignore[arg-type]
            else:
                done.set_exception(error)

    def run() -> None:
        try:
            result, error = work(), None
        except KnownError as known:
            result, error = None, known
        except Exception:  # noqa: BLE001 (backends raise what they like; the text may hold what must not be logged)
            result, error = None, KnownError(ErrorCode.KEYRING, LOCKED)
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="keyring", daemon=True).start()
    try:
        async with asyncio.timeout(seconds):
            return await done
    except TimeoutError:
        raise KnownError(ErrorCode.KEYRING, LOCKED) from None


async def store_key(secrets: SecretStore, account: str) -> bytes:
    """The 32 random bytes that encrypt this account's files; made at first use. Raises KnownError(KEYRING)."""
    name = f"copy:{account}"
    if (text := await secrets.read(name)) is None:
        text = base64.b64encode(os.urandom(32)).decode()
        await secrets.write(name, text)
    return base64.b64decode(text)
