"""Which account is leaving this computer: written down before anything of it goes, for a program that ends meanwhile.

The next start goes on with it, until it is gone or a person was told that it stays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from clockdesk.app.settings import Settings

_LEAVING: Final = "leaving"


def leaving(settings: Settings) -> str:
    """The name of an account that is here and leaving; "" for none."""
    name = settings.other.get(_LEAVING)
    return next((account.name for account in settings.accounts if account.name == name), "")


def with_leaving(settings: Settings, name: str) -> Settings:
    """From now on this account is leaving. Raises UserError for one that is not known."""
    return replace(settings, other={**settings.other, _LEAVING: settings.account(name).name})


def without_leaving(settings: Settings, name: str) -> Settings:
    """This account is gone, or stays."""
    kept = {key: value for key, value in settings.other.items() if (key, value) != (_LEAVING, name)}
    return replace(settings, other=kept)
