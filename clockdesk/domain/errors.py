"""The error tree: what a person did, what the world did, and (everything else) what we did."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from clockdesk.domain.records import Stamp


class UserError(Exception):
    """Wrong input; the text is shown where the input was made and says the next step."""


class ErrorCode(StrEnum):
    """Why the world said no. `ui` and the command line turn a code into words once."""

    OFFLINE = "offline"
    TIMED_OUT = "timed_out"
    TLS = "tls"
    SIGNED_OUT = "signed_out"
    NO_RIGHT = "no_right"
    BLOCKED = "blocked"
    LIMITED = "limited"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    STALE = "stale"
    EXPIRED = "expired"
    SERVER_ERROR = "server_error"
    BAD_ANSWER = "bad_answer"
    UNKNOWN_OUTCOME = "unknown_outcome"
    STORE_LOCKED = "store_locked"
    STORE_CORRUPT = "store_corrupt"
    STORE_WRONG_KEY = "store_wrong_key"
    STORE_TOO_NEW = "store_too_new"
    DISK = "disk"
    KEYRING = "keyring"
    ALREADY_RUNNING = "already_running"


class KnownError(Exception):
    """The line, the service, the disk or the keyring said no.

    `str(error)` is one plain sentence free of guest data and secrets; `detail` may add the
    service's own words (for the place where a person asked, never for the log).
    """

    def __init__(
        self,
        code: ErrorCode,
        sentence: str,
        *,
        detail: str = "",
        status: int | None = None,
        until: datetime | None = None,
        stamp: Stamp | None = None,
    ) -> None:
        """Make the error. With an answer: its `status` and `stamp`; `until` = when asking again may help."""
        super().__init__(sentence)
        self.code = code
        self.detail = detail
        self.status = status
        self.until = until
        self.stamp = stamp
