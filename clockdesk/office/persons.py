"""What this workstation knows of the time clock: its address, its people, who is here, and when to remind them.

`app` keeps it (settings file, keyring); this module knows neither.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from clockdesk.domain.errors import UserError
from clockdesk.office.shift_reminders import NO_HABITS, Habits

if TYPE_CHECKING:
    from clockdesk.domain.shift import Person


@dataclass(frozen=True, slots=True)
class ClockSettings:
    """Everything but the key. `address` is empty until the time clock was set up; `chosen` is an account id.

    `address_by_it`: whether IT has set the address, so that nobody changes it here.
    """

    address: str = ""
    community: str = ""
    persons: tuple[Person, ...] = ()
    chosen: str = ""
    habits: Habits = NO_HABITS
    address_by_it: bool = False

    @property
    def person(self) -> Person | None:
        """Who is at this workstation."""
        return next((one for one in self.persons if one.account == self.chosen), None)

    def with_person(self, person: Person) -> ClockSettings:
        """With this person added or changed (by account). Raises UserError when the initials are somebody else's."""
        others = [one for one in self.persons if one.account != person.account]
        taken = next((one for one in others if one.initials.casefold() == person.initials.casefold()), None)
        if taken is not None:
            raise UserError(f"{taken.name} has the initials {taken.initials} already. Choose others.")
        place = next((at for at, one in enumerate(self.persons) if one.account == person.account), len(others))
        return replace(self, persons=(*others[:place], person, *others[place:]))

    def without(self, account: str) -> ClockSettings:
        """Without this person; nobody is chosen when it was they."""
        persons = tuple(one for one in self.persons if one.account != account)
        return replace(self, persons=persons, chosen="" if self.chosen == account else self.chosen)

    def choosing(self, account: str) -> ClockSettings:
        """With this person (or nobody: "") at the workstation. Raises UserError for one who is not known."""
        if account and all(one.account != account for one in self.persons):
            raise UserError("This person is not in the list of this workstation.")
        return replace(self, chosen=account)

    def find(self, text: str) -> Person:
        """A person by initials, name or account. Raises UserError when nobody or more than one is meant."""
        wanted = text.strip().casefold()
        for name in ("account", "initials", "name"):
            found = [one for one in self.persons if str(getattr(one, name)).casefold() == wanted]
            if len(found) == 1:
                return found[0]
        known = ", ".join(f"{one.initials} ({one.name})" for one in self.persons) or "nobody yet"
        raise UserError(f"There is no one person {text!r} here. Known: {known}.")


class ClockKeeping(Protocol):
    """The part of the program that keeps the settings and the key. Every method may raise KnownError."""

    async def load(self) -> ClockSettings:
        """What is kept; defaults when there is nothing."""

    async def save(self, settings: ClockSettings) -> None:
        """Keep it."""

    async def key(self, address: str) -> str | None:
        """The key of this address, None when there is none."""

    async def keep_key(self, address: str, key: str) -> None:
        """Keep the key in the keyring."""

    async def forget_key(self, address: str) -> None:
        """Remove it."""
