"""The message channels as sync sees them: opened once, watched for trouble and silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.api.channels import HOLD, MARGIN, Channels, channel_addresses

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from clockdesk.api.transport import Line
    from clockdesk.domain.clock import Clock
    from clockdesk.domain.kinds import Hint
    from clockdesk.domain.tasks import Tasks
    from clockdesk.sync.trust import Standing

NONE_NAMED = "this account names no message channels; changes are found by asking every few seconds"

OFF = "message channels are switched off at this workstation; changes are found by asking every few seconds"


class Listening:
    """One account's channels."""

    def __init__(
        self,
        line: Line,
        clock: Clock,
        tasks: Tasks,
        standing: Standing,
        on_hint: Callable[[Hint, dt.datetime | None], None],
        on_turn: Callable[[], None],
    ) -> None:
        """`on_turn`: the channels have fallen silent, or answer again, so messages may be missing."""
        self.channels: Channels | None = None
        self.wanted = True
        """Whether channels are followed at all: a workstation behind a proxy that cuts long answers does without."""
        self._line, self._clock, self._tasks, self._standing = line, clock, tasks, standing
        self._on_hint, self._on_turn = on_hint, on_turn
        self._opened = 0.0

    def open(self, root: bytes) -> None:
        """Follow the channels the root answer names, wherever it names them; empty: there is no root to read."""
        if self.channels is not None:
            return
        if not self.wanted:
            self._standing.channels(OFF)
            return
        addresses = channel_addresses(root) if root else {}
        if not addresses:
            self._standing.channels(NONE_NAMED)
            return
        self.channels = Channels(
            self._line, addresses, self._clock, self._tasks, on_hint=self._on_hint, on_state=self.look
        )
        self._opened = self._clock.monotonic()
        self.channels.start()

    def look(self) -> None:
        """A channel began or ceased to answer, or it is time to see whether one has fallen silent."""
        if self.channels is None:
            return
        down = self.channels.trouble or self._silence(self.channels)
        turned = bool(self._standing.channels_down) != bool(down)
        self._standing.channels(down)
        if turned:
            self._on_turn()

    async def stop(self) -> None:
        """Leave the channels."""
        if self.channels is not None:
            await self.channels.stop()

    def _silence(self, channels: Channels) -> str:
        """Words when a channel has not answered for its hold time and a margin: its line may be dead without a sign."""
        now, states = self._clock.monotonic(), channels.states.values()
        silent = [state for state in states if now - (state.answered or self._opened) > HOLD + MARGIN]
        return f"{len(silent)} of {len(states)} message channels are silent." if silent else ""
