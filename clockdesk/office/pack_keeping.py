"""What the downtime screen asks of whoever makes and keeps the packs: no file is written here. `app` answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class KeptPack:
    """A pack on disk: its folder with the tables, its PDF (None where none could be made) and how old it is.

    `exposed`: a sentence when others than this user can get at it where it was written.
    """

    folder: Path
    pdf: Path | None
    made: datetime
    checked: datetime | None
    pages: int
    state: str = ""
    exposed: str = ""


class PackKeeping(Protocol):
    """Makes packs when the hotel changes, or when somebody asks, and keeps the last few."""

    @property
    def packs(self) -> tuple[KeptPack, ...]:
        """Those kept, latest first."""

    @property
    def making(self) -> bool:
        """Whether one is being made."""

    @property
    def problem(self) -> str:
        """Why the last one could not be made; empty when it could."""

    @property
    def lasting(self) -> bool:
        """Whether packs outlive the program."""

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told when any of these changes; returns what ends it."""

    async def make_now(self) -> KeptPack:
        """Make one at once. Raises KnownError(DISK)."""

    async def save_to(self, folder: Path) -> KeptPack:
        """Make one at once, into a folder of its own below `folder`; the last few are not touched.

        Raises KnownError(DISK).
        """
