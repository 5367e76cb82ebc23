"""The update feed: signed or not heeded, asked once a day, told until put away, nothing installed."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from clockdesk import __version__
from clockdesk.api.route import Route
from clockdesk.app.updates import RELEASE_KEY, Release, Updates, read_feed
from clockdesk.domain.errors import KnownError
from clockdesk.store.thread import open_store
from tests.api.clocks import HandClock
from tests.support.scripted import Reply, Scripted

SECRET = Ed25519PrivateKey.from_private_bytes(b"clockdesk test key, not a secret")
KEY = base64.b64encode(SECRET.public_key().public_bytes_raw()).decode()
OTHERS = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
PAGE = "https://clockdesk.example/releases/9.1"


def feed(secret=SECRET, **more):
    body = json.dumps({"version": "9.1", "page": PAGE, "words": "Faster lists."} | more).encode()
    return base64.b64encode(secret.sign(body)) + b"\n" + body


def test_a_signed_release_is_read():
    assert read_feed(feed(), KEY) == Release("9.1", PAGE, "Faster lists.")
    assert Release("9.1", PAGE).is_newer
    assert not Release(__version__, PAGE).is_newer
    assert not Release("0.0.9", PAGE).is_newer
    assert not Release(f"{__version__}.0", PAGE).is_newer, "the same, written longer"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n{}",
        feed(Ed25519PrivateKey.generate()),
        feed().replace(b"9.1", b"9.2"),
        feed()[1:],
        feed(page="http://clockdesk.example"),
        feed(page="javascript:alert(1)"),
        feed(page="https:///x"),
        feed(version="newest"),
        feed(version=9),
    ],
)
def test_anything_else_is_not_heeded(body):
    with pytest.raises(ValueError, match=r"signature|not signed|not a release"):
        read_feed(body, KEY)


@given(st.binary(max_size=200))
def test_whatever_comes(body):
    with pytest.raises(ValueError, match=r"signature|not signed|not a release"):
        read_feed(body, KEY)


class Desk:
    """A workstation that looks for updates."""

    def __init__(self, url):
        self.clock, self.told = HandClock(), []
        self.store = open_store(None, None, at=self.clock.now())
        self.url = url

    def updates(self, key=KEY):
        """As after a start."""
        return Updates(self.url, Route(), self.store, self.clock, self.told.append, key)


@pytest.fixture
async def desk():
    made = []

    def at(server):
        made.append(Desk(f"{server.url}/feed"))
        return made[-1]

    yield at
    for one in made:
        await one.store.close()


async def test_it_asks_once_a_day_and_tells_until_put_away(desk):
    async with Scripted(lambda _: Reply(body=feed())) as server:
        here = desk(server)
        await here.updates().look()
        await here.updates().look()
        assert [asked.target for asked in server.asked] == ["/feed"]
        assert {name for name in server.asked[0].headers if name in {"authorization", "cookie"}} == set()
        assert [release.version for release in here.told] == ["9.1", "9.1"], "at each start, as long as it is there"
        await here.updates().put_away(here.told[0])
        await here.updates().look()
        assert len(here.told) == 2
        await here.clock.advance(24 * 3600)
        server.answer = lambda _: Reply(body=feed(version="9.2"))
        await here.updates().look()
        assert len(server.asked) == 2
        assert here.told[-1].version == "9.2"


async def test_what_another_key_had_signed_is_told_no_more(desk):
    async with Scripted(lambda _: Reply(body=feed())) as server:
        here = desk(server)
        await here.updates().look()
        await here.updates(OTHERS).look()
        assert len(here.told) == 1, "IT names a new key because the old one got about"
        await here.updates().look()
        assert len(here.told) == 2
        assert len(server.asked) == 1


@pytest.mark.logs("the update feed is not heeded: not signed")
async def test_a_bad_signature_is_logged_and_not_told(desk):
    async with Scripted(lambda _: Reply(body=feed(Ed25519PrivateKey.generate()))) as server:
        here = desk(server)
        await here.updates().look()
        assert here.told == []


async def test_a_feed_that_fails_troubles_nobody_and_is_not_asked_again_today(desk):
    async with Scripted(lambda _: Reply(status=500)) as server:
        here = desk(server)
        await here.updates().look()
        await here.updates().look()
        assert len(server.asked) == 1
    gone = desk(server)
    with pytest.raises(KnownError):
        await gone.updates().look()
    await gone.updates().look()
    assert gone.told == here.told == []


async def test_a_redirect_is_not_followed(desk):
    async with Scripted(lambda _: Reply(body=feed())) as there:
        async with Scripted(lambda _: Reply(status=302, headers={"Location": f"{there.url}/feed"})) as server:
            here = desk(server)
            await here.updates().look()
        assert there.asked == []
        assert here.told == []


async def test_a_build_without_a_key_asks_nobody(desk):
    assert RELEASE_KEY == "" or len(base64.b64decode(RELEASE_KEY)) == 32
    async with Scripted(lambda _: Reply(body=feed())) as server:
        await desk(server).updates(key="").run()
        assert server.asked == []


@pytest.mark.logs("the update feed is not heeded: not signed")
@pytest.mark.parametrize(("named", "heard"), [("", 1), (OTHERS, 0), (KEY, 1)], ids=["none", "another", "its own"])
async def test_the_key_it_names_stands_in_the_place_of_the_build_s(desk, monkeypatch, named, heard):
    monkeypatch.setattr("clockdesk.app.updates.RELEASE_KEY", KEY)
    async with Scripted(lambda _: Reply(body=feed())) as server:
        here = desk(server)
        await here.updates(named).look()
        assert len(server.asked) == 1
        assert len(here.told) == heard
