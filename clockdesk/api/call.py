"""What a line keeps of a call on its way, and how an exchange of it can break."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clockdesk.api.auth import SignIn, Turn
    from clockdesk.api.gate import Lane
    from clockdesk.api.transport import Target
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


@dataclass(eq=False)
class Call:
    """One call on its way. `held`: its pass through the door; `waiting` for the gate, `left` once it is on the wire."""

    method: str
    path: str
    url: Target
    body: bytes | None
    lane: Lane
    held: tuple[SignIn, Turn] | None = None
    tries: int = 0
    limited: int = 0
    again: bool = False
    repeated: bool = False
    waiting: bool = True
    left: bool = False
