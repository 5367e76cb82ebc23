"""From an answer of the time clock to the error a person can do something about (time clock facts, 8).

Three shapes are met: problem+json of the service, a bare message of its gateway, and `success: false` inside a 2xx.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from clockdesk.api.errors import LONGEST_TEXT
from clockdesk.domain.errors import ErrorCode, KnownError

if TYPE_CHECKING:
    from clockdesk.api.wire import Answer

UNCLEAR = (
    "The time clock was told, but no clear answer came back. ClockDesk looks up what happened; do not repeat it yet."
)
_TEXTS = ("detail", "message", "error", "reason")
"""Members that hold the text to show, the first one first (time clock facts, 8.4)."""
_TRACES = ("x-trace-id", "x-kong-request-id")
_TRACE_MEMBERS = ("traceId", "requestId", "request_id")
_KEY_REFUSED = "The time clock does not accept this key. Ask the community's administrator for the API key of the CMS."
_NOT_ENABLED = "The API is not enabled for this community. Its administrator can enable it in the CMS."
_NOT_FOUND = "The time clock does not know this account. Choose the person's account again."
_NO_RIGHT = "The time clock refuses this: the community's plan or the key's rights do not cover it."
_BLOCKED = "The time clock's firewall has stopped this computer. Wait an hour, and find out what else calls it."


def json_of(body: bytes) -> Any:
    """The body's JSON, None where it is none."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def problem(method: str, answer: Answer) -> KnownError | None:
    """What is wrong with an answer; None for a 2xx that does not call itself a failure. 429 is the gate's."""
    said = json_of(answer.body)
    failed_inside = isinstance(said, dict) and said.get("success") is False
    if 200 <= answer.status < 300 and not failed_inside:  # noqa: PLR2004
        return None
    words = _words(said, answer)
    code, sentence = _meaning(method, answer, words, is_json=isinstance(said, dict))
    detail = ". ".join(part for part in (words.rstrip("."), _trace(said, answer)) if part)
    return KnownError(code, sentence, detail=detail, status=answer.status, stamp=answer.stamp)


def is_not_passed_on(error: KnownError) -> bool:
    """Whether a call is refused as a proxy refuses what it does not pass on (time clock facts, 14).

    A 400 is the service's own word about the key, a firewall's page is about this computer.
    """
    return error.code in {ErrorCode.NOT_FOUND, ErrorCode.NO_RIGHT} and error.status in {403, 404}


def unclear(answer: Answer | None = None) -> KnownError:
    """The error for a clock call that left and got no answer that says what happened."""
    if answer is None:
        return KnownError(ErrorCode.UNKNOWN_OUTCOME, UNCLEAR)
    detail = _trace(json_of(answer.body), answer)
    return KnownError(ErrorCode.UNKNOWN_OUTCOME, UNCLEAR, detail=detail, status=answer.status, stamp=answer.stamp)


def unreadable(answer: Answer, what: str) -> KnownError:
    """The error for a 2xx that is not what the service sends."""
    words = "The time clock's answer can't be read. Check its address; a network's sign-in page may be in between."
    trace = _trace(json_of(answer.body), answer)
    detail = ". ".join(part for part in (what, trace) if part)
    return KnownError(ErrorCode.BAD_ANSWER, words, detail=detail, status=answer.status, stamp=answer.stamp)


def _words(said: Any, answer: Answer) -> str:
    """The service's own words, without a gateway's page around them."""
    if isinstance(said, dict):
        texts = [said[name] for name in _TEXTS if isinstance(said.get(name), str) and said[name].strip()]
        return " ".join(texts[0].split())[:LONGEST_TEXT] if texts else ""
    if isinstance(said, str):
        return " ".join(said.split())[:LONGEST_TEXT]
    text = answer.body[: LONGEST_TEXT * 4].decode("utf-8", "replace").strip()
    if "html" in answer.headers.get("content-type", "") or text.startswith(("<", "{", "[")):
        return ""
    return " ".join(text.split())[:LONGEST_TEXT]


def _trace(said: Any, answer: Answer) -> str:
    """The number support asks for; empty when there is none (time clock facts, 8.9)."""
    traces = [answer.headers.get(name, "") for name in _TRACES]
    if isinstance(said, dict):
        traces += [said[name] for name in _TRACE_MEMBERS if isinstance(said.get(name), str)]
    found = next((trace.strip() for trace in traces if trace.strip().isprintable() and trace.strip()), "")
    return f"Trace {found[:80]}" if found else ""


def _meaning(method: str, answer: Answer, words: str, *, is_json: bool) -> tuple[ErrorCode, str]:
    status = answer.status
    if status < 500 and (told := _by_words(words)):  # noqa: PLR2004
        return told
    if status in _BY_STATUS and (is_json or status != 403):  # noqa: PLR2004
        return _BY_STATUS[status]
    if status == 403:  # noqa: PLR2004
        return ErrorCode.BLOCKED, _BLOCKED
    if 300 <= status < 400:  # noqa: PLR2004
        return ErrorCode.BAD_ANSWER, "The time clock's address points to another one. Check it: keys are not sent on."
    if status >= 500 or status == 408:  # noqa: PLR2004
        if method != "GET":
            return ErrorCode.UNKNOWN_OUTCOME, UNCLEAR
        return ErrorCode.SERVER_ERROR, "The time clock has a fault of its own. Try again in a while."
    return ErrorCode.REFUSED, f"The time clock refused this{f': {words}' if words else ''}".rstrip(".") + "."


def _by_words(words: str) -> tuple[ErrorCode, str] | None:
    """Texts that say more than their status: a 400 may mean a wrong key (time clock facts, 8.5 and 8.7)."""
    upper = words.upper()
    if "INVALID API KEY" in upper or "INVALID COMMUNITY ID" in upper:
        return ErrorCode.SIGNED_OUT, _KEY_REFUSED
    if "NOT ENABLED FOR THIS COMMUNITY" in upper:
        return ErrorCode.NO_RIGHT, _NOT_ENABLED
    if "NOT LINKED TO AN ACCOUNT" in upper or "NO ACCOUNT FOUND" in upper:
        return ErrorCode.NOT_FOUND, _NOT_FOUND
    return None


_BY_STATUS = {
    401: (ErrorCode.SIGNED_OUT, _KEY_REFUSED),
    403: (ErrorCode.NO_RIGHT, _NO_RIGHT),
    404: (ErrorCode.NOT_FOUND, _NOT_FOUND),
}
