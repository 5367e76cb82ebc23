"""Tries and keeps connections: the answering side of the connection dialog."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from clockdesk.api.auth import checked_credentials
from clockdesk.api.gate import Gate, Lane
from clockdesk.api.service import Service
from clockdesk.api.transport import Line
from clockdesk.app import settings as settings_file
from clockdesk.app.options import Options
from clockdesk.app.settings import AccountSettings, DamagedSettingsError, Settings
from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.domain.words import explain
from clockdesk.office.connect import ConnectionForm, TestResult

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from clockdesk.api.address import BaseUrl
    from clockdesk.app.keys import SecretStore
    from clockdesk.app.places import Places
    from clockdesk.domain.clock import Clock
    from clockdesk.domain.tasks import Tasks
    from clockdesk.domain.values import Account

log = logging.getLogger(__name__)

SAYS_IT_ALL = frozenset(
    {ErrorCode.SIGNED_OUT, ErrorCode.OFFLINE, ErrorCode.TIMED_OUT, ErrorCode.TLS, ErrorCode.BLOCKED, ErrorCode.LIMITED}
)
"""Errors whose own sentence says what to do next."""


class AccountConnector:
    """Connections of this workstation."""

    def __init__(
        self,
        places: Places,
        secrets: SecretStore,
        clock: Clock,
        tasks: Tasks,
        switch: Callable[[AccountSettings, str], Awaitable[None]],
        gate_of: Callable[[BaseUrl, str], Gate | None] | None = None,
        options: Options | None = None,
        forget: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """`switch` changes the running program over to an account; `options` are what holds at this workstation.

        `forget` takes an account off this computer and tells how it went.
        `gate_of` gives the gate in use for a host and API user: a test shares its limit, and its firewall stop.
        """
        self._places, self._secrets, self._clock, self._tasks, self._switch = places, secrets, clock, tasks, switch
        self._gate_of, self._forget = gate_of, forget
        self._options = options or Options()

    async def test(self, form: ConnectionForm) -> TestResult:
        """One sign-in and one read of the root."""
        try:
            base = form.checked().base()
            user, key = checked_credentials(form.user.strip(), form.key.strip())
            self._options.account(AccountSettings("", base.text, user))
        except UserError as error:
            return TestResult(worked=False, words=str(error))
        gate = (self._gate_of(base, user) if self._gate_of else None) or Gate(self._clock)
        line = Line(base, user, key, gate, self._clock, self._tasks, route=self._options.route)
        try:
            reading = await Service(line).account(lane=Lane.PERSON)
        except KnownError as error:
            if error.code is ErrorCode.NO_RIGHT:
                words = "Signed in. The account's own page may not be read by this user, so there are no live messages."
                return TestResult(worked=True, words=words)
            return TestResult(worked=False, words=str(error) if error.code in SAYS_IT_ALL else explain(error))
        finally:
            await line.close()
        name = cast("Account", reading.value.value).name or "the hotel"
        return TestResult(worked=True, words=f"Connected to {name}.", hotel=name)

    async def save(self, form: ConnectionForm) -> None:
        """Keep the key first: an account without its key would only sign out at the next start."""
        base = form.checked().base()
        user, key = checked_credentials(form.user.strip(), form.key.strip())
        current = self._settings()
        known = current.account_at(base) or AccountSettings(current.free_name(base), base.text, user)
        account = replace(known, url=base.text, user=user)
        used = self._options.account(account)
        await self._secrets.write(f"api:{account.name}", key)
        settings_file.save(self._places.settings, current.with_account(account))
        await self._switch(used, key)

    async def remove(self, name: str) -> None:
        """Take the account of this name off this computer. Nothing to do where the program gave no way to."""
        if self._forget is not None:
            await self._forget(name)

    def _settings(self) -> Settings:
        """What the file says; one that says nothing sensible is kept under another name and begun anew."""
        try:
            return settings_file.load(self._places.settings)
        except DamagedSettingsError:
            aside = settings_file.set_aside(self._places.settings, self._clock.now())
            log.warning("the settings could not be read: kept as %s, begun anew", aside.name)
            return Settings()
