"""Gathers what a transaction did into change sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockdesk.domain.records import ChangeSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clockdesk.domain.kinds import Kind

_ADDED, _CHANGED, _REMOVED, _CONFIRMED = "added", "changed", "removed", "confirmed"
_THEN: dict[tuple[str, str], str | None] = {
    (_ADDED, _CHANGED): _ADDED,
    (_ADDED, _REMOVED): None,
    (_CHANGED, _REMOVED): _REMOVED,
    (_REMOVED, _ADDED): _CHANGED,
    (_ADDED, _CONFIRMED): _ADDED,
    (_CHANGED, _CONFIRMED): _CHANGED,
}
"""What two changes of one object amount to for somebody who saw neither. Absent: the second alone."""


class Changes:
    """Net changes by kind and id, in the order they happened."""

    def __init__(self) -> None:
        self._by_kind: dict[Kind, dict[int, str]] = {}

    def added(self, kind: Kind, ident: int) -> None:
        """Note an object the copy did not have."""
        self._note(kind, ident, _ADDED)

    def changed(self, kind: Kind, ident: int) -> None:
        """Note an object whose content differs now."""
        self._note(kind, ident, _CHANGED)

    def removed(self, kind: Kind, ident: int) -> None:
        """Note an object the copy no longer has."""
        self._note(kind, ident, _REMOVED)

    def confirmed(self, kind: Kind, ident: int) -> None:
        """Note an object that was read anew and is as it was."""
        self._note(kind, ident, _CONFIRMED)

    def follow(self, sets: Iterable[ChangeSet]) -> None:
        """Note what a later transaction changed."""
        for change in sets:
            states = {
                _ADDED: change.added,
                _CHANGED: change.changed,
                _REMOVED: change.removed,
                _CONFIRMED: change.confirmed,
            }
            for what, ids in states.items():
                for ident in ids:
                    self._note(change.kind, ident, what)

    def sets(self, origin: str) -> tuple[ChangeSet, ...]:
        """One change set for each kind of which there is anything to tell."""
        found = []
        for kind, states in self._by_kind.items():
            by_state: dict[str, set[int]] = {_ADDED: set(), _CHANGED: set(), _REMOVED: set(), _CONFIRMED: set()}
            for ident, state in states.items():
                by_state[state].add(ident)
            added, changed, removed, confirmed = (frozenset(ids) for ids in by_state.values())
            change = ChangeSet(kind, added, changed, removed, origin, confirmed)
            if change:
                found.append(change)
        return tuple(found)

    def _note(self, kind: Kind, ident: int, what: str) -> None:
        states = self._by_kind.setdefault(kind, {})
        before = states.get(ident)
        after = what if before is None else _THEN.get((before, what), what)
        if after is None:
            del states[ident]
        else:
            states[ident] = after
