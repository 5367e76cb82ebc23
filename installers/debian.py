"""Packs dist/clockdesk for Linux: a .deb and a portable tar. `python installers/debian.py`, after installers/freeze.py.

Run it on the oldest Debian that is to be served: the package asks for that system's libraries or newer ones. What it
depends on is read from the program's own files; a plugin the program can do without makes a recommendation.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from freeze import DIST, FOLDER, ROOT, commit_time, size_of, version

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LINUX = ROOT / "installers" / "linux"
PICTURES = ROOT / "build" / "freeze" / "hicolor"
STAGE = ROOT / "build" / "deb"
METAINFO = "org.clockdesk.ClockDesk.metainfo.xml"

DISPENSABLE = re.compile(r"plugins/(wayland-|platforms/libqwayland|printsupport/)|libQt6Wayland")
"""Files without whose libraries the program still works: a Wayland desktop runs X11 programs too, and PDFs are made
without CUPS."""

ALWAYS = ("ca-certificates",)
"""Servers are checked against the system's trusted certificates."""

USEFUL = (
    "gnome-keyring | libpam-kwallet5",  # keeps the API key and the key of the copy; without one both live in memory
    "xdg-utils",  # opens the PDFs of the downtime pack
)

ABOUT = """\
front desk of a Clock PMS+ hotel
 ClockDesk shows the bookings, rooms and folios of a hotel that runs on Clock
 PMS+, from an encrypted copy on the workstation that changes by itself when
 the hotel changes. When the line is down, reading, searching and printing go
 on.
 .
 "clockdesk --self-check" tells whether the installation has all it needs,
 "clockdesk --demo" opens it on an embedded hotel."""


CHANGELOG = """\
clockdesk ({version}) stable; urgency=medium

  * See the repository's history.

 -- ClockDesk <noreply@localhost>  {stamp}
"""


# --- what it needs of the system ---


def needs(file: Path) -> tuple[set[str], set[str]]:
    """The names of the libraries a program or library loads, and the versions of glibc's symbols it uses."""
    told = subprocess.run(["objdump", "-p", str(file)], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^\s+NEEDED\s+(\S+)", told, re.MULTILINE)), set(
        re.findall(r"\bGLIBC_([\d.]+)$", told, re.MULTILINE)
    )


def is_elf(file: Path) -> bool:
    """Whether a file is a program or library."""
    if file.is_symlink() or not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(4) == b"\x7fELF"


def wanted(folder: Path) -> tuple[set[str], set[str], str]:
    """Libraries that must be there, those that may be missing, and the oldest glibc that will do."""
    inside = {path.name for path in folder.rglob("*.so*")}
    must, may, glibc = set[str](), set[str](), {"2.17"}
    for file in filter(is_elf, sorted(folder.rglob("*"))):
        names, versions = needs(file)
        (may if DISPENSABLE.search(file.as_posix()) else must).update(names - inside)
        glibc |= versions
    return must, may - must, max(glibc, key=lambda number: [int(part) for part in number.split(".")])


