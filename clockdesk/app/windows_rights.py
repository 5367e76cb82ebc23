"""Who besides its owner may use a folder on Windows, as the folder's own list of rights says.

`icacls` prints names, in the system's language; what it saves is SDDL with SIDs, the same everywhere. Only groups that
hold everybody are looked for: a person who gave one colleague the folder knows that. Refusals in the list are not
counted, so a warning may be one too many. Written from the documentation of icacls and of SDDL; not run on Windows yet.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TIME_OUT = 5.0
"""Seconds; a share that is gone can take for ever."""

_EVERYBODY: Final = {
    *("WD", "S-1-1-0"),  # Everyone
    *("AU", "S-1-5-11"),  # Authenticated Users
    *("BU", "S-1-5-32-545"),  # Users of this computer
    *("IU", "S-1-5-4"),  # whoever sits at it
    *("NU", "S-1-5-2"),  # whoever comes over the network
    *("AN", "S-1-5-7"),  # nobody who signed in
    *("BG", "S-1-5-32-546"),  # Guests
    *("DU", "DG"),  # users and guests of the domain
}
_OF_A_DOMAIN: Final = re.compile(r"S-1-5-21(?:-\d+){3}-51[34]")
_READ: Final = 0x1 | 0x80000000 | 0x10000000
"""List a folder or read a file; generic read; generic all."""
_WRITE: Final = 0x2 | 0x4 | 0x40 | 0x40000 | 0x80000 | 0x40000000 | 0x10000000
"""Add a file, add a folder, delete what is in it; change its rights or owner; generic write; generic all."""
_RIGHTS: Final = {
    "GA": 0x10000000, "GX": 0x20000000, "GW": 0x40000000, "GR": 0x80000000,
    "FA": 0x1F01FF, "FR": 0x120089, "FW": 0x120116, "FX": 0x1200A0,
    "CC": 0x1, "DC": 0x2, "LC": 0x4, "SW": 0x8, "RP": 0x10, "WP": 0x20, "DT": 0x40, "LO": 0x80, "CR": 0x100,
    "SD": 0x10000, "RC": 0x20000, "WD": 0x40000, "WO": 0x80000,
}  # fmt: skip
_GRANT: Final = re.compile(r"\((?:A|XA|OA);([A-Z]*);([^;()]*);[^;()]*;[^;()]*;([^;()]+)")
_BARE: Final = "NO_ACCESS_CONTROL"
"""Stands in the place of a list where there is none: everybody may do everything."""


@dataclass(frozen=True, slots=True)
class Others:
    """What everybody may do. `read`: the folder or what is put into it; `write`: in the folder itself."""

    read: bool
    write: bool


def others_in(sddl: str) -> Others:
    """What a list of rights (`D:AI(A;OICIID;FA;;;SY)...`) gives to everybody. Raises ValueError for what is none."""
    _, found, rest = sddl.partition("D:")
    if not found:
        raise ValueError("no list of rights")
    if _BARE in rest.partition("(")[0].partition("S:")[0]:  # after the marks of the list, before any other list
        return Others(read=True, write=True)
    read = write = False
    for flags, rights, who in _GRANT.findall(rest):
        if who in _EVERYBODY or _OF_A_DOMAIN.fullmatch(who):
            mask = _mask(rights)
            read = read or bool(mask & _READ)
            write = write or bool(mask & _WRITE and "IO" not in _pairs(flags))  # IO: of what is put into it alone
    return Others(read, write)


def saved_list(data: bytes) -> str:
    """The list in a file that `icacls /save` wrote for one folder: its name, and the list on the line after it.

    Raises ValueError.
    """
    text = data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-16-le", errors="replace")
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or not lines[-1].startswith("D:"):
        raise ValueError("no list of rights")
    return lines[-1]


def others_may(folder: Path) -> Others:
    """What everybody may do in a folder. Blocks, `TIME_OUT` at most. Raises OSError where it can't be found out."""
    program = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "icacls.exe"
    with tempfile.TemporaryDirectory(prefix="clockdesk-rights-") as place:
        saved = Path(place) / "list"
        try:
            subprocess.run(  # noqa: S603 (the system's own, by its whole path)
                [str(program), str(folder), "/save", str(saved), "/q"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TIME_OUT,
                check=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            return others_in(saved_list(saved.read_bytes()))
        except (subprocess.SubprocessError, ValueError) as error:
            raise OSError("the rights can't be looked at") from error


def _mask(rights: str) -> int:
    """Raises ValueError."""
    return int(rights, 0) if rights[:1].isdigit() else sum(_RIGHTS.get(pair, 0) for pair in set(_pairs(rights)))


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(0, len(text), 2)]
