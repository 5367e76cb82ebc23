"""What every headless command takes, and how it opens the copy."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clockdesk.api.address import BaseUrl
from clockdesk.app import logs
from clockdesk.app.clock import SystemClock
from clockdesk.app.engine import Engine, open_engine
from clockdesk.app.keys import SystemSecrets, store_key
from clockdesk.app.places import places
from clockdesk.app.settings import RATE, AccountSettings, account_name, load
from clockdesk.domain.errors import UserError
from clockdesk.domain.tasks import Tasks
from clockdesk.store.derive import derive_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def connection_options() -> argparse.ArgumentParser:
    """Options shared by sync, query and doctor."""
    shared = argparse.ArgumentParser(add_help=False)
    group = shared.add_argument_group("which hotel")
    group.add_argument(
        "--url", metavar="BASE", help="address ending in /{subscription}/{account}, with or without the api type"
    )
    group.add_argument("--user", metavar="NAME", help="API user")
    group.add_argument("--key-file", metavar="FILE", help="file with the API key; - reads standard input")
    group.add_argument("--account", metavar="NAME", help="an account set up in the window, instead of the three above")
    group.add_argument("--store", metavar="DIR", help="where the copy is kept")
    group.add_argument("--rate-limit", type=int, default=RATE, metavar="N", help=f"calls a second (default {RATE})")
    shared.add_argument("--json", action="store_true", help="JSON lines on standard output")
    shared.add_argument("--verbose", action="store_true", help="log to standard error")
    return shared


@dataclass(frozen=True, slots=True)
class Access:
    """Which hotel, with which key, and which key opens the copy."""

    account: AccountSettings
    key: str
    folder: Path
    store_key: bytes


async def access(options: argparse.Namespace) -> Access:
    """From the options. Raises UserError for what is missing, KnownError(KEYRING)."""
    if options.account:
        at = places(Path(options.store) if options.store else None)
        account = load(at.settings).account(options.account)
        secrets = SystemSecrets()
        key = await secrets.read(f"api:{account.name}")
        if key is None:
            raise UserError(f"The keyring holds no key for {account.name!r}. Open the window and connect once.")
        return Access(account, key, at.store(account.name), await store_key(secrets, account.name))
    missing = [
        name
        for name, value in (("--url", options.url), ("--user", options.user), ("--key-file", options.key_file))
        if not value
    ]
    if missing:
        raise UserError(f"Say which hotel: {', '.join(missing)} missing (or give --account NAME).")
    base = BaseUrl.parse(options.url)
    key = read_key(options.key_file)
    account = AccountSettings(account_name(base), options.url, options.user, options.rate_limit)
    folder = Path(options.store) if options.store else places().store(account.name)
    return Access(account, key, folder, derive_key(key, base.text))


def read_key(name: str) -> str:
    """The key in a file, or on standard input for `-`. Raises UserError."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"The key file {name} can't be read: {type(error).__name__}.") from error
    if not (key := text.strip()):
        raise UserError(f"The key file {name} is empty.")
    return key


@contextlib.asynccontextmanager
async def opened(options: argparse.Namespace) -> AsyncIterator[Engine]:
    """The engine of the hotel named by the options; closed again at the end."""
    logs.set_up(None, verbose=options.verbose)
    wanted = await access(options)
    tasks = Tasks()
    engine = await open_engine(wanted.account, wanted.key, wanted.folder, wanted.store_key, SystemClock(), tasks)
    try:
        yield engine
    finally:
        await engine.close()


def say(options: argparse.Namespace, facts: dict[str, Any], words: str) -> None:
    """One result: a line of JSON, or words for a person."""
    print(json.dumps(facts, ensure_ascii=False, default=str) if options.json else words, flush=True)
