"""Any order of happenings at the hotel and faults on the way: afterwards the copy equals the server.

Each example has a hotel, a path and a program of its own. The rules make the world worse; `teardown` ends the faults
and checks what `Rig.check` says. Hypothesis chooses the rules; real sockets and threads decide the timing, so a failure
may need several runs to come back. What was found so far is in test_convergence_found.py as plain sequences.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from typing_extensions import override

from clockdesk.domain.kinds import Kind
from clockdesk.hotel.day import Day
from clockdesk.hotel.happen import Happenings
from tests.faults.rig import RIGHTS, Rig

if TYPE_CHECKING:
    from collections.abc import Coroutine

HAPPENINGS = sorted(name for name in dir(Happenings) if not name.startswith("_") and name not in {"do", "names"})
EVENTS = ("booking_update", "booking_new", "housekeeping_changed", "folio_update", "booking_guests_update")
FEW = st.integers(1, 4)
HARD = ("cut_line", "cut_answer", "half_body", "html_502", "wrong_json", "storm_429")
TABLES = ("bookings", "rooms", "folios")


class Machine(RuleBasedStateMachine):
    """Rules are named as one would tell what happened."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.rig: Rig | None = None

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    @property
    def world(self) -> Rig:
        assert self.rig is not None
        return self.rig

    def id_of(self, table: str, place: int) -> int:
        ids = [row["id"] for row in self.world.hotel.truth(table)]
        return int(ids[place % len(ids)])

    @initialize(
        seed=st.integers(1, 5),
        warm=st.booleans(),
        late_dates=st.booleans(),
        style=st.fixed_dictionaries(
            {
                "first": st.sampled_from(["newest", "oldest"]),
                "body": st.sampled_from(["bare", "sns", "list"]),
                "backlog": st.sampled_from([0, 1, 100]),
            }
        ),
    )
    def a_hotel(self, seed: int, warm: bool, late_dates: bool, style: dict[str, Any]) -> None:
        self.rig = self.do(Rig(seed=seed, channels=style).__aenter__())
        self.rig.path.late_dates = late_dates
        if warm:
            self.do(self.world.started())
        else:
            self.world.never_undone("void_charge", "void_folio")

    # The hotel

    @rule(names=st.lists(st.sampled_from(HAPPENINGS), min_size=1, max_size=4))
    def happen(self, names: list[str]) -> None:
        for name in names:
            self.world.happen(name)

    @rule(name=st.sampled_from(HAPPENINGS), times=FEW)
    def happen_while_it_runs(self, name: str, times: int) -> None:
        for _ in range(times):
            self.world.happen(name)
            self.do(self.world.live(0.01))

    @rule(steps=st.integers(1, 8))
    def the_day_goes_on(self, steps: int) -> None:
        self.world.hotel.ask(lambda server: [Day(server.world).step() for _ in range(steps)])

    @rule(days=st.lists(st.sampled_from([0, 2, 14, 15, 300]), min_size=5, max_size=12))
    def a_travel_agency_sends_its_bookings(self, days: list[int]) -> None:
        for ahead in days:
            self.world.happen("new_booking", arrival=str(self.world.hotel.world.clock.today() + dt.timedelta(ahead)))

    @rule(place=st.integers(0, 40), days=st.integers(-3, 20), nights=st.integers(0, 4))
    def move_a_booking(self, place: int, days: int, nights: int) -> None:
        self.world.move(self.id_of("bookings", place), days, nights)

    @rule(place=st.integers(0, 40))
    def rename_a_guest(self, place: int) -> None:
        self.world.happen("guest_update", booking_id=self.id_of("bookings", place), last_name="Newname", country="PT")

    @rule(place=st.integers(0, 5), words=st.sampled_from(["wet floor", "", "lamp"]))
    def warn_of_a_room(self, place: int, words: str) -> None:
        self.world.happen("housekeeping", room_id=self.id_of("rooms", place), warning=words)

    # Events

    @rule(fault=st.sampled_from(["drop_events", "double_events", "silent_channels", "refuse_channels", "no_channels"]))
    def broker_fault(self, fault: str) -> None:
        self.world.hotel.fault(**{fault: True})

    @rule(fault=st.sampled_from(["drop_events", "silent_channels", "refuse_channels"]), event=st.sampled_from(EVENTS))
    def one_channel_fault(self, fault: str, event: str) -> None:
        self.world.hotel.fault(**{fault: {"event": event}})

    @rule()
    def broker_heals(self) -> None:
        self.world.hotel.fault(
            drop_events=False, double_events=False, silent_channels=False, refuse_channels=False, no_channels=False
        )

    @rule(order=st.randoms(use_true_random=False))
    def old_events_come_again_in_any_order(self, order: Any) -> None:
        again = list(self.world.told)
        order.shuffle(again)
        for name, payload in again[:6]:
            self.world.publish(name, payload)

    @rule()
    def broker_restarts(self) -> None:
        self.world.hotel.fault(restart_broker=True)

    @rule(push_stream=st.booleans(), backlog=st.sampled_from([0, 1, 2, 100]))
    def broker_is_another(self, push_stream: bool, backlog: int) -> None:
        self.world.hotel.fault(channels={"push_stream": push_stream, "backlog": backlog})

    # The line

    @rule(fault=st.sampled_from(HARD), calls=FEW)
    def line_fault(self, fault: str, calls: int) -> None:
        self.world.hotel.fault(**{fault: calls})
        self.do(self.world.live())

    @rule(
        fault=st.sampled_from(HARD),
        part=st.sampled_from(["/bookings", "/bookings/", "/folios", "/folios/", "/rooms", "/guests", "/folio_ledger"]),
        calls=FEW,
    )
    def line_fault_on_some(self, fault: str, part: str, calls: int) -> None:
        self.world.hotel.fault(**{fault: {"path": part, "calls": calls}})

    @rule(table=st.sampled_from(TABLES), place=st.integers(0, 40), fault=st.sampled_from(["always_500", "missing"]))
    def one_object_is_broken(self, table: str, place: int, fault: str) -> None:
        self.world.hotel.fault(**{fault: {"table": table, "id": self.id_of(table, place)}})

    @rule()
    def objects_heal(self) -> None:
        self.world.hotel.fault(always_500=False, missing=False)

    @rule(down=st.booleans())
    def nobody_listens(self, down: bool) -> None:
        self.world.hotel.fault(refuse_api=down)

    @rule()
    def nonces_expire(self) -> None:
        self.world.hotel.fault(expire_nonces=True)
        self.do(self.world.live(0.05))

    @rule(right=st.sampled_from(RIGHTS), forget=st.booleans())
    def right(self, right: str, forget: bool) -> None:
        self.world.hotel.fault(**{"forget_right" if forget else "restore_right": right})

    @rule(lifted=st.booleans())
    def firewall(self, lifted: bool) -> None:
        self.world.hotel.fault(ban=not lifted)
        self.do(self.world.live())
        if lifted:
            self.do(self.world.lift())

    @rule(part=st.sampled_from(["/bookings/", "/folios/", "/rooms", "/bookings?", "/guests"]), calls=FEW)
    def answers_are_held_back(self, part: str, calls: int) -> None:
        self.world.path.hold(part, calls)

    @rule()
    def held_answers_arrive(self) -> None:
        self.world.path.release()
        self.do(self.world.live())

    # The machine the program runs on

    @rule(hours=st.sampled_from([0.2, 3, 9, 20]))
    def suspend(self, hours: float) -> None:
        self.world.suspend(hours)
        self.do(self.world.live())

    @rule(seconds=st.sampled_from([-90_000, -7200, -100, -20, 20, 100, 7200, 90_000]))
    def clock_jumps(self, seconds: int) -> None:
        self.world.wrong_clock(seconds)
        self.do(self.world.live())

    @rule()
    def clock_is_set_right(self) -> None:
        self.world.right_clock()
        self.do(self.world.live())

    @rule()
    def restart(self) -> None:
        self.world.path.release()
        self.do(self.world.restart())
        self.do(self.world.live())

    @rule(names=st.lists(st.sampled_from(HAPPENINGS), min_size=1, max_size=4), thousandths=st.integers(0, 40))
    def killed(self, names: list[str], thousandths: int) -> None:
        """In the middle of reading what has just happened."""
        for name in names:
            self.world.happen(name)
        self.do(self.world.live(thousandths / 1000))
        self.do(self.world.kill())

    @rule(names=st.lists(st.sampled_from(HAPPENINGS), min_size=1, max_size=4), hours=st.sampled_from([2, 9, 20]))
    def closed_over_dates(self, names: list[str], hours: int) -> None:
        """Nobody is at the desk: each happening is followed by so many hours."""
        self.world.path.release()
        self.do(self.world.engine.close())
        for name in names:
            self.world.happen(name)
            self.world.suspend(hours)
        self.do(self.world.open())
        self.do(self.world.live())

    # People, and time

    @rule(table=st.sampled_from(TABLES), place=st.integers(0, 40), stays=st.booleans())
    def somebody_looks(self, table: str, place: int, stays: bool) -> None:
        kind = {"bookings": Kind.BOOKING, "rooms": Kind.ROOM, "folios": Kind.FOLIO}[table]
        ident = self.id_of(table, place)

        async def look() -> None:
            task = self.world.leave(kind, ident)
            await self.world.live(0.005)
            if not stays:
                task.cancel()

        self.do(look())

    @rule(seconds=st.sampled_from([5, 30, 400]))
    def the_clock_goes_on(self, seconds: int) -> None:
        """No sweep names again what changed so long ago."""
        self.world.pass_time(seconds)
        self.do(self.world.live())

    @rule(hundredths=st.integers(1, 8))
    def time_passes(self, hundredths: int) -> None:
        self.do(self.world.live(hundredths / 100))

    @rule()
    def f5(self) -> None:
        self.do(self.world.f5())

    @override
    def teardown(self) -> None:
        try:
            if self.rig is not None:
                try:
                    self.do(self.rig.check())
                finally:
                    self.do(self.rig.__aexit__(None, None, None))
        finally:
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()
