"""How far the copy can be trusted right now, as a value; words are made from it in one place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Trust(StrEnum):
    """The states a screen can be in (design, law 4)."""

    STARTING = "starting"
    LIVE = "live"
    CATCHING_UP = "catching_up"
    DELAYED = "delayed"
    LIMITED = "limited"
    OFFLINE = "offline"
    SIGNED_OUT = "signed_out"
    NO_RIGHT = "no_right"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Freshness:
    """How things stand.

    `since` = when the state began, `until` = when it is expected to end, `checked` = the last complete sweep; `left` =
    objects still to be read and `seconds_left` about how long that takes; `missed` = what changed while the line was
    down or this computer slept, until a person has seen it. While LIVE, `unread` objects can't be had from the service
    (they stay as they were read last, and are asked for again), and `unwatched`: nothing tells when a balance moves.
    """

    trust: Trust
    since: datetime | None = None
    until: datetime | None = None
    checked: datetime | None = None
    left: int = 0
    seconds_left: float = 0.0
    missed: int = 0
    unread: int = 0
    unwatched: bool = False
    cause: str = ""
