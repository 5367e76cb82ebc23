"""A filtered, sorted list that stays right: each change set touches only the rows it names."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.like import fold
from clockdesk.domain.predicate import ALL, Context, Predicate, Text, compile_matcher, conjuncts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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
        self._all: _Rows | None = None
        self._shown = _Rows([], self._places)
        self._matches: Callable[[Any], bool] = lambda _row: True
        self._rebuild()

    def __len__(self) -> int:
        """How many rows."""
        return len(self._shown.ids)

    @property
    def ids(self) -> list[int]:
        """The ids in order."""
        return self._shown.ids[::-1] if self._descending else self._shown.ids.copy()

    def listen(self, listener: Callable[[list[int], frozenset[int]], None]) -> Callable[[], None]:
        """Be told of each new order and what changed; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def filter(self, predicate: Predicate) -> None:
        """Show what matches this instead."""
        if self._all is None:
            self._all = self._rank_all()
        before, self.predicate = self.predicate, predicate
        self._matches = self._matcher()
        among = self._shown if _narrows(predicate, before) else self._all
        self._shown = _Rows(self._chosen(among.ids), self._places)
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
        self._tell(frozenset(self._shown.ids))

    def _rebuild(self) -> None:
        """Forget every place and look at every object."""
        self._all = None
        self._matches = matches = self._matcher()
        chosen = [ident for ident, value in self._house.values(self.kind).items() if matches(value)]
        self._places = {ident: self._rank_of(ident) for ident in chosen}
        self._shown = _Rows([ident for _, ident in sorted(self._places.values())], self._places)

    def _matcher(self) -> Callable[[Any], bool]:
        return compile_matcher(self.predicate, ENTITIES[self.kind], self._context())

    def _rank_all(self) -> _Rows:
        """Give every object of the kind its place, whether it matches or not."""
        for ident in self._house.ids(self.kind):
            if ident not in self._places:
                self._places[ident] = self._rank_of(ident)
        return _Rows([ident for _, ident in sorted(self._places.values())], self._places)

    def _chosen(self, ids: list[int]) -> list[int]:
        """Those of these that match, in the same order."""
        parts, ids = conjuncts(self.predicate), ids.copy()
        said = self._house.said(self.kind)
        for word in (word for part in parts if isinstance(part, Text) for word in fold(part.value).split()):
            ids = [ident for ident in ids if word in said[ident]]  # what is typed most: no call for each row
        if not all(isinstance(part, Text) for part in parts):
            matches, values = self._matches, self._house.values(self.kind)
            ids = [ident for ident in ids if matches(values[ident])]
        return ids

    def _place(self, ident: int) -> bool:
        """Put one id where it belongs; says whether the list shows, showed or moved it."""
        value = self._house.value(self.kind, ident)
        inside = value is not None and self._matches(value)
        old = self._places.pop(ident, None)
        new = self._rank_of(ident) if inside or (value is not None and self._all is not None) else None
        was_inside = old is not None and self._shown.drop(old)
        if self._all is not None and old != new and old is not None:
            self._all.drop(old)
        if new is not None:
            self._places[ident] = new
            if self._all is not None and old != new:
                self._all.add(new)
            if inside:
                self._shown.add(new)
        return was_inside or inside

    def _rank_of(self, ident: int) -> Place:
        """Where an object belongs. Nothing sorts before something, and kinds of values never meet."""
        key = self._key(self._house.glance(self.kind, ident))
        return (key is not None, key if key is not None else 0), ident

    def _tell(self, changed: frozenset[int]) -> None:
        if self._listeners:
            ids = self.ids
            for listener in tuple(self._listeners):
                listener(ids, changed)


class _Rows:
    """Ids in the order of their places. The places themselves are put beside them when a row first moves."""

    def __init__(self, ids: list[int], places: Mapping[int, Place]) -> None:
        self.ids, self._known = ids, places
        self._order: list[Place] | None = None

    def drop(self, place: Place) -> bool:
        """Take a row out; says whether it was there."""
        order = self._places_of(place)
        row = bisect_left(order, place)
        if row == len(order) or order[row] != place:
            return False
        del order[row], self.ids[row]
        return True

    def add(self, place: Place) -> None:
        """Put a row in."""
        order = self._places_of(place)
        row = bisect_left(order, place)
        order.insert(row, place)
        self.ids.insert(row, place[1])

    def _places_of(self, moving: Place) -> list[Place]:
        if self._order is None:  # the one that moves may have another place by now, or none
            self._order = [moving if ident == moving[1] else self._known[ident] for ident in self.ids]
        return self._order


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
