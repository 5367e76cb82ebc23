"""`clockdesk clock`: look at a shift, clock in, clock out, without a window. The same presses as the panel's button."""

from __future__ import annotations

import hashlib
from argparse import SUPPRESS, RawDescriptionHelpFormatter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from clockdesk.api.timeclock import TimeClock
from clockdesk.api.timeclock_address import DEFAULT, clock_base, clock_key
from clockdesk.api.timeclock_errors import is_not_passed_on
from clockdesk.app import settings as settings_file
from clockdesk.app.cli.shared import read_key, say, tell
from clockdesk.app.clock import SystemClock
from clockdesk.app.keys import SystemSecrets, store_key
from clockdesk.app.options import options_here
from clockdesk.app.places import places
from clockdesk.app.time_clock import FileKeeping
from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.domain.shift import FindBy, Intention, Person, Standing
from clockdesk.domain.tasks import Tasks
from clockdesk.domain.zones import zone_of
from clockdesk.office.shift import Shift, ShiftTypes
from clockdesk.office.shift_clocking import Ending, Outcome
from clockdesk.office.shift_desk import NO_KEY
from clockdesk.office.shift_log import Noted, ShiftLog
from clockdesk.office.shift_words import not_recorded_words
from clockdesk.store.derive import derive_key
from clockdesk.store.thread import Use, open_store

if TYPE_CHECKING:
    import argparse
    from datetime import tzinfo

    from clockdesk.domain.shift import Candidate
    from clockdesk.store.thread import StoreThread

ABOUT = """\
Look at somebody's shift, or clock them in or out, in the time clock that the window uses. The current state is read
first; somebody who is in already is not clocked in again. Nothing is queued: when the time clock can't be reached, the
command says "NOT recorded", keeps a note with the time on this computer, and ends with exit status 1.
"""
EXAMPLES = f"""\
examples:
  clockdesk clock status
      the person chosen in the window
  clockdesk clock in --person MP
      another person of this workstation, by initials or name
  clockdesk clock out --url https://clock.example.test --key-file key.txt --person maria.petrova --json
      without the window's settings: a person is an account id or a user name

--url is {DEFAULT} unless it is given. A key given with --key-file opens the whole community's
time clock: keep the file where only you can read it.
exit status: 0 done, or so already; 1 not recorded, not known, or the service said no (one sentence says why); 2 wrong
usage
"""
NO_SEARCH_BY_ID = "This time clock finds nobody by an account id: give the user name with --person instead."
ACTIONS = ("status", "in", "out")


