"""Channels as a copy of the hotel follows them: the hints that came, and when it had to ask what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.api.channels import Channels, channel_addresses

if TYPE_CHECKING:
    import datetime as dt

    from clockdesk.api.transport import Line
    from clockdesk.domain.kinds import EventName, Hint


class Following:
    """`ids` of the hints in order of arrival; `sweeps` counts returns after which messages may be missing."""

    def __init__(self, line: Line, channels: bytes | dict[EventName, str]) -> None:
        addresses = channel_addresses(channels) if isinstance(channels, bytes) else channels
        self.hints: list[tuple[Hint, dt.datetime | None]] = []
        self.sweeps = 0
        self._had_trouble = False
        self.channels = Channels(
            line,
            addresses,
            line._clock,
            line._tasks,
            on_hint=lambda hint, published: self.hints.append((hint, published)),
            on_state=self._on_state,
        )

    @property
    def ids(self) -> list[int]:
        return [hint.id for hint, _ in self.hints]

    def has(self, number: int) -> bool:
        """Whether so many hints came."""
        return len(self.hints) >= number

    def _on_state(self) -> None:
        has_trouble = bool(self.channels.trouble)
        self.sweeps += self._had_trouble and not has_trouble
        self._had_trouble = has_trouble
