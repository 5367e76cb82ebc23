"""How a shift looks: its status, and the face of the clock button in the header. Words come from the office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clockdesk.domain.shift import Intention, Standing, duration_text
from clockdesk.office.shift_clocking import Ending
from clockdesk.ui.screens.shift_face import Face
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.theme.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from clockdesk.domain.clock import Clock
    from clockdesk.office.sheets import AsOf
    from clockdesk.office.shift import Shift
    from clockdesk.office.shift_clocking import Outcome
    from clockdesk.office.shift_desk import ShiftDesk

MOST_LETTERS: Final = 16
"""What the header has room for while something is being done."""

IN: Final = Status("In", "I", Mark.CLOCK, "in_house")
OUT: Final = Status("Out", "O", Mark.VACANT, "neutral")
UNKNOWN: Final = Status("Unknown", "?", Mark.UNKNOWN, "warning")
_STATUSES: Final = {Standing.IN: IN, Standing.OUT: OUT, Standing.UNKNOWN: UNKNOWN}
VERBS: Final = {Intention.IN: "Clock in", Intention.OUT: "Clock out"}


@dataclass(frozen=True, slots=True)
class ShiftPlace:
    """What the shift clock's screens get: the desk, the time, and which hotel's paper it is printed on."""

    desk: ShiftDesk
    clock: Clock
    zone: Callable[[], tzinfo]
    as_of: Callable[[], AsOf]


def standing_status(standing: Standing) -> Status:
    """The chip of a state."""
    return _STATUSES[standing]


def kind_words(desk: ShiftDesk, ident: str) -> str:
    """A kind of shift as the community calls it; its id where the kinds are not known."""
    known = desk.shift.types if desk.shift is not None else ()
    return next((one.label or one.id for one in known if one.id == ident), ident)


def sentence_case(words: str) -> str:
    """With a capital at the beginning."""
    return f"{words[:1].upper()}{words[1:]}"


def lost(shift: Shift) -> Outcome | None:
    """The last press when it was not recorded and is still wanted; None once the state is what it wanted."""
    outcome = shift.outcome
    if outcome is None or outcome.ending is not Ending.NOT_RECORDED or shift.is_busy:
        return None
    return None if shift.state.is_as(outcome.intention) else outcome


def face_of(desk: ShiftDesk) -> Face:
    """What the button says now."""
    shift = desk.shift
    if shift is None:
        return Face("Shift clock", tone="warning" if desk.problem and desk.settings.address else "", hint=desk.problem)
    if shift.is_busy:
        doing = shift.busy.removesuffix("...")
        return Face(f"{doing} …" if len(doing) <= MOST_LETTERS else "Waiting …", Mark.PROGRESS, hint=shift.sentence)
    if (outcome := lost(shift)) is not None:
        return Face("NOT recorded", Mark.WARNING, "danger", hint=outcome.sentence)
    age = shift.age_words
    hint = f"{shift.words}\n{age}" if age else shift.words
    if (elapsed := shift.elapsed) is not None:
        return Face(f"In {duration_text(elapsed)}", Mark.LINE_CUT if age else Mark.CLOCK, "in_house", bool(age), hint)
    if shift.state.standing is Standing.OUT:
        return Face("Out", Mark.LINE_CUT if age else Mark.CLOCK, "", bool(age), hint)
    return Face("Unknown", Mark.UNKNOWN, "warning" if shift.state.read or age else "", hint=hint)
