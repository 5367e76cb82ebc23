"""Filters that staff named and kept. Their text form is what is stored; `today` in it stays relative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clockdesk.domain.errors import UserError
from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.kinds import Kind
from clockdesk.domain.predicate_text import format_predicate, parse
from clockdesk.store.desk import SavedFilter

if TYPE_CHECKING:
    from clockdesk.domain.predicate import Predicate
    from clockdesk.store.thread import StoreThread


@dataclass(frozen=True, slots=True)
class NamedFilter:
    """A named filter; `predicate` is None when its text is no longer understood (the text is kept and shown)."""

    id: int
    name: str
    kind: Kind
    text: str
    predicate: Predicate | None
    pinned: bool = False


class SavedFilters:
    """Filters in desk.db."""

    def __init__(self, store: StoreThread) -> None:
        """Kept in `store`."""
        self._store = store

    async def all(self, kind: Kind) -> tuple[NamedFilter, ...]:
        """Every saved filter of a kind, in the order staff gave them."""
        saved = await self._store.run(self._store.desk.filters)
        return tuple(
            NamedFilter(row.id, row.name, kind, row.predicate, _read(kind, row.predicate), row.pinned)
            for row in saved
            if row.kind is kind
        )

    async def pinned(self) -> tuple[NamedFilter, ...]:
        """Every pinned filter, whatever its kind: these are counted on screen."""
        found = [await self.all(kind) for kind in (Kind.BOOKING, Kind.ROOM, Kind.FOLIO)]
        return tuple(named for filters in found for named in filters if named.pinned)

    async def pin(self, named: NamedFilter, *, pinned: bool) -> None:
        """Count a filter on screen, or no longer."""
        await self._store.run(
            self._store.desk.save_filter, SavedFilter(named.kind, named.name, named.text, pinned, id=named.id)
        )

    async def save(self, kind: Kind, name: str, predicate: Predicate) -> None:
        """Keep a filter under a name; the same name is replaced. Raises UserError for an empty name."""
        if not (name := name.strip()):
            raise UserError("Give the filter a name.")
        text = format_predicate(predicate, ENTITIES[kind])
        await self._store.run(self._store.desk.save_filter, SavedFilter(kind, name, text))

    async def forget(self, ident: int) -> None:
        """Remove a filter."""
        await self._store.run(self._store.desk.delete_filter, ident)


def _read(kind: Kind, text: str) -> Predicate | None:
    try:
        return parse(text, ENTITIES[kind])
    except UserError:
        return None
