"""`clockdesk --self-check`: whether this installation has all it needs, one line each. Nobody outside is asked.

For IT after an installation, and for the build of the packages: it runs in the frozen program as in a checkout. What
needs Qt runs in a child process (`app.self_check_window`): a platform plugin that does not load ends its process
without a word, and the other lines are wanted all the same.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import importlib.resources
import json
import os
import re
import secrets
import ssl
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import TZPATH, ZoneInfo

from clockdesk import __version__
from clockdesk.api.gate import Lane
from clockdesk.api.wire import make_tls
from clockdesk.app.cli.doctor import Finding
from clockdesk.app.cli.shared import plain, put
from clockdesk.app.clock import SystemClock
from clockdesk.app.demo import start_hotel
from clockdesk.app.engine import open_engine
from clockdesk.app.keys import NO_KEYRING, SystemSecrets
from clockdesk.app.places import places, this_program
from clockdesk.app.settings import AccountSettings
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.tasks import Tasks
from clockdesk.domain.zones import zone_of
from clockdesk.hotel.resources import data_folder
from clockdesk.store.connection import Database, Role
from clockdesk.store.files import Place

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

PATIENCE = 90.0
"""Seconds one check may take: the first start of a program that a virus scanner reads through is slow.

More than the embedded hotel gets to start: whoever starts it ends it, too.
"""

WINDOW_PARTS = ("window", "pictures", "pdf", "translations")
"""What the child process looks at, in this order."""

AGAIN = "Install ClockDesk again; if it stays so, send this line to whoever made the package."

KNOWN_ROOTS = (
    "/etc/ssl/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/ca-bundle.pem",
)
"""Where Linux systems keep their trusted certificates; truststore looks there when OpenSSL's own places are empty."""

ABOUT = """\
Look whether this installation has all it needs: window, pictures, PDF, translations, resources, time zones, the
encrypted copy, trusted certificates, keyring, embedded hotel. One line each. Nothing outside this computer is asked.
exit status: 0 all is well; 1 something is not, and its line says what to do; 2 wrong usage
"""


class NotOk(Exception):  # noqa: N818 (it is no error of the program)
    """What is wrong and what to do, in a sentence or two."""


