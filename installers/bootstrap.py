"""Sets ClockDesk up in this checkout: `demo` opens it on an embedded hotel, `test` tests it, `package` packs it.

Standard library only, and no syntax newer than Python 3.8: an older Python must get as far as being told so.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "clockdesk-stamp"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CONSTRAINTS = (
    "installers/constraints.txt"  # relative: pip splits PIP_CONSTRAINT at blanks, and a checkout's path may hold some
)
OLDEST = (3, 11)

# What Qt loads, and the Debian package that holds it (what these pull in themselves is left out). A window needs
# the group of its display too.
QT_LIBRARIES = (
    ("libglib-2.0.so.0", "libglib2.0-0"),
    ("libGL.so.1", "libgl1"),
    ("libEGL.so.1", "libegl1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libdbus-1.so.3", "libdbus-1-3"),
    ("libfontconfig.so.1", "libfontconfig1"),
)
X11_LIBRARIES = (
    ("libxcb-cursor.so.0", "libxcb-cursor0"),
    ("libxcb-icccm.so.4", "libxcb-icccm4"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    ("libxcb-shape.so.0", "libxcb-shape0"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
)
WAYLAND_LIBRARIES = (
    ("libwayland-client.so.0", "libwayland-client0"),
    ("libwayland-cursor.so.0", "libwayland-cursor0"),
    ("libwayland-egl.so.1", "libwayland-egl1"),
)
# The third-party servers of the tests: a file to look for, and its Debian package.
SERVERS = (
    ("/usr/sbin/nginx", "nginx-light"),
    ("/usr/lib/nginx/modules/ngx_nchan_module.so", "libnginx-mod-nchan"),
    ("/usr/lib/nginx/modules/ngx_http_lua_module.so", "libnginx-mod-http-lua"),
    ("/usr/sbin/apache2ctl", "apache2"),
    ("/usr/bin/dbus-daemon", "dbus-daemon"),
    ("/usr/bin/gnome-keyring-daemon", "gnome-keyring"),
)
SERVICES = {"nginx-light": "nginx", "apache2": "apache2"}

# Asks nothing, answers in English, and finds the system's tools also after a plain `su`.
ROOT_ENV = ("env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", "PATH=/usr/sbin:/usr/bin:/sbin:/bin")

DENY = "#!/bin/sh\n# ClockDesk's set-up: no service starts while packages are installed\nexit 101\n"

# Tried in a process of its own: libraries of a graphics driver have no business in this one, and a fresh
# process sees what was installed a moment ago.
PROBE = """
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
"""


class SetupError(Exception):
    """A failure, told in one line that says what to do next."""


class Stamp(NamedTuple):
    """What stands in .venv: made by which Python for which checkout, from which pins, with which extras."""

    base: str
    pins: str
    extras: frozenset[str]


def too_old(version: Sequence[int]) -> str | None:
    """The sentence for a Python that is too old, None for one that will do."""
    if tuple(version[:2]) >= OLDEST:
        return None
    return f"ClockDesk needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {version[0]}.{version[1]}."


# --- the command line ---


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Reads the command line; `.extra` holds what goes on to ClockDesk or pytest. Ends with status 2 on wrong usage."""
    parser = argparse.ArgumentParser("bootstrap.py", description=(__doc__ or "").splitlines()[0], allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="{demo,test,package}")
    demo = commands.add_parser("demo", allow_abbrev=False, help="open ClockDesk on an embedded hotel")
    demo.usage = "%(prog)s [--rate-limit N] [--seconds N] [-- arguments of clockdesk ...]"
    demo.description = "Without a display it runs off-screen, tells what happened, and writes a PNG of every screen."
    text = "calls a second the hotel allows (25; the real service: 5)"
    demo.add_argument("--rate-limit", type=_positive, default=25, metavar="N", help=text)
    text = "run off-screen for N seconds (20 where there is no display)"
    demo.add_argument("--seconds", type=_positive, metavar="N", help=text)
    test = commands.add_parser("test", allow_abbrev=False, help="run the whole test suite, lint and types included")
    test.usage = "%(prog)s [--long] [--servers] [arguments of pytest ...]"
    test.add_argument("--long", action="store_true", help="run the long soaks too")
    text = "install nginx and Apache for the tests against them (always so when CI is set)"
    test.add_argument("--servers", action="store_true", help=text)
    text = "build the packages of this system (Linux: in a clean Debian, as root, and tried in another; 10 minutes)"
    package = commands.add_parser("package", allow_abbrev=False, help=text, description=text)
    cut = list(argv).index("--") if "--" in argv else len(argv)
    options, extra = parser.parse_known_args(argv[:cut])
    if extra and options.command == "demo":
        demo.error(f"unknown argument: {extra[0]} (arguments of clockdesk follow a --)")
    options.extra = [*extra, *argv[cut + 1 :]]
    if options.extra and options.command == "package":
        package.error(f"unknown argument: {options.extra[0]}")
    return options


