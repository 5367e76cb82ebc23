"""The two tables of the back office: people as they stand now, and their last shifts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from clockdesk.domain.dates import day_text, hotel_today, moment_text, weekday_text
from clockdesk.domain.shift import Standing, duration_text
from clockdesk.office import shift_words
from clockdesk.ui.models.columns import Align, Column
from clockdesk.ui.models.table import LineModel
from clockdesk.ui.screens.shift_look import kind_words, standing_status
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.theme.status import Status
from clockdesk.ui.widgets.fitting import FittingTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from clockdesk.office.shift_roster import OnRoster, RosterRow
    from clockdesk.ui.screens.shift_look import ShiftPlace
    from clockdesk.ui.theme.look import Look

L = TypeVar("L")
LONG_AGO = datetime.min.replace(tzinfo=UTC)
OPEN = Status("In now", "I", Mark.CLOCK, "in_house")
ENDED = Status("Ended", "E", Mark.OK, "neutral")
NOT_TOLD = Status("End not told", "?", Mark.UNKNOWN, "warning")


@dataclass(frozen=True, slots=True)
class PersonNow:
    """One person of the roster."""

    entry: OnRoster

    @property
    def name(self) -> str:
        """Their name."""
        return self.entry.person.name

    @property
    def initials(self) -> str:
        """Their initials."""
        return self.entry.person.initials

    def words(self, place: ShiftPlace) -> str:
        """State, and its age or what is wrong."""
        entry, now, zone = self.entry, place.clock.now(), place.zone()
        said = shift_words.state_words(entry.state, now, zone)
        age = shift_words.age_words(entry.state, now, zone, entry.trouble)
        return f"{said} – {age}" if age else said


@dataclass(frozen=True, slots=True)
class Told:
    """One shift of the roster."""

    row: RosterRow

    @property
    def status(self) -> Status:
        """Open, ended, or an end that was not told."""
        shift = self.row.shift
        return OPEN if shift.open else ENDED if shift.end is not None else NOT_TOLD


class Lines(Generic[L]):
    """A model and its table over lines that come anew each time; their place is their id."""

    def __init__(
        self, look: Look, columns: tuple[Column[L], ...], name: str, expendable: tuple[str, ...], parent: QWidget
    ) -> None:
        """Empty."""
        self.lines: list[L] = []
        self.model: LineModel[L] = LineModel(columns, self._line, look.now, parent=parent)
        self.table = FittingTable(look, self.model, name, expendable)

    def show_lines(self, lines: Sequence[L]) -> None:
        """Show these."""
        self.lines = list(lines)
        self.model.show(range(len(self.lines)))
        self.model.refresh_all()

    def _line(self, at: int) -> L | None:
        return self.lines[at] if 0 <= at < len(self.lines) else None


class PeopleNow(Lines[PersonNow]):
    """Who is in now, who is not, and of whom it is not known."""

    def __init__(self, look: Look, place: ShiftPlace, parent: QWidget) -> None:
        """Empty."""

        def since(line: PersonNow) -> str:
            state = line.entry.state
            now, zone = place.clock.now(), place.zone()
            return moment_text(state.since, zone, hotel_today(now, zone)) if state.since is not None else ""

        def length(line: PersonNow) -> str:
            elapsed = line.entry.state.elapsed(place.clock.now())
            return "" if elapsed is None else duration_text(elapsed)

        def about(line: PersonNow) -> str:
            state, now = line.entry.state, place.clock.now()
            age = shift_words.age_words(state, now, place.zone(), line.entry.trouble)
            reason = state.reason if state.standing is Standing.UNKNOWN else ""
            return " – ".join(part for part in (reason, age) if part)

        columns = (
            Column[PersonNow](
                key="person", title="Person", sample="Maria Petrova", text=lambda line: line.name, strong=True,
                stretch=True,
                sort=lambda line: line.name.casefold(),
            ),
            Column[PersonNow](
                key="state", title="State", sample="Unknown", text=lambda line: line.entry.state.standing.value,
                chip=lambda line: standing_status(line.entry.state.standing),
                sort=lambda line: line.entry.state.standing.value,
            ),
            Column[PersonNow](
                key="since", title="Since", sample="20 Nov 07:58", text=since,
                sort=lambda line: line.entry.state.since or LONG_AGO,
            ),
            Column[PersonNow](
                key="length", title="For", sample="13 h 59 min", align=Align.RIGHT, text=length,
                sort=lambda line: line.entry.state.elapsed(place.clock.now()),
            ),
            Column[PersonNow](
                key="about", title="", sample="as of 14:02, 14 min ago: no connection", text=about, tip=about,
                tone=lambda line: "warning" if line.entry.trouble is not None else "muted",
            ),
        )  # fmt: skip
        super().__init__(look, columns, "In now", ("about", "length"), parent)


class ShiftsTold(Lines[Told]):
    """The shifts, newest first."""

    def __init__(self, look: Look, place: ShiftPlace, parent: QWidget) -> None:
        """Empty."""

        def moment(instant: datetime | None, line: Told) -> str:
            return "" if instant is None else moment_text(instant, place.zone(), line.row.day)

        def day(line: Told) -> str:
            today = hotel_today(place.clock.now(), place.zone())
            shown = line.row.day
            if shown is None:
                return "not told"
            return weekday_text(shown, today) if shown.year == today.year else day_text(shown, today)

        def length(line: Told) -> str:
            return "" if line.row.shift.length is None else duration_text(line.row.shift.length)

        def kind(line: Told) -> str:
            return kind_words(place.desk, line.row.shift.type)

        def start(line: Told) -> datetime:
            return line.row.shift.start or LONG_AGO

        columns = (
            Column[Told](key="day", title="Day", sample="Wed 28 Nov", text=day, sort=start),
            Column[Told](
                key="person", title="Person", sample="Papadimitriou, Eleni", strong=True, stretch=True,
                text=lambda line: line.row.person.name, sort=lambda line: line.row.person.name.casefold(),
            ),
            Column[Told](
                key="by", title="By", sample="WWW", text=lambda line: line.row.person.initials,
                sort=lambda line: line.row.person.initials.casefold(),
            ),
            Column[Told](
                key="in", title="In", sample="20 Nov 07:58", text=lambda line: moment(line.row.shift.start, line),
                sort=start,
            ),
            Column[Told](
                key="out", title="Out", sample="20 Nov 07:58", text=lambda line: moment(line.row.shift.end, line),
                sort=lambda line: line.row.shift.end or LONG_AGO,
            ),
            Column[Told](
                key="length", title="Length", sample="13 h 59 min", align=Align.RIGHT, text=length,
                sort=lambda line: line.row.shift.length,
            ),
            Column[Told](key="kind", title="Kind", sample="Housekeeping", text=kind),
            Column[Told](
                key="state", title="State", sample="End not told", text=lambda line: line.status.word,
                chip=lambda line: line.status, sort=lambda line: line.status.word,
            ),
        )  # fmt: skip
        super().__init__(look, columns, "Shifts", ("by", "kind"), parent)
