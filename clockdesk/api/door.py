"""The gate's door to one account: a call needs a free connection and a proven sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.api.call import CLOSING
from clockdesk.api.gate import Lane
from clockdesk.domain.errors import ErrorCode, KnownError

if TYPE_CHECKING:
    from clockdesk.api.auth import SignIn, Turn
    from clockdesk.api.call import Call
    from clockdesk.api.gate import Gate, Start

CONNECTIONS = 16
KEPT_FOR_PERSON = 2


class AccountDoor:
    """Lets calls in while there is room. `sign_in` may be replaced: a pass goes back to the one it was given by."""

    def __init__(self, sign_in: SignIn, gate: Gate) -> None:
        """Open until `closed` is set."""
        self.sign_in = sign_in
        self.closed = False
        self._gate = gate
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

    async def turn(self, call: Call) -> Start:
        """Wait for the gate; a call that proves the sign-in for all others holds its pass and goes ahead.

        Raises KnownError when it is closed, or signed out.
        """
        while True:
            self.refuse_if_closed()
            call.waiting = True
            try:
                if call.held is None:
                    start = await self._gate.slot(call.lane, door=self, again=call.again)
                    call.held = entered(start.entered)
                    call.held[1].tries = call.tries
                else:
                    start = await self._gate.slot(call.lane, challenge=True)
            finally:
                call.waiting = False
            sign_in, turn = call.held
            if sign_in.is_ready(turn):
                return start
            call.again = True  # the nonce died since: wait for the new one
            start.unused()
            self.release(call)

    def release(self, call: Call) -> None:
        """The call holds a pass no longer, if it held one."""
        if call.held is not None:
            held, call.held = call.held, None
            self.give_back(held)

    def give_back(self, held: object) -> None:
        """A pass that was not used, or whose call is over."""
        sign_in, turn = entered(held)
        self._under_way -= 1
        sign_in.left(turn)
        self._gate.look()

    def refuse_if_closed(self) -> None:
        """Raises KnownError(OFFLINE) once it is closed."""
        if self.closed:
            raise KnownError(ErrorCode.OFFLINE, CLOSING)


def entered(held: object) -> tuple[SignIn, Turn]:
    """What `AccountDoor.enter` gave, which the gate hands on unseen."""
    assert isinstance(held, tuple)  # noqa: S101 (nobody else makes one)
    sign_in, turn = held
    return sign_in, turn
