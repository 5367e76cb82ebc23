"""A filtered, sorted list that stays right: each change set touches only the rows it names."""

from __future__ import annotations

from bisect import bisect_left, insort
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.predicate import ALL, Context, Predicate, Text, compile_matcher, conjuncts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clockdesk.domain.kinds import Kind
    from clockdesk.office.house import House

Place: TypeAlias = tuple[tuple[bool, Any], int]
"""A sort key and the id."""


class LiveList:
    """Ids in order. Listeners get the new order and the ids whose lines changed, and find the difference themselves.

    A list that is filtered anew keeps every object of its kind ranked, so that the next filter sorts nothing: twenty
    thousand rows are looked through between two keystrokes.
    """

    def __init__(
        self,
        house: House,
        kind: Kind,
        context: Callable[[], Context],
        predicate: Predicate = ALL,
        key: Callable[[Any], Any] = lambda line: line.id,
        *,
        descending: bool = False,
    ) -> None:
        """A list of one kind. `key` sorts lines; equal keys are ordered by id, so that the order never flickers."""
        self.kind = kind
        self.predicate = predicate
        self._house, self._context, self._key, self._descending = house, context, key, descending
        self._listeners: list[Callable[[list[int], frozenset[int]], None]] = []
        self._places: dict[int, Place] = {}
        self._order: list[Place] = []
        self._ranks: dict[int, Place] = {}
        self._ranked: list[Place] | None = None
        self._matches: Callable[[Any], bool] = lambda _row: True
        self._rebuild()

    def __len__(self) -> int:
        """How many rows."""
        return len(self._order)

    @property
    def ids(self) -> list[int]:
        """The ids in order."""
        ids = [ident for _, ident in self._order]
        return ids[::-1] if self._descending else ids

    def listen(self, listener: Callable[[list[int], frozenset[int]], None]) -> Callable[[], None]:
        """Be told of each new order and what changed; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def filter(self, predicate: Predicate) -> None:
        """Show what matches this instead."""
        if self._ranked is None:
            self._ranks, self._ranked = self._rank()
        before, self.predicate = self.predicate, predicate
        self._matches = self._matcher()
        self._choose(self._order if _narrows(predicate, before) else self._ranked)
        self._tell(frozenset())

    def sort(self, key: Callable[[Any], Any], *, descending: bool) -> None:
        """Order by this instead."""
        self._key, self._descending = key, descending
        self._rebuild()
        self._tell(frozenset())

    def follow(self, ids: Iterable[int]) -> None:
        """These lines changed: put each where it belongs now."""
        touched = [ident for ident in ids if self._place(ident)]
        if touched:
            self._tell(frozenset(touched))

    def take_in(self, ids: Iterable[int]) -> None:
        """These came into the copy's memory: put each where it belongs, and tell nobody before `tell`."""
        for ident in ids:
            self._place(ident)

    def tell(self) -> None:
        """Tell the order as it is now: many rows were taken in."""
        self._tell(frozenset())

    def start_over(self) -> None:
        """Everything may be different (a new day)."""
        self._rebuild()
        self._tell(frozenset(self._places))

    def _rebuild(self) -> None:
        """Forget every place and look at every object."""
        self._ranks, self._ranked = {}, None
        self._matches = matches = self._matcher()
        chosen = [ident for ident, value in self._house.values(self.kind).items() if matches(value)]
        self._places = {ident: self._rank_of(ident) for ident in chosen}
        self._order = sorted(self._places.values())

    def _matcher(self) -> Callable[[Any], bool]:
        return compile_matcher(self.predicate, ENTITIES[self.kind], self._context())

    def _rank(self) -> tuple[dict[int, Place], list[Place]]:
        """Every object of the kind, whether it matches or not, by id and in order."""
        ranks = {ident: self._places.get(ident) or self._rank_of(ident) for ident in self._house.ids(self.kind)}
        return ranks, sorted(ranks.values())

    def _choose(self, among: list[Place]) -> None:
        """Take what matches out of these, which are in order already."""
        if self.predicate == ALL:
            self._order, self._places = among.copy(), self._ranks.copy()
            return
        matches, values = self._matches, self._house.values(self.kind)
        self._order = [place for place in among if matches(values[place[1]])]
        self._places = {place[1]: place for place in self._order}

    def _place(self, ident: int) -> bool:
        """Put one id where it belongs; says whether the list shows, showed or moved it."""
        value = self._house.value(self.kind, ident)
        inside = value is not None and self._matches(value)
        place = self._rank_of(ident) if inside or (value is not None and self._ranked is not None) else None
        if self._ranked is not None:
            _move(self._ranked, self._ranks, ident, place)
        return _move(self._order, self._places, ident, place if inside else None)

    def _rank_of(self, ident: int) -> Place:
        """Where an object belongs. Nothing sorts before something, and kinds of values never meet."""
        key = self._key(self._house.glance(self.kind, ident))
        return (key is not None, key if key is not None else 0), ident

    def _tell(self, changed: frozenset[int]) -> None:
        if self._listeners:
            ids = self.ids
            for listener in tuple(self._listeners):
                listener(ids, changed)


def _move(order: list[Place], places: dict[int, Place], ident: int, place: Place | None) -> bool:
    """Put an id where it belongs in an order (None: nowhere); says whether it was or is there."""
    old = places.pop(ident, None)
    if old != place and old is not None:
        del order[bisect_left(order, old)]
    if old != place and place is not None:
        insort(order, place)
    if place is not None:
        places[ident] = place
    return old is not None or place is not None


def _narrows(predicate: Predicate, before: Predicate) -> bool:
    """Whether all that matches one filter surely matched the other: a letter more was typed, a condition was added."""
    parts = conjuncts(predicate)
    words = [part.value for part in parts if isinstance(part, Text)]
    return all(
        part in parts or (isinstance(part, Text) and any(part.value in longer for longer in words))
        for part in conjuncts(before)
    )


@lru_cache(maxsize=4096)
def by_room(name: str) -> tuple[tuple[int, int | str], ...]:
    """Sort key of a room number as people count: 99 before 101, 101 before 101A, A2 before A10.

    Remembered: a hotel has some hundred rooms, its lists are sorted by them twenty thousand times.
    """
    parts: list[tuple[int, int | str]] = []
    digits = ""
    for char in name + "\0":
        if char.isdecimal():
            digits += char
            continue
        if digits:
            parts.append((0, int(digits)))
            digits = ""
        if char != "\0":
            parts.append((1, char.casefold()))
    return tuple(parts)