@cache
def package_of(library: str) -> str:
    """The Debian package that holds a library on this system."""
    for folder in (
        "/usr/lib/x86_64-linux-gnu",
        "/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
        "/lib64",
        "/usr/lib64",
    ):
        for place in (f"{folder}/{library}", f"{folder.removeprefix('/usr')}/{library}"):
            done = subprocess.run(["dpkg", "-S", place], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return done.stdout.split(":")[0]
    raise SystemExit(f"debian: no Debian package installed here holds {library}, so the .deb can't ask for it")


def relations(must: Iterable[str], may: Iterable[str], glibc: str) -> tuple[str, str]:
    """The lines Depends and Recommends."""
    hard = {package_of(name) for name in must} - {"libc6"}
    soft = {package_of(name) for name in may} - hard - {"libc6"}
    depends = [f"libc6 (>= {glibc})", *sorted(hard | set(ALWAYS))]
    return ", ".join(depends), ", ".join([*sorted(soft), *USEFUL])


# --- the .deb ---


def stage(depends: str, recommends: str, seconds: int) -> None:
    """Lays out what the package puts on the system, below build/deb."""
    shutil.rmtree(STAGE, ignore_errors=True)
    shutil.copytree(FOLDER, STAGE / "usr/lib/clockdesk", symlinks=True)
    (STAGE / "usr/bin").mkdir(parents=True)
    (STAGE / "usr/bin/clockdesk").symlink_to("../lib/clockdesk/clockdesk")
    shutil.copytree(PICTURES, STAGE / "usr/share/icons/hicolor")
    _copy(LINUX / "clockdesk.desktop", "usr/share/applications")
    text = (LINUX / METAINFO).read_text("utf-8").replace("@VERSION@", version())
    (STAGE / "usr/share/metainfo").mkdir()
    day = datetime.fromtimestamp(seconds, UTC).date().isoformat()
    (STAGE / "usr/share/metainfo" / METAINFO).write_text(text.replace("@DATE@", day), "utf-8")
    doc = STAGE / "usr/share/doc/clockdesk"
    doc.mkdir(parents=True)
    expat = "".join(f" {line}\n" if line else " .\n" for line in (ROOT / "LICENSE").read_text("utf-8").splitlines())
    (doc / "copyright").write_text((LINUX / "copyright").read_text("utf-8") + expat, "utf-8")
    stamp = datetime.fromtimestamp(seconds, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    entry = CHANGELOG.format(version=version(), stamp=stamp)
    (doc / "changelog.gz").write_bytes(gzip.compress(entry.encode(), 9, mtime=0))
    manual = STAGE / "usr/share/man/man1/clockdesk.1.gz"
    manual.parent.mkdir(parents=True)
    manual.write_bytes(gzip.compress((LINUX / "clockdesk.1").read_bytes(), 9, mtime=0))
    _modes(STAGE)
    control = STAGE / "DEBIAN"
    control.mkdir()
    (control / "control").write_text(_control(depends, recommends, size_of(STAGE) // 1024), "utf-8")
    files = sorted(
        path for path in STAGE.rglob("*") if path.is_file() and not path.is_symlink() and control not in path.parents
    )
    sums = subprocess.run(
        ["md5sum", *(str(file.relative_to(STAGE)) for file in files)], cwd=STAGE, capture_output=True, check=True
    )
    (control / "md5sums").write_bytes(sums.stdout)
    _same_age(STAGE, seconds)


def _copy(file: Path, to: str) -> None:
    (STAGE / to).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, STAGE / to / file.name)


def _control(depends: str, recommends: str, kilobytes: int) -> str:
    return (
        f"Package: clockdesk\nVersion: {version()}\nArchitecture: {architecture()}\n"
        "Maintainer: ClockDesk <noreply@localhost>\n"
        f"Installed-Size: {kilobytes}\nSection: misc\nPriority: optional\n"
        f"Depends: {depends}\nRecommends: {recommends}\nDescription: {ABOUT}\n"
    )


def architecture() -> str:
    """Debian's name of this machine's kind."""
    return subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()


def _modes(folder: Path) -> None:
    """The same rights whoever builds, and whatever his umask."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            program = path.name == "clockdesk" and path.is_file()
            path.chmod(0o755 if path.is_dir() or program else 0o644)


def _same_age(folder: Path, seconds: int) -> None:
    for path in [*folder.rglob("*"), folder]:
        os.utime(path, (seconds, seconds), follow_symlinks=False)


def deb(seconds: int) -> Path:
    """Packs what was laid out."""
    file = DIST / f"clockdesk_{version()}_{architecture()}.deb"
    env = dict(os.environ, SOURCE_DATE_EPOCH=str(seconds))
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(STAGE), str(file)]
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
    return file


# --- the portable tar ---

PORTABLE = """\
ClockDesk {version}, portable

Unpack it anywhere and start ./clockdesk. It runs on any Linux with glibc {glibc} or newer and a desktop.
`./clockdesk --self-check` tells what is missing, if anything. On Debian and Ubuntu this brings it all:

    sudo apt-get install {packages}

Settings and the copy are kept in your home (~/.config/ClockDesk, ~/.local/share/ClockDesk), as with the .deb.
"""


def portable(depends: str, glibc: str, seconds: int) -> Path:
    """The folder as a tar, with a word on what the system must have."""
    name = f"clockdesk-{version()}"
    place = ROOT / "build" / "portable" / name
    shutil.rmtree(place.parent, ignore_errors=True)
    shutil.copytree(FOLDER, place, symlinks=True)
    packages = " ".join(part.split()[0] for part in depends.split(", "))
    (place / "README.txt").write_text(PORTABLE.format(version=version(), glibc=glibc, packages=packages), "utf-8")
    _modes(place)
    file = DIST / f"{name}-linux-{os.uname().machine}.tar.xz"
    same = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", f"--mtime=@{seconds}"]
    command = ["tar", "-C", str(place.parent), *same, "--use-compress-program=xz -T2 -6", "-cf", str(file), name]
    subprocess.run(command, check=True)
    return file


def main() -> int:
    """Both; the exit status."""
    if not FOLDER.is_dir():
        print("debian: dist/clockdesk is not there; run installers/freeze.py first", file=sys.stderr)
        return 1
    seconds = int(commit_time())
    must, may, glibc = wanted(FOLDER)
    depends, recommends = relations(must, may, glibc)
    print(f"Depends: {depends}\nRecommends: {recommends}")
    stage(depends, recommends, seconds)
    for file in (deb(seconds), portable(depends, glibc, seconds)):
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
