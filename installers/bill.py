"""What is in the frozen program: where each file comes from, under which licence, and whether it may be shipped.

clockdesk.spec writes down every file that went in (build/freeze/sources.json). Each is traced to a Python package by
that package's own list of files, to Python itself, or to a Debian package. A file nobody answers for stops the build,
and so does a GPL or AGPL package. LGPL is fine: its libraries lie in the folder as files of their own.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "installers" / "licences"

COPYLEFT = re.compile(r"\bA?GPL|(?<!Lesser )General Public License|Affero", re.IGNORECASE)
LESSER = re.compile(r"\bLGPL|Lesser General Public|Library General Public", re.IGNORECASE)
SAYS_NOTHING = {"", "OSI Approved", "UNKNOWN", "Dual License"}

EXCEPTIONS = {
    # Its starter and its start-up hooks are in the program; the exception in its licence is for exactly that.
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",
    "pyinstaller-hooks-contrib": "Apache-2.0",  # its start-up hooks; the rest, which is GPL, works at build time only
}
KNOWN = {"apsw-sqlite3mc": "Zlib AND blessing AND MIT"}
"""Where a package's own fields do not name its licence (read in its papers)."""

OWN_TEXTS = {"pyside6-essentials": ("QT.txt", "LGPL-3.0.txt", "GPL-3.0.txt", "ICU.txt"), "shiboken6": ("QT.txt",)}
"""Licence texts from our own folder, for packages that bring none."""

SYSTEM_LIBRARIES = {"libxcb": "MIT", "libpython": "PSF-2.0"}
"""Licences of what is taken from Debian (see BROUGHT_ALONG in clockdesk.spec), by the beginning of the file's name."""


class MayNotShipError(Exception):
    """Something in the program may not be shipped, or nobody knows what it is."""


@dataclass(slots=True)
class Part:
    """One package of which something is in the program."""

    name: str
    version: str
    licence: str
    purl: str
    papers: list[Path] = field(default_factory=list)
    files: int = 0


def bundled(sources: list[str]) -> list[Part]:
    """The parts behind these source files, by name. Raises MayNotShipError with all that is wrong."""
    parts: dict[str, Part] = {"pyinstaller": _of_package(_package("pyinstaller"))}
    wrong = []
    for source in sources:
        try:
            part = _answering(Path(source))
        except MayNotShipError as error:
            wrong.append(str(error))
            continue
        if part is not None:
            parts.setdefault(part.name, part).files += 1
    wrong += [f"{part.name} {part.version}: {part.licence}" for part in parts.values() if not may_ship(part.licence)]
    wrong += [f"{part.name}: its licence text is not found" for part in parts.values() if not part.papers]
    if wrong:
        raise MayNotShipError("; ".join(sorted(set(wrong))))
    return sorted(parts.values(), key=lambda part: part.name)


def _answering(source: Path) -> Part | None:
    """The part a file belongs to; None for our own."""
    if owner := _owners().get(_plain(source)):
        return None if owner.name == "clockdesk" else _of_package(owner)
    if source.is_relative_to(ROOT):
        return None
    if _is_pythons(source):
        return _python()
    if shutil.which("dpkg") and (name := _debian_owner(source)):
        return _of_debian(name, source)
    raise MayNotShipError(f"nobody answers for {source}")


def may_ship(licence: str) -> bool:
    """Whether one of the alternatives is neither GPL nor AGPL."""
    if licence in EXCEPTIONS.values():
        return True
    return any(LESSER.search(part) or not COPYLEFT.search(part) for part in re.split(r"\bOR\b", licence))


# --- Python packages ---


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _plain(path: Path) -> str:
    """A path as it compares; its own name is kept where it is a link."""
    return os.path.normcase(path.parent.resolve() / path.name)


@cache
def _owners() -> dict[str, Distribution]:
    """Every installed file with the package it belongs to."""
    return {
        _plain(Path(str(package.locate_file(file)))): package
        for package in distributions()
        for file in package.files or []
    }


def _package(name: str) -> Distribution:
    return next(package for package in distributions() if _key(package.name) == name)


def _of_package(package: Distribution) -> Part:
    name = _key(package.name)
    papers = [
        Path(str(package.locate_file(file)))
        for file in package.files or []
        if re.match(r"(licen[sc]e|copying|notice)", file.name, re.IGNORECASE) and ".dist-info" in str(file)
    ]
    papers += [TEXTS / text for text in OWN_TEXTS.get(name, ())]
    licence = EXCEPTIONS.get(name) or KNOWN.get(name) or licence_of(package)
    return Part(name, package.version, licence, f"pkg:pypi/{name}@{package.version}", papers)


