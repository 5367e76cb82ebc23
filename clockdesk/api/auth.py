"""Digest sign-in (RFC 7616) as the service does it: one challenge at a time, its nonce used until it expires.

No I/O: `SignIn` says who may start, what header to send, and what a 401 means. Sources: facts, section 2 (Rails: five
minutes, no `stale`, `nc` not checked) and section 11b (what breaks the header on Rails); engineering notes, sections 3
and 10.3 (servers that check the order of `nc`, servers with one-time nonces).
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from clockdesk.domain.errors import ErrorCode, KnownError, UserError

if TYPE_CHECKING:
    from collections.abc import Iterable

log = logging.getLogger(__name__)

TRIES = 4
"""How often one request may be answered with 401 before we give up on it."""

YOUNG = 2.0
"""Seconds. A nonce that worked and was refused sooner, with several calls under way, was refused for its order."""

SERIAL_AFTER = 2
"""How many nonces in a row must die young before the server gets one call at a time."""

_ALGORITHMS = ("SHA-256", "SHA-256-SESS", "MD5", "MD5-SESS")
_SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z][\w-]*)\s+(?=[\w-]+\s*=)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_PARAMETER = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


@dataclass(eq=False)
class Challenge:
    """A server's challenge and what became of it. `adopted` is a monotonic second."""

    realm: str
    nonce: str
    algorithm: str = "MD5"
    qop: str = ""
    opaque: str | None = None
    stale: bool = False
    adopted: float = 0.0
    worked: bool = False
    count: int = 0
    cnonce: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)


def best_challenge(headers: Iterable[str]) -> Challenge | None:
    """The strongest digest challenge among `WWW-Authenticate` headers that we can answer, or None."""
    offered = [challenge for header in headers for challenge in _challenges(header)]
    return min(offered, key=lambda challenge: _ALGORITHMS.index(challenge.algorithm.upper()), default=None)


def _challenges(header: str) -> Iterable[Challenge]:
    unquoted = _QUOTED.sub(lambda found: "_" * len(found[0]), header)
    marks = list(_SCHEME.finditer(unquoted))
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        if mark[1].lower() != "digest":
            continue
        text = header[mark.end() : following.start() if following else None]
        values = {
            found[1].lower(): re.sub(r"\\(.)", r"\1", found[2]) if found[2] is not None else found[3]
            for found in _PARAMETER.finditer(text)
        }
        algorithm = values.get("algorithm", "MD5")
        offered = [word.strip().lower() for word in values.get("qop", "").split(",") if word.strip()]
        if "nonce" not in values or algorithm.upper() not in _ALGORITHMS or (offered and "auth" not in offered):
            continue
        yield Challenge(
            realm=values.get("realm", ""),
            nonce=values["nonce"],
            algorithm=algorithm,
            qop="auth" if offered else "",
            opaque=values.get("opaque"),
            stale=values.get("stale", "").lower() == "true",
        )


def checked_credentials(user: str, key: str) -> tuple[str, str]:
    """User and key as they are; raises UserError for what no header can carry."""
    if not user or not user.isprintable():
        raise UserError("Type the API user as Clock gave it to you.")
    if not key or not key.isprintable():
        raise UserError("Type the API key as Clock gave it to you.")
    return user, key


def safe_target(target: bytes) -> bytes:
    """The request target as it must stand on the wire and in the header's `uri`.

    A backslash and a quotation mark are percent-encoded (Apache unescapes them). Raises ValueError for a raw comma
    or apostrophe: Rails cuts the header there, so the query must come with `%2C` and `%27` (facts, section 11b).
    """
    if b"," in target or b"'" in target:
        msg = "a comma or an apostrophe in a query must be percent-encoded"
        raise ValueError(msg)
    return target.replace(b"\\", b"%5C").replace(b'"', b"%22")


def authorization(user: str, key: str, challenge: Challenge, method: str, target: bytes) -> str:
    """The `Authorization` header for one request; raises the challenge's nonce count. `target` is sent as `uri`."""
    challenge.count += 1
    count = f"{challenge.count:08x}"
    digest = hashlib.sha256 if challenge.algorithm.upper().startswith("SHA-256") else _md5

    def h(*parts: bytes) -> str:
        return digest(b":".join(parts)).hexdigest()

    nonce, cnonce = challenge.nonce.encode(), challenge.cnonce.encode()
    secret = h(user.encode(), challenge.realm.encode(), key.encode())
    if challenge.algorithm.upper().endswith("-SESS"):
        secret = h(secret.encode(), nonce, cnonce)
    request = h(method.encode(), target)
    if challenge.qop:
        response = h(secret.encode(), nonce, count.encode(), cnonce, b"auth", request.encode())
    else:
        response = h(secret.encode(), nonce, request.encode())
    members = [
        ("username", _quoted(user)),
        ("realm", _quoted(challenge.realm)),
        ("nonce", _quoted(challenge.nonce)),
        ("uri", f'"{target.decode("ascii")}"'),
        ("response", _quoted(response)),
        ("algorithm", challenge.algorithm),
    ]
    if challenge.qop:
        members += [("qop", "auth"), ("nc", count), ("cnonce", _quoted(challenge.cnonce))]
    if challenge.opaque is not None:
        members.append(("opaque", _quoted(challenge.opaque)))
    return "Digest " + ", ".join(f"{name}={value}" for name, value in members)


