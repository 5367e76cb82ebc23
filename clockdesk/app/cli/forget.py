"""`clockdesk forget`: an account is taken off this computer, and nothing of it is left."""

from __future__ import annotations

import sys
from argparse import SUPPRESS, RawDescriptionHelpFormatter
from pathlib import Path
from typing import TYPE_CHECKING

from clockdesk.app.cli.shared import tell
from clockdesk.app.keys import SystemSecrets
from clockdesk.app.places import places
from clockdesk.app.removal import remove_account, remove_everything
from clockdesk.app.settings import load
from clockdesk.domain.errors import UserError

if TYPE_CHECKING:
    import argparse

ABOUT = """\
Take an account off this computer: its keys leave the keyring, and the copy of the hotel, saved filters, notes, the
manual log and the downtime packs beside it are deleted. They can't be brought back. Nothing changes in Clock. Packs and
lists that were saved elsewhere are not found: delete those yourself.

Close the window first.
"""
EXAMPLES = """\
examples:
  clockdesk forget 11111-22222
  clockdesk forget --all --yes
      for a computer that leaves the house: every account, the time clock's key, logs and settings
exit status: 0 done; 1 it could not be done (one sentence says why); 2 wrong usage
"""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    forget = commands.add_parser(
        "forget", help="take an account off this computer, with its keys and its copy", description=ABOUT,
        epilog=EXAMPLES, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    forget.add_argument("account", nargs="?", metavar="ACCOUNT", help="an account that was set up in the window")
    forget.add_argument("--all", action="store_true", help="everything ClockDesk keeps on this computer for you")
    forget.add_argument("--yes", action="store_true", help="do not ask first")
    forget.add_argument("--store", metavar="DIR", default=SUPPRESS, help="what the window was started with as --store")
    forget.add_argument("--verbose", action="store_true", default=SUPPRESS, help="log to standard error")
    forget.set_defaults(json=False)


async def run(options: argparse.Namespace) -> int:
    """Remove it; raises UserError and KnownError as `remove_account` does."""
    if bool(options.account) is options.all:
        raise UserError("Say which account to forget, or --all for everything.")
    at = places(Path(options.store) if options.store else None)
    if options.account:
        load(at.settings).account(options.account)
    what = f"the account {options.account}" if options.account else "everything ClockDesk keeps on this computer"
    if not options.yes and not _agreed(what):
        tell("nothing was removed")
        return 1
    if options.account:
        await remove_account(at, SystemSecrets(), options.account)
    else:
        await remove_everything(at, SystemSecrets())
    tell(f"{what} was removed")
    return 0


def _agreed(what: str) -> bool:
    """Whether a person says yes. Raises UserError where nobody can be asked."""
    if not sys.stdin.isatty():
        raise UserError("Nobody is here to be asked. Give --yes to remove it without a question.")
    print(f"Remove {what}, with all that was written down? Type yes: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() == "yes"