def licence_of(package: Distribution) -> str:
    """What the package's fields say about its licence; empty when they say nothing."""
    fields = package.metadata
    said = [*(fields.get_all("License-Expression") or fields.get_all("License") or [])]
    said += [c.rpartition(" :: ")[2] for c in fields.get_all("Classifier") or [] if c.startswith("License :: ")]
    return next((text.splitlines()[0] for text in said if text not in SAYS_NOTHING), "")


# --- Python itself, and Debian's libraries ---


def _is_pythons(source: Path) -> bool:
    homes = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    if any(source.is_relative_to(home) for home in homes) and "site-packages" not in source.parts:
        return True
    own_home = sys.base_prefix not in {"/usr", "/usr/local"} and source.is_relative_to(sys.base_prefix)
    return own_home or source.name.startswith("libpython3")


def _python() -> Part:
    version = platform.python_version()
    stdlib = Path(sysconfig.get_path("stdlib"))
    doc = Path(f"/usr/share/doc/python{sys.version_info[0]}.{sys.version_info[1]}/copyright")
    places = (stdlib / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE", doc)
    papers = [place for place in places if place.is_file()][:1]
    return Part("cpython", version, "PSF-2.0", f"pkg:generic/cpython@{version}", papers)


@cache
def _debian_owner(source: Path) -> str:
    """The Debian package of a file; dpkg may know it by the name it has without /usr."""
    for name in (str(source), str(source).removeprefix("/usr"), str(source.resolve())):
        done = subprocess.run(["dpkg", "-S", name], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.split(":")[0]
    return ""


@cache
def _debian_version(name: str) -> str:
    done = subprocess.run(["dpkg-query", "-W", "-f=${Version}", name], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _of_debian(name: str, source: Path) -> Part:
    licence = next((said for start, said in SYSTEM_LIBRARIES.items() if source.name.startswith(start)), None)
    if licence is None:
        raise MayNotShipError(f"{source.name} of Debian's {name} is not on the list of what may be taken along")
    papers = [path for path in [Path("/usr/share/doc", name, "copyright")] if path.is_file()]
    version = _debian_version(name)
    return Part(name, version, licence, f"pkg:deb/debian/{name}@{version}", papers)


# --- the papers ---


def sources() -> list[str]:
    """What clockdesk.spec wrote down."""
    listed: list[str] = json.loads((ROOT / "build" / "freeze" / "sources.json").read_text("utf-8"))
    return listed


def write_papers(parts: list[Part], folder: Path, version: str, made: int) -> None:
    """The licence texts into `folder`/licenses, and the bill of materials beside them."""
    place = folder / "licenses"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    shutil.copyfile(ROOT / "LICENSE", place / "ClockDesk.txt")
    for part in parts:
        for paper in part.papers:
            ours = paper.parent == TEXTS
            name = paper.name if ours else f"{part.name}-{paper.stem}{paper.suffix or '.txt'}"
            shutil.copyfile(paper, place / name)
    bill = json.dumps(cyclonedx(parts, version, made), indent=1, ensure_ascii=False)
    (folder / "sbom.cdx.json").write_text(bill + "\n", "utf-8")


def cyclonedx(parts: list[Part], version: str, made: int) -> dict[str, object]:
    """The bill of materials as CycloneDX 1.6 has it. `made` is in seconds since 1970; the serial follows from all."""
    components = [
        {
            "type": "library",
            "bom-ref": part.purl,
            "name": part.name,
            "version": part.version,
            "purl": part.purl,
            "licenses": [
                {"expression": part.licence} if is_expression(part.licence) else {"license": {"name": part.licence}}
            ],
        }
        for part in parts
    ]
    own = {
        "type": "application",
        "bom-ref": f"clockdesk@{version}",
        "name": "ClockDesk",
        "version": version,
        "licenses": [{"license": {"id": "MIT"}}],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([own, components, made], sort_keys=True))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"timestamp": datetime.fromtimestamp(made, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "component": own},
        "components": components,
        "dependencies": [{"ref": own["bom-ref"], "dependsOn": [part.purl for part in parts]}],
    }


def is_expression(licence: str) -> bool:
    """Whether this reads as an SPDX expression: identifiers joined by AND, OR, WITH."""
    return re.fullmatch(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*", licence) is not None