def main(argv: Sequence[str]) -> int:
    """Run the words after `--self-check`; the exit status."""
    parser = argparse.ArgumentParser(
        prog="clockdesk --self-check", description=ABOUT, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--part", choices=("window",), help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.part:
        from clockdesk.app.self_check_window import main as window  # noqa: PLC0415 (Qt: in the child alone)

        return window()
    return asyncio.run(check_all(as_json=options.json))


async def check_all(*, as_json: bool, checks: Mapping[str, Callable[[], Awaitable[str]]] | None = None) -> int:
    """Look at everything and print a line for each; 1 when something is wrong."""
    fine = True
    findings = [] if checks is not None else await window_findings()
    for finding in findings:
        fine = _tell(finding, as_json=as_json) and fine
    for what, check in (CHECKS if checks is None else checks).items():
        fine = _tell(await look(what, check), as_json=as_json) and fine
    return 0 if fine else 1


def _tell(finding: Finding, *, as_json: bool) -> bool:
    if as_json:
        put(json.dumps(asdict(finding), ensure_ascii=True))
    else:
        put(plain(f"{'ok    ' if finding.fine else 'not ok'}  {finding.what}: {finding.words}"))
    return finding.fine


async def look(what: str, check: Callable[[], Awaitable[str]]) -> Finding:
    """One check, whatever comes of it."""
    try:
        async with asyncio.timeout(PATIENCE):
            return Finding(what, fine=True, words=await check())
    except (NotOk, KnownError) as error:
        return Finding(what, fine=False, words=str(error))
    except TimeoutError:
        return Finding(what, fine=False, words=f"it took longer than {PATIENCE:.0f} s. Try again on an idle computer.")
    except Exception as error:  # noqa: BLE001 (one thing that is broken must not keep the others from being told)
        return Finding(what, fine=False, words=f"{type(error).__name__}: {error}. {AGAIN}")


# --- in a child process: what needs Qt ---


async def window_findings(command: Sequence[str] | None = None) -> list[Finding]:
    """What the child says; what it could not say any more is told as wrong, with the last words of Qt."""
    command = [*this_program(), "--self-check", "--part", "window"] if command is None else command
    status, output, errors = await asyncio.to_thread(_run, command)
    findings = [Finding(**json.loads(line)) for line in output.splitlines() if line.startswith("{")]
    missing = [part for part in WINDOW_PARTS if part not in {finding.what for finding in findings}]
    if not missing:
        return findings
    if findings and not findings[-1].fine:  # it stopped there, and said why
        return [*findings, *_unseen(missing, findings[-1].what)]
    words = [line for line in errors.splitlines() if line.strip()]
    last = next((line for line in words if "could not" in line.lower()), words[-1] if words else "it did not say why")
    how = "took too long" if status is None else f"was ended by signal {-status}" if status < 0 else f"ended: {status}"
    ended = Finding(missing[0], fine=False, words=f"the process that tries it {how}. {last.strip()} {AGAIN}")
    return [*findings, ended, *_unseen(missing[1:], missing[0])]


def _unseen(parts: Sequence[str], because: str) -> list[Finding]:
    return [Finding(part, fine=False, words=f"not looked at, because of: {because}.") for part in parts]


def _run(command: Sequence[str]) -> tuple[int | None, str, str]:
    """Exit status (None: stopped for taking too long), standard output, standard error."""
    env = dict(os.environ, PYTHONUTF8="1")
    if sys.platform.startswith("linux") and not any(map(env.get, ("DISPLAY", "WAYLAND_DISPLAY"))):
        env.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        done = subprocess.run(  # noqa: S603 (our own program)
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, env=env, check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None, "", ""
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


# --- the rest ---


async def check_resources(resources: Path | None = None) -> str:
    """The files that come with the program."""
    at = places().resources if resources is None else resources
    wanted = [at / "themes" / "light.toml", at / "themes" / "dark.toml", at / "icons" / "clockdesk.svg"]
    missing = [file.name for file in wanted if not file.is_file()]
    if missing:
        raise NotOk(f"{', '.join(missing)} missing in {at}. {AGAIN}")
    kind = "installed" if getattr(sys, "frozen", False) else "run from its source"
    return f"ClockDesk {__version__}, {kind}; themes, icon and the hotel's data are in {data_folder().parent}"


async def check_zones(bundled: Callable[[str], ZoneInfo] | None = None) -> str:
    """Zone data: the one that came with the program must be there, whatever the system has."""
    own = (bundled or bundled_zone)("Europe/Sofia")
    for zone in (own, zone_of("Europe/Sofia"), zone_of("Sofia")):
        winter, summer = (dt.datetime(2026, month, 1, 12, tzinfo=zone).utcoffset() for month in (1, 7))
        if (winter, summer) != (dt.timedelta(hours=2), dt.timedelta(hours=3)):
            raise NotOk(f"Sofia is not 2 hours before UTC in winter and 3 in summer. {AGAIN}")
    used = next((place for place in TZPATH if os.access(f"{place}/Europe/Sofia", os.R_OK)), "")
    return f"read from the system ({used}); the program's own are there too" if used else "the program's own"


def bundled_zone(name: str) -> ZoneInfo:
    """A zone from the data that came with the program. Raises NotOk."""
    try:
        file = importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
        with file.open("rb") as data:
            return ZoneInfo.from_file(data, key=name)
    except (ImportError, OSError, ValueError) as error:
        raise NotOk(f"the program's own zone data can't be read ({error}). {AGAIN}") from error


_MARK = "a name nobody may read"


async def check_cipher(folder: Path | None = None) -> str:
    """A file is written encrypted, read again with its key, and read by nobody without it."""
    with tempfile.TemporaryDirectory(prefix="clockdesk-check-") as made:
        return await asyncio.to_thread(_check_cipher, (folder or Path(made)) / "check.db")


def _check_cipher(path: Path) -> str:
    role = Role("The self-check's file", AGAIN, "FULL", ())
    key = secrets.token_bytes(32)
    database = Database(role, Place(path, key))
    database.run("CREATE TABLE said (words TEXT) STRICT")
    database.insert("INSERT INTO said VALUES (?)", (_MARK,))
    [(version,)] = database.rows("SELECT sqlite_version()")
    database.close()
    database = Database(role, Place(path, key))
    if database.rows("SELECT words FROM said") != [(_MARK,)]:
        raise NotOk(f"what was written can't be read again. {AGAIN}")
    database.close()
    no_one_else_reads(path, role)
    return f"SQLite {version}; written, read again with the key, unreadable without it"


def no_one_else_reads(path: Path, role: Role) -> None:
    """Raises NotOk when the file opens without a key or with a wrong one, or shows what is in it."""
    content = path.read_bytes()
    if content.startswith(b"SQLite format 3") or _MARK.encode() in content:
        raise NotOk(f"the copy would be written in the clear. Do not use this installation. {AGAIN}")
    try:
        Database(role, Place(path, secrets.token_bytes(32))).close()
    except KnownError as error:
        if error.code is not ErrorCode.STORE_WRONG_KEY:
            raise
    else:
        raise NotOk(f"a wrong key opens the copy. Do not use this installation. {AGAIN}")
    beside = Database(role, Place(path.with_name("beside.db"), secrets.token_bytes(32)))
    try:
        beside.run("ATTACH ? AS other KEY ''", (str(path),))
        beside.rows("SELECT * FROM other.said")
    except KnownError:
        return
    finally:
        beside.close()
    raise NotOk(f"the copy opens without a key. Do not use this installation. {AGAIN}")


async def check_trust() -> str:
    """Certificates are checked, and the system trusts some authorities."""
    context = make_tls()
    if context.verify_mode is not ssl.CERT_REQUIRED or not context.check_hostname:
        raise NotOk(f"servers' certificates would not be checked. Do not use this installation. {AGAIN}")
    with_tls = f"{ssl.OPENSSL_VERSION.rpartition('  ')[0] or ssl.OPENSSL_VERSION}"
    if sys.platform == "darwin":
        return f"certificates are judged by macOS; {with_tls}"
    count, where = system_roots()
    if not count:
        raise NotOk(
            "this computer trusts no certificate authority, so no secure connection can be made. Ask IT to install the "
            "system's certificates (on Debian and Ubuntu: apt-get install ca-certificates)."
        )
    return f"{count} authorities are trusted ({where}); {with_tls}"


def system_roots(known: Sequence[str] = KNOWN_ROOTS) -> tuple[int, str]:
    """How many authorities the system trusts, and where they are kept: where truststore looks, in its order."""
    if sys.platform == "win32":
        return len(ssl.enum_certificates("ROOT")), "the store of Windows"
    paths = ssl.get_default_verify_paths()
    if paths.cafile and (count := _certificates(Path(paths.cafile))):
        return count, paths.cafile
    if paths.capath and Path(paths.capath).is_dir():
        hashed = [name for name in Path(paths.capath).iterdir() if re.fullmatch(r"[0-9a-f]{8}\.\d", name.name)]
        if hashed:
            return len(hashed), paths.capath
    return next(((count, place) for place in known if (count := _certificates(Path(place)))), (0, ""))


def _certificates(file: Path) -> int:
    try:
        return file.read_bytes().count(b"-----BEGIN CERTIFICATE-----")
    except OSError:
        return 0


async def check_keyring() -> str:
    """A secret is kept and forgotten again. No keyring at all is fine: the program then keeps its secrets in memory."""
    keyring = SystemSecrets()
    name, secret = f"self-check-{secrets.token_hex(4)}", secrets.token_urlsafe()
    await keyring.write(name, secret)
    read = await keyring.read(name)
    await keyring.forget(name)
    if not keyring.kept:
        return f"none. {NO_KEYRING}"
    if read != secret:
        raise NotOk("the system's keyring gives back something else than it was given. Ask IT to check it.")
    return f"{await keyring.backend_name()}; a secret was kept and forgotten again"


SMALL_HOTEL = ("--rooms", "3", "--bookings", "4", "--speed", "0")


async def check_hotel() -> str:
    """The embedded hotel starts as a program of its own and answers one signed call."""
    hotel = await start_hotel(SMALL_HOTEL)
    try:
        account = AccountSettings("self-check", hotel.url, hotel.user, 5)
        engine = await open_engine(account, hotel.key, None, None, SystemClock(), Tasks())
        try:
            reading = await engine.service.account(lane=Lane.PERSON)
            name = engine.sync.account_of(reading.value).name
        finally:
            await engine.close()
    finally:
        await asyncio.to_thread(hotel.close)
    return f"{name or 'it'} answered a signed call"


CHECKS: Mapping[str, Callable[[], Awaitable[str]]] = {
    "resources": check_resources,
    "time zones": check_zones,
    "encrypted copy": check_cipher,
    "trusted certificates": check_trust,
    "keyring": check_keyring,
    "embedded hotel": check_hotel,
}
