"""From an HTTP status and its body to the error a person can do something about. In one place, once.

Sources: facts, section 2 (the two kinds of 403, the expired trial) and section 10 (bodies).
"""

from __future__ import annotations

import re
import socket
import ssl
from typing import TYPE_CHECKING

import msgspec

from clockdesk.domain.errors import ErrorCode, KnownError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clockdesk.domain.records import Stamp

LONGEST_TEXT = 500
"""Characters of the service's own words that are kept."""

_RIGHT = (
    re.compile(r"right(?: granted)?:\s*'?([^'.]+)'?"),
    re.compile(r"doesn't have (\S+) right"),
)


class _Refusal(msgspec.Struct):
    error: str


def server_words(body: bytes) -> str | None:
    """The text of the service's `{"error": "..."}` body, cut to 500 characters; None when it is no such body."""
    try:
        return msgspec.json.decode(body, type=_Refusal).error.strip()[:LONGEST_TEXT]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def is_firewall(status: int, body: bytes) -> bool:
    """Whether a 403 came from the firewall: the service's own refusals are JSON with an `error` text."""
    return status == 403 and server_words(body) is None  # noqa: PLR2004


def missing_right(words: str) -> str:
    """The right's name in a refusal (`pms_api_rates_index`, `Folio: Close`); the whole text when it has none."""
    for pattern in _RIGHT:
        if found := pattern.search(words):
            return found[1].strip()
    return words


def refusal(method: str, status: int, body: bytes, stamp: Stamp) -> KnownError:
    """The error for an answer that is not 2xx and is neither 401, 429 nor the firewall's.

    A write answered with an unexplained 5xx or a time-out may have been done: its outcome is unknown.
    """
    words = server_words(body) or ""
    code, sentence = _meaning(method, status, words)
    detail = missing_right(words) if code is ErrorCode.NO_RIGHT else words
    return KnownError(code, sentence, detail=detail, status=status, stamp=stamp)


def unknown_outcome(*, status: int | None = None, detail: str = "", stamp: Stamp | None = None) -> KnownError:
    """The error for a write that left and got no clear answer."""
    return KnownError(
        ErrorCode.UNKNOWN_OUTCOME,
        "The change was sent, but no clear answer came back. ClockDesk looks up what happened; do not repeat it yet.",
        detail=detail,
        status=status,
        stamp=stamp,
    )


def bad_answer(sentence: str, *, stamp: Stamp | None = None, status: int | None = None, detail: str = "") -> KnownError:
    """The error for an answer that is not what the service sends."""
    return KnownError(ErrorCode.BAD_ANSWER, sentence, status=status, stamp=stamp, detail=detail)


def no_line(error: BaseException, host: str, *, timed_out: bool, garbled: bool, sent: bool) -> KnownError:
    """The error for an exchange that the line, and not the service, ended. `sent`: the request had left."""
    behind = list(causes(error))
    if timed_out and sent:
        return KnownError(ErrorCode.TIMED_OUT, f"{host} did not answer in time. Try again in a moment.")
    if timed_out:
        return KnownError(ErrorCode.TIMED_OUT, f"No connection to {host} in time. Check the network.")
    wrong = next((cause for cause in behind if isinstance(cause, ssl.SSLError)), None)
    if wrong is not None and not sent:
        return KnownError(
            ErrorCode.TLS,
            f"The connection to {host} is not safe, so nothing was sent. Check the address and this computer's date; "
            "a network that inspects traffic must have its certificate installed on this computer.",
            detail=getattr(wrong, "verify_message", "") or wrong.reason or "",
        )
    if any(isinstance(cause, socket.gaierror) for cause in behind):
        return KnownError(
            ErrorCode.OFFLINE, f"There is no server named {host}, or no network. Check the address and the network."
        )
    if garbled:
        return bad_answer(f"The answer of {host} was cut off or garbled. Try again.")
    if sent:
        return KnownError(ErrorCode.OFFLINE, f"The connection to {host} was cut. Check the network.")
    return KnownError(ErrorCode.OFFLINE, f"No connection to {host}. Check the network.")


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything behind it (httpx hides the cause with `from None`, the context stays)."""
    left: list[BaseException | None] = [error]
    seen: set[int] = set()
    while left:
        cause = left.pop()
        if cause is not None and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            left += [cause.__cause__, cause.__context__]


def _meaning(method: str, status: int, words: str) -> tuple[ErrorCode, str]:
    known = _BY_STATUS.get(status)
    if known is not None:
        return known
    if status in {400, 422} and "trial" in words.lower() and "expired" in words.lower():
        return ErrorCode.EXPIRED, "The trial period of this account has expired. Ask Clock to prolong it."
    if "stale object" in words:
        return ErrorCode.STALE, "Somebody else changed this at the same time. Look at the newer version first."
    if 300 <= status < 400:  # noqa: PLR2004
        return (
            ErrorCode.BAD_ANSWER,
            "The server points to another address, which ClockDesk does not follow. Check yours.",
        )
    if method != "GET" and (status >= 500 or status == 408):  # noqa: PLR2004
        error = unknown_outcome()
        return error.code, str(error)
    if status >= 500:  # noqa: PLR2004
        return ErrorCode.SERVER_ERROR, "The service failed to answer. Try later."
    if status == 408:  # noqa: PLR2004
        return ErrorCode.TIMED_OUT, "The service gave up waiting for the question. Try again."
    return ErrorCode.REFUSED, "The service refused this."


_BY_STATUS = {
    401: (ErrorCode.SIGNED_OUT, "The service does not know this API user and key."),
    403: (ErrorCode.NO_RIGHT, "This API user lacks a right. Ask Clock to grant it."),
    404: (ErrorCode.NOT_FOUND, "The service has nothing under this number."),
    429: (ErrorCode.LIMITED, "The service says that it gets too many calls from this API user."),
}
