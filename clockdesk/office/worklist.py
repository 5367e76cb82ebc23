"""After an outage: each line of the manual log is checked against the service, and applied or dismissed by a person.

Nothing is applied by itself, except a housekeeping status whose value in the service is still what the person saw.
Money is never posted from here.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from clockdesk.domain.dates import day_text, hotel_today, time_text
from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import Kind
from clockdesk.domain.words import explain, housekeeping
from clockdesk.office.actions import Ending
from clockdesk.office.log_check import Comparison, Finding, Verdict, to_read
from clockdesk.office.log_entry import What
from clockdesk.office.manual_log import Ended

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from clockdesk.domain.clock import Clock
    from clockdesk.domain.folios import CreditItem
    from clockdesk.domain.freshness import Freshness
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.actions import Outcome
    from clockdesk.office.log_check import Plan
    from clockdesk.office.manual_log import Line, ManualLog
    from clockdesk.office.office import Office
    from clockdesk.sync.dirty import Target

log = logging.getLogger(__name__)

BACK = frozenset({Trust.LIVE, Trust.DELAYED, Trust.NO_RIGHT})
"""The states in which the copy has been confirmed since the line came back."""
DOWN = frozenset({Trust.STARTING, Trust.OFFLINE, Trust.SIGNED_OUT, Trust.BLOCKED, Trust.LIMITED})
POSTED = (Kind.FOLIO, Kind.CREDIT_ITEM)
"""Where money is that somebody has posted already."""


class Worklist:
    """The open lines of the manual log, and what has been found for them so far."""

    def __init__(
        self,
        manual: ManualLog,
        office: Office,
        read: Callable[[Iterable[Target]], Awaitable[None]],
        clock: Clock,
        tasks: Tasks,
    ) -> None:
        """`read` reads objects anew for a person who waits."""
        self.log = manual
        self._office, self._read, self._clock, self._tasks = office, read, clock, tasks
        self._findings: dict[int, Finding] = {}
        self._was_down = True
        self._listeners: list[Callable[[], None]] = []

    # What is known

    def finding(self, ident: int) -> Finding | None:
        """What the last check of a line found; None before the first."""
        return self._findings.get(ident)

    @property
    def can_check(self) -> bool:
        """Whether the service can be asked now."""
        return self._office.freshness.trust not in DOWN

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told of each new finding; returns what ends it. Lines added and settled: listen to the log."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    # Checking

    async def check(self, ident: int) -> Finding | None:
        """Read what the line speaks of anew, and say what the service has now. None when the line is not open."""
        line = self.log.line(ident)
        if line is None or not line.open:
            return None
        try:
            finding = await self._compare(line)
        except KnownError as error:
            finding = Finding(ident, Verdict.UNCHECKED, explain(error))
        self._findings[ident] = finding
        self._tell()
        return finding

    async def check_all(self) -> None:
        """Check every open line, one after the other; stops when the line is down."""
        for line in self.log.open_lines:
            await self.check(line.id)
            if not self.can_check:
                return

    async def _compare(self, line: Line) -> Finding:
        office = self._office
        await self._read(to_read(line.entry, office.house))
        payments: tuple[CreditItem, ...] = ()
        all_seen = True
        booking = line.entry.booking
        if line.entry.what is What.MONEY and booking is not None and booking in office.house.bookings:
            all_seen = await self._read_money(booking)
            folios = office.house.folios_of(booking)
            payments = tuple(item for folio in folios for item in office.credit_items(folio))
        comparison = Comparison(office.house, office.zone, payments, all_seen=all_seen)
        return comparison.finding(line, self.log.overtaken(line))

    async def _read_money(self, booking: int) -> bool:
        """Read every folio of a booking with its payments anew; says whether the account may see them all.

        A colleague may have posted the money on a folio that the copy has never held, or closed it since.
        """
        office = self._office
        folios, all_seen = set(office.house.folios_of(booking)), True
        try:
            folios |= await office.listed_folios(booking)
        except KnownError as error:
            if error.code is not ErrorCode.NO_RIGHT:
                raise
            all_seen = False
        try:
            await self._read([(kind, folio) for folio in sorted(folios) for kind in POSTED])
        except KnownError as error:
            if error.code is not ErrorCode.NO_RIGHT:
                raise
            all_seen = False
        return all_seen and all(office.freshness_of(kind).trust is not Trust.NO_RIGHT for kind in POSTED)

    # What a person does

    async def apply(self, finding: Finding, by: str) -> str:
        """Do what the finding offers, for the person who has read it; says how it ended.

        The line is settled when it is done. Otherwise it stays open with a new finding. Raises UserError without
        initials, and KnownError when desk.db can't be written.
        """
        line, plan = self.log.line(finding.line), finding.plan
        if line is None or not line.open or plan is None:
            return "This line is settled already."
        who = _initials(by)
        outcome = await self._send(plan)
        if outcome.ending in {Ending.DONE, Ending.ALREADY}:
            done = "Clock had it already" if outcome.ending is Ending.ALREADY else finding.step.rstrip(".")
            ended = Ended.ALREADY if outcome.ending is Ending.ALREADY else Ended.APPLIED
            await self._settle(line, ended, f"{who}, {self._now()}: {done}")
            return "Done: the line is settled."
        if outcome.ending is Ending.CONFLICT:
            await self.check(line.id)
            return "Clock was changed a moment ago, so nothing was sent. Look at it again."
        self._findings[line.id] = Finding(
            line.id, Verdict.UNCHECKED, _why(outcome), "Check again before anything else."
        )
        self._tell()
        return _why(outcome)

    async def tick_off(self, ident: int, by: str, words: str = "") -> None:
        """The person has seen to it elsewhere, or there is nothing to do. Raises UserError without initials."""
        line, finding = self.log.line(ident), self._findings.get(ident)
        if line is None or not line.open:
            return
        already = finding is not None and finding.verdict is Verdict.ALREADY
        ended = Ended.ALREADY if already else Ended.ENTERED
        if self.log.overtaken(line) is not None:
            ended = Ended.OVERTAKEN
        said = f"{_initials(by)}, {self._now()}"
        await self._settle(line, ended, f"{said}: {words.strip()}" if words.strip() else said)

    async def dismiss(self, ident: int, by: str, reason: str) -> None:
        """The line shall not be entered. Raises UserError without initials or a reason."""
        line = self.log.line(ident)
        if line is None or not line.open:
            return
        if not reason.strip():
            raise UserError("Say why this line is not entered.")
        await self._settle(line, Ended.DISMISSED, f"{_initials(by)}, {self._now()}: {reason.strip()}")

    # What is applied by itself

    def follow(self) -> Callable[[], None]:
        """Look after housekeeping statuses whenever the line comes back; returns what ends it."""
        end = self._office.freshness_news.subscribe(self._on_freshness)
        self._on_freshness(self._office.freshness)
        return end

    def _on_freshness(self, freshness: Freshness) -> None:
        if freshness.trust in DOWN:
            self._was_down = True
            self._findings.clear()
            self._tell()
        elif freshness.trust in BACK and self._was_down:
            self._was_down = False
            self._tasks.spawn(self._apply_after_outage(), "manual log: room statuses")

    async def _apply_after_outage(self) -> None:
        try:
            await self.apply_room_statuses()
        except KnownError as error:  # desk.db can't be written: the lines stay open, and are checked at the next turn
            log.warning("manual log: %s", error.code)

    async def apply_room_statuses(self) -> int:
        """Set the rooms whose status in the service is still what the person saw; returns how many were set.

        Of several lines about one room only the last is sent, the others are overtaken by it. Lines about rooms that
        are otherwise now stay for a person.
        """
        done = 0
        for line in self.log.open_lines:
            if line.entry.what is not What.ROOM_STATUS or self.log.overtaken(line) is not None:
                continue
            finding = await self.check(line.id)
            if finding is None or finding.verdict is Verdict.UNCHECKED:
                continue
            if finding.verdict is Verdict.ALREADY:
                await self._settle_room(line, Ended.ALREADY, f"{self._now()}: Clock had it already")
            elif finding.verdict is Verdict.READY and finding.plan is not None:
                outcome = await self._send(finding.plan)
                if outcome.ending is Ending.DONE:
                    done += 1
                    words = f"{self._now()}: set to {housekeeping(line.entry.status).word}"
                    await self._settle_room(line, Ended.ALONE, words)
                elif outcome.ending is not Ending.ALREADY:
                    await self.check(line.id)
        if done:
            log.info("manual log: %s room statuses set", done)
        return done

    async def _settle_room(self, line: Line, ended: Ended, words: str) -> None:
        """Settle a line and those about the same room that it overtakes."""
        for other in self.log.open_lines:
            if other.id != line.id and (later := self.log.overtaken(other)) is not None and later.id == line.id:
                await self._settle(other, Ended.OVERTAKEN, f"{self._now()}: a later line of the log")
        await self._settle(line, ended, words)

    # Inside

    async def _send(self, plan: Plan) -> Outcome:
        actions = self._office.actions
        if plan.kind is Kind.ROOM:
            seen = plan.seen["housekeeping_status"]
            return await actions.set_housekeeping(plan.ident, plan.members["housekeeping_status"], seen=seen)
        return await actions.change_booking(plan.ident, plan.members, seen=plan.seen)

    async def _settle(self, line: Line, ended: Ended, words: str) -> None:
        await self.log.settle(line.id, ended, words)
        self._findings.pop(line.id, None)
        self._tell()

    def _now(self) -> str:
        now, zone = self._clock.now(), self._office.zone
        return f"{day_text(hotel_today(now, zone))} {time_text(now, zone)}"

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _initials(by: str) -> str:
    who = " ".join(by.split())
    if not who:
        raise UserError("Type your initials first.")
    return who


def _why(outcome: Outcome) -> str:
    if outcome.error is None:
        return "It was not done."
    unknown = "It is not known whether Clock has it now. " if outcome.ending is Ending.UNKNOWN else ""
    return unknown + explain(outcome.error)
