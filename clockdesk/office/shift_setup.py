"""Setting the time clock up: whose key it is, what to be warned of, and which account is whose."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from clockdesk.api.timeclock_address import DEFAULT, clock_base, clock_key
from clockdesk.api.timeclock_errors import is_not_passed_on
from clockdesk.domain.errors import KnownError
from clockdesk.domain.shift import PLAN_WANTED, PLANS, Community

if TYPE_CHECKING:
    from clockdesk.api.timeclock import TimeClock
    from clockdesk.domain.shift import Candidate, FindBy, ShiftType

ADDRESS = DEFAULT
"""What the address field begins with."""

WARN_KEY = (
    "This key belongs to the whole community, not to a person: whoever has it can clock anybody in or out, change "
    "ranks and names, and read the members' records. Every action is recorded here with the person chosen, but the key "
    "itself can't tell people apart."
)
WARN_PROXY = (
    "Safer: a small proxy in the hotel that holds the key and passes on only three calls (search, current, clock). "
    "Type its address here in the service's place."
)
WARN_PLAN = (
    "The community's plan is {plan}. The service documents {wanted} or higher for clocking through its API; with this "
    "plan it may refuse."
)
WARN_WHOSE = "This address does not tell whose key it is: check that it is your hotel's proxy."
WARN_UNTOLD = "The service did not tell the community's plan; {wanted} or higher may be needed for clocking."


@dataclass(frozen=True, slots=True)
class ClockForm:
    """What a person typed: the address (empty: the service itself) and the key."""

    address: str
    key: str = field(repr=False)

    def base(self) -> str:
        """The address as it is kept. Raises UserError."""
        return clock_base(self.address)

    def checked_key(self) -> str:
        """The key as it is kept. Raises UserError."""
        return clock_key(self.key)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a key opens, to be shown and confirmed. `warnings` are whole sentences, to be shown all.

    `told`: whether the address says whose key it is; otherwise `community` is named after the address.
    """

    community: Community
    types: tuple[ShiftType, ...]
    warnings: tuple[str, ...]
    told: bool = True

    @property
    def words(self) -> str:
        """`Grand Hotel (CMS-1000), plan Plus`."""
        ident = f" ({self.community.id})" if self.community.id and self.community.id != self.community.name else ""
        plan = self.community.plan
        shown = plan if plan.startswith("plan") else f"plan {plan}"
        return f"{self.community.name or 'The community'}{ident}, {shown}"


async def check(time_clock: TimeClock) -> Checked:
    """Ask whose key it is and which kinds of shift there are: two calls. Raises KnownError.

    A proxy may refuse both: the one that `WARN_PROXY` advises does.
    """
    try:
        community, told = await time_clock.community(), True
    except KnownError as error:
        if time_clock.base == DEFAULT or not is_not_passed_on(error):
            raise
        community, told = Community("", urlsplit(time_clock.base).hostname or time_clock.base), False
    try:
        types = await time_clock.shift_types()
    except KnownError as error:
        if not is_not_passed_on(error):
            raise
        types = ()
    return Checked(community, types, warnings_for(community) if told else (WARN_WHOSE, WARN_KEY), told)


def warnings_for(community: Community) -> tuple[str, ...]:
    """What must be said before a key is kept."""
    wanted = PLANS[PLAN_WANTED]
    found = [WARN_KEY, WARN_PROXY]
    if community.level is None:
        found.append(WARN_UNTOLD.format(wanted=wanted))
    elif community.level < PLAN_WANTED:
        found.append(WARN_PLAN.format(plan=community.plan, wanted=wanted))
    return tuple(found)


async def find(time_clock: TimeClock, by: FindBy, text: str) -> tuple[Candidate, ...]:
    """Accounts to choose from, those that can be chosen first; a person confirms one, even of one.

    Raises UserError for what can't be searched, KnownError.
    """
    found = await time_clock.search(by, text)
    return tuple(sorted(found, key=lambda one: (bool(one.refusal), one.words.casefold())))