def _positive(text: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,5}", text):
        raise argparse.ArgumentTypeError(f"a whole number above 0 is wanted, not {text!r}")
    return int(text)


def has_display(env: Mapping[str, str], platform: str) -> bool:
    """Whether a window can be shown: always on Windows and macOS, elsewhere when a display is named."""
    if env.get("QT_QPA_PLATFORM", "").split(":")[0] in {"offscreen", "minimal"}:
        return False
    return platform in {"win32", "darwin"} or bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def in_ci(env: Mapping[str, str]) -> bool:
    """Whether CI is set; `CI=`, `CI=0` and `CI=false` count as not set."""
    return env.get("CI", "").lower() not in {"", "0", "false"}


def demo_command(options: argparse.Namespace, *, offscreen: bool) -> list[str]:
    """What `demo` starts in the virtual environment."""
    command = [str(PYTHON), "-m", "clockdesk", "--demo", "--rate-limit", str(options.rate_limit)]
    if offscreen:
        command += ["--offscreen-seconds", str(options.seconds or 20), "--screens", "demo-screens"]
    return command + list(options.extra)


def test_command(options: argparse.Namespace) -> list[str]:
    """What `test` starts in the virtual environment: a process more than cores, as tests wait half of their time."""
    shared_out = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "loadfile"]
    return [str(PYTHON), "-m", "pytest", *shared_out, *(["--long"] if options.long else []), *options.extra]


# --- what the system must have ---


def qt_libraries(env: Mapping[str, str], *, window: bool) -> tuple[tuple[str, str], ...]:
    """The libraries Qt loads on Linux, each with its Debian package."""
    if not window:
        return QT_LIBRARIES
    return QT_LIBRARIES + (X11_LIBRARIES if env.get("DISPLAY") else WAYLAND_LIBRARIES)


