"""Which rows look stale: those that nothing has confirmed since the line broke (design, law 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.domain.freshness import Trust

if TYPE_CHECKING:
    from datetime import datetime

    from clockdesk.domain.freshness import Freshness
    from clockdesk.domain.kinds import Kind
    from clockdesk.office.office import Office

CONFIRMED = frozenset({Trust.LIVE, Trust.CATCHING_UP})
"""The states in which changes are known, or known to be on their way."""


def is_stale(freshness: Freshness, read_at: datetime | None) -> bool:
    """Whether a copy read at this instant (None: never) can't be trusted now."""
    since = freshness.since
    if freshness.trust in CONFIRMED or since is None:
        return False
    if freshness.checked is not None and freshness.checked >= since:
        return False
    return read_at is None or read_at < since


def missing_right(office: Office, kind: Kind) -> str:
    """The service's name of the right without which this kind can't be read; empty when nothing is known to lack."""
    own = office.freshness_of(kind)
    return own.cause if own.trust is Trust.NO_RIGHT and own != office.freshness else ""
