"""Which rows look stale, and how old they are: those nothing has confirmed since the line broke (design, law 4)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from clockdesk.domain.dates import moment_text
from clockdesk.domain.freshness import Trust

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo

    from clockdesk.domain.kinds import Kind
    from clockdesk.office.office import Office

NEVER = "not read"


def is_stale(office: Office, read_at: datetime | None) -> bool:
    """Whether a copy read at this instant (None: never) can't be trusted now."""
    since = office.unconfirmed_since
    return since is not None and (read_at is None or read_at < since)


def age(office: Office, read_at: datetime | None) -> str:
    """`14:02`, when a row was read that nothing has confirmed since; empty for one that can be trusted."""
    return read_words(office, read_at) if is_stale(office, read_at) else ""


def read_words(office: Office, read_at: datetime | None) -> str:
    """When a row was read, on the hotel's clock."""
    return NEVER if read_at is None else _words(read_at, office.zone, office.house.today)


@lru_cache(4096)
def _words(read_at: datetime, zone: tzinfo, today: date) -> str:
    """Every cell of a stale list is painted with it, and thousands of rows were read in the same second."""
    return moment_text(read_at, zone, today)


def missing_right(office: Office, kind: Kind) -> str:
    """The service's name of the right without which this kind can't be read; empty when nothing is known to lack."""
    own = office.freshness_of(kind)
    return own.cause if own.trust is Trust.NO_RIGHT and own != office.freshness else ""
