"""Setting the housekeeping status of one or many rooms: what was sent, how each ended, the words for it. No widgets.

A room is written only when its status still is the one the person saw; what met another change is shown, not forced.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clockdesk.domain.kinds import Kind
from clockdesk.domain.words import HOUSEKEEPING, explain, housekeeping
from clockdesk.office.actions import Ending
from clockdesk.office.lines import RoomLine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clockdesk.office.actions import Outcome
    from clockdesk.office.office import Office

KEYS: Final = {state.letter: code for code, state in HOUSEKEEPING.items()}
"""The key that sets each status: C, I, P, D."""
_DONE = frozenset({Ending.DONE, Ending.ALREADY})


@dataclass(frozen=True, slots=True)
class Result:
    """How one room ended. `seen`: the status the person looked at, `wanted`: the one to set."""

    room: int
    name: str
    seen: str | None
    wanted: str
    outcome: Outcome

    @property
    def done(self) -> bool:
        """Whether the room has the wanted status now."""
        return self.outcome.ending in _DONE

    @property
    def changed(self) -> bool:
        """Whether this very write changed it."""
        return self.outcome.ending is Ending.DONE and self.seen != self.wanted

    @property
    def theirs(self) -> str | None:
        """What somebody else set meanwhile, for a conflict."""
        return next((each.theirs for each in self.outcome.differences), None)

    @property
    def reason(self) -> str:
        """Why it is not done, in a sentence or two."""
        if self.outcome.ending is Ending.CONFLICT:
            return f"Somebody else set it to {housekeeping(self.theirs).word} meanwhile."
        return explain(self.outcome.error) if self.outcome.error is not None else ""


async def set_status(
    office: Office, wanted: Mapping[int, str], progress: Callable[[int, int], None], seen: Mapping[int, str | None]
) -> tuple[Result, ...]:
    """Give each room its status, in the order given; `progress(done, of)` after each.

    `seen` is what the person looked at. They go out side by side: the gate gives each its turn.
    """
    done = 0

    async def one(room: int, status: str) -> Result:
        nonlocal done
        outcome = await office.actions.set_housekeeping(room, status, seen=seen[room])
        done += 1
        progress(done, len(wanted))
        return Result(room, office.house.room_name(room) or str(room), seen[room], status, outcome)

    return tuple(await asyncio.gather(*(one(room, status) for room, status in wanted.items())))


def seen_statuses(office: Office, rooms: Sequence[int]) -> dict[int, str | None]:
    """The statuses as the screen shows them now."""
    lines = {room: office.house.line(Kind.ROOM, room) for room in rooms}
    return {room: line.housekeeping for room, line in lines.items() if isinstance(line, RoomLine)}


def rooms_word(count: int) -> str:
    """`1 room`, `3 rooms`."""
    return f"{count} room{'' if count == 1 else 's'}"


def summary(results: Sequence[Result]) -> str:
    """One sentence for all of them, as `Room 204 is now Clean.` or `10 of 12 rooms are now Clean.` say it."""
    word = housekeeping(results[0].wanted).word
    done = [result for result in results if result.done]
    if len(results) > 1:
        whole = len(done) == len(results)
        return (
            f"{rooms_word(len(results))} are now {word}."
            if whole
            else f"{len(done)} of {len(results)} rooms are now {word}."
        )
    only = results[0]
    if only.outcome.ending is Ending.ALREADY:
        return f"Room {only.name} is {word} already."
    if only.outcome.ending is Ending.UNKNOWN:
        return f"It is not known whether room {only.name} became {word}."
    return f"Room {only.name} is now {word}." if only.done else f"Room {only.name} did not become {word}."


def failures(results: Sequence[Result]) -> str:
    """Why the others are not done, a line for each reason (`204, 305: The service cannot be reached. ...`)."""
    rooms: dict[str, list[str]] = {}
    for result in results:
        if not result.done:
            rooms.setdefault(result.reason, []).append(result.name)
    if len(results) == 1:
        return next(iter(rooms), "")
    return "\n".join(f"{', '.join(names)}: {reason}" for reason, names in rooms.items())
