"""Digest sign-in, checked against a computation of its own."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from clockdesk.hotel.digest import Digest

KEYS = {"desk": "topsecret"}


def h(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class Now:
    def __init__(self) -> None:
        self.at = 1_790_000_000.4

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def now():
    return Now()


@pytest.fixture
def digest(now):
    return Digest("s3cret", now)


def members(challenge: str) -> dict[str, str]:
    return dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.removeprefix("Digest ")))


def sign(
    challenge: str,
    uri: str,
    *,
    method: str = "GET",
    user: str = "desk",
    key: str = "topsecret",
    nc: str = "00000001",
    **other: str,
) -> str:
    given = members(challenge)
    ha1 = h(f"{user}:{given['realm']}:{key}")
    ha2 = h(f"{method}:{uri}")
    response = h(f"{ha1}:{given['nonce']}:{nc}:abc:auth:{ha2}")
    sent = {
        "username": user,
        "realm": given["realm"],
        "nonce": given["nonce"],
        "uri": uri,
        "response": response,
        "opaque": given["opaque"],
        "cnonce": "abc",
    } | other
    return "Digest " + ", ".join(f'{name}="{value}"' for name, value in sent.items()) + f", qop=auth, nc={nc}"


def test_the_challenge_is_the_one_seen_live(digest):
    line = digest.challenge()
    assert re.fullmatch(r'Digest realm="API", qop="auth", algorithm=MD5, nonce="[^"]+", opaque="[0-9a-f]{32}"', line)
    at, mark = base64.b64decode(members(line)["nonce"]).decode().split(":")
    assert at == "1790000000"
    assert mark == h("1790000000:s3cret")


def test_a_good_answer(digest):
    verdict = digest.check("GET", sign(digest.challenge(), "/x/rooms?name=1"), KEYS)
    assert verdict.user == "desk"
    assert verdict.uri == "/x/rooms?name=1"


@pytest.mark.parametrize(
    "change",
    [
        {"key": "wrong"},
        {"user": "other"},
        {"method": "PUT"},
        {"opaque": "0" * 32},
        {"response": "0" * 32},
        {"realm": "Other"},
    ],
)
def test_a_bad_answer(digest, change):
    assert digest.check("GET", sign(digest.challenge(), "/x", **change), KEYS).user is None


@pytest.mark.parametrize("header", [None, "", "Basic ZGVzazp0b3BzZWNyZXQ=", "Digest", 'Digest nonce="%%%", x'])
def test_no_answer_at_all(digest, header):
    assert digest.check("GET", header, KEYS).user is None


def test_a_nonce_is_reused_freely_for_five_minutes(digest, now):
    challenge = digest.challenge()
    for count in ("00000001", "00000002", "00000002", "00000001"):
        assert digest.check("GET", sign(challenge, "/x", nc=count), KEYS).user == "desk"
    now.at += 300
    assert digest.check("GET", sign(challenge, "/x"), KEYS).user == "desk"
    now.at += 1
    assert digest.check("GET", sign(challenge, "/x"), KEYS).user is None
    assert "stale" not in digest.challenge(stale=True)


def test_a_made_up_nonce(digest):
    challenge = digest.challenge()
    forged = base64.b64encode(b"1790000000:" + b"0" * 32).decode()
    assert digest.check("GET", sign(challenge.replace(members(challenge)["nonce"], forged), "/x"), KEYS).user is None


@pytest.mark.parametrize("uri", ["/x?a=1,2", "/x?a=O'Hara"])
def test_a_raw_comma_or_apostrophe_in_the_target_breaks_it_for_ever(digest, uri):
    assert digest.check("GET", sign(digest.challenge(), uri), KEYS).user is None


@pytest.mark.parametrize("uri", ["/x?a=1%2C2", "/x?a=O%27Hara", "/x?a[]=1&b.eq", "/x?"])
def test_escaped_targets(digest, uri):
    assert digest.check("GET", sign(digest.challenge(), uri), KEYS).user == "desk"


def test_a_bare_question_mark_may_be_signed_away(digest):
    header = sign(digest.challenge(), "/x?").replace('uri="/x?"', 'uri="/x"')
    assert digest.check("GET", header, KEYS).user == "desk"


def test_expired_at_once(digest):
    challenge = digest.challenge()
    digest.expire()
    assert digest.check("GET", sign(challenge, "/x"), KEYS).user is None
    assert digest.check("GET", sign(digest.challenge(), "/x"), KEYS).user == "desk"


def test_strict_counts_as_apache_wants_them(digest):
    digest.strict_nc = True
    challenge = digest.challenge()
    assert challenge != digest.challenge()
    assert digest.check("GET", sign(challenge, "/x", nc="00000001"), KEYS).user == "desk"
    assert digest.check("GET", sign(challenge, "/x", nc="00000002"), KEYS).user == "desk"
    late = digest.check("GET", sign(challenge, "/x", nc="00000002"), KEYS)
    assert (late.user, late.stale) == (None, True)
    assert digest.challenge(stale=True).endswith("stale=true")
    assert digest.check("GET", sign(challenge, "/x", nc="00000004"), KEYS).user is None
