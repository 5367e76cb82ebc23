"""A drawer that shows the copy at once and then what the service says now."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from clockdesk.domain.dates import moment_text
from clockdesk.domain.errors import KnownError
from clockdesk.domain.words import next_step, what_happened
from clockdesk.ui.screens.held import Held
from clockdesk.ui.screens.staleness import is_stale
from clockdesk.ui.widgets.drawer import DetailDrawer, Fact, Section
from clockdesk.ui.widgets.inline_error import InlineError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from datetime import datetime

    from clockdesk.domain.kinds import Kind
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.office import Office
    from clockdesk.ui.theme.look import Look

PASSING_MS = 300
"""A row must be rested on this long before it costs calls: walking along a list reads nothing."""


class ReadingDrawer(DetailDrawer):
    """One object by id. Errors are told in place, and the copy stays readable below them."""

    kind: ClassVar[Kind]
    tables: tuple[QWidget, ...] = ()
    """Widgets that come and go with their sections."""

    def __init__(
        self,
        look: Look,
        tasks: Tasks,
        office: Office,
        name: str,
        ask: Callable[[int], Coroutine[Any, Any, None]],
        watch: Callable[[int], Callable[[], None]],
    ) -> None:
        """`ask` reads an object and what belongs to it anew (and raises KnownError); `watch` keeps the latter right."""
        super().__init__(look, name)
        self._tasks, self._office, self._ask, self._watch_one = tasks, office, ask, watch
        self.ident: int | None = None
        self.fresh = False
        self.reading = False
        self._turn = 0
        self._watch = Held()
        self.error = InlineError(look, "Try again")
        self.error.acted.connect(self.read)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)  # noqa: S101 (a promise to the type checker)
        column.insertWidget(1, self.error)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(PASSING_MS)
        self._rest.timeout.connect(self.read)
        self._ends = ExitStack()
        self._ends.callback(self._watch.end)
        self._ends.callback(office.on_touched(self._on_touched))
        self._ends.callback(office.freshness_news.subscribe(lambda _: self.refresh()))
        self.destroyed.connect(self._ends.close)

    def retire(self) -> None:
        """The account is given up: hear and ask nothing more."""
        self._ends.close()
        self._turn += 1
        self._rest.stop()
        self.ident = None

    # what a kind of object adds

    def fill(self, ident: int) -> None:
        """Show what the copy holds of this object."""
        self.set_heading(f"{self.kind.capitalize()} {ident}")

    def parts_read_at(self, ident: int) -> datetime | None:
        """When what belongs to this object was read, the oldest part of it; None when it was not."""
        return None

    def concerns(self, kind: Kind, ids: frozenset[int]) -> bool:
        """Whether a change of these, other objects, is seen here."""
        return False

    # what all of them do

    @override
    def show_sections(self, sections: Sequence[Section]) -> None:
        """Show these. A drawer deletes the widgets of sections that it no longer shows; ours are kept for later."""
        staying = [section.widget for section in sections]
        for table in self.tables:
            if table not in staying:
                table.setParent(self)
                table.setVisible(False)
        super().show_sections(sections)

    def show_one(self, ident: int, *, passing: bool = False) -> None:
        """Show this one: the copy now, the service's answer when it comes (after a moment when `passing` by)."""
        if ident != self.ident:
            self._turn += 1
            self.ident, self.fresh, self.reading = ident, False, False
            self._watch.take(self._watch_one(ident))
            self.error.clear()
        elif self.fresh or self.reading:
            return
        if passing:
            self._rest.start()
        else:
            self.read()
        self.refresh()

    def leave(self) -> None:
        """Show nothing."""
        self._turn += 1
        self._rest.stop()
        self._watch.end()
        self.ident, self.fresh, self.reading = None, False, False
        self.error.clear()
        self.show_sections(())

    def refresh(self) -> None:
        """Show what the copy holds now."""
        if self.ident is None:
            return
        if self._office.house.value(self.kind, self.ident) is not None:
            self.fill(self.ident)
            return
        words = "Reading it …" if self.reading else "It is not in the copy; it may have been removed at the hotel."
        self.set_heading(f"{self.kind.capitalize()} {self.ident}", words)
        self.show_sections(())
        self.set_actions(())

    def read(self) -> None:
        """Ask the service."""
        self._rest.stop()
        if self.ident is None:
            return
        self._turn += 1
        self.reading = True
        self._tasks.spawn(self._read(self.ident, self._turn), f"open {self.kind}")

    async def _read(self, ident: int, turn: int) -> None:
        failure: KnownError | None = None
        try:
            await self._ask(ident)
        except KnownError as error:
            failure = error
        if not isValid(self) or turn != self._turn:
            return
        self.reading = False
        self.fresh = failure is None
        if failure is None:
            self.error.clear()
        else:
            self._tell(failure)
        self.refresh()

    def _tell(self, failure: KnownError) -> None:
        """What happened, what it means for what is seen here, and the next step."""
        said = str(failure).strip() or what_happened(failure.code)
        read_at = None if self.ident is None else self._office.house.read_at(self.kind, self.ident)
        meaning = f"You see the copy of {self._moment(read_at, seconds=True)}. " if read_at is not None else ""
        self.error.tell(said, meaning + next_step(failure.code))

    def _on_touched(self, kind: Kind, ids: frozenset[int]) -> None:
        if self.ident is not None and ((kind is self.kind and self.ident in ids) or self.concerns(kind, ids)):
            self.refresh()

    def age(self, *, of_parts: bool = False) -> Fact:
        """When what is shown was read: the object itself, or what belongs to it."""
        if self.reading:
            return Fact("Read", "reading now …", "muted")
        read_at = None
        if self.ident is not None:
            read_at = self.parts_read_at(self.ident) if of_parts else self._office.house.read_at(self.kind, self.ident)
        if read_at is None:
            return Fact("Read", "not yet", "muted")
        when = self._moment(read_at, seconds=True)
        if is_stale(self._office, read_at) or (of_parts and not self.fresh):
            return Fact("Read", f"{when}; not confirmed since", "warning")
        return Fact("Read", when, "muted")

    def _moment(self, instant: datetime, *, seconds: bool = False) -> str:
        return moment_text(instant, self._office.zone, self._office.today, seconds=seconds)
