"""Apache's digest sign-in before a few JSON documents, and what it logged of the requests."""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers.daemon import Daemon, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from clockdesk.api.transport import Line

USER, KEY = "dummyapi", "s3cr3t-k3y-9e76358201"
USERS = {USER: KEY, "jürgen": "schlüssel", 'o"brien\\x': "k,e'y"}
DOCUMENTS = {"root": b'{"id":222,"name":"Hotel Perla"}', "rooms": b'[{"id":1}]', "bookings": b"[1,2,3]"}

_ESCAPED = re.compile(r"\\(?:x([0-9a-f]{2})|(.))")


def make_apache() -> Daemon:
    """Apache with its documents and users, not started."""
    daemon = Daemon("apache.conf", lambda config: ["/usr/sbin/apache2", "-DFOREGROUND", "-f", str(config)])
    documents = daemon.folder / "docs"
    documents.mkdir()
    for name, content in DOCUMENTS.items():
        (documents / f"{name}.json").write_bytes(content)
    entries = [f"{user}:API:{_md5(f'{user}:API:{key}')}\n" for user, key in USERS.items()]
    (daemon.folder / "users").write_text("".join(entries), "utf-8")
    return daemon


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Sent:
    """A request as Apache logged it: the target as it stood in the request line. No `nonce` = not signed."""

    status: int
    method: str
    target: str
    nonce: str
    count: int


class Account:
    """An account at Apache that no other test uses, its line, and the requests that came for it."""

    _numbers = itertools.count(100)

    def __init__(
        self, apache: Daemon, temper: str, line_to: Callable[..., Line], *, user: str = USER, key: str | None = None
    ) -> None:
        self._apache = apache
        self.path = f"/{temper}/pms_api/111/{next(self._numbers)}"
        self.line = line_to(apache.url + self.path, user, USERS[user] if key is None else key)

    async def sent(self) -> list[Sent]:
        """All that the line sent, in the order of the answers. Apache logs a request a moment after its answer."""
        number = self.line.gate.snapshot().total
        await until(lambda: len(self._logged()) >= number, f"{number} requests in the log")
        return self._logged()

    def _logged(self) -> list[Sent]:
        logged = [line.split("\t") for line in self._apache.accesses()]
        return [
            _read(status, request, signature)
            for status, request, signature in logged
            if re.match(rf"\w+ {self.path}[/? ]", request)
        ]


def _read(status: str, request: str, signature: str) -> Sent:
    method, target, _ = request.split(" ")
    nonce, count = (re.search(rf'{name}="?([^",]+)', _plain(signature)) for name in (" nonce", " nc"))
    return Sent(int(status), method, _plain(target), nonce[1] if nonce else "", int(count[1], 16) if count else 0)


def _plain(logged: str) -> str:
    """What Apache's log escapes, as it was."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], logged)
