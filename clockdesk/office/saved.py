"""Filters that staff named: kept, pinned, told of. Their text is what is stored; `today` in it stays relative."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clockdesk.domain.errors import UserError
from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate_text import format_predicate, parse
from clockdesk.store.desk import SavedFilter

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.domain.predicate import Predicate
    from clockdesk.store.thread import StoreThread


KINDS = (Kind.BOOKING, Kind.ROOM, Kind.FOLIO)
"""What can be filtered and kept."""
TOLD = "told_filters"
"""Fact in desk.db: the ids of the filters that tell when a row enters or leaves."""


@dataclass(frozen=True, slots=True)
class NamedFilter:
    """A named filter; `predicate` is None when its text is no longer understood (the text is kept and shown).

    `pinned`: its count stands on the screen; `told`: a notice says when a row enters or leaves it.
    """

    id: int
    name: str
    kind: Kind
    text: str
    predicate: Predicate | None
    pinned: bool = False
    told: bool = False

    @property
    def counted(self) -> bool:
        """Whether anybody wants to know how many match."""
        return (self.pinned or self.told) and self.predicate is not None


class SavedFilters:
    """Filters in desk.db. Every method that reads or writes may raise KnownError (DISK, STORE_LOCKED)."""

    def __init__(self, store: StoreThread) -> None:
        """Kept in `store`."""
        self._store = store
        self._listeners: list[Callable[[tuple[NamedFilter, ...]], None]] = []
        self.known: tuple[NamedFilter, ...] = ()
        """As they were last read, whatever their kind, in the order staff gave them."""

    def listen(self, listener: Callable[[tuple[NamedFilter, ...]], None]) -> Callable[[], None]:
        """Be told of all filters whenever they were read or changed; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    async def load(self) -> tuple[NamedFilter, ...]:
        """Read them and tell everyone."""
        saved, told = await self._store.run(self._rows)
        found = [
            NamedFilter(row.id, row.name, row.kind, row.predicate, _read(row.kind, row.predicate), row.pinned,
                        row.id in told)
            for row in saved
            if row.kind in KINDS
        ]  # fmt: skip
        self.known = tuple(found)
        for listener in tuple(self._listeners):
            listener(self.known)
        return self.known

    async def all(self, kind: Kind) -> tuple[NamedFilter, ...]:
        """Every saved filter of a kind, in the order staff gave them."""
        return tuple(named for named in await self.load() if named.kind is kind)

    async def pin(self, named: NamedFilter, *, pinned: bool) -> None:
        """Count a filter on screen, or no longer."""
        await self._keep(named, pinned=pinned)
        await self.load()

    async def tell(self, named: NamedFilter, *, told: bool) -> None:
        """Say when a row enters or leaves a filter, or no longer."""
        await self._store.run(self._set_told, named.id, told=told)
        await self.load()

    async def save(self, kind: Kind, name: str, predicate: Predicate) -> None:
        """Keep a filter under a name. One of the same name gets this predicate and stays pinned.

        Raises UserError for an empty name.
        """
        if not (name := name.strip()):
            raise UserError("Give the filter a name.")
        text = format_predicate(predicate, ENTITIES[kind])
        saved = await self._store.run(self._store.desk.filters)
        same = next((row for row in saved if (row.kind, row.name) == (kind, name)), SavedFilter(kind, name, text))
        await self._store.run(self._store.desk.save_filter, replace(same, predicate=text))
        await self.load()

    async def forget(self, ident: int) -> None:
        """Remove a filter."""
        await self._store.run(self._store.desk.delete_filter, ident)
        await self._store.run(self._set_told, ident, told=False)
        await self.load()

    async def _keep(self, named: NamedFilter, *, pinned: bool) -> None:
        saved = await self._store.run(self._store.desk.filters)
        if (row := next((row for row in saved if row.id == named.id), None)) is not None:
            await self._store.run(self._store.desk.save_filter, replace(row, pinned=pinned))

    # in the store's thread

    def _rows(self) -> tuple[list[SavedFilter], set[int]]:
        return self._store.desk.filters(), self._told()

    def _told(self) -> set[int]:
        found = self._store.desk.fact(TOLD)
        return {ident for ident in found if isinstance(ident, int)} if isinstance(found, list) else set()

    def _set_told(self, ident: int, *, told: bool) -> None:
        before = self._told()
        after = before | {ident} if told else before - {ident}
        if after != before:
            self._store.desk.set_fact(TOLD, sorted(after))


def _read(kind: Kind, text: str) -> Predicate | None:
    try:
        return parse(text, ENTITIES[kind])
    except UserError:
        return None
