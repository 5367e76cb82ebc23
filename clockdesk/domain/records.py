"""An object as it was read, and what changed in the copy after a batch of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from clockdesk.domain.kinds import Kind
    from clockdesk.domain.values import Value


@dataclass(frozen=True, slots=True)
class Stamp:
    """When an answer was true.

    `asked` is the UTC instant at which its request was sent; two answers without `lock_version` and with equal
    `updated_at` are ordered by it. `server` is the answer's `Date` header less 2 s (the header is floored to the
    second and clocks of a cluster differ), None where the server sent none.
    """

    asked: datetime
    server: datetime | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One object: the typed value, the service's own JSON, and when it was true.

    `parent` is the folio of a charge, payment or tax, and the booking of a booking guest.
    """

    kind: Kind
    id: int
    value: Value
    raw: bytes
    stamp: Stamp
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one batch changed in the copy, by kind and id. `origin` says who: sweep, event, action, cold, open.

    `confirmed` ones were read and found as they were: nothing about them is new but when they were read.
    """

    kind: Kind
    added: frozenset[int] = field(default_factory=frozenset)
    changed: frozenset[int] = field(default_factory=frozenset)
    removed: frozenset[int] = field(default_factory=frozenset)
    origin: str = ""
    confirmed: frozenset[int] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.added or self.changed or self.removed or self.confirmed)

    @property
    def ids(self) -> frozenset[int]:
        """Every id that changed."""
        return self.added | self.changed | self.removed
