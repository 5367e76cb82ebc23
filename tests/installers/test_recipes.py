"""What can't be run here is at least whole: the recipes for the three systems, read as their tools read them."""

from __future__ import annotations

import ast
import configparser
import plistlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import msgspec
import pytest

import clockdesk
from clockdesk.app.places import CONSOLE, this_program
from tests.installers.scripts import INSTALLERS, script

SPEC = (INSTALLERS / "clockdesk.spec").read_text("utf-8")
ISS = (INSTALLERS / "windows" / "clockdesk.iss").read_text("utf-8")
WORKFLOW = (INSTALLERS.parent / ".github" / "workflows" / "packages.yml").read_text("utf-8")


def constants(source):
    """The tables at the top of the recipe."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return found


# --- the frozen program ---


def test_every_cut_has_its_reason():
    tables = constants(SPEC)
    cuts = {**tables["CUT_MODULES"], **tables["CUT_FILES"]}
    assert len(cuts) > 25
    assert all(len(reason.split()) >= 3 for reason in cuts.values())
    assert {"readline", "dbm"} <= tables["CUT_MODULES"].keys(), "GPL libraries come in with these"
    assert [re.compile(pattern) for pattern in tables["CUT_FILES"]]


@pytest.mark.parametrize(
    ("target", "cut"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", False),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", False),
        ("PySide6/Qt/plugins/platforms/libqeglfs.so", True),
        ("PySide6/Qt/plugins/platforms/libqminimal.so", True),
        ("PySide6/plugins/platforms/qwindows.dll", False),
        ("PySide6/plugins/platforms/qoffscreen.dll", False),
        ("PySide6/plugins/platforms/qminimal.dll", True),
        ("PySide6/Qt/plugins/platforms/libqcocoa.dylib", False),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", False),
        ("PySide6/plugins/imageformats/qsvg.dll", False),
        ("PySide6/plugins/imageformats/qjpeg.dll", True),
        ("PySide6/Qt/plugins/iconengines/libqsvgicon.so", False),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", True),
        ("PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so", False),
        ("PySide6/opengl32sw.dll", True),
        ("PySide6/Qt6Widgets.dll", False),
        ("PySide6/Qt/translations/qtbase_de.qm", True),
        ("clockdesk/resources/themes/light.toml", False),
        ("clockdesk/resources/hotel/hotel.json", False),
    ],
)
def test_what_is_cut_and_what_is_kept(target, cut):
    patterns = constants(SPEC)["CUT_FILES"]
    assert any(re.search(pattern, target) for pattern in patterns) is cut


def test_no_module_the_program_imports_is_cut():
    cut = constants(SPEC)["CUT_MODULES"].keys()
    imported = set()
    for file in (INSTALLERS.parent / "clockdesk").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    hit = {name for name in imported for lost in cut if name == lost or name.startswith(f"{lost}.")}
    assert not hit


def test_the_frozen_program_is_started_again_by_itself(monkeypatch, tmp_path):
    assert this_program() == [sys.executable, "-m", "clockdesk"]
    window = tmp_path / "clockdesk.exe"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(window))
    assert this_program() == [str(window)]
    (tmp_path / f"{CONSOLE}.exe").touch()
    assert this_program() == [str(tmp_path / f"{CONSOLE}.exe")], "the window's program has no standard output"
    assert f'name="{CONSOLE}"' in SPEC


@pytest.mark.parametrize(("before", "after"), [({"LD_LIBRARY_PATH_ORIG": "/theirs"}, "/theirs"), ({}, None)])
def test_what_the_program_starts_finds_its_own_libraries(before, after):
    script_ = (
        f"import os; os.environ.update({before!r}, LD_LIBRARY_PATH='/ours')\n"
        f"exec(open({str(INSTALLERS / 'frozen_start.py')!r}).read())\n"
        "print(*map(os.environ.get, ('LD_LIBRARY_PATH', 'LD_LIBRARY_PATH_ORIG', 'PYINSTALLER_RESET_ENVIRONMENT')))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script_], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(after), "None", "1"]


def test_the_version_resource_says_the_version():
    freeze = script("freeze")
    assert freeze.version() == clockdesk.__version__
    text = freeze.windows_version("1.20.3")
    assert "filevers=(1, 20, 3, 0)" in text
    call = ast.parse(text.strip(), mode="eval").body
    assert isinstance(call, ast.Call)
    assert {keyword.arg for keyword in call.keywords} == {"ffi", "kids"}


# --- Linux ---


def test_the_desktop_file_opens_links_too():
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment]
    entry.read(INSTALLERS / "linux" / "clockdesk.desktop", "utf-8")
    told = entry["Desktop Entry"]
    assert told["Exec"] == "clockdesk %u"
    assert told["MimeType"] == "x-scheme-handler/clockdesk;"
    assert (told["Icon"], told["Type"], told["Terminal"]) == ("clockdesk", "Application", "false")


def test_the_appstream_data_names_the_desktop_file():
    root = ET.parse(INSTALLERS / "linux" / "org.clockdesk.ClockDesk.metainfo.xml").getroot()  # noqa: S314 (our own)
    assert root.findtext("launchable") == "clockdesk.desktop"
    assert root.findtext("project_license") == "MIT"
    assert root.find("releases/release").get("version") == "@VERSION@"


def test_what_a_library_needs_is_read_from_it():
    debian = script("debian")
    if not (shutil.which("objdump") and sys.platform == "linux"):
        assert not debian.is_elf(INSTALLERS / "bill.py")
        return
    names, versions = debian.needs(next(Path(msgspec.__file__).parent.glob("_core*.so")))
    assert any(name.startswith("libc.so") for name in names)
    assert all(re.fullmatch(r"[\d.]+", version) for version in versions)


def test_relations_ask_and_recommend(monkeypatch):
    debian = script("debian")
    held = {"libA.so.1": "liba1", "libB.so.2": "libb2", "libc.so.6": "libc6"}
    monkeypatch.setattr(debian, "package_of", held.__getitem__)
    depends, recommends = debian.relations({"libA.so.1", "libc.so.6"}, {"libB.so.2", "libA.so.1"}, "2.36")
    assert depends == "libc6 (>= 2.36), ca-certificates, liba1"
    assert recommends.startswith("libb2, gnome-keyring")


# --- Windows ---


def sections(text):
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if header := re.fullmatch(r"\[(\w+)\]", line):
            name = header[1]
            found[name] = []
        elif name and line and not line.startswith(";"):
            found[name].append(line)
    return found


def test_the_setup_script_is_whole():
    parts = sections(ISS)
    assert {"Setup", "Languages", "Tasks", "Files", "Icons", "Registry", "Run", "Code"} <= parts.keys()
    setup = dict(line.split("=", 1) for line in parts["Setup"])
    assert setup["PrivilegesRequired"] == "lowest"
    assert setup["PrivilegesRequiredOverridesAllowed"] == "dialog commandline"
    assert re.fullmatch(r"\{\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", setup["AppId"])
    assert setup["SetupIconFile"].endswith("clockdesk.ico")
    assert all(name in setup for name in ("AppVersion", "VersionInfoVersion", "CloseApplications", "MinVersion"))


def test_autostart_is_an_option_and_links_are_registered():
    parts = sections(ISS)
    [autostart] = [line for line in parts["Registry"] if "CurrentVersion\\Run" in line]
    assert "Tasks: autostart" in autostart
    assert "uninsdeletevalue" in autostart
    assert any('Name: "autostart"' in line and "unchecked" in line for line in parts["Tasks"])
    assert any('ValueName: "URL Protocol"' in line for line in parts["Registry"])
    assert all(line.startswith("Root: HKA;") for line in parts["Registry"]), "per user and per machine alike"


def test_the_copy_is_kept_unless_somebody_says_wipe():
    code = "\n".join(sections(ISS)["Code"])
    assert "MB_DEFBUTTON2" in code, "keeping is what Enter means"
    assert "IsGiven('/WIPE')" in code
    assert code.count("begin") == len(re.findall(r"\bend[;.]", code))
    assert all(switch in ISS for switch in ("/VERYSILENT", "/ALLUSERS", "/CURRENTUSER", "/TASKS=", "/WIPE"))


# --- macOS, and the workflow ---


def test_the_entitlements_are_a_plist_of_few_rights():
    told = plistlib.loads((INSTALLERS / "macos" / "entitlements.plist").read_bytes())
    assert told == {"com.apple.security.cs.disable-library-validation": True}


def test_the_shell_scripts_parse():
    done = subprocess.run(["sh", "-n", INSTALLERS / "macos" / "dmg.sh"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_workflow_uses_files_that_are_there():
    for system in ("ubuntu", "windows", "macos"):
        assert f"runs-on: {system}-" in WORKFLOW
    named = set(re.findall(r"installers[/\\][\w./\\]+", WORKFLOW))
    assert len(named) >= 1
    for name in named:
        assert (INSTALLERS.parent / name.replace("\\", "/")).is_file(), name
    assert "\t" not in WORKFLOW