def _md5(data: bytes) -> hashlib._Hash:
    return hashlib.md5(data, usedforsecurity=False)


def _quoted(text: str) -> str:
    """A quoted string; it goes out in UTF-8 (a user name may be `jürgen`)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class Next(Enum):
    """What to do after a 401."""

    AGAIN_AT_ONCE = "ahead of all lanes: others wait for this one"
    AGAIN_IN_TURN = "in its own lane: somebody else has the new challenge"


@dataclass(eq=False)
class Turn:
    """One request's part in the sign-in. `signed` is the challenge its latest header answered."""

    tries: int = 0
    signed: Challenge | None = None


class SignIn:
    """The credentials of one account and the challenge in use.

    While no nonce is known to work, only one request (the prover) may be under way; so forty cold calls cost one 401,
    and a wrong key costs two requests.
    """

    def __init__(self, user: str, key: str) -> None:
        """Raises nothing; whether the key is right the server says."""
        self._user, self._key = user, key
        self._challenge: Challenge | None = None
        self._prover: Turn | None = None
        self._open = False
        self._died_young = 0
        self._has_worked = False
        self.signed_out = False
        self.serial = False

    def enter(self) -> Turn | None:
        """A turn when a request may start now, None while another one proves the nonce. Raises when signed out."""
        if self.signed_out:
            raise _signed_out()
        if self._is_proven:
            return Turn()
        if self._prover is None:
            self._prover = Turn()
            return self._prover
        return None

    @property
    def _is_proven(self) -> bool:
        return self._open or (self._challenge is not None and self._challenge.worked)

    def is_prover(self, turn: Turn) -> bool:
        """Whether the others wait for this one."""
        return turn is self._prover

    def is_ready(self, turn: Turn) -> bool:
        """Whether this turn may still send now: the nonce may have died since it entered."""
        return self._is_proven or self.is_prover(turn)

    def header(self, turn: Turn, method: str, target: bytes) -> str | None:
        """The header for this request, None to ask for a challenge."""
        turn.signed = self._challenge
        if self._challenge is None:
            return None
        return authorization(self._user, self._key, self._challenge, method, target)

    def accepted(self, turn: Turn) -> None:
        """The server answered as one that knows us. The turn is over."""
        if turn.signed is not None:
            turn.signed.worked = self._has_worked = True
        else:
            self._open = True
        self.left(turn)

    def left(self, turn: Turn) -> None:
        """The turn is over, and nothing was learnt of the nonce.

        A nonce that nobody proved is dropped: it might expire before the next call and then look like a wrong key.
        """
        if self._prover is turn:
            self._prover = None
            if not self._is_proven:
                self._challenge = None

    def refused(self, turn: Turn, challenges: Iterable[str], now: float, *, crowd: bool) -> Next:
        """A 401 to this turn. `crowd`: other calls were under way.

        Raises KnownError(SIGNED_OUT) for a nonce that never worked and is not called stale: the key is wrong. A key
        that has worked gets one more challenge first: the nonce may have died between the challenge and its first use
        (the machine slept, the service was restarted).
        """
        turn.tries += 1
        self._open = False
        offered = best_challenge(challenges)
        if offered is None:
            self.left(turn)
            raise KnownError(
                ErrorCode.BAD_ANSWER,
                "The server asks for a kind of sign-in that ClockDesk does not know. Check the address.",
                status=401,
            )
        if turn.tries >= TRIES:
            self.left(turn)
            raise KnownError(
                ErrorCode.SERVER_ERROR, "The service asks for the sign-in again and again. Try later.", status=401
            )
        signed = turn.signed
        if signed is not self._challenge or (signed is not None and not signed.worked and not self.is_prover(turn)):
            return Next.AGAIN_IN_TURN
        in_doubt = self._has_worked and turn.tries < TRIES - 1
        if signed is not None and not signed.worked and not offered.stale and not in_doubt:
            self.signed_out = True
            self.left(turn)
            raise _signed_out()
        if signed is not None and signed.worked:
            self._note_death(signed, now, crowd=crowd)
        self._adopt(offered, now)
        self._prover = turn
        return Next.AGAIN_AT_ONCE

    def _adopt(self, offered: Challenge, now: float) -> None:
        offered.adopted = now
        if self._challenge is not None and self._challenge.nonce == offered.nonce:
            offered.count = self._challenge.count  # the count belongs to the nonce
        self._challenge = offered

    def _note_death(self, dead: Challenge, now: float, *, crowd: bool) -> None:
        self._died_young = self._died_young + 1 if crowd and now - dead.adopted < YOUNG else 0
        if self._died_young >= SERIAL_AFTER and not self.serial:
            self.serial = True
            log.info("the server wants the calls of a sign-in in order: one call at a time from now on")


def _signed_out() -> KnownError:
    return KnownError(
        ErrorCode.SIGNED_OUT,
        "The service does not know this API user and key. Type the key again, or ask Clock for a new one.",
        status=401,
    )
