"""What the connection dialog asks and gets: no HTTP, no keyring. `app` answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from clockdesk.api.address import BaseUrl
from clockdesk.domain.errors import UserError

PLACE = frozenset({"region", "subscription", "account", "address"})
"""The fields that say which account it is."""
BY_IT = "Set by your IT."
"""Stands below a field that IT has set."""


@dataclass(frozen=True, slots=True)
class ConnectionForm:
    """What a person typed. `address` wins over region, subscription and account number when given.

    `fixed` names the fields that IT has set, which a person sees and can't change; `removable` the account that can be
    taken off this computer.
    """

    region: str = ""
    subscription: str = ""
    account: str = ""
    address: str = ""
    user: str = ""
    key: str = ""
    fixed: frozenset[str] = field(default_factory=frozenset, compare=False)
    removable: str = field(default="", compare=False)

    @classmethod
    def known(cls, base: BaseUrl, user: str) -> ConnectionForm:
        """The form of an account that is known; the key is never shown again."""
        region = base.origin.removeprefix("https://").split(".", 1)[0]
        try:
            if BaseUrl.of(region, base.subscription, base.account) == base:
                return cls(region, base.subscription, base.account, user=user)
        except UserError:
            pass  # the address of another server than Clock's own
        return cls(address=base.text, user=user)

    def base(self) -> BaseUrl:
        """The address of the account. Raises UserError naming what is missing or wrong."""
        if self.address.strip():
            return BaseUrl.parse(self.address)
        return BaseUrl.of(self.region, self.subscription, self.account)

    def checked(self) -> ConnectionForm:
        """The form itself when complete. Raises UserError."""
        self.base()
        if not self.user.strip():
            raise UserError("The API user is missing.")
        if not self.key.strip():
            raise UserError("The API key is missing.")
        return self


@dataclass(frozen=True, slots=True)
class TestResult:
    """What a connection test found; `words` is for the person, `hotel` the account's name when it worked."""

    worked: bool
    words: str
    hotel: str = ""


class Connector(Protocol):
    """The part of the program that can try and keep a connection."""

    async def test(self, form: ConnectionForm) -> TestResult:
        """Try it: line, TLS, sign-in, right to the root. Never raises for what the service says."""

    async def save(self, form: ConnectionForm) -> None:
        """Keep the account and the key (in the keyring) and switch to it. Raises UserError, KnownError."""

    async def remove(self, name: str) -> None:
        """Take the account off this computer, with all that is kept of it, and ask for a connection anew.

        Never raises for what went wrong: that is said where the connection is asked for.
        """
