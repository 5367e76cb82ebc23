"""Tries and keeps connections: the answering side of the connection dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.api.gate import Gate, Lane
from clockdesk.api.service import Service
from clockdesk.api.transport import Line
from clockdesk.app import settings as settings_file
from clockdesk.app.settings import AccountSettings, account_name
from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.domain.words import next_step
from clockdesk.office.connect import ConnectionForm, TestResult

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from clockdesk.app.keys import SecretStore
    from clockdesk.app.places import Places
    from clockdesk.domain.clock import Clock
    from clockdesk.domain.tasks import Tasks


class AccountConnector:
    """Connections of this workstation."""

    def __init__(
        self,
        places: Places,
        secrets: SecretStore,
        clock: Clock,
        tasks: Tasks,
        switch: Callable[[AccountSettings, str], Awaitable[None]],
    ) -> None:
        """`switch` changes the running program over to an account."""
        self._places, self._secrets, self._clock, self._tasks, self._switch = places, secrets, clock, tasks, switch

    async def test(self, form: ConnectionForm) -> TestResult:
        """One sign-in and one read of the root."""
        try:
            form.checked()
            base = form.base()
        except UserError as error:
            return TestResult(worked=False, words=str(error))
        line = Line(base, form.user.strip(), form.key.strip(), Gate(self._clock), self._clock, self._tasks)
        try:
            reading = await Service(line).account(lane=Lane.PERSON)
        except KnownError as error:
            if error.code is ErrorCode.NO_RIGHT:
                words = "Signed in. The account's own page may not be read by this user, so there are no live messages."
                return TestResult(worked=True, words=words)
            return TestResult(worked=False, words=f"{error} {next_step(error.code)}")
        finally:
            await line.close()
        name = getattr(reading.value.value, "name", None) or "the hotel"
        return TestResult(worked=True, words=f"Connected to {name}.", hotel=name)

    async def save(self, form: ConnectionForm) -> None:
        """Keep the key first: an account without its key would only sign out at the next start."""
        form.checked()
        base = form.base()
        account = AccountSettings(account_name(base), base.text, form.user.strip())
        await self._secrets.write(f"api:{account.name}", form.key.strip())
        current = settings_file.load(self._places.settings)
        settings_file.save(self._places.settings, current.with_account(account))
        await self._switch(account, form.key.strip())
