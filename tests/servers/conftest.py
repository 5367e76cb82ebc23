"""Servers that nobody here wrote, and lines to them. Which tests run where: see `presence`."""

from __future__ import annotations

import contextlib
from collections import Counter

import pytest

from clockdesk.api.address import BaseUrl
from clockdesk.api.gate import Gate
from clockdesk.api.transport import Line
from clockdesk.app.clock import SystemClock
from clockdesk.domain.tasks import Tasks
from tests.servers.apache import Account, make_apache
from tests.servers.following import Following
from tests.servers.nginx import Broker, make_nginx
from tests.servers.presence import missing, must_run

NGINX = ("nginx-light", "libnginx-mod-nchan", "libnginx-mod-http-lua")
LEFT_OUT = pytest.StashKey[Counter[str]]()


def pytest_collection_modifyitems(config, items):
    """Leave out what needs a server that is not here; in CI nothing is left out, and its fixture fails."""
    wanted = {item: item.get_closest_marker("servers") for item in items}
    absent = {item: " ".join(missing(marker.args)) for item, marker in wanted.items() if marker}
    dropped = [] if must_run() else [item for item in items if absent.get(item)]
    config.stash[LEFT_OUT] = Counter(absent[item] for item in dropped)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in set(dropped)]


def pytest_terminal_summary(terminalreporter, config):
    if left_out := config.stash.get(LEFT_OUT, None):
        terminalreporter.section("tests against third-party servers left out")
    for packages, number in (left_out or {}).items():
        terminalreporter.line(f"{number} need {packages} (installers/bootstrap.py test --servers brings them)")


@contextlib.contextmanager
def running(make, *packages):
    """The server while it runs. It is ended whatever happens."""
    assert not missing(packages), f"{' '.join(packages)} must be installed where CI is set"
    daemon = make()
    try:
        daemon.start()
        yield daemon
    finally:
        daemon.end()


@pytest.fixture(scope="session")
def apache():
    """Apache with `mod_auth_digest`: one location for each temper, see apache.conf."""
    with running(make_apache, "apache2") as daemon:
        yield daemon


@pytest.fixture(scope="session")
def nginx():
    """nginx with nchan, shared: nobody stops it."""
    with running(make_nginx, *NGINX) as daemon:
        yield daemon


@pytest.fixture
def broker(nginx):
    """Channels of this test's own at the shared nginx."""
    return Broker(nginx)


@pytest.fixture
def own_broker():
    """Channels at an nginx of this test's own, to be stopped and started."""
    with running(make_nginx, *NGINX) as daemon:
        yield Broker(daemon)


@pytest.fixture
async def line_to():
    """Makes lines to a base URL, closes them, and sees that no task is left."""
    clock, tasks = SystemClock(), Tasks()

    def line(url, user="", key=""):
        made = Line(BaseUrl.parse(url), user, key, Gate(clock, 10_000), clock, tasks)
        stack.push_async_callback(made.close)
        return made

    async with contextlib.AsyncExitStack() as stack:
        yield line
    assert tasks.names == [], "a task was left behind"


@pytest.fixture
def account(apache, line_to):
    """Makes accounts at Apache with a sign-in of the given temper."""
    return lambda temper, **credentials: Account(apache, temper, line_to, **credentials)


@pytest.fixture
async def follow(line_to):
    """Follows channels, given as a root answer or as addresses; they are left at the end."""
    async with contextlib.AsyncExitStack() as stack:

        def start(channels):
            following = Following(line_to("http://127.0.0.1:9/111/222", "nobody", "none"), channels)
            stack.push_async_callback(following.channels.stop)
            following.channels.start()
            return following

        yield start
