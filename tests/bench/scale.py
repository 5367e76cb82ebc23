"""How much of everything a run takes: the real thing, and a tiny one that only shows that the bench runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Counts and seconds.

    `bookings`: in the copy, with all their folios. `calm_bookings`: of the hotel that is read cold. `starts`: of the
    program, `repaints`: of the floor R in each process. `changes`: at the server, `reads`: applied, `keys`: typed.
    `events` in `storm_seconds`, then `after_storm` seconds of looking on. `plain_events`: worked off by both clients;
    after `quiet_seconds` without work nothing more comes, the sweep that looks what else changed included.
    `rest`: the share of the time a window otherwise gets to come to rest.
    """

    rooms: int = 120
    bookings: int = 20_000
    calm_bookings: int = 3_000
    starts: int = 9
    repaints: int = 60
    changes: int = 40
    change_rate: int = 25
    reads: int = 120
    keys: int = 120
    filters: int = 30
    events: int = 500
    storm_seconds: float = 10.0
    after_storm: float = 20.0
    storm_rates: tuple[int, ...] = (5, 25)
    idle_seconds: float = 30.0
    plain_events: int = 100
    plain_seconds: float = 4.0
    plain_rate: int = 25
    quiet_seconds: float = 6.0
    rest: float = 1.0


FULL = Scale()
TINY = Scale(
    rooms=8,
    bookings=60,
    calm_bookings=60,
    starts=1,
    repaints=4,
    changes=3,
    change_rate=200,
    reads=4,
    keys=4,
    events=12,
    storm_seconds=0.5,
    after_storm=0.5,
    storm_rates=(200,),
    idle_seconds=0.5,
    plain_events=6,
    plain_seconds=0.2,
    plain_rate=200,
    quiet_seconds=0.4,
    rest=0.1,
)
