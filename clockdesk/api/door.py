"""The gate's door to one account: a call needs a free connection and a proven sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.api.gate import Lane

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.api.auth import SignIn, Turn

CONNECTIONS = 16
KEPT_FOR_PERSON = 2


class AccountDoor:
    """Lets calls in while there is room. `sign_in` may be replaced: a pass goes back to the one it was given by."""

    def __init__(self, sign_in: SignIn, look: Callable[[], None]) -> None:
        """`look` has the gate see that there may be room."""
        self.sign_in = sign_in
        self._look = look
        self._under_way = 0

    @property
    def crowd(self) -> bool:
        """Whether more than one call is under way."""
        return self._under_way > 1

    def enter(self, lane: Lane) -> tuple[SignIn, Turn] | None:
        """A pass for one call, when a connection is free and nobody is proving the sign-in. Raises when signed out."""
        limit = 1 if self.sign_in.serial else CONNECTIONS if lane is Lane.PERSON else CONNECTIONS - KEPT_FOR_PERSON
        if self._under_way >= limit:
            return None
        turn = self.sign_in.enter()
        if turn is None:
            return None
        self._under_way += 1
        return self.sign_in, turn

    def give_back(self, held: object) -> None:
        """A pass that was not used, or whose call is over."""
        sign_in, turn = entered(held)
        self._under_way -= 1
        sign_in.left(turn)
        self._look()


def entered(held: object) -> tuple[SignIn, Turn]:
    """What `AccountDoor.enter` gave, which the gate hands on unseen."""
    assert isinstance(held, tuple)  # noqa: S101 (nobody else makes one)
    sign_in, turn = held
    return sign_in, turn
