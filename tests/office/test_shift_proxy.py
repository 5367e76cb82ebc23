"""A shift clock behind the proxy that the set-up advises: only search, current and clock are passed on."""

from __future__ import annotations

import pytest

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.shift import Community, FindBy, Intention, Standing
from clockdesk.office.shift_clocking import Ending
from clockdesk.office.shift_setup import WARN_KEY, WARN_WHOSE, Checked, ClockForm
from tests.support.clock_proxy import clock_proxy
from tests.support.hotel import running_hotel
from tests.support.timeclock import WELL_IN, WELL_OUT, account_of, acted, is_in, workstation

hotel = running_hotel(rooms=2, bookings=2)


@pytest.mark.parametrize("refusal", [404, 403])
async def test_set_up_find_and_clock(hotel, refusal):
    hotel.fault(clock_types=["front-desk", "back-office"])
    async with clock_proxy(hotel, refusal) as proxy, workstation(hotel) as at:
        form = ClockForm(proxy.url, "the-desk-s-own-word")
        checked = await at.desk.check(form)
        assert checked == Checked(Community("", "127.0.0.1"), (), (WARN_WHOSE, WARN_KEY), told=False)
        assert checked.words == "127.0.0.1, plan not told"
        await at.desk.take_down()
        assert not at.desk.forgets(checked)
        await at.desk.set_up(form, checked)
        assert [one.initials for one in at.desk.settings.persons] == ["MP", "GI"]
        [found] = await at.desk.find(FindBy.USERNAME, WELL_OUT)
        assert found.account == account_of(hotel, WELL_OUT)
        assert (await at.shift.look()).standing is Standing.OUT
        assert (await at.shift.clock(Intention.IN)).ending is Ending.DONE
        assert is_in(hotel, WELL_OUT)
        assert (await at.shift.clock(Intention.OUT)).ending is Ending.DONE
        assert at.states == ["done", "done"]
    assert acted(hotel) == {"in": 1, "out": 1}
    assert len(proxy.asked_for("clockin-types")) == 2, "one look at the set-up, one for the presses"


async def test_who_is_in_is_told_without_the_newest_shifts(hotel):
    async with clock_proxy(hotel) as proxy, workstation(hotel) as at:
        form = ClockForm(proxy.url, "the-desk-s-own-word")
        await at.desk.set_up(form, await at.desk.check(form))
        await at.desk.read_roster()
        assert [entry.person.account for entry in at.desk.roster.people_in] == [account_of(hotel, WELL_IN)]
        assert [entry.trouble for entry in at.desk.roster.entries] == [None, None]
        assert at.desk.roster.rows() == ()


async def test_a_press_nobody_answered_is_settled_by_the_state_alone(hotel):
    async with clock_proxy(hotel) as proxy, workstation(hotel) as at:
        form = ClockForm(proxy.url, "the-desk-s-own-word")
        await at.desk.set_up(form, await at.desk.check(form))
        now = at.shift._clock.now()
        await at.desk.log.begin(at.shift.person, Intention.OUT, now)
        await at.shift.look()
        assert at.states == ["unknown"], "somebody out may have been clocked out by this press, or before"
        await at.desk.choose(account_of(hotel, WELL_IN))
        await at.desk.log.begin(at.shift.person, Intention.OUT, now)
        await at.shift.look()
        assert at.states == ["unknown", "not recorded"], "the shift that was open goes on"


async def test_a_refusal_of_the_key_is_no_proxy(hotel):
    hotel.fault(clock_wrong_key="API IS NOT ENABLED FOR THIS COMMUNITY")
    async with workstation(hotel) as at:
        form = ClockForm(at.desk.settings.address, "wrong")
        with pytest.raises(KnownError) as caught:
            await at.desk.check(form)
    assert caught.value.code is ErrorCode.NO_RIGHT
