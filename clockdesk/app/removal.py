"""Takes an account off this computer: its keys, its files, its place in the settings, in this order.

The keys go first. Whatever a disk then keeps of the files (a backup, a deleted page) nobody can read any more.
"""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

from clockdesk.app import settings as settings_file
from clockdesk.app.leaving import without_leaving
from clockdesk.app.time_clock import key_name
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.store.hold import Hold

if TYPE_CHECKING:
    from pathlib import Path

    from clockdesk.app.keys import SecretStore
    from clockdesk.app.places import Places

REMOVED = "The account {} was removed from this computer. Nothing was changed in Clock."


async def remove_account(at: Places, secrets: SecretStore, name: str) -> None:
    """Remove the account of this name: copy, notes, manual log, saved filters and downtime packs with it.

    Raises UserError for one that is not known, and KnownError: KEYRING and ALREADY_RUNNING (nothing was removed then),
    DISK. What was removed before an error stays removed, and a second try goes on from there.
    """
    settings_file.load(at.settings).account(name)
    await _remove_files(at.store(name), secrets, (f"api:{name}", f"copy:{name}"))
    now = settings_file.load(at.settings)  # something else may have been kept meanwhile
    settings_file.save(at.settings, without_leaving(now.without_account(name), name))


async def remove_everything(at: Places, secrets: SecretStore) -> None:
    """Remove all accounts, copies made with a key file, the time clock's key, the logs and the settings themselves.

    Raises KnownError as `remove_account`, and DamagedSettingsError: settings that can't be read name no keys.
    """
    known = settings_file.load(at.settings)
    for account in known.accounts:
        await remove_account(at, secrets, account.name)
    copies = at.data / "accounts"
    for folder in sorted(copies.iterdir()) if copies.is_dir() else ():
        await _remove_files(folder, secrets, ())
    if isinstance(address := known.time_clock.get("address"), str):
        await secrets.forget(key_name(address))
    await _delete(at.logs)
    at.settings.unlink(missing_ok=True)


async def _remove_files(folder: Path, secrets: SecretStore, names: tuple[str, ...]) -> None:
    hold = Hold(folder) if await asyncio.to_thread(folder.is_dir) else None
    try:
        for name in names:
            await secrets.forget(name)
    finally:
        if hold is not None:
            hold.release()
    await _delete(folder)


async def _delete(folder: Path) -> None:
    try:
        await asyncio.to_thread(shutil.rmtree, folder)
    except FileNotFoundError:
        return
    except OSError as error:
        text = f"Its keys are gone, but not all of its files: delete {folder} yourself."
        raise KnownError(ErrorCode.DISK, text, detail=str(error)) from error
