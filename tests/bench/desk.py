"""Rows measured at one desk without a line: a read event to the pixels, a keystroke to the list, thirty counts kept."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate_text import parse
from clockdesk.domain.records import Record, Stamp
from clockdesk.domain.values import Booking
from clockdesk.office.counting import Counting
from clockdesk.office.saved import NamedFilter
from clockdesk.store.batch import Batch
from tests.bench.stage import in_sight

if TYPE_CHECKING:
    from clockdesk.office.counting import Passage
    from clockdesk.ui.screens.list_page import ListPage
    from tests.bench.scale import Scale
    from tests.bench.stage import Stage

WORDS = ("garcia", "mart", "petrov", "an", "sch", "12", "kim", "o'b")
"""What is typed, letter by letter and taken back letter by letter: much, little and nothing is found."""

FILTERS: Final = (
    "status = expected and arrival <= today",
    "status = checked_in and departure <= today",
    "status = checked_in",
    "status = checked_in and balance > 0",
    "status = expected and arrival = today+1",
    "status = expected and arrival = today+{n} and adults > 1",
    "status in [expected, checked_in] and arrival >= today and arrival <= today+{n}",
    "status = expected and arrival_room_id is null and arrival <= today+{n}",
    "status = canceled and updated_at >= today-{n}",
    'text ~ "an" and status = expected',
    "adults >= 3 and departure = today+{n}",
    "not (status in [canceled, no_show]) and children > 0 and arrival <= today+{n}",
)
"""What front desks count; `{n}` makes thirty of a dozen."""


STATUSES: Final = ("expected", "checked_in", "checked_out")


@dataclass(slots=True)
class Timed:
    """Seconds by the clock, which a busy machine adds to, and of the processor, which it does not."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def since(self, began: tuple[float, float], ended: float | None = None) -> None:
        """One more, from `now()` to `ended` (a moment of `time.perf_counter`), or to this very moment."""
        self.wall.append((time.perf_counter() if ended is None else ended) - began[0])
        self.cpu.append(time.thread_time() - began[1])


def now() -> tuple[float, float]:
    """The clock, and what this thread has used."""
    return time.perf_counter(), time.thread_time()


async def reads(stage: Stage, scale: Scale) -> Timed:
    """From an answer in hand to its row painted, on the list of all bookings."""
    page, rng, found = await _bookings(stage), random.Random(3), Timed()
    for turn in range(scale.reads):
        ident = rng.choice(in_sight(page.table, page.model))
        record = _edited(stage, ident, turn)
        seen = stage.eye.expect()
        end = stage.engine.office.on_touched(partial(stage.eye.look_for, Kind.BOOKING, ident))
        began = now()
        await stage.engine.sync.reader.apply(Batch(records=(record,), origin="event"))
        found.since(began, await seen)
        end()
        await stage.settle(0.05 if turn % 8 else 0.8)  # now and then all glow is gone
    return found


async def keys(stage: Stage, scale: Scale) -> Timed:
    """From a key pressed in the search field to the filtered list painted."""
    page, found = await _bookings(stage), Timed()
    page.focus_search()
    search = page.panel.search
    page.model.shown.connect(stage.eye.due)
    for letter in _letters(scale.keys):
        seen = stage.eye.expect()
        began = now()
        if letter:
            QTest.keyClicks(search, letter)
        else:
            QTest.keyClick(search, Qt.Key.Key_Backspace)
        found.since(began, await seen)
        await stage.settle(0.03)
    search.clear()
    await stage.settle()
    return found


async def counts(stage: Stage, scale: Scale) -> Timed:
    """What an event costs more because pinned filters are counted."""
    office, rng, found = stage.engine.office, random.Random(5), Timed()
    texts = [FILTERS[n % len(FILTERS)].format(n=n) for n in range(scale.filters)]
    pinned = [
        NamedFilter(n, f"filter {n}", Kind.BOOKING, text, parse(text, ENTITIES[Kind.BOOKING]), pinned=True)
        for n, text in enumerate(texts)
    ]
    stage.window.goto("rooms")
    await stage.settle()
    counting = Counting(office.house, office.context)
    counting.choose(pinned)
    today = sorted(office.live(Kind.BOOKING, "status in [checked_in, expected] and arrival <= today+1").ids)
    moved: list[Passage] = []
    counting.listen(moved.append)
    for turn in range(scale.reads):
        record = _edited(stage, rng.choice(today), 1000 + turn, status=rng.choice(STATUSES))
        for change in await stage.engine.sync.reader.apply(Batch(records=(record,), origin="event")):
            began = now()
            counting.follow(change.kind, change.ids)
            found.since(began)
    assert moved, "nothing entered or left any filter"
    return found


async def _bookings(stage: Stage) -> ListPage[Any]:
    stage.window.goto("bookings")
    await stage.settle()
    page = stage.window.bookings
    assert page is not None
    return cast("ListPage[Any]", page)


def _edited(stage: Stage, ident: int, turn: int, **members: object) -> Record:
    """The booking as the service would give it after somebody changed its reference and its number of guests."""
    reader = stage.engine.store.reader
    held = msgspec.json.decode(reader.raw(Kind.BOOKING, ident) or b"{}")
    now = stage.engine.sync.standing.clock.now()
    text = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    held |= {"updated_at": text, "lock_version": held["lock_version"] + 1}
    held |= {"reference_number": f"BENCH-{turn}", "adults": 1 + turn % 4} | members
    raw = msgspec.json.encode(held)
    return Record(Kind.BOOKING, ident, msgspec.json.decode(raw, type=Booking), raw, Stamp(now, now))


def _letters(count: int) -> list[str]:
    """Letters to press; an empty one is the key that takes the last letter back."""
    found: list[str] = []
    while len(found) < count:
        for word in WORDS:
            found += [*word, *("" for _ in word)]
    return found[:count]
