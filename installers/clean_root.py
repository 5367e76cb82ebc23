"""Builds the Linux packages in a clean Debian and tries them in another: `python3 installers/bootstrap.py package`.

A build takes along what lies on the machine it runs on, so it runs in a Debian that holds nothing else; and whether the
package asks for all it needs shows only where nothing else is installed. Both are folders made by debootstrap and
removed again. In the second one the network is this machine alone: the program that is tried asks nobody else.

Needs Debian or Ubuntu, root, and a way to Debian's and Python's packages. Where no clean root can be made, that is said
in a line and the folder is built right here, with `--self-check` as its only trial.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from freeze import ROOT, commit_time

SUITE = "bookworm"
"""The oldest Debian that is served."""
MIRROR = "http://deb.debian.org/debian"

BUILD_PACKAGES = (
    *("python3", "python3-venv", "libpython3.11", "binutils", "xz-utils", "ca-certificates"),
    *("desktop-file-utils", "appstream"),  # they judge the desktop file and the AppStream data
    *("xvfb", "xauth", "xdotool"),  # to see how long a start takes
    # what the program's files load, so that Debian's package of each is known
    *(
        "libglib2.0-0",
        "libgl1",
        "libegl1",
        "libxkbcommon0",
        "libdbus-1-3",
        "libfontconfig1",
        "libsqlite3-0",
        "libcups2",
    ),
    *("libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0", "libxkbcommon-x11-0"),
    *("libwayland-client0", "libwayland-cursor0", "libwayland-egl1"),
)
TRIAL_PACKAGES = ("xvfb", "xauth", "desktop-file-utils", "dbus", "gnome-keyring", "xdotool")
"""What the machine of a receptionist has and a bare Debian has not: a display, its tools, a keyring; and a hand."""

PERSON = "desk"
"""Who uses the program in the trial."""

PASSED_ON = frozenset({"PIP_INDEX_URL", "PIP_RETRIES", "SOURCE_DATE_EPOCH"})

LO_UP = "import fcntl,socket,struct;fcntl.ioctl(socket.socket(),0x8914,struct.pack('16sh14x',b'lo',1))"
"""Python for: bring the loopback interface up (SIOCSIFFLAGS, IFF_UP)."""


class FailedError(Exception):
    """A step that went wrong; the build fails."""


class Root:
    """A Debian in a folder."""

    def __init__(self, path: Path) -> None:
        """Nothing is done to it."""
        self.path = path

    def command(self, words: list[str], *, alone: bool, person: bool) -> list[str]:
        """What runs these words in it: with mounts and processes of its own, and `alone` with no network but itself."""
        # no exec: as process 1 xvfb-run would wait for ever, because Xvfb tells no process 1 that it is ready
        enter = 'mount -t proc proc "$R/proc" && mount --rbind /dev "$R/dev" && chroot "$R" "$@"; exit $?'
        if alone:
            enter = f"{shlex.quote(sys.executable)} -I -c {shlex.quote(LO_UP)} && {enter}"
        apart = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"]
        become = ["setpriv", f"--reuid={PERSON}", f"--regid={PERSON}", "--init-groups", "--"] if person else []
        home = f"/home/{PERSON}" if person else "/root"
        env = ["env", "-i", f"HOME={home}", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "CI=true"]
        env += ["DEBIAN_FRONTEND=noninteractive"]
        env += [f"{name}={value}" for name, value in os.environ.items() if name in PASSED_ON]
        if not person:
            env += ["PIP_CERT=/etc/ssl/certs/ca-certificates.crt", "PIP_DEFAULT_TIMEOUT=180"]
        return [*apart, *(["--net"] if alone else []), "sh", "-c", enter, "sh", *env, *become, *words]

    def run(self, *words: str, alone: bool = False, person: bool = False, patience: float = 900) -> str:
        """Runs a command in it to its end; what it said. Raises FailedError."""
        command = self.command(list(words), alone=alone, person=person)
        try:
            done = subprocess.run(
                command, env={**os.environ, "R": str(self.path)}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", timeout=patience, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as late:
            raise FailedError(f"{shlex.join(words)} did not end within {patience:.0f} s\n{late.stdout!r}") from late
        if done.returncode != 0:
            raise FailedError(f"{shlex.join(words)} ended with {done.returncode}\n{done.stdout[-6000:]}")
        return done.stdout

    def apt(self, *words: str) -> None:
        """Runs apt-get in it."""
        self.run("apt-get", "-y", "-q", "-o", "Dpkg::Use-Pty=0", *words)

    def files(self) -> dict[str, tuple[int, int]]:
        """Every file in it with its size and age, but for what changes by itself and for people's own files."""
        apart = {"proc", "dev", "sys", "run", "tmp", "home"}
        noise = ("var/lib/dpkg/", "var/lib/apt/", "var/cache/", "var/log/", "var/tmp/", "root/")
        found = {}
        for top in sorted(self.path.iterdir()):
            if top.name in apart or top.is_symlink():
                continue
            for place in [top, *top.rglob("*")]:
                name = str(place.relative_to(self.path))
                if not name.startswith(noise) and (place.is_symlink() or not place.is_dir()):
                    known = place.lstat()
                    found[name] = (known.st_size, known.st_mtime_ns)
                elif not name.startswith(noise):
                    found[name + "/"] = (0, 0)
        return found


