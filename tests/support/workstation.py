"""A workstation with a home and a keyring of its own, and the whole program running on it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from typing import TYPE_CHECKING

import keyring

from clockdesk.app import settings as settings_file
from clockdesk.app.places import places
from clockdesk.app.settings import AccountSettings, Settings
from clockdesk.app.window import Program
from tests.support import keyrings
from tests.support.screens import settled, swept_up

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    import pytest
    from keyring.backend import KeyringBackend

    from clockdesk.app.crash import Watch
    from clockdesk.app.links import Link
    from clockdesk.app.places import Places
    from tests.support.hotel import Hotel

ACCOUNT = "Vitosha"


@contextlib.contextmanager
def own_keyring(patch: pytest.MonkeyPatch, home: Path) -> Iterator[Callable[[KeyringBackend], None]]:
    """A home of its own; what is given makes a keyring the system's. Afterwards it is the one of before."""
    patch.setenv("HOME", str(home))
    before = keyring.get_keyring()
    try:
        yield keyring.set_keyring
    finally:
        keyring.set_keyring(before)


@contextlib.contextmanager
def connected_before(patch: pytest.MonkeyPatch, folder: Path, hotel: Hotel) -> Iterator[Places]:
    """A workstation that was connected to this hotel before, with a keyring that works."""
    swept_up()
    with own_keyring(patch, folder / "home") as use:
        use(keyrings.Good())
        at = places(folder / "desk")
        remember(at, hotel)
        yield at


def remember(at: Places, hotel: Hotel) -> None:
    """What connecting leaves behind: the account in the settings, its key in the keyring."""
    account = AccountSettings(ACCOUNT, hotel.base, hotel.user, 1000)
    settings_file.save(at.settings, Settings().with_account(account))
    keyrings.Good().set_password("ClockDesk", f"api:{ACCOUNT}", hotel.key)


@contextlib.asynccontextmanager
async def program(at: Places, *, link: Link | None = None, watch: Watch | None = None) -> AsyncIterator[Program]:
    """The program, running; it ends well, and its window is gone before the next test begins."""
    options = argparse.Namespace(demo=False, offscreen_seconds=None, screens=None, verbose=False, link=link)
    running = Program(at, options, watch)
    main = asyncio.gather(running.main())
    try:
        yield running
    finally:
        running._end.set()
        [status] = await main
        await settled()
        assert status == 0
