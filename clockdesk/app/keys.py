"""Secrets in the system's keyring, and nowhere else. The one module that knows `keyring`.

Measured (engineering notes, section 8): a keyring can block for ever, can choose a plaintext file, can silently store
nothing. So: a thread with a time-out, an allow-list of backends, and every write read back.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import os
from typing import TYPE_CHECKING, Protocol, TypeVar

from clockdesk.app.threads import in_daemon
from clockdesk.domain.errors import ErrorCode, KnownError

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "ClockDesk"
TIME_OUT = 5.0
"""Seconds a keyring gets to answer (design, section 6)."""

TRUSTED = frozenset({"SecretService", "libsecret", "kwallet", "macOS", "Windows"})
"""Backend modules of `keyring.backends` that keep secrets in the operating system."""

NO_KEYRING = (
    "This computer has no usable keyring, so the key and the local copy are kept in memory only and are gone when "
    "ClockDesk closes. Ask IT to set up the system's keyring (on Linux: a Secret Service such as gnome-keyring)."
)
LOCKED = "The system's keyring is locked or does not answer. Unlock it and try again; nothing was lost."
NOT_KEPT = "The system's keyring did not keep the key. Ask IT to check the keyring; nothing else was changed."
SPOILT = "The keyring holds something else than the key of the local copy. Ask IT to look at its ClockDesk entries."
_KEY_SIZE = 32


class SecretStore(Protocol):
    """Where secrets are kept. `kept`: whether they outlive the program; certain once one was asked for."""

    @property
    def kept(self) -> bool:
        """Whether secrets outlive the program."""

    async def read(self, name: str) -> str | None:
        """The secret of this name, or None. Raises KnownError(KEYRING)."""

    async def write(self, name: str, secret: str) -> None:
        """Keep a secret. Raises KnownError(KEYRING)."""

    async def forget(self, name: str) -> None:
        """Remove a secret; none there is no error. Raises KnownError(KEYRING)."""


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
    """The operating system's keyring; on a machine without a trustworthy one, memory (`kept` is then False)."""

    def __init__(self, seconds: float | None = None) -> None:
        """`seconds` is how long the keyring may take; nothing is asked of it yet."""
        self._seconds = TIME_OUT if seconds is None else seconds
        self._memory: MemorySecrets | None = None

    @property
    def kept(self) -> bool:
        """Whether secrets outlive the program; True until the keyring was looked for and not found."""
        return self._memory is None

    async def read(self, name: str) -> str | None:
        """The secret of this name, or None. Raises KnownError(KEYRING) when the keyring is locked or silent."""
        if (backend := await self._find()) is None:
            return await self._in_memory().read(name)
        return await self._ask(lambda: backend.get_password(SERVICE, name))

    async def write(self, name: str, secret: str) -> None:
        """Keep a secret and read it back: a null backend accepts everything and stores nothing.

        Raises KnownError(KEYRING).
        """
        if (backend := await self._find()) is None:
            await self._in_memory().write(name, secret)
            return

        def work() -> str | None:
            backend.set_password(SERVICE, name, secret)
            return backend.get_password(SERVICE, name)

        if await self._ask(work) != secret:
            raise KnownError(ErrorCode.KEYRING, NOT_KEPT)

    async def forget(self, name: str) -> None:
        """Remove a secret; none there is no error. Raises KnownError(KEYRING) when the keyring is locked or silent."""
        if (backend := await self._find()) is None:
            await self._in_memory().forget(name)
            return

        def work() -> None:
            if backend.get_password(SERVICE, name) is not None:
                backend.delete_password(SERVICE, name)

        await self._ask(work)

    async def backend_name(self) -> str:
        """The keyring in use, for IT: the backend's own name, or empty. Raises KnownError(KEYRING)."""
        backend = await self._find()
        return "" if backend is None else str(backend.name)

    async def _find(self) -> KeyringBackend | None:
        return None if self._memory is not None else await self._ask(_backend)

    def _in_memory(self) -> MemorySecrets:
        if self._memory is None:
            self._memory = MemorySecrets()
        return self._memory

    async def _ask(self, work: Callable[[], T]) -> T:
        """Do it in a thread; raises KnownError(KEYRING) when it fails or takes too long."""
        try:
            async with asyncio.timeout(self._seconds):
                return await in_daemon(work, "keyring")
        except Exception:  # noqa: BLE001 (backends raise what they like; the text may hold what must not be shown)
            raise KnownError(ErrorCode.KEYRING, LOCKED) from None


def _backend() -> KeyringBackend | None:
    """The system's keyring if it is one we trust."""
    import keyring  # noqa: PLC0415 (70 ms, and 60 more to choose a backend: not on the way to the first paint)
    from keyring.backends import chainer  # noqa: PLC0415

    backend = keyring.get_keyring()
    members = backend.backends if isinstance(backend, chainer.ChainerBackend) else [backend]
    return backend if members and all(map(_is_trusted, members)) else None


def _is_trusted(backend: object) -> bool:
    package, _, rest = type(backend).__module__.partition(".backends.")
    return package == "keyring" and rest.partition(".")[0] in TRUSTED


async def store_key(secrets: SecretStore, account: str) -> bytes | None:
    """The 32 random bytes that encrypt this account's files; made at first use.

    None where secrets are not kept: a file nobody can open tomorrow is not written today. Raises KnownError(KEYRING).
    """
    name = f"copy:{account}"
    text = await secrets.read(name)
    if not secrets.kept:
        return None
    if text is None:
        text = base64.b64encode(os.urandom(_KEY_SIZE)).decode()
        await secrets.write(name, text)
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_SIZE:
        raise KnownError(ErrorCode.KEYRING, SPOILT)
    return key
