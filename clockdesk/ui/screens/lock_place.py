"""What the lock of the window is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from clockdesk.domain.clock import Clock
    from clockdesk.domain.shift import Person
    from clockdesk.office.lock import DeskLock


@dataclass(frozen=True, slots=True)
class LockPlace:
    """What the lock is about: the lock, who works here, who is here now, and how somebody else takes the place.

    `keep_minutes` keeps after how many it locks by itself; `minutes_by_it`: IT has set that.
    """

    lock: DeskLock
    clock: Clock
    people: Callable[[], tuple[Person, ...]]
    here: Callable[[], str]
    choose: Callable[[str], Awaitable[None]]
    minutes: int
    keep_minutes: Callable[[int], None]
    minutes_by_it: bool = False
