"""What the window makes of this workstation's options: the form of a connection, and the lock."""

from __future__ import annotations

import asyncio
import hmac
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from clockdesk.api.address import BaseUrl
from clockdesk.app import settings as settings_file
from clockdesk.app.options import with_own
from clockdesk.domain.errors import KnownError, UserError
from clockdesk.domain.zones import zone_of
from clockdesk.office.connect import PLACE, ConnectionForm
from clockdesk.office.lock import DeskLock
from clockdesk.ui.screens.lock_place import LockPlace
from clockdesk.ui.widgets.placing import Placing, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QMainWindow

    from clockdesk.app.engine import Engine
    from clockdesk.app.options import Options
    from clockdesk.app.places import Places
    from clockdesk.app.settings import AccountSettings
    from clockdesk.app.updates import Release, Updates
    from clockdesk.domain.clock import Clock
    from clockdesk.office.shift_desk import ShiftDesk
    from clockdesk.ui.screens.main_window import MainWindow
    from clockdesk.ui.theme.look import Look


def known_connection(options: Options, account: AccountSettings | None) -> ConnectionForm:
    """What the connection dialog need not ask: the account in use or of last time, else what IT proposes."""
    url, user = (account.url, account.user) if account is not None else (options.base_url, options.api_user)
    fixed: frozenset[str] = frozenset()
    if "base_url" in options.locked:
        url, fixed = options.base_url, fixed | PLACE
    if "api_user" in options.locked:
        user, fixed = options.api_user, fixed | {"user"}
    try:
        form = ConnectionForm.known(BaseUrl.parse(url), user) if url else ConnectionForm(user=user)
    except UserError:
        form = ConnectionForm()
    return replace(form, fixed=fixed, removable=account.name if account is not None else "")


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


def updates_here(engine: Engine, options: Options, clock: Clock, window: MainWindow) -> Updates:
    """Looks for a newer version where IT or a person has named a feed; without one it has nothing to do."""
    from clockdesk.app.updates import Updates  # noqa: PLC0415 (looked for when everything else is there)

    told: list[Release] = []

    def tell(release: Release) -> None:
        told[:] = [release]
        window.newer.tell_version(release.version, release.page, release.words)

    updates = Updates(options.update_feed, options.route, engine.store, clock, tell, options.update_key)

    def put_away() -> None:
        if told:
            engine.tasks.spawn(updates.put_away(told[0]), "put the update notice away")

    window.newer.clear()
    window.newer.put_away = put_away
    return updates


async def ask_for_zone(engine: Engine, look: Look, window: MainWindow) -> AccountSettings | None:
    """The account with the zone that a person named; None where the hotel's own is known, and when nobody answers."""
    told = asyncio.Event()
    end = engine.freshness.subscribe(lambda _news: told.set())
    while engine.sync.account is None:
        told.clear()
        await told.wait()
    end()
    named = engine.sync.account.time_zone or ""
    if engine.account.time_zone or zone_of(named) is not None:
        return None
    from clockdesk.ui.screens.zone import ask_zone  # noqa: PLC0415 (asked once in an account's life)

    chosen = await ask_zone(look, window, named)
    return replace(engine.account, time_zone=chosen) if chosen else None


def place_window(window: QMainWindow, path: Path) -> None:
    """Where it stood last time, as far as that can be seen today."""
    placing = Placing(window)
    with suppress(KnownError):  # told where the account is opened
        kept = settings_file.load(path).other.get("window")
        placing.restore(kept if isinstance(kept, dict) else {})


def keep_place(window: QMainWindow, path: Path) -> None:
    """For the next start, on a workstation that has an account; a file that can't be read is left alone."""
    place = written(window)
    with suppress(KnownError):
        settings = settings_file.load(path)
        if settings.accounts and settings.other.get("window") != place:
            settings_file.save(path, replace(settings, other={**settings.other, "window": place}))
