"""The copy converges to the hotel's truth, whatever happens to the events, the line, the clock and the program."""

from __future__ import annotations

import logging

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from clockdesk.domain.kinds import Kind
from clockdesk.hotel.day import Day
from clockdesk.sync.detectors import MEMBERS
from tests.faults.equal import copy, truth, unequal
from tests.faults.machine import HAPPENINGS, Machine
from tests.faults.rig import Rig

EXPECTED = pytest.mark.logs("sweep failed", "firewall", "ignored", "out of date", "the copy", "left out")
COMMON = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), report_multiple_bugs=False)


@pytest.fixture(autouse=True)
def _few_words(caplog):
    """A line for each of some ten thousand calls is no help, and kept in memory."""
    caplog.set_level(logging.WARNING, logger="clockdesk")


@EXPECTED
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(8))
def test_any_order_of_happenings_and_faults(part):
    """Always the same sequences; a failure is not shrunk, because each try costs a second."""
    machine = seed(part)(type("Machine", (Machine,), {}))
    few = settings(COMMON, max_examples=25, stateful_step_count=14, phases=[Phase.explicit, Phase.generate])
    run_state_machine_as_test(machine, settings=few)


@EXPECTED
@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(8))
def test_any_order_of_happenings_and_faults_two_thousand_times(part):
    """Other sequences each time; in parts, for as many processes as there are."""
    machine = type(f"Machine{part}", (Machine,), {})
    many = settings(COMMON, max_examples=250, stateful_step_count=20, phases=[Phase.explicit, Phase.generate])
    run_state_machine_as_test(machine, settings=many)


@EXPECTED
async def test_every_happening_is_noticed_without_a_single_event():
    async with Rig(rooms=30, bookings=90) as rig:
        rig.hotel.fault(no_channels=True)
        await rig.rest()
        happened = {name for name in HAPPENINGS if rig.happen(name) is not None}
        rig.suspend(24)
        rig.hotel.ask(lambda server: [Day(server.world).step() for _ in range(60)])
        happened |= {name for name in HAPPENINGS if rig.happen(name) is not None}
        assert happened == set(HAPPENINGS)
        await rig.check()


OTHER = {"text": "another", "int": 2, "bool": 1, "date": "2026-12-24", "dt": "2026-11-21T08:00:00.000Z"}
KEPT = {"id", "updated_at", "status", "payer_id", "payer_type", "deposit", "current_room_id", "voided_at"}
"""Members whose change would mean more than a change of themselves; the happenings change these."""


@pytest.mark.parametrize("kind", [Kind.BOOKING, Kind.ROOM, Kind.FOLIO, Kind.ROOM_TYPE])
async def test_each_watched_member_is_noticed_by_itself(kind):
    """One member after the other is another one at the hotel, without an event; each is found in the time promised."""
    table = f"{kind}s"
    async with Rig() as rig:
        await rig.rest()
        rig.hotel.fault(drop_events=True)
        held = sorted((await copy(rig.engine))[kind])
        changed = rig.hotel.ask(lambda server: touch_each(server.world.core, table, kind, held))
        found = {words.split(":")[0].split()[-1] for words in await unequal(rig.engine, rig.hotel, MEMBERS)}
        assert changed
        assert set(changed) <= found
        await rig.check()
        here, there = await copy(rig.engine), truth(rig.hotel)
        assert {ident: here[kind][ident] for ident in held} == {ident: there[kind][ident] for ident in held}


def touch_each(core, table, kind, held):
    """Change each watched member that is a column, each at an object of its own as far as they go."""
    from clockdesk.hotel.schema import COLUMNS

    changed: list[str] = []
    for of, member in sorted(MEMBERS):
        if of is not kind or member in KEPT or member not in COLUMNS[table]:
            continue
        ident = held[len(changed) % len(held)]
        value = other(core, table, member, core.row(table, ident)[member])
        if table == "room_types":
            core.set(table, ident, {member: value})
        else:
            core.touch(table, ident, {member: value})
        changed.append(member)
    return changed


def other(core, table, member, now):
    from clockdesk.hotel.schema import COLUMNS

    if member.endswith("room_id"):
        return next(room for room in core.ids("SELECT id FROM rooms ORDER BY id") if room != now)
    if member.endswith("room_type_id"):
        return next(ident for ident in core.ids("SELECT id FROM room_types ORDER BY id") if ident != now)
    value = OTHER[COLUMNS[table][member]]
    return value if value != now else 3 if isinstance(value, int) else f"{value}2"
