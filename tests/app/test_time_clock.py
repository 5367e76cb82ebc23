"""The shift clock of this workstation: what the settings file and the keyring keep, and the demo's."""

from __future__ import annotations

import datetime as dt
import tomllib

import pytest

from clockdesk.app import settings as settings_file
from clockdesk.app.clock import SystemClock
from clockdesk.app.demo import start_hotel
from clockdesk.app.keys import MemorySecrets
from clockdesk.app.options import Options
from clockdesk.app.settings import AccountSettings, DamagedSettingsError, Settings
from clockdesk.app.time_clock import FileKeeping, RunningTimeClock, demo_keeping, key_name
from clockdesk.domain.shift import Intention, Person, Standing
from clockdesk.domain.tasks import Tasks
from clockdesk.office.persons import ClockSettings
from clockdesk.office.shift_clocking import Ending
from clockdesk.office.shift_reminders import Habits
from tests.support.hotel import running_hotel
from tests.support.timeclock import ZONE

hotel = running_hotel(rooms=2, bookings=2)

PEOPLE = (Person('Ann "=1"', "A", "acc-1"), Person("Jürgen", "JÜ", "acc-2"))
KEPT = ClockSettings("https://clock.example.test", "CMS-1", PEOPLE, "acc-2", Habits(dt.time(22, 30), 9))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "settings.toml"


async def test_what_is_kept_is_loaded(path):
    secrets = MemorySecrets()
    keeping = FileKeeping(path, secrets)
    assert await keeping.load() == ClockSettings()
    await keeping.save(KEPT)
    assert await FileKeeping(path, secrets).load() == KEPT
    await keeping.save(ClockSettings())
    assert await keeping.load() == ClockSettings()


async def test_the_key_is_in_the_keyring_alone(path):
    secrets = MemorySecrets()
    keeping = FileKeeping(path, secrets)
    await keeping.save(KEPT)
    await keeping.keep_key(KEPT.address, "s3cret")
    assert await secrets.read("timeclock:https://clock.example.test") == "s3cret"
    assert key_name(KEPT.address) == "timeclock:https://clock.example.test"
    assert "s3cret" not in path.read_text("utf-8")
    assert await keeping.key(KEPT.address) == "s3cret"
    assert await keeping.key("https://another.example.test") is None
    await keeping.forget_key(KEPT.address)
    assert await keeping.key(KEPT.address) is None


async def test_the_key_of_an_address_that_it_has_replaced_goes_with_it(path):
    secrets = MemorySecrets()
    before = FileKeeping(path, secrets)
    await before.keep_key(KEPT.address, "s3cret")
    await before.save(KEPT)
    options = Options(time_clock="https://cms.hotel.example", locked=frozenset({"time_clock"}))
    keeping = FileKeeping(path, secrets, options)
    settings = await keeping.load()
    assert await before.key(KEPT.address) == "s3cret", "looking changes nothing"
    await keeping.keep_key(settings.address, "another")
    await keeping.save(settings)
    assert await keeping.key(settings.address) == "another"
    assert await keeping.key(KEPT.address) is None, "no file names it any more, so nothing else would ever remove it"


async def test_accounts_and_a_newer_program_s_words_stay(path):
    path.write_text(
        '[time_clock]\ncolour = "green"\nusual_start = 08:15:00\n[[accounts]]\nname = "1-2"\nurl = "u"\nuser = "d"'
    )
    keeping = FileKeeping(path, MemorySecrets())
    assert (await keeping.load()).habits == Habits(dt.time(8, 15))
    await keeping.save(KEPT)
    written = tomllib.loads(path.read_text("utf-8"))
    assert written["time_clock"]["colour"] == "green"
    assert written["time_clock"]["usual_start"] == "22:30"
    settings_file.save(path, settings_file.load(path).with_account(AccountSettings("3-4", "u", "d")))
    assert [one.name for one in settings_file.load(path).accounts] == ["1-2", "3-4"]
    assert await keeping.load() == KEPT


@pytest.mark.parametrize(
    "text",
    [
        "time_clock = 5",
        "[time_clock]\npersons = 5",
        "[time_clock]\nusual_start = 'morning'",
        "[time_clock]\nremind_after_hours = -1",
        "[[time_clock.persons]]\nname = 'A'",
    ],
)
async def test_a_table_that_says_nothing_sensible(path, text):
    path.write_text(text)
    with pytest.raises(DamagedSettingsError):
        await FileKeeping(path, MemorySecrets()).load()
    running = RunningTimeClock(FileKeeping(path, MemorySecrets()), None, SystemClock(), Tasks(), lambda: ZONE)
    await running.start()
    assert "settings file" in running.desk.problem
    await running.close()


def test_settings_without_a_time_clock_have_no_table(path):
    settings_file.save(path, Settings(theme="dark"))
    assert "time_clock" not in path.read_text("utf-8")


async def test_a_workstation_from_its_file(path, hotel):
    url, key, account = hotel.ask(
        lambda server: (
            server.clock_base,
            server.timeclock.key,
            server.timeclock.house.by_login("maria.petrova").accId,
        )
    )
    keeping, tasks = FileKeeping(path, MemorySecrets()), Tasks()
    await keeping.save(ClockSettings(url, "CMS-1000", (Person("Maria", "M", account),), account))
    await keeping.keep_key(url, key)
    running = RunningTimeClock(keeping, None, SystemClock(), tasks, lambda: ZONE)
    await running.start()
    assert running.desk.shift is not None
    assert (await running.desk.shift.clock(Intention.IN)).ending is Ending.DONE
    await running.close()
    await tasks.stop()


async def test_the_demo_has_its_people():
    child = await start_hotel(["--rooms", "2", "--bookings", "2", "--speed", "0"])
    clock, tasks = SystemClock(), Tasks()
    try:
        keeping = await demo_keeping(child.time_clock, child.time_clock_key, clock, tasks)
        running = RunningTimeClock(keeping, None, clock, tasks, lambda: ZONE)
        await running.start()
        assert running.desk.problem == ""
        assert [one.initials for one in running.desk.settings.persons] == ["MP", "GI", "ED", "SK"]
        assert running.desk.shift is not None
        assert (await running.desk.shift.look()).standing is Standing.OUT
        await running.desk.read_roster()
        assert running.desk.roster is not None
        assert {one.person.initials for one in running.desk.roster.people_in} == {"GI", "SK"}
        await running.close()
    finally:
        await tasks.stop()
        child.close()
    assert child.time_clock_key not in repr(child)


async def test_a_demo_without_its_time_clock():
    keeping = await demo_keeping("http://127.0.0.1:9", "key", SystemClock(), Tasks())
    assert await keeping.load() == ClockSettings()
