"""What every headless command takes, how it opens the copy, and how it speaks."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import hashlib
import io
import json
import sys
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clockdesk.api.address import BaseUrl
from clockdesk.api.auth import checked_credentials
from clockdesk.api.route import Route
from clockdesk.app import logs
from clockdesk.app.clock import SystemClock
from clockdesk.app.engine import Engine, open_engine
from clockdesk.app.keys import SystemSecrets, store_key
from clockdesk.app.options import options_here
from clockdesk.app.places import places
from clockdesk.app.settings import RATE, AccountSettings, account_name, load
from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.domain.tasks import Tasks
from clockdesk.store.derive import derive_key
from clockdesk.store.thread import Use, has_store, remove_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

KEEPS_NOTHING = "This computer keeps nothing of the hotel (memory_only), so there is no copy to work with."

FASTEST = 1000
"""Calls a second that may be asked for; a real hotel allows five."""

ABOUT_KEYS = """\
the copy and its key:
  A copy made with --key-file is encrypted with a key derived from that API key, so each command needs the same one.
  With --account the keys come from the system's keyring, and the copy is the one the window shows.
exit status: 0 done; 1 the service or the data said no (one sentence says why); 2 wrong usage
"""


def connection_options() -> argparse.ArgumentParser:
    """Options shared by sync, query and doctor."""
    shared = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    group = shared.add_argument_group("which hotel (either --account, or the three above it)")
    group.add_argument(
        "--url", metavar="BASE", help="address ending in /{subscription}/{account}, with or without the api type"
    )
    group.add_argument("--user", metavar="NAME", help="API user")
    group.add_argument("--key-file", metavar="FILE", help="file that holds the API key; - reads standard input")
    group.add_argument("--account", metavar="NAME", help="an account that was set up in the window")
    more = shared.add_argument_group("how")
    more.add_argument(
        "--store", metavar="DIR", default=argparse.SUPPRESS,
        help="folder of the copy (with --account: what the window was started with as --store)",
    )  # fmt: skip
    more.add_argument(
        "--rate-limit", type=number(1, FASTEST), metavar="N", dest="rate",
        help=f"calls a second (default: the account's setting, else {RATE})",
    )  # fmt: skip
    more.add_argument("--json", action="store_true", help="JSON lines on standard output, everything else elsewhere")
    more.add_argument(
        "--verbose", action="store_true", default=argparse.SUPPRESS, help="log every call to standard error"
    )
    return shared


def number(least: int, most: int) -> Callable[[str], int]:
    """A type for an option: a whole number within bounds."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"a whole number from {least} to {most} is wanted")
        return int(text)

    return read


@dataclass(frozen=True, slots=True)
class Access:
    """Which hotel, with which key, and which key opens the copy in which folder."""

    account: AccountSettings
    key: str = field(repr=False)
    folder: Path
    store_key: bytes = field(repr=False)
    route: Route = field(default_factory=Route)


async def access(options: argparse.Namespace) -> Access:
    """From the options. Raises UserError for what is missing or wrong, KnownError(KEYRING, DISK)."""
    direct = {"--url": options.url, "--user": options.user, "--key-file": options.key_file}
    given = [name for name, value in direct.items() if value]
    if options.account and given:
        raise UserError(f"Give either --account or {', '.join(given)}: an account brings its own.")
    if options.account:
        return await _window_account(options)
    if missing := [name for name in direct if name not in given]:
        raise UserError(f"Say which hotel: {', '.join(missing)} missing (or give --account NAME).")
    base = BaseUrl.parse(options.url)
    user, key = checked_credentials(options.user.strip(), read_key(options.key_file))
    account = AccountSettings(account_name(base), base.text, user, options.rate or RATE)
    copy_key = derive_key(key, base.text)
    here = options_here(places())
    account, route = replace(account, keep_departed=here.days_kept(account)), here.route
    if options.store:
        return Access(account, key, Path(options.store), copy_key, route)
    mark = hashlib.blake2b(copy_key, digest_size=4).hexdigest()  # one folder a key: a new key has a copy of its own
    return Access(account, key, places().store(f"{account.name}-{mark}"), copy_key, route)


