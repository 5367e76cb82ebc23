"""Downtime packs on disk: each a folder named by its time, with the PDF, the tables and a note of what it is."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from clockdesk.domain.dates import hotel_time
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.office.pack_keeping import KeptPack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clockdesk.office.sheets import AsOf

PDF = "downtime-pack.pdf"
NOTE = "pack.json"
UNFINISHED = ".making-"
PASSING = "clockdesk-packs-"
"""How folders of packs that end with the program are called; the process's number follows."""
OURS = "ClockDesk downtime pack"
WRITABLE = "Everybody may write in {}, so others could put another pack in its place. Save packs elsewhere."


def write_pack(below: Path, of: AsOf, lists: Mapping[str, bytes], pdf: bytes, pages: int) -> KeptPack:
    """Write a pack into a new folder in `below` that only this user may open; it is there as a whole or not at all.

    `lists` are the tables' files by name; without `pdf` only they are written. Blocks. Raises KnownError(DISK).
    """
    making: Path | None = None
    try:
        below.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=below))  # 0700 by itself
        for name, data in lists.items():
            _write(making / name, data)
        if pdf:
            _write(making / PDF, pdf)
        _write(making / NOTE, _note(of, pages).encode())
        folder = _move(making, below, f"{hotel_time(of.made, of.zone):%Y-%m-%d_%H-%M-%S}")
    except OSError as error:
        if making is not None:
            shutil.rmtree(making, ignore_errors=True)
        raise _cannot_write(below, error) from error
    kept = KeptPack(folder, folder / PDF if pdf else None, of.made, of.checked, pages, of.state)
    return replace(kept, exposed=exposure(folder))


def exposure(folder: Path) -> str:
    """A sentence when others than this user can read a pack or put another in its place; empty when they can't.

    A memory stick knows no rights, whatever was asked for. On Windows the folder's own list of rights holds. Blocks.
    """
    if os.name != "posix":
        return _exposure_on_windows(folder)
    try:
        mode, above = folder.stat().st_mode, folder.parent.stat().st_mode
    except OSError:
        return ""
    if mode & 0o077:
        return "Others can read it there, guest names and all: that place keeps no rights. Lock it away or delete it."
    if above & stat.S_IWOTH and not above & stat.S_ISVTX:
        return WRITABLE.format(folder.parent)
    return ""


def _exposure_on_windows(folder: Path) -> str:
    """The same there; what lies in this user's own application data needs no look."""
    from clockdesk.app.windows_rights import others_may  # noqa: PLC0415 (not in a start of the window)

    own = os.environ.get("LOCALAPPDATA")
    if own and folder.is_relative_to(own):
        return ""
    try:
        here, above = others_may(folder), others_may(folder.parent)
    except OSError:
        return "Who else can read it there could not be found out: lock it away or delete it."
    if here.read:
        return (
            "Others can read it there, guest names and all: the folder is open to everybody. Lock it away or delete it."
        )
    return next((WRITABLE.format(at) for at, may in ((folder, here), (folder.parent, above)) if may.write), "")


def read_packs(below: Path) -> list[KeptPack]:
    """The packs in a folder, latest first; whatever else lies there is passed over. Blocks."""
    found = []
    with suppress(OSError):
        found = [pack for folder in below.iterdir() if (pack := _read(folder)) is not None]
    return sorted(found, key=lambda pack: (pack.made, pack.folder.name), reverse=True)


def drop_old(below: Path, keep: int) -> list[KeptPack]:
    """Delete all packs in a folder but the last `keep`; gives those. What can't be deleted stays. Blocks."""
    packs = read_packs(below)
    for pack in packs[keep:]:
        shutil.rmtree(pack.folder, ignore_errors=True)
    return packs[:keep]


def clear_unfinished(below: Path) -> None:
    """Delete what a program that was killed left half made. Only for a folder nobody else writes into. Blocks."""
    for folder in below.glob(f"{UNFINISHED}*"):
        shutil.rmtree(folder, ignore_errors=True)


def passing_folder() -> Path:
    """Where packs that are not to stay are put: the user's own place in memory (Linux), else the temporary folder."""
    own = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nowhere")
    with suppress(OSError):
        if own.is_absolute() and own.is_dir() and not own.stat().st_mode & 0o077 and os.access(own, os.W_OK):
            return own
    return Path(tempfile.gettempdir())


def clear_left_behind(below: Path) -> None:
    """Delete passing packs of programs that were killed and could not do so themselves. Blocks."""
    if os.name != "posix":  # there the temporary folder is the user's own, and nobody can be asked whether he lives
        return
    for folder in below.glob(f"{PASSING}*"):
        number = folder.name.removeprefix(PASSING).partition("-")[0]
        with suppress(OSError):
            if number.isdigit() and folder.lstat().st_uid == os.getuid() and not _lives(int(number)):
                shutil.rmtree(folder, ignore_errors=True)


def _lives(process: int) -> bool:
    """Whether there is such a process. Sends nothing."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def make_private(folder: Path) -> None:
    """Make a folder that only this user may open, or close the one there is to others. Raises KnownError(DISK)."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise _cannot_write(folder, error) from error


def _cannot_write(folder: Path, error: OSError) -> KnownError:
    text = f"The downtime pack can't be written: check free space and the rights of {folder}."
    return KnownError(ErrorCode.DISK, text, detail=str(error))


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def _move(making: Path, below: Path, name: str) -> Path:
    """Give the folder its name; of two within one second the later one gets a number."""
    for number in range(1, 100):
        folder = below / (name if number == 1 else f"{name}_{number}")
        if not folder.exists():
            return making.rename(folder)
    raise FileExistsError(name)


def _note(of: AsOf, pages: int) -> str:
    facts = {
        "what": OURS,
        "hotel": of.hotel,
        "made": of.made.isoformat(),
        "checked": of.checked.isoformat() if of.checked else None,
        "state": of.state,
        "pages": pages,
    }
    return json.dumps(facts, ensure_ascii=False, indent=1)


def _read(folder: Path) -> KeptPack | None:
    try:
        facts = json.loads((folder / NOTE).read_text("utf-8"))
        if facts["what"] != OURS:
            return None
        checked = datetime.fromisoformat(facts["checked"]) if facts["checked"] else None
        pdf = folder / PDF
        made = datetime.fromisoformat(facts["made"])
        return KeptPack(folder, pdf if pdf.exists() else None, made, checked, int(facts["pages"]), str(facts["state"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
