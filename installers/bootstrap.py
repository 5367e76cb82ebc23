"""Sets ClockDesk up in this checkout: `demo` opens it on an embedded hotel, `test` tests it, `package` packs it.

Standard library only, and no syntax newer than Python 3.8: an older Python must get as far as being told so. The same
holds for what lies beside it: `needs`, what the system must have, and `children`, the commands this runs.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if str(Path(__file__).resolve().parent) not in sys.path:  # PYTHONSAFEPATH leaves a script's own folder out
    sys.path.insert(0, str(Path(__file__).resolve().parent))

from children import ROOT, SetupError, child_env, complaints, finish, say, succeed
from needs import provide, system_needs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VENV = ROOT / ".venv"
STAMP = VENV / "clockdesk-stamp"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CONSTRAINTS = (
    "installers/constraints.txt"  # relative: pip splits PIP_CONSTRAINT at blanks, and a checkout's path may hold some
)
OLDEST = (3, 11)


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


def run(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Runs ClockDesk or pytest on this terminal; its exit status. Ctrl-C reaches it by itself and is its business."""
    with subprocess.Popen(command, cwd=ROOT, env=dict(env)) as child:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        status = child.wait()
    if status < 0:
        raise SetupError(f"{command[2]} was ended by signal {-status}")
    return status


def main(argv: Sequence[str]) -> int:
    """Does what the command line says; the exit status."""
    options = parse(argv)
    test = options.command == "test"
    package = options.command == "package"
    linux = sys.platform.startswith("linux")
    if test and options.servers and not linux:
        raise SetupError("the third-party servers are Debian packages; on this system run the tests without --servers")
    window = options.command == "demo" and not options.seconds and has_display(os.environ, sys.platform)
    servers = test and linux and (options.servers or in_ci(os.environ))
    provide(system_needs(window=window, servers=servers, venv=not venv_fits()))
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