async def _window_account(options: argparse.Namespace) -> Access:
    at = places(Path(options.store) if options.store else None)
    here = options_here(at)
    if here.memory_only:
        raise KnownError(ErrorCode.REFUSED, KEEPS_NOTHING)
    account = here.account(load(at.settings).account(options.account))
    if options.rate:
        account = replace(account, rate=options.rate)
    secrets = SystemSecrets()
    key = await secrets.read(f"api:{account.name}")
    copy_key = await store_key(secrets, account.name) if key is not None else None
    if key is None or copy_key is None:
        why = "The keyring holds no key for this account" if secrets.kept else "This computer has no usable keyring"
        text = f"{why}: connect in the window once more, or give --url, --user and --key-file."
        raise KnownError(ErrorCode.KEYRING, text)
    checked_credentials(account.user, key)
    return Access(account, key, at.store(account.name), copy_key, here.route)


def read_key(name: str) -> str:
    """The key in a file, or on standard input for `-` (typed unseen at a terminal). Raises UserError."""
    what = "standard input" if name == "-" else f"the key file {name}"
    try:
        if name != "-":
            text = Path(name).read_text("utf-8-sig")
        elif sys.stdin.isatty():
            text = getpass.getpass("API key: ")
        else:
            text = sys.stdin.read()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is no text"
        raise UserError(f"The key can't be read from {what}: {reason}.") from error
    if not (key := text.strip()):
        raise UserError(f"There is no key in {what}: it is empty.")
    return key


@contextlib.asynccontextmanager
async def opened(wanted: Access, use: Use) -> AsyncIterator[Engine]:
    """The engine of a hotel; closed again at the end.

    A store that was made for a key which the service then refused is removed: it holds nothing, and would keep the
    right key out.
    """
    new = use is not Use.READ and not has_store(wanted.folder)
    clock, tasks = SystemClock(), Tasks()
    engine = await open_engine(
        wanted.account, wanted.key, wanted.folder, wanted.store_key, clock, tasks, use=use, route=wanted.route
    )
    for notice in engine.store.notices:
        tell(notice)
    try:
        yield engine
    finally:
        refused = engine.line.signed_out
        await engine.close()
        if new and refused:
            remove_store(wanted.folder)


def set_up(options: argparse.Namespace) -> None:
    """Prepare the two outputs: UTF-8 for machines, whatever the terminal can show for people."""
    logs.set_up(None, verbose=options.verbose)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream is sys.stdout and (options.json or getattr(options, "raw", False)):
                stream.reconfigure(encoding="utf-8")
            else:
                stream.reconfigure(errors="backslashreplace")


def say(options: argparse.Namespace, facts: dict[str, Any], words: str) -> None:
    """One result: a line of JSON, or words for a person."""
    put(json.dumps(facts, ensure_ascii=False, default=str) if options.json else plain(words))


def put(line: str) -> None:
    """One line on standard output. Raises KnownError(DISK); BrokenPipeError when the reader has left."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        text = "The result can't be written: check free space and rights where the output goes."
        raise KnownError(ErrorCode.DISK, text, detail=str(error)) from error


def tell(words: str) -> None:
    """One line for the person, beside the results."""
    with contextlib.suppress(OSError):
        print(f"clockdesk: {plain(words)}", file=sys.stderr, flush=True)


def plain(text: str) -> str:
    """Text that can't steer a terminal or turn its line around: guest names are hostile text (design, section 5)."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _steers(char) else char for char in text)


def _steers(char: str) -> bool:
    return char != "\n" and (unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} or char in _TURNS)


_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that change the direction of writing."""


def sentence(error: KnownError) -> str:
    """The error's own sentence, and what to do about it on a command line where that is something else."""
    said = str(error)
    if error.code is ErrorCode.NO_RIGHT and error.detail:
        said += f" It is called {error.detail}."
    return f"{said} {_STEPS.get((error.code, error.status is None), '')}".strip()


_STEPS = {
    (ErrorCode.STORE_CORRUPT, True): "`clockdesk sync --once` does so.",
    (ErrorCode.STORE_WRONG_KEY, True): "Or give another folder with --store.",
    (ErrorCode.NOT_FOUND, True): "Make it with `clockdesk sync --once` and the same options.",
    (ErrorCode.NOT_FOUND, False): "Check region, subscription and account in the address.",
    (ErrorCode.BAD_ANSWER, True): "Check the address; a network's own sign-in page may be in between.",
    (ErrorCode.BAD_ANSWER, False): "Check the address; a network's own sign-in page may be in between.",
}
"""Next steps by code and by whether the error is our own (no answer of the service)."""
