"""Pinned filters and how many match, kept right by each change: a filter looks only at the rows that were touched."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate import compile_matcher, depends_on_today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clockdesk.domain.predicate import Context, Predicate
    from clockdesk.office.house import House
    from clockdesk.office.saved import NamedFilter


@dataclass(frozen=True, slots=True)
class Passage:
    """Rows that entered or left a filter with one change. `count` = how many match now."""

    filter: NamedFilter
    count: int
    entered: frozenset[int]
    left: frozenset[int]


@dataclass(slots=True)
class _Counted:
    filter: NamedFilter
    predicate: Predicate
    matches: Callable[[Any], bool]
    inside: set[int] = field(default_factory=set)


class Counting:
    """The pinned filters of one account."""

    def __init__(self, house: House, context: Callable[[Kind], Context]) -> None:
        """Nothing is counted yet."""
        self._house, self._context = house, context
        self._counted: dict[int, _Counted] = {}
        self._listeners: list[Callable[[Passage], None]] = []

    def listen(self, listener: Callable[[Passage], None]) -> Callable[[], None]:
        """Be told whenever rows enter or leave a filter; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def count(self, ident: int) -> int | None:
        """How many rows match a pinned filter now; None for one that is not counted."""
        return len(self._counted[ident].inside) if ident in self._counted else None

    def choose(self, filters: Iterable[NamedFilter]) -> None:
        """Count these and no others. A filter whose text is not understood is left out."""
        chosen = tuple(filters)
        wanted = {named.id for named in chosen}
        self._counted = {ident: counted for ident, counted in self._counted.items() if ident in wanted}
        for named in chosen:
            self.add(named)

    def add(self, named: NamedFilter) -> None:
        """Count this one too; nothing is looked at anew when it is counted already."""
        known = self._counted.get(named.id)
        if named.predicate is None:
            self._counted.pop(named.id, None)
        elif known is not None and known.predicate == named.predicate:
            known.filter = named
        else:
            self._counted[named.id] = counted = _Counted(named, named.predicate, self._matcher(named))
            self._fill(counted)

    def follow(self, kind: Kind, ids: Iterable[int]) -> None:
        """These rows were touched."""
        touched = tuple(ids)
        for counted in self._counted.values():
            if counted.filter.kind is kind:
                self._look(counted, touched)

    def start_over(self, *, new_day: bool = False) -> None:
        """Everything may be different: a copy just loaded, or (`new_day`) what depends on today, as each room does.

        With a new day rows enter and leave, as they do with a change; those of a copy just loaded were there before.
        """
        for counted in self._counted.values():
            if not new_day or counted.filter.kind is Kind.ROOM or depends_on_today(counted.predicate):
                counted.matches = self._matcher(counted.filter)
                self._fill(counted, passing=new_day)

    def _matcher(self, named: NamedFilter) -> Callable[[Any], bool]:
        assert named.predicate is not None  # noqa: S101 (choose left the others out)
        return compile_matcher(named.predicate, ENTITIES[named.kind], self._context(named.kind))

    def _fill(self, counted: _Counted, *, passing: bool = False) -> None:
        """Look at every row; `passing`: who was not inside before has entered, and who is no longer has left."""
        house, kind, matches, before = self._house, counted.filter.kind, counted.matches, counted.inside
        counted.inside = now = {ident for ident in house.ids(kind) if matches(house.value(kind, ident))}
        entered, left = (now - before, before - now) if passing else (set[int](), set[int]())
        self._tell(Passage(counted.filter, len(now), frozenset(entered), frozenset(left)))

    def _look(self, counted: _Counted, ids: Iterable[int]) -> None:
        house, kind = self._house, counted.filter.kind
        entered: set[int] = set()
        left: set[int] = set()
        for ident in ids:
            value = house.value(kind, ident)
            matches = value is not None and counted.matches(value)
            if matches and ident not in counted.inside:
                entered.add(ident)
            elif not matches and ident in counted.inside:
                left.add(ident)
        if entered or left:
            counted.inside = (counted.inside | entered) - left
            self._tell(Passage(counted.filter, len(counted.inside), frozenset(entered), frozenset(left)))

    def _tell(self, passage: Passage) -> None:
        for listener in tuple(self._listeners):
            listener(passage)
