"""What a line keeps of a call on its way, and how an exchange of it can break."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clockdesk.domain.errors import KnownError

UNPROVING = frozenset({429, 502, 503, 504})
"""Statuses that something in front of the service may give, before it looked at the sign-in."""

LARGEST_MESSAGE = 2**20
"""Bytes of one answer on a message channel."""

CLOSING = "ClockDesk is closing this account's line."


class BrokenError(Exception):
    """An exchange ended without a whole answer. `again`: as an idle connection breaks."""

    def __init__(self, error: KnownError, *, again: bool) -> None:
        """Never leaves the line."""
        self.error, self.again = error, again
