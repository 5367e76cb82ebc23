"""Something that is made when it is first wanted, by whichever thread comes first, until its owner closes."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from clockdesk.api.call import CLOSING
from clockdesk.domain.errors import ErrorCode, KnownError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Later(Generic[T]):
    """Made once, however many threads want it at the same time.

    `functools.cached_property` promises that no longer: from Python 3.12 on it takes no lock.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        """`make` may raise; it is called again for the next who wants it."""
        self._make, self._making = make, Lock()
        self._made: T | None = None
        self._closed = False

    def get(self) -> T:
        """What was made. Raises what `make` raises, and KnownError(OFFLINE) once it is closed.

        Closing waits for no thread: a maker that comes back to find it closed leaves what it made to nobody.
        """
        self._refuse_if_closed()
        with self._making:
            made = self._made
            if made is None:
                self._refuse_if_closed()
                made = self._made = self._make()
                if self._closed:
                    self._made = None
        self._refuse_if_closed()
        return made

    def close(self) -> T | None:
        """Nothing is made or given from now on; what was made, for its owner to end."""
        self._closed = True
        return self._made

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise KnownError(ErrorCode.OFFLINE, CLOSING)
