"""A filtered, sorted list that stays right: each change set touches only the rows it names."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Any

from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.predicate import ALL, Context, Predicate, compile_matcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clockdesk.domain.kinds import Kind
    from clockdesk.office.house import House
    from clockdesk.office.lines import Line


class LiveList:
    """Ids in order. Listeners get the new order and the ids whose lines changed, and find the difference themselves."""

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
        self._places: dict[int, tuple[Any, int]] = {}
        self._order: list[tuple[Any, int]] = []
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
        self.predicate = predicate
        self._rebuild()
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

    def start_over(self) -> None:
        """Everything may be different (a new day, a copy just loaded)."""
        self._rebuild()
        self._tell(frozenset(self._places))

    def _rebuild(self) -> None:
        self._matches = compile_matcher(self.predicate, ENTITIES[self.kind], self._context())
        house, kind = self._house, self.kind
        chosen = (ident for ident in house.ids(kind) if self._matches(house.value(kind, ident)))
        self._places = {}
        for ident in chosen:
            line = house.line(kind, ident)
            if line is not None:
                self._places[ident] = (self._sort_key(line), ident)
        self._order = sorted(self._places.values())

    def _place(self, ident: int) -> bool:
        """Put one id where it belongs; says whether the list shows, showed or moved it."""
        old = self._places.pop(ident, None)
        value = self._house.value(self.kind, ident)
        line = self._house.line(self.kind, ident) if value is not None and self._matches(value) else None
        new = (self._sort_key(line), ident) if line is not None else None
        if old != new and old is not None:
            del self._order[bisect_left(self._order, old)]
        if old != new and new is not None:
            insort(self._order, new)
        if new is not None:
            self._places[ident] = new
        return old is not None or new is not None

    def _sort_key(self, line: Line) -> Any:
        """Nothing sorts before something, and kinds of values never meet: (is there a value, value)."""
        key = self._key(line)
        return (key is not None, key if key is not None else 0)

    def _tell(self, changed: frozenset[int]) -> None:
        ids = self.ids
        for listener in tuple(self._listeners):
            listener(ids, changed)


def by_room(name: str) -> tuple[tuple[int, int | str], ...]:
    """Sort key of a room number as people count: 99 before 101, 101 before 101A, A2 before A10."""
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
