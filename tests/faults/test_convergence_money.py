"""Money that leaves no trace but one: found wrong once, each as a short sequence that shows it."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.faults.rig import Rig
from tests.faults.test_convergence_found import folio_of


async def test_a_charge_that_is_paid_before_the_machine_sleeps_into_another_day():
    """It leaves the balance as it was; only the value tells, and only the ledger of that day."""
    async with Rig() as rig:
        await rig.rest()
        coming = rig.must("new_booking", arrival=str(rig.hotel.world.clock.today() + dt.timedelta(days=5)))
        await rig.long_after()
        folio = folio_of(rig, coming)["id"]
        rig.must("charge", folio_id=folio, cents=1100)
        rig.must("payment", folio_id=folio, cents=1100)
        rig.suspend(24)
        await rig.check()


@pytest.mark.parametrize("days", [2, 12])
async def test_a_charge_that_is_paid_on_a_date_nobody_was_there(days):
    """The program is closed before that date and started after it."""
    async with Rig() as rig:
        await rig.rest()
        coming = rig.must("new_booking", arrival=str(rig.hotel.world.clock.today() + dt.timedelta(days=14)))
        await rig.long_after()
        folio = folio_of(rig, coming)["id"]
        await rig.engine.close()
        rig.pass_time(24 * 3600)
        rig.must("charge", folio_id=folio, cents=1100)
        rig.must("payment", folio_id=folio, cents=1100)
        rig.pass_time((days - 1) * 24 * 3600)
        await rig.open()
        await rig.check()