def made_by(*roots: Root) -> None:
    """Takes over this machine's way to packages: where apt looks and by what means, name servers, pip's settings."""
    means = subprocess.run(["apt-config", "dump", "--no-empty", "Acquire"], capture_output=True, text=True, check=True)
    for root in roots:
        etc = root.path / "etc"
        kept = [line for line in means.stdout.splitlines() if "IndexTargets" not in line]
        (etc / "apt/apt.conf.d/10means").write_text("\n".join([*kept, 'APT::Install-Recommends "0";']) + "\n", "utf-8")
        shutil.copyfile("/etc/resolv.conf", etc / "resolv.conf")
        shutil.copyfile("/etc/hosts", etc / "hosts")
        if Path("/etc/pip.conf").is_file():
            shutil.copyfile("/etc/pip.conf", etc / "pip.conf")
        (etc / "apt/sources.list").write_text(
            f"deb {MIRROR} {SUITE} main\ndeb {MIRROR} {SUITE}-updates main\n"
            f"deb {MIRROR}-security {SUITE}-security main\n",
            "utf-8",
        )


def sources_into(folder: Path) -> None:
    """Copies what a commit could hold."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and not (ROOT / name).is_symlink():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def build(root: Root) -> list[Path]:
    """Builds in a clean root; the packages, in dist/ of this checkout."""
    root.apt("update")
    root.apt("install", *BUILD_PACKAGES)
    authorities = Path("/etc/ssl/certs/ca-certificates.crt")  # of this machine: its way out may have one of its own
    if authorities.is_file():
        shutil.copyfile(authorities, root.path / "etc/ssl/certs/ca-certificates.crt")
    home = root.path / "srv/clockdesk"
    sources_into(home)
    at = "cd /srv/clockdesk && "
    root.run("sh", "-c", at + "python3 -m venv .venv")
    say("a Debian to build in", root)
    pip = ".venv/bin/python -m pip install -q -c installers/constraints.txt"
    root.run("sh", "-c", at + f"PIP_CONSTRAINT=installers/constraints.txt {pip} '.[build]'")
    print(
        root.run("sh", "-c", at + ".venv/bin/python installers/freeze.py 2>build.log || { cat build.log; exit 1; }"),
        end="",
    )
    print(root.run("sh", "-c", at + ".venv/bin/python installers/debian.py"), end="")
    print(root.run(*with_display(at + ".venv/bin/python installers/starts.py"), alone=True), end="")
    stage = "build/deb/usr/share"
    root.run("sh", "-c", at + f"desktop-file-validate {stage}/applications/clockdesk.desktop")
    root.run("sh", "-c", at + f"appstreamcli validate --no-net {stage}/metainfo/*.xml")
    dist = ROOT / "dist"
    dist.mkdir(exist_ok=True)
    made = [*home.glob("dist/*.deb"), *home.glob("dist/*.tar.xz")]
    return [Path(shutil.copy2(file, dist)) for file in made]


def install(root: Root, package: Path) -> dict[str, tuple[int, int]]:
    """Makes a root a receptionist's machine and installs the package; the files there were before."""
    shutil.copyfile(package, root.path / "srv" / package.name)
    root.apt("update")
    root.apt("install", *TRIAL_PACKAGES)
    root.run("useradd", "--create-home", "--shell", "/bin/sh", PERSON)
    depends = subprocess.run(["dpkg-deb", "-f", str(package), "Depends"], capture_output=True, text=True, check=True)
    root.apt("satisfy", depends.stdout.strip())
    before = root.files()
    root.apt("install", f"/srv/{package.name}")
    handlers = (root.path / "usr/share/applications/mimeinfo.cache").read_text("utf-8")
    if "x-scheme-handler/clockdesk=clockdesk.desktop" not in handlers:
        raise FailedError("the system does not know who opens clockdesk:// links")
    return before


def with_display(command: str) -> list[str]:
    """Runs a command of the shell on a display of its own."""
    return ["xvfb-run", "-a", "-s", "-screen 0 1280x800x24 -noreset", "sh", "-c", command]


