"""The desk itself, the one object a screen gets: live lists, the day's numbers, freshness, opening, asking, acting."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from clockdesk.api.gate import Lane
from clockdesk.api.query import to_query
from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.freshness import Trust
from clockdesk.domain.kinds import Kind
from clockdesk.domain.money import totals
from clockdesk.domain.predicate import ALL, Context, Predicate
from clockdesk.domain.predicate_text import parse
from clockdesk.office.counting import Counting
from clockdesk.office.house import DIRTY, House
from clockdesk.office.lines import RoomLine, TodayCounts
from clockdesk.office.lists import LiveList, by_room
from clockdesk.office.missed import Missed
from clockdesk.office.telling import Telling
from clockdesk.sync.scope import ARRIVALS, IN_HOUSE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from clockdesk.api.service import Service
    from clockdesk.api.tally import Counters
    from clockdesk.domain.clock import Clock
    from clockdesk.domain.folios import Charge, CreditItem, FolioTax
    from clockdesk.domain.freshness import Freshness
    from clockdesk.domain.records import ChangeSet
    from clockdesk.domain.values import BookingGuest
    from clockdesk.office.actions import Actions
    from clockdesk.office.saved import NamedFilter, SavedFilters
    from clockdesk.store.thread import StoreThread
    from clockdesk.sync.hints import Received
    from clockdesk.sync.hub import Hub
    from clockdesk.sync.worker import Sync

_DOUBTFUL = frozenset(Trust) - {Trust.LIVE, Trust.NO_RIGHT}
"""States in which changes at the hotel may pass, or have passed, unseen: where that is so, each tells since when."""

FOLIO_LINES = (Kind.CHARGE, Kind.CREDIT_ITEM, Kind.FOLIO_TAX)


class Office:
    """What every screen reads and asks. Knows no widget and no HTTP."""

    def __init__(
        self,
        store: StoreThread,
        sync: Sync,
        service: Service,
        actions: Actions,
        filters: SavedFilters,
        clock: Clock,
        changes: Hub[ChangeSet],
        freshness: Hub[Freshness],
        counters: Callable[[], Counters],
    ) -> None:
        """Put together by app.wiring."""
        self._store, self._sync, self._service, self._clock = store, sync, service, clock
        self.actions, self.filters, self.counters = actions, filters, counters
        self.freshness_news = freshness
        self.house = House(self.today)
        self.counting = Counting(self.house, self.context)
        self._counts_filters = False
        filters.listen(self._choose_filters)
        self.telling = Telling(self.counting, self.house, lambda: self.freshness)
        self.unconfirmed_since: dt.datetime | None = None
        """Since when nothing has compared the copy with the hotel: rows read before carry their age."""
        self._on_freshness(self.freshness)
        freshness.subscribe(self._on_freshness)
        self._lists: list[LiveList] = []
        self._touched: list[Callable[[Kind, frozenset[int]], None]] = []
        self._today_loaded = False
        changes.subscribe(self._follow)

    async def load(self) -> None:
        """Take the copy into memory: first what Today shows, then the rest in slices while people work."""
        await self.load_today()
        async for kind, ids in self.house.load_rest(self._store):
            for live in self._lists:
                if live.kind is kind:
                    live.take_in(ids)
            await asyncio.sleep(0)
        for live in tuple(self._lists):
            live.tell()
            await asyncio.sleep(0)
        self._counts_filters = True
        for named in await self.filters.load():
            if named.counted:
                self.counting.add(named)
                await asyncio.sleep(0)
        for kind in (Kind.BOOKING, Kind.ROOM, Kind.FOLIO):
            self._tell(kind, frozenset(self.house.ids(kind)))

    async def load_today(self) -> None:
        """Take what Today shows into memory, once: some hundred objects, whatever the copy holds."""
        if self._today_loaded:
            return
        self._today_loaded = True
        self.new_day()  # the hotel's zone, and with it its date, may have become known since
        await self.house.load_today(self._store)
        for live in self._lists:
            live.start_over()
        for kind in (Kind.BOOKING, Kind.ROOM):
            self._tell(kind, frozenset(self.house.ids(kind)))

    # The day

    @property
    def zone(self) -> dt.tzinfo:
        """The hotel's time zone."""
        return self._sync.zone

    @property
    def today(self) -> dt.date:
        """The hotel's date now."""
        return self._sync.questions().today

    @property
    def hotel_name(self) -> str:
        """The account's name; empty before the first start."""
        return (self._sync.account.name or "") if self._sync.account else ""

    @property
    def freshness(self) -> Freshness:
        """How far the copy can be trusted now."""
        return self._sync.standing.last

    def freshness_of(self, kind: Kind) -> Freshness:
        """The same for one kind of data: a missing right darkens only its own lists."""
        return self._sync.standing.of(kind)

    def _on_freshness(self, now: Freshness) -> None:
        """A break lasts until a whole sweep has named what changed in it, however the state is called meanwhile."""
        since = self.unconfirmed_since
        if now.trust is Trust.LIVE or (since is not None and now.checked is not None and now.checked >= since):
            since = None
        if since is None and now.trust in _DOUBTFUL and now.since is not None:
            since = now.since if now.checked is None or now.checked < now.since else None
        self.unconfirmed_since = since

    @property
    def reading_seconds(self) -> float:
        """About how long the reads take that are left, also while the first start has not ended."""
        return self._sync.standing.seconds_left

    @property
    def missed(self) -> Missed:
        """What changed while the line was down and nobody has seen yet."""
        return Missed(self._sync.standing.missed)

    def seen_missed(self) -> None:
        """The person has seen what changed while the line was down."""
        self._sync.standing.seen()

    @property
    def received(self) -> Received:
        """The events so far: how many, the last one and its time."""
        return self._sync.received

    def new_day(self) -> bool:
        """Turn everything to another hotel date if there is one; says whether there was."""
        if self.house.today == (today := self.today):
            return False
        self.house.turn_to(today)
        for live in self._lists:
            live.start_over()
        self.counting.start_over(new_day=True)
        return True

    # Lists

    def context(self, kind: Kind) -> Context:
        """Today, the hotel's zone, and what a predicate over this kind looks up in other objects."""
        getters, text_of = self.house.getters(kind), self.house.text_of(kind)
        return Context(self.today, self.zone, text_of=text_of, getters=getters)

    def live(
        self,
        kind: Kind,
        predicate: Predicate | str = ALL,
        key: Callable[[Any], Any] = lambda line: line.id,
        *,
        descending: bool = False,
    ) -> LiveList:
        """A list that stays right until `release`d."""
        chosen = parse(predicate, ENTITIES[kind]) if isinstance(predicate, str) else predicate
        live = LiveList(self.house, kind, lambda: self.context(kind), chosen, key, descending=descending)
        self._lists.append(live)
        return live

    def release(self, live: LiveList) -> None:
        """The list is no longer shown."""
        if live in self._lists:
            self._lists.remove(live)

    def arrivals(self) -> LiveList:
        """Who is still to arrive, by time and room."""
        return self.live(Kind.BOOKING, ARRIVALS, lambda line: (line.arrival_time or "99", by_room(line.room)))

    def departures(self) -> LiveList:
        """Who is in house and leaves today or should have."""
        return self.live(Kind.BOOKING, f"{IN_HOUSE} and departure <= today", lambda line: by_room(line.room))

    def in_house(self) -> LiveList:
        """Who is in house, by room."""
        return self.live(Kind.BOOKING, IN_HOUSE, lambda line: by_room(line.room))

    def on_touched(self, listener: Callable[[Kind, frozenset[int]], None]) -> Callable[[], None]:
        """Be told which lines were touched, by kind; returns what ends it."""
        self._touched.append(listener)
        return lambda: self._touched.remove(listener) if listener in self._touched else None

    def counts(self) -> TodayCounts:
        """The numbers of the day, from the copy."""
        house, today = self.house, self.house.today
        bookings = [house.bookings[ident] for ident in house.todays]
        rooms = [line for ident in house.rooms if isinstance(line := house.line(Kind.ROOM, ident), RoomLine)]
        staying = [booking for booking in bookings if booking.status == "checked_in"]
        owing = [booking.balance for booking in staying if booking.balance is not None and booking.balance.minor > 0]
        return TodayCounts(
            arrivals=sum(b.status == "expected" and b.arrival is not None and b.arrival <= today for b in bookings),
            arrived=sum(booking.arrival == today for booking in staying),
            departures=sum(b.departure is not None and b.departure <= today for b in staying),
            departed=sum(b.status == "checked_out" and b.departure == today for b in bookings),
            in_house=len(staying),
            dirty=sum(line.housekeeping == DIRTY for line in rooms),
            out_of_service=sum(line.out_of_service for line in rooms),
            rooms=len(rooms),
            occupied=sum(line.occupied for line in rooms),
            owing=len(owing),
            balances=totals(owing),
        )

    # Opening one thing

    async def open_booking(self, ident: int) -> None:
        """Read a booking, its guests and its folios anew for the person who opened it. Raises KnownError."""
        await self._sync.want([(Kind.BOOKING, ident), (Kind.BOOKING_GUEST, ident)])
        folios = set(self.house.folios_of(ident))
        if not folios or ident not in self.house.todays:  # Today's are listed already, and new ones come with a sweep
            folios |= await self.listed_folios(ident)
        await self._sync.want([(Kind.FOLIO, folio) for folio in sorted(folios)])

    async def listed_folios(self, booking: int) -> frozenset[int]:
        """A booking's folios as Clock lists them, for a person who waits; none without the right. Raises KnownError."""
        if Kind.FOLIO in self._sync.standing.rights_missing:
            return frozenset()
        return frozenset((await self._service.booking_folio_ids(booking, lane=Lane.PERSON)).value)

    async def open_folio(self, ident: int) -> None:
        """Read a folio and its lines anew. Raises KnownError."""
        await self._sync.want([(Kind.FOLIO, ident), *((kind, ident) for kind in FOLIO_LINES)])

    def watch_folio(self, ident: int) -> Callable[[], None]:
        """A folio's lines are on the screen: keep them right. Returns what ends it."""
        return self._sync.watch([(kind, ident) for kind in FOLIO_LINES])

    def watch_booking(self, ident: int) -> Callable[[], None]:
        """A booking's guests are on the screen: keep them right. Returns what ends it."""
        return self._sync.watch([(Kind.BOOKING_GUEST, ident)])

    def charges(self, folio: int) -> tuple[Charge, ...]:
        """A folio's charges as the copy has them, oldest first."""
        return self._children(Kind.CHARGE, folio)

    def credit_items(self, folio: int) -> tuple[CreditItem, ...]:
        """A folio's payments."""
        return self._children(Kind.CREDIT_ITEM, folio)

    def folio_taxes(self, folio: int) -> tuple[FolioTax, ...]:
        """A folio's taxes."""
        return self._children(Kind.FOLIO_TAX, folio)

    def booking_guests(self, booking: int) -> tuple[BookingGuest, ...]:
        """A booking's guests."""
        return self._children(Kind.BOOKING_GUEST, booking)

    def parts_read_at(self, kinds: Iterable[Kind], parent: int) -> dt.datetime | None:
        """When the oldest of these lines or guests was asked for; None when the copy holds none."""
        reader = self._store.reader
        held = ((kind, [each.id for each in self._children(kind, parent)]) for kind in kinds)
        return min((record.stamp.asked for kind, ids in held for record in reader.records(kind, ids)), default=None)

    def _children(self, kind: Kind, parent: int) -> tuple[Any, ...]:
        return tuple(self._store.reader.children(kind, parent))

    # Asking the hotel

    def request_text(self, kind: Kind, predicate: Predicate) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The query strings the service would get for a filter, and why a part of it can't be sent."""
        plan = to_query(predicate, ENTITIES[kind], self.context(kind))
        return tuple(query.decode("ascii") for query in plan.requests), plan.unsent

    async def ask_hotel(self, kind: Kind, predicate: Predicate) -> tuple[list[int], float]:
        """Which objects match at the hotel and are not in the copy, and about how many seconds reading them takes.

        One call a query string. Raises KnownError, and UserError when the filter can't be sent at all.
        """
        plan = to_query(predicate, ENTITIES[kind], self.context(kind))
        ask = self._service.booking_ids if kind is Kind.BOOKING else self._service.folio_ids
        readings = await asyncio.gather(*(ask(query, lane=Lane.PERSON) for query in plan.requests))
        held = set(self.house.ids(kind))
        missing = sorted({ident for reading in readings for ident in reading.value} - held)
        return missing, len(missing) / max(1, self.counters().allowed)

    def read_in_background(self, kind: Kind, ids: Iterable[int]) -> None:
        """Have these read; rows appear as they come."""
        self._sync.reader.mark(((kind, ident) for ident in ids), Lane.SCREEN)

    async def sweep_now(self) -> dt.datetime:
        """F5: look what changed, at once; returns when it was done. Raises KnownError."""
        return await self._sync.sweep_now()

    # News

    def _choose_filters(self, filters: tuple[NamedFilter, ...]) -> None:
        """Filters were read or changed: count those that somebody wants counted, once the copy is in memory."""
        if self._counts_filters:
            self.counting.choose(named for named in filters if named.counted)

    def _follow(self, change: ChangeSet) -> None:
        for kind, ids in self.house.follow(change, self._store).items():
            for live in tuple(self._lists):
                if live.kind is kind:
                    live.follow(ids)
            self.counting.follow(kind, ids)
            self._tell(kind, ids)
        if change.kind in (*FOLIO_LINES, Kind.BOOKING_GUEST):
            self._tell(change.kind, change.ids | change.confirmed)

    def _tell(self, kind: Kind, ids: frozenset[int]) -> None:
        for listener in tuple(self._touched):
            listener(kind, ids)
