"""Where things lie on this machine: settings, the copy, logs, and the resources that came with the program."""

from __future__ import annotations

import hashlib
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one installation. `machine` is IT's file for the whole computer: read, never written."""

    settings: Path
    data: Path
    logs: Path
    resources: Path
    machine: Path

    def store(self, account: str) -> Path:
        """The folder of one account's files. Names that are no plain file name get one, each its own."""
        safe = "".join(char if char.isalnum() or char in "-_." else "_" for char in account).strip(".")
        if not safe or safe != account:
            safe = f"{safe or 'account'}-{hashlib.blake2b(account.encode(), digest_size=4).hexdigest()}"
        return self.data / "accounts" / safe


def places(data: Path | None = None) -> Places:
    """The system's own folders, or everything below `data` (demo, tests, `--store`)."""
    here = Path(__file__).resolve().parent.parent
    resources = next((at for at in (here / "resources", here.parent / "resources") if (at / "themes").is_dir()), here)
    if data is not None:
        return Places(data / "settings.toml", data, data / "logs", resources, machine_settings())
    dirs = platformdirs.PlatformDirs("ClockDesk", appauthor=False)
    return Places(
        dirs.user_config_path / "settings.toml", dirs.user_data_path, dirs.user_log_path, resources, machine_settings()
    )


def machine_settings() -> Path:
    """Where IT puts the settings of the whole computer; `--store` does not move it."""
    if platform.system() not in {"Windows", "Darwin"}:
        return Path("/etc/clockdesk/settings.toml")
    return platformdirs.PlatformDirs("ClockDesk", appauthor=False).site_config_path / "settings.toml"


def this_program() -> list[str]:
    """The command that starts this program once more, for a child with its own standard input and output.

    Frozen, the program is its own interpreter. On Windows the window's program has no standard output, so the
    installation holds a second one beside it that has (installers/clockdesk.spec).
    """
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-m", "clockdesk"]
    own = Path(sys.executable)
    console = own.with_name(CONSOLE + own.suffix)
    return [str(console if console.exists() else own)]


CONSOLE = "clockdesk-console"
"""The name of that second program."""