@dataclass(frozen=True, slots=True)
class _Access:
    """Which time clock, with which key, for whom, and where notes are kept."""

    address: str
    key: str = field(repr=False)
    person: Person | None
    folder: Path | None
    store_key: bytes | None = field(repr=False)
    zone: tzinfo


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    clock = commands.add_parser(
        "clock", help="look at a shift, clock in, clock out", description=ABOUT, epilog=EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    clock.add_argument("action", choices=ACTIONS, metavar="status|in|out", help="what to do")
    clock.add_argument(
        "--person", metavar="WHO", default="", help="whose shift (default: who was chosen in the window)"
    )
    clock.add_argument("--type", metavar="ID", default="", help="kind of shift, where the community has several")
    clock.add_argument("--url", metavar="BASE", default="", help="address of the time clock, with --key-file")
    clock.add_argument("--key-file", metavar="FILE", help="file that holds the API key; - reads standard input")
    clock.add_argument(
        "--account",
        metavar="NAME",
        default="",
        help="the hotel's account whose files keep the notes (default: current)",
    )
    clock.add_argument(
        "--store", metavar="DIR", default=SUPPRESS,
        help="folder for the notes (without --key-file: what the window was started with as --store)",
    )  # fmt: skip
    clock.add_argument("--json", action="store_true", help="one JSON line on standard output")
    clock.add_argument("--verbose", action="store_true", default=SUPPRESS, help="log every call to standard error")


async def run(options: argparse.Namespace) -> int:
    """Do it; raises UserError for wrong usage. What the time clock says no to is told in its own words."""
    try:
        return await _run(options)
    except KnownError as error:
        tell(str(error))
        if error.detail:
            tell(error.detail)
        return 1


async def _run(options: argparse.Namespace) -> int:
    if options.type and options.action != "in":
        raise UserError("--type goes with `clock in`.")
    wanted = await (_direct(options) if options.key_file else _of_window(options))
    clock, tasks = SystemClock(), Tasks()
    async with AsyncExitStack() as stack:
        at = places(Path(options.store) if options.store and not options.key_file else None)
        time_clock = TimeClock(wanted.address, wanted.key, clock, tasks, route=options_here(at).route)
        stack.push_async_callback(time_clock.close)
        stack.push_async_callback(tasks.stop)
        log = ShiftLog(await _notes(stack, wanted, clock), clock)
        await log.load()
        types = ShiftTypes(time_clock)

        def shift_of(person: Person) -> Shift:
            return Shift(person, time_clock, types, log, clock, tasks, lambda: wanted.zone)

        try:
            shift = shift_of(wanted.person or await _found(time_clock, options.person))
        except KnownError as error:
            if options.action == "status":
                raise
            nobody = Person(options.person, "?", options.person)
            return _told(options, shift_of(nobody), await _noted(log, nobody, options.action, error, wanted.zone))
        if options.action == "status":
            return await _status(options, shift)
        return _told(options, shift, await shift.clock(Intention(options.action), options.type))


async def _noted(log: ShiftLog, who: Person, action: str, error: KnownError, zone: tzinfo) -> Outcome:
    """Even whose account it is could not be asked: nothing was recorded, and the wish is noted like any other."""
    now, intention = SystemClock().now(), Intention(action)
    note = await log.begin(who, intention, now)
    sentence = not_recorded_words(error, now, now, zone)
    await log.settle(note.id, Noted.NOT_RECORDED, sentence)
    return Outcome(Ending.NOT_RECORDED, intention, now, sentence, error)


# Whose


async def _direct(options: argparse.Namespace) -> _Access:
    """From --url and --key-file alone."""
    if options.account:
        raise UserError("Give either --account or --key-file: with a key the window's settings are not used.")
    if not options.person:
        raise UserError("Say whose shift: --person with an account id or a user name.")
    address, key = clock_base(options.url), clock_key(read_key(options.key_file))
    copy_key = derive_key(key, address)
    mark = hashlib.blake2b(copy_key, digest_size=4).hexdigest()
    folder = Path(options.store) if options.store else places().store(f"timeclock-{mark}")
    return _Access(address, key, None, folder, copy_key, _local())


async def _of_window(options: argparse.Namespace) -> _Access:
    """What the window was set up with; notes go to the files of the hotel's account."""
    if options.url:
        raise UserError("--url goes with --key-file (or give neither, for what was set up in the window).")
    at, secrets = places(Path(options.store) if options.store else None), SystemSecrets()
    keeping = FileKeeping(at.settings, secrets, options_here(at))
    settings = await keeping.load()
    if not settings.address:
        raise UserError("No time clock was set up in the window; give --url, --key-file and --person instead.")
    person = settings.find(options.person) if options.person else settings.person
    if person is None:
        raise UserError("Nobody is chosen in the window: say whose shift with --person.")
    key = await keeping.key(settings.address)
    if key is None:
        raise KnownError(ErrorCode.KEYRING, NO_KEY)
    kept = settings_file.load(at.settings)
    if not kept.accounts and not options.account:
        return _Access(settings.address, key, person, None, None, _local())
    account = kept.account(options.account)
    copy_key = await store_key(secrets, account.name)
    folder = at.store(account.name) if copy_key is not None else None
    zone = zone_of(account.time_zone) if account.time_zone else None
    return _Access(settings.address, key, person, folder, copy_key, zone or _local())


def _local() -> tzinfo:
    """This computer's own zone."""
    zone = SystemClock().now().astimezone().tzinfo
    assert zone is not None  # noqa: S101 (astimezone gives one)
    return zone


async def _found(time_clock: TimeClock, who: str) -> Person:
    """The one account meant: by its id (a UUID), or by exactly this user name. Raises UserError, KnownError."""
    if _is_id(who):
        candidate = await _by_id(time_clock, who)
    else:
        named = [one for one in await time_clock.search(FindBy.USERNAME, who) if one.name.casefold() == who.casefold()]
        if len(named) != 1:
            raise UserError(
                f"The time clock knows no one account called {who!r}. Check the name, or give the account id."
            )
        candidate = named[0]
    if candidate.refusal:
        raise UserError(f"{candidate.words} can't be clocked: {candidate.refusal}.")
    name = candidate.community_name or candidate.name or candidate.account
    initials = "".join(word[0] for word in name.split())[:4].upper()
    return Person(name, initials, candidate.account)


async def _by_id(time_clock: TimeClock, who: str) -> Candidate:
    """The account of this id. Raises UserError, KnownError.

    A proxy passes on no account's own page, but the search, which takes ids too (time clock facts, 7.1).
    """
    try:
        return await time_clock.account(who)
    except KnownError as error:
        if not is_not_passed_on(error):
            raise
    try:
        found = [one for one in await time_clock.search(FindBy.ACCOUNT_ID, who) if one.account.lower() == who.lower()]
    except KnownError as error:
        if error.status == HTTPStatus.BAD_REQUEST:
            raise UserError(NO_SEARCH_BY_ID) from None
        raise
    if len(found) != 1:
        raise UserError(f"The time clock knows no account with the id {who}. Check it, or give the user name.")
    return found[0]


def _is_id(who: str) -> bool:
    try:
        UUID(who)
    except ValueError:
        return False
    return True


async def _notes(stack: AsyncExitStack, wanted: _Access, clock: SystemClock) -> StoreThread | None:
    """Where notes are kept; nowhere but here when the files can't be opened: that keeps nobody from clocking in."""
    if wanted.folder is None:
        tell("this computer has no usable keyring (or no hotel yet), so no note outlives this command")
        return None
    try:
        store = open_store(wanted.folder, wanted.store_key, at=clock.now(), use=Use.BESIDE)
    except KnownError as error:
        tell(f"no note outlives this command: {error}")
        return None
    stack.push_async_callback(store.close)
    return store


# What is told


async def _status(options: argparse.Namespace, shift: Shift) -> int:
    await shift.look()
    if shift.trouble is not None:
        raise shift.trouble
    if shift.news:
        tell(shift.news)
    say(options, _facts(shift), f"{shift.person.name}: {shift.words}")
    return 1 if shift.state.standing is Standing.UNKNOWN else 0


def _told(options: argparse.Namespace, shift: Shift, outcome: Outcome) -> int:
    error = outcome.error
    facts = {
        "ending": outcome.ending,
        "intention": outcome.intention,
        "intended": outcome.intended.isoformat(timespec="seconds"),
        "sentence": outcome.sentence,
        **({"reason": error.code, "detail": error.detail} if error is not None else {}),
    }
    say(options, facts | _facts(shift), f"{shift.person.name}: {outcome.sentence}")
    if error is not None and error.detail:
        tell(error.detail)
    return 0 if outcome.ending in {Ending.DONE, Ending.ALREADY} else 1


def _facts(shift: Shift) -> dict[str, Any]:
    state, elapsed = shift.state, shift.elapsed
    return {
        "person": shift.person.name,
        "account": shift.person.account,
        "state": state.standing,
        "since": state.since.isoformat(timespec="seconds") if state.since is not None else None,
        "elapsed_seconds": int(elapsed.total_seconds()) if elapsed is not None else None,
        "type": state.type or None,
        "read": state.read.isoformat(timespec="seconds") if state.read is not None else None,
    }
