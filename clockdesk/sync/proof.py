"""Which copies are proven current by a list, so that an object read after its change is not read a second time.

A sweep names an object because it changed after the cursor; often an event had it read since. Lists carry no
`updated_at`, so the proof is: the copy was read at or after a bound b, and the list `updated_at.gteq=b` lacks the
object (design, section 4: sweep). For a copy last changed at u and read at r that works for any b with u < b <= r.
One list proves every copy whose interval its bound falls into; the fewest bounds for all are found greedily.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Copy:
    """What the copy knows of one object: when it last changed (`updated_at`), and by when it was surely read."""

    id: int
    changed: datetime | None
    read: datetime | None

    @property
    def provable(self) -> bool:
        """Whether any bound can prove it: it was read clearly after its change."""
        return self.changed is not None and self.read is not None and self.changed < self.read


@dataclass(frozen=True, slots=True)
class Proof:
    """One list to ask for: everything changed since `bound`. It can prove `ids`."""

    bound: datetime
    ids: frozenset[int]


def proofs(copies: Iterable[Copy]) -> tuple[Proof, ...]:
    """The fewest lists that can prove all provable copies; one that proves a single copy costs what its read costs."""
    waiting = sorted((copy for copy in copies if copy.provable), key=lambda copy: (copy.read, copy.id))
    found: list[Proof] = []
    while waiting:
        bound = waiting[0].read
        assert bound is not None  # noqa: S101 (provable)
        stabbed = frozenset(copy.id for copy in waiting if copy.changed is not None and copy.changed < bound)
        waiting = [copy for copy in waiting if copy.id not in stabbed]
        if len(stabbed) > 1:
            found.append(Proof(bound, stabbed))
    return tuple(found)
