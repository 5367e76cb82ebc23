import re

import pytest

from clockdesk.api.auth import Challenge, Next, SignIn, authorization, best_challenge, checked_credentials, safe_target
from clockdesk.domain.errors import ErrorCode, KnownError, UserError

RAILS = 'Digest realm="API", qop="auth", algorithm=MD5, nonce="n1", opaque="op"'


def rails(nonce: str, extra: str = "") -> list[str]:
    return [f'Digest realm="API", qop="auth", algorithm=MD5, nonce="{nonce}", opaque="op"{extra}']


def members(header: str) -> dict[str, str]:
    return {name: value.strip('"') for name, value in re.findall(r'(\w+)=("[^"]*"|[^,\s]+)', header)}


# RFC 7616, section 3.9.1; RFC 2617, section 3.5
@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_rfc_7616(algorithm, response):
    challenge = Challenge(
        realm="http-auth@example.org",
        nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
        algorithm=algorithm,
        qop="auth",
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    header = members(authorization("Mufasa", "Circle of Life", challenge, "GET", b"/dir/index.html"))
    assert header["response"] == response
    assert (header["nc"], header["qop"], header["uri"]) == ("00000001", "auth", "/dir/index.html")
    assert header["opaque"] == challenge.opaque


def test_the_example_of_rfc_2617_and_the_old_form_without_qop():
    nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
    new = Challenge(realm="testrealm@host.com", nonce=nonce, qop="auth", cnonce="0a4f113b")
    header = members(authorization("Mufasa", "Circle Of Life", new, "GET", b"/dir/index.html"))
    assert header["response"] == "6629fae49393a05397450978507c4ef1"
    old = Challenge(realm="testrealm@host.com", nonce=nonce)
    header = members(authorization("Mufasa", "Circle Of Life", old, "GET", b"/dir/index.html"))
    assert header["response"] == "670fd8c2df070c60b045671b8b24ff02"
    assert not {"nc", "cnonce", "qop", "opaque"} & header.keys()


def test_the_nonce_count_rises():
    challenge = Challenge(realm="API", nonce="n", qop="auth")
    counts = [members(authorization("u", "k", challenge, "GET", b"/"))["nc"] for _ in range(17)]
    assert counts[0] == "00000001"
    assert counts[16] == "00000011"


def test_a_user_name_may_hold_anything_printable():
    header = authorization('jür"gen\\', "schlüssel", Challenge(realm='a"b', nonce="n", qop="auth"), "GET", b"/")
    assert 'username="jür\\"gen\\\\"' in header
    assert 'realm="a\\"b"' in header


def test_the_challenge_is_read_from_any_header():
    assert best_challenge(["Basic realm=x"]) is None
    assert best_challenge([""]) is None
    assert best_challenge(['Digest realm="a", qop="auth-int", nonce="n"']) is None
    assert best_challenge(['Digest realm="a", algorithm=SHA-512-256, nonce="n", qop="auth"']) is None
    joined = (
        f'Basic realm="x", {RAILS}, Digest realm="API", qop="auth,auth-int", algorithm=SHA-256, nonce="n2", STALE=True'
    )
    best = best_challenge([joined])
    assert best is not None
    assert (best.algorithm, best.nonce, best.stale, best.qop) == ("SHA-256", "n2", True, "auth")
    assert best_challenge(['Basic realm="x, Digest nonce=n"']) is None
    plain = best_challenge([RAILS])
    assert plain is not None
    assert (plain.realm, plain.nonce, plain.opaque, plain.stale) == ("API", "n1", "op", False)
    quoted = best_challenge(['digest REALM="a \\"b\\", c", nonce="x=,y", domain="/a /b"'])
    assert quoted is not None
    assert (quoted.realm, quoted.nonce, quoted.qop, quoted.algorithm) == ('a "b", c', "x=,y", "", "MD5")


def test_the_target_on_the_wire():
    assert safe_target(b'a=\\b&c="d"&e%2C=%27[]') == b"a=%5Cb&c=%22d%22&e%2C=%27[]"
    for raw in (b"a=1,2", b"a='"):
        with pytest.raises(ValueError, match="percent-encoded"):
            safe_target(raw)


def test_credentials_that_no_header_carries():
    assert checked_credentials("jürgen, sen.", "ключ") == ("jürgen, sen.", "ключ")
    for user, key in (("", "k"), ("a\nb", "k"), ("a", ""), ("a", "k\r\nX: y")):
        with pytest.raises(UserError):
            checked_credentials(user, key)


class Desk:
    """A sign-in with the turns of several requests."""

    def __init__(self) -> None:
        self.sign_in = SignIn("u", "k")
        self.now = 0.0

    def enter(self):
        turn = self.sign_in.enter()
        assert turn is not None
        return turn

    def send(self, turn):
        return self.sign_in.header(turn, "GET", b"/")

    def refuse(self, turn, nonce, *, stale=False, crowd=False):
        return self.sign_in.refused(turn, rails(nonce, ", stale=true" if stale else ""), self.now, crowd=crowd)

    def signed_in(self):
        turn = self.enter()
        assert self.send(turn) is None
        assert self.refuse(turn, "n1") is Next.AGAIN_AT_ONCE
        assert 'nonce="n1"' in self.send(turn)
        self.sign_in.accepted(turn)
        return self


def test_everybody_waits_for_the_first():
    desk = Desk()
    first = desk.enter()
    assert desk.sign_in.enter() is None
    assert desk.send(first) is None
    assert desk.refuse(first, "n1") is Next.AGAIN_AT_ONCE
    assert desk.sign_in.enter() is None, "the nonce has not worked yet"
    assert "nc=00000001" in desk.send(first)
    desk.sign_in.accepted(first)
    second = desk.enter()
    assert "nc=00000002" in desk.send(second)


def test_a_first_request_that_never_came_back_leaves_the_place_to_the_next():
    desk = Desk()
    first = desk.enter()
    desk.send(first)
    desk.refuse(first, "n1")
    desk.send(first)
    desk.sign_in.left(first)
    second = desk.enter()
    assert desk.send(second) is None, "an unproven nonce may be old by now: a 401 to it would look like a wrong key"


def test_a_wrong_key_stops_everything():
    desk = Desk()
    turn = desk.enter()
    desk.send(turn)
    desk.refuse(turn, "n1")
    desk.send(turn)
    with pytest.raises(KnownError) as caught:
        desk.refuse(turn, "n2")
    assert caught.value.code is ErrorCode.SIGNED_OUT
    assert desk.sign_in.signed_out
    with pytest.raises(KnownError):
        desk.sign_in.enter()


def test_a_key_that_was_taken_away_stops_everything_too():
    desk = Desk().signed_in()
    turn = desk.enter()
    desk.send(turn)
    for nonce in ("n2", "n3"):
        assert desk.refuse(turn, nonce) is Next.AGAIN_AT_ONCE
        desk.send(turn)
    with pytest.raises(KnownError):
        desk.refuse(turn, "n4")
    assert desk.sign_in.signed_out


def test_a_nonce_that_dies_before_its_first_use_is_no_wrong_key():
    desk = Desk().signed_in()
    turn = desk.enter()
    for nonce in ("n2", "n3"):
        desk.send(turn)
        assert desk.refuse(turn, nonce) is Next.AGAIN_AT_ONCE
    assert 'nonce="n3"' in desk.send(turn)
    desk.sign_in.accepted(turn)
    assert not desk.sign_in.signed_out


def test_a_new_nonce_called_stale_is_tried_again_four_times_at_most():
    desk = Desk()
    turn = desk.enter()
    desk.send(turn)
    desk.refuse(turn, "n1")
    for nonce in ("n2", "n3"):
        desk.send(turn)
        assert desk.refuse(turn, nonce, stale=True) is Next.AGAIN_AT_ONCE
    desk.send(turn)
    with pytest.raises(KnownError) as caught:
        desk.refuse(turn, "n4", stale=True)
    assert caught.value.code is ErrorCode.SERVER_ERROR
    assert not desk.sign_in.signed_out
    assert desk.sign_in.enter() is not None


def test_an_expired_nonce_is_renewed_by_the_first_to_notice():
    desk = Desk().signed_in()
    first, second, third = desk.enter(), desk.enter(), desk.enter()
    for turn in (first, second, third):
        desk.send(turn)
    assert desk.refuse(second, "n2") is Next.AGAIN_AT_ONCE
    assert desk.sign_in.enter() is None
    assert desk.refuse(first, "n3") is Next.AGAIN_IN_TURN
    assert desk.sign_in.is_ready(second)
    assert not desk.sign_in.is_ready(third)
    assert 'nonce="n2", uri="/"' in desk.send(second)
    desk.sign_in.accepted(second)
    assert desk.refuse(third, "n4") is Next.AGAIN_IN_TURN
    again = desk.enter()
    assert 'nonce="n2"' in desk.send(again)


def test_a_nonce_given_twice_keeps_its_count():
    desk = Desk().signed_in()
    turn = desk.enter()
    desk.send(turn)
    desk.refuse(turn, "n1", stale=True)
    assert "nc=00000003" in desk.send(turn)


def test_a_server_that_wants_calls_in_order_gets_one_at_a_time():
    desk = Desk().signed_in()
    for number in range(2):
        assert not desk.sign_in.serial
        turn = desk.enter()
        desk.send(turn)
        desk.now += 0.1
        desk.refuse(turn, f"m{number}", crowd=True)
        desk.send(turn)
        desk.sign_in.accepted(turn)
    assert desk.sign_in.serial


@pytest.mark.parametrize(("age", "crowd"), [(300.0, True), (0.1, False)])
def test_ordinary_expiry_is_no_reason_for_one_at_a_time(age, crowd):
    desk = Desk().signed_in()
    for number in range(4):
        turn = desk.enter()
        desk.send(turn)
        desk.now += age
        desk.refuse(turn, f"m{number}", crowd=crowd)
        desk.send(turn)
        desk.sign_in.accepted(turn)
    assert not desk.sign_in.serial


def test_a_server_without_sign_in_is_served_unsigned():
    desk = Desk()
    turn = desk.enter()
    assert desk.send(turn) is None
    desk.sign_in.accepted(turn)
    first, second = desk.enter(), desk.enter()
    assert desk.send(first) is None
    desk.send(second)
    assert desk.refuse(first, "n1") is Next.AGAIN_AT_ONCE
    assert desk.refuse(second, "n2") is Next.AGAIN_IN_TURN


def test_another_kind_of_sign_in_is_said_plainly():
    desk = Desk()
    turn = desk.enter()
    desk.send(turn)
    with pytest.raises(KnownError, match="kind of sign-in") as caught:
        desk.sign_in.refused(turn, ['Basic realm="x"'], 0.0, crowd=False)
    assert caught.value.code is ErrorCode.BAD_ANSWER
    assert desk.sign_in.enter() is not None


def test_no_secret_is_in_what_is_printed():
    assert "k3y" not in repr(SignIn("u", "k3y"))
    challenge = Challenge(realm="API", nonce="n")
    assert challenge.cnonce not in repr(challenge)