def try_out(root: Root, seconds: int = 30) -> None:
    """The self-check and a session of the installed program, as a person with nothing but a display."""
    print(root.run(*with_display("clockdesk --self-check"), alone=True, person=True).strip())
    say("the self-check of the installed program", root)
    demo = f"cd && clockdesk --demo --offscreen-seconds {seconds} --screens pictures"
    told = root.run(*with_display(demo), alone=True, person=True, patience=seconds + 200)
    print("  " + told.strip().replace("\n", "\n  "))
    pictures = sorted((root.path / "home" / PERSON / "pictures").glob("*.png"))
    if len(pictures) < 8 or min(picture.stat().st_size for picture in pictures) < 20_000:  # noqa: PLR2004
        raise FailedError(f"the demo drew {len(pictures)} pictures, or empty ones")
    if told.split()[-1] != "live" or "received 0 events" in told:
        raise FailedError("nothing happened in the demo")
    say(f"a session of {seconds} s of the installed program", root)


def front_desk(root: Root) -> None:
    """A morning at the front desk, with the line pulled and the program killed: front_desk.py."""
    apart = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--net"]
    script = [sys.executable, str(ROOT / "installers" / "front_desk.py"), str(root.path)]
    try:
        done = subprocess.run([*apart, *script], stdin=subprocess.DEVNULL, timeout=600, check=False)
    except subprocess.TimeoutExpired as late:
        raise FailedError("the morning at the front desk did not end within 600 s") from late
    if done.returncode:
        raise FailedError("the morning at the front desk went wrong")
    say("a morning at the front desk: nothing lost", root)


CACHES = {"usr/share/applications/mimeinfo.cache", "usr/share/icons/hicolor/icon-theme.cache", "etc/ld.so.cache"}
"""What Debian itself writes anew whenever a package comes or goes."""


def remove(root: Root, before: dict[str, tuple[int, int]]) -> None:
    """Purges the package and looks whether anything stayed or went along."""
    root.apt("purge", "clockdesk")
    after = root.files()
    for cache in CACHES:
        file = root.path / cache
        if file.is_file() and b"clockdesk" in file.read_bytes():
            raise FailedError(f"the system still knows the removed program: {cache}")
    left = sorted(after.keys() - before.keys() - CACHES)
    gone = sorted(before.keys() - after.keys())
    changed = sorted(name for name in before.keys() & after.keys() - CACHES if before[name] != after[name])
    if left or gone or changed:
        raise FailedError(f"after the purge: left {left}, gone {gone}, changed {changed}")
    say("removed, nothing is left", root)


_began = time.monotonic()


def say(what: str, root: Root) -> None:
    """A line of progress."""
    print(f"[{time.monotonic() - _began:4.0f} s] {what} ({root.path.name})", flush=True)


def why_not() -> str:
    """Why no clean root can be made here; empty when one can."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "only root on Linux can"
    if not shutil.which("debootstrap") and shutil.which("apt-get"):
        for words in (["update"], ["install", "-y", "-q", "--no-install-recommends", "debootstrap"]):
            subprocess.run(["apt-get", *words], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if not shutil.which("debootstrap"):
        return "debootstrap is not here and can't be installed"
    if subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "--net", "true"], capture_output=True, check=False
    ).returncode:
        return "this machine allows no namespaces"
    return ""


def make_base(folder: Path) -> Root | None:
    """The smallest Debian; None when its packages can't be had."""
    base = Root(folder / "base")
    command = ["debootstrap", "--variant=minbase", SUITE, str(base.path), MIRROR]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout[-400:])
        return None
    made_by(base)
    say("debootstrap", base)
    return base


def build_here() -> None:
    """No clean root: the folder alone, from this machine's Python, and its self-check."""
    env = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    for command in ([sys.executable, "installers/freeze.py"], ["dist/clockdesk/clockdesk", "--self-check"]):
        if subprocess.run(command, cwd=ROOT, env=env, check=False).returncode:
            raise FailedError(f"{command[-1]} failed")


def in_clean_roots(folder: Path) -> bool:
    """Everything; False when no clean root could be made."""
    base = make_base(folder)
    if base is None:
        return False
    roots = [Root(folder / name) for name in ("build", "desk")]
    for root in roots:
        subprocess.run(["cp", "-a", str(base.path), str(root.path)], check=True)
    packages = build(roots[0])
    say("built " + ", ".join(file.name for file in packages), roots[0])
    shutil.rmtree(roots[0].path, ignore_errors=True)
    [package] = [file for file in packages if file.suffix == ".deb"]
    before = install(roots[1], package)
    say("installed", roots[1])
    try_out(roots[1])
    front_desk(roots[1])
    remove(roots[1], before)
    return True


def main() -> int:
    """The exit status: 1 when a build or a trial failed."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", commit_time())
    reason = why_not()
    folder = Path(tempfile.mkdtemp(prefix="clockdesk-roots-"))
    try:
        if not reason and in_clean_roots(folder):
            return 0
        print(f"No clean root: {reason or 'Debian can not be reached'}. Building right here instead.", flush=True)
        build_here()
    except FailedError as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