def missing_libraries(libraries: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of the libraries that can't be loaded."""
    _, output = finish([sys.executable, "-c", PROBE, *(name for name, _ in libraries)])
    gone = set(output.split())
    return [pair for pair in libraries if pair[0] in gone]


def system_needs(*, window: bool, servers: bool) -> list[tuple[str, str]]:
    """Everything the system lacks, each with the Debian package that brings it."""
    needs = []
    if importlib.util.find_spec("ensurepip") is None and not venv_fits():
        needs.append(("Python's ensurepip", f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"))
    if sys.platform.startswith("linux"):
        needs += missing_libraries(qt_libraries(os.environ, window=window))
    if servers:
        needs += [(path, package) for path, package in SERVERS if not Path(path).exists()]
    return needs


def line_to_run(packages: Sequence[str], *, systemd: bool) -> str:
    """The one line a person runs to install the packages; services among them are masked first, so that none starts."""
    services = services_of(packages)
    mask = f"sudo systemctl mask {' '.join(services)} && " if services and systemd else ""
    return f"{mask}sudo apt-get update && sudo apt-get install -y --no-install-recommends {' '.join(packages)}"


def services_of(packages: Sequence[str]) -> list[str]:
    """The services that come with the packages."""
    return [SERVICES[package] for package in packages if package in SERVICES]


def provide(needs: Sequence[tuple[str, str]]) -> None:
    """Installs what the system lacks. SetupError, with the line to run, where that takes someone else."""
    if not needs:
        return
    what = ", ".join(thing for thing, _ in needs)
    packages = list(dict.fromkeys(package for _, package in needs))
    if not shutil.which("apt-get"):
        names = " ".join(packages)
        raise SetupError(
            f"missing: {what}. Install them with the system's own tool (Debian's names: {names}), then start again"
        )
    if os.geteuid() != 0:
        line = line_to_run(packages, systemd=shutil.which("systemctl") is not None)
        raise SetupError(f"missing: {what}. Run this line, then start again: {line}")
    say(f"Adding to the system: {' '.join(packages)}")
    services = services_of(packages)
    try:
        with no_service_starts() if services else contextlib.nullcontext():
            apt("install", "--no-install-recommends", *packages)
    finally:
        for service in services:  # here for the tests alone: it must not start with the machine either
            if Path("/etc/init.d", service).exists():
                disable = [*ROOT_ENV, "update-rc.d", service, "disable"]
                succeed(disable, f"{service} could not be kept from starting by itself")


def apt(*arguments: str) -> None:
    """Runs apt-get; when that fails, once more with fresh package lists (a slim image has none)."""
    base = [*ROOT_ENV, "apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=300"]
    if finish([*base, *arguments])[0] == 0:
        return
    status, output = finish([*base, "update"])
    if status == 0:
        status, output = finish([*base, *arguments])
    if status != 0:
        raise SetupError(f"apt-get failed: {complaints(output, 'E: ')[0]}")


@contextlib.contextmanager
def no_service_starts(policy: Path = Path("/usr/sbin/policy-rc.d")) -> Iterator[None]:
    """While it holds, Debian's packages start no service (policy-rc.d says no). The policy found is put back."""
    kept = policy.with_name(policy.name + ".kept-by-clockdesk")
    ours = policy.is_file() and policy.read_bytes() == DENY.encode()  # left by a run that was killed
    if os.path.lexists(policy) and not ours:
        policy.replace(kept)
    try:
        policy.write_text(DENY, encoding="ascii")
        policy.chmod(0o755)
        yield
    finally:
        policy.unlink(missing_ok=True)
        if os.path.lexists(kept):
            kept.replace(policy)


# --- the virtual environment ---


def base_key() -> str:
    """Names the Python and the checkout a virtual environment belongs to: neither may change under it."""
    return _digest(sys.version, sys.base_prefix, str(ROOT))


def pins_key() -> str:
    """Names what is to be installed."""
    return _digest((ROOT / "pyproject.toml").read_text("utf-8"), (ROOT / CONSTRAINTS).read_text("utf-8"))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def read_stamp() -> Stamp | None:
    """The stamp, None where there is none; one that can't be read fits nothing."""
    try:
        base, pins, *extras = STAMP.read_text("utf-8").split()
    except FileNotFoundError:
        return None
    except ValueError:
        return Stamp("", "", frozenset())
    return Stamp(base, pins, frozenset(extras))


def write_stamp(stamp: Stamp) -> None:
    """Writes the stamp."""
    STAMP.write_text(" ".join([stamp.base, stamp.pins, *sorted(stamp.extras)]) + "\n", "utf-8")


def venv_fits() -> bool:
    """Whether .venv can stay. SetupError when it is somebody else's and of another Python: not ours to replace."""
    if not PYTHON.exists():
        return False
    stamp = read_stamp()
    if stamp is not None:
        return stamp.base == base_key()
    status, output = finish([str(PYTHON), "-c", "import sys, pip; print(sys.version)"])
    if status == 0 and output.strip() != sys.version:
        found = f"the folder .venv holds Python {output.split()[0]} and was not made by this command"
        raise SetupError(f"{found}; remove it and start again")
    return status == 0


def prepare(extras: frozenset[str]) -> None:
    """Makes .venv and installs ClockDesk with the extras; does nothing when that was done before."""
    fits = venv_fits()
    stamp = read_stamp() or Stamp("", "", frozenset())
    if fits and stamp.pins == pins_key() and stamp.extras >= extras:
        return
    if not fits:
        say(f"Making the virtual environment .venv (Python {sys.version.split()[0]})")
        succeed([sys.executable, "-m", "venv", "--clear", str(VENV)], "the virtual environment could not be made")
    extras |= stamp.extras
    write_stamp(Stamp("unfinished", "-", extras))
    install(extras)
    write_stamp(Stamp(base_key(), pins_key(), extras))


def install(extras: frozenset[str]) -> None:
    """Installs ClockDesk, editable, with the pinned versions."""
    say("Installing ClockDesk and its packages (about 100 MB to download the first time)")
    target = f".[{','.join(sorted(extras))}]" if extras else "."
    command = [str(PYTHON), "-m", "pip", "install", "--progress-bar", "off", "-c", CONSTRAINTS, "-e", target]
    options = {
        "PIP_CONSTRAINT": CONSTRAINTS,  # the build environment is pinned too ...
        "PIP_BUILD_CONSTRAINT": CONSTRAINTS,  # ... which newer pips call by this name
        "PIP_NO_INPUT": "1",
        "PIP_USER": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    log = VENV / "clockdesk-install.log"
    status, output = finish(command, options, each_line=say_download)
    log.write_text(output, "utf-8")
    if status != 0:
        raise SetupError(f"{pip_reason(output)} (all that pip said: {log.relative_to(ROOT)})")


def say_download(line: str) -> None:
    """Tells of the downloads a person waits for."""
    big = re.search(r"Downloading (?:\S*/)?(\S+) (\(\d+\.\d MB\))", line)
    if big:
        say(f"  {big[1]} {big[2]}")


def pip_reason(output: str) -> str:
    """Why pip failed, in one line."""
    if re.search("Failed to establish a new connection|NameResolutionError|ProxyError|ConnectTimeoutError", output):
        return "the package index can't be reached; check the network, then start again"
    reasons = complaints(
        output.replace("ERROR: ResolutionImpossible", ""), "ERROR: "
    )  # that line only points at a manual
    return f"the packages could not be installed: {reasons[-1]}"


# --- running things ---


def complaints(output: str, mark: str) -> list[str]:
    """The lines that start with the mark (pip draws frames around some), without it; else the last line at all."""
    lines = [line.strip(" |\u2502\t") for line in output.splitlines()]
    marked = [line[len(mark) :] for line in lines if line.startswith(mark)]
    return marked or [line for line in lines if line][-1:] or ["it did not say why"]


def finish(
    command: Sequence[str],
    extra_env: Mapping[str, str] | None = None,
    *,
    each_line: Callable[[str], None] | None = None,
) -> tuple[int, str]:
    """Runs a command in the checkout to its end, without a terminal; its status and all it said."""
    said = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**child_env(), **(extra_env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # Ctrl-C is ours to pass on: straight from the terminal it would break dpkg off
    ) as process:
        try:
            for line in process.stdout or ():
                said.append(line)
                if each_line:
                    each_line(line)
        except KeyboardInterrupt:  # asked, apt-get stops at a sound place; until then nothing of ours is put back
            process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
            process.wait()
            raise
    return process.returncode, "".join(said)


def succeed(command: Sequence[str], failure: str) -> None:
    """Runs a command that must succeed."""
    status, output = finish(command)
    if status != 0:
        raise SetupError(f"{failure}: {complaints(output, 'Error: ')[-1]}")


def child_env() -> dict[str, str]:
    """The environment of what runs in .venv: without what would lead its Python elsewhere."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}


def run(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Runs ClockDesk or pytest on this terminal; its exit status. Ctrl-C reaches it by itself and is its business."""
    with subprocess.Popen(command, cwd=ROOT, env=dict(env)) as child:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        status = child.wait()
    if status < 0:
        raise SetupError(f"{command[2]} was ended by signal {-status}")
    return status


def say(text: str) -> None:
    """One line of progress."""
    print(text, flush=True)


def main(argv: Sequence[str]) -> int:
    """Does what the command line says; the exit status."""
    options = parse(argv)
    test = options.command == "test"
    package = options.command == "package"
    linux = sys.platform.startswith("linux")
    if test and options.servers and not linux:
        raise SetupError("the third-party servers are Debian packages; on this system run the tests without --servers")
    window = options.command == "demo" and not options.seconds and has_display(os.environ, sys.platform)
    provide(system_needs(window=window, servers=test and linux and (options.servers or in_ci(os.environ))))
    prepare(frozenset({"test"} if test else {"build"} if package else ()))
    env = child_env()
    if not window:
        env["QT_QPA_PLATFORM"] = "offscreen"
    if package:
        script = ["installers/clean_root.py"] if linux else ["installers/freeze.py", "--package"]
        return run([str(PYTHON), *script], env)
    return run(test_command(options) if test else demo_command(options, offscreen=not window), env)


if __name__ == "__main__":
    old = too_old(sys.version_info[:2])
    if old:
        sys.exit(old)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was begun is put back, as after Ctrl-C
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    except (SetupError, OSError) as error:
        sys.exit(f"bootstrap: {error}")
