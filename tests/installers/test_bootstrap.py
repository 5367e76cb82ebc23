"""The set-up command: its command line, what it finds missing, what it puts back, what it says when it fails."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installers.scripts import script

SCRIPT = Path(__file__).parents[2] / "installers" / "bootstrap.py"


@pytest.fixture
def bootstrap(monkeypatch):
    """The script as a module, fresh for each test."""
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "bootstrap", module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def needs():
    """What the system must have, as a module."""
    return script("needs")


@pytest.fixture
def checkout(bootstrap, tmp_path, monkeypatch):
    """A checkout of its own whose .venv is this test's Python and whose packages can't be had."""
    (tmp_path / "installers").mkdir()
    (tmp_path / "installers" / "constraints.txt").write_text("")
    (tmp_path / "pyproject.toml").write_text('[build-system]\nrequires = ["no-such-backend"]\nbuild-backend = "none"\n')
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(script("children"), "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(bootstrap, "PYTHON", Path(sys.executable))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return tmp_path


# --- the command line ---


def test_an_old_python_is_told_so(bootstrap):
    assert bootstrap.too_old((3, 11)) is None
    assert bootstrap.too_old((3, 13)) is None
    assert bootstrap.too_old((3, 9)) == "ClockDesk needs Python 3.11 or newer; this is 3.9."
    assert bootstrap.too_old((3, 10)) is not None


@pytest.mark.parametrize("name", ["bootstrap.py", "children.py", "needs.py"])
def test_an_old_python_gets_as_far_as_being_told(name):
    ast.parse(SCRIPT.with_name(name).read_text("utf-8"), feature_version=(3, 8))


def test_it_finds_what_lies_beside_it_wherever_python_looks():
    done = subprocess.run(
        [sys.executable, "-P", "-S", SCRIPT, "--help"], capture_output=True, text=True, check=False, cwd="/"
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_pytest_gets_its_arguments_in_order(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap.os, "cpu_count", lambda: 4)
    options = bootstrap.parse(
        ["test", "tests/gui", "-k", "rooms or -x", "--servers", "--long", "-q", "--", "--servers"]
    )
    assert options.servers
    assert bootstrap.test_command(options)[1:] == [
        "-m", "pytest", "-n", "5", "--dist", "loadfile",
        "--long", "tests/gui", "-k", "rooms or -x", "-q", "--servers",
    ]  # fmt: skip


def test_the_demo_without_a_display_ends_by_itself(bootstrap):
    options = bootstrap.parse(["demo", "--", "--verbose"])
    assert bootstrap.demo_command(options, offscreen=True)[1:] == [
        "-m", "clockdesk", "--demo", "--rate-limit", "25", "--offscreen-seconds", "20", "--screens", "demo-screens",
        "--verbose",
    ]  # fmt: skip
    options = bootstrap.parse(["demo", "--rate-limit", "5", "--seconds", "3"])
    assert "--offscreen-seconds 3" in " ".join(bootstrap.demo_command(options, offscreen=True))
    assert bootstrap.demo_command(options, offscreen=False)[1:] == ["-m", "clockdesk", "--demo", "--rate-limit", "5"]


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["deom"],
        ["demo", "stray"],
        ["demo", "--rate-limit", "0"],
        ["demo", "--seconds", "soon"],
        ["demo", "--rate=5"],
        ["package", "stray"],
    ],
)
def test_wrong_usage_ends_with_2(argv):
    done = subprocess.run([sys.executable, SCRIPT, *argv], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "error: " in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("env", "platform", "there"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "linux", False),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_a_display(bootstrap, env, platform, there):
    assert bootstrap.has_display(env, platform) is there


def test_ci_is_set(bootstrap):
    assert [bootstrap.in_ci(env) for env in ({"CI": "true"}, {"CI": "1"})] == [True, True]
    assert [bootstrap.in_ci(env) for env in ({}, {"CI": ""}, {"CI": "false"}, {"CI": "0"})] == [False] * 4


# --- what the system must have ---


def test_libraries_are_tried_not_looked_up(needs):
    here = {"linux": "libc.so.6", "darwin": "libSystem.dylib", "win32": "kernel32"}[sys.platform]
    assert needs.missing_libraries([(here, "a"), ("libnothing-of-the-kind.so.1", "b")]) == [
        ("libnothing-of-the-kind.so.1", "b")
    ]


def test_a_window_needs_the_libraries_of_its_display(needs):
    def names(env, *, window):
        return {name for name, _ in needs.qt_libraries(env, window=window)}

    offscreen = names({"DISPLAY": ":0"}, window=False)
    assert "libEGL.so.1" in offscreen
    assert names({"DISPLAY": ":0", "WAYLAND_DISPLAY": "w"}, window=True) - offscreen >= {"libxcb-cursor.so.0"}
    assert names({"WAYLAND_DISPLAY": "w"}, window=True) - offscreen >= {"libwayland-client.so.0"}


def test_the_line_to_run_keeps_services_from_starting(needs):
    plain = "sudo apt-get update && sudo apt-get install -y --no-install-recommends"
    assert needs.line_to_run(["libgl1", "libegl1"], systemd=True) == f"{plain} libgl1 libegl1"
    assert needs.line_to_run(["apache2", "nginx-light"], systemd=True) == (
        f"sudo systemctl mask apache2 nginx && {plain} apache2 nginx-light"
    )


@pytest.mark.parametrize("found", ["nothing", "a file", "a link", "the rest of a killed run"])
def test_the_policy_found_is_put_back(needs, tmp_path, found):
    policy = tmp_path / "policy-rc.d"
    if found == "a file":
        policy.write_text("#!/bin/sh\nexit 0\n")
    elif found == "a link":
        (tmp_path / "elsewhere").write_text("#!/bin/sh\nexit 104\n")
        policy.symlink_to("elsewhere")
    elif found == "the rest of a killed run":
        policy.write_text(needs.DENY)
        (tmp_path / "policy-rc.d.kept-by-clockdesk").write_text("#!/bin/sh\nexit 0\n")
    before = policy.read_text() if found in {"a file", "a link"} else None
    held = []

    def install():
        with needs.no_service_starts(policy):
            held.append(policy.read_text())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install()
    assert held == [needs.DENY]
    assert not (tmp_path / "policy-rc.d.kept-by-clockdesk").exists()
    if found == "nothing":
        assert not policy.exists()
    else:
        assert policy.read_text() == (before or "#!/bin/sh\nexit 0\n")
        assert policy.is_symlink() == (found == "a link")


def test_the_denying_policy_denies(needs, tmp_path):
    with needs.no_service_starts(tmp_path / "policy-rc.d"):
        assert subprocess.run([tmp_path / "policy-rc.d", "nginx", "start"], check=False).returncode == 101


# --- the virtual environment ---


def test_a_second_run_does_nothing(bootstrap, checkout, capsys):
    bootstrap.write_stamp(bootstrap.Stamp(bootstrap.base_key(), bootstrap.pins_key(), frozenset({"test"})))
    bootstrap.prepare(frozenset({"test"}))
    bootstrap.prepare(frozenset())  # the demo needs no more than the tests did
    assert capsys.readouterr().out == ""


def test_new_pins_are_installed_and_a_failure_is_one_line(bootstrap, checkout):
    bootstrap.write_stamp(bootstrap.Stamp(bootstrap.base_key(), bootstrap.pins_key(), frozenset({"test"})))
    (checkout / "installers" / "constraints.txt").write_text("idna==3.20\n")
    with pytest.raises(bootstrap.SetupError) as failure:
        bootstrap.prepare(frozenset())
    assert "No matching distribution found for no-such-backend" in str(failure.value)
    assert "\n" not in str(failure.value)
    stamp = bootstrap.read_stamp()
    assert stamp.base != bootstrap.base_key()  # half done: the next run starts from an empty environment
    assert stamp.extras == {"test"}


def test_an_environment_fits_its_own_python_and_checkout(bootstrap, checkout, monkeypatch):
    assert bootstrap.venv_fits()  # nobody's stamp, but the same Python, with pip
    bootstrap.write_stamp(bootstrap.Stamp(bootstrap.base_key(), "-", frozenset()))
    assert bootstrap.venv_fits()
    monkeypatch.setattr(bootstrap, "ROOT", checkout / "moved")
    assert not bootstrap.venv_fits()
    bootstrap.STAMP.write_text("torn")
    assert not bootstrap.venv_fits()
    monkeypatch.setattr(bootstrap, "PYTHON", checkout / "bin" / "python")
    assert not bootstrap.venv_fits()


def test_an_environment_of_somebody_else_is_not_replaced(bootstrap, checkout, monkeypatch):
    monkeypatch.setattr(bootstrap.sys, "version", "3.99.0 (another)")
    with pytest.raises(bootstrap.SetupError, match="remove it and start again"):
        bootstrap.venv_fits()


# --- failures in one line ---


def test_pip_is_quoted_from_within_its_frames(bootstrap):
    output = (
        "  × pip subprocess to install build dependencies did not run successfully.\n"
        "  \u2502 exit code: 1\n"
        "  \u2570\u2500> [2 lines of output]\n"
        "      ERROR: Could not find a version that satisfies the requirement hatchling (from versions: none)\n"
        "      ERROR: No matching distribution found for hatchling\n"
        "      [end of output]\n"
        "note: This error originates from a subprocess\n"
    )
    assert bootstrap.pip_reason(output) == (
        "the packages could not be installed: No matching distribution found for hatchling"
    )
    conflict = "ERROR: Cannot install a and b\nERROR: ResolutionImpossible: for help visit a manual\n"
    assert bootstrap.pip_reason(conflict).endswith(": Cannot install a and b")
    unreachable = (
        "WARNING: Retrying ... NameResolutionError(...)\nERROR: No matching distribution found for hatchling\n"
    )
    assert "can't be reached" in bootstrap.pip_reason(unreachable)


def test_a_silent_failure_says_something(bootstrap):
    assert bootstrap.complaints("", "E: ") == ["it did not say why"]
    assert bootstrap.complaints("one\n  two  \n\n", "E: ") == ["two"]
    assert bootstrap.complaints("E: first\nE: second\n", "E: ") == ["first", "second"]
