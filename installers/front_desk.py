"""A morning at the front desk with the installed program, in the root named: `front_desk.py ROOT` (see clean_root.py).

Connects it to an embedded hotel through its window, changes a room's status by key, pulls the line, kills the program,
starts it again, and looks whether anything was lost. It runs in mounts, processes and a network of its own, and with a
keyring such as a desktop has; the hand is xdotool's, the eyes are the program's own `query` and the hotel's books.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

PERSON = "desk"
HOME = f"/home/{PERSON}"
SCREEN = ":7"
PATIENCE = 60.0
ROOMS = 12
TRIES = 3


class Lost(Exception):  # noqa: N818 (what it says)
    """Something was lost, or did not happen."""


class Desk:
    """The receptionist's machine: what runs there, and where it is told to."""

    def __init__(self, root: Path) -> None:
        """Nothing runs yet."""
        self.root = root
        self.started: list[subprocess.Popen[str]] = []
        self.env = {
            "HOME": HOME, "USER": PERSON, "LOGNAME": PERSON, "DISPLAY": SCREEN, "LC_ALL": "C.UTF-8",
            "PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": f"{HOME}/.run",
        }  # fmt: skip

    def words(self, *command: str) -> list[str]:
        """What runs a command there as the person."""
        become = ["setpriv", f"--reuid={PERSON}", f"--regid={PERSON}", "--init-groups", "--"]
        return ["chroot", str(self.root), *become, "env", "-i", *(f"{k}={v}" for k, v in self.env.items()), *command]

    def start(self, *command: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        """Starts it; what it says on standard error goes to ours."""
        process = subprocess.Popen(self.words(*command), stdin=stdin, stdout=subprocess.PIPE, text=True)
        self.started.append(process)
        return process

    def ask(self, *command: str, said: str | None = None, check: bool = True) -> str:
        """Runs it to its end; its standard output."""
        done = subprocess.run(
            self.words(*command), input=said, stdin=subprocess.DEVNULL if said is None else None, check=False,
            capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        if check and done.returncode:
            raise Lost(f"{command[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def press(self, *keys: str) -> None:
        """Keys, one after the other, at a person's pace."""
        for key in keys:
            self.ask("xdotool", "key", "--clearmodifiers", key)
            time.sleep(0.4)  # noqa: TID251

    def type(self, words: str) -> None:
        """Letters."""
        self.ask("xdotool", "type", "--delay", "15", words)

    def window(self, title: str) -> str:
        """Waits for a window whose title holds these words, and gives it the keyboard; its number."""

        def there() -> str:
            return self.ask("xdotool", "search", "--onlyvisible", "--name", title, check=False).strip()

        number = str(until(there, f"a window named {title!r}")).split()[-1]
        self.ask("xdotool", "windowfocus", "--sync", number)
        time.sleep(2)  # noqa: TID251 (a person looks first; keys pressed at a window that is being drawn are lost)
        return number

    def rooms(self) -> dict[str, Any]:
        """The rooms of the copy on this machine, by id: what `clockdesk query` reads."""
        told = self.ask("clockdesk", "query", "rooms", "", "--account", self.account, "--json", "--raw", check=False)
        rows = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
        return {str(row["id"]): row for row in rows}

    @property
    def account(self) -> str:
        """The account's name in the settings; empty before it was kept."""
        file = self.root / HOME[1:] / ".config/ClockDesk/settings.toml"
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        return next((line.split('"')[1] for line in lines if line.startswith("name = ")), "")


class Hotel:
    """The embedded hotel, as the installed program runs it, and its books."""

    def __init__(self, desk: Desk) -> None:
        """Starts it and waits until it is ready."""
        size = ("--rooms", str(ROOMS), "--bookings", "30", "--speed", "0")
        self.process = desk.start("clockdesk", "hotel", *size, "--until-stdin-closes", stdin=subprocess.PIPE)
        told = json.loads(self.process.stdout.readline() if self.process.stdout else "")
        self.url, self.user, self.key, self.control = (str(told[n]) for n in ("url", "user", "key", "control"))

    def ask(self, what: str, body: object = None, method: str | None = None) -> Any:
        """One call of its control."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.control}/{what}", data, method=method)  # noqa: S310 (our own)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 (our own)
            return json.loads(answer.read() or b"null")

    def statuses(self) -> dict[str, str]:
        """Each room's housekeeping status, as the hotel has it."""
        return {str(row["id"]): str(row["housekeeping_status"]) for row in self.ask("truth?table=rooms")}

    def pull_the_line(self) -> None:
        """Nobody listens any more, and open connections are cut."""
        self.ask("faults", {"refuse_api": True})

    def mend_the_line(self) -> None:
        """All is as before."""
        self.ask("faults", method="DELETE")


def until(what: Any, words: str, seconds: float = PATIENCE) -> Any:
    """Waits until `what()` gives something; that. Raises Lost with the words."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.3)  # noqa: TID251
    raise Lost(f"waited {seconds:.0f} s for {words}")


def furnish(root: Path) -> None:
    """Loopback, /proc and /dev: what a machine has."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
    sockets = root / "tmp/.X11-unix"
    shutil.rmtree(sockets, ignore_errors=True)
    sockets.mkdir()
    sockets.chmod(0o1777)
    subprocess.run(["mount", "-t", "proc", "proc", str(root / "proc")], check=True)
    subprocess.run(["mount", "--rbind", "/dev", str(root / "dev")], check=True)


def begin(desk: Desk) -> None:
    """A display, a session's bus, a keyring that is open."""
    run = desk.root / HOME[1:] / ".run"
    shutil.rmtree(run, ignore_errors=True)
    desk.ask("mkdir", "-m", "700", f"{HOME}/.run")
    desk.start("Xvfb", SCREEN, "-screen", "0", "1400x900x24", "-noreset", "-nolisten", "tcp")
    until((desk.root / f"tmp/.X11-unix/X{SCREEN[1:]}").exists, "the display")
    bus = desk.start("dbus-daemon", "--session", "--nofork", "--print-address")
    desk.env["DBUS_SESSION_BUS_ADDRESS"] = (bus.stdout.readline() if bus.stdout else "").strip()
    desk.ask("gnome-keyring-daemon", "--unlock", "--components=secrets", "--daemonize", said="a password")


def connect(desk: Desk, hotel: Hotel) -> subprocess.Popen[str]:
    """The first start: the connection dialog is filled in by hand; once more where a busy machine lost a key."""
    for _ in range(TRIES):
        program = desk.start("clockdesk")
        fill_in(desk, hotel)
        with contextlib.suppress(Lost):
            until(lambda: desk.account, "the account to be kept", 20)
            until(lambda: len(desk.rooms()) == ROOMS, "the rooms to be in the copy")
            return program
        kill(program)
    raise Lost("the connection dialog kept no account")


def fill_in(desk: Desk, hotel: Hotel) -> None:
    """The fields of the connection dialog, by keyboard."""
    desk.window("Connection")
    desk.press("Tab", "Tab", "Tab")
    desk.type(hotel.url)
    desk.press("Tab")
    desk.type(hotel.user)
    desk.press("Tab")
    desk.type(hotel.key)
    desk.press("Return")


def change_a_room(desk: Desk, hotel: Hotel) -> tuple[str, str]:
    """A status is changed by key on the board; which room, and to what."""
    before = hotel.statuses()

    def changed() -> list[tuple[str, str]]:
        return [(room, status) for room, status in hotel.statuses().items() if before[room] != status]

    for key in ("d", "c") * TRIES:  # one of the two is not what the room is already
        desk.window("ClockDesk")
        desk.press("ctrl+3", "Right", "Home")  # the board has the keyboard, and the first room is chosen
        desk.press(key)
        with contextlib.suppress(Lost):
            [(room, status)] = until(changed, "the hotel to hear of it", 8)
            return room, status
    raise Lost("no key changed a room's status")


def kill(program: subprocess.Popen[str]) -> None:
    """Kill -9, the program and no other."""
    program.send_signal(signal.SIGKILL)
    program.wait(PATIENCE)


def morning(desk: Desk, hotel: Hotel) -> None:
    """The whole story."""
    program = connect(desk, hotel)
    print("  connected through the window; the key is in the keyring", flush=True)
    room, status = change_a_room(desk, hotel)
    until(lambda: desk.rooms().get(room, {}).get("housekeeping_status") == status, "the copy to hold the change")
    print(f"  a room's status changed by key; the hotel and the copy say {status or 'clean'}", flush=True)
    before = desk.rooms()
    hotel.pull_the_line()
    kill(program)
    print("  the line is pulled, the program killed (-9)", flush=True)
    program = desk.start("clockdesk")
    desk.window("ClockDesk")
    after = desk.rooms()
    if after != before:
        raise Lost(f"{sum(after.get(key) != row for key, row in before.items())} of {len(before)} rooms differ")
    print(f"  started again without a line: {len(after)} rooms, each as before", flush=True)
    hotel.mend_the_line()
    other = next(key for key in before if key != room)
    hotel.ask("happen", {"what": "housekeeping", "room_id": int(other)})
    until(
        lambda: {k: r["housekeeping_status"] for k, r in desk.rooms().items()} == hotel.statuses(), "the copy to follow"
    )
    if hotel.statuses()[room] != status:
        raise Lost("the status that was set is no longer set")
    print("  the line is back, and the copy follows the hotel again", flush=True)
    program.terminate()
    program.wait(PATIENCE)


def main(root: Path) -> int:
    """The exit status."""
    furnish(root)
    desk = Desk(root)
    try:
        begin(desk)
        hotel = Hotel(desk)
        morning(desk, hotel)
    except Lost as error:
        print(f"front desk: {error}", file=sys.stderr)
        return 1
    finally:
        for process in reversed(desk.started):
            process.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
