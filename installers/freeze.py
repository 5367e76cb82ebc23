"""Builds the folder that is installed: `python installers/freeze.py` with ClockDesk and its `build` extra installed.

    python -m pip install -c installers/constraints.txt ".[build]"
    python installers/freeze.py [--package]

Makes dist/clockdesk (on macOS also dist/ClockDesk.app): the program, the licences of everything in it, and its bill of
materials. With --package also what is handed out: the setup program on Windows (with Inno Setup 6), the dmg on macOS,
the .deb and the tar on Linux. Fails when anything in it may not be shipped. The same commit, Python and system give the
same bytes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from bill import MayNotShipError, bundled, sources, write_papers

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
MADE = ROOT / "build" / "freeze"
FOLDER = DIST / "clockdesk"


def version() -> str:
    """ClockDesk's version, read without importing it."""
    text = (ROOT / "clockdesk" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "([0-9][0-9a-z.+]*)"$', text, re.MULTILINE)
    if found is None:
        raise SystemExit("freeze: clockdesk/__init__.py does not say its version")
    return found[1]


def commit_time() -> str:
    """Seconds since 1970 of the commit, which is what builds of the same source share; else of the source's files."""
    if asked := os.environ.get("SOURCE_DATE_EPOCH"):
        return asked
    git = shutil.which("git")
    done = (
        subprocess.run([git or "git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, check=False)
        if git
        else None
    )
    if done is not None and done.returncode == 0 and done.stdout.strip():
        return done.stdout.decode().strip()
    return str(int((ROOT / "clockdesk" / "__init__.py").stat().st_mtime))


def windows_version(number: str) -> str:
    """The version resource of the Windows programs, as PyInstaller reads it."""
    parts = [int(part) for part in re.findall(r"\d+", number)[:4]]
    four = tuple(parts + [0] * (4 - len(parts)))
    words = {
        "CompanyName": "ClockDesk",
        "FileDescription": "ClockDesk, the front desk of a Clock PMS+ hotel",
        "FileVersion": number,
        "InternalName": "clockdesk",
        "LegalCopyright": "MIT licence",
        "OriginalFilename": "clockdesk.exe",
        "ProductName": "ClockDesk",
        "ProductVersion": number,
    }
    strings = ", ".join(f"StringStruct({name!r}, {word!r})" for name, word in words.items())
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={four}, prodvers={four}, mask=0x3f, flags=0, OS=0x40004, "
        "fileType=1, subtype=0, date=(0, 0)), kids=[StringFileInfo([StringTable('040904B0', "
        f"[{strings}])]), VarFileInfo([VarStruct('Translation', [1033, 1200])])])\n"
    )


def freeze() -> None:
    """Draws, builds, adds the papers."""
    began = time.monotonic()
    MADE.mkdir(parents=True, exist_ok=True)
    (MADE / "version.txt").write_text(windows_version(version()), "utf-8")
    env = dict(os.environ, SOURCE_DATE_EPOCH=commit_time(), PYTHONHASHSEED="0", QT_QPA_PLATFORM="offscreen")
    run([sys.executable, str(ROOT / "installers" / "pictures.py"), str(MADE)], env)
    spec = str(ROOT / "installers" / "clockdesk.spec")
    places = ["--distpath", str(DIST), "--workpath", str(ROOT / "build" / "pyinstaller")]
    run([sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN", *places, spec], env)
    try:
        inside = bundled(sources())
    except MayNotShipError as error:
        raise SystemExit(f"freeze: this may not be shipped: {error}") from error
    write_papers(inside, FOLDER, version(), int(env["SOURCE_DATE_EPOCH"]))
    app = DIST / "ClockDesk.app"
    if app.is_dir():  # macOS: the same papers, where a bundle keeps such things
        write_papers(inside, app / "Contents" / "Resources", version(), int(env["SOURCE_DATE_EPOCH"]))
    tell(time.monotonic() - began)


def package() -> None:
    """Packs the folder for the system this is."""
    env = dict(os.environ)
    if sys.platform == "win32":
        homes = [Path(os.environ.get(name, "")) for name in ("ProgramFiles(x86)", "ProgramFiles", "LOCALAPPDATA")]
        places = [home / below / "Inno Setup 6" / "ISCC.exe" for home in homes for below in (".", "Programs")]
        compiler = next((str(place) for place in places if place.is_file()), None) or shutil.which("iscc")
        if compiler is None:
            raise SystemExit("freeze: Inno Setup 6 is not here; install it, then start again")
        run([compiler, "/Qp", f"/DVersion={version()}", str(ROOT / "installers" / "windows" / "clockdesk.iss")], env)
    elif sys.platform == "darwin":
        run(["sh", str(ROOT / "installers" / "macos" / "dmg.sh")], env)
    else:
        run([sys.executable, str(ROOT / "installers" / "debian.py")], env)


def run(command: list[str], env: dict[str, str]) -> None:
    """A step that must succeed."""
    status = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    if status:
        raise SystemExit(f"freeze: {' '.join(command[:3])} ended with {status}")


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder; a link counts nothing."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def tell(seconds: float) -> None:
    """What came out, and what was left out and why."""
    for reason, size in sorted(
        json.loads((MADE / "cuts.json").read_text("utf-8"))["files"].items(), key=lambda cut: -cut[1]
    ):
        print(f"  cut {size / 1e6:6.1f} MB: {reason}")
    print(f"{FOLDER.relative_to(ROOT)}: {size_of(FOLDER) / 1e6:.1f} MB in {seconds:.0f} s")


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--package"]):
        raise SystemExit("usage: freeze.py [--package]")
    freeze()
    if sys.argv[1:]:
        package()
