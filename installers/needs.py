"""What ClockDesk needs of the system (Debian's packages), and how it comes there.

For `bootstrap.py`: standard library only, and no syntax newer than Python 3.8.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from children import SetupError, complaints, finish, say, succeed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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


def system_needs(*, window: bool, servers: bool, venv: bool) -> list[tuple[str, str]]:
    """Everything the system lacks, each with the Debian package that brings it. `venv`: one is to be made."""
    needs = []
    if importlib.util.find_spec("ensurepip") is None and venv:
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
