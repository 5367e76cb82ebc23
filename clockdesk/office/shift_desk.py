"""The one object the shift clock's panel gets: set-up, persons, a shift, reminders, the back office."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clockdesk.domain.errors import KnownError, UserError
from clockdesk.domain.shift import Person
from clockdesk.office import shift_reminders, shift_setup
from clockdesk.office.persons import ClockSettings
from clockdesk.office.shift import Shift, ShiftTypes
from clockdesk.office.shift_log import shift_document
from clockdesk.office.shift_roster import Roster

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from clockdesk.api.timeclock import TimeClock
    from clockdesk.domain.clock import Clock
    from clockdesk.domain.shift import Candidate, FindBy
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.persons import ClockKeeping
    from clockdesk.office.sheets import AsOf, Document
    from clockdesk.office.shift_log import ShiftLog
    from clockdesk.office.shift_reminders import Habits, Reminder
    from clockdesk.office.shift_setup import Checked, ClockForm

NO_KEY = "The keyring holds no key for the time clock. Set it up once more."

LAST_PRESS = 0.5
"""Seconds in which a press whose call was cut has noted what it came to."""


class ShiftDesk:
    """The time clock at this workstation. `settings`, `shift`, `roster` and `problem` change only with a call below."""

    def __init__(
        self,
        keeping: ClockKeeping,
        connect: Callable[[str, str], TimeClock],
        log: ShiftLog,
        clock: Clock,
        tasks: Tasks,
        zone: Callable[[], tzinfo],
    ) -> None:
        """`connect(address, key)` makes a line; it raises UserError. Nothing is read until `open`."""
        self.settings = ClockSettings()
        self.shift: Shift | None = None
        self.roster: Roster | None = None
        self.problem = ""
        self.log = log
        self._keeping, self._connect = keeping, connect
        self._clock, self._tasks, self._zone = clock, tasks, zone
        self._time_clock: TimeClock | None = None
        self._types: ShiftTypes | None = None
        self._shown = False
        self._put_away: set[str] = set()
        self._listeners: list[Callable[[], None]] = []
        self._leave_shift: Callable[[], None] = lambda: None
        self._leave_log = log.listen(self._tell)

    # Life

    async def open(self) -> None:
        """Read settings, key and notes. Never raises: what is wrong is in `problem`, as a sentence."""
        try:
            await self.log.load()
            self.settings = await self._keeping.load()
            if self.settings.address:
                key = await self._keeping.key(self.settings.address)
                await self._use(None if key is None else self._connect(self.settings.address, key))
                self.problem = NO_KEY if key is None else ""
        except (KnownError, UserError) as error:
            self.problem = str(error)
        await self._seat()
        self._tell()

    async def close(self) -> None:
        """Look no more. A sent clock call gets its last moments; what is unclear then is noted for the next start."""
        self._leave_log()
        leaving = self.shift
        self._unseat()
        if self._time_clock is not None:
            time_clock, self._time_clock = self._time_clock, None
            await time_clock.close()
        if leaving is not None:
            await leaving.ended(LAST_PRESS)

    @property
    def is_set_up(self) -> bool:
        """Whether there is an address and a key."""
        return self._time_clock is not None

    @property
    def person(self) -> Person | None:
        """Who is at this workstation."""
        return self.settings.person

    def shown(self, on: bool) -> None:  # noqa: FBT001 (a switch, and named after what it says)
        """The shift clock is (not) on the screen: only then is the service asked, about once a minute."""
        self._shown = on
        if self.shift is not None:
            self.shift.shown(on)

    def came_back(self) -> None:
        """Somebody is at the window again: an old reading is read anew, if the shift clock is on the screen."""
        if self.shift is not None:
            self.shift.came_back()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told whenever anything here, in `shift` or in `log` has changed; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    # Setting up

    async def check(self, form: ClockForm) -> Checked:
        """Whose key this is, its plan, its kinds of shift, and the warnings to show. Raises UserError, KnownError."""
        time_clock = self._connect(form.base(), form.checked_key())
        try:
            return await shift_setup.check(time_clock)
        finally:
            await time_clock.close()

    async def set_up(self, form: ClockForm, checked: Checked) -> None:
        """Keep address and key, once a person has confirmed `checked`. Raises UserError, KnownError.

        People of another community are forgotten: their accounts mean nothing to this one (see `forgets`).
        """
        address, key = form.base(), form.checked_key()
        await self._keeping.keep_key(address, key)
        community = checked.community.id or checked.community.name
        if not checked.told:
            community = self.settings.community or community
        settings = replace(self.settings, address=address, community=community)
        if self.forgets(checked):
            settings = replace(settings, persons=(), chosen="")
        await self._keeping.save(settings)
        if (old := self.settings.address) not in {"", address}:
            await self._keeping.forget_key(old)
        self.settings, self.problem = settings, ""
        await self._use(self._connect(address, key))
        await self._seat()
        self._tell()

    def forgets(self, checked: Checked) -> bool:
        """Whether `set_up` would forget the people: they are of another community, as far as the address tells."""
        community = checked.community.id or checked.community.name
        return checked.told and self.settings.community not in {"", community}

    async def take_down(self) -> None:
        """Forget address (but one that IT has set) and key; the people and the notes stay. Raises KnownError."""
        await self._keeping.forget_key(self.settings.address)
        await self._save(self.settings if self.settings.address_by_it else replace(self.settings, address=""))
        await self._use(None)
        await self._seat()
        self._tell()

    async def find(self, by: FindBy, text: str) -> tuple[Candidate, ...]:
        """Accounts that may be a person's, each with why it can't be chosen, if so. Raises UserError, KnownError."""
        return await shift_setup.find(self._line(), by, text)

    # Persons

    async def add_person(self, name: str, initials: str, candidate: Candidate) -> Person:
        """Keep a person with the account they chose. Raises UserError (a refused account too), KnownError."""
        if candidate.refusal:
            raise UserError(f"{candidate.words} can't be chosen: {candidate.refusal}.")
        person = Person.of(name, initials, candidate.account)
        await self._save(self.settings.with_person(person))
        await self._seat()
        return person

    async def change_person(self, account: str, name: str, initials: str) -> Person:
        """Another name or initials. Raises UserError, KnownError."""
        person = Person.of(name, initials, account)
        await self._save(self.settings.with_person(person))
        await self._seat()
        return person

    async def remove_person(self, account: str) -> None:
        """Forget a person here; the time clock keeps them. Raises KnownError."""
        await self._save(self.settings.without(account))
        await self._seat()

    async def choose(self, account: str) -> None:
        """Who is at this workstation from now on; "" = nobody. It is remembered. Raises UserError, KnownError."""
        await self._save(self.settings.choosing(account))
        await self._seat()

    async def set_habits(self, habits: Habits) -> None:
        """When to remind. Raises KnownError."""
        await self._save(replace(self.settings, habits=habits))

    # Reminders and notes

    @property
    def reminder(self) -> Reminder | None:
        """What to remind the chosen person of now, unless it was put away. Ask again every minute or so."""
        if self.shift is None:
            return None
        found = shift_reminders.due(
            self.settings.habits,
            self.shift.person.name,
            self.shift.state,
            self.shift.last_shifts,
            self._clock.now(),
            self._zone(),
        )
        return None if found is None or found.key in self._put_away else found

    def put_away(self, reminder: Reminder) -> None:
        """The person has seen it; the same one does not come back in this session."""
        self._put_away.add(reminder.key)
        self._tell()

    def closing(self) -> Reminder | None:
        """What to ask before the program closes, if anything."""
        if self.shift is None:
            return None
        shift = self.shift
        return shift_reminders.closing(shift.person.name, shift.state, self._clock.now(), self._zone(), shift.trouble)

    def notes_document(self, as_of: AsOf) -> Document:
        """The times that were not recorded, to be printed for the manager."""
        kept = replace(as_of, checked=as_of.made, state="", what="notes of this desk")
        return shift_document(self.log.for_manager, kept)

    async def read_roster(self) -> None:
        """Read who is in now and the newest shifts of all persons; `roster` tells as it goes."""
        if self.roster is not None:
            await self.roster.read(self.settings.persons)

    # How

    async def _save(self, settings: ClockSettings) -> None:
        await self._keeping.save(settings)
        self.settings = settings
        self._tell()

    async def _use(self, time_clock: TimeClock | None) -> None:
        """Change over to another line."""
        self._unseat()
        old, self._time_clock = self._time_clock, time_clock
        if old is not None:
            await old.close()
        self._types = None if time_clock is None else ShiftTypes(time_clock)
        self.roster = None if time_clock is None else Roster(time_clock, self._clock, self._zone)
        if self.roster is not None:
            self.roster.subscribe(self._tell)

    async def _seat(self) -> None:
        """Give the chosen person their shift, and every action from now on its author."""
        person = self.settings.person
        if self.shift is None or self.shift.person != person:
            self._unseat()
            if person is not None and self._time_clock is not None and self._types is not None:
                self.shift = Shift(
                    person, self._time_clock, self._types, self.log, self._clock, self._tasks, self._zone
                )
                self._leave_shift = self.shift.subscribe(self._tell)
                self.shift.shown(self._shown)
        try:
            await self.log.now_here(person)
        except KnownError as error:
            self.problem = str(error)
        self._tell()

    def _unseat(self) -> None:
        """Show the shift of whoever was here no more; a press of theirs goes on to its end."""
        if self.shift is not None:
            leaving, self.shift = self.shift, None
            self._leave_shift()
            leaving.shown(on=False)

    def _line(self) -> TimeClock:
        if self._time_clock is None:
            raise UserError("Set the time clock up first: its address and its key.")
        return self._time_clock

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()
