"""How a line of the manual log stands, as a chip: a shape, a colour and a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clockdesk.office.log_check import Verdict
from clockdesk.office.manual_log import Ended
from clockdesk.ui.theme.marks import Mark
from clockdesk.ui.theme.status import Status

if TYPE_CHECKING:
    from clockdesk.office.log_check import Finding
    from clockdesk.office.manual_log import Line

OPEN: Final = Status("Open", "O", Mark.OPEN, "info")
_FOUND: Final = {
    Verdict.READY: Status("To apply", "A", Mark.CHEVRON_RIGHT, "progress"),
    Verdict.ALREADY: Status("Clock has it", "H", Mark.CLEAN, "ok"),
    Verdict.DIFFERS: Status("Differs", "D", Mark.WARNING, "danger"),
    Verdict.BY_HAND: Status("By hand", "B", Mark.PERSON, "warning"),
    Verdict.UNCHECKED: Status("Not checked", "N", Mark.UNKNOWN, "neutral"),
}
_ENDED: Final = {
    Ended.APPLIED: Status("Applied", "A", Mark.OK, "neutral"),
    Ended.ALONE: Status("Set by itself", "S", Mark.OK, "neutral"),
    Ended.ENTERED: Status("Entered", "E", Mark.OK, "neutral"),
    Ended.ALREADY: Status("Clock had it", "H", Mark.OK, "neutral"),
    Ended.OVERTAKEN: Status("Overtaken", "O", Mark.CHECKED_OUT, "neutral"),
    Ended.DISMISSED: Status("Dismissed", "X", Mark.CANCELED, "canceled"),
}
LONGEST: Final = "Set by itself"


def line_status(line: Line, finding: Finding | None) -> Status:
    """The look of a line: what became of it, or else what the last check found."""
    if line.open:
        return OPEN if finding is None else _FOUND[finding.verdict]
    return _ENDED[line.ended] if line.ended is not None else Status("Settled", "S", Mark.OK, "neutral")
