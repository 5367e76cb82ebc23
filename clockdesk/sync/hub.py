"""Passes each change set to whoever listens. Plain calls in the order of subscription; no queue, no Qt."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)
T = TypeVar("T")


class Hub(Generic[T]):
    """A list of listeners. A listener that fails is logged and does not keep the others from hearing."""

    def __init__(self) -> None:
        """An empty hub."""
        self._listeners: list[Callable[[T], None]] = []

    def subscribe(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Add a listener; returns what takes it off again."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def listen_first(self, listener: Callable[[T], None]) -> None:
        """Add a listener ahead of all others: a measurement that must see things before they are handled."""
        self._listeners.insert(0, listener)

    def publish(self, news: T) -> None:
        """Tell everyone."""
        for listener in tuple(self._listeners):
            try:
                listener(news)
            except Exception:
                log.exception("a listener failed")
