"""Which of two answers about one object is the newer. Pure: the copy's one rule, in one place.

`lock_version` decides (higher wins), then `updated_at`, then when the request was sent (design, section 3). A member
that one of the two lacks decides nothing. Charges and payments move a booking's balance without touching either
member (facts, section 9), so at a tie the answer asked for later wins and, when its JSON differs, counts as a change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clockdesk.domain.records import Stamp
from clockdesk.store.instants import from_micros, maybe_instant, maybe_micros, to_micros

if TYPE_CHECKING:
    from clockdesk.domain.records import Record

LONGEST_REQUEST_US = 120_000_000
"""No request lasts longer, so a greater distance between two `Date` headers orders two answers for certain."""


class Moment(NamedTuple):
    """A `Stamp` in microseconds."""

    asked: int
    server: int | None

    @classmethod
    def of(cls, stamp: Stamp) -> Moment:
        """The moment of a stamp."""
        return cls(to_micros(stamp.asked), maybe_micros(stamp.server))

    @property
    def stamp(self) -> Stamp:
        """The stamp of this moment."""
        return Stamp(from_micros(self.asked), maybe_instant(self.server))

    def after(self, other: Moment) -> bool:
        """Whether this answer was asked for later.

        This computer's clock may have been set back since: where the two `Date` headers are further apart than any
        request lasts, they decide. Else a copy read under a wrong clock would refuse the truth until that time comes.
        """
        if self.server is not None and other.server is not None:
            apart = self.server - other.server
            if abs(apart) > LONGEST_REQUEST_US:
                return apart > 0
        return self.asked > other.asked


class Version(NamedTuple):
    """All that orders two answers about one object."""

    lock_version: int | None
    updated_at: int | None
    moment: Moment
    raw: bytes

    @classmethod
    def of(cls, record: Record) -> Version:
        """The version a record is."""
        lock_version = getattr(record.value, "lock_version", None)
        return cls(lock_version, maybe_micros(record.value.updated_at), Moment.of(record.stamp), record.raw)

    def newer(self, held: Version) -> bool:
        """Whether this answer replaces what is held. Its JSON may still be the same: then it only confirms."""
        for mine, theirs in ((self.lock_version, held.lock_version), (self.updated_at, held.updated_at)):
            if mine is not None and theirs is not None and mine != theirs:
                return mine > theirs
        if self.moment.after(held.moment) or held.moment.after(self.moment):
            return self.moment.after(held.moment)
        # Sent in the same microsecond: any rule does, as long as the order of arrival plays no part in it.
        return (self.raw, self.moment.server or 0) > (held.raw, held.moment.server or 0)
