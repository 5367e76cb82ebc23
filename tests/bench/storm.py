"""A storm in a hotel: `python -m tests.bench.storm CONTROL EVENTS SECONDS`, in a process of its own.

Things happen at an even pace until the hotel has sent so many events. The same hotel and the same numbers give the same
storm. Prints one line of JSON: what happened, the events sent, the objects they named, and the seconds it took.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from contextlib import suppress

from tests.bench.hands import Hotel

HAPPENINGS = (
    "housekeeping", "change_booking", "housekeeping", "check_out", "change_booking", "housekeeping", "new_booking",
    "check_in", "change_booking", "housekeeping", "guest_update", "close_folio", "housekeeping", "assign_room",
)  # fmt: skip
"""A busy morning: rooms are cleaned, bookings edited, guests come and go."""

LOOK_EVERY = 8


def main() -> None:
    """Blow."""
    hotel, events, seconds = Hotel("", "", "", sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    before, began = _sent(hotel), time.monotonic()
    named: set[tuple[str, int]] = set()
    done = 0
    for number, what in enumerate(itertools.cycle(HAPPENINGS)):
        if number % LOOK_EVERY == 0 and (sent := _sent(hotel) - before) >= events:
            break
        due = began + seconds * sent / events
        time.sleep(max(0.0, due - time.monotonic()))  # noqa: TID251 (a process of its own)
        with suppress(RuntimeError):  # nobody left to check out, no free room
            made = hotel.happen(what)
            named.add((made["kind"], made["id"]))
            done += 1
    took = time.monotonic() - began
    print(json.dumps({"happenings": done, "events": _sent(hotel) - before, "objects": len(named), "seconds": took}))


def _sent(hotel: Hotel) -> int:
    sent: int = sum(hotel.stats()["events"].values())
    return sent


if __name__ == "__main__":
    main()
