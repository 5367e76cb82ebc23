"""One process at a time keeps a copy true: a lock on its folder that ends with the process, however it ends."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from clockdesk.domain.errors import ErrorCode, KnownError

if TYPE_CHECKING:
    from pathlib import Path

HOLD_FILE = "held"


class Hold:
    """The right to keep the copy in a folder: to synchronise it, and to set its files aside when they are damaged."""

    def __init__(self, folder: Path) -> None:
        """Take it, making the folder if need be. Raises KnownError: ALREADY_RUNNING, DISK."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(folder / HOLD_FILE, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            text = f"The folder {folder} can't be written: check its rights, or use another folder."
            raise KnownError(ErrorCode.DISK, text, detail=str(error)) from error
        try:
            grip(self._file)
        except OSError as error:
            os.close(self._file)
            raise KnownError(
                ErrorCode.ALREADY_RUNNING,
                "Another ClockDesk keeps this copy true already: use that one, or end it and try again.",
            ) from error

    def release(self) -> None:
        """Give it back; to be called once."""
        os.close(self._file)


if sys.platform == "win32":
    import msvcrt

    def grip(file: int) -> None:
        """Take a lock on an open file that ends with the process. Raises OSError when another process has it."""
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def grip(file: int) -> None:
        """Take a lock on an open file that ends with the process. Raises OSError when another process has it."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
