"""What holds at this workstation: the person's settings and IT's, read once at the start, and the lock that follows."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from clockdesk.app import settings as settings_file
from clockdesk.app.options import Options, options_of, with_own
from clockdesk.app.settings import Settings
from clockdesk.domain.errors import KnownError, UserError
from clockdesk.office.lock import DeskLock
from clockdesk.ui.screens.lock import LockPlace

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.app.engine import Engine
    from clockdesk.app.places import Places
    from clockdesk.domain.clock import Clock
    from clockdesk.office.shift_desk import ShiftDesk


def options_here(at: Places) -> Options:
    """Both files' options; whatever is wrong with either is one sentence in `problem`, and the rest holds."""
    try:
        return options_of(settings_file.load(at.settings), at.machine)
    except KnownError:  # told where the account is opened
        return options_of(Settings(), at.machine)
    except UserError as error:
        machine = options_of(Settings(), at.machine)
        return machine.with_problem(str(error))


async def lock_here(
    engine: Engine, key: str, options: Options, at: Places, clock: Clock, desk: Callable[[], ShiftDesk | None]
) -> LockPlace:
    """The lock of the open account; `desk` knows the people once the shift clock is there. Raises KnownError."""
    lock = DeskLock(engine.store, clock, lambda text: hmac.compare_digest(text.encode(), key.encode()))
    await lock.load()

    async def choose(account: str) -> None:
        if (shifts := desk()) is not None:
            await shifts.choose(account)

    def keep_minutes(minutes: int) -> None:
        settings_file.save(at.settings, with_own(settings_file.load(at.settings), "idle_lock", minutes))

    return LockPlace(
        lock,
        clock,
        people=lambda: shifts.settings.persons if (shifts := desk()) is not None else (),
        here=lambda: shifts.settings.chosen if (shifts := desk()) is not None else "",
        choose=choose,
        minutes=options.idle_lock,
        keep_minutes=keep_minutes,
        minutes_by_it="idle_lock" in options.locked,
    )
