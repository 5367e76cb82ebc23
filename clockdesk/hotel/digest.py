"""Digest sign-in as Rails does it (facts, sections 2 and 11b), oddities included; optionally Apache's count check."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REALM = "API"
DENIED = "HTTP Digest: Access denied.\n"

_SCHEME = re.compile(r"^Digest\s+")
_OUTER_QUOTE = re.compile(r'^"|"$')


def _md5(*parts: str) -> str:
    return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of one request found.

    `user` is set when the sign-in is good; `claimed` is the name the header gave, good or not; `uri` is the signed
    target.
    """

    user: str | None
    claimed: str | None = None
    nonce: str | None = None
    uri: str | None = None
    stale: bool = False


def credentials_of(header: str) -> dict[str, str]:
    """The members of an Authorization header as Rails cuts them: at every comma, every `'` removed.

    A comma or an apostrophe inside the signed target therefore breaks the sign-in for ever: clients must escape them.
    """
    found = {}
    for piece in _SCHEME.sub("", header).split(","):
        key, _, value = piece.partition("=")
        found[key.strip()] = _OUTER_QUOTE.sub("", value).replace("'", "")
    return found


class Digest:
    """One realm: makes challenges and checks answers.

    Nonces are valid `nonce_seconds` with one-second grain and may be reused freely. With `strict_nc` each challenge has
    a nonce of its own and its uses must count 1, 2, 3 ... in order, as Apache's `AuthDigestNcCheck` wants it.
    """

    def __init__(self, secret: str, now: Callable[[], float], *, nonce_seconds: int = 300) -> None:
        """`now` gives seconds since the epoch of the hotel's clock."""
        self._secret = secret
        self._now = now
        self._generation = 0
        self._counts: dict[str, int] = {}
        self.nonce_seconds = nonce_seconds
        self.strict_nc = False

    def challenge(self, *, stale: bool = False) -> str:
        """A WWW-Authenticate header. Rails never says `stale`; Apache does."""
        nonce = self._nonce(int(self._now()))
        if self.strict_nc:
            self._generation += 1
            nonce = self._nonce(int(self._now()))
            self._counts[nonce] = 0
        line = f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{nonce}", opaque="{self._opaque()}"'
        return f"{line}, stale=true" if stale and self.strict_nc else line

    def expire(self) -> None:
        """Make every nonce given so far worthless."""
        self._generation += 1
        self._counts.clear()

    def check(self, method: str, header: str | None, keys: Mapping[str, str]) -> Verdict:
        """Judge a request by its Authorization header; `keys` maps API users to keys."""
        if not header:
            return Verdict(None)
        given = credentials_of(header)
        name, nonce, uri = given.get("username"), given.get("nonce", ""), given.get("uri")
        if not self._knows(nonce):
            return Verdict(None, name, nonce, uri, stale=True)
        key = keys.get(name or "")
        good = (
            key is not None
            and name is not None
            and uri is not None
            and given.get("realm") == REALM
            and given.get("opaque") == self._opaque()
            and given.get("response") in _answers(method, name, key, uri, given)
        )
        if not good:
            return Verdict(None, name, nonce, uri)
        if self.strict_nc and not self._in_order(nonce, given.get("nc", "")):
            return Verdict(None, name, nonce, uri, stale=True)
        return Verdict(name, name, nonce, uri)

    def _opaque(self) -> str:
        return _md5(self._secret)

    def _nonce(self, at: int) -> str:
        secret = self._secret if not self._generation else f"{self._secret}:{self._generation}"
        return base64.b64encode(f"{at}:{_md5(str(at), secret)}".encode()).decode()

    def _knows(self, nonce: str) -> bool:
        try:
            at = int(base64.b64decode(nonce).decode().partition(":")[0])
        except (binascii.Error, ValueError):
            return False
        known = nonce in self._counts if self.strict_nc else nonce == self._nonce(at)
        return known and abs(at - int(self._now())) <= self.nonce_seconds

    def _in_order(self, nonce: str, count: str) -> bool:
        try:
            given = int(count, 16)
        except ValueError:
            return False
        if given != self._counts[nonce] + 1:
            return False
        self._counts[nonce] = given
        return True


def _answers(method: str, name: str, key: str, uri: str, given: Mapping[str, str]) -> set[str]:
    """The responses that count as right: Rails also accepts a target signed without its bare trailing `?`."""
    secret = _md5(name, REALM, key)
    middle = [given.get(member, "") for member in ("nonce", "nc", "cnonce", "qop")]
    return {_md5(secret, *middle, _md5(method.upper(), target)) for target in (uri, f"{uri}?")}
